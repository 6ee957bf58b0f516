/**
 * A scenario: what is done to a network, one step after another, and what must hold. JSON in a file that ends with .p2pscenario.json;
 * media/p2pscenario.schema.json is made from this schema (json-schema.ts), so an editor says the same as the runner.
 */
import * as v from 'valibot'
import { DISCOVERIES, HOSTILITIES, TOPOLOGIES } from '../events.ts'
import { MAX_BROADCAST_BYTES, MAX_NODES } from '../limits.ts'

const node = v.pipe(
  v.string(),
  v.regex(/^n[1-9][0-9]{0,4}$/, 'Expected a node such as "n1"'),
  v.description('A node: n1, n2, …'),
)
const nodes = v.pipe(v.array(node), v.minLength(1), v.description('These nodes.'))
const whole = (least: number, most: number) =>
  v.pipe(v.number(), v.integer(), v.minValue(least), v.maxValue(most))
const real = (least: number, most: number) => v.pipe(v.number(), v.minValue(least), v.maxValue(most))
const seed = v.pipe(whole(0, 2 ** 32 - 1), v.description('The same seed makes the same choice.'))
const comment = v.optional(v.pipe(v.string(), v.description('For whoever reads the file.')))
const withinMs = v.pipe(whole(1, 300_000), v.description('How long it may take, milliseconds.'))

/** Which nodes: by name, so many, or a share of those that there are. */
const some = {
  nodes: v.optional(nodes),
  count: v.optional(v.pipe(whole(1, MAX_NODES), v.description('So many nodes, drawn with the seed.'))),
  fraction: v.optional(
    v.pipe(
      real(0, 1),
      v.description('This share of the nodes, rounded up, drawn with the seed. 0.1 is a tenth.'),
    ),
  ),
  seed: v.optional(seed),
}
const step = <const D extends string, const E extends v.ObjectEntries>(
  name: D,
  description: string,
  entries: E,
) => v.pipe(v.strictObject({ do: v.literal(name), ...entries, comment }), v.description(description))

const link = { a: node, b: node }

export const steps = [
  step('start', 'Starts the network and waits until it is ready. The first step, and there is one.', {
    nodes: whole(1, MAX_NODES),
    topology: v.optional(v.picklist(TOPOLOGIES)),
    discovery: v.optional(v.picklist(DISCOVERIES)),
    seed: v.optional(seed),
    production: v.optional(
      v.pipe(v.boolean(), v.description("libp2p's own defaults instead of those for one machine.")),
    ),
    limitPerSecond: v.optional(
      v.pipe(whole(1, 10_000), v.description('Messages a second that a node takes from one publisher.')),
    ),
  }),
  step('waitReady', 'Waits until the mesh is healthy: then a broadcast reaches everyone.', {
    withinMs: v.optional(withinMs),
  }),
  step('broadcast', 'Publishes messages, one after another, from one node or from random ones.', {
    from: v.optional(node),
    times: v.optional(whole(1, 1_000)),
    text: v.optional(v.pipe(v.string(), v.minLength(1), v.maxLength(10_000))),
    size: v.optional(
      v.pipe(whole(1, MAX_BROADCAST_BYTES), v.description('Random bytes of this number instead of a text.')),
    ),
    seed: v.optional(seed),
  }),
  step('kill', 'Ends nodes without a goodbye. By nodes, count or fraction.', some),
  step('stop', 'Ends nodes in good order. By nodes, count or fraction.', some),
  step('pause', 'Freezes nodes: connected, and silent. By nodes, count or fraction.', some),
  step('resume', 'Lets paused nodes go on: all of them, or by nodes, count or fraction.', some),
  step(
    'restart',
    'Starts nodes again with the same identity: all that are down, or by nodes, count or fraction.',
    some,
  ),
  step('add', 'Adds nodes.', { count: v.optional(whole(1, 50)) }),
  step(
    'churn',
    'Kills and restarts one node after another. Goes on during the next steps unless `wait` is true.',
    {
      perMinute: real(1, 600),
      turns: v.optional(whole(1, 1_000)),
      downMs: v.optional(whole(0, 60_000)),
      seed: v.optional(seed),
      wait: v.optional(v.pipe(v.boolean(), v.description('Wait until all turns are done.'))),
    },
  ),
  step('stopChurn', 'Ends the churn and waits until the last node is back.', {}),
  step(
    'partition',
    'Splits the network: nodes connect only within their group. Nodes in no group are one more.',
    {
      groups: v.pipe(
        v.record(v.pipe(v.string(), v.minLength(1), v.maxLength(40)), nodes),
        v.description('By name: {"left": ["n1", "n2"]}.'),
      ),
    },
  ),
  step('heal', 'Makes the network whole and waits until the mesh is healthy.', {}),
  step('linkFault', 'Makes a link of the topology bad, in both directions.', {
    ...link,
    latencyMs: v.optional(v.pipe(real(0, 60_000), v.description('One way, milliseconds.'))),
    jitterMs: v.optional(v.pipe(real(0, 60_000), v.description('Up to so much more, milliseconds.'))),
    loss: v.optional(
      v.pipe(real(0, 1), v.description('Share of TCP segments that are lost: they show as gaps.')),
    ),
    bytesPerSecond: v.optional(v.pipe(whole(1_000, 1e9), v.description('Bandwidth.'))),
  }),
  step('clearLinkFault', 'Makes a link good again.', link),
  step('hostile', 'Adds a node that does harm.', {
    kind: v.picklist(HOSTILITIES),
    perSecond: v.optional(
      v.pipe(real(0.1, 200), v.description('Messages a second. Default: 60 of spam, 10 invalid ones.')),
    ),
  }),
  step('wait', 'Waits.', { ms: whole(1, 300_000) }),
  step('assertDelivered', 'The last broadcast reached this share of the nodes that should get it.', {
    atLeast: v.optional(v.pipe(real(0, 1), v.description('0.95 is 95 %.'))),
    atMost: v.optional(
      v.pipe(real(0, 1), v.description('What is claimed not to get through: judged when the time is over.')),
    ),
    withinMs,
  }),
  step('assertNoCrash', 'No node has ended that nobody ended.', {}),
  step('assertScore', 'Every neighbour of the node gives it a score below this.', {
    of: v.pipe(
      v.union([node, v.literal('hostile')]),
      v.description('A node, or "hostile" for all hostile nodes.'),
    ),
    below: v.number(),
    withinMs,
  }),
] as const

export const scenarioSchema = v.strictObject({
  $schema: v.optional(v.string()),
  title: v.pipe(v.string(), v.minLength(1), v.maxLength(80)),
  description: v.pipe(
    v.string(),
    v.minLength(1),
    v.description('What it shows, for whoever runs it for the first time.'),
  ),
  steps: v.pipe(v.array(v.variant('do', steps)), v.minLength(1), v.maxLength(200)),
})

export type Scenario = v.InferOutput<typeof scenarioSchema>
export type Step = Scenario['steps'][number]
export type StepOf<D extends Step['do']> = Extract<Step, { do: D }>
