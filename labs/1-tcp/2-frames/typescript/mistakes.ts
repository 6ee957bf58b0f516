import { defineMistakes } from '../../../exercise/mistakes.ts'

export default defineMistakes({
  'answers-without-length': {
    caughtBy: 'one-frame',
    says: 'is the length put in front of each answer',
    why: 'The answer is the reversed bytes alone.',
    edits: [['encodeFrame(Buffer.from(body).reverse())', 'Buffer.from(body).reverse()']],
  },
  'drops-the-tail': {
    caughtBy: 'frame-and-a-half',
    says: 'do you drop what is left in the buffer after a whole frame',
    why: 'The buffer is emptied after the whole frames, with the start of the next one in it.',
    naive: true,
    edits: [['return bodies', 'if (bodies.length > 0) rest = Buffer.alloc(0)\n    return bodies']],
  },
  'ignores-empty-frames': {
    caughtBy: 'empty',
    says: 'is a length of 0 a frame like any other',
    why: 'A body of no bytes is taken for nothing to answer.',
    edits: [['bodies.push(', 'if (end > HEADER) bodies.push(']],
  },
  'little-endian': {
    caughtBy: 'one-frame',
    says: 'readUInt32BE',
    why: 'The length is read and written with the least significant byte first.',
    edits: [
      ['writeUInt32BE', 'writeUInt32LE'],
      ['readUInt32BE', 'readUInt32LE'],
    ],
  },
  'one-buffer-for-all': {
    caughtBy: 'every-cut',
    says: 'does each connection have a buffer of its own',
    why: 'One buffer outside of the connection is shared by all of them.',
    edits: [
      ['  let rest = Buffer.alloc(0)\n', ''],
      ['const HEADER = 4', 'const HEADER = 4\n\nlet rest = Buffer.alloc(0)'],
    ],
  },
  'one-event-one-message': {
    caughtBy: 'every-cut',
    says: ['do you take one data event for one message', 'the length itself may arrive in parts'],
    why: 'Each data event is taken for one whole message.',
    naive: true,
    edits: [
      ['for (const body of decode(chunk)) socket', 'const body = chunk.subarray(HEADER)\n      socket'],
    ],
  },
  'one-frame-per-event': {
    caughtBy: 'coalesced',
    says: 'one data event may hold several frames',
    why: '"if" where "while" is needed: at most one frame is taken from each data event.',
    edits: [
      ['while (rest', 'if (rest'],
      ['if (rest.length < end) break', 'if (rest.length < end) return bodies'],
    ],
  },
  'reads-a-split-header': {
    caughtBy: 'byte-by-byte',
    says: 'more bytes were asked for than it holds',
    why: 'The length is read from a chunk that may hold only one, two or three bytes of it.',
    naive: true,
    edits: [['while (rest.length >= HEADER)', 'while (rest.length > 0)']],
  },
  'reverses-text': {
    caughtBy: 'one-frame',
    says: 'do the bytes become a string on the way',
    why: 'The bytes are reversed as characters of a string.',
    edits: [['Buffer.from(body).reverse()', "Buffer.from(body.toString().split('').reverse().join(''))"]],
  },
  'sixteen-bit-length': {
    caughtBy: 'large',
    says: 'is the length a number of 32 bits',
    why: 'Only the last two bytes of the length are used, which is enough for every short frame.',
    edits: [['readUInt32BE()', 'readUInt16BE(2)']],
  },
  'skips-a-split-header': {
    caughtBy: 'every-cut',
    says: 'the length itself may arrive in parts',
    why: 'A chunk with only a part of the length is skipped, and so are its bytes.',
    edits: [
      [
        'return bodies',
        'if (rest.length < HEADER) rest = Buffer.alloc(0) // no whole length: nothing to read\n    return bodies',
      ],
    ],
  },
})
