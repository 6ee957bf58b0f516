/** The checks of exercise 1.2: frames in a stream, however the stream is cut. */
import type { CheckContext, Checks } from '../../../check/kit/check.ts'
import { expectBytes } from '../../../check/kit/expect.ts'
import { count, inNode, number } from '../../../check/kit/finding.ts'
import type { Random } from '../../../check/kit/random.ts'
import type { Peer } from '../../../check/peers/peer.ts'
import { breakBeside } from '../../shared/broken-clients.ts'
import { encode, HEADER } from '../../shared/frames.ts'
import { listen } from '../../shared/listening.ts'
import { expectAnswers, expectNoMore, greeted, ORDINARY, untilRead, WHILE } from './answers.ts'

const KIB = 1024

async function oneFrame(t: CheckContext): Promise<void> {
  // 80 in front is not valid UTF-8; not a palindrome, so that reversing shows.
  const body = Buffer.concat([
    Buffer.from([0x80, 0x00, 0xff]),
    t.random.bytes(t.random.int(3, 30)),
    Buffer.of(1),
  ])
  const peer = await t.sockets.connect(await listen(t))
  t.doing(`The checker connected and sent one frame: the length ${body.length}, then ${body.length} bytes.`)
  void peer.write(encode(body))
  await expectAnswers(t, peer, [body], {
    hint: ORDINARY,
  })
  expectNoMore(t, peer)
  const next = t.random.bytes(t.random.int(3, 30))
  t.doing(
    'The checker connected, sent a frame, got the answer, and sent a second frame on the same connection.',
  )
  void peer.write(encode(next))
  await expectAnswers(t, peer, [next], {
    what: 'the answer to the second frame',
    hint: 'do you keep the connection open after an answer, and go on reading from it?',
  })
  expectNoMore(t, peer)
}

/** Short frames of different bytes: short, so that every place where they can be cut is tried. */
const shortFrames = (random: Random): Buffer[] =>
  Array.from({ length: 3 }, () => {
    const start = random.int(1, 200)
    return Buffer.from(Array.from({ length: random.int(2, 6) }, (_, i) => start + i))
  })

async function everyCut(t: CheckContext): Promise<void> {
  const port = await listen(t)
  const probe = await greeted(t, port, 'second connection')
  const bodies = shortFrames(t.random)
  const stream = Buffer.concat(bodies.map(encode))
  for (const cut of t.random.shuffle(Array.from({ length: stream.length - 1 }, (_, i) => i + 1))) {
    const { whole, place } = where(bodies, cut)
    t.doing('The checker had its answers, and connected once more.')
    const peer = await t.sockets.connect(port)
    const sent = `The checker sent the first ${count(cut, 'byte')} of three frames (${stream.length} bytes in all), cut ${place}`
    t.doing(`${sent}.`)
    const [first, second] = [stream.subarray(0, cut), stream.subarray(cut)]
    void peer.write(first)
    if (whole > 0) {
      await expectAnswers(t, peer, bodies.slice(0, whole), {
        pieces: [first],
        hint: 'do you answer a frame as soon as it is complete, even if a part of the next one has arrived?',
      })
    }
    t.doing(`${sent}. Then it sent a whole frame on a second connection.`)
    await untilRead(t, probe)
    t.doing(`${sent}. When your program had read them, it sent the rest.`)
    void peer.write(second)
    await expectAnswers(t, peer, bodies.slice(whole), {
      pieces: whole > 0 ? [second] : [first, second],
      hint:
        place === PLACES.length
          ? 'the length itself can arrive in parts: do you wait for all 4 bytes of it, and keep the first ones until then?'
          : `do you treat each ${inNode('data event', 'read')} as one message, or drop the rest of it? Keep the bytes of an incomplete frame until the others arrive.`,
    })
    expectNoMore(t, peer)
    peer.destroy()
  }
}

const PLACES = {
  length: 'inside a length',
  body: 'inside the bytes of a frame',
  between: 'between two frames',
} as const

/** How many frames are whole before the cut, and what the cut goes through. */
function where(bodies: readonly Buffer[], cut: number): { whole: number; place: string } {
  let start = 0
  for (const [whole, { length }] of bodies.entries()) {
    const into = cut - start
    if (into === 0) return { whole, place: PLACES.between }
    if (into < HEADER) return { whole, place: PLACES.length }
    if (into < HEADER + length) return { whole, place: PLACES.body }
    start += HEADER + length
  }
  return { whole: bodies.length, place: PLACES.between }
}

async function byteByByte(t: CheckContext): Promise<void> {
  const bodies = shortFrames(t.random)
  const stream = Buffer.concat(bodies.map(encode))
  const port = await listen(t)
  const probe = await greeted(t, port, 'second connection')
  const peer = await t.sockets.connect(port)
  let next = 0
  let end = 0
  for (let i = 0; i < stream.length; i++) {
    t.doing(
      `The checker sent ${i + 1} of the ${stream.length} bytes of three frames, one at a time, each when your program had read the previous one.`,
    )
    void peer.write(stream.subarray(i, i + 1))
    await untilRead(t, probe)
    if (i + 1 < end + HEADER + bodies[next]!.length) continue
    await expectAnswers(t, peer, [bodies[next]!], {
      what: `the answer to frame ${next + 1}, which is now complete`,
      hint: 'do you keep the bytes of a frame until it is complete? The length itself can arrive in parts, too.',
    })
    end += HEADER + bodies[next]!.length
    next++
  }
  expectNoMore(t, peer)
}

