import { defineMistakes } from '../../../exercise/mistakes.ts'

export default defineMistakes({
  'aborts-at-the-end': {
    caughtBy: 'half-close',
    says: 'abort() breaks it off',
    why: 'The stream is aborted instead of closed, and what is not sent yet is thrown away.',
    edits: [['void stream.close().catch(error => stream.abort(error))', "stream.abort(new Error('done'))"]],
  },
  'allows-one-stream': {
    caughtBy: 'ten-streams',
    says: 'may your handler have 10 streams at once',
    why: 'MaxInboundStreams is taken for a number of connections: the second stream is reset.',
    edits: [['(PROTOCOL, echo)', '(PROTOCOL, echo, { maxInboundStreams: 1 })']],
  },
  'answers-any-version': {
    caughtBy: 'unknown-protocol',
    says: 'is a handler registered for more than the one protocol',
    why: 'Newer versions are accepted, as if they were the same protocol.',
    edits: [['(PROTOCOL, echo)', "([PROTOCOL, '/p2plab/echo/2.0.0'], echo)"]],
  },
  'client-closes-the-connection': {
    caughtBy: 'client',
    says: ['do you reply before the answer is there', 'close the connection or stop the node too early'],
    why: 'The connection is closed instead of the stream, so no answer can come.',
    edits: [['stream.close().catch(() => {})', 'await node.getConnections()[0]!.close()']],
  },
  'client-never-closes': {
    caughtBy: 'client',
    says: 'do you half-close after the bytes',
    why: 'The stream is not closed after the bytes, so the other side waits for more.',
    edits: [['    stream.close().catch(() => {})\n', '']],
  },
  'client-returns-first-message': {
    caughtBy: 'client',
    says: 'do you return after the first message',
    why: 'One message is taken for the whole answer.',
    edits: [['chunks.push(chunk.subarray())', 'return chunk.subarray()']],
  },
  'closes-on-remote-close': {
    caughtBy: 'slow-reader',
    says: 'Cannot write to a stream that is closing',
    why: 'The FIN of the peer is taken for the end of the messages, but some still wait in the paused stream.',
    edits: [["stream.addEventListener('end', end)", "stream.addEventListener('remoteCloseWrite', end)"]],
  },
  'closes-the-connection': {
    caughtBy: 'keeps-connection',
    says: 'is the whole connection closed',
    why: 'The connection is closed instead of the stream, and with it all other streams.',
    naive: true,
    edits: [
      ['import type { Stream }', 'import type { Connection, Stream }'],
      ['function echo(stream: Stream)', 'function echo(stream: Stream, connection: Connection)'],
      ['void stream.close()', 'void connection.close()'],
    ],
  },
  'decodes-as-text': {
    caughtBy: 'dialled',
    says: 'do the bytes become a string on the way',
    why: 'The bytes become text, and what is no UTF-8 is replaced.',
    edits: [
      [
        'if (!stream.send(data))',
        `const text = new TextDecoder().decode(data.subarray())
    if (!stream.send(new TextEncoder().encode(text)))`,
      ],
    ],
  },
  'drops-the-peer-id': {
    caughtBy: 'identity',
    says: 'Without its /p2p/',
    why: 'Only host and port are dialled, so nobody looks who answers.',
    edits: [['multiaddr(peer)', "multiaddr(peer.split('/p2p/')[0])"]],
  },
  'ignores-backpressure': {
    caughtBy: 'slow-reader',
    says: 'what does send() return',
    why: 'What send returns is ignored, so all that comes is kept in memory.',
    naive: true,
    edits: [['if (!stream.send(data)) stream.pause()', 'stream.send(data)']],
  },
  'leaves-a-rejection': {
    caughtBy: 'reset',
    says: 'your program exited',
    why: 'Close() rejects when the stream was reset, and nobody catches it.',
    edits: [['.catch(error => stream.abort(error))', '']],
  },
  'listens-for-one-message-at-a-time': {
    caughtBy: 'slow-reader',
    says: 'the stream was broken off after',
    why: 'While it waits for room nobody listens, and the stream is not paused: it is reset when 4 MiB are waiting.',
    in: 'async-iteration',
    edits: [
      [
        `stream.addEventListener('message', ({ data }) => {
    waiting.push(data.subarray())
    stream.pause()
    wake()
  })`,
        `const take = ({ data }: { data: Pick<Uint8Array, 'subarray'> }) => {
    waiting.push(data.subarray())
    wake()
  }`,
      ],
      [
        "if (stream.readStatus === 'paused') stream.resume()",
        "stream.addEventListener('message', take, { once: true })",
      ],
    ],
  },
  'never-closes': {
    caughtBy: 'half-close',
    says: 'do you close your side of the stream',
    why: 'The stream stays open after the peer has ended its side.',
    edits: [
      ["  stream.addEventListener('end', end)\n", ''],
      ['  if (stream.readableEnded) end()\n', ''],
    ],
  },
  'never-resumes': {
    caughtBy: 'slow-reader',
    says: 'resumed on "drain"',
    why: 'The stream is paused when it is full, and nobody resumes it.',
    edits: [
      [
        `  stream.addEventListener('drain', () => {
    if (stream.readStatus === 'paused') stream.resume()
  })
`,
        '',
      ],
    ],
  },
  'other-protocol-id': {
    caughtBy: 'dialled',
    says: 'under exactly the id of the exercise',
    why: 'Another id than the one that was agreed on.',
    edits: [["'/p2plab/echo/1.0.0'", "'/echo/1.0.0'"]],
  },
  'pauses-in-a-for-await': {
    caughtBy: 'slow-reader',
    says: 'what waited in it was lost',
    why: 'For await ends when the peer has ended, even though messages still wait in the paused stream.',
    in: 'async-iteration',
    edits: [
      [
        `for await (const message of messages(stream)) {
        if (!stream.send(message)) await roomIn(stream)`,
        `for await (const message of stream) {
        if (stream.send(message)) continue
        stream.pause()
        await roomIn(stream)
        stream.resume()`,
      ],
    ],
  },
  'reads-one-chunk': {
    caughtBy: 'megabyte',
    says: 'is every message sent back',
    why: 'The first message is taken for all that comes.',
    naive: true,
    edits: [['stream.pause()\n  })', 'stream.pause()\n  }, { once: true })']],
  },
  'returns-the-address-it-was-given': {
    caughtBy: 'dialled',
    says: 'node.getMultiaddrs() says once the node listens',
    why: 'The address that was asked for is returned: port 0, and no peer id.',
    edits: [['{ address: node.getMultiaddrs()[0]!.toString() }', '{ address }']],
  },
  'shares-one-stream': {
    caughtBy: 'ten-streams',
    says: 'A variable shared by all streams holds only the last one',
    why: 'The stream is kept in one variable, so all answers go to the stream that came last.',
    edits: [
      [
        'function echo(stream: Stream): void {',
        'let current: Stream\n\nfunction echo(stream: Stream): void {\n  current = stream',
      ],
      ['stream.send(data)', 'current.send(data)'],
    ],
  },
})
