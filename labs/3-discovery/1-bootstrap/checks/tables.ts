/** What the program says that it knows, and what it must know. */
import type { CheckContext } from '../../../check/kit/check.ts'
import { number } from '../../../check/kit/finding.ts'
import type { House, Known } from './house.ts'

type Table = keyof Known
const TABLES: readonly Table[] = ['answered', 'heard']

/** At most a line of them. */
export function shown(addresses: readonly string[]): string {
  if (addresses.length === 0) return 'nothing'
  const first = addresses.slice(0, 4).join(', ')
  return addresses.length <= 4 ? first : `${first} and ${number(addresses.length - 4)} more`
}

export interface Expected extends Record<Table, readonly string[]> {
  /** The likely misconception when this address is not in its table. */
  missing?: (address: string, table: Table, known: Known) => string | undefined
  /** The same for one that must not be there. */
  extra?: (address: string, table: Table) => string | undefined
}

/** Fails unless both tables have exactly these addresses, in any order. `soon`: the program may yet be at it. */
export async function expectKnown(
  t: CheckContext,
  house: House,
  { soon = false, ...expected }: Expected & { soon?: boolean },
): Promise<void> {
  let known = await house.known()
  const fits = async () => {
    known = await house.known()
    return TABLES.every(
      table =>
        known[table].length === expected[table].length &&
        expected[table].every(address => known[table].includes(address)),
    )
  }
  if (soon) await house.until(fits)
  judgeKnown(t, known, expected)
}

function judgeKnown(t: CheckContext, known: Known, { missing, extra, ...expected }: Expected): void {
  for (const table of TABLES) {
    const [is, must] = [known[table], expected[table]]
    const twice = is.find((address, i) => is.indexOf(address) < i)
    if (twice !== undefined) {
      t.fail({
        op: 'known',
        expected: `each address once in ${table}.`,
        got: `${twice} twice.`,
        hint: 'an address can be told twice in one message, and again in the next. Do you look whether it is there already? A Map with "host:port" as its key does that.',
      })
    }
    const other = table === 'heard' ? 'answered' : 'heard'
    for (const address of must) {
      if (is.includes(address)) continue
      const hint = missing?.(address, table, known)
      t.fail({
        op: 'known',
        expected: `${address} in ${table}.`,
        got: known[other].includes(address)
          ? `it in ${other}.`
          : is.length === 0
            ? `no address in ${table}.`
            : `in ${table} only ${shown(is)}.`,
        ...(hint !== undefined && { hint }),
      })
    }
    const [more] = is.filter(address => !must.includes(address))
    if (more === undefined) continue
    const hint = extra?.(more, table)
    t.fail({
      op: 'known',
      expected: must.length === 0 ? `no address in ${table}.` : `in ${table} only ${shown(must)}.`,
      got: `${more}${is.length > must.length + 1 ? ' and others' : ''}${must.length === 0 ? '' : ', too'}.`,
      ...(hint !== undefined && { hint }),
    })
  }
}
