/** The checks of exercise 1.1: an echo server and its client, over TCP. */
import type { CheckContext, Checks } from '../../../check/kit/check.ts'
import { expectBytes } from '../../../check/kit/expect.ts'
import { count, inNode, number } from '../../../check/kit/finding.ts'
import { beginsWith } from '../../../check/peers/accepted.ts'
import type { Peer } from '../../../check/peers/peer.ts'
import exercise from '../exercise.ts'
import { breakBeside } from '../../shared/broken-clients.ts'
import { HOST, listen } from '../../shared/listening.ts'
import { clientReceives } from './client-receives.ts'
import { expectNoListening, listenOnGiven } from './given-port.ts'
import { halfClose } from './half-close.ts'
import { clientHint, echoHint, textHint } from './misconceptions.ts'
import { orNoReply } from './no-reply.ts'

const { ops } = exercise

const KIB = 1024
const MIB = 1024 * KIB

async function portZero(t: CheckContext): Promise<void> {
  const first = await listen(t)
  t.doing('The checker started two more copies of your program.')
  const [other, told] = await Promise.all([t.another(), t.another()])
  const second = await listen(t, other)
  const asked = `The checker asked two copies of your program to listen on ${HOST}, port 0`
  t.doing(`${asked}.`)
  if (first === second) {
    t.fail({
      expected: 'two different ports: port 0 asks the operating system for any free port.',
      got: `port ${first} from both.`,
      hint: `is the port written into your code? Pass on the port that you are given${inNode(' to server.listen')}.`,
    })
  }
  const ports = [first, second]
  for (const port of ports) (await t.sockets.connect(port)).destroy()
  const { given, said } = await listenOnGiven(t, told)
  t.doing(
    `The checker asked a third copy of your program to listen on ${HOST}, port ${given}, which was free.`,
  )
  if (said !== given) {
    t.fail({
      op: 'listen',
      expected: `port ${given}: only port 0 means "any free port".`,
      got: `port ${said}.`,
      hint: `do you pass on the port that you are given${inNode(' to server.listen')}?`,
    })
  }
  ;(await t.sockets.connect(given)).destroy()
  await expectNoListening(t, told)
}

async function everyByte(t: CheckContext): Promise<void> {
  const all = t.random.shuffle(Array.from({ length: 256 }, (_, i) => i))
  // Valid and broken UTF-8: a lead byte without its followers, a lone follower, an overlong zero, half an emoji.
  const broken = t.random.shuffle(['c3', '80', 'c080', 'f09f98', 'ff', 'fe', '00', 'e282ac', 'f09f9880'])
  const bytes = Buffer.concat([
    Buffer.from(all),
    ...broken.map(hex => Buffer.from(hex, 'hex')),
    t.random.bytes(t.random.int(20, 200)),
  ])
  const peer = await t.sockets.connect(await listen(t))
  t.doing(
    `The checker connected and sent ${number(bytes.length)} bytes: every value from 00 to ff, and invalid UTF-8.`,
  )
  void peer.write(bytes)
  await expectBytes(t, peer, { what: 'exactly these bytes back', bytes, op: 'listen', hint: echoHint(bytes) })
  // What came too much would come first now.
  const more = t.random.bytes(t.random.int(5, 20))
  t.doing(`The checker got its ${number(bytes.length)} bytes back, and sent ${more.length} more.`)
  void peer.write(more)
  await expectBytes(t, peer, {
    what: 'exactly these bytes back',
    bytes: more,
    op: 'listen',
    hint: echoHint(more),
  })
}

async function megabyte(t: CheckContext): Promise<void> {
  const bytes = t.random.bytes(MIB + t.random.int(1, 5000))
  const peer = await t.sockets.connect(await listen(t))
  t.doing(
    `The checker connected and wrote ${number(bytes.length)} bytes, in up to 12 pieces. It read at the same time.`,
  )
  for (const piece of t.random.cut(bytes, 12)) void peer.write(piece)
  await expectBytes(t, peer, { what: 'the same bytes back', bytes, op: 'listen', hint: echoHint(bytes) })
}

