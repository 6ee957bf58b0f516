/** The module 'p2plab': what the learner's program can import. Its types, with the documentation, are in p2plab.d.ts. */
import type * as types from 'p2plab'
import { event } from './control.ts'

export const emit: typeof types.emit = (name, data) => event(String(name), data ?? {})

export const parseAddress: typeof types.parseAddress = address => {
  const parts = /^(?:\[([0-9a-fA-F:.]+)\]|([^:[\]\s]+)):(\d{1,5})$/.exec(String(address))
  const port = Number(parts?.[3])
  if (!parts || port > 65535) {
    throw new Error(
      `"${String(address)}" is not an address: expected HOST:PORT, for example 127.0.0.1:4001 or [::1]:4001.`,
    )
  }
  return { host: (parts[1] ?? parts[2])!, port }
}
