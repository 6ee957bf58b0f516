/** The checker's own blocks: headers with real proof of work, as easy as regtest's unless a check wants more. */
import { createHash } from 'node:crypto'
import type { Random } from '../../../check/kit/random.ts'
import { encodeHeader } from '../../../exercise/header-messages.ts'

export interface Block {
  header: Buffer
  hash: Buffer
  parent: Block | undefined
  height: number
  time: number
  /** Of this block alone, and from the first block to this one. */
  work: bigint
  chainWork: bigint
}

/** Regtest's, and the easiest that the exercise allows: two hashes on average, and so much work. */
export const EASY = 0x207fffff
export const EASY_WORK = 2n

const SPACE = 1n << 256n
const SIGN = 0x0080_0000

/** Undefined where `bits` stands for no target: a sign, 0, or more than 256 bits. Bitcoin Core, src/arith_uint256.cpp: SetCompact. */
export function targetOf(bits: number): bigint | undefined {
  const mantissa = BigInt(bits & 0x007f_ffff)
  const target = (mantissa << (8n * BigInt(bits >>> 24))) >> 24n
  return (bits & SIGN) !== 0 || target === 0n || target >= SPACE ? undefined : target
}

export const workOf = (target: bigint): bigint => SPACE / (target + 1n)

/** `bits` with so much work, rounded. */
export function bitsOf(work: bigint): number {
  const hex = (SPACE / work).toString(16)
  const digits = hex.length % 2 === 0 ? hex : `0${hex}`
  const whole = parseInt(digits[0]!, 16) >= 8 ? `00${digits}` : digits
  return ((whole.length / 2) << 24) | parseInt(whole.slice(0, 6), 16)
}

const sha256 = (bytes: Uint8Array): Buffer => createHash('sha256').update(bytes).digest()
export const hashOf = (header: Uint8Array): Buffer => sha256(sha256(header))

/** A hash as people write it. */
export const shown = (hash: Uint8Array): string => Buffer.from(hash).reverse().toString('hex')
export const numberOf = (hash: Uint8Array): bigint => BigInt(`0x${shown(hash)}`)

export interface Minting {
  bits?: number
  /** Seconds since 1970; a few minutes after the parent when left out. */
  time?: number
  /** Instead of the hash of the parent. */
  previous?: Buffer
  /** Which hashes will do; those with good proof of work when left out. */
  wants?: (hash: Buffer, target: bigint) => boolean
}

/** Long enough ago that chains of thousands of blocks end before now. */
const DAYS = 200

/** The first block of a network that no other run has. `time`: in seconds; a while ago when left out. */
export function mintGenesis(
  random: Random,
  time: number = Math.floor(Date.now() / 1000) - DAYS * 86_400,
): Block {
  return mint(random, undefined, { time })
}

export function mint(random: Random, parent: Block | undefined, minting: Minting = {}): Block {
  const { bits = EASY, time = (parent?.time ?? 0) + random.int(1, 600), wants = isProven } = minting
  const previous = minting.previous ?? parent?.hash ?? Buffer.alloc(32)
  // Where there is no target, any hash will do.
  const target = targetOf(bits) ?? SPACE
  const header = encodeHeader({
    version: 0x2000_0000,
    previous,
    merkleRoot: random.bytes(32),
    time,
    bits,
    nonce: 0,
  })
  for (let nonce = random.int(0, 0xffff); ; nonce++) {
    header.writeUInt32LE(nonce, 76)
    const hash = hashOf(header)
    if (!wants(hash, target)) continue
    const work = workOf(target)
    const height = parent ? parent.height + 1 : 0
    return { header, hash, parent, height, time, work, chainWork: (parent?.chainWork ?? 0n) + work }
  }
}

const isProven = (hash: Buffer, target: bigint) => numberOf(hash) <= target

/** So many blocks, one on the other, on top of `parent`, which is not among them. */
export function mintChain(random: Random, parent: Block, length: number, minting: Minting = {}): Block[] {
  const blocks: Block[] = []
  for (let last = parent; blocks.length < length;) blocks.push((last = mint(random, last, minting)))
  return blocks
}

/** A block and all before it, the first one first. */
export function chainTo(last: Block): Block[] {
  const blocks: Block[] = []
  for (let block: Block | undefined = last; block; block = block.parent) blocks.push(block)
  return blocks.reverse()
}

const MEDIAN_SPAN = 11

/** The limit that the time of a block on this one must be above. In seconds. */
export function medianOf(last: Block): number {
  const times: number[] = []
  for (let block: Block | undefined = last; block && times.length < MEDIAN_SPAN; block = block.parent)
    times.push(block.time)
  return times.sort((a, b) => a - b)[Math.floor(times.length / 2)]!
}