async function coalesced(t: CheckContext): Promise<void> {
  const bodies = Array.from({ length: t.random.int(40, 80) }, () => t.random.bytes(t.random.int(1, 60)))
  const peer = await greeted(t, await listen(t))
  t.doing(`The checker sent ${bodies.length} frames in one write, so that several arrive together.`)
  void peer.write(Buffer.concat(bodies.map(encode)))
  await expectAnswers(t, peer, bodies, {
    hint: WHILE,
  })
  expectNoMore(t, peer)
}

async function frameAndAHalf(t: CheckContext): Promise<void> {
  const [first, second] = [t.random.bytes(t.random.int(5, 50)), t.random.bytes(t.random.int(10, 50))]
  const stream = Buffer.concat([encode(first), encode(second)])
  const cut = HEADER + first.length + HEADER + Math.floor(second.length / 2)
  const peer = await greeted(t, await listen(t))
  t.doing('The checker sent one frame and the first half of the next in one write.')
  void peer.write(stream.subarray(0, cut))
  await expectAnswers(t, peer, [first], {
    what: 'the answer to the first frame, before the second is complete',
    hint: 'do you answer a frame as soon as it is complete? Do not wait until the buffer holds nothing else.',
  })
  t.doing(
    'The checker sent one frame and the first half of the next, received the first answer, and sent the second half.',
  )
  void peer.write(stream.subarray(cut))
  await expectAnswers(t, peer, [second], {
    what: 'the answer to the second frame',
    hint: 'do you drop the rest of the buffer after a whole frame? It is the start of the next one.',
  })
  expectNoMore(t, peer)
}

async function empty(t: CheckContext): Promise<void> {
  const bodies = [5, 5, 0, 5].map(length => t.random.bytes(length))
  const port = await listen(t)
  const peer = await greeted(t, port)
  t.doing('The checker sent four frames in one write, the third of them empty (length 0).')
  void peer.write(Buffer.concat(bodies.map(encode)))
  const hint =
    'do you treat a length of 0 like any other? The answer to an empty frame is an empty frame: 00 00 00 00.'
  await expectAnswers(t, peer, bodies, { hint, lost: hint })
  expectNoMore(t, peer)

  const other = await t.sockets.connect(port)
  t.doing('The checker connected and sent one empty frame (length 0), and nothing else.')
  void other.write(encode(Buffer.alloc(0)))
  await expectBytes(t, other, {
    what: 'an empty frame: 00 00 00 00',
    bytes: Buffer.alloc(HEADER),
    op: 'listen',
    hint: () => hint,
  })
}

async function large(t: CheckContext): Promise<void> {
  const bodies = [t.random.bytes(t.random.int(150, 300) * KIB + 1), t.random.bytes(20)]
  const port = await listen(t)
  const peer = await greeted(t, port)
  t.doing(`The checker wrote a frame of ${number(bodies[0]!.length)} bytes in pieces, then a short one.`)
  for (const piece of t.random.cut(Buffer.concat(bodies.map(encode)), 5)) void peer.write(piece)
  await expectAnswers(t, peer, bodies, {
    hint: 'do you read all 32 bits of the length, and wait for the whole frame before you answer? It arrives in many pieces.',
  })
  expectNoMore(t, peer)
  await firstByte(t, peer, await greeted(t, port, 'second connection'))
}

/** A length that needs its first byte, without the megabytes that it announces. */
async function firstByte(t: CheckContext, peer: Peer, probe: Peer): Promise<void> {
  const start = Buffer.concat([Buffer.of(1, 0, 0, t.random.int(1, 60)), t.random.bytes(100)])
  const length = start.readUInt32BE()
  t.doing(
    `The checker announced a frame of ${number(length)} bytes (${start.toString('hex', 0, HEADER).replace(/..(?=.)/g, '$& ')}) and sent ${start.length - HEADER} of them.`,
  )
  void peer.write(start)
  await untilRead(t, probe)
  if (peer.waiting() === 0) return
  t.fail({
    op: 'listen',
    expected: 'no answer yet: the frame is not complete.',
    got: `${count(peer.waiting(), 'byte')}.`,
    hint: `do you read all 32 bits of the length${inNode(' (readUInt32BE)')}? Its first byte counts, too.`,
  })
}

async function reset(t: CheckContext): Promise<void> {
  const halfAFrame = (peer: Peer, settled: () => Promise<void>) => {
    void peer.write(encode(t.random.bytes(40)).subarray(0, t.random.int(1, 43)))
    return settled()
  }
  await breakBeside(t, {
    port: await listen(t),
    async ask(peer, lost) {
      const body = t.random.bytes(t.random.int(5, 50))
      void peer.write(encode(body))
      await expectAnswers(t, peer, [body], {
        what: `on ${peer.name}, the answer to its frame`,
        hint: lost ?? ORDINARY,
        ...(lost !== undefined && { lost }),
      })
    },
    ways: [
      { what: 'Client 2 got its answer and broke its connection' },
      { what: 'Client 2 sent half a frame and broke its connection', prepare: halfAFrame },
      { what: 'Client 2 sent half a frame and ended its side', ends: true, prepare: halfAFrame },
      {
        what: 'Client 2 sent a frame and broke its connection at once',
        prepare: peer => void peer.write(encode(t.random.bytes(40))),
      },
    ],
  })
}

export const checks: Checks = {
  'one-frame': oneFrame,
  'every-cut': everyCut,
  'byte-by-byte': byteByByte,
  coalesced,
  'frame-and-a-half': frameAndAHalf,
  empty,
  large,
  reset,
}
