/** Waiting for what a program tells unasked (labs/exercise/op.ts). */
import { parseEvent, type EventKind, type Fields, type Values } from '../../exercise/op.ts'
import type { Program } from '../engine/program.ts'
import type { EventOptions } from './check.ts'
import { CheckFailure } from './finding.ts'
import { happens } from './patience.ts'

const EVENT_MS = 2_000

/** The next event of the kind. Rejects with a CheckFailure when none comes, or its data does not fit. */
export async function nextEvent<D extends Fields>(
  program: Program,
  kind: EventKind<D>,
  { ms = EVENT_MS, about, hint }: EventOptions = {},
): Promise<Values<D>> {
  const due = program.told.next(kind.name)
  if (!(await happens(due, { ms, signOfLife: () => program.signOfLife() }))) {
    const others = [...new Set(program.told.waiting().map(({ event }) => event))]
    throw new CheckFailure({
      expected: `the event ${kind.name}${about === undefined ? '' : ` ${about}`}.`,
      got: others.length === 0 ? 'no event.' : `only other events: ${others.slice(0, 5).join(', ')}.`,
      hint: hint ?? `do you call emit('${kind.name}', …) when that has happened?`,
    })
  }
  const { values, misfit } = parseEvent(kind, (await due).data)
  if (misfit) throw new CheckFailure(misfit)
  return values
}
