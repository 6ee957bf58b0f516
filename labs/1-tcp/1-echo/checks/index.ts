/** The checks of exercise 1.1: an echo server and its client, over TCP. */
import type { CheckContext, Checks } from '../../../check/kit/check.ts'
import { loopbackCapacity } from '../../../check/kit/capacity.ts'
import { pause } from '../../../check/kit/deadline.ts'
import { expectBytes, judgeBytes, STOPPED } from '../../../check/kit/expect.ts'
import { count, number } from '../../../check/kit/finding.ts'
import { beginsWith } from '../../../check/peers/accepted.ts'
import type { Peer } from '../../../check/peers/peer.ts'
import exercise from '../exercise.ts'
import { HOST, listen } from '../../shared/listening.ts'
import { changed, clientHint, echoHint, textHint } from './misconceptions.ts'

const { ops } = exercise

const KIB = 1024
const MIB = 1024 * KIB

async function portZero(t: CheckContext): Promise<void> {
  const first = await listen(t)
  const other = await t.another()
  const second = await listen(t, other)
  const asked = `The checker asked two copies of your program to listen on ${HOST}, port 0`
  t.doing(`${asked}.`)
  if (first === second) {
    t.fail({
      expected: 'two different ports: port 0 asks the operating system for any free port.',
      got: `port ${first} from both.`,
      hint: 'is the port written into your code? Pass the port you are given to server.listen.',
    })
  }
  for (const port of [first, second]) (await t.sockets.connect(port)).destroy()
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
}

async function megabyte(t: CheckContext): Promise<void> {
  const bytes = t.random.bytes(MIB + t.random.int(1, 5000))
  const peer = await t.sockets.connect(await listen(t))
  t.doing(`The checker connected, sent ${number(bytes.length)} bytes, and read at the same time.`)
  for (const piece of t.random.cut(bytes, 12)) void peer.write(piece)
  await expectBytes(t, peer, { what: 'the same bytes back', bytes, op: 'listen', hint: echoHint(bytes) })
}

async function halfClose(t: CheckContext): Promise<void> {
  // More than the operating system can hold on the way: at the FIN the rest can only be in the program, or before it.
  const capacity = await loopbackCapacity()
  if (capacity === undefined) {
    return t.inconclusive('this system buffers so much that nothing has to wait in your program.')
  }
  const bytes = t.random.bytes(2 * capacity + MIB)
  const port = await listen(t)
  const peer = await t.sockets.connect(port)
  const probe = await t.sockets.probe(port)
  t.doing(
    `The checker connected, sent ${number(bytes.length)} bytes and closed its sending side (FIN) before it read any. Then it read slowly.`,
  )
  peer.pause()
  void peer.write(bytes)
  void peer.end()
  await keepBusy(t, probe)
  const { received, stop } = await readSlowly(peer, bytes.length)
  const missing = bytes.length - received.length
  if (missing > 0 && stop !== 'silence') {
    t.fail({
      op: 'listen',
      expected: `all ${number(bytes.length)} bytes back, then the end of the connection.`,
      got: `${count(received.length, 'byte')}${STOPPED[stop]}: ${count(missing, 'byte')} were lost.`,
      hint: 'do you close the socket as soon as the other side has ended? Bytes that you wrote may still be waiting in your program: end() sends them first, destroy() discards them.',
      lost: true,
    })
  }
  judgeBytes(t, received, stop, {
    what: `all ${number(bytes.length)} bytes back, then the end of the connection`,
    bytes,
    thenEnd: true,
    op: 'listen',
    hint: echoHint(bytes),
  })
}

/**
 * Gives a program time to read what is on its way, measured by what it does and not by a clock: twenty times it
 * answers on another connection.
 */
async function keepBusy(t: CheckContext, probe: Peer): Promise<void> {
  for (let i = 0; i < 20; i++) {
    const bytes = t.random.bytes(16)
    void probe.write(bytes)
    await expectBytes(t, probe, {
      what: 'an echo on a second connection, while the first one waits',
      bytes,
      op: 'listen',
      hint: (actual, stop) =>
        textHint(bytes, actual) ??
        (stop === 'silence' ? 'does one client block the others?' : echoHint(bytes)(actual, stop)),
    })
  }
}

