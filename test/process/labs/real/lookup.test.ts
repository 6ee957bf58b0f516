/** Exercise 3.4 in a network of real DHT nodes: its solution finds the closest of them, whom the test knows because it has started them all. */
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import type { Program } from '../../../../labs/check/engine/program.ts'
import { byDistance } from '../../../../labs/3-discovery/shared/xor.ts'
import { startSwarm, stopSwarm, type SwarmNode } from '../../../kit/dht-swarm.ts'
import { removeFolders } from '../../../kit/labs.ts'
import { startSolution } from '../../../kit/running-solution.ts'

const SIZE = 40
/** As BEP 5 says. These nodes know more, and name all of them. */
const K = 8
const ANSWER_MS = 120_000

describe('the solution of 3.4 in a network of real DHT nodes', function () {
  this.timeout(300_000)
  /** The same in all lookups: real nodes remember who has asked, and name it although its socket is closed. Our own ID is left out. */
  const own = randomBytes(20)
  let swarm: SwarmNode[] = []
  let solution: Program | undefined

  before(async function () {
    swarm = await startSwarm(this, SIZE)
    solution = await startSolution('3.4')
  })
  after(async () => {
    await solution?.stop()
    await stopSwarm(swarm)
    await removeFolders()
  })

  async function lookup(target: Buffer, seeds: readonly SwarmNode[], timeoutMs: number): Promise<string[]> {
    const args = {
      id: own.toString('hex'),
      target: target.toString('hex'),
      seeds: seeds.map(({ address }) => address),
      k: K,
      alpha: 3,
      timeoutMs,
    }
    return (await solution!.call('lookup', args, ANSWER_MS))['nodes'] as string[]
  }
  const line = ({ id, address }: SwarmNode) => `${id.toString('hex')} ${address}`
  const closestTo = (target: Buffer, nodes: readonly SwarmNode[]) =>
    [...nodes].sort(byDistance(target)).map(line)

  it('finds the k closest, from any of them', async () => {
    for (const seed of [swarm[0]!, swarm.at(-1)!, swarm[SIZE >> 1]!]) {
      const target = randomBytes(20)
      assert.deepEqual(await lookup(target, [seed], ANSWER_MS), closestTo(target, swarm).slice(0, K))
    }
  })

  it('finds one of them by its ID', async () => {
    const [seed, wanted] = [swarm[3]!, swarm[SIZE - 3]!]
    assert.equal((await lookup(wanted.id, [seed], ANSWER_MS))[0], line(wanted))
  })

  it('returns nobody who has left without a word', async () => {
    const gone = swarm.filter((_, i) => i % 3 === 2)
    await stopSwarm(gone)
    const alive = swarm.filter(node => !gone.includes(node))
    swarm = alive
    const target = randomBytes(20)
    const found = await lookup(target, [alive[0]!, alive.at(-1)!], 1_000)
    const order = closestTo(target, alive)
    assert.ok(found.length > 0 && found.every(one => order.includes(one)))
    assert.deepEqual(
      found,
      order.filter(one => found.includes(one)),
    )
  })
})
