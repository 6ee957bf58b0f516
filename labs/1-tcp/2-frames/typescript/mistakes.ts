import { defineMistakes } from '../../../exercise/mistakes.ts'

export default defineMistakes({
  'answers-without-length': {
    caughtBy: 'one-frame',
    says: 'do you put the length in front of each answer',
    why: 'The answer consists of the reversed bytes alone.',
    edits: [['encodeFrame(Buffer.from(body).reverse())', 'Buffer.from(body).reverse()']],
  },
  'closes-after-an-answer': {
    caughtBy: 'one-frame',
    says: 'does your program close the connection? It stays open after an answer',
    why: 'The connection is ended after the answer, as if each frame came on a connection of its own.',
    edits: [['socket.write(encodeFrame', 'socket.end(encodeFrame']],
  },
  'counts-the-length-itself': {
    caughtBy: 'one-frame',
    says: 'do you count the 4 bytes of the length itself',
    why: 'The length of an answer includes its own 4 bytes.',
    edits: [['writeUInt32BE(body.length)', 'writeUInt32BE(HEADER + body.length)']],
  },
  'drops-the-tail': {
    caughtBy: 'frame-and-a-half',
    says: 'do you drop the rest of the buffer after a whole frame',
    why: 'After the whole frames, the buffer is cleared, including the start of the next frame.',
    naive: true,
    edits: [['return bodies', 'if (bodies.length > 0) rest = Buffer.alloc(0)\n    return bodies']],
  },
  'empty-means-the-end': {
    caughtBy: 'empty',
    says: 'do you treat a length of 0 like any other',
    why: 'An empty frame is taken for the end of the conversation.',
    edits: [['socket.write(encodeFrame', 'body.length === 0 ? socket.end() : socket.write(encodeFrame']],
  },
  'ignores-empty-frames': {
    caughtBy: 'empty',
    says: 'do you treat a length of 0 like any other',
    why: 'A frame with an empty body gets no answer.',
    edits: [['bodies.push(', 'if (end > HEADER) bodies.push(']],
  },
  'last-frame-first': {
    caughtBy: 'coalesced',
    says: 'do you answer the frames in the order in which they arrived',
    why: 'Frames that arrive together are answered from the last to the first.',
    edits: [['bodies.push(', 'bodies.unshift(']],
  },
  'little-endian': {
    caughtBy: 'one-frame',
    says: 'readUInt32BE',
    why: 'The length is read and written in little-endian byte order.',
    edits: [
      ['writeUInt32BE', 'writeUInt32LE'],
      ['readUInt32BE', 'readUInt32LE'],
    ],
  },
  'no-error-listener': {
    caughtBy: 'reset',
    says: "Add .on('error', …) to every socket and server",
    why: 'The sockets have no "error" listener, so the first client that breaks its connection ends the whole program.',
    naive: true,
    edits: [["    socket.on('error', () => socket.destroy())\n", '']],
  },
  'one-answer-for-all': {
    caughtBy: 'coalesced',
    says: 'do you answer each frame with a frame of its own',
    why: 'Frames that arrive together get one answer, with the bytes of all of them.',
    edits: [
      [
        'for (const body of decode(chunk)) socket.write(encodeFrame(Buffer.from(body).reverse()))',
        `const bodies = decode(chunk)
      if (bodies.length > 0) socket.write(encodeFrame(Buffer.concat(bodies).reverse()))`,
      ],
    ],
  },
  'one-buffer-for-all': {
    caughtBy: 'every-cut',
    says: 'does each connection have a buffer of its own',
    why: 'All connections share one buffer.',
    edits: [
      ['  let rest = Buffer.alloc(0)\n', ''],
      ['const HEADER = 4', 'const HEADER = 4\n\nlet rest = Buffer.alloc(0)'],
    ],
  },
  'one-event-one-message': {
    caughtBy: 'every-cut',
    says: ['do you treat each data event as one message', 'the length itself can arrive in parts'],
    why: 'Each data event is treated as one whole message.',
    naive: true,
    edits: [
      ['for (const body of decode(chunk)) socket', 'const body = chunk.subarray(HEADER)\n      socket'],
    ],
  },
  'one-frame-per-event': {
    caughtBy: 'coalesced',
    says: 'one data event can hold several frames',
    why: '"if" instead of "while": at most one frame is taken from each data event.',
    edits: [
      ['while (rest', 'if (rest'],
      ['if (rest.length < end) break', 'if (rest.length < end) return bodies'],
    ],
  },
  'reads-a-split-header': {
    caughtBy: 'byte-by-byte',
    says: 'more bytes were asked for than it holds',
    why: 'The length is read from a chunk that can hold only one, two or three of its bytes.',
    naive: true,
    edits: [['while (rest.length >= HEADER)', 'while (rest.length > 0)']],
  },
  'reverses-text': {
    caughtBy: 'one-frame',
    says: 'do you convert the bytes to a string on the way',
    why: 'The bytes are converted to a string, and its characters are reversed.',
    edits: [['Buffer.from(body).reverse()', "Buffer.from(body.toString().split('').reverse().join(''))"]],
  },
  'sixteen-bit-length': {
    caughtBy: 'large',
    says: 'do you read all 32 bits of the length',
    why: 'Only the last two bytes of the length are used, which works for short frames.',
    edits: [['readUInt32BE()', 'readUInt16BE(2)']],
  },
  'skips-a-split-header': {
    caughtBy: 'every-cut',
    says: 'the length itself can arrive in parts',
    why: 'A chunk that holds only a part of the length is skipped, and its bytes are lost.',
    edits: [
      [
        'return bodies',
        'if (rest.length < HEADER) rest = Buffer.alloc(0) // no whole length: nothing to read\n    return bodies',
      ],
    ],
  },
  'throws-at-half-a-frame': {
    caughtBy: 'reset',
    says: 'the stream ended in the middle of a frame',
    why: 'The decoder throws an error when a client ends in the middle of a frame. Nothing catches it, so it ends the whole program.',
    edits: [
      [
        'return bodies',
        `if (chunk.length === 0 && rest.length > 0) throw new Error('the stream ended in the middle of a frame')
    return bodies`,
      ],
      [
        "socket.on('error', () => socket.destroy())",
        "socket.on('end', () => decode(Buffer.alloc(0)))\n    socket.on('error', () => socket.destroy())",
      ],
    ],
  },
  'three-byte-length': {
    caughtBy: 'large',
    says: 'Its first byte counts, too',
    why: 'The first byte of the length is ignored, which works up to 16 MiB.',
    naive: true,
    edits: [['readUInt32BE()', 'readUIntBE(1, 3)']],
  },
})
