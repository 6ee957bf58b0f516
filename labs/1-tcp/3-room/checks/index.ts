/** The checks of exercise 1.3: a room, in which each frame goes to all others. */
import type { CheckContext, Checks } from '../../../check/kit/check.ts'
import { loopbackCapacity } from '../../../check/kit/capacity.ts'
import { count, inNode, number } from '../../../check/kit/finding.ts'
import { happens, NEVER_MS } from '../../../check/kit/patience.ts'
import type { Peer } from '../../../check/peers/peer.ts'
import { encode, HEADER } from '../../shared/frames.ts'
import { listen } from '../../shared/listening.ts'
import { judgeDeliveries, type Sent } from './deliveries.ts'
import { APART, createRoom, type Room } from './room.ts'

const KIB = 1024
const MIB = 1024 * KIB

const enter = async (t: CheckContext): Promise<Room> => createRoom(t, await listen(t))

const names = (n: number, first = 1) => Array.from({ length: n }, (_, i) => `client ${first + i}`)

const ALL_OF_ONE_EVENT = `do you forward all frames of one ${inNode('data event', 'read')}, in order?`
const TO_ALL = 'do you write each frame to every socket in the room except that of the sender?'

async function others(t: CheckContext): Promise<void> {
  const room = await enter(t)
  const peers = await room.join(...names(4))
  const here = 'The checker connected four clients'
  const passesOn = async (
    sender: Peer,
    body: Buffer,
    readers: readonly Peer[],
    hint = TO_ALL,
    instead = hint,
  ) => {
    for (const reader of readers) {
      if (reader !== sender) await room.expect(reader, sender, body, hint, instead)
    }
  }
  for (const sender of t.random.shuffle(peers)) {
    const body = t.random.bytes(t.random.int(1, 2000))
    t.doing(`${here}. Then ${sender.name} sent a frame of ${count(body.length, 'byte')}.`)
    void sender.write(encode(body))
    await passesOn(sender, body, peers)
  }
  const [sender] = t.random.shuffle(peers) as [Peer]
  const after = t.random.bytes(20)
  t.doing(`${here}. Then ${sender.name} sent an empty frame (length 0), and then one of 20 bytes.`)
  void sender.write(Buffer.concat([Buffer.alloc(0), after].map(encode)))
  await passesOn(
    sender,
    Buffer.alloc(0),
    peers,
    'an empty frame is a frame: do you forward a body of length 0, too?',
  )
  await passesOn(sender, after, peers, ALL_OF_ONE_EVENT)
  const [late] = (await room.join('client 5')) as [Peer]
  const last = t.random.bytes(20)
  t.doing(`${here}, which sent frames. Then client 5 connected, and ${sender.name} sent one more frame.`)
  void sender.write(encode(last))
  await passesOn(
    sender,
    last,
    [...peers, late],
    TO_ALL,
    'do you keep frames, and send them to clients that join later? A client gets the frames that come while it is connected.',
  )
  for (const again of [sender, late]) {
    t.doing(
      `Five clients were connected. Then ${again.name} sent a frame with the same bytes as the frame before.`,
    )
    void again.write(encode(last))
    await passesOn(again, last, [...peers, late], EQUAL)
  }
}

const EQUAL =
  'do you forward a frame only once if another one has the same bytes? Two equal frames are two frames, and each of them goes to all others.'

