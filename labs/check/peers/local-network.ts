/**
 * A local network of its own for a check: a UDP port and service tags that nobody else has, and what goes over it. Multicast stays on the loopback
 * interface. Who of several programs has sent a packet of the group cannot be told, but nobody else knows the tags.
 */
import { randomInt } from 'node:crypto'
import type * as bundle from '../../../network/node/peer.ts'
import { multicastProblem } from '../../../network/orchestrator/multicast-probe.ts'
import type { CheckContext } from '../kit/check.ts'
import { Inconclusive } from '../kit/finding.ts'
import { preview } from '../../preview.ts'
import { noMulticast } from './no-multicast.ts'

/** The lane of the group, beside those of the checker's nodes. */
const GROUP = 'mDNS'

export interface LocalNetwork {
  port: number
  /** The one that the program is told, such as "_p2plab-4h7x._udp.local". */
  serviceTag: string
  /** Another one, on the same port. */
  otherTag: string
  /** Asks for the tag, as a node of it does. */
  ask(serviceTag: string): void
  /** What anybody but the checker has asked for and answered so far, in order. */
  questions(serviceTag: string): number
  answers(serviceTag: string): readonly bundle.MdnsAnswer[]
  /** How often a node of the checker has answered under this name. */
  answersOf(name: string): number
  /** A node of the checker, as it is called in messages; what comes under its name in mDNS is the checker's own. */
  own(node: { name: string; id: string; called: string }): void
  /** The ID with what its node is called, as in "12D3Koo… (node A)"; what no node of the checker has is only quoted. */
  known(id: string): string
  /** Resolves when `condition` is true, which is looked at after each packet. */
  until(condition: () => boolean): Promise<void>
}

/** Tries of other ports: one may belong to somebody who shares it with nobody. */
const TRIES = 5

/** Inconclusive where multicast does not work on this computer. It is closed when the check is over. */
export async function openLocalNetwork(t: CheckContext): Promise<LocalNetwork> {
  // Not of the seed: two runs with one seed, side by side, are two networks.
  const port = await freePort()
  const { openMdnsTap } = (await import(new URL('peer.mjs', import.meta.url).href)) as typeof bundle
  const serviceTag = `_p2plab-${randomInt(2 ** 40).toString(36)}._udp.local`
  // As alike as two names can be.
  const otherTag = serviceTag.replace('._udp', 'x._udp')
  const asked = new Map<string, number>()
  const expected = new Map<string, number>()
  const answered: bundle.MdnsAnswer[] = []
  const ours = new Map<string, { called: string; times: number }>()
  const calledById = new Map<string, string>()
  const waiting = new Set<() => void>()
  const look = () => {
    for (const one of waiting) one()
  }
  const more = (counts: Map<string, number>, key: string, by = 1) =>
    void counts.set(key, (counts.get(key) ?? 0) + by)
  const isOfThis = (tag: string) => tag === serviceTag || tag === otherTag
  // Whatever the tag: a name of the checker's nodes is long and random.
  const isOwn = (answer: bundle.MdnsAnswer) => ours.has(answer.name)
  const tap = await openMdnsTap({
    port,
    onQuestion(tag) {
      if (!isOfThis(tag)) return
      // The checker hears its own questions, too.
      if ((expected.get(tag) ?? 0) > 0) return more(expected, tag, -1)
      more(asked, tag)
      t.transcript.note('from program', GROUP, 'datagram', `asks for ${tag}`)
      look()
    },
    onAnswer(answer) {
      if (!isOfThis(answer.serviceTag) && !isOwn(answer)) return
      const texts = answer.texts.join(' ')
      const own = ours.get(answer.name)
      if (own) {
        own.times++
        t.transcript.note('to program', GROUP, 'datagram', `${own.called} answers ${texts}`)
      } else {
        answered.push(answer)
        t.transcript.note('from program', GROUP, 'datagram', `answers ${texts}`)
      }
      look()
    },
  })
  t.onEnd(() => tap.stop())
  return {
    port,
    serviceTag,
    otherTag,
    ask(tag) {
      more(expected, tag)
      t.transcript.note('to program', GROUP, 'datagram', `asks for ${tag}`)
      tap.ask(tag)
    },
    questions: tag => asked.get(tag) ?? 0,
    answers: tag => answered.filter(answer => answer.serviceTag === tag),
    answersOf: name => ours.get(name)?.times ?? 0,
    own({ name, id, called }) {
      ours.set(name, { called, times: 0 })
      calledById.set(id, called)
    },
    known: id => (calledById.has(id) ? `${id} (${calledById.get(id)})` : preview(id)),
    until: condition =>
      new Promise(resolve => {
        const one = () => {
          if (!condition()) return
          waiting.delete(one)
          resolve()
        }
        waiting.add(one)
        one()
      }),
  }
}

/** A UDP port for a group. Rejects with Inconclusive where multicast does not work. `platform`: whose sockets to try. */
export async function freePort(platform: NodeJS.Platform = process.platform): Promise<number> {
  for (let tries = 1; ; tries++) {
    const port = randomInt(20_000, 30_000)
    const problem = await multicastProblem(port, platform)
    if (problem === undefined) return port
    // Another port would not change anything else.
    if (tries === TRIES || !problem.includes('EADDRINUSE')) throw new Inconclusive(noMulticast(problem))
  }
}