/** Slower than a program writes, so that its last bytes still wait in the program when it sees the FIN. */
async function readSlowly(peer: Peer, length: number) {
  const parts: Buffer[] = []
  let left = length
  for (;;) {
    peer.resume()
    const { bytes, stop } = await peer.read(Math.max(1, Math.min(left, 64 * KIB)))
    parts.push(bytes)
    left -= bytes.length
    if (stop !== 'enough') return { received: Buffer.concat(parts), stop }
    if (peer.waiting() < 256 * KIB) await pause(1)
    peer.pause()
  }
}

async function clients(t: CheckContext): Promise<void> {
  const rounds = 3
  const port = await listen(t)
  t.doing('The checker opened 20 connections.')
  const peers: Peer[] = []
  for (let i = 1; i <= 20; i++) peers.push(await t.sockets.connect(port, `client ${i}`))
  t.doing(`The checker opened 20 connections and sent different bytes on each of them, in ${rounds} rounds.`)
  for (let round = 0; round < rounds; round++) {
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
          if (other) {
            return `${other.name} got too many bytes: do you answer on the socket that the bytes came from? A variable shared by all connections holds only the last one.`
          }
          return stop === 'silence' && actual.length === 0
            ? 'do you serve every connection, not only one? The connection listener is called once for each of them.'
            : echoHint(bytes)(actual, stop)
        },
      })
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

async function stop(t: CheckContext): Promise<void> {
  const port = await listen(t)
  const before = await t.sockets.connect(port)
  await before.end()
  await before.readToEnd()
  before.destroy()
  t.doing('The checker connected once, closed that connection, and called stop.')
  await t.call(ops.stop, {})
  t.doing('The checker connected once, closed that connection, called stop, and connected again.')
  const after = await t.sockets.tryConnect(port)
  if (after === 'refused') return
  t.fail({
    op: 'stop',
    expected: `that nothing accepts connections on ${HOST}, port ${port} any longer.`,
    got: 'the connection was accepted.',
    hint: 'does stop call server.close() on the same server that listen created, and return after that?',
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

async function clientReceives(t: CheckContext): Promise<void> {
  const bytes = t.random.bytes(t.random.int(20, 60))
  // More than Node reads at once (64 KiB), so that it cannot arrive as one piece however it is timed.
  const answer = t.random.bytes(t.random.int(130, 200) * KIB)
  const pieces = t.random.cut(answer, 6)
  const server = await t.sockets.serve(beginsWith(bytes))
  t.doing(
    `The checker started a server of its own and asked your program to send ${number(bytes.length)} bytes to it.`,
  )
  const early = t.call(ops.send, { peer: server.address, bytes }, { ms: 15_000 })
  const peer = await Promise.race([server.accept(), early.then(() => server.accept(1000))])
  const { stop } = await Promise.race([peer.readToEnd(), early.then(() => peer.readToEnd(1000))])
  if (stop === 'silence') {
    t.fail({
      op: 'send',
      expected: 'that your program closes its sending side (FIN) after the bytes.',
      got: 'no end: the server is still waiting for more bytes.',
      hint: 'socket.end() half-closes: it sends a FIN after the bytes that you wrote, and the other direction stays open.',
    })
  }
  t.doing(
    `The checker started a slow server of its own and asked your program to send ${number(bytes.length)} bytes to it. The server read to the end, then answered with ${number(answer.length)} bytes in ${pieces.length} pieces.`,
  )
  for (const piece of pieces) {
    await peer.write(piece)
    await pause(t.random.int(5, 15))
  }
  await peer.end()
  compareAnswer(t, (await early).bytes, answer)
}

function compareAnswer(t: CheckContext, bytes: Buffer, answer: Buffer): void {
  if (bytes.equals(answer)) return
  const short = bytes.length < answer.length && !changed(answer, bytes)
  t.fail({
    op: 'send',
    expected: `that send returns all ${number(answer.length)} bytes of the answer.`,
    got: `${count(bytes.length, 'byte')}.`,
    hint: short
      ? 'do you return after the first "data" event? A stream arrives in pieces: collect them until "end".'
      : 'do you join the pieces as bytes (Buffer.concat), never as strings?',
    bytes: { expected: answer, actual: bytes },
  })
}

export const checks: Checks = {
  'port-zero': portZero,
  'every-byte': everyByte,
  megabyte,
  'half-close': halfClose,
  clients,
  stop,
  'client-sends': clientSends,
  'client-receives': clientReceives,
}
