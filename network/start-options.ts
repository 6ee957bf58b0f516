/** What a network is started with. */
import * as v from 'valibot'
import { DISCOVERIES, PLANS } from './events.ts'
import { MAX_NODES } from './limits.ts'
import { learnerProgram } from './program-node.ts'

const position = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(MAX_NODES))

const port = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(65_535))

export const startOptions = v.object({
  nodes: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(MAX_NODES)),
  topology: v.picklist(PLANS),
  /** Who is linked to whom, node 1 being n1: with topology 'file', and where a saved network is repeated. */
  links: v.optional(v.array(v.tuple([position, position]))),
  /** Left out: mdns up to MAX_MDNS_NODES (orchestrator/discovery.ts) where multicast works, assigned otherwise. */
  discovery: v.optional(v.picklist(DISCOVERIES)),
  /** Of n1, n2, …, as saved: 32 bytes as hex each. Left out: drawn, or made from `seed`. */
  identities: v.optional(v.array(v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)))),
  /** libp2p's and gossipsub's own defaults, which are made for the internet (node/settings.ts). */
  production: v.optional(v.boolean()),
  /** Messages a second that each node takes from one publisher; more are ignored and cost it its score. Left out: any number. */
  limitPerSecond: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(10_000))),
  /** Listen in the local network, at this address or the only one there is, and show a code with which others join. */
  share: v.optional(v.object({ address: v.optional(v.pipe(v.string(), v.ipv4())) })),
  /** The code of a shared network to join. */
  join: v.optional(v.pipe(v.string(), v.maxLength(200))),
  /** Count, and answer Prometheus at http://127.0.0.1:PORT/metrics as long as the network runs. Port 0 or none: a free one. */
  metrics: v.optional(v.object({ port: v.optional(port) })),
  /** The nodes are copies of this program. */
  program: v.optional(learnerProgram),
  /** Decides the random topology. Left out: drawn at random. */
  seed: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0))),
})
export type StartOptions = v.InferOutput<typeof startOptions>
