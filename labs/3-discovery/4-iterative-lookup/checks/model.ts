/**
 * What a lookup knows after the answers that it got: which nodes it may ask, and when it is over. The model is generous: of an address that
 * was named with several IDs, the closest counts.
 */
import { addressOf, type Contact } from '../../shared/krpc.ts'
import { byDistance, xor } from '../../shared/xor.ts'

interface Known {
  address: string
  /** To the target, as bytes. A seed's is 0 before it has answered. */
  distance: Buffer
  state: 'unasked' | 'asked' | 'answered'
}

export interface Model {
  /** The first k, closest first. Nobody fails here. */
  closest(): readonly Readonly<Known>[]
  /** Addresses of these that were not asked yet. */
  due(): string[]
  /** All of these have answered. */
  isOver(): boolean
  /** Also of an address that the lookup cannot know. */
  asked(address: string): void
  answered(address: string, id: Buffer, named: readonly Contact[]): void
}

export function createModel(
  { id: own, target }: { id: Buffer; target: Buffer },
  { seeds, k }: { seeds: readonly string[]; k: number },
): Model {
  const known = new Map<string, Known>(
    seeds.map(address => [address, { address, distance: Buffer.alloc(target.length), state: 'unasked' }]),
  )
  const closest = () =>
    [...known.values()].sort((one, other) => Buffer.compare(one.distance, other.distance)).slice(0, k)

  function hear(contact: Contact): void {
    if (contact.id.equals(own) || contact.port === 0) return
    const address = addressOf(contact)
    const distance = xor(contact.id, target)
    const before = known.get(address)
    if (!before) known.set(address, { address, distance, state: 'unasked' })
    else if (before.state === 'unasked' && Buffer.compare(distance, before.distance) < 0)
      before.distance = distance
  }

  return {
    closest,
    due: () =>
      closest()
        .filter(({ state }) => state === 'unasked')
        .map(({ address }) => address),
    isOver: () => closest().every(({ state }) => state === 'answered'),
    asked(address) {
      const node = known.get(address)
      if (node?.state === 'unasked') node.state = 'asked'
    },
    answered(address, id, named) {
      known.set(address, { address, state: 'answered', distance: xor(id, target) })
      for (const contact of [...named].sort(byDistance(target)).slice(0, k)) hear(contact)
    },
  }
}
