/** A network as a whole. */
import * as v from 'valibot'
import { now } from '../clock.ts'
import { node } from '../events/fields.ts'
import { MAX_BROADCAST_BYTES, MAX_NODES } from '../limits.ts'
import { startOptions } from '../start-options.ts'
import { operation, START_ANSWER_MS } from './operation.ts'

export const networkOperations = {
  /** Resolves when the network is ready; a network that is running is stopped first. Its events tell how far it is. */
  start: operation({
    arguments: { options: startOptions },
    answerMs: START_ANSWER_MS,
    startsProcess: true,
    perform: ({ network, signal }, { options }) => network.start(options, { startedAt: now(), signal }),
  }),
  /** Has the processes of a network load while its user still says which. They end by themselves when no start takes them. */
  prepare: operation({
    arguments: { nodes: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(MAX_NODES)) },
    startsProcess: true,
    perform: ({ network }, { nodes }) => network.prepare(nodes),
  }),
  /** Ends what `prepare` has started and no start has taken. */
  endPrepared: operation({ arguments: {}, perform: ({ network }) => network.endPrepared() }),
  /** Resolves when the mesh is healthy. */
  waitReady: operation({
    arguments: { withinMs: v.optional(v.pipe(v.number(), v.minValue(1), v.maxValue(300_000))) },
    answerMs: START_ANSWER_MS,
    perform: ({ network }, given) => network.waitReady(given),
  }),
  /** From `node`, or from a random one. Either `text`, or `size` random bytes. */
  broadcast: operation({
    arguments: {
      node: v.optional(node),
      text: v.optional(v.pipe(v.string(), v.minLength(1), v.maxBytes(MAX_BROADCAST_BYTES))),
      size: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(MAX_BROADCAST_BYTES))),
    },
    perform: ({ network }, given) => network.broadcast(given),
  }),
  stopAll: operation({
    arguments: {},
    progress: true,
    async perform({ network, recorder }) {
      await network.stopAll()
      await recorder.settled()
    },
  }),
  /** `state.count` says which events the state already holds. */
  snapshot: operation({ arguments: {}, perform: ({ network }) => ({ state: network.state }) }),
}
