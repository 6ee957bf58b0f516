/** The checker's node meets the learner's: addresses, protocol, and the ops that need a libp2p node. */
import type { CheckContext } from '../../../check/kit/check.ts'
import exercise from '../exercise.ts'
import { CheckFailure } from '../../../check/kit/finding.ts'
import { NODE_MS, withPeer, type Libp2pConnection } from '../../../check/peers/libp2p.ts'
import { expectNodeAddress } from '../../../check/peers/node-address.ts'

export const PROTOCOL = '/p2plab/echo/1.0.0'
const LISTEN = '/ip4/127.0.0.1/tcp/0'

/** The multiaddr that the program says it listens on; fails when no peer could dial it. */
export async function listen(t: CheckContext): Promise<string> {
  t.doing(`The checker called listen ${JSON.stringify({ address: LISTEN })}.`)
  const { address } = await t.call(exercise.ops.listen, { address: LISTEN }, { ms: NODE_MS })
  return expectNodeAddress(t, address)
}

/** Lets the program listen, dials it with a libp2p node of the checker, and hands over the connection. */
export async function meet(
  t: CheckContext,
  use: (connection: Libp2pConnection, address: string) => Promise<void>,
): Promise<void> {
  const address = await listen(t)
  await withPeer(t, {}, async peer => {
    const connection = await peer.dial(address)
    t.doing('The checker dialed your node with a libp2p node of its own.')
    await use(connection, address)
  })
}

const CLOSED =
  'what closes the connection, or stops your node? Each stream ends by itself: stream.close() leaves the others alone.'

/** Opens a stream with the echo protocol; `hint` says what may be wrong when the program does not accept it. */
export const open = (connection: Libp2pConnection, hint = CLOSED) => connection.open(PROTOCOL, hint)

export const sendOp = (t: CheckContext, peer: string, bytes: Buffer) =>
  t.call(exercise.ops.send, { peer, bytes }, { ms: NODE_MS })

/** Whether the call was answered with an error, as it should be; everything else that goes wrong is thrown. */
export async function isRefused(call: Promise<unknown>): Promise<boolean> {
  try {
    await call
    return false
  } catch (error) {
    if (error instanceof CheckFailure && error.finding.answered !== undefined) return true
    throw error
  }
}
