import { defineMistakes } from '../../../exercise/mistakes.ts'

export default defineMistakes({
  'aborts-at-the-end': {
    caughtBy: 'half-close',
    says: 'abort() resets it',
    why: 'The stream is aborted instead of closed, which discards the bytes that have not been sent yet.',
    edits: [['void stream.close().catch(error => stream.abort(error))', "stream.abort(new Error('done'))"]],
  },
  'allows-one-stream': {
    caughtBy: 'ten-streams',
    says: 'can your handler have 10 streams at once',
    why: 'The author reads maxInboundStreams as a number of connections, so the second stream is reset.',
    edits: [['(PROTOCOL, echo)', '(PROTOCOL, echo, { maxInboundStreams: 1 })']],
  },
  'answers-any-version': {
    caughtBy: 'unknown-protocol',
    says: 'do you register a handler for more than the one protocol',
    why: 'A newer version is accepted as if it were the same protocol.',
    edits: [['(PROTOCOL, echo)', "([PROTOCOL, '/p2plab/echo/2.0.0'], echo)"]],
  },
  'answers-by-stream-number': {
    caughtBy: 'keeps-connection',
    says: 'The number of a stream belongs to its connection',
    why: 'The streams are kept by their ids, which start anew for each connection, so those of two nodes are mixed up.',
    edits: [
      [
        'function echo(stream: Stream): void {',
        'const streams = new Map<string, Stream>()\n\nfunction echo(stream: Stream): void {\n  streams.set(stream.id, stream)',
      ],
      ['stream.send(data)', 'streams.get(stream.id)!.send(data)'],
    ],
  },
  'answers-ping': {
    caughtBy: 'unknown-protocol',
    says: 'do you register a handler for more than the one protocol',
    why: 'Ping is an echo as well, so the handler is registered for it, too.',
    edits: [['(PROTOCOL, echo)', "([PROTOCOL, '/ipfs/ping/1.0.0'], echo)"]],
  },
  'client-closes-the-connection': {
    caughtBy: 'client',
    says: ['do you return before the answer has arrived', 'close the connection or stop the node too early'],
    why: 'The connection is closed instead of the stream, so no answer can come.',
    edits: [
      ['stream.close().catch(() => {})', 'await node.getConnections()[0]!.close()'],
      ["  if (!ended) throw new Error('the connection was closed before the end of the answer')\n", ''],
    ],
  },
  'client-collects-for-all': {
    caughtBy: 'identity',
    says: 'A variable outside of the function is shared by all calls',
    why: 'All calls collect their answers in one list, so an answer begins with those of earlier calls.',
    edits: [
      [
        'async function readToEnd(stream: Stream): Promise<Uint8Array> {\n  const chunks: Uint8Array[] = []',
        'const chunks: Uint8Array[] = []\n\nasync function readToEnd(stream: Stream): Promise<Uint8Array> {',
      ],
    ],
  },
  'client-gives-up': {
    caughtBy: 'client',
    says: 'however long it takes',
    why: 'The client returns what has come after half a second, although the stream has not ended.',
    edits: [
      [
        'for await (const chunk of stream) chunks.push(chunk.subarray())',
        `stream.addEventListener('message', ({ data }) => chunks.push(data.subarray()))
  await new Promise<void>((resolve, reject) => {
    setTimeout(resolve, 500)
    stream.addEventListener('close', ({ error }) => (error ? reject(error) : resolve()))
  })`,
      ],
      ['  if (!ended) throw', "  if (stream.status !== 'open' && !ended) throw"],
    ],
  },
  'client-hangs-up': {
    caughtBy: 'identity',
    says: 'while another call still uses it',
    why: 'Each call hangs up on the peer at its end, although another call may share the connection.',
    in: 'async-iteration',
    edits: [['  await reading\n', '  await reading\n  await node!.hangUp(multiaddr(peer))\n']],
  },
  'client-keeps-one-connection': {
    caughtBy: 'identity',
    says: 'A connection leads to one peer',
    why: 'The first connection is kept for all calls, so bytes for another peer go to the first one.',
    naive: true,
    edits: [
      ['import type { Stream }', 'import type { Connection, Stream }'],
      [
        '/** Opens a stream to the peer',
        'let connection: Connection | undefined\n\n/** Opens a stream to the peer',
      ],
      [
        'const stream = await node.dialProtocol(multiaddr(peer), PROTOCOL)',
        `connection ??= await node.dial(multiaddr(peer))
    const stream = await connection.newStream(PROTOCOL)`,
      ],
      ['    await node.stop()\n', '    // The node keeps running, for the next call.\n'],
    ],
  },
  'client-never-closes': {
    caughtBy: 'client',
    says: 'do you half-close after the bytes',
    why: 'The stream is not closed after the bytes, so the other side waits for more.',
    edits: [['    stream.close().catch(() => {})\n', '']],
  },
  'client-returns-a-part': {
    caughtBy: 'client',
    says: 'do you treat every kind of ending as the end',
    why: 'A reset is treated as the end, so half of an answer is returned as if it were whole.',
    edits: [
      [
        '  for await (const chunk of stream) chunks.push(chunk.subarray())',
        `  stream.addEventListener('message', ({ data }) => chunks.push(data.subarray()))
  await new Promise(resolve => stream.addEventListener('close', resolve))`,
      ],
      ["  if (!ended) throw new Error('the connection was closed before the end of the answer')\n", ''],
    ],
  },
  'client-returns-first-message': {
    caughtBy: 'client',
    says: 'do you return after the first message',
    why: 'The first message is treated as the whole answer.',
    edits: [['chunks.push(chunk.subarray())', 'return chunk.subarray()']],
  },
  'closes-on-remote-close': {
    caughtBy: 'slow-reader',
    says: 'the messages that wait in it are lost',
    why: 'The FIN of the peer is treated as the end of the messages, although some still wait in the paused stream.',
    edits: [
      ["stream.addEventListener('end', finish)", "stream.addEventListener('remoteCloseWrite', finish)"],
      [' || stream.readBufferLength > 0', ''],
    ],
  },
  'closes-the-connection': {
    caughtBy: 'keeps-connection',
    says: 'do you close the whole connection',
    why: 'The connection is closed instead of the stream, which ends all other streams, too.',
    naive: true,
    edits: [
      ['import type { Stream }', 'import type { Connection, Stream }'],
      ['function echo(stream: Stream)', 'function echo(stream: Stream, connection: Connection)'],
      ['void stream.close()', 'void connection.close()'],
    ],
  },
  'decodes-as-text': {
    caughtBy: 'dialled',
    says: 'do you convert the bytes to a string on the way',
    why: 'The bytes are converted to text, which replaces everything that is not valid UTF-8.',
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
    why: 'Only the host and port are dialed, so the identity of the peer is not checked.',
    edits: [['multiaddr(peer)', "multiaddr(peer.split('/p2p/')[0])"]],
  },
  'echoes-at-the-end': {
    caughtBy: 'dialled',
    says: 'do you send every message back',
    why: 'The bytes are collected until the other side has ended its side, and only then sent back.',
    edits: [
      [
        'function echo(stream: Stream): void {',
        'function echo(stream: Stream): void {\n  const all: Uint8Array[] = []',
      ],
      ['    if (!stream.send(data)) queueMicrotask(pause)', '    all.push(data.subarray())'],
      [
        '    void stream.close()',
        "    if (stream.writeStatus === 'writable') stream.send(Buffer.concat(all))\n    void stream.close()",
      ],
    ],
  },
  'ignores-backpressure': {
    caughtBy: 'slow-reader',
    says: 'do you check the result of send()',
    why: 'The result of send() is ignored, so everything that arrives is kept in memory.',
    naive: true,
    edits: [['if (!stream.send(data)) queueMicrotask(pause)', 'stream.send(data)']],
  },
  'leaves-a-rejection': {
    caughtBy: 'reset',
    says: 'does every promise of a stream (close, onDrain, for await) have a catch',
    why: 'When the stream is reset, the promise of close() rejects, and nothing catches that.',
    edits: [['.catch(error => stream.abort(error))', '']],
  },
  'listens-for-one-message-at-a-time': {
    caughtBy: 'slow-reader',
    says: 'the stream was reset after',
    why: 'While the program waits for room, it neither listens for messages nor pauses the stream, which is reset when 4 MiB wait in it.',
    in: 'async-iteration',
    edits: [
      [
        `stream.addEventListener('message', ({ data }) => {
    waiting.push(data.subarray())
    // In the next microtask: resume(), which may have caused this event, would undo it now.
    queueMicrotask(hold)
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
    edits: [['    void stream.close().catch(error => stream.abort(error))\n', '']],
  },
  'never-resumes': {
    caughtBy: 'slow-reader',
    says: 'resume a paused stream on "drain"',
    why: 'The stream is paused when it is full, and never resumed.',
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
  'one-node-at-a-time': {
    caughtBy: 'keeps-connection',
    says: 'does your node serve several other nodes at the same time',
    why: 'A new connection is treated as the successor of the one before, which is closed.',
    edits: [
      [
        '  await node.handle(PROTOCOL, echo)\n',
        `  await node.handle(PROTOCOL, echo)
  node.addEventListener('connection:open', ({ detail }) => {
    for (const each of node.getConnections()) if (each.id !== detail.id) void each.close()
  })
`,
      ],
    ],
  },
  'one-stream-at-a-time': {
    caughtBy: 'ten-streams',
    says: 'can your handler have 10 streams at once',
    why: 'A stream is read when the one before has ended, so all others wait.',
    in: 'async-iteration',
    edits: [
      [
        '  await handle(PROTOCOL, async stream => {\n    try {',
        `  let before = Promise.resolve()
  await handle(PROTOCOL, async stream => {
    const waits = before
    before = new Promise<void>(resolve => stream.addEventListener('close', () => resolve()))
    await waits
    try {`,
      ],
    ],
  },
  'other-protocol-id': {
    caughtBy: 'dialled',
    says: 'under exactly the protocol id of the exercise',
    why: 'The protocol id is not the one of the exercise.',
    edits: [["'/p2plab/echo/1.0.0'", "'/echo/1.0.0'"]],
  },
  'pauses-in-a-for-await': {
    caughtBy: 'slow-reader',
    says: 'the messages that wait in it are lost',
    why: 'The "for await" loop ends when the peer has ended, even though messages still wait in the paused stream.',
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
    says: 'do you send every message back',
    why: 'The first message is treated as the whole stream.',
    naive: true,
    edits: [['    finish()\n  })', '    finish()\n  }, { once: true })']],
  },
  'resumes-only-once': {
    caughtBy: 'slow-reader',
    says: 'resume a paused stream on "drain"',
    why: 'Only the first "drain" event resumes the stream, which is paused a second time.',
    edits: [
      [
        "if (stream.readStatus === 'paused') stream.resume()\n  })",
        "if (stream.readStatus === 'paused') stream.resume()\n  }, { once: true })",
      ],
    ],
  },
  'returns-the-address-it-was-given': {
    caughtBy: 'dialled',
    says: 'node.getMultiaddrs() returns its real port and its peer ID',
    why: 'The function returns the address that it was given, with port 0 and without a peer ID.',
    edits: [['{ address: node.getMultiaddrs()[0]!.toString() }', '{ address }']],
  },
  'shares-one-stream': {
    caughtBy: 'ten-streams',
    says: 'A variable shared by all streams holds only the last one',
    why: 'One variable holds the stream, so all answers go to the stream that was opened last.',
    edits: [
      [
        'function echo(stream: Stream): void {',
        'let current: Stream\n\nfunction echo(stream: Stream): void {\n  current = stream',
      ],
      ['stream.send(data)', 'current.send(data)'],
    ],
  },
})
