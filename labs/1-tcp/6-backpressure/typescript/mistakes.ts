import { defineMistakes } from '../../../exercise/mistakes.ts'

export default defineMistakes({
  'answers-all-at-once': {
    caughtBy: 'slow-reader',
    says: 'do you finish one answer before you begin the next',
    why: 'The requests are answered side by side, so their blocks mix on the wire.',
    edits: [['await sendBlocks(', 'sendBlocks(']],
  },
  'always-waits-the-grace': {
    caughtBy: 'stop-idle',
    says: 'what does stop still wait for',
    why: 'The stop function sleeps for graceMs, even when no connection is left.',
    edits: [
      [
        '  await closed\n  clearTimeout',
        '  await new Promise(resolve => setTimeout(resolve, graceMs))\n  await closed\n  clearTimeout',
      ],
    ],
  },
  'begins-answers-after-stop': {
    caughtBy: 'stop-drains',
    says: 'do you begin another answer after stop was called',
    why: 'All requests that were read are answered before the connection ends, although stop was called.',
    edits: [
      ['      if (stopping) break\n', ''],
      ['      if (stopping) socket.end()\n    }\n', '    }\n    if (stopping) socket.end()\n'],
    ],
  },
  'builds-the-whole-answer': {
    caughtBy: 'paused',
    says: 'wait for "drain" before you make the next block',
    why: 'The program waits for "drain" between writes, but makes all blocks of the answer before it writes the first.',
    edits: [
      [
        'for (let n = first; n < first + count; n++) {',
        `const frames = Array.from({ length: count }, (_, i) => encodeFrame(block(first + i)))
  for (const frame of frames) {`,
      ],
      ['encodeFrame(block(n))', 'frame'],
    ],
  },
  'cuts-only-the-busy': {
    caughtBy: 'stop-stuck',
    says: 'cut every connection that is left',
    why: 'When the time is up, only unfinished answers are cut, but idle clients that keep their side open remain.',
    edits: [
      [
        '    for (const socket of sockets) socket.destroy()',
        '    for (const socket of busy) socket.destroy()',
      ],
    ],
  },
  'counts-the-half-open-as-gone': {
    caughtBy: 'stop-stuck',
    says: 'does stop forget a connection once you have ended your side',
    why: 'A connection is forgotten when the own side has ended, so stop returns without cutting one whose client stays.',
    edits: [
      [
        "    socket.on('close', () => {\n",
        "    socket.on('finish', () => sockets.delete(socket))\n    socket.on('close', () => {\n",
      ],
      ["  const closed = once(server, 'close')\n", ''],
      ['await closed', 'while (sockets.size > 0) await new Promise(resolve => setTimeout(resolve, 10))'],
    ],
  },
  'destroys-newcomers': {
    caughtBy: 'stop-idle',
    says: 'does stop begin with server.close()',
    why: 'The server listens on after stop is called, and destroys each new connection.',
    edits: [
      [
        '{ allowHalfOpen: true }, socket => {\n',
        '{ allowHalfOpen: true }, socket => {\n    if (stopping) return void socket.destroy()\n',
      ],
      [
        "const closed = once(server, 'close')\n  server.close()",
        "const closed = Promise.all([...sockets].map(socket => once(socket, 'close')))",
      ],
    ],
  },
  'destroys-on-stop': {
    caughtBy: 'stop-drains',
    says: 'destroy() discards the bytes that wait in the socket',
    why: 'The stop function destroys every connection, which discards the bytes that wait in it.',
    naive: true,
    edits: [['if (!busy.has(socket)) socket.end()', 'socket.destroy()']],
  },
  'drops-while-full': {
    caughtBy: 'slow-reader',
    says: 'the next blocks have to wait for it, but you still have to send them',
    why: 'Blocks are left out while the socket is full.',
    edits: [
      [
        "if (!socket.write(encodeFrame(block(n)))) await once(socket, 'drain', { signal: gone.signal })",
        'if (!socket.writableNeedDrain) socket.write(encodeFrame(block(n)))',
      ],
    ],
  },
  'ends-all-for-one': {
    caughtBy: 'vanished',
    says: 'does the end of one client end the others',
    why: 'When one connection breaks, all connections are closed.',
    edits: [
      [
        'serve(socket).catch(() => socket.destroy())',
        `serve(socket).catch(() => {
      for (const each of sockets) each.destroy()
    })`,
      ],
    ],
  },
  'ends-in-mid-answer': {
    caughtBy: 'stop-drains',
    says: 'end() in the middle of an answer',
    why: 'The stop function ends every connection politely, even if its answer is only half written.',
    edits: [['if (!busy.has(socket)) socket.end()', 'socket.end()']],
  },
  'ends-with-the-client': {
    caughtBy: 'half-close',
    says: 'server with allowHalfOpen: true leaves your side open',
    why: 'Without allowHalfOpen, Node ends the connection as soon as the client has ended its side.',
    naive: true,
    edits: [['{ allowHalfOpen: true }, socket', 'socket']],
  },
  'fills-one-buffer': {
    caughtBy: 'slow-reader',
    says: 'each block needs a buffer of its own',
    why: 'All frames are made in one buffer, which is overwritten while it waits in the queue of the socket.',
    edits: [
      ['async function sendBlocks', 'const frame = Buffer.alloc(4 + BLOCK)\n\nasync function sendBlocks'],
      [
        '    if (!socket.write(encodeFrame(block(n))))',
        '    frame.set(encodeFrame(block(n)))\n    if (!socket.write(frame))',
      ],
    ],
  },
  'forgets-the-idle': {
    caughtBy: 'stop-idle',
    says: 'do you end() the idle connections',
    why: 'The author assumes that server.close() also ends the connections.',
    edits: [['  for (const socket of sockets) if (!busy.has(socket)) socket.end()\n', '']],
  },
  'gives-no-time': {
    caughtBy: 'stop-stuck',
    says: 'do you cut the connections at once',
    why: 'The timeout is passed in seconds, so clients that have not read everything are cut as soon as stop is called.',
    edits: [['}, graceMs)', '}, graceMs / 1000)']],
  },
  'goes-on-for-nobody': {
    caughtBy: 'vanished',
    says: ['and the loop, too', 'A loop that goes on making blocks for a client that is gone'],
    why: 'The callback of write() is awaited, but its error is ignored, so the loop goes on when the client is gone.',
    edits: [
      [
        "if (!socket.write(encodeFrame(block(n)))) await once(socket, 'drain', { signal: gone.signal })",
        'await new Promise<void>(resolve => socket.write(encodeFrame(block(n)), () => resolve()))',
      ],
    ],
  },
  'grace-for-each': {
    caughtBy: 'stop-stuck',
    says: 'does graceMs begin anew for each connection',
    why: 'The stop function waits for one connection after another, and each of them gets the whole graceMs.',
    edits: [
      [
        `  const cut = setTimeout(() => {
    for (const socket of sockets) socket.destroy()
  }, graceMs)
  await closed
  clearTimeout(cut)`,
        `  for (const socket of sockets) {
    const cut = setTimeout(() => socket.destroy(), graceMs)
    if (!socket.destroyed) await once(socket, 'close')
    clearTimeout(cut)
  }
  await closed`,
      ],
    ],
  },
  'grace-from-the-last-drain': {
    caughtBy: 'stop-stuck',
    says: 'or with each block that goes out',
    why: 'The time begins again whenever a connection drains, so a slow reader is never cut.',
    edits: [
      [
        `  const cut = setTimeout(() => {
    for (const socket of sockets) socket.destroy()
  }, graceMs)
  await closed
  clearTimeout(cut)`,
        `  for (const socket of sockets) {
    const cut = setTimeout(() => socket.destroy(), graceMs)
    socket.on('drain', () => cut.refresh())
    socket.on('close', () => clearTimeout(cut))
  }
  await closed`,
      ],
    ],
  },
  'half-a-request-is-busy': {
    caughtBy: 'stop-idle',
    says: 'Half of a request is not an answer in progress',
    why: 'A connection counts as busy as soon as bytes have come, even if they are only half of a request.',
    edits: [
      [
        '    for (const request of decode(chunk)) {',
        '    busy.add(socket)\n    for (const request of decode(chunk)) {',
      ],
    ],
  },
  'ignores-write-result': {
    caughtBy: 'paused',
    says: 'do you check the result of write()',
    why: 'All blocks are written at once, and the result of write() is ignored.',
    naive: true,
    edits: [
      [
        "if (!socket.write(encodeFrame(block(n)))) await once(socket, 'drain', { signal: gone.signal })",
        'socket.write(encodeFrame(block(n)))',
      ],
    ],
  },
  'leaves-the-stuck-open': {
    caughtBy: 'stop-stuck',
    says: 'do you cut every connection that is left after graceMs',
    why: 'When the time is up, stop only returns. The stuck connection stays open.',
    edits: [
      [
        `const cut = setTimeout(() => {
    for (const socket of sockets) socket.destroy()
  }, graceMs)
  await closed
  clearTimeout(cut)`,
        'await Promise.race([closed, new Promise(resolve => setTimeout(resolve, graceMs))])',
      ],
    ],
  },
  'listens-while-it-drains': {
    caughtBy: 'stop-idle',
    says: 'does stop begin with server.close()',
    why: 'The server is closed last, so new clients get in while the answers to others are being finished.',
    edits: [
      ['  server.close()\n', ''],
      [
        'await closed',
        `while (sockets.size > 0) await new Promise(resolve => setTimeout(resolve, 10))
  server.close()
  await closed`,
      ],
    ],
  },
  'leaves-requests-unread': {
    caughtBy: 'stop-drains',
    says: 'Read on after your FIN',
    why: 'After the last answer, the socket stays paused, so the FIN behind an unread request is never seen.',
    in: 'events',
    edits: [['socket.end()\n  socket.resume()', 'socket.end()\n  else socket.resume()']],
  },
  'never-ends-its-side': {
    caughtBy: 'half-close',
    says: 'Otherwise, the connection stays open forever',
    why: 'With allowHalfOpen, the program has to end its own side, and does not.',
    edits: [['    }\n  }\n  socket.end()\n', '    }\n  }\n']],
  },
  'one-block-at-least': {
    caughtBy: 'blocks',
    says: 'what does your loop do when a client asks for 0 blocks',
    why: 'The loop compares after the first block, so a request for 0 blocks gets one.',
    edits: [
      ['for (let n = first; n < first + count; n++) {', 'let n = first\n  do {'],
      ['{ signal: gone.signal })\n  }', '{ signal: gone.signal })\n  } while (++n < first + count)'],
    ],
  },
  'one-decoder-for-all': {
    caughtBy: 'blocks',
    says: 'does each connection have its own decoder',
    why: 'All connections share one decoder, so half of a request is joined with a request of another client.',
    edits: [
      ['  const decode = frameDecoder()\n', ''],
      [
        'const sockets = new Set<net.Socket>()',
        'const sockets = new Set<net.Socket>()\nconst decode = frameDecoder()',
      ],
    ],
  },
  'reads-a-signed-number': {
    caughtBy: 'blocks',
    says: 'print the error',
    why: 'The first number is read as a signed one, so large numbers become negative.',
    edits: [['request.readUInt32BE(0)', 'request.readInt32BE(0)']],
  },
  'reads-on-while-it-writes': {
    caughtBy: 'asks-without-reading',
    says: 'do you continue to read while an answer waits for room',
    why: 'The answers wait for the client, but the program continues to read requests into a queue.',
    in: 'events',
    edits: [['    socket.pause()\n', '']],
  },
  'replies-before-it-is-done': {
    caughtBy: 'stop-drains',
    says: 'does stop wait for the end of all connections',
    why: 'The stop function starts all that it has to do, and returns without waiting for it.',
    edits: [['  await closed\n  clearTimeout(cut)\n', '']],
  },
  'returns-at-the-first-end': {
    caughtBy: 'stop-drains',
    says: 'does stop wait for the end of all connections',
    why: 'The stop function returns when any connection ends, although others are still being read.',
    edits: [
      [
        "const closed = once(server, 'close')",
        `const ends = [...sockets].map(socket => once(socket, 'close'))
  const closed = Promise.race([once(server, 'close'), ...ends])`,
      ],
    ],
  },
  'stops-listening-later': {
    caughtBy: 'vanished',
    says: 'when stop has returned',
    why: 'The server is closed some time after the reply, so a client still gets in.',
    edits: [
      [
        "const closed = once(server, 'close')\n  server.close()",
        `const listening = server
  setTimeout(() => listening.close(), 1000)
  const closed = Promise.all([...sockets].map(socket => once(socket, 'close')))`,
      ],
    ],
  },
  'stops-at-false': {
    caughtBy: 'slow-reader',
    says: 'without leaving out a block',
    why: 'When write() returns false, the answer is given up, as if the client were gone.',
    edits: [["await once(socket, 'drain', { signal: gone.signal })", 'return']],
  },
  'throws-when-a-reader-is-gone': {
    caughtBy: 'vanished',
    says: 'do you catch the error of an answer whose connection breaks',
    why: 'When a connection breaks in the middle of an answer, nothing catches the error.',
    edits: [['serve(socket).catch(() => socket.destroy())', 'void serve(socket)']],
  },
  'waits-for-a-drain-that-never-comes': {
    caughtBy: 'vanished',
    says: 'does stop wait for an answer whose client is gone',
    why: 'The answer to a client that is gone waits for "drain" forever, and stop waits for that answer.',
    edits: [
      [
        "once(socket, 'drain', { signal: gone.signal })",
        "new Promise(resolve => socket.once('drain', resolve))",
      ],
      ['sockets.delete(socket)\n      busy.delete(socket)', 'sockets.delete(socket)'],
      ['await closed', 'while (busy.size > 0) await new Promise(resolve => setTimeout(resolve, 10))'],
    ],
  },
  'waits-for-ever': {
    caughtBy: 'stop-stuck',
    says: 'does stop wait forever',
    why: 'The stop function waits until the last client has read everything, however long that takes.',
    naive: true,
    edits: [
      [
        `  const cut = setTimeout(() => {
    for (const socket of sockets) socket.destroy()
  }, graceMs)
`,
        '',
      ],
      ['  clearTimeout(cut)\n', ''],
    ],
  },
  'waits-for-one-drain-for-all': {
    caughtBy: 'others',
    says: 'does a client that does not read block the others',
    why: 'The answers of all connections go through one queue, so one stuck client blocks all others.',
    edits: [
      [
        'const sockets = new Set<net.Socket>()',
        'const sockets = new Set<net.Socket>()\nlet queue = Promise.resolve()',
      ],
      [
        'await sendBlocks(socket, request.readUInt32BE(0), request.readUInt32BE(4))',
        `queue = queue
        .then(() => sendBlocks(socket, request.readUInt32BE(0), request.readUInt32BE(4)))
        .catch(() => void socket.destroy())
      await queue`,
      ],
    ],
  },
  'writes-again-after-false': {
    caughtBy: 'slow-reader',
    says: 'false does not mean "not written"',
    why: 'The result false is read as "not written", so the same block is written again after "drain".',
    edits: [['if (!socket.write(', 'while (!socket.write(']],
  },
  'yields-instead-of-waiting': {
    caughtBy: 'paused',
    says: 'do you check the result of write()',
    why: 'A turn of the event loop between two blocks keeps the program responsive, but the queue still grows.',
    edits: [
      [
        "if (!socket.write(encodeFrame(block(n)))) await once(socket, 'drain', { signal: gone.signal })",
        `socket.write(encodeFrame(block(n)))
    await new Promise(resolve => setImmediate(resolve))`,
      ],
    ],
  },
})