async function notBack(t: CheckContext): Promise<void> {
  const room = await enter(t)
  const [first, second] = (await room.join('client 1', 'client 2')) as [Peer, Peer]
  const sent = 'The checker connected two clients. Client 1 sent three frames'
  t.doing(`${sent}.`)
  const own = Array.from({ length: 3 }, () => t.random.bytes(t.random.int(1, 500)))
  void first.write(Buffer.concat(own.map(encode)))
  for (const body of own) await room.expect(second, first, body, ALL_OF_ONE_EVENT)
  for (const which of ['a frame', 'a second one']) {
    const answer = t.random.bytes(t.random.int(1, 500))
    t.doing(`${sent}. When client 2 had received them, it sent ${which}.`)
    void second.write(encode(answer))
    const expected = 'that client 1 gets the frame of client 2, and none of its own.'
    const got = await room.next(first, expected, TO_ALL)
    if (got.equals(answer)) continue
    const itsOwn = own.some(body => body.equals(got))
    t.fail({
      op: 'listen',
      expected,
      got: itsOwn ? 'its own frame, which came back.' : `a different frame of ${count(got.length, 'byte')}.`,
      hint: `do you leave the sender out?${inNode(' for (const socket of sockets) if (socket !== sender) …')}`,
      bytes: { expected: answer, actual: got },
    })
  }
}

async function fifty(t: CheckContext): Promise<void> {
  const rounds = 3
  const room = await enter(t)
  const all = await room.join('probe 1', 'probe 2', ...names(50))
  const [from, to, ...peers] = all as [Peer, Peer, ...Peer[]]
  const sent: Sent = new Map(peers.map(peer => [peer, []]))
  for (let round = 0; round < rounds; round++) {
    const parts = `The checker connected 50 clients, and two probes. In round ${round + 1} of ${rounds}, each client sent the first part of a frame.`
    t.doing(`${parts} Then a probe sent a whole frame.`)
    const rests: [Peer, Buffer][] = []
    for (const peer of t.random.shuffle(peers)) {
      const body = t.random.bytes(t.random.int(20, 300))
      sent.get(peer)!.push(body)
      const [start, rest] = t.random.cut(encode(body), 2) as [Buffer, Buffer]
      void peer.write(start)
      rests.push([peer, rest])
    }
    await room.untilRead(from, to, APART)
    t.doing(`${parts} When your program had read all 50 parts, each client sent the rest.`)
    for (const [peer, rest] of t.random.shuffle(rests)) void peer.write(rest)
    await Promise.all(all.map(peer => judgeDeliveries(t, room, peer, sent, round)))
  }
}

/** How often the end of a long frame arrives together with short ones. */
const LATE_ENDS = 8

async function order(t: CheckContext): Promise<void> {
  const room = await enter(t)
  const peers = (await room.join(...names(4))) as [Peer, Peer, Peer, Peer]
  const [from, to, ...senders] = peers
  const sent: Sent = new Map(senders.map(peer => [peer, []]))
  const long = (most: number) => t.random.bytes(t.random.int(most - 40, most) * KIB)
  const short = () => t.random.bytes(t.random.int(8, 40))
  for (const sender of senders) {
    // Long and short ones in turn: a program that handles frames side by side is done with a short one first.
    for (let i = 0; i < 60; i++) sent.get(sender)!.push(i % 3 === 0 ? long(100) : short())
  }
  const burst = sent.get(senders[0]!)!.length
  t.doing(
    `The checker connected four clients. Two of them sent ${burst} frames each at the same time, alternately long and short.`,
  )
  for (const sender of senders) for (const body of sent.get(sender)!) void sender.write(encode(body))
  await Promise.all(peers.map(peer => judgeDeliveries(t, room, peer, sent)))

  // Above, how much one read takes is up to the system. Here the end of a long frame and the short ones behind it are sent in one write, and usually
  // come in one read.
  for (let round = 0; round < LATE_ENDS; round++) {
    const due = sent.get(senders[0]!)!.length
    const begin = `The checker connected four clients. Two of them had sent ${due} frames each. Then each of them sent a long frame without its last bytes`
    t.doing(`${begin}, and client 1 sent a whole frame.`)
    const rests: [Peer, Buffer][] = []
    for (const sender of senders) {
      const bodies = [long(60), short(), short(), short()]
      sent.get(sender)!.push(...bodies)
      const frames = Buffer.concat(bodies.map(encode))
      const cut = encode(bodies[0]!).length - t.random.int(1, 100)
      void sender.write(frames.subarray(0, cut))
      rests.push([sender, frames.subarray(cut)])
    }
    await room.untilRead(from, to, APART)
    t.doing(
      `${begin}. When a frame of client 1 had reached client 2, each sent the rest, with three short frames behind it.`,
    )
    for (const [sender, rest] of rests) void sender.write(rest)
    await Promise.all(peers.map(peer => judgeDeliveries(t, room, peer, sent, due)))
  }
}

