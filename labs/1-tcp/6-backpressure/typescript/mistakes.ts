import { defineMistakes } from '../../../exercise/mistakes.ts'

export default defineMistakes({
  'answers-all-at-once': {
    caughtBy: 'slow-reader',
    says: 'do you finish one answer before you begin the next',
    why: 'The requests are answered side by side, so their blocks mix on the wire.',
    edits: [['await sendBlocks(', 'sendBlocks(']],
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
  'ends-in-mid-answer': {
    caughtBy: 'stop-drains',
    says: 'end() in the middle of an answer',
    why: 'The stop function ends every connection politely, even if its answer is only half written.',
    edits: [['if (!busy.has(socket)) socket.end()', 'socket.end()']],
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
    says: 'do you destroy() every socket that is left after graceMs',
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
