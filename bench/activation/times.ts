export interface ActivationTimes {
  /** Whole milliseconds. */
  loadMs: number
  callMs: number
}

/** Of one extension, from the lines of VS Code's report “Startup Performance”; undefined while it is not in them. */
export function activationTimes(lines: readonly string[], extension: string): ActivationTimes | undefined {
  // | Extension | Eager | Load Code | Call Activate | Finish Activate | Event | By |
  const row = lines
    .map(line => line.split('|').map(cell => cell.trim()))
    .find(cells => cells[1] === extension)
  const [loadMs, callMs] = [Number(row?.[3]), Number(row?.[4])]
  return row && Number.isInteger(loadMs) && Number.isInteger(callMs) ? { loadMs, callMs } : undefined
}
