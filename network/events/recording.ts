/**
 * That a network is recorded, and what a recording begins with where it does not begin with its network: the state as it was then, in
 * parts, one event each. A line of a trace has a longest length (trace/reader.ts), and the state of 200 nodes is longer.
 */
import * as v from 'valibot'
import { group, linkFaults } from './faults.ts'
import { at, count, failure, lines, mdns, message, node, peer, pid, text, topic } from './fields.ts'
import { DISCOVERIES } from '../topologies.ts'
import { PLANS } from './lifecycle.ts'
import { HOSTILITIES } from './nodes.ts'

/** The name of a recording's file, without its folder: a recording that is passed on tells nobody where it lay. */
const file = v.pipe(v.string(), v.minLength(1), v.maxLength(255))
const counters = { published: count, received: count, duplicates: count, rejected: count }
const peers = v.pipe(v.array(peer), v.maxLength(1024))
const number = v.pipe(v.number(), v.finite())

const nodeState = v.object({
  name: node,
  phase: v.picklist(['starting', 'listening', 'stopping', 'stopped', 'killed', 'crashed']),
  degree: count,
  pid: v.exactOptional(pid),
  peerId: v.exactOptional(peer),
  addresses: v.pipe(v.array(text), v.maxLength(16)),
  discovered: peers,
  dialling: peers,
  connections: v.record(
    peer,
    v.object({
      direction: v.picklist(['inbound', 'outbound']),
      address: text,
      agent: v.exactOptional(text),
    }),
  ),
  subscribed: v.boolean(),
  mesh: peers,
  ...counters,
  paused: v.exactOptional(v.picklist(['SIGSTOP', 'sockets'])),
  hostile: v.exactOptional(v.picklist(HOSTILITIES)),
  scores: v.exactOptional(v.record(peer, number)),
  reported: v.exactOptional(v.object({ event: text, data: text, at: number })),
  leads: v.exactOptional(count),
  tip: v.exactOptional(text),
  failure: v.exactOptional(v.object({ ...failure, log: lines })),
})

const messageState = v.object({
  id: message,
  number: count,
  publisher: v.exactOptional(node),
  origin: v.exactOptional(peer),
  at: number,
  bytes: count,
  text: v.exactOptional(text),
  targets: v.pipe(v.array(node), v.maxLength(1024)),
  deliveries: v.record(node, v.object({ at: number, from: peer })),
  duplicates: count,
  rejected: count,
})

const acted = v.object({ bytes: count, delayed: count, lost: count, paced: count, resets: count })

export const recording = [
  v.object({ type: v.literal('recording-started'), at, file }),
  /** `problem` is why it could not go on, as a sentence's end. Left out: somebody stopped it, or its network ended. */
  v.object({ type: v.literal('recording-stopped'), at, file, problem: v.exactOptional(text) }),

  /** Everything of the state but nodes and messages: they follow, and nothing of before is left. */
  v.object({
    type: v.literal('recorded-network'),
    at,
    state: v.object({
      phase: v.picklist(['none', 'starting', 'ready', 'stopping', 'stopped']),
      network: text,
      topology: v.picklist(PLANS),
      discovery: v.picklist(DISCOVERIES),
      mdns: v.exactOptional(mdns),
      topic,
      program: v.exactOptional(text),
      requested: count,
      startedAt: number,
      readyMs: v.exactOptional(number),
      notices: v.array(
        v.object({
          at,
          level: v.picklist(['info', 'warning', 'error']),
          text,
          node: v.exactOptional(node),
        }),
      ),
      names: v.record(peer, node),
      // A recording of before has no frames.
      totals: v.object({ ...counters, failedDials: count, frames: v.optional(count, 0) }),
      forgotten: v.exactOptional(v.array(v.array(number))),
      metrics: v.exactOptional(text),
      partition: v.exactOptional(v.array(group)),
      splitAt: v.exactOptional(number),
      lastSplit: v.exactOptional(v.object({ groups: v.array(group), from: number, to: number })),
      cut: v.exactOptional(v.array(v.object({ a: node, b: node }))),
      faultyLinks: v.record(
        v.string(),
        v.object({ a: node, b: node, faults: linkFaults, acted: v.exactOptional(acted) }),
      ),
      churn: v.exactOptional(v.object({ perMinute: number, turns: count, downMs: count, seed: count })),
      scenario: v.exactOptional(
        v.object({
          title: text,
          of: count,
          steps: v.array(
            v.object({
              title: text,
              outcome: v.picklist(['running', 'passed', 'failed']),
              detail: text,
              ms: number,
            }),
          ),
        }),
      ),
      recording: v.exactOptional(v.object({ file, at, problem: v.exactOptional(text) })),
    }),
  }),
  v.object({ type: v.literal('recorded-node'), at, node, state: nodeState }),
  v.object({ type: v.literal('recorded-message'), at, message, state: messageState }),
] as const
