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
            text: `Earlier runs have left ${processes(left)}.`,
            remedy: end
              ? 'They could not be ended: end them with the tools of your system.'
              : 'End them with p2plab doctor --end-leftovers, or with the button of P2P Lab: Doctor.',
          }
        : {
            ...about,
            level: 'ok',
            text:
              ended.length > 0
                ? `Ended ${processes(ended)} of earlier runs.`
                : 'Earlier runs have left no process.',
          }
    return { finding, left: left.map(shown), ended: ended.map(shown) }
  } catch (error) {
    const text = `The processes of this machine could not be listed: ${(error as Error).message}.`
    const remedy = 'Nothing has to be done: this was only a search for processes of earlier runs.'
    return { finding: { ...about, level: 'warning', text, remedy }, left: [], ended: [] }
  }
}

const shown = ({ pid, kind }: Leftover): LeftoverReport => ({ pid, kind })

const processes = (leftovers: readonly Leftover[]) =>
  `${leftovers.length === 1 ? 'one process' : `${leftovers.length} processes`} (${leftovers
    .map(({ kind, pid }) => `${kind} ${pid}`)
    .join(', ')})`
