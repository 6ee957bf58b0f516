/** Checks of one stream, and of what it leaves behind. */
import type { CheckContext } from '../../../check/kit/check.ts'
import { number } from '../../../check/kit/finding.ts'
import { echoes, echoHint, expectStream, explainClosedEarly } from './expect.ts'
import { meet, open, PROTOCOL } from './nodes.ts'
import { withPeer } from '../../../check/peers/libp2p.ts'

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
    for (const piece of t.random.cut(bytes, 12)) stream.write(piece)
    t.doing(`The checker opened a stream, sent ${number(bytes.length)} bytes, and read at the same time.`)
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

const OTHER_NODES =
  'does your node serve several other nodes at the same time? The number of a stream belongs to its connection: streams of two nodes can have the same. And one node that leaves, or comes, is no reason to end what others have.'

export async function keepsConnection(t: CheckContext): Promise<void> {
  const small = () => t.random.bytes(t.random.int(10, 500))
  const hint =
    'do you close the whole connection? stream.close() ends one stream, connection.close() and node.stop() end all of them.'
  await meet(t, async (connection, address) => {
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
    const ended = `${used} Your node closed the other side.`
    t.doing(`${ended} Then the checker used the second stream.`)
    await echoes(t, second, hint)
    t.doing(`${ended} Then the checker opened a third stream.`)
    await echoes(t, await open(connection, hint), hint)

    // As many streams as the first node has opened, so that theirs have the same numbers.
    t.doing('A second libp2p node of the checker began to dial your node.')
    await withPeer(t, { called: 'node 2' }, async peer => {
      const own = await peer.dial(address, OTHER_NODES)
      const streams = [await open(own), await open(own), await open(own)]
      t.doing(
        'A second libp2p node of the checker dialed your node and opened three streams, like the first.',
      )
      for (const stream of [...streams, second]) await echoes(t, stream, OTHER_NODES)
    })
    t.doing(
      'A second libp2p node of the checker used your node and left. Then the first one used its stream.',
    )
    // What a program does because that node left takes a few turns.
    for (let turn = 0; turn < 10; turn++) await t.program.signOfLife()
    await echoes(t, second, OTHER_NODES)
    await echoes(t, await open(connection, OTHER_NODES), OTHER_NODES)
  })
}

export async function unknownProtocol(t: CheckContext): Promise<void> {
  const other = t.random.bytes(4).toString('hex')
  const unknown = [
    '/p2plab/echo/2.0.0',
    '/p2plab/echo/1.0.1',
    '/p2plab/echo',
    `/p2plab/${other}/1.0.0`,
    '/ipfs/ping/1.0.0',
  ]
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
