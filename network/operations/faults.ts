/** What breaks a network on purpose, and mends it. */
import * as v from 'valibot'
import { group, HOSTILITIES, linkFaults } from '../events.ts'
import { node } from '../events/fields.ts'
import { ANSWER_MS, operation } from './operation.ts'

/** The network becomes healthy again, or a link is dialled anew, within the orchestrator's own deadlines. */
const MENDING_MS = 2 * ANSWER_MS

export const faultOperations = {
  /** Resolves when no connection crosses. Nodes that no group names are one more group. */
  partition: operation({
    arguments: { groups: v.pipe(v.array(group), v.minLength(1)) },
    progress: true,
    perform: ({ network }, { groups }) => network.partition(groups),
  }),
  /** Resolves when the network is healthy again. */
  heal: operation({
    arguments: {},
    answerMs: MENDING_MS,
    progress: true,
    perform: ({ network }) => network.heal(),
  }),
  /** For a link of the topology. Replaces its faults; resolves when it goes through the proxy that has them. */
  setLinkFault: operation({
    arguments: { a: node, b: node, faults: linkFaults },
    answerMs: MENDING_MS,
    perform: ({ network }, { a, b, faults }) => network.setLinkFault(a, b, faults),
  }),
  clearLinkFault: operation({
    arguments: { a: node, b: node },
    answerMs: MENDING_MS,
    perform: ({ network }, { a, b }) => network.clearLinkFault(a, b),
  }),
  /** Resolves when it has begun. See orchestrator/faults/churn.ts. */
  startChurn: operation({
    arguments: {
      perMinute: v.pipe(v.number(), v.minValue(1), v.maxValue(600)),
      turns: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(10_000))),
      downMs: v.optional(v.pipe(v.number(), v.minValue(0), v.maxValue(60_000))),
      seed: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0))),
    },
    perform: ({ network }, given) => network.startChurn(given),
  }),
  /** Resolves when the last killed node is back. */
  stopChurn: operation({
    arguments: {},
    answerMs: MENDING_MS,
    progress: true,
    perform: ({ network }) => network.stopChurn(),
  }),
  /** Adds a node that does harm, so many times a second. */
  addHostile: operation({
    arguments: {
      kind: v.picklist(HOSTILITIES),
      perSecond: v.optional(v.pipe(v.number(), v.minValue(0.1), v.maxValue(200))),
    },
    progress: true,
    perform: ({ network }, { kind, perSecond }) => network.addHostile(kind, perSecond),
  }),
}
