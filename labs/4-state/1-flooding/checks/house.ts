/** One copy of the program among peers that the checker plays. */
import type { CheckContext } from '../../../check/kit/check.ts'
import { playNode, type PlayedNode } from '../../../check/cluster/played-node.ts'
import type { Program } from '../../../check/engine/program.ts'
import exercise from '../exercise.ts'

const { start } = exercise.ops
const { delivered } = exercise.events

const HOST = '127.0.0.1'
const WINDOW = 1_000

export interface House {
  program: Program
  peers: PlayedNode[]
  /** The event of a new message comes, with this payload. */
  expectDelivered(id: string, payload: Buffer, why: string): Promise<void>
  /** A peer gets a message, whole and unchanged; nothing else comes before it. */
  expectPassed(peer: PlayedNode, id: string, payload: Buffer): Promise<void>
  /** Neither an event nor a message, once the program has handled all that it was sent. */
  expectNothing(after: string, hint: string): Promise<void>
}

/** Starts the program with so many peers, which have all dialed it and have been dialed. */
export async function openHouse(
  t: CheckContext,
  {
    peers: count = 3,
    window = WINDOW,
    program = t.program,
  }: { peers?: number; window?: number; program?: Program } = {},
): Promise<House> {
  const peers: PlayedNode[] = []
  for (let i = 0; i < count; i++) peers.push(await playNode(t, { id: `n${i + 2}`, of: 'n1', program }))
  const given = t.random.shuffle(peers).map(({ id, address }) => ({ id, address }))
  const { port } = await t.call(start, { id: 'n1', host: HOST, port: 0, peers: given, window }, { program })
  for (const peer of peers) {
    await peer.dialed()
    await peer.dial(port)
  }
  // A program with threads knows of a connection a little later than the peer at its other end.
  for (let i = 0; i < 2; i++) await program.signOfLife()
  return {
    program,
    peers,
    async expectDelivered(id, payload, why) {
      const event = await t.event(delivered, { program, about: why })
      if (event.id !== id)
        t.fail({
          expected: `the event delivered ${why}, with its id, ${id}.`,
          got: `the id ${event.id}.`,
          spoke: true,
        })
      if (!event.payload.equals(payload))
        t.fail({
          expected: `the event delivered ${why}, with its payload.`,
          got: `${event.payload.length} bytes of another payload.`,
          hint: 'the payload in a message is hex: is each byte there, also those that are no text?',
          bytes: { expected: payload, actual: event.payload },
          spoke: true,
        })
    },
    async expectPassed(peer, id, payload) {
      const message = await peer.next({
        what: `the message ${id}`,
        hint: 'do you send what is new to every peer but the one that it came from?',
      })
      const wanted = { type: 'flood', id, payload: payload.toString('hex') }
      const differs = (['type', 'id', 'payload'] as const).find(key => message[key] !== wanted[key])
      if (differs !== undefined)
        t.fail({
          expected: `that your program passes on {"type":"flood","id":"${id}",…} to ${peer.id} as it came.`,
          got: `${differs}: ${short(message[differs])}${differs === 'payload' ? `, not ${short(wanted.payload)}` : ''}.`,
          spoke: true,
        })
    },
    async expectNothing(after, hint) {
      for (const peer of peers) await peer.settled()
      const [told] = program.told.waiting(delivered.name)
      if (told)
        t.fail({
          expected: `no event ${after}.`,
          got: `another event delivered ${short(told.data)}.`,
          hint,
          spoke: true,
        })
      for (const peer of peers) {
        const [extra] = peer.waiting()
        if (extra)
          t.fail({
            expected: `no message to ${peer.id} ${after}.`,
            got: `${short(extra)}.`,
            hint,
            spoke: true,
          })
      }
    },
  }
}

const MOST = 120
export const short = (value: unknown): string => {
  const text = JSON.stringify(value) ?? 'nothing'
  return text.length > MOST ? `${text.slice(0, MOST)}…` : text
}

/** An id as others make them: text of 1 to 64 characters. */
export const someId = (t: CheckContext): string => t.random.bytes(t.random.int(4, 20)).toString('hex')

export const flood = (id: string, payload: Buffer) => ({
  type: 'flood',
  id,
  payload: payload.toString('hex'),
})
