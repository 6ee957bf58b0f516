/** The addresses under which other computers of the local network reach this one. */
import { networkInterfaces } from 'node:os'
import { NetworkError } from '../failure.ts'

export interface LanAddress {
  /** IPv4, dotted. */
  address: string
  /** The name of the interface: "eth0", "Wi-Fi". */
  interface: string
}

/** IPv4 addresses that are not loopback and not self-assigned (169.254/16: there is no network then). */
export const lanAddresses = (): LanAddress[] =>
  Object.entries(networkInterfaces()).flatMap(([name, addresses = []]) =>
    addresses
      .filter(a => a.family === 'IPv4' && !a.internal && !a.address.startsWith('169.254.'))
      .map(({ address }) => ({ address, interface: name })),
  )

/** `asked`, or the only one there is. Throws a NetworkError that says which there are. */
export function chooseAddress(asked: string | undefined, all = lanAddresses()): string {
  const listed = all.map(a => `${a.address} (${a.interface})`).join(', ')
  const step = 'share the network'
  if (all.length === 0)
    throw new NetworkError({
      step,
      cause: 'this computer is not connected to a local network',
      remedy: 'Connect it to one first',
    })
  if (asked === undefined && all.length > 1)
    throw new NetworkError({
      step,
      cause: 'this computer has several addresses',
      remedy: `Choose one: ${listed}`,
    })
  const found = asked ?? all[0]!.address
  if (all.some(a => a.address === found)) return found
  throw new NetworkError({
    step,
    cause: `${found} is not an address of this computer`,
    remedy: `Choose from: ${listed}`,
  })
}
