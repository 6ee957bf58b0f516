import { defineExercise, op } from '../../exercise/define.ts'
import { bytes, text } from '../../exercise/fields.ts'

const value = text({ such: '{1: "one"}', note: 'diagnostic notation' })

export default defineExercise({
  title: 'Serialization',
  builds:
    'CBOR: structured values as bytes, one encoding for each value, and records that outlive their version',
  comesNext:
    'The envelope does not care what is in its payload. In {exercise}, you fill it: numbers, text, lists and maps as bytes, so that two programs always write the same bytes for the same value.',
  ops: {
    encode: op({ args: { value }, result: { bytes: bytes() }, returns: 'the deterministic encoding' }),
    decode: op({
      args: { bytes: bytes() },
      result: { value },
      returns: 'the value that the bytes are; an error if they are not exactly one value',
    }),
    update: op({
      args: { bytes: bytes(), set: text({ such: '{"height": 7}', note: 'a map in diagnostic notation' }) },
      result: { bytes: bytes() },
      returns: 'the map in `bytes` with these entries set, and all other entries as they were',
    }),
  },
  checks: {
    published: 'Encodes and decodes the examples of RFC 8949',
    shortest: 'Encodes every integer and length in its shortest form',
    order: 'Sorts the keys of a map by their bytes',
    text: 'Keeps text as it is, and refuses invalid UTF-8',
    keys: 'Takes any key, and refuses duplicates',
    refused: 'Refuses what is not exactly one value',
    depth: 'Refuses values that are nested too deeply, and survives',
    lengths: 'Allocates no memory for a length alone',
    update: 'Keeps the fields that it does not know, byte for byte',
    'round-trip': 'Gets every value back that it encoded',
  },
})
