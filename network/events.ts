/**
 * The events of a network: the one record from which everything shown is derived (see state.ts).
 *
 * They cross process borders and are stored, so each has a schema and `parseEvent` beside it.
 * Every event carries `at`, milliseconds since the Unix epoch on the orchestrator's clock
 * (`performance.timeOrigin + performance.now()`; each node process's offset is known from its start on, see clock.ts),
 * so that order across processes means something.
 *
 * `node` is our short name for one of our own nodes ("n1"); it never changes, also not over a restart.
 * `peer`, `from` and `origin` are libp2p peer ids in their usual text form, because a node may
 * also talk to peers that are not ours. `message` is gossipsub's message id as lower-case hex.
 */
import * as v from 'valibot'
import { connectionEvents } from './events/connections.ts'
import { faultEvents } from './events/faults.ts'
import { gossipEvents } from './events/gossip.ts'
import { lifecycleEvents } from './events/lifecycle.ts'
import { nodeEvents } from './events/nodes.ts'
import { programEvents } from './events/programs.ts'
import { recording } from './events/recording.ts'
import { wire } from './events/transcript.ts'

export { group, linkFaults, type Group, type LinkFaults } from './events/faults.ts'
export { noteText, PLANS, type Plan } from './events/lifecycle.ts'
export { DISCOVERIES, TOPOLOGIES, type Discovery, type Topology } from './topologies.ts'
export { hexRow, printable, ROW_BYTES } from './events/hexdump.ts'
export { HOSTILITIES, type Hostility } from './events/nodes.ts'
export {
  SHOWN_BYTES,
  TRANSMISSIONS,
  wireEvent,
  type Transmission,
  type TransmissionKind,
  type WireEvent,
} from './events/transcript.ts'

const event = v.variant('type', [
  ...lifecycleEvents,
  ...nodeEvents,
  ...faultEvents,
  ...connectionEvents,
  ...gossipEvents,
  ...programEvents,
  ...recording,
  ...wire,
])

export type NetworkEvent = v.InferOutput<typeof event>
export type NetworkEventType = NetworkEvent['type']
/** The event of one type: `EventOf<'connected'>`. */
export type EventOf<T extends NetworkEventType> = Extract<NetworkEvent, { type: T }>

/** The event, or undefined when `value` is not one. Never throws. */
export function parseEvent(value: unknown): NetworkEvent | undefined {
  const result = v.safeParse(event, value)
  return result.success ? result.output : undefined
}
