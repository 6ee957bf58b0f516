/** What joins the parts of a mesh that gossipsub would leave apart. */
import assert from 'node:assert/strict'
import { createLinks } from '../../../network/orchestrator/links.ts'
import type { Members } from '../../../network/orchestrator/members.ts'
import { createRecord } from '../../../network/orchestrator/record.ts'
import { settle } from '../../../network/orchestrator/settle.ts'
import { D_LOW } from '../../../network/state.ts'
import { linked, listening, peerId, startedEvent } from '../../kit/network-state.ts'

describe('A mesh in two parts, each with all the mesh peers that it wants', () => {
  const size = D_LOW + 1
  const names = Array.from({ length: 2 * size }, (_, i) => `n${i + 1}`)
  const pairsWithin = (first: number): [number, number][] =>
    Array.from({ length: size }, (_, i) => first + i).flatMap(a =>
      Array.from({ length: first + size - a - 1 }, (_, i): [number, number] => [a, a + i + 1]),
    )
  const apart = [...pairsWithin(1), ...pairsWithin(1 + size)]

  it('is asked again to join when the first graft comes to nothing, and that is told once', async () => {
    const record = createRecord()
    record.add(startedEvent(names.length), ...names.flatMap((_, i) => listening(i + 1)), ...linked(...apart))
    const links = createLinks()
    links.plan([[0, size]], names)
    const asked: unknown[] = []
    const send = (message: unknown) => {
      // The first one is lost, as where the node does not know yet that its peer subscribes.
      if (asked.push(message) === 2) record.add(...linked(...apart, [1, 1 + size]))
    }
    const members = { get: () => ({ process: { send } }) } as unknown as Members
    await settle({ record, members, links, goal: 'mesh', handsOff: false, withinMs: 20_000 })
    const graft = { type: 'graft', node: 'n1', peer: peerId(1 + size) }
    assert.deepEqual(asked, [graft, graft])
    assert.equal(record.state.notices.length, 1)
  })
})
