/** What can be asked of a local network. */
import type { Discovery, EventOf, Group, Hostility, LinkFaults } from '../events.ts'
import type { StartOptions } from '../start-options.ts'
import type { NetworkState } from '../state.ts'
import type { Usage } from '../usage.ts'
import type { ChurnOptions } from './faults/churn.ts'
import type { NetworkDefinition } from './network-definition.ts'
import type { EventListener } from './record.ts'

export interface Started {
  readyMs: number
  discovery: Discovery
}

export interface Network {
  readonly state: NetworkState
  subscribe(listener: EventListener): () => void
  /** Resolves when the network is ready. `startedAt` (clock.ts) is when the command was given: readyMs counts from there. */
  start(options: StartOptions, context?: { startedAt?: number; signal?: AbortSignal }): Promise<Started>
  /** Starts the processes of a network of so many nodes of libp2p, without nodes. The next `start` takes them; otherwise they end after a minute. */
  prepare(nodes: number): { pids: number[] }
  /** Ends the processes that no start has taken. */
  endPrepared(): void
  addNode(): Promise<{ node: string }>
  stopNode(node: string): Promise<void>
  killNode(node: string): Promise<void>
  /** Stops the node first when it runs. Keeps its identity. */
  restartNode(node: string): Promise<void>
  /** Resolves when the message is published, `message` being the id that the `published` event carries, which is before it has arrived anywhere. */
  broadcast(options: {
    node?: string | undefined
    text?: string | undefined
    size?: number | undefined
  }): Promise<{ node: string; message: string }>
  /** Resolves when the mesh is healthy, or every link there where it cannot be (mesh-feasibility.ts). Default: 60 s. */
  waitReady(options?: { withinMs?: number | undefined }): Promise<void>

  /** Its connections stay; it does nothing until it is resumed. */
  pauseNode(node: string): Promise<void>
  resumeNode(node: string): Promise<void>
  /** Resolves when no connection crosses. Nodes that no group names are one more group; who joins later is in the first. */
  partition(groups: readonly Group[]): Promise<void>
  /** Resolves when the network is healthy again. */
  heal(): Promise<void>
  /** For a link of the topology. Replaces its faults; resolves when it goes through the proxy that has them. */
  setLinkFault(a: string, b: string, faults: LinkFaults): Promise<void>
  clearLinkFault(a: string, b: string): Promise<void>
  /** Begins; `stopChurn` resolves when the last killed node is back, `churnDone` when all turns are done. */
  startChurn(options: ChurnOptions): void
  stopChurn(): Promise<void>
  churnDone(): Promise<void>
  /** Adds a node that does harm, so many times a second (default: faults/hostility.ts). Resolves when it is connected. */
  addHostile(kind: Hostility, perSecond?: number): Promise<{ node: string }>

  /** Adds an event of whoever drives the network: a step of a scenario, something to know, or a note. */
  note(event: EventOf<'scenario-step' | 'notice' | 'note' | 'recording-started' | 'recording-stopped'>): void
  /** What is needed to start the same network again (saved-networks.ts). */
  definition(): NetworkDefinition
  /** Resolves when no process is left. */
  stopAll(): Promise<void>
  log(node: string): string[]
  /** Of all node processes together. */
  usage(): Promise<Usage>
}
