/** Published examples, each with the address that it comes from. None is computed by a program of ours. */
import type { Format } from '../../shared/integers.ts'

export interface Vector {
  value: bigint
  /** Lower-case hex. */
  bytes: string
}

/** https://github.com/rust-bitcoin/rust-bitcoin/blob/42226547fab3/consensus_encoding/tests/compact_size.rs */
const COMPACT_SIZE: readonly Vector[] = [
  { value: 0x00n, bytes: '00' },
  { value: 0xfcn, bytes: 'fc' },
  { value: 0xfdn, bytes: 'fdfd00' },
  { value: 0xffffn, bytes: 'fdffff' },
  { value: 0x10000n, bytes: 'fe00000100' },
  { value: 0xffffffffn, bytes: 'feffffffff' },
  { value: 0x100000000n, bytes: 'ff0000000001000000' },
  { value: 0xffffffffffffffffn, bytes: 'ffffffffffffffffff' },
]

/** https://github.com/multiformats/unsigned-varint/blob/dd184f1ce89c/README.md */
const VARINT: readonly Vector[] = [
  { value: 1n, bytes: '01' },
  { value: 127n, bytes: '7f' },
  { value: 128n, bytes: '8001' },
  { value: 255n, bytes: 'ff01' },
  { value: 300n, bytes: 'ac02' },
  { value: 16384n, bytes: '808001' },
]

export const PUBLISHED: Readonly<Record<Format, readonly Vector[]>> = {
  compactsize: COMPACT_SIZE,
  varint: VARINT,
}

/**
 * CompactSizes that are longer than needed, which a reader must refuse: the test "noncanonical" of
 * https://github.com/bitcoin/bitcoin/blob/master/src/test/serialize_tests.cpp
 */
export const LONGER_THAN_NEEDED: readonly string[] = [
  'fd0000',
  'fdfc00',
  'fe00000000',
  'feffff0000',
  'ff0000000000000000',
  'ffffffff0100000000',
]
