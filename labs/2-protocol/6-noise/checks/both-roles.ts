/** The program and libp2p's own Noise, each dialing the other. */
import type { CheckContext } from '../../../check/kit/check.ts'
import { pause } from '../../../check/kit/deadline.ts'
import { number } from '../../../check/kit/finding.ts'
import { libraryPeer, type LibraryPeer, type NoiseConnection } from '../../../check/peers/noise.ts'
import { firstDifference } from '../../../check/transcript/hexdump.ts'
import exercise from '../exercise.ts'
import { DIAL, LISTEN, openDoor } from './handshakes.ts'
import { keysOf, someone, type Who } from './peers.ts'
import { sentence } from './wire.ts'

const FIRST =
  'do `bytes` go out behind message 3, as transport messages? They are encrypted with your key of Split, nonces from 0, and empty associated data.'
const KEYS =
  'do both keys of Split belong to one direction each, with nonces that count from 0 and empty associated data?'
const SIGNATURE =
  'do you sign the text "noise-libp2p-static-key:" and your static public key, with the private key of `identity`, and verify the same of the other side?'
const VECTORS = 'make the check of the vectors pass first: it names the first wrong byte.'

const hintFor = (said: string): string => (/signature/i.test(said) ? SIGNATURE : VECTORS)

export async function bothRoles(t: CheckContext): Promise<void> {
  const library = await libraryPeer(t)
  const program = someone(t, 'the program')
  await libraryDials(t, library, program)
  await programDials(t, library, program)
}

async function libraryDials(t: CheckContext, library: LibraryPeer, program: Who): Promise<void> {
  const door = await openDoor(t, program)
  t.doing("libp2p's Noise dialed your listener.")
  const connection = await library.dial(door.port).catch((error: Error) =>
    t.fail({
      op: LISTEN,
      expected: 'a handshake that libp2p accepts: messages 1, 2 and 3.',
      got: `libp2p gave up: ${sentence(error.message)}`,
      hint: hintFor(error.message),
      lost: true,
    }),
  )
  expectId(t, LISTEN, connection, program)
  const { remote } = await t.event(exercise.events.secured, { about: 'for libp2p' })
  if (remote !== library.id) {
    t.fail({
      op: LISTEN,
      expected: `the event secured with ${library.id}.`,
      got: `${remote}.`,
      hint: 'is it the peer ID of the identity key in message 3?',
    })
  }
  await echoes(t, LISTEN, connection)
  connection.close()
}

async function programDials(t: CheckContext, library: LibraryPeer, program: Who): Promise<void> {
  const bytes = t.random.bytes(t.random.int(20, 200))
  t.doing(`The checker called dial for libp2p's Noise, with ${bytes.length} bytes to send.`)
  const answer = t.ask(exercise.ops.dial, {
    peer: library.address,
    expect: library.id,
    ...keysOf(program),
    bytes,
  })
  const connected = library.accept(program.id)
  const { result, error } = await answer
  if (error !== undefined) {
    const refused = library.lastRefusal()
    t.fail({
      op: DIAL,
      expected: 'a handshake that libp2p accepts.',
      got: `an error: ${sentence(error)}${refused === undefined ? '' : ` libp2p said: ${refused}.`}`,
      hint: hintFor(refused ?? ''),
    })
  }
  if (result.remote !== library.id) {
    t.fail({
      op: DIAL,
      expected: `that dial returns remote: ${library.id}.`,
      got: `${result.remote}.`,
      hint: 'remote is the peer ID of the identity key in message 2.',
    })
  }
  const connection = await Promise.race([connected, pause(5_000).then(() => undefined)])
  if (!connection) {
    t.fail({
      op: DIAL,
      expected: `that libp2p accepts message 3, as ${program.id}.`,
      got: `that it did not: ${library.lastRefusal() ?? 'no message 3 came'}.`,
      hint: 'does message 3 carry s and the payload with your identity key and a signature of your static key? The check of the vectors names the first wrong byte.',
    })
  }
  await expectBytes(t, DIAL, connection, bytes, 'the bytes that dial was given', FIRST)
  await echoes(t, DIAL, connection)
  connection.close()
}

function expectId(t: CheckContext, op: string, { remote }: NoiseConnection, program: Who): void {
  if (remote === program.id) return
  t.fail({
    op,
    expected: `that your program proves the peer ID of its \`identity\`, ${program.id}.`,
    got: `${remote}.`,
    hint: 'the identity key in your payload is the Ed25519 public key of `identity`.',
  })
}

/** A short text, and more than fits into one message. */
async function echoes(t: CheckContext, op: string, connection: NoiseConnection): Promise<void> {
  for (const length of [t.random.int(1, 100), t.random.int(70_000, 100_000)]) {
    const bytes = t.random.bytes(length)
    connection.send(bytes)
    await expectBytes(t, op, connection, bytes, `the echo of ${number(length)} bytes that libp2p sent`)
  }
}

async function expectBytes(
  t: CheckContext,
  op: string,
  connection: NoiseConnection,
  bytes: Buffer,
  what: string,
  hint = KEYS,
): Promise<void> {
  const { bytes: actual } = await connection.read(bytes.length)
  if (firstDifference(bytes, actual) === undefined) return
  t.fail({
    op,
    expected: `${what}.`,
    got: `${number(actual.length)} bytes${actual.length < bytes.length ? ', then nothing more' : ''}.`,
    hint,
    bytes: { expected: bytes, actual },
    lost: true,
  })
}
