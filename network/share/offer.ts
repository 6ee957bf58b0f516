/** What a node of a shared network answers to who joins: the topic, and some nodes to dial. It goes over /p2plab/join/1 as JSON. */
import * as v from 'valibot'
import { peer } from '../events/fields.ts'

export const JOIN_PROTOCOL = '/p2plab/join/1'
/** What a stranger answers is read up to here. Bytes. */
export const MAX_OFFER_BYTES = 16 * 1024
/** Nodes that are named to who joins. */
export const MAX_OFFERED = 8

export const offered = v.object({
  peer,
  addresses: v.pipe(v.array(v.pipe(v.string(), v.maxLength(256))), v.minLength(1), v.maxLength(4)),
})
/** A node of a shared network, and where it listens. */
export type Offered = v.InferOutput<typeof offered>

export const offer = v.object({
  topic: v.pipe(v.string(), v.maxLength(256)),
  peers: v.pipe(v.array(offered), v.minLength(1), v.maxLength(MAX_OFFERED)),
})
export type Offer = v.InferOutput<typeof offer>

const ADDRESS = /^\/ip4\/([0-9.]{7,15})\/tcp\/([1-9][0-9]{0,4})(?:\/p2p\/[1-9A-HJ-NP-Za-km-z]{40,128})?$/

/** The offer, or undefined when it is none. Addresses of other computers than `host` are no part of one: nobody is sent elsewhere. */
export function parseOffer(text: string, host: string): Offer | undefined {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return undefined
  }
  const result = v.safeParse(offer, value)
  if (!result.success) return undefined
  const addresses = result.output.peers.flatMap(p => p.addresses)
  return addresses.every(address => ADDRESS.exec(address)?.[1] === host) ? result.output : undefined
}
