/** Checks of many streams on one connection, and of streams that get into trouble. */
import type { CheckContext } from '../../../check/kit/check.ts'
import { count, number } from '../../../check/kit/finding.ts'
import type { Libp2pConnection, Libp2pStream } from '../../../check/peers/libp2p.ts'
import { explainEnd } from '../../shared/explain-end.ts'
import { echoes, echoHint, expectStream, explainClosedEarly } from './expect.ts'
import { meet, open } from './nodes.ts'

const KIB = 1024
const MIB = 1024 * KIB

const openSome = async (connection: Libp2pConnection, n: number, hint?: string): Promise<Libp2pStream[]> => {
  const streams = []
  for (let i = 0; i < n; i++) streams.push(await open(connection, hint))
  return streams
}

export async function tenStreams(t: CheckContext): Promise<void> {
  const rounds = 3
  const many =
    'can your handler have 10 streams at once? It is called once for each stream, and maxInboundStreams limits the streams of one connection.'
  await meet(t, async connection => {
    t.doing('The checker opened 10 streams on one connection, one after another.')
    const streams = await openSome(connection, 10, many)
    const sent = 'The checker opened 10 streams on one connection and sent different bytes on each of them'
    for (let round = 0; round < rounds; round++) {
      const bodies = new Map(streams.map(stream => [stream, t.random.bytes(t.random.int(1, 3000))]))
      for (const stream of t.random.shuffle(streams)) stream.write(bodies.get(stream)!)
      t.doing(`${sent}${round === 0 ? '' : `, for ${round === 1 ? 'a second' : 'a third'} time`}.`)
      for (const stream of streams) {
        const bytes = bodies.get(stream)!
        await expectStream(t, stream, {
          what: `on ${stream.name}, the ${count(bytes.length, 'byte')} that the checker sent there`,
          bytes,
          op: 'listen',
          hint: (actual, stop) =>
            streams.some(other => other !== stream && other.waiting() > bodies.get(other)!.length)
              ? 'another stream got too many bytes: do you answer on the stream that the bytes came from? A variable shared by all streams holds only the last one.'
              : stop === 'reset' || (stop === 'silence' && actual.length === 0 && stream !== streams[0])
                ? many
                : echoHint(bytes)(actual, stop),
        })
      }
    }
    t.doing(`${sent}, ${rounds} times. Then it began to end them, one after another.`)
    for (const stream of t.random.shuffle(streams)) {
      stream.end()
      await expectStream(t, stream, {
        what: `no more bytes on ${stream.name}`,
        bytes: Buffer.alloc(0),
        thenEnd: true,
        op: 'listen',
        hint: echoHint(Buffer.alloc(0)),
      })
    }
  })
}

type FourStreams = [Libp2pStream, Libp2pStream, Libp2pStream, Libp2pStream]

export async function reset(t: CheckContext): Promise<void> {
  const hint =
    'does every promise of a stream (close, onDrain, for await) have a catch? A stream that is reset must not end your program or the connection.'
  await meet(t, async connection => {
    const [idle, busy, first, second] = (await openSome(connection, 4)) as FourStreams
    t.doing('The checker opened four streams on one connection.')
    explainEnd(t, hint)
    busy.pause()
    // A little more than the window of the checker's node: the rest waits in the program, and so does its own end.
    busy.write(t.random.bytes(300 * KIB))
    busy.end()
    const opened = 'The checker opened four streams on one connection, and filled one of them with bytes.'
    t.doing(opened)
    await echoes(t, first, hint)
    for (const stream of t.random.shuffle([idle, busy])) {
      t.doing(
        `${opened} It reset ${stream === busy ? 'that stream' : 'a stream without bytes'}, then used two others.`,
      )
      stream.reset()
      for (const other of [first, second]) await echoes(t, other, hint)
    }
    t.doing(`${opened} It reset that stream and another one. Then it opened a new stream.`)
    const late = await open(connection, hint)
    await echoes(t, late, hint)
  })
}

/** What the checker sends at a time while it does not read. */
const STEP = 64 * KIB
/** A program that takes this much without sending anything on keeps it in memory. */
const MOST = 8 * MIB
/** So many steps without a promise of more room, and the program has stopped reading. */
const CALM = 8

export async function slowReader(t: CheckContext): Promise<void> {
  await meet(t, async connection => {
    const [stream, probe] = (await openSome(connection, 2)) as [Libp2pStream, Libp2pStream]
    t.doing('The checker opened two streams, and sent bytes on the first one without reading the echo.')
    explainClosedEarly(t)
    const first = await fill(t, stream, probe)
    const once = `The checker sent ${number(first.length)} bytes without reading the echo, until your node took no more. Then it read all of them`
    t.doing(`${once}.`)
    stream.resume()
    await expectStream(t, stream, {
      what: `all ${number(first.length)} bytes back`,
      bytes: first,
      op: 'listen',
      hint: echoHint(first),
    })
    t.doing(`${once}, stopped reading again, and sent more.`)
    const bytes = await fill(t, stream, probe)
    const full = `${once}. It did so a second time, with ${number(bytes.length)} bytes. But before it read, it closed its side`
    t.doing(`${full}.`)
    stream.end()
    await echoes(t, probe, BLOCKS)
    t.doing(`${full}.`)
    stream.resume()
    await expectStream(t, stream, {
      what: `all ${number(bytes.length)} bytes back`,
      bytes,
      thenEnd: true,
      op: 'listen',
      hint: (actual, stop) =>
        stop === 'end' && actual.length < bytes.length
          ? 'do you end the stream while it is paused? Then the messages that wait in it are lost: "end" comes after the last message, and "for await" drops the messages that wait in a paused stream.'
          : echoHint(bytes)(actual, stop),
    })
  })
}

const BLOCKS = 'does one stream that waits block the others?'

/** Stops reading and sends until the program takes no more. Returns what was sent. */
async function fill(t: CheckContext, stream: Libp2pStream, probe: Libp2pStream): Promise<Buffer> {
  stream.pause()
  const sent: Buffer[] = []
  let calm = 0
  while (calm < CALM) {
    const room = stream.room()
    const piece = t.random.bytes(STEP)
    sent.push(piece)
    stream.write(piece)
    // The connection keeps the order. When this is answered, the program has got the piece; had it read it, it
    // would have promised new room before.
    await echoes(t, probe, BLOCKS)
    calm = stream.room() <= room - STEP || stream.queued() > 0 ? calm + 1 : 0
    judgeTaken(t, stream, sent.length * STEP)
  }
  return Buffer.concat(sent)
}

function judgeTaken(t: CheckContext, stream: Libp2pStream, sent: number): void {
  if (stream.stopped()) {
    t.fail({
      op: 'listen',
      expected: 'that your node stops taking bytes while it cannot send any, and continues later.',
      got: `the stream was reset after ${number(sent)} bytes.`,
      hint: 'do you pause() the stream while you do not listen for messages? stream.pause() tells the other side to wait, until you resume() on "drain". Without it, libp2p resets the stream when more than 4 MiB wait in it.',
      lost: true,
    })
  }
  if (sent < MOST) return
  t.fail({
    op: 'listen',
    expected: 'that your node stops taking bytes while it cannot send any.',
    got: `it took all ${number(sent)} bytes, and keeps them in memory.`,
    hint: 'do you check the result of send()? false means that the send buffer is full: pause() the stream, and resume() it on "drain".',
  })
}
