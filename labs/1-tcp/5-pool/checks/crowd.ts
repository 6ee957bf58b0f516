/** Many requests at once. */
import { number } from '../../../check/kit/finding.ts'
import type { Arrival, Asked, Pool } from './pool.ts'

/** Asks for `n` requests at once, with the bytes that `next` gives, and returns them with how they arrived; none is answered yet. */
export async function crowd(
  pool: Pool,
  n: number,
  next?: () => Buffer,
): Promise<{ asked: Asked; arrival: Arrival }[]> {
  const missing = new Map(
    Array.from({ length: n }, () => pool.request(next?.())).map(asked => [
      asked.bytes.toString('latin1'),
      asked,
    ]),
  )
  const found: { asked: Asked; arrival: Arrival }[] = []
  for (let i = 0; i < n; i++) {
    const expected = `that all ${number(n)} requests arrive at the server, although it has answered none of them. So far, ${number(i)} have.`
    const arrival = await pool.arrival([...missing.values()], undefined, expected)
    const key = arrival.bytes.toString('latin1')
    found.push({ asked: missing.get(key)!, arrival })
    missing.delete(key)
  }
  return found
}
