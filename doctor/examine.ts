/** All that the doctor looks at, in the order in which it is shown. */
import { endLeftovers, findLeftovers, type Leftover } from './leftovers.ts'
import {
  filesFinding,
  loopback6Finding,
  loopbackFinding,
  multicastFinding,
  nodeFinding,
  portsFinding,
} from './machine.ts'
import type { DoctorReport, Finding, LeftoverReport } from './report.ts'
import { workspaceFinding } from './workspace.ts'

export interface Examination {
  /** The folder of the bundles, absolute and without links. */
  dist: string
  /** Absolute path. */
  workspace: string
  /** Whether the user named the workspace. */
  given: boolean
  endLeftovers: boolean
}

/** Never rejects: what cannot be looked at is a finding. */
export async function examine(examination: Examination): Promise<DoctorReport> {
  const [loopback, loopback6, multicast, workspace, leftovers] = await Promise.all([
    loopbackFinding(),
    loopback6Finding(),
    multicastFinding(),
    workspaceFinding(examination.workspace, examination.given),
    leftoverFinding(examination),
  ])
  // Alone, so that it does not take the ports of the others.
  const ports = await portsFinding()
  const files = filesFinding()
  const findings = [
    nodeFinding(),
    loopback,
    loopback6,
    multicast,
    ports,
    ...(files ? [files] : []),
    workspace,
    leftovers.finding,
  ]
  return {
    ok: findings.every(({ level }) => level !== 'problem'),
    findings,
    leftovers: leftovers.left,
    ended: leftovers.ended,
  }
}

interface Leftovers {
  finding: Finding
  left: LeftoverReport[]
  ended: LeftoverReport[]
}

async function leftoverFinding({ dist, endLeftovers: end }: Examination): Promise<Leftovers> {
  const about = { id: 'leftovers', title: 'Earlier runs' }
  try {
    const found = await findLeftovers(dist)
    const ended = end && found.length > 0 ? await endLeftovers(dist, found) : []
    const left = found.filter(leftover => !ended.includes(leftover))
    const finding: Finding =
      left.length > 0
        ? {
            ...about,
            level: 'warning',
            text: `Earlier runs left ${processes(left)} running.`,
            remedy: end
              ? 'P2P Lab could not end them. End them with the tools of your system, such as kill or Task Manager.'
              : 'Run p2plab doctor --end-leftovers, or choose End Leftover Processes… in P2P Lab: Doctor.',
          }
        : {
            ...about,
            level: 'ok',
            text:
              ended.length > 0
                ? `Ended ${processes(ended)} left by earlier runs.`
                : 'Earlier runs left no processes behind.',
          }
    return { finding, left: left.map(shown), ended: ended.map(shown) }
  } catch (error) {
    const text = `Could not list the processes on this machine: ${(error as Error).message}.`
    const remedy = 'You do not need to do anything. This check only looks for processes left by earlier runs.'
    return { finding: { ...about, level: 'warning', text, remedy }, left: [], ended: [] }
  }
}

const shown = ({ pid, kind }: Leftover): LeftoverReport => ({ pid, kind })

const processes = (leftovers: readonly Leftover[]) =>
  `${leftovers.length === 1 ? 'one process' : `${leftovers.length} processes`} (${leftovers
    .map(({ kind, pid }) => `${kind} ${pid}`)
    .join(', ')})`
