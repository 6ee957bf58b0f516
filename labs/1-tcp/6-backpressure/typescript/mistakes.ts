import { defineMistakes } from '../../../exercise/mistakes.ts'

export default defineMistakes({
  'answers-all-at-once': {
    caughtBy: 'slow-reader',
    says: 'is one answer finished before the next begins',
    why: 'The requests are answered side by side, and their blocks mix on the wire.',
    edits: [['await sendBlocks(', 'sendBlocks(']],
  },
  'builds-the-whole-answer': {
    caughtBy: 'paused',
    says: 'wait for "drain" before you make the next block',
    why: 'The writing waits for "drain", but all blocks of the answer are made before the first is written.',
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
    says: 'destroy() throws away what waits in the socket',
    why: 'Stop destroys every connection, with what waits in it.',
    naive: true,
    edits: [['if (!busy.has(socket)) socket.end()', 'socket.destroy()']],
  },
  'drops-while-full': {
    caughtBy: 'slow-reader',
    says: 'the next blocks wait for it, and they are still due',
    why: 'Blocks are left out for as long as the socket is full.',
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
    why: 'Stop ends every connection politely, also those whose answer is only half written.',
    edits: [['if (!busy.has(socket)) socket.end()', 'socket.end()']],
  },
  'forgets-the-idle': {
    caughtBy: 'stop-idle',
    says: 'Connections on which nothing is being sent are yours to end()',
    why: 'Server.close() is taken to end the connections as well.',
    edits: [['  for (const socket of sockets) if (!busy.has(socket)) socket.end()\n', '']],
  },
  'gives-no-time': {
    caughtBy: 'stop-stuck',
    says: 'are the connections cut at once',
    why: 'The time-out is given in seconds: whoever has not read everything when stop is called is cut at once.',
    edits: [['}, graceMs)', '}, graceMs / 1000)']],
  },
  'ignores-write-result': {
    caughtBy: 'paused',
    says: 'do you look at what write() returns',
    why: 'Write() is called for every block at once; that it returns false is never looked at.',
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
    says: 'destroy() every socket that is left, then reply',
    why: 'After the time is up stop only stops waiting: the stuck connection stays open.',
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
    why: 'The server is closed last, so new clients come in while the old ones are finished.',
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
    says: 'do you read on while an answer waits for room',
    why: 'The answers wait for the reader, but requests are read on and on into a queue.',
    in: 'events',
    edits: [['    socket.pause()\n', '']],
  },
  'replies-before-it-is-done': {
    caughtBy: 'stop-drains',
    says: 'does stop wait for the end of all connections',
    why: 'Stop starts everything that is to be done and returns without waiting for it.',
    edits: [['  await closed\n  clearTimeout(cut)\n', '']],
  },
  'stops-at-false': {
    caughtBy: 'slow-reader',
    says: 'no block left out',
    why: 'When write() returns false the answer is given up, as if the reader were gone.',
    edits: [["await once(socket, 'drain', { signal: gone.signal })", 'return']],
  },
  'throws-when-a-reader-is-gone': {
    caughtBy: 'vanished',
    says: 'exited with status 1',
    why: 'Nothing catches the error of a connection that breaks in the middle of an answer.',
    edits: [['serve(socket).catch(() => socket.destroy())', 'void serve(socket)']],
  },
  'waits-for-a-drain-that-never-comes': {
    caughtBy: 'vanished',
    says: 'does stop wait for an answer whose client is gone',
    why: 'The answer of a client that is gone waits for "drain" for ever, and stop waits for that answer.',
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
    says: 'does stop wait for ever',
    why: 'Stop waits until the last reader has read everything, however long that takes.',
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
    says: 'does a client that does not read keep the others waiting',
    why: 'Answers go through one queue for all connections, so one stuck reader blocks everybody.',
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
    why: 'False is taken for "not written", so after the drain the same block is written again.',
    edits: [['if (!socket.write(', 'while (!socket.write(']],
  },
  'yields-instead-of-waiting': {
    caughtBy: 'paused',
    says: 'do you look at what write() returns',
    why: 'A turn of the event loop between two blocks keeps the program awake, but the queue grows all the same.',
    edits: [
      [
        "if (!socket.write(encodeFrame(block(n)))) await once(socket, 'drain', { signal: gone.signal })",
        `socket.write(encodeFrame(block(n)))
    await new Promise(resolve => setImmediate(resolve))`,
      ],
    ],
  },
})
