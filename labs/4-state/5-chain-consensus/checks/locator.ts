/** The hashes in a getheaders: the tip and ever fewer blocks before it. */
import type { CheckContext } from '../../../check/kit/check.ts'
import { count } from '../../../check/kit/finding.ts'
import type { Contact } from './contact.ts'
import { chainTo, shown, type Block } from './mint.ts'

const IN_A_ROW = 10
/** Bitcoin Core and btcd begin to double a little later: chain.cpp, LocatorEntries; blockchain/chainview.go, blockLocator. */
const MOST_IN_A_ROW = 12

/** Takes the next getheaders, whose locator must lead back from `last`. */
export async function expectAsks(
  t: CheckContext,
  contact: Contact,
  last: Block,
  hint: string,
): Promise<void> {
  const { locator, stop } = await contact.nextGetHeaders({ what: 'a getheaders', hint })
  const chain = chainTo(last)
  const heightOf = new Map(chain.map(({ hash, height }) => [hash.toString('hex'), height]))
  const heights = locator.map(hash => heightOf.get(hash.toString('hex')))
  const fail = (expected: string, got: string, more: string): never =>
    t.fail({ op: 'start', expected, got, hint: more, spoke: true })
  const unknown = heights.indexOf(undefined)
  if (heights[0] !== last.height)
    fail(
      `a getheaders whose first hash is that of the block at height ${last.height}, ${shown(last.hash)}.`,
      heights.length === 0
        ? 'no hashes.'
        : heights[0] === undefined
          ? `${shown(locator[0]!)}, which is no block of this chain.`
          : `the block at height ${heights[0]}.`,
      locator[0] && heightOf.has(Buffer.from(locator[0]).reverse().toString('hex'))
        ? 'in messages, the bytes of a hash are in the order in which SHA-256 gives them.'
        : hint,
    )
  if (unknown >= 0)
    fail(
      'only blocks of the chain that the locator begins with.',
      `${shown(locator[unknown]!)} as hash ${unknown + 1}, which is none.`,
      'go from parent to parent. In messages, the bytes of a hash are in the order in which SHA-256 gives them.',
    )
  const known = heights as number[]
  const text = `the heights ${known.slice(0, 40).join(', ')}${known.length > 40 ? ', …' : ''}.`
  if (known.at(-1) !== 0)
    fail(
      'a locator that ends with the first block, at height 0.',
      text,
      'the first block is always the last hash: all nodes of a network know it.',
    )
  const steps = known.slice(1).map((height, i) => known[i]! - height)
  const row = known.slice(0, IN_A_ROW)
  if (row.some((height, i) => height !== last.height - i) || row.length < Math.min(IN_A_ROW, chain.length))
    fail(
      `the ${Math.min(IN_A_ROW, chain.length)} heights from ${last.height} downwards in a row.`,
      text,
      'a locator begins with ten hashes in a row, the newest first.',
    )
  let due = 1
  for (const [i, step] of steps.entries()) {
    const isLast = i === steps.length - 1
    const inARow = step === 1 && i < MOST_IN_A_ROW - 1
    if (inARow && due === 1) continue
    due *= 2
    if (step === due || (isLast && step > 0 && step < due)) continue
    fail(
      `steps of 1 between the first ten heights, and then of 2, 4, 8 and so on; only the last one, to the first block, may be shorter.`,
      `${text.slice(0, -1)}: a step of ${step}, where ${due} is due.`,
      'after ten hashes, double the step each time. So a locator stays short, however long the chain is.',
    )
  }
  if (!stop.equals(Buffer.alloc(stop.length)))
    fail(
      '32 zeros as the hash to stop at: as many headers as there are.',
      `${stop.toString('hex')}.`,
      'leave out `stop`.',
    )
  const left = contact.waiting('getheaders').length
  if (left > 0)
    fail(
      'one getheaders.',
      `${count(left, 'more getheaders message')}.`,
      'ask once, and wait for the answer.',
    )
}
