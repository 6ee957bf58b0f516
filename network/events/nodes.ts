/** A node comes, goes, and stands still. */
import * as v from 'valibot'
import { at, node, peer, text, count, pid, lines, failure } from './fields.ts'

/** What a hostile node does: publishes more than it may, or what the validators of the others reject. */
export const HOSTILITIES = ['spam', 'invalid'] as const
export type Hostility = (typeof HOSTILITIES)[number]

/** After these there is another node to talk to, or one less. */
export const AVAILABILITY_EVENTS: ReadonlySet<string> = new Set([
  'node-listening',
  'node-stopped',
  'node-killed',
  'node-crashed',
  'node-paused',
  'node-resumed',
])

export const nodeEvents = [
  /** A node process is being made. `degree` is the number of links the topology gives it. */
  v.object({
    type: v.literal('node-starting'),
    at,
    node,
    degree: count,
    hostile: v.optional(v.picklist(HOSTILITIES)),
  }),
  /** The number of links the topology gives a node changed, because a neighbour came or went. */
  v.object({ type: v.literal('node-degree'), at, node, degree: count }),
  v.object({
    type: v.literal('node-listening'),
    at,
    node,
    pid,
    peerId: peer,
    addresses: v.pipe(v.array(text), v.maxLength(16)),
  }),
  v.object({ type: v.literal('node-stopping'), at, node }),
  /** Ended in good order, because we asked. */
  v.object({ type: v.literal('node-stopped'), at, node }),
  /**
   * Ended without a goodbye, because we asked. `how` is 'SIGKILL' where the node has a process of its own, and
   * 'sockets' where it shares one and its sockets were reset instead.
   */
  v.object({ type: v.literal('node-killed'), at, node, how: v.picklist(['SIGKILL', 'sockets']) }),
  /** Ended although nobody asked, or never got up. `log` holds its last lines. */
  v.object({ type: v.literal('node-crashed'), at, node, ...failure, log: lines }),

  /**
   * The node does nothing until it is resumed, and its connections stay. `how` is 'SIGSTOP' where the node has a process of its own and the
   * system can stop one. Otherwise it is 'sockets': nothing is read from them and what it writes is held back, so that
   * to the others it looks the same, while its own timers go on.
   */
  v.object({ type: v.literal('node-paused'), at, node, how: v.picklist(['SIGSTOP', 'sockets']) }),
  v.object({ type: v.literal('node-resumed'), at, node }),
] as const
