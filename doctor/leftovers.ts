/**
 * Processes of ours whose parent is gone. They end by themselves within 2 s of it (network/lifeline.ts and its like in
 * labs/), so one that is still there hangs: it was stopped, or the machine slept at the wrong moment.
 *
 * One is taken for a leftover only when it runs one of our bundles by its absolute path, belongs to this user, and what
 * started it is gone. A command line that was started with --keep-running is none. What a learner's program started itself is not looked for: nothing tells it from a program that
 * is meant to go on.
 */
import path from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { killGroup } from '../labs/check/engine/process-group.ts'
import { OWN_OPTIONS } from '../network/fork.ts'
import { listProcesses, type ProcessInfo } from './processes.ts'
import type { LeftoverReport } from './report.ts'

/** The bundles that run as processes. All but `cli` are started by another process of ours. */
const KINDS = ['network', 'node', 'program-node', 'check', 'learner', 'cli'] as const

/** Given to a command line that its user wants to go on without what started it. */
const DELIBERATE = /\s--keep-running(\s|$)/

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
    const skip = !info.own || info.pid < 2 || (kind === 'cli' && DELIBERATE.test(info.command))
    return kind === undefined || skip ? [] : [{ info, kind }]
  })
  const found = new Set(
    ours.filter(({ info, kind }) => {
      const parent = byPid.get(info.parent)
      return isOrphan(info, parent, platform, kind === 'cli' ? adoptedCommand : adoptedChild)
    }),
  )
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
  // Before it stands the program, which may have spaces in its path but takes no options, except for ours.
  const before = OWN_OPTIONS.reduce((left, option) => left.replace(` ${option} `, ' '), text.slice(0, at))
  return !/\s-/.test(before.replace(/^"[^"]*"/, ''))
}

type Adopted = (info: ProcessInfo, parent: ProcessInfo) => boolean

/** `adopted` tells on Linux whether the parent of an orphan, which was given to it, can be told from what started it. */
function isOrphan(
  info: ProcessInfo,
  parent: ProcessInfo | undefined,
  platform: NodeJS.Platform,
  adopted: Adopted,
): boolean {
  // A parent outside of what we see, as of a process that was started into a container.
  if (info.parent === 0 && platform !== 'win32') return false
  if (!parent) return true
  // The number was given to another process since.
  if (parent.started > info.started) return true
  if (platform === 'win32') return false
  return platform === 'linux' ? adopted(info, parent) : info.parent === 1
}

const adoptedChild: Adopted = (info, parent) => {
  // An orphan's new parent is process 1 or one that asked for orphans, as systemd does for each user. What starts our
  // processes starts them with the program that it runs itself, so another program is not what started this one.
  if (!parent.own) return true
  if (parent.executable !== undefined && info.executable !== undefined)
    return parent.executable !== info.executable
  return info.parent === 1 && programOf(parent) !== programOf(info)
}

const SHELL = /^-?(ba|da|z|k|a|fi)?sh$|^busybox$/

/** A person starts it from any program, so only those are taken that adopt orphans; in a container a shell may be process 1. */
const adoptedCommand: Adopted = ({ script, parent: pid }, parent) =>
  (pid === 1 || programOf(parent) === 'systemd') &&
  !SHELL.test(programOf(parent)) &&
  !(script !== undefined && parent.command.includes(script))

const programOf = ({ command }: ProcessInfo) => path.basename(command.split(' ')[0] ?? '')

/** Those that are there now, and still there after the time in which they should have ended. Rejects when the system cannot be asked. */
export async function findLeftovers(dist: string): Promise<Leftover[]> {
  // The doctor may be without a parent itself.
  const leftoversNow = async () =>
    leftoversAmong(await listProcesses(), dist).filter(({ pid }) => pid !== process.pid)
  const deadline = performance.now() + GRACE_MS
  let found = await leftoversNow()
  while (found.length > 0 && performance.now() < deadline) {
    await pause(POLL_MS)
    found = still(found, await leftoversNow())
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
