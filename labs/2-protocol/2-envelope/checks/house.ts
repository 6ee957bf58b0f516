/** A program that listens for messages, and peers that send them. */
import type { CheckContext } from '../../../check/kit/check.ts'
import { count } from '../../../check/kit/finding.ts'
import type { Peer } from '../../../check/peers/peer.ts'
import { envelope } from '../../shared/envelope.ts'
import { HOST } from '../../../1-tcp/shared/listening.ts'
import exercise from '../exercise.ts'

export interface Message {
  command: string
  payload: Buffer
}

export interface House {
  magic: Buffer
  port: number
  connect(name?: string): Promise<Peer>
  encode(message: Message): Buffer
  /** Fails unless the next event is about this message. */
  expectMessage(message: Message, options: { about: string; hint: string }): Promise<void>
}

export async function openHouse(t: CheckContext, magic = t.random.bytes(4)): Promise<House> {
  t.doing(`The checker called listen with the magic ${magic.toString('hex')}.`)
  const { port } = await t.call(exercise.ops.listen, { host: HOST, port: 0, magic })
  return {
    magic,
    port,
    connect: name => t.sockets.connect(port, name),
    encode: message => envelope({ magic, ...message }),
    async expectMessage({ command, payload }, { about, hint }) {
      const got = await t.event(exercise.events.message, { about, hint })
      const words = (command: string, length: number) =>
        `${command === '' ? 'no command' : command} and ${count(length, 'byte')}`
      if (got.command !== command || got.length !== payload.length) {
        t.fail({
          op: 'listen',
          expected: `the event message ${about}: ${words(command, payload.length)}.`,
          got: `an event about another message: ${words(got.command, got.length)}.`,
          hint,
        })
      }
      if (payload.length > 100_000) return
      if (got.payload?.equals(payload)) return
      t.fail({
        op: 'listen',
        expected: `the payload ${about} in its event.`,
        got: got.payload === undefined ? 'an event without payload.' : 'other bytes.',
        hint: 'is the payload what follows the 24 bytes of the header, as many bytes as the length says?',
        ...(got.payload && { bytes: { expected: payload, actual: got.payload } }),
      })
    },
  }
}

const COMMANDS = ['version', 'verack', 'ping', 'pong', 'addr', 'inv', 'getdata', 'tx', 'block', 'headers']

/** A message of a command that Bitcoin has, with random bytes in it. */
export const someMessage = (t: CheckContext, least = 1, most = 40): Message => ({
  command: t.random.pick(COMMANDS),
  payload: t.random.bytes(t.random.int(least, most)),
})
