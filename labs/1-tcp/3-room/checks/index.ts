/** The checks of exercise 1.3: a room, in which each frame goes to all others. */
import type { CheckContext, Checks } from '../../../check/kit/check.ts'
import { loopbackCapacity } from '../../../check/kit/capacity.ts'
import { count, number } from '../../../check/kit/finding.ts'
import type { Peer } from '../../../check/peers/peer.ts'
import { encode, HEADER } from '../../shared/frames.ts'
import { listen } from '../../shared/listening.ts'
import { judgeDeliveries, type Sent } from './deliveries.ts'
import { APART, createRoom, type Room } from './room.ts'

const KIB = 1024
const MIB = 1024 * KIB

const enter = async (t: CheckContext): Promise<Room> => createRoom(t, await listen(t))

const names = (n: number, first = 1) => Array.from({ length: n }, (_, i) => `client ${first + i}`)

async function others(t: CheckContext): Promise<void> {
  const room = await enter(t)
  const peers = await room.join(...names(4))
  t.doing('The checker connected four clients, which sent a frame one after another.')
  for (const sender of t.random.shuffle(peers)) {
    const body = t.random.bytes(t.random.int(1, 2000))
    void sender.write(encode(body))
    for (const reader of peers) {
      if (reader === sender) continue
      await room.expect(
        reader,
        sender,
        body,
        'do you write each frame to every socket in the room except that of the sender?',
      )
    }
  }
}

async function notBack(t: CheckContext): Promise<void> {
  const room = await enter(t)
  const [first, second] = (await room.join('client 1', 'client 2')) as [Peer, Peer]
  t.doing('The checker connected two clients. Client 1 sent three frames.')
  const own = Array.from({ length: 3 }, () => t.random.bytes(t.random.int(1, 500)))
  void first.write(Buffer.concat(own.map(encode)))
  for (const body of own)
    await room.expect(second, first, body, 'do you forward all frames of one data event, in order?')
  t.doing(
    'The checker connected two clients. Client 1 sent three frames. When client 2 had received them, it sent two frames, one after the other. They must be the first frames that client 1 receives.',
  )
  const answers = Array.from({ length: 2 }, () => t.random.bytes(t.random.int(1, 500)))
  for (const answer of answers) {
    void second.write(encode(answer))
    const expected = 'that client 1 gets the frame of client 2, and none of its own.'
    const got = await room.next(
      first,
      expected,
      'do you write each frame to every socket in the room except that of the sender?',
    )
    if (got.equals(answer)) continue
    const itsOwn = own.some(body => body.equals(got))
    t.fail({
      op: 'listen',
      expected,
      got: itsOwn ? 'its own frame, which came back.' : `a different frame of ${count(got.length, 'byte')}.`,
      hint: 'do you leave the sender out? for (const socket of sockets) if (socket !== sender) …',
      bytes: { expected: answer, actual: got },
    })
  }
}

async function fifty(t: CheckContext): Promise<void> {
  const rounds = 3
  const room = await enter(t)
  const all = await room.join('probe 1', 'probe 2', ...names(50))
  t.doing(
    `The checker connected 50 clients, and two probes. In ${rounds} rounds, each client sent the first part of a frame. When your program had read all 50 parts, each client sent the rest.`,
  )
  const [from, to, ...peers] = all as [Peer, Peer, ...Peer[]]
  const sent: Sent = new Map(peers.map(peer => [peer, []]))
  for (let round = 0; round < rounds; round++) {
    const rests: [Peer, Buffer][] = []
    for (const peer of t.random.shuffle(peers)) {
      const body = t.random.bytes(t.random.int(20, 300))
      sent.get(peer)!.push(body)
      const [start, rest] = t.random.cut(encode(body), 2) as [Buffer, Buffer]
      void peer.write(start)
      rests.push([peer, rest])
    }
    await room.untilRead(from, to, APART)
    for (const [peer, rest] of t.random.shuffle(rests)) void peer.write(rest)
    await Promise.all(all.map(peer => judgeDeliveries(t, room, peer, sent, round)))
  }
}