async function stalled(t: CheckContext): Promise<void> {
  const room = await enter(t)
  const [stuck, sender, ...readers] = (await room.join(...names(4))) as [Peer, Peer, ...Peer[]]
  t.doing('The checker connected four clients. Client 1 sent half a frame.')
  const late = t.random.bytes(t.random.int(50, 500))
  const frame = encode(late)
  const cut = t.random.int(HEADER + 1, frame.length - 1)
  void stuck.write(frame.subarray(0, cut))
  t.doing('The checker connected four clients. Client 1 sent half a frame. Then client 2 sent a whole one.')
  await room.untilRead(sender, readers[0]!, APART)
  t.doing(
    'The checker connected four clients. Client 1 sent half a frame and then nothing. When your program had read it, client 2 sent 20 frames.',
  )
  const bodies = Array.from({ length: 20 }, () => t.random.bytes(t.random.int(1, 300)))
  for (const body of bodies) void sender.write(encode(body))
  for (const reader of [...readers, stuck]) {
    for (const body of bodies) await room.expect(reader, sender, body, APART)
  }
  const [newcomer] = (await room.join('client 5')) as [Peer]
  t.doing(
    'The checker connected four clients. Client 1 sent half a frame, then client 2 sent 20 whole frames. Then client 5 connected, and client 1 sent the rest of its frame.',
  )
  void stuck.write(frame.subarray(cut))
  for (const reader of [sender, ...readers]) {
    await room.expect(
      reader,
      stuck,
      late,
      'do you keep half a frame until the rest arrives, however long it takes?',
    )
  }
  await room.expect(
    newcomer,
    stuck,
    late,
    'do you decide who gets a frame when it begins? It goes to everyone who is connected when it is complete.',
  )
}

async function slowReader(t: CheckContext): Promise<void> {
  const capacity = await loopbackCapacity()
  if (capacity === undefined) {
    return t.inconclusive(
      'this system buffers so much for a client that does not read that no client can block another.',
    )
  }
  const bodies = Array.from({ length: Math.ceil((2 * capacity + MIB) / (64 * KIB)) }, () =>
    t.random.bytes(64 * KIB),
  )
  const room = await enter(t)
  const [slow, sender, reader] = (await room.join(...names(3))) as [Peer, Peer, Peer]
  const sent = `The checker connected three clients. Client 1 stopped reading. Client 2 wrote ${bodies.length} frames of ${number(64 * KIB)} bytes`
  t.doing(`${sent}, which is more than the system can hold for client 1.`)
  room.lost = FOR_THE_SLOW
  slow.pause()
  for (const body of bodies) void sender.write(encode(body))
  for (const [i, body] of bodies.entries()) {
    // The first ones fit, so that nobody has to wait for client 1 yet.
    const hint =
      i < 2
        ? 'a frame of this length arrives in many pieces: do you put them together, and forward it whole?'
        : BLOCKED
    await room.expect(reader, sender, body, hint, FOR_THE_SLOW)
  }
  t.doing(`${sent}, and client 3 received them all. Then client 1 began to read.`)
  slow.resume()
  for (const body of bodies) {
    await room.expect(slow, sender, body, FOR_THE_SLOW)
  }
}

const FOR_THE_SLOW =
  'a frame goes to every other client: do you leave frames out for a client that reads slowly, or disconnect it? In this exercise, they wait for it in memory.'
