import { defineMistakes } from '../../../exercise/mistakes.ts'

export default defineMistakes({
  'answers-without-length': {
    caughtBy: 'one-frame',
    says: 'do you put the length in front of each answer',
    why: 'The answer consists of the reversed bytes alone.',
    edits: [['encodeFrame(Buffer.from(body).reverse())', 'Buffer.from(body).reverse()']],
  },
  'drops-the-tail': {
    caughtBy: 'frame-and-a-half',
    says: 'do you drop the rest of the buffer after a whole frame',
    why: 'After the whole frames, the buffer is cleared, including the start of the next frame.',
    naive: true,
    edits: [['return bodies', 'if (bodies.length > 0) rest = Buffer.alloc(0)\n    return bodies']],
  },
  'ignores-empty-frames': {
    caughtBy: 'empty',
    says: 'do you treat a length of 0 like any other',
    why: 'A frame with an empty body gets no answer.',
    edits: [['bodies.push(', 'if (end > HEADER) bodies.push(']],
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
})
