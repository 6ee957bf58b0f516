/** Checks of one stream, and of what it leaves behind. */
import type { CheckContext } from '../../../check/kit/check.ts'
import { number } from '../../../check/kit/finding.ts'
import { echoHint, expectStream, explainClosedEarly } from './expect.ts'
import { meet, open, PROTOCOL } from './nodes.ts'

const KIB = 1024
const MIB = 1024 * KIB

export async function dialled(t: CheckContext): Promise<void> {
  const all = t.random.shuffle(Array.from({ length: 256 }, (_, i) => i))
  const bytes = Buffer.concat([Buffer.from(all), t.random.bytes(t.random.int(20, 200))])
  await meet(t, async connection => {
    t.doing(
      `The checker dialed your node with a libp2p node of its own, and asked for a stream with ${PROTOCOL}.`,
    )
    const stream = await open(connection)
    t.doing(
      `The checker opened a stream with ${PROTOCOL} and sent ${bytes.length} bytes, among them every value from 00 to ff.`,
    )
    stream.write(bytes)
    await expectStream(t, stream, {
      what: 'exactly these bytes back on this stream',
      bytes,
      op: 'listen',
      hint: echoHint(bytes),
    })
  })
}

export async function megabyte(t: CheckContext): Promise<void> {
  const bytes = t.random.bytes(MIB + t.random.int(1, 5000))
  await meet(t, async connection => {
    const stream = await open(connection)
    t.doing(`The checker opened a stream, sent ${number(bytes.length)} bytes, and read at the same time.`)
    for (const piece of t.random.cut(bytes, 12)) stream.write(piece)
    await expectStream(t, stream, {
      what: 'the same bytes back',
      bytes,
      op: 'listen',
      hint: echoHint(bytes),
    })
  })
}

export async function wholeEcho(t: CheckContext): Promise<void> {
  // More than the window of the checker's node, so that the last bytes wait in the program when it sees the end; and
  // less than the 4 MiB for which libp2p has room, whatever the program does.
  const bytes = t.random.bytes(t.random.int(1000, 1500) * KIB)
  await meet(t, async connection => {
    const [stream, probe] = [await open(connection), await open(connection)]
    const sent = `The checker opened a stream, sent ${number(bytes.length)} bytes and closed its side of the stream before it read any.`
    t.doing(sent)
    explainClosedEarly(t)
    stream.pause()
    stream.write(bytes)
    stream.end()
    // The connection keeps the order: when this is answered, the program has been given what it has room for.
    const small = t.random.bytes(16)
    probe.write(small)
    await expectStream(t, probe, {
      what: 'an echo on a second stream, while the first one waits',
      bytes: small,
      op: 'listen',
      hint: () => 'does one stream that waits block the others?',
    })
    t.doing(`${sent} Then it read to the end.`)
    stream.resume()
    await expectStream(t, stream, {
      what: `all ${number(bytes.length)} bytes back`,
      bytes,
      thenEnd: true,
      op: 'listen',
      hint: echoHint(bytes),
    })
  })
}

export async function keepsConnection(t: CheckContext): Promise<void> {
  const small = () => t.random.bytes(t.random.int(10, 500))
  const hint =
    'do you close the whole connection? stream.close() ends one stream, connection.close() and node.stop() end all of them.'
  await meet(t, async connection => {
    const [first, second] = [await open(connection), await open(connection)]
    const used =
      'The checker opened two streams on one connection, sent bytes on the first one and closed its side.'
    t.doing(used)
    const bytes = small()
    first.write(bytes)
    first.end()
    await expectStream(t, first, {
      what: 'the same bytes back on the first stream',
      bytes,
      thenEnd: true,
      op: 'listen',
      hint: (actual, stop) => (stop === 'reset' ? hint : echoHint(bytes)(actual, stop)),
    })
    for (const name of ['second', 'third']) {
      t.doing(
        `${used} Your node closed the other side. Then the checker ${name === 'second' ? 'used the second stream' : 'opened a third one'}.`,
      )
      const stream = name === 'second' ? second : await open(connection, hint)
      const more = small()
      stream.write(more)
      await expectStream(t, stream, {
        what: `an echo on the ${name} stream`,
        bytes: more,
        op: 'listen',
        hint: () => hint,
      })
    }
  })
}

export async function unknownProtocol(t: CheckContext): Promise<void> {
  const other = t.random.bytes(4).toString('hex')
  const unknown = ['/p2plab/echo/2.0.0', '/p2plab/echo/1.0.1', '/p2plab/echo', `/p2plab/${other}/1.0.0`]
  await meet(t, async connection => {
    for (const protocol of t.random.shuffle(unknown)) {
      t.doing(`The checker asked for a stream with the protocol ${protocol}.`)
      const stream = await connection.tryOpen(protocol)
      if (stream === 'unsupported') continue
      const opened = !(stream instanceof Error)
      t.fail({
        op: 'listen',
        expected: `that your node refuses the stream, because it only speaks ${PROTOCOL}.`,
        got: opened ? 'your node accepted the stream.' : `neither a stream nor a refusal: ${stream.message}.`,
        hint: opened
          ? 'do you register a handler for more than the one protocol? Another version can mean different bytes.'
          : 'do you close the connection in your code? libp2p refuses a protocol without a handler for you.',
        lost: !opened,
      })
    }
    t.doing(
      'The checker asked for unknown protocols, which your node refused. Then it used the echo protocol.',
    )
    const stream = await open(connection)
    const bytes = t.random.bytes(t.random.int(10, 500))
    stream.write(bytes)
    await expectStream(t, stream, { what: 'an echo', bytes, op: 'listen', hint: echoHint(bytes) })
  })
}
