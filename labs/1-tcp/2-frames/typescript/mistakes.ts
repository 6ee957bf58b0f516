import { defineMistakes } from '../../../exercise/mistakes.ts'

export default defineMistakes({
  'answers-without-length': {
    caughtBy: 'one-frame',
    says: 'is the length put in front of each answer',
    why: 'The answer is the reversed bytes alone.',
    file: true,
  },
  'drops-the-tail': {
    caughtBy: 'frame-and-a-half',
    says: 'do you drop what is left in the buffer after a whole frame',
    why: 'The buffer is emptied after the whole frames, with the start of the next one in it.',
    naive: true,
    file: true,
  },
  'ignores-empty-frames': {
    caughtBy: 'empty',
    says: 'is a length of 0 a frame like any other',
    why: 'A length of 0 is taken for "no length yet".',
    file: true,
  },
  'little-endian': {
    caughtBy: 'one-frame',
    says: 'readUInt32BE',
    why: 'The length is read and written with the least significant byte first.',
    file: true,
  },
  'one-buffer-for-all': {
    caughtBy: 'every-cut',
    says: 'does each connection have a buffer of its own',
    why: 'One buffer outside of the connection is shared by all of them.',
    file: true,
  },
  'one-event-one-message': {
    caughtBy: 'every-cut',
    says: ['do you take one data event for one message', 'the length itself may arrive in parts'],
    why: 'Each data event is taken for one whole message.',
    naive: true,
    file: true,
  },
  'one-frame-per-event': {
    caughtBy: 'coalesced',
    says: 'one data event may hold several frames',
    why: '"if" where "while" is needed: at most one frame is taken from each data event.',
    file: true,
  },
  'reads-a-split-header': {
    caughtBy: 'byte-by-byte',
    says: 'more bytes were asked for than it holds',
    why: 'The length is read from a chunk that may hold only one, two or three bytes of it.',
    naive: true,
    file: true,
  },
  'reverses-text': {
    caughtBy: 'one-frame',
    says: 'do the bytes become a string on the way',
    why: 'The bytes are reversed as characters of a string.',
    file: true,
  },
  'sixteen-bit-length': {
    caughtBy: 'large',
    says: 'is the length a number of 32 bits',
    why: 'Only the last two bytes of the length are used, which is enough for every short frame.',
    file: true,
  },
  'skips-a-split-header': {
    caughtBy: 'every-cut',
    says: 'the length itself may arrive in parts',
    why: 'A chunk with only a part of the length is skipped, and so are its bytes.',
    file: true,
  },
})
