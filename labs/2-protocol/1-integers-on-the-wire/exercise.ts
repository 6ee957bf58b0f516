import { defineExercise, op } from '../../exercise/define.ts'
import { bigInteger, bytes, integer, maybe, oneOf, orNull } from '../../exercise/fields.ts'

const format = oneOf('compactsize', 'varint')

export default defineExercise({
  title: 'Integers on the wire',
  builds: 'integers as bytes, as Bitcoin and libp2p write them: short where they are small, exact up to 2^64',
  comesNext:
    'Bytes now travel reliably between your programs. What do they mean? In {exercise}, you write and read the integers that real protocols use for lengths, counts and codes.',
  ops: {
    encode: op({
      args: { format, value: bigInteger() },
      result: { bytes: bytes() },
      returns: 'the shortest encoding; an error if the format has none for this value',
    }),
    decode: op({
      args: { format, bytes: bytes() },
      result: {
        value: orNull(bigInteger(), 'the integer is not complete yet'),
        length: maybe(integer({ min: 1 })),
      },
      returns:
        'the integer that the bytes begin with, and how many bytes it takes; an error if no further bytes can make it valid',
    }),
  },
  checks: {
    published: 'Encodes and decodes published examples',
    compactsize: 'Handles every width of a CompactSize',
    varint: 'Handles every width of a varint',
    truncated: 'Asks for more while bytes are missing',
    follows: 'Leaves the bytes behind the integer alone',
    shortest: 'Refuses an encoding that is longer than needed',
    endless: 'Refuses a varint of more than nine bytes',
    range: 'Refuses to encode what does not fit',
  },
})