async function order(t: CheckContext): Promise<void> {
  const room = await enter(t)
  const peers = await room.join(...names(4))
  const senders = peers.slice(0, 2)
  const sent: Sent = new Map(peers.map(peer => [peer, []]))
  for (const sender of senders) {
    // Long and short ones in turn: a program that handles frames side by side is done with a short one first.
    for (let i = 0; i < 60; i++) {
      sent.get(sender)!.push(t.random.bytes(i % 3 === 0 ? t.random.int(60, 100) * KIB : t.random.int(8, 40)))
    }
  }
  t.doing(
    `The checker connected four clients. Two of them sent ${sent.get(senders[0]!)!.length} frames each at the same time, alternately long and short.`,
  )
  for (const sender of senders) for (const body of sent.get(sender)!) void sender.write(encode(body))
  await Promise.all(peers.map(peer => judgeDeliveries(t, room, peer, sent)))
}

async function stalled(t: CheckContext): Promise<void> {
  const room = await enter(t)
  const [stuck, sender, ...readers] = (await room.join(...names(4))) as [Peer, Peer, ...Peer[]]
  t.doing('The checker connected four clients. Client 1 sent half a frame.')
  const late = t.random.bytes(t.random.int(50, 500))
  const frame = encode(late)
  const cut = t.random.int(HEADER + 1, frame.length - 1)
  void stuck.write(frame.subarray(0, cut))
  await room.untilRead(sender, readers[0]!, APART)
  t.doing(
    'The checker connected four clients. Client 1 sent half a frame and then nothing. When your program had read it, client 2 sent 20 frames.',
  )
  const bodies = Array.from({ length: 20 }, () => t.random.bytes(t.random.int(1, 300)))
  for (const body of bodies) void sender.write(encode(body))
  for (const reader of [...readers, stuck]) {
    for (const body of bodies) await room.expect(reader, sender, body, APART)
  }
  t.doing(
    'The checker connected four clients. Client 1 sent half a frame, then client 2 sent 20 whole frames. Then client 1 sent the rest of its frame.',
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
}

async function slowReader(t: CheckContext): Promise<void> {
  const capacity = await loopbackCapacity()
  if (capacity === undefined) {
    return t.inconclusive(
      'this system buffers so much for a client that does not read that no client can block another.',
    )
  }
  const total = 2 * capacity + MIB
  const bodies = Array.from({ length: Math.ceil(total / (64 * KIB)) }, () => t.random.bytes(64 * KIB))
  const room = await enter(t)
  const [slow, sender, reader] = (await room.join(...names(3))) as [Peer, Peer, Peer]
  t.doing(
    `The checker connected three clients. Client 1 stopped reading. Client 2 sent ${bodies.length} frames, ${number(total)} bytes: more than the system can buffer for client 1.`,
  )
  slow.pause()
  for (const body of bodies) void sender.write(encode(body))
  for (const body of bodies) {
    await room.expect(
      reader,
      sender,
      body,
      'does one client that does not read block the others? Write to all sockets without awaiting one before the next.',
    )
  }
}

async function dead(t: CheckContext): Promise<void> {
  const room = await enter(t)
  const [idle, half, polite, ...rest] = (await room.join(...names(8))) as [Peer, Peer, Peer, ...Peer[]]
  const everyone =
    'one client that vanishes must not end or confuse your program: handle the "error" event of its socket, and take it out of the room on "close".'
  const gone: [string, () => void][] = [
    ['Client 1 broke its connection (RST)', () => idle.reset()],
    ['Client 2 broke its connection (RST) in the middle of a frame', () => half.reset()],
    ['Client 3 ended its side (FIN), then closed', () => void polite.end().then(() => polite.destroy())],
  ]
  t.doing('The checker connected eight clients. Client 2 sent half a frame.')
  void half.write(encode(t.random.bytes(100)).subarray(0, 50))
  await room.untilRead(rest[0]!, rest[1]!, everyone)
  for (const [what, leave] of t.random.shuffle(gone)) {
    t.doing(`The checker connected eight clients. ${what}.`)
    leave()
    await room.untilRead(rest[0]!, rest[1]!, everyone)
    t.doing(`The checker connected eight clients. ${what}. Then five other clients sent a frame each.`)
    for (const sender of rest) {
      const body = t.random.bytes(t.random.int(1, 500))
      void sender.write(encode(body))
      for (const reader of rest) if (reader !== sender) await room.expect(reader, sender, body, everyone)
    }
  }
}

export const checks: Checks = {
  others,
  'not-back': notBack,
  fifty,
  order,
  stalled,
  'slow-reader': slowReader,
  dead,
}
