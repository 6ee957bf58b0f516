/** A program that listens for messages, and peers that send them. */
import type { CheckContext } from '../../../check/kit/check.ts'
import { count, inNode, number } from '../../../check/kit/finding.ts'
import type { Peer } from '../../../check/peers/peer.ts'
import { envelope } from '../../shared/envelope.ts'
import { HOST } from '../../../1-tcp/shared/listening.ts'
import exercise from '../exercise.ts'

/** A longer payload is not in its event. */
export const MOST_SHOWN = 100_000

export interface Message {
  command: string
  payload: Buffer
}

export interface House {
  magic: Buffer
  port: number
  connect(name?: string): Promise<Peer>
  encode(message: Message): Buffer
  /** Fails unless the next event is about this message, and says that it came from that peer. */
  expectMessage(message: Message, options: { from: Peer; about: string; hint: string }): Promise<void>
}

export async function openHouse(t: CheckContext, magic = t.random.bytes(4)): Promise<House> {
  t.doing(`The checker called listen with the magic ${magic.toString('hex')}.`)
  const { port } = await t.call(exercise.ops.listen, { host: HOST, port: 0, magic })
  return {
    magic,
    port,
    connect: name => t.sockets.connect(port, name),
    encode: message => envelope({ magic, ...message }),
    async expectMessage({ command, payload }, { from, about, hint }) {
      const got = await t.event(exercise.events.message, { about, hint })
      const words = (command: string, length: number) =>
        `the command ${JSON.stringify(command)} and ${count(length, 'byte')}`
      if (got.command !== command || got.length !== payload.length) {
        t.fail({
          op: 'listen',
          expected: `the event message ${about}: ${words(command, payload.length)}.`,
          got: `an event about another message: ${words(got.command, got.length)}.`,
          hint,
        })
      }
      if (got.connection !== from.address) {
        t.fail({
          op: 'listen',
          expected: `the connection ${from.address} in the event ${about}.`,
          got: `${JSON.stringify(got.connection)}.`,
          hint: `connection is the address of the peer, not that of your server: ${inNode('remoteAddress and remotePort of the socket', "the socket's remote address and port")}.`,
        })
      }
      judgePayload(t, payload, got.payload, about)
    },
  }
}

function judgePayload(t: CheckContext, expected: Buffer, actual: Buffer | undefined, about: string): void {
  const isLeftOut = expected.length > MOST_SHOWN
  if (isLeftOut !== (actual === undefined)) {
    t.fail({
      op: 'listen',
      expected: `the event ${about} ${isLeftOut ? 'without payload' : 'with its payload'}.`,
      got: `${isLeftOut ? 'the payload' : 'no payload'}.`,
      hint: `only a payload of more than ${number(MOST_SHOWN)} bytes is left out. This one has ${count(expected.length, 'byte')}.`,
    })
  }
  if (actual === undefined || actual.equals(expected)) return
  t.fail({
    op: 'listen',
    expected: `the payload ${about} in its event.`,
    got: 'other bytes.',
    hint: 'is the payload what follows the 24 bytes of the header, as many bytes as the length says?',
    bytes: { expected, actual },
  })
}

const COMMANDS = ['version', 'verack', 'ping', 'pong', 'addr', 'inv', 'getdata', 'tx', 'block', 'headers']

/** A message of a command that Bitcoin has, with random bytes in it. */
export const someMessage = (t: CheckContext, least = 1, most = 40): Message => ({
  command: t.random.pick(COMMANDS),
  payload: t.random.bytes(t.random.int(least, most)),
})

/** A good message on the connection arrives: it is alive, and nothing before it was told. */
export async function expectAlive(t: CheckContext, house: House, peer: Peer, hint: string) {
  const message = someMessage(t)
  await peer.write(house.encode(message))
  await house.expectMessage(message, { from: peer, about: 'for the good message behind it', hint })
}

/** All that was good has been told: more is told twice, or was never sent. */
export function expectNoMore(
  t: CheckContext,
  hint = 'do you tell about a message twice, or about one that has to be dropped?',
): void {
  const more = t.program.told.waiting(exercise.events.message.name)
  if (more.length === 0) return
  t.fail({
    op: 'listen',
    expected: 'one event for each good message.',
    got: `one event more: ${JSON.stringify(more[0]!.data).slice(0, 100)}.`,
    hint,
  })
}
