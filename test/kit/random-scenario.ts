/** Scenarios from seeds: faults and broadcasts in any order, then everything is put right and must work. */
import assert from 'node:assert/strict'
import { planLinks } from '../../network/orchestrator/topology.ts'
import { seededRandom, shuffled } from '../../network/random.ts'
import { parseScenario } from '../../network/scenario/parse.ts'
import { runScenario } from '../../network/scenario/run.ts'
import type { Scenario, Step } from '../../network/scenario/schema.ts'
import { gone } from './alive.ts'
import { watched } from './network.ts'

const TOPOLOGIES = ['random', 'ring', 'full', 'grid', 'tree', 'line'] as const

/** The same for the same seed. */
function randomScenario(seed: number): Scenario {
  const random = seededRandom(seed)
  const below = (n: number) => Math.floor(random() * n)
  const nodes = 4 + below(5)
  const topology = TOPOLOGIES[below(TOPOLOGIES.length)]!
  const names = shuffled(
    Array.from({ length: nodes }, (_, i) => `n${i + 1}`),
    random,
  )
  // As the network plans it, from the same seed.
  const links = shuffled(planLinks(topology, nodes, seededRandom(seed)), random).map(([a, b]) => ({
    a: `n${a + 1}`,
    b: `n${b + 1}`,
  }))
  const bad = links.slice(0, 1 + below(2))
  const broadcast = (): Step => ({ do: 'broadcast', times: 1 + below(3), seed: below(1_000) })
  const faults: Step[] = shuffled<Step>(
    [
      { do: 'kill', count: 1 + below(2), seed: below(1_000) },
      { do: 'pause', count: 1, seed: below(1_000) },
      { do: 'partition', groups: { left: names.slice(0, 1 + below(nodes - 1)) } },
      { do: 'churn', perMinute: 300, turns: 2, seed: below(1_000), wait: random() < 0.5 },
      ...bad.map((link): Step =>
        random() < 0.5
          ? { do: 'linkFault', ...link, latencyMs: 20 + below(80), jitterMs: below(50) }
          : { do: 'linkFault', ...link, loss: 0.05 + random() * 0.1, bytesPerSecond: 200_000 },
      ),
      { do: 'hostile', kind: random() < 0.5 ? 'spam' : 'invalid', perSecond: 5 },
      { do: 'add' },
    ],
    random,
  ).slice(0, 3 + below(3))
  return {
    title: `Seed ${seed}: ${nodes} nodes, ${topology}`,
    description: 'Random faults and broadcasts, then healing.',
    steps: [
      { do: 'start', nodes, topology, seed, discovery: 'assigned' },
      ...faults.flatMap(fault => (random() < 0.6 ? [fault, broadcast()] : [fault])),
      { do: 'resume' },
      { do: 'stopChurn' },
      { do: 'restart' },
      { do: 'heal' },
      ...bad.map((link): Step => ({ do: 'clearLinkFault', ...link })),
      { do: 'waitReady' },
      { do: 'broadcast', times: 3, seed },
      { do: 'assertDelivered', atLeast: 1, withinMs: 20_000 },
      { do: 'assertNoCrash' },
    ],
  }
}

/** Runs it: after healing every node that is alive receives what is published, and nothing is left running. */
export async function holds(seed: number): Promise<void> {
  const scenario = randomScenario(seed)
  // What the file format accepts, and nothing else.
  const parsed = parseScenario(JSON.stringify(scenario))
  assert.ok('scenario' in parsed, JSON.stringify(parsed))
  const network = watched()
  try {
    const { outcome, steps } = await runScenario(network, parsed.scenario)
    const told = steps.map(s => `${s.outcome} ${s.title}: ${s.detail}`).join('\n')
    assert.equal(outcome, 'pass', `${scenario.title}\n${told}`)
    const { partition, churn, faultyLinks } = network.state
    assert.deepEqual(
      { partition, churn, faultyLinks },
      { partition: undefined, churn: undefined, faultyLinks: {} },
    )
  } finally {
    await network.stopAll()
  }
  await gone(network.eventsOf('node-listening').map(e => e.pid))
}
