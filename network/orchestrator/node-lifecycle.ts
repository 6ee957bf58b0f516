/** Starts, adds, ends and restarts the nodes of a network, each as the plan of the network says. */
import type { NodeSpec } from '../node-messages.ts'
import { known, needNetwork } from '../refusals.ts'
import { liveNodes } from '../state.ts'
import type { DiscoveryChoice } from './discovery.ts'
import type { Pausing } from './faults/pausing.ts'
import { untilJoined } from './joining.ts'
import type { Linking } from './linking.ts'
import type { Links } from './links.ts'
import type { Members } from './members.ts'
import type { NodeProcess } from './node-process.ts'
import { refuseNewcomer, type ProgramNetwork } from './program-network.ts'
import type { Goal } from './readiness.ts'
import type { EventRecord } from './record.ts'

/** What all nodes of the network have in their specification. */
export type CommonSpec = Pick<NodeSpec, 'production' | 'limitPerSecond' | 'metrics' | 'host'>

export interface NetworkPlan {
  common: CommonSpec
  choice: DiscoveryChoice
  /** The seed of a node's key, by its name. */
  identity: (name: string) => string
  random: () => number
  topic: string
  /** What a network of these links, or a node that joins it, can get to. */
  goal: Goal
  /** Its nodes are a learner's program. */
  program: ProgramNetwork | undefined
}

export interface NodeLifecycleOptions {
  record: EventRecord
  members: Members
  links: Links
  linking: Linking
  pausing: Pausing
  /** Of the network that runs, as it is now. */
  plan(): NetworkPlan
}

interface NodeStart {
  /** Left out: one of its own. */
  process?: NodeProcess
  /** Where the neighbours are not up yet. */
  degree?: number
  hostile?: NodeSpec['hostile']
}

export interface NodeLifecycle {
  /** Does not wait: what becomes of the node is an event. One that was there before has the same identity. */
  start(name: string, options?: NodeStart): void
  /** Resolves when the new node is part of the mesh, or connected where it is hostile. */
  add(hostile?: NodeSpec['hostile']): Promise<{ node: string }>
  end(name: string, how: 'stop' | 'kill'): Promise<void>
  /** Stops the node first when it runs. Resolves when it is part of the mesh again. */
  restart(name: string): Promise<void>
}

export function createNodeLifecycle(options: NodeLifecycleOptions): NodeLifecycle {
  const { record, members, links, linking, pausing, plan } = options

  const portBefore = (name: string) => {
    const port = /\/tcp\/(\d+)/.exec(record.state.nodes[name]?.addresses[0] ?? '')?.[1]
    return port === undefined ? {} : { port: Number(port) }
  }
  const start: NodeLifecycle['start'] = (name, { process, degree, hostile } = {}) => {
    const { common, choice, identity, topic, program } = plan()
    const before = members.get(name)?.spec
    const harm = hostile ?? before?.hostile
    const spec: NodeSpec = {
      name,
      seed: before?.seed ?? identity(name),
      topic,
      ...common,
      ...(choice.mdns && { mdns: choice.mdns }),
      // Who joined dials it there again.
      ...(common.host !== undefined && portBefore(name)),
      ...(harm && { hostile: harm }),
      ...(program && { program: program.specOf(name) }),
    }
    members.startNode(spec, process ?? members.startProcess(), degree ?? linking.degree(name))
  }
  const join = async (name: string, hostile?: NodeSpec['hostile']) => {
    start(name, hostile && { hostile })
    // A healthy network keeps a hostile node out of its mesh.
    const isHostile = members.get(name)?.spec.hostile !== undefined
    await untilJoined(name, { record, links, linking, goal: isHostile ? 'links' : plan().goal })
  }
  const end: NodeLifecycle['end'] = async (name, how) => {
    // A paused node cannot say goodbye.
    if (how === 'stop' && record.state.nodes[name]?.paused) await pausing.resume(name)
    await members.endNode(name, how)
  }
  return {
    start,
    async add(hostile) {
      needNetwork(record.state)
      if (plan().program) refuseNewcomer()
      const existing = liveNodes(record.state)
        .filter(n => !n.hostile)
        .map(n => n.name)
      const number = Math.max(0, ...Object.keys(record.state.nodes).map(name => Number(name.slice(1)))) + 1
      const node = `n${number}`
      links.join(record.state.topology, node, existing, plan().random)
      await join(node, hostile)
      return { node }
    },
    end,
    async restart(name) {
      needNetwork(record.state)
      known(record.state, name)
      await end(name, 'stop')
      await join(name)
    },
  }
}