async function clients(t: CheckContext): Promise<void> {
  const rounds = 3
  const port = await listen(t)
  t.doing('The checker began to open 20 connections.')
  const peers: Peer[] = []
  for (let i = 1; i <= 20; i++) peers.push(await t.sockets.connect(port, `client ${i}`))
  let answered = false
  for (let round = 1; round <= rounds; round++) {
    t.doing(
      `The checker opened 20 connections and sent different bytes on each of them, in round ${round} of ${rounds}.`,
    )
    const sent = new Map(peers.map(peer => [peer, t.random.bytes(t.random.int(1, 3000))]))
    for (const peer of t.random.shuffle(peers)) void peer.write(sent.get(peer)!)
    for (const peer of peers) {
      const bytes = sent.get(peer)!
      await expectBytes(t, peer, {
        what: `on ${peer.name}, the ${count(bytes.length, 'byte')} that it sent`,
        bytes,
        op: 'listen',
        hint: (actual, stop) => {
          const text = textHint(bytes, actual)
          if (text !== undefined) return text
          const other = peers.find(p => p !== peer && p.waiting() > sent.get(p)!.length)
          if (other && actual.length < bytes.length) {
            return `${other.name} got too many bytes: do you answer on the socket that the bytes came from? A variable shared by all connections holds only the last one.`
          }
          const onlyOthers = answered || peers.some(p => p !== peer && p.waiting() > 0)
          return stop === 'silence' && actual.length === 0 && onlyOthers
            ? `do you serve every connection, not only one?${inNode(' The connection listener is called once for each of them.')}`
            : echoHint(bytes)(actual, stop)
        },
      })
      answered = true
    }
  }
  const surplus = peers.find(peer => peer.waiting() > 0)
  if (surplus) {
    t.fail({
      op: 'listen',
      expected: 'on each connection, its own bytes once.',
      got: `${count(surplus.waiting(), 'byte')} too many on ${surplus.name}.`,
      hint: 'do you send bytes to more than one socket?',
    })
  }
}

const reset = async (t: CheckContext): Promise<void> =>
  breakBeside(t, {
    port: await listen(t),
    async ask(peer, lost) {
      const bytes = t.random.bytes(t.random.int(5, 50))
      void peer.write(bytes)
      await expectBytes(t, peer, {
        what: `on ${peer.name}, the ${count(bytes.length, 'byte')} that it sent`,
        bytes,
        op: 'listen',
        hint: (actual, stop) => (actual.length === 0 && lost) || echoHint(bytes)(actual, stop),
      })
    },
    ways: [
      { what: 'Client 2 got its bytes back and broke its connection' },
      {
        what: 'Client 2 sent a few bytes and broke its connection at once',
        prepare: peer => void peer.write(t.random.bytes(20)),
      },
      {
        what: 'Client 2 wrote a megabyte, read nothing and broke its connection',
        prepare(peer, settled) {
          peer.pause()
          void peer.write(t.random.bytes(MIB))
          return settled()
        },
      },
    ],
  })

async function stop(t: CheckContext): Promise<void> {
  const port = await listen(t)
  const before = await t.sockets.connect(port)
  t.doing('The checker connected and sent 16 bytes.')
  const bytes = t.random.bytes(16)
  void before.write(bytes)
  await expectBytes(t, before, { what: 'these 16 bytes back', bytes, op: 'listen', hint: echoHint(bytes) })
  t.doing('The checker connected, got its bytes back, and called stop while it was still connected.')
  await orNoReply(t, t.call(ops.stop, {}), {
    op: 'stop',
    expected: 'that stop returns while a client is connected.',
    hint: inNode(
      'do you wait for the callback of server.close()? The server stops listening at once, but the callback comes only after the last client has left.',
      'do you wait until the last client has left? Stop listening, then return.',
    ),
  })
  t.doing('The checker called stop while it was still connected. Then it tried to connect again.')
  const after = await t.sockets.tryConnect(port)
  if (after === 'refused') return
  t.fail({
    op: 'stop',
    expected: `that nothing accepts connections on ${HOST}, port ${port} any longer.`,
    got: 'the connection was accepted.',
    hint: `does stop close the server that listen created${inNode(' (server.close())')}, before it returns?`,
  })
}

async function clientSends(t: CheckContext): Promise<void> {
  const bytes = t.random.bytes(t.random.int(100, 300) * KIB)
  t.doing(
    `The checker started a server of its own and asked your program to send ${number(bytes.length)} bytes to it.`,
  )
  const server = await t.sockets.serve(beginsWith(bytes))
  const replied = t.call(ops.send, { peer: server.address, bytes }, { ms: 15_000 })
  const peer = await Promise.race([server.accept(), replied.then(() => server.accept(1000))])
  await expectBytes(t, peer, {
    what: `these ${number(bytes.length)} bytes`,
    bytes,
    thenEnd: true,
    op: 'send',
    hint: clientHint(bytes),
  })
  await peer.end()
  await replied
}

export const checks: Checks = {
  'port-zero': portZero,
  'every-byte': everyByte,
  megabyte,
  'half-close': halfClose,
  clients,
  reset,
  stop,
  'client-sends': clientSends,
  'client-receives': clientReceives,
}
