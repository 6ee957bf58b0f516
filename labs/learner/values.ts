/** What JSON cannot carry: bytes are lower-case hex strings on the control channel, integers beyond 2^53 decimal strings. */
import { argumentsOf, type Argument } from './arguments.ts'

/**
 * A copy of the arguments of `op` as the learner's function gets them: bytes are Buffers, large integers bigints. An op whose arguments nobody has
 * told has its argument `bytes`.
 */
export function forLearner(op: string, args: Record<string, unknown>): Record<string, unknown> {
  const own: Readonly<Record<string, Pick<Argument, 'as'>>> = argumentsOf(op) ?? { bytes: { as: 'bytes' } }
  return Object.fromEntries(
    Object.entries(args).map(([key, value]) => {
      const kind = Object.hasOwn(own, key) ? own[key]!.as : undefined
      return [key, kind === undefined ? value : convert(kind, value)]
    }),
  )
}

/** Texts, and the texts of a list. */
function convert(kind: 'bytes' | 'bigint', value: unknown): unknown {
  if (Array.isArray(value)) return value.map(item => convert(kind, item))
  if (typeof value !== 'string') return value
  return kind === 'bytes' ? Buffer.from(value, 'hex') : BigInt(value)
}

/** JSON text in which each Buffer or Uint8Array, at any depth, is a hex string, and each bigint a decimal one. Throws what JSON.stringify throws. */
export function toJson(value: unknown): string {
  return JSON.stringify(value, function (this: Record<string, unknown>, key, item: unknown) {
    if (typeof item === 'bigint') return String(item)
    // Buffer has a toJSON, which is called before the replacer: look at the value itself.
    const original = this[key]
    if (!(original instanceof Uint8Array)) return item
    return Buffer.from(original.buffer, original.byteOffset, original.byteLength).toString('hex')
  })
}
