/** What networks can be, by name: apart from the schemas that these names are in, which cost something to load. */

/** How many links each node gets and to whom; see orchestrator/topology.ts. */
export const TOPOLOGIES = ['random', 'line', 'ring', 'star', 'full', 'grid', 'tree'] as const
export type Topology = (typeof TOPOLOGIES)[number]

/** How nodes learn each other's addresses: real multicast DNS, or told by the orchestrator. */
export const DISCOVERIES = ['mdns', 'assigned'] as const
export type Discovery = (typeof DISCOVERIES)[number]