const BLOCKED =
  'does one client that does not read block the others? Write to all sockets without awaiting one before the next.'

/** A client that has ended its side has left, even if it does not close: the program ends its own. */
async function leaves(t: CheckContext): Promise<void> {
  const room = await enter(t)
  const peers = (await room.join(...names(4))) as [Peer, Peer, Peer, Peer]
  const [whole, half, ...rest] = peers
  room.lost = GONE
  const endings: [Peer, string][] = [
    [whole, 'Client 1 ended its side (FIN)'],
    [half, 'Client 2 sent half a frame and ended its side (FIN)'],
  ]
  for (const [peer, what] of t.random.shuffle(endings)) {
    if (peer === half) void half.write(encode(t.random.bytes(100)).subarray(0, 50))
    void peer.end()
    t.doing(`The checker connected four clients. ${what}, but did not close its connection.`)
    const ended = peer.readToEnd(NEVER_MS)
    if (!(await happens(ended, { ms: AT_ONCE_MS, signOfLife: t.program.signOfLife }))) {
      t.fail({
        op: 'listen',
        expected: `that your program ends its own side of ${peer.name}, too.`,
        got: 'the connection stayed open.',
        hint: `do you end your side when a client has ended its own?${inNode(' With allowHalfOpen, you have to call end() on "end" yourself.')} A client that has left keeps its place, and the frames that nobody reads, in your memory.`,
      })
    }
    t.doing(`The checker connected four clients. ${what}. Then client 3 sent a frame.`)
    const body = t.random.bytes(t.random.int(1, 500))
    void rest[0]!.write(encode(body))
    await room.expect(rest[1]!, rest[0]!, body, GONE)
  }
}

/** How long what is due at once may take while the program answers other questions. */
const AT_ONCE_MS = 1500

const GONE = `one client that vanishes must not end or confuse your program: handle ${inNode('the "error" event of its socket, and take it out of the room on "close"', 'the errors of its socket, and take it out of the room, however its connection ends')}.`

async function dead(t: CheckContext): Promise<void> {
  const room = await enter(t)
  const [idle, half, polite, ...rest] = (await room.join(...names(8))) as [Peer, Peer, Peer, ...Peer[]]
  room.lost = GONE
  const gone: [string, () => void][] = [
    ['Client 1 broke its connection (RST)', () => idle.reset()],
    ['Client 2 broke its connection (RST) in the middle of a frame', () => half.reset()],
    ['Client 3 ended its side (FIN), then closed', () => void polite.end().then(() => polite.destroy())],
  ]
  t.doing('The checker connected eight clients. Client 2 sent half a frame.')
  void half.write(encode(t.random.bytes(100)).subarray(0, 50))
  await room.untilRead(rest[0]!, rest[1]!, GONE)
  for (const [what, leave] of t.random.shuffle(gone)) {
    leave()
    t.doing(`The checker connected eight clients. ${what}. Then client 4 sent a frame.`)
    await room.untilRead(rest[0]!, rest[1]!, GONE)
    for (const sender of rest) {
      t.doing(
        `The checker connected eight clients. ${what}. Then the others sent frames, ${sender.name} the last one so far.`,
      )
      const body = t.random.bytes(t.random.int(1, 500))
      void sender.write(encode(body))
      for (const reader of rest) if (reader !== sender) await room.expect(reader, sender, body, GONE)
    }
  }
  t.doing('The checker connected eight clients, and three of them vanished. Then it connected a new one.')
  const newcomer = await t.sockets.tryConnect(room.port, 'client 9')
  if (newcomer === 'refused') {
    t.fail({
      op: 'listen',
      expected: 'that your program still accepts connections.',
      got: 'the connection was refused.',
      hint: GONE,
      lost: true,
    })
  }
}

export const checks: Checks = {
  others,
  'not-back': notBack,
  fifty,
  order,
  stalled,
  'slow-reader': slowReader,
  leaves,
  dead,
}
