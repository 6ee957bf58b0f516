/**
 * A scenario: what is done to a network, one step after another, and what must hold. JSON in a file that ends with .p2pscenario.json;
 * media/p2pscenario.schema.json is made from this schema (json-schema.ts), so an editor says the same as the runner.
 */
import * as v from 'valibot'
import { DISCOVERIES, HOSTILITIES, TOPOLOGIES } from '../events.ts'
import { MAX_BROADCAST_BYTES, MAX_NODES } from '../limits.ts'
import { exerciseId } from '../program-node.ts'

const node = v.pipe(
  v.string(),
  v.regex(/^n[1-9][0-9]{0,4}$/, 'Expected a node such as "n1"'),
  v.description('A node: n1, n2, …'),
)
const nodes = v.pipe(v.array(node), v.minLength(1), v.description('The names of the nodes.'))
const whole = (least: number, most: number) =>
  v.pipe(v.number(), v.integer(), v.minValue(least), v.maxValue(most))
const real = (least: number, most: number) => v.pipe(v.number(), v.minValue(least), v.maxValue(most))
const seed = v.pipe(whole(0, 2 ** 32 - 1), v.description('The same seed gives the same choice.'))
const comment = v.optional(v.pipe(v.string(), v.description('A comment for readers of the file.')))
const withinMs = v.pipe(whole(1, 300_000), v.description('Maximum time in milliseconds.'))

const leader = v.pipe(
  v.literal(true),
  v.description('The node that leads in the greatest term, by what your programs report.'),
)

/** Which nodes: by name, so many, or a share of those that there are. */
const some = {
  nodes: v.optional(nodes),
  count: v.optional(v.pipe(whole(1, MAX_NODES), v.description('The number of nodes, chosen with the seed.'))),
  fraction: v.optional(
    v.pipe(
      real(0, 1),
      v.description('The share of the nodes, rounded up, chosen with the seed. 0.1 is a tenth.'),
    ),
  ),
  leader: v.optional(leader),
  seed: v.optional(seed),
}
const step = <const D extends string, const E extends v.ObjectEntries>(
  name: D,
  description: string,
  entries: E,
) => v.pipe(v.strictObject({ do: v.literal(name), ...entries, comment }), v.description(description))

const link = { a: node, b: node }

export const steps = [
  step(
    'start',
    'Starts the network and waits until it is ready. This must be the first step and can occur only once.',
    {
      nodes: whole(1, MAX_NODES),
      program: v.optional(
        v.pipe(
          exerciseId,
          v.description(
            'Runs copies of your program of this exercise, such as "4.1", instead of libp2p nodes.',
          ),
        ),
      ),
      topology: v.optional(v.picklist(TOPOLOGIES)),
      discovery: v.optional(v.picklist(DISCOVERIES)),
      seed: v.optional(seed),
      production: v.optional(
        v.pipe(v.boolean(), v.description('Uses the defaults of libp2p instead of values for one machine.')),
      ),
      limitPerSecond: v.optional(
        v.pipe(
          whole(1, 10_000),
          v.description('Messages per second that a node accepts from one publisher.'),
        ),
      ),
    },
  ),
  step('waitReady', 'Waits until the mesh is healthy, so that a broadcast reaches every node.', {
    withinMs: v.optional(withinMs),
  }),
  step('broadcast', 'Publishes messages, one after another, from one node or from random nodes.', {
    from: v.optional(node),
    leader: v.optional(leader),
    times: v.optional(whole(1, 1_000)),
    text: v.optional(v.pipe(v.string(), v.minLength(1), v.maxLength(10_000))),
    size: v.optional(
      v.pipe(whole(1, MAX_BROADCAST_BYTES), v.description('Sends this many random bytes instead of a text.')),
    ),
    seed: v.optional(seed),
  }),
  step('kill', 'Kills nodes without warning. Choose them by nodes, count or fraction.', some),
  step('stop', 'Shuts nodes down cleanly. Choose them by nodes, count or fraction.', some),
  step(
    'pause',
    'Freezes nodes, so that they stay connected but silent. Choose them by nodes, count or fraction.',
    some,
  ),
  step('resume', 'Resumes paused nodes: all of them, or those chosen by nodes, count or fraction.', some),
  step(
    'restart',
    'Restarts nodes with the same identity: all that are down, or those chosen by nodes, count or fraction.',
    some,
  ),
  step('add', 'Adds nodes.', { count: v.optional(whole(1, 50)) }),
  step(
    'churn',
    'Kills and restarts one node after another. Continues during the next steps unless `wait` is true.',
    {
      perMinute: real(1, 600),
      turns: v.optional(whole(1, 1_000)),
      downMs: v.optional(whole(0, 60_000)),
      seed: v.optional(seed),
      wait: v.optional(v.pipe(v.boolean(), v.description('Wait until every turn is done.'))),
    },
  ),
  step('stopChurn', 'Stops the churn and waits until the last node is back.', {}),
  step(
    'partition',
    'Splits the network, so that nodes connect only within their group. Nodes without a group form one more group.',
    {
      groups: v.pipe(
        v.record(v.pipe(v.string(), v.minLength(1), v.maxLength(40)), nodes),
        v.description('The groups by name: {"left": ["n1", "n2"]}.'),
      ),
    },
  ),
  step('heal', 'Heals the split and waits until the mesh is healthy.', {}),
  step('linkFault', 'Adds faults to a link of the topology, in both directions.', {
    ...link,
    latencyMs: v.optional(
      v.pipe(real(0, 60_000), v.description('Latency in one direction, in milliseconds.')),
    ),
    jitterMs: v.optional(v.pipe(real(0, 60_000), v.description('Maximum extra latency, in milliseconds.'))),
    loss: v.optional(v.pipe(real(0, 1), v.description('Share of lost TCP segments. They show up as gaps.'))),
    bytesPerSecond: v.optional(v.pipe(whole(1_000, 1e9), v.description('Bandwidth.'))),
  }),
  step('clearLinkFault', 'Clears the faults of a link.', link),
  step('hostile', 'Adds a hostile node.', {
    kind: v.picklist(HOSTILITIES),
    perSecond: v.optional(
      v.pipe(
        real(0.1, 200),
        v.description('Messages per second. Default: 60 for spam, 10 for invalid messages.'),
      ),
    ),
  }),
  step('wait', 'Waits.', { ms: whole(1, 300_000) }),
  step('assertDelivered', 'The last broadcast reached this share of the nodes that should receive it.', {
    atLeast: v.optional(v.pipe(real(0, 1), v.description('0.95 is 95%.'))),
    atMost: v.optional(
      v.pipe(real(0, 1), v.description('Upper limit for deliveries. Evaluated when the time is up.')),
    ),
    withinMs,
  }),
  step('assertLeader', 'Exactly one running node leads in the greatest term that one leads in.', {
    withinMs,
  }),
  step('assertAgreed', 'Every running node reports the same as the newest of what it agrees on.', {
    withinMs,
  }),
  step('assertNoCrash', 'No node ended unexpectedly.', {}),
  step('assertScore', 'Every neighbor of the node gives it a score below this value.', {
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
    v.description('What the scenario shows, for someone who runs it for the first time.'),
  ),
  steps: v.pipe(v.array(v.variant('do', steps)), v.minLength(1), v.maxLength(200)),
})

export type Scenario = v.InferOutput<typeof scenarioSchema>
export type Step = Scenario['steps'][number]
export type StepOf<D extends Step['do']> = Extract<Step, { do: D }>
