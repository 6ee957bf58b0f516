/**
 * What clients were told, held against the log that all nodes agree on. The log is the witness: where each answer is what the register said at its
 * index, and answers that came before a call have smaller indexes than it, the history is linearizable, and no search for another order is needed.
 */

/** A command of a client's. Times are on one clock. */
export interface Command {
  node: string
  command: string
  calledAt: number
  /** Undefined: nobody answered. */
  answeredAt: number | undefined
  /** Undefined: an error, or no answer. */
  result: { index: number; result: string } | undefined
  /** What the error says of the command; 'neither' where it has neither word. */
  says: 'refused' | 'unknown' | 'neither' | undefined
}

export interface Wrong {
  command: Command
  /** A sentence. */
  expected: string
  got: string
  hint: string
}

/** The first wrong one, or undefined. `log` has the command of each index that any node has applied. */
export function wrongIn(
  commands: readonly Command[],
  log: ReadonlyMap<number, readonly string[]>,
): Wrong | undefined {
  const results = replay(log)
  const places = new Map<string, number[]>()
  for (const [index, [command]] of log) places.set(command!, [...(places.get(command!) ?? []), index])

  for (const command of commands) {
    const wrong = answered(command, log, results) ?? notAnswered(command, places.get(command.command) ?? [])
    if (wrong) return { command, ...wrong }
  }
  return outOfOrder(commands)
}

type Found = Omit<Wrong, 'command'>

/** What the register says at each index. */
function replay(log: ReadonlyMap<number, readonly string[]>): Map<number, string> {
  let register = '0'
  const results = new Map<number, string>()
  for (const [index, [command]] of [...log].sort(([a], [b]) => a - b)) {
    const [name, first, second] = command!.split(' ')
    const writes = name === 'write' || (name === 'cas' && register === first)
    results.set(index, name === 'read' ? register : writes ? 'ok' : 'no')
    if (writes) register = (name === 'cas' ? second : first) ?? ''
  }
  return results
}

function answered(
  { node, command, result }: Command,
  log: ReadonlyMap<number, readonly string[]>,
  results: ReadonlyMap<number, string>,
): Found | undefined {
  if (!result) return undefined
  const there = log.get(result.index)
  if (!there?.includes(command))
    return {
      expected: `"${command}" at index ${result.index} of the log, because ${node} has acknowledged it there.`,
      got: there ? `"${there[0]}".` : 'nothing: an acknowledged write is lost.',
      hint: 'an answer is "done" only when the command is applied, and has the index of that command',
    }
  if (results.get(result.index) === result.result) return undefined
  return {
    expected: `the result "${results.get(result.index)}" for "${command}" at index ${result.index}, because that is what the register says there.`,
    got: `"${result.result}".`,
    hint: 'does each client get the answer to its own command?',
  }
}

function notAnswered({ node, command, result, says }: Command, places: readonly number[]): Found | undefined {
  if (command !== 'read' && places.length > 1)
    return {
      expected: `"${command}" once in the log, because a client gave it once.`,
      got: `it is there at the indexes ${places.join(' and ')}.`,
      hint: 'is a command sent again although somebody may have it already?',
    }
  if (result || says === undefined) return undefined
  if (says === 'neither')
    return {
      expected: `an error that says "refused" or "unknown" for the client of "${command}".`,
      got: 'another error.',
      hint: 'the client has to know whether its command may be applied',
    }
  if (says === 'unknown' || command === 'read' || places.length === 0) return undefined
  return {
    expected: `that "${command}" is never applied, because ${node} said "refused".`,
    got: `it is in the log at index ${places[0]}.`,
    hint: 'a command is refused only if nobody has taken it: what was sent and not answered is unknown',
  }
}

/** A command that is called after another one was answered comes after it in the log. */
function outOfOrder(commands: readonly Command[]): Wrong | undefined {
  const done = commands.filter(({ result }) => result !== undefined)
  const byAnswer = [...done].sort((a, b) => a.answeredAt! - b.answeredAt!)
  let latest: Command | undefined
  let next = 0
  for (const command of [...done].sort((a, b) => a.calledAt - b.calledAt)) {
    for (; next < byAnswer.length && byAnswer[next]!.answeredAt! < command.calledAt; next++)
      if (!latest || byAnswer[next]!.result!.index > latest.result!.index) latest = byAnswer[next]
    if (!latest || latest.result!.index < command.result!.index) continue
    return {
      command,
      expected: `an index greater than ${latest.result!.index} for "${command.command}", because "${latest.command}" was answered with that index before it was called.`,
      got: `index ${command.result!.index}.`,
      hint: 'do reads go through the log like writes?',
    }
  }
  return undefined
}
