/** Asking for one encoding or decoding, and the likely misconception behind what came instead. */
import type { CheckContext } from '../../../check/kit/check.ts'
import { hinted } from '../../../check/kit/finding.ts'
import { formatDiagnostic, parseDiagnostic, type CborValue } from '../../../exercise/diagnostic.ts'
import { oneLine } from '../../../preview.ts'
import exercise from '../exercise.ts'
import { encodeCbor, isSame } from './cbor.ts'

const { encode, decode } = exercise.ops

/** Of values and bytes, so many characters are shown. */
const SHOWN = 100

export const shown = (text: string): string => oneLine(text, SHOWN)
export const hex = (bytes: Uint8Array): string => shown(Buffer.from(bytes).toString('hex') || 'no bytes')

export async function expectEncoded(t: CheckContext, value: CborValue, expected: Buffer, hint: string) {
  const text = formatDiagnostic(value)
  t.doing(`The checker asked for ${shown(text)} as CBOR.`)
  const { bytes } = await hinted(t.call(encode, { value: text }), hint)
  if (bytes.equals(expected)) return
  t.fail({
    op: encode.name,
    expected: `${hex(expected)}.`,
    got: `${hex(bytes)}.`,
    hint,
    bytes: { expected, actual: bytes },
  })
}

export async function expectDecoded(t: CheckContext, bytes: Buffer, value: CborValue, hint: string) {
  t.doing(`The checker gave ${hex(bytes)} to decode.`)
  const got = await hinted(t.call(decode, { bytes }), hint)
  if (isSame(await valueOf(t, decode.name, got.value), value)) return
  t.fail({
    op: decode.name,
    expected: `${shown(formatDiagnostic(value))}.`,
    got: `${shown(got.value)}.`,
    hint,
  })
}

/** What the program wrote in diagnostic notation. */
async function valueOf(t: CheckContext, op: string, text: string): Promise<CborValue> {
  try {
    const value = parseDiagnostic(text)
    // A map with the same key twice is no value either.
    encodeCbor(value)
    return value
  } catch (error) {
    return t.fail({
      op,
      expected: 'a value in diagnostic notation.',
      got: `${shown(JSON.stringify(text))}. ${(error as Error).message}`,
    })
  }
}

/** `control` has been decoded before: an error is then not the answer to everything. */
export async function expectRefused(
  t: CheckContext,
  bytes: Buffer,
  { what, hint }: { what: string; hint: string },
) {
  t.doing(`The checker gave ${hex(bytes)} to decode: ${what}.`)
  const { result } = await t.ask(decode, { bytes })
  if (result === undefined) return
  t.fail({ op: decode.name, expected: 'an error.', got: `${shown(result.value)}.`, hint })
}
