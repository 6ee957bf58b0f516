/** How copies of a learner's program become a network that can be watched (Run My Network). */
import type { WireFormat } from '../../network/links/unit.ts'

/** What a node is started with. */
export interface RunNode {
  /** "n1" */
  id: string
  host: string
  /** 0: any. */
  port: number
  /**
   * Whom it dials, each by the address of a link that watches. Where nodes find each other: what it knows at first, which is n1, and nobody for n1
   * itself.
   */
  peers: { id: string; address: string }[]
  dataDir: string
  /** All nodes of the network, itself too. */
  nodes: readonly string[]
  /** Where nodes that find each other say that they are, where `announces` is true: another address than the one that they listen on. */
  announce?: string
}

/** What an event of the program says about its node, for the live view. */
export interface Standing {
  /** The term that it leads from now on; null: none. */
  leads?: number | null
  /** The newest of what it agrees on, in a few words. */
  tip?: string
}

/** An address as "127.0.0.1:4001" in a message, as its receiver has to read it. */
export type Readdress = (address: string) => string

export interface NetworkRun {
  /** The arguments of the op `start`, whose result has the port. */
  start(node: RunNode): Readonly<Record<string, unknown>>
  /**
   * 'both': each of two neighbors dials the other. 'one': one of them does, and both speak on that connection. 'found': they find each other, from
   * one address that they all know.
   */
  dials: 'one' | 'both' | 'found'
  /** Left out: TCP. With UDP, nodes find each other, and each datagram is a message. */
  carrier?: 'tcp' | 'udp'
  /** What goes over a link. */
  format: WireFormat
  /** They find each other by the addresses that each is given for itself, which are the same for all. */
  announces?: boolean
  /**
   * Where nodes find each other, by the addresses in their messages: the message with each address as its receiver has to read it, or undefined when
   * none is in it. Links watch, and every node has links of its own, so one node is at another address for each of the others, as
   * behind a NAT.
   */
  readdress?(value: unknown, see: Readdress): Uint8Array | undefined
  /** What a broadcast from a node is: the op, its arguments, and an ID that its messages carry, too. Left out: the exercise has none. */
  broadcast?: {
    op: string
    args(data: Buffer): Readonly<Record<string, unknown>>
    id(result: Readonly<Record<string, unknown>>): string
  }
  /** The broadcast that a message on a link carries: the ID that `broadcast.id` gives. */
  carries?(value: unknown): string | undefined
  /** Left out: its events say nothing of the kind. */
  standing?(event: string, data: Readonly<Record<string, unknown>>): Standing | undefined
}
