/** Whether a client got every frame of all others: each once, in the order of its sender, and none of its own. */
import type { CheckContext } from '../../../check/kit/check.ts'
import { count, number } from '../../../check/kit/finding.ts'
import type { Peer } from '../../../check/peers/peer.ts'
import { APART, type Room } from './room.ts'

/** The bodies that each client sent, in order. No two are equal. */
export type Sent = ReadonlyMap<Peer, Buffer[]>

/** With `round`, only the frames from that index on are due: those before it have been judged already. */
export async function judgeDeliveries(
  t: CheckContext,
  room: Room,
  reader: Peer,
  sent: Sent,
  round?: number,
): Promise<void> {
  const origin = new Map<string, { sender: Peer; index: number }>()
  const next = new Map<Peer, number>()
  let due = 0
  for (const [sender, bodies] of sent) {
    next.set(sender, round ?? 0)
    for (const [index, body] of bodies.entries()) origin.set(body.toString('latin1'), { sender, index })
    if (sender !== reader) due += bodies.length - (round ?? 0)
  }
  const expected = `that ${reader.name} gets all ${number(due)} frames of the other clients, each once and in the order of its sender.`
  const fail = (got: string, hint: string) => t.fail({ op: 'listen', expected, got, hint })

  for (let got = 0; got < due; got++) {
    const body = await room.next(
      reader,
      expected,
      `it got ${number(got)} of them: do you write every whole frame to every other socket, however its pieces arrive?`,
    )
    const from = origin.get(body.toString('latin1'))
    if (!from) {
      fail(`a frame of ${count(body.length, 'byte')} that no client sent.`, APART)
    }
    const { sender, index } = from!
    if (sender === reader) fail('one of its own frames.', 'do you leave the sender out?')
    const wanted = next.get(sender)!
    if (index < wanted)
      fail(`frame ${index + 1} of ${sender.name} twice.`, 'do you write a frame to the same socket twice?')
    if (index > wanted) {
      fail(
        `frame ${index + 1} of ${sender.name} before its frame ${wanted + 1}.`,
        'do you await something between reading a frame and forwarding it? Then a later frame can overtake it: handle the frames of one sender one after another.',
      )
    }
    next.set(sender, index + 1)
  }
}
