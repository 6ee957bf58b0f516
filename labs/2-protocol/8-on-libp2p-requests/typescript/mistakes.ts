import { defineMistakes } from '../../../exercise/mistakes.ts'

export default defineMistakes({
  'aborts-after-the-response': {
    caughtBy: 'dialed',
    says: ['abort() resets', 'does your handler throw'],
    why: 'The stream is aborted when the work is done, as one would free a resource. That drops what is still waiting.',
    edits: [['await stream.close()', "stream.abort(new Error('done'))"]],
  },
  'answers-1.0.0-with-revisions': {
    caughtBy: 'versions',
    says: 'do you answer in the version of the stream',
    why: 'The handler is registered for both versions, but always serves the newest one.',
    naive: true,
    edits: [['answer(store, message, stream.protocol)', 'answer(store, message, V2)']],
  },
  'asks-1.0.0-with-a-revision': {
    caughtBy: 'versions',
    says: 'propose only that',
    why: 'A put with a revision goes to a peer that does not know revisions, and overwrites the value.',
    naive: true,
    edits: [['revision === 0 ? [V2, V1] : [V2]', '[V2, V1]']],
  },
  'binds-only-a-put-to-2.0.0': {
    caughtBy: 'versions',
    says: 'whatever its type',
    why: 'Only a put with a revision can do harm, so a get with one goes to a peer that does not know revisions.',
    edits: [['revision === 0 ? [V2, V1] : [V2]', 'type === PUT && revision !== 0 ? [V2] : [V2, V1]']],
  },
  'closes-the-connection': {
    caughtBy: 'dialed',
    says: [
      'connection.close() and node.stop() end all of them',
      'connection.close() and node.stop() end all streams',
    ],
    why: 'The connection is closed instead of the stream, as after a request over plain TCP.',
    edits: [
      ['async stream => {', 'async (stream, connection) => {'],
      ['await stream.close()', 'await connection.close()'],
    ],
  },
  'closes-where-it-must-reset': {
    caughtBy: 'too-long',
    says: 'the other side cannot tell',
    why: 'A stream that went wrong is ended like any other.',
    edits: [
      [
        'stream.abort(error as Error)\n    }\n  })',
        'console.error(error)\n      await stream.close()\n    }\n  })',
      ],
    ],
  },
  'compares-after-reading': {
    caughtBy: 'too-long',
    says: 'as soon as you have read it',
    why: 'The length is compared with the limit only once the message is there.',
    naive: true,
    edits: [
      ['if (prefix.value > maxBytes)\n', 'if (prefix.value <= bytes.length && prefix.value > maxBytes)\n'],
    ],
  },
  'compares-32-bits': {
    caughtBy: 'too-long',
    says: 'before you make a number of 32 bits of it',
    why: 'The length is made an integer of 32 bits, so a large one becomes negative, or small.',
    naive: true,
    edits: [['if (prefix.value > maxBytes)', 'if ((Number(prefix.value) | 0) > maxBytes)']],
  },
  'counts-the-length-too': {
    caughtBy: 'too-long',
    says: 'A message of exactly maxBytes',
    why: 'The limit is compared with the message and its length together.',
    naive: true,
    edits: [['if (prefix.value > maxBytes)', 'if (prefix.value + BigInt(prefix.length) > maxBytes)']],
  },
  'crashes-on-a-reset': {
    caughtBy: 'aborted',
    says: 'does every promise of a stream',
    why: 'The handler starts its work without waiting for it, so nobody catches its errors.',
    edits: [
      ['async stream => {\n    try {', 'stream => {\n    void (async () => {'],
      [
        '    } catch (error) {\n      stream.abort(error as Error)\n    }\n  })\n  return',
        '    })()\n  })\n  return',
      ],
    ],
  },
  'does-not-catch-its-close': {
    caughtBy: 'aborted',
    says: 'does every promise of a stream',
    why: 'Nobody waits for close(), which rejects when the stream is reset before everything is sent.',
    naive: true,
    edits: [['await stream.close()', 'void stream.close()']],
  },
  'does-not-end-its-request': {
    caughtBy: 'asks',
    says: 'do you end your side behind the request',
    why: 'The stream is left open until the response is there, although nothing more will be sent.',
    edits: [['      stream.close().catch(() => {})\n', '']],
  },
  'does-not-end-its-response': {
    caughtBy: 'dialed',
    says: 'do you end your side of the stream behind the response',
    why: 'The response has a length, so its author sees no need to end the stream.',
    edits: [['      await stream.close()\n', '']],
  },
  'drops-the-value-of-an-error': {
    caughtBy: 'error-answer',
    says: 'whatever its status',
    why: 'The value is returned only with status 0: its author knows no other status that has one.',
    naive: true,
    edits: [
      [
        '...response, revision',
        '...response, ...(response.status !== OK && { value: Buffer.alloc(0) }), revision',
      ],
    ],
  },
  'forgets-the-first-part': {
    caughtBy: 'cuts',
    says: 'do you keep the bytes of a message that is not whole',
    why: 'Each chunk takes the place of the one before.',
    edits: [['bytes = Buffer.concat([bytes, chunk.subarray()])', 'bytes = Buffer.from(chunk.subarray())']],
  },
  'gives-up-after-half-a-second': {
    caughtBy: 'silence',
    says: 'is the time that you wait the argument timeoutMs',
    why: 'The time-out is a number in the code.',
    naive: true,
    edits: [['${timeoutMs} ms`)), timeoutMs)', '${timeoutMs} ms`)), 500)']],
  },
  'keeps-a-broken-stream': {
    caughtBy: 'too-long',
    says: 'do you reset the stream when request fails',
    why: 'The call fails, and nobody tells the other side, which keeps the stream.',
    naive: true,
    edits: [
      ['      stream.abort(error as Error)\n      throw error', '      throw error'],
      ['    await node.stop()\n', '    // The node keeps running, for the next call.\n'],
    ],
  },
  'keeps-one-set-of-limits': {
    caughtBy: 'silence',
    says: 'although another node of your program',
    why: 'The limits are in a variable of the module, so the node that listens last decides for all.',
    naive: true,
    edits: [
      ['/** Listens on the multiaddr, and', 'let current: Limits\n\n/** Listens on the multiaddr, and'],
      [
        '  const store = createStore()\n  await',
        '  const store = createStore()\n  current = limits\n  await',
      ],
      [
        'const message = await readMessage(stream, limits)',
        'const message = await readMessage(stream, current)',
      ],
    ],
  },
  'knows-one-version': {
    caughtBy: 'versions',
    says: 'do you register the handler',
    why: 'The handler is registered for the newest version only.',
    edits: [['node.handle([V1, V2], ', 'node.handle([V2], ']],
  },
  'never-gives-up': {
    caughtBy: 'silence',
    says: 'do you start a timer for timeoutMs',
    why: 'A peer that sends nothing keeps its stream forever.',
    edits: [
      [
        'setTimeout(() => stream.abort(new Error(`no message within ${timeoutMs} ms`)), timeoutMs)',
        'setTimeout(() => {}, timeoutMs)',
      ],
    ],
  },
  'prefixes-32-bits': {
    caughtBy: 'dialed',
    says: 'does each message begin with its length',
    why: 'The length has four bytes, as in exercise 1.2.',
    edits: [
      [
        "const { bytes: length } = encode({ format: 'varint', value: BigInt(message.length) })",
        'const length = Buffer.alloc(4)\n  length.writeUInt32BE(message.length)',
      ],
    ],
  },
  'proposes-the-oldest-first': {
    caughtBy: 'versions',
    says: 'do you propose the newest version first',
    why: 'The versions are proposed in the order of their numbers, and the first one is taken.',
    edits: [['[V2, V1] : [V2]', '[V1, V2] : [V2]']],
  },
  'reads-one-at-a-time': {
    caughtBy: 'at-once',
    says: 'does one stream that waits block the others',
    why: 'A stream is read only when the one before it is whole, so a silent peer delays all others.',
    naive: true,
    edits: [
      [
        '  const store = createStore()\n  await',
        '  const store = createStore()\n  let last: Promise<unknown> = Promise.resolve()\n  await',
      ],
      [
        'const message = await readMessage(stream, limits)',
        'const reading = last.then(() => readMessage(stream, limits))\n      last = reading.catch(() => {})\n      const message = await reading',
      ],
    ],
  },
  'reads-to-the-end': {
    caughtBy: 'cuts',
    says: 'do you answer as soon as the message is whole',
    why: 'Everything up to the end of the stream is collected, and only then decoded.',
    naive: true,
    edits: [
      [
        '      const message = firstMessage(bytes, maxBytes)\n      if (message) return message\n    }\n',
        '    }\n    const message = firstMessage(bytes, maxBytes)\n    if (message) return message\n',
      ],
    ],
  },
  'refuses-unknown-fields': {
    caughtBy: 'unknown-fields',
    says: 'which skip the fields that they do not know',
    why: 'A message with more in it than expected is taken for a wrong one.',
    edits: [
      [
        '    request = decodeRequest(message)\n',
        "    request = decodeRequest(message)\n    if (!encodeRequest(request).equals(message)) throw new Error('unknown fields')\n",
      ],
    ],
  },
  'resets-before-all-is-sent': {
    caughtBy: 'silence',
    says: 'while a part of the response waits to be sent',
    why: 'A moment after the response, the stream is reset, to free it. What the peer has no room for yet is lost.',
    naive: true,
    edits: [
      [
        'await stream.close()',
        "stream.close().catch(() => {})\n      await new Promise(resolve => setTimeout(resolve, 20))\n      stream.abort(new Error('done'))",
      ],
    ],
  },
  'resets-what-it-cannot-decode': {
    caughtBy: 'error-answer',
    says: 'an answer like any other',
    why: 'Whatever fails in the handler resets the stream, so the peer does not learn that its request was wrong.',
    edits: [
      [
        '    return { status: BAD_REQUEST, value: Buffer.alloc(0), revision: 0 }\n  }\n  return store',
        "    throw new Error('a bad request')\n  }\n  return store",
      ],
    ],
  },
  'restarts-its-timer': {
    caughtBy: 'silence',
    says: 'is it one timer for the whole message',
    why: 'The timer begins anew with each chunk, so a byte now and then keeps the stream open.',
    naive: true,
    edits: [
      ['const late = setTimeout(', 'let late = setTimeout('],
      [
        '      bytes = Buffer.concat([bytes, chunk.subarray()])\n',
        "      bytes = Buffer.concat([bytes, chunk.subarray()])\n      clearTimeout(late)\n      late = setTimeout(() => stream.abort(new Error('late')), timeoutMs)\n",
      ],
    ],
  },
  'returns-a-revision-of-1.0.0': {
    caughtBy: 'versions',
    says: 'revision 0 in 1.0.0',
    why: 'The fields of the response are returned as they are, although 1.0.0 does not know one of them.',
    edits: [['stream.protocol === V2 ? response.revision : 0', 'response.revision']],
  },
  'sends-before-its-timer': {
    caughtBy: 'silence',
    says: 'does the timer run while you send the request',
    why: 'The call waits until its request is sent, and only then starts the timer. A peer that reads nothing keeps it forever.',
    naive: true,
    edits: [['stream.close().catch(() => {})', 'await stream.close()']],
  },
  'serves-one-at-a-time': {
    caughtBy: 'at-once',
    says: 'does one stream that waits block the others',
    why: 'A request waits until the one before it is done, so a slow peer blocks all others.',
    naive: true,
    edits: [
      [
        '  const store = createStore()\n  await',
        '  const store = createStore()\n  let last = Promise.resolve()\n  await',
      ],
      [
        'async stream => {\n    try {',
        'async stream => {\n    const before = last\n    const { promise, resolve } = Promise.withResolvers<void>()\n    last = promise\n    await before\n    try {',
      ],
      [
        '    } catch (error) {\n      stream.abort(error as Error)\n    }\n  })\n  return',
        '    } catch (error) {\n      stream.abort(error as Error)\n    } finally {\n      resolve()\n    }\n  })\n  return',
      ],
    ],
  },
  'serves-what-came': {
    caughtBy: 'aborted',
    says: 'is a message that is not whole never served',
    why: 'The end of the stream is taken for the end of the message.',
    edits: [
      [
        "    throw new Error('the stream ended before the message was whole')\n",
        '    return bytes.subarray(1)\n',
      ],
    ],
  },
  'shares-its-buffer': {
    caughtBy: 'at-once',
    says: 'does each stream have variables of its own',
    why: 'The bytes of all streams are collected in one variable.',
    naive: true,
    edits: [
      [
        '/** Rejects when the message is too long',
        'let bytes = Buffer.alloc(0)\n\n/** Rejects when the message is too long',
      ],
      ['    let bytes = Buffer.alloc(0)\n    for await', '    for await'],
      [
        '      if (message) return message\n',
        '      if (!message) continue\n      bytes = Buffer.alloc(0)\n      return message\n',
      ],
    ],
  },
  'takes-a-chunk-for-a-message': {
    caughtBy: 'cuts',
    says: 'do you keep the bytes of a message that is not whole',
    why: 'The first chunk is taken for the whole message.',
    edits: [['      if (message) return message\n', '      return message ?? bytes.subarray(1)\n']],
  },
  'takes-all-that-came': {
    caughtBy: 'cuts',
    says: 'do you take exactly as many bytes as the length says',
    why: 'The message is everything behind the length, and not as much as the length says.',
    naive: true,
    edits: [['bytes.subarray(prefix.length, end)', 'bytes.subarray(prefix.length)']],
  },
  'takes-no-bytes-for-no-message': {
    caughtBy: 'versions',
    says: 'a length of 0 is a whole message, too',
    why: 'A message without a byte is falsy where its length is asked for.',
    naive: true,
    edits: [['if (message) return message', 'if (message?.length) return message']],
  },
  'throws-for-a-status': {
    caughtBy: 'error-answer',
    says: 'a response is a result, whatever its status',
    why: 'The call fails when the status is not OK, although the peer has answered.',
    edits: [
      [
        '      const response = decodeResponse(await readMessage(stream, limits))\n',
        '      const response = decodeResponse(await readMessage(stream, limits))\n      if (response.status !== OK) throw new Error(`status ${response.status}`)\n',
      ],
    ],
  },
  'throws-for-an-unknown-key': {
    caughtBy: 'error-answer',
    says: 'an answer like any other',
    why: 'An error of the service is thrown, which resets the stream.',
    edits: [
      [
        '  return store(request, protocol)\n',
        '  const response = store(request, protocol)\n  if (response.status !== OK) throw new Error(`status ${response.status}`)\n  return response\n',
      ],
    ],
  },
  'trusts-the-responses': {
    caughtBy: 'too-long',
    says: 'as soon as you have read it',
    why: 'Only requests are limited: the author dialed the peer, and so trusts it.',
    naive: true,
    edits: [
      [
        'decodeResponse(await readMessage(stream, limits))',
        'decodeResponse(await readMessage(stream, { ...limits, maxBytes: 2 ** 30 }))',
      ],
    ],
  },
  'waits-for-the-first-chunk': {
    caughtBy: 'silence',
    says: 'do you start a timer for timeoutMs',
    why: 'The timer starts with the first chunk, so a peer that sends nothing keeps its stream forever.',
    naive: true,
    edits: [
      ['const late = setTimeout(', 'let late: NodeJS.Timeout | undefined\n  const start = () => setTimeout('],
      ['      const message = firstMessage', '      late ??= start()\n      const message = firstMessage'],
    ],
  },
  'waits-for-the-end-of-the-response': {
    caughtBy: 'asks',
    says: 'do you return as soon as the response is whole',
    why: 'The call returns only when the other side has ended the stream.',
    naive: true,
    edits: [
      [
        'decodeResponse(await readMessage(stream, limits))',
        'decodeResponse(await readToTheEnd(stream, limits))',
      ],
      [
        'function sendMessage(',
        `async function readToTheEnd(stream: Stream, limits: Limits): Promise<Buffer> {
  const message = await readMessage(stream, limits)
  if (stream.remoteWriteStatus !== 'closed')
    await new Promise(resolve => stream.addEventListener('remoteCloseWrite', resolve))
  return message
}

function sendMessage(`,
      ],
    ],
  },
})
