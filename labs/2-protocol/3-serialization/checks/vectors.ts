/**
 * Examples of RFC 8949, Appendix A, as https://github.com/cbor/test-vectors/blob/aba89b653e48/appendix_a.json has them: all whose values this exercise
 * knows, in diagnostic notation.
 */

/** Encoding the value gives these bytes. */
export const BOTH_WAYS: readonly [bytes: string, value: string][] = [
  ['00', '0'],
  ['01', '1'],
  ['0a', '10'],
  ['17', '23'],
  ['1818', '24'],
  ['1819', '25'],
  ['1864', '100'],
  ['1903e8', '1000'],
  ['1a000f4240', '1000000'],
  ['1b000000e8d4a51000', '1000000000000'],
  ['1bffffffffffffffff', '18446744073709551615'],
  ['3bffffffffffffffff', '-18446744073709551616'],
  ['20', '-1'],
  ['29', '-10'],
  ['3863', '-100'],
  ['3903e7', '-1000'],
  ['f4', 'false'],
  ['f5', 'true'],
  ['f6', 'null'],
  ['40', "h''"],
  ['4401020304', "h'01020304'"],
  ['60', '""'],
  ['6161', '"a"'],
  ['6449455446', '"IETF"'],
  ['62225c', '"\\"\\\\"'],
  ['62c3bc', '"\u00fc"'],
  ['63e6b0b4', '"\u6c34"'],
  ['64f0908591', '"\ud800\udd51"'],
  ['80', '[]'],
  ['83010203', '[1, 2, 3]'],
  ['8301820203820405', '[1, [2, 3], [4, 5]]'],
  [
    '98190102030405060708090a0b0c0d0e0f101112131415161718181819',
    '[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25]',
  ],
  ['a0', '{}'],
  ['a201020304', '{1: 2, 3: 4}'],
  ['a26161016162820203', '{"a": 1, "b": [2, 3]}'],
  ['826161a161626163', '["a", {"b": "c"}]'],
  ['a56161614161626142616361436164614461656145', '{"a": "A", "b": "B", "c": "C", "d": "D", "e": "E"}'],
]

/** Of indefinite length, which a reader takes and a deterministic writer never writes. */
export const DECODE_ONLY: readonly [bytes: string, value: string][] = [
  ['5f42010243030405ff', "h'0102030405'"],
  ['7f657374726561646d696e67ff', '"streaming"'],
  ['9fff', '[]'],
  ['9f018202039f0405ffff', '[1, [2, 3], [4, 5]]'],
  ['9f01820203820405ff', '[1, [2, 3], [4, 5]]'],
  ['83018202039f0405ff', '[1, [2, 3], [4, 5]]'],
  ['83019f0203ff820405', '[1, [2, 3], [4, 5]]'],
  [
    '9f0102030405060708090a0b0c0d0e0f101112131415161718181819ff',
    '[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25]',
  ],
  ['bf61610161629f0203ffff', '{"a": 1, "b": [2, 3]}'],
  ['826161bf61626163ff', '["a", {"b": "c"}]'],
  ['bf6346756ef563416d7421ff', '{"Fun": true, "Amt": -2}'],
]

/** Well-formed CBOR of kinds that this exercise leaves out: tags, floats, undefined and other simple values. */
export const OTHER_KINDS: readonly string[] = [
  'c249010000000000000000',
  'c11a514b67b0',
  'd818456449455446',
  'f90000',
  'f97e00',
  'fa47c35000',
  'fb3ff199999999999a',
  'f7',
  'f0',
  'f8ff',
]

/** Of these kinds, too, where the number behind the head is that of false, true or null, or of an integer. */
export const LOOK_ALIKES: readonly string[] = [
  'f814',
  'f815',
  'f816',
  'f90014',
  'fa00000015',
  'fb0000000000000016',
  'f93c00',
  'c101',
]
