/**
 * Processes of ours whose parent is gone. They end by themselves within 2 s of it (network/lifeline.ts and its like in
 * labs/), so one that is still there hangs: it was stopped, or the machine slept at the wrong moment.
 *
 * One is taken for a leftover only when it runs one of our bundles by its absolute path, belongs to this user, and what
 * started it is gone. What a learner's program started itself is not looked for: nothing tells it from a program that
 * is meant to go on.
 */
import path from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { killGroup } from '../labs/check/engine/process-group.ts'
import { listProcesses, type ProcessInfo } from './processes.ts'
import type { LeftoverReport } from './report.ts'

/** The bundles that are started by another process of ours; never cli.mjs, which a person starts. */
const KINDS = ['network', 'node', 'check', 'learner'] as const

export interface Leftover extends LeftoverReport {
  started: number
}

/** Twice the time in which a process whose parent is gone ends by itself. Milliseconds. */
const GRACE_MS = 4_000
/** How long one that was asked to end may take before it is killed. */
const END_MS = 2_000
const POLL_MS = 100

/**
 * Those among `processes` that run a bundle of the folder `dist` and whose parent is gone, or is such a one itself.
 * Pure.
 */
export function leftoversAmong(
  processes: readonly ProcessInfo[],
  dist: string,
  platform: NodeJS.Platform = process.platform,
): Leftover[] {
  const byPid = new Map(processes.map(info => [info.pid, info]))
  const ours = processes.flatMap(info => {
    const kind = KINDS.find(name => runs(info, bundle(dist, name, platform), platform))
    return kind === undefined || !info.own || info.pid < 2 ? [] : [{ info, kind }]
  })
  const found = new Set(ours.filter(({ info }) => isOrphan(info, byPid.get(info.parent), platform)))
  // Once more for each generation: the list is in no order.
  for (let before = -1; before < found.size;) {
    before = found.size
    for (const one of ours) if ([...found].some(({ info }) => info.pid === one.info.parent)) found.add(one)
  }
  return [...found].map(({ info, kind }) => ({ pid: info.pid, kind, started: info.started }))
}

const bundle = (dist: string, name: string, platform: NodeJS.Platform) =>
  (platform === 'win32' ? path.win32 : path.posix).join(dist, `${name}.mjs`)

/** As the first argument after the program; what stands further behind may be anything. */
function runs({ script, command }: ProcessInfo, file: string, platform: NodeJS.Platform): boolean {
  if (platform === 'linux') return script === file
  const [text, wanted] = platform === 'win32' ? [command.toLowerCase(), file.toLowerCase()] : [command, file]
  const at = text.indexOf(wanted)
  if (at <= 0 || !/[\s"]/.test(text[at - 1]!) || !/^(["\s]|$)/.test(text.slice(at + wanted.length)))
    return false
  // Before it stands the program, which may have spaces in its path but takes no options.
  return !/\s-/.test(text.slice(0, at).replace(/^"[^"]*"/, ''))
}

function isOrphan(info: ProcessInfo, parent: ProcessInfo | undefined, platform: NodeJS.Platform): boolean {
  // A parent outside of what we see, as of a process that was started into a container.
  if (info.parent === 0 && platform !== 'win32') return false
  if (!parent) return true
  // The number was given to another process since.
  if (parent.started > info.started) return true
  if (platform === 'win32') return false
  if (platform !== 'linux') return info.parent === 1
  // An orphan's new parent is process 1 or one that asked for orphans, as systemd does for each user. What starts our
  // processes starts them with the program that it runs itself, so another program is not what started this one.
  if (!parent.own) return true
  if (parent.executable !== undefined && info.executable !== undefined)
    return parent.executable !== info.executable
  return info.parent === 1 && programOf(parent) !== programOf(info)
}

const programOf = ({ command }: ProcessInfo) => path.basename(command.split(' ')[0] ?? '')

/** Those that are there now, and still there after the time in which they should have ended. Rejects when the system cannot be asked. */
export async function findLeftovers(dist: string): Promise<Leftover[]> {
  const deadline = performance.now() + GRACE_MS
  let found = leftoversAmong(await listProcesses(), dist)
  while (found.length > 0 && performance.now() < deadline) {
    await pause(POLL_MS)
    found = still(found, leftoversAmong(await listProcesses(), dist))
  }
  return found
}

const still = (before: readonly Leftover[], now: readonly Leftover[]) =>
  before.filter(({ pid, started }) => now.some(other => other.pid === pid && other.started === started))

/** Ends them, looking each time whether it is still the same process. Resolves to those that are gone then. */
export async function endLeftovers(dist: string, leftovers: readonly Leftover[]): Promise<Leftover[]> {
  const left = async () => still(leftovers, leftoversAmong(await listProcesses(), dist))
  if (process.platform !== 'win32') {
    for (const { pid } of await left()) signal(pid, 'SIGTERM')
    await until(async () => (await left()).length === 0)
  }
  for (const { pid, kind } of await left()) {
    // A learner's program leads a group of its own, and Windows knows no groups but trees.
    if (kind === 'learner' || process.platform === 'win32') await killGroup(pid)
    else signal(pid, 'SIGKILL')
  }
  await until(async () => (await left()).length === 0)
  const remaining = await left()
  return leftovers.filter(({ pid }) => !remaining.some(other => other.pid === pid))
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name)
  } catch {
    // It has ended, or it is not ours to end; the list says which.
  }
}

async function until(done: () => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + END_MS
  while (!(await done()) && performance.now() < deadline) await pause(POLL_MS)
}
