/** Keeps what happens to a network while it happens, for the report at the end. */
import { now } from '../../../../network/clock.ts'
import type { Figure } from '../../../check/protocol.ts'
import exercise from '../exercise.ts'
import { saysOf } from './clients.ts'
import type { Network } from './network.ts'
import { inElections, reportText, type Happening, type Recovery, type Story, type Stretch } from './report.ts'

export interface Telling {
  /** On the clock of the trace. */
  now(): number
  /** From now on these are so. The function that it returns ends that, and says why. */
  is(state: Stretch['state'], nodes: readonly string[], what: string): (ended: string) => void
  /** `ms` after the fault, a command was answered. */
  recovered(after: string, ms: number): void
  figures(): Figure[]
  /** A Markdown text of all that has happened so far. `lies` is how many messages a stranger sent. */
  report(lies: number): string
}

export function createStory(network: Network): Telling {
  const { ids, timers } = network
  const began = now()
  const happenings: Happening[] = []
  const stretches: Stretch[] = []
  const recoveries: Recovery[] = []
  const tell = (what: string, at = now()) => happenings.push({ at, what })

  return {
    now,
    is(state, nodes, what) {
      tell(`⚡ ${what}`)
      const own = nodes.map((node): Stretch => ({ node, from: now(), state }))
      stretches.push(...own)
      return ended => {
        tell(ended)
        for (const stretch of own) stretch.to = now()
      }
    },
    recovered(after, ms) {
      recoveries.push({ after, ms })
    },
    figures() {
      const { acknowledged, unknown } = commandsOf(network)
      const longest = Math.max(...recoveries.map(({ ms }) => ms))
      const perCommand = sum(messagesOf(network).values()) / Math.max(1, acknowledged)
      return [
        { name: 'Commands acknowledged', value: String(acknowledged), reference: REFERENCE.acknowledged },
        { name: 'Commands with an unknown outcome', value: String(unknown), reference: REFERENCE.unknown },
        {
          name: 'Longest recovery, in electionMs',
          value: inElections(longest, timers.electionMs),
          reference: REFERENCE.longest,
        },
        {
          name: 'Messages per acknowledged command',
          value: perCommand.toFixed(1),
          reference: REFERENCE.messages,
        },
      ]
    },
    report(lies) {
      const led = leadersOf(network)
      const elections = led.map(({ node, from, term }) => ({
        at: Math.max(began, from),
        what: `${node} leads term ${term}`,
      }))
      return reportText({
        nodes: ids,
        began,
        ended: now(),
        electionMs: timers.electionMs,
        happenings: [...happenings, ...elections].sort((a, b) => a.at - b.at),
        stretches: [...led, ...stretches],
        recoveries,
        commands: commandsOf(network),
        messages: messagesOf(network),
        lies,
      })
    },
  }
}

const sum = (counts: Iterable<number>): number => [...counts].reduce((all, count) => all + count, 0)

/** From each election to when the node says that it leads no more, or is killed. */
function leadersOf({ trace }: Network): (Stretch & { term: number })[] {
  const { leader, follower } = exercise.events
  return trace.entries.flatMap(entry => {
    if (entry.kind !== 'event' || entry.event !== leader.name) return []
    const { node, at, index } = entry
    const last = trace.entries.find(other => {
      if (other.index <= index) return false
      if (other.kind === 'event') return other.node === node && other.event === follower.name
      return other.kind === 'fault' && other.what.startsWith('is killed') && other.nodes.includes(node)
    })
    const { term } = entry.data as { term: number }
    return [{ node, from: at, state: 'leads' as const, term, ...(last && { to: last.at }) }]
  })
}

function commandsOf({ trace }: Network): Story['commands'] {
  const calls = trace.calls('submit')
  const applied = new Set(
    trace.events(exercise.events.committed).map(({ data }) => `${data.index} ${data.command}`),
  )
  const acknowledged = calls.filter(({ result }) => result !== undefined)
  const refused = calls.filter(({ error }) => error !== undefined && saysOf(error) === 'refused').length
  return {
    acknowledged: acknowledged.length,
    lost: acknowledged.filter(({ args, result }) => {
      const { index } = result as { index: number }
      return !applied.has(`${index} ${(args as { command: string }).command}`)
    }).length,
    refused,
    unknown: calls.length - acknowledged.length - refused,
  }
}

function messagesOf({ trace }: Network): Map<string, number> {
  const counts = new Map<string, number>()
  for (const { label } of trace.messages())
    if (label !== 'from') counts.set(label, (counts.get(label) ?? 0) + 1)
  return counts
}

/** Of the reference, in the middle of a few runs on a quiet machine. */
const REFERENCE = { acknowledged: '50', unknown: '12', longest: '2', messages: '22' }
