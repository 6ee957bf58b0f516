import assert from 'node:assert/strict'
import { percentile, watchDeliveries } from '../../../cli/deliveries.ts'
import type { NetworkEvent } from '../../../network/events.ts'
import { createRecord } from '../../../network/orchestrator/record.ts'

const topic = 't'
const published = (message: string, at: number): NetworkEvent => ({
  type: 'published',
  at,
  node: 'n1',
  message,
  topic,
  bytes: 1,
  recipients: [],
})
const received = (message: string, node: string, at: number): NetworkEvent => ({
  type: 'received',
  at,
  node,
  message,
  topic,
  from: `12D3KooW${'1'.repeat(44)}`,
  bytes: 1,
})

describe('Counting deliveries', () => {
  it('takes the time from the publication to each first receipt, whatever order they are reported in', () => {
    const record = createRecord()
    const deliveries = watchDeliveries(record)
    record.add(
      received('aa', 'n2', 12),
      published('aa', 10),
      received('aa', 'n3', 17),
      published('bb', 20),
      received('bb', 'n2', 19.9),
    )
    assert.deepEqual(deliveries.times(), [2, 7, 0])
  })

  it('waits until a message has arrived everywhere', async () => {
    const record = createRecord()
    const deliveries = watchDeliveries(record)
    let done = false
    const arrived = deliveries.arrived('aa', 2, new AbortController().signal).then(() => (done = true))
    record.add(received('aa', 'n2', 12), received('aa', 'n3', 13))
    await Promise.resolve()
    assert.equal(done, false)
    record.add(published('aa', 10))
    await arrived
  })

  it('gives up when it is aborted', async () => {
    await watchDeliveries(createRecord()).arrived('aa', 2, AbortSignal.abort())
  })

  it('gives the nearest-rank percentile', () => {
    const values = [5, 1, 4, 2, 3]
    assert.deepEqual(
      [percentile(values, 0.5), percentile(values, 0.99), percentile(values, 0), percentile([], 0.5)],
      [3, 5, 1, 0],
    )
    assert.equal(
      percentile(
        Array.from({ length: 100 }, (_, i) => i + 1),
        0.99,
      ),
      99,
    )
  })
})
