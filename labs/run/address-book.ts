/**
 * Who is where, and for whom. In a network whose nodes find each other, each node has a link of its own to each other node, so a node is at one
 * address for itself and at others for all others, as behind a NAT. What a node says of addresses is told to its receiver in the receiver's terms.
 */
import type { Doors } from '../../network/program-node.ts'

const HOST = '127.0.0.1'

export interface AddressBook {
  /** Where links are. */
  know(doors: Doors): void
  /** Where nodes listen themselves. */
  settle(name: string, port: number): void
  /** An address that `from` knows, as `to` knows it. The same one when it is none of a node. */
  translate(address: string, from: string, to: string): string
  /** The port of `of`'s link to `to`. */
  door(of: string, to: string): number | undefined
  /** The ports of the links that lead to a node, by the node that uses them; it changes with what is known. */
  towards(name: string): ReadonlyMap<string, number>
  /** Resolves when the links of all these are known; rejects after `ms`. */
  until(names: readonly string[], ms: number): Promise<void>
}

export function createAddressBook(): AddressBook {
  let doors: Doors = {}
  const own = new Map<string, number>()
  const waiting = new Set<() => void>()
  const leading = new Map<string, Map<string, number>>()
  const fill = (links: Map<string, number>, name: string) => {
    for (const [other, { [name]: door }] of Object.entries(doors))
      if (door !== undefined) links.set(other, door)
  }

  /** The node that `viewer` has at this port. */
  const at = (viewer: string, port: number): string | undefined => {
    if (own.get(viewer) === port) return viewer
    return Object.entries(doors[viewer] ?? {}).find(([, door]) => door === port)?.[0]
  }
  return {
    know(known) {
      doors = known
      for (const [name, links] of leading) fill(links, name)
      for (const look of waiting) look()
    },
    settle: (name, port) => void own.set(name, port),
    translate(address, from, to) {
      const [, port] = /^127\.0\.0\.1:(\d{1,5})$/.exec(address) ?? []
      const node = port === undefined ? undefined : at(from, Number(port))
      if (node === undefined) return address
      const seen = node === to ? own.get(to) : doors[to]?.[node]
      return seen === undefined ? address : `${HOST}:${seen}`
    },
    towards(name) {
      const links = leading.get(name) ?? new Map<string, number>()
      leading.set(name, links)
      fill(links, name)
      return links
    },
    door: (of, to) => doors[of]?.[to],
    until: (names, ms) =>
      new Promise((resolve, reject) => {
        const done = (settle: () => void) => {
          clearTimeout(timer)
          waiting.delete(look)
          settle()
        }
        const missing = () => names.filter(name => doors[name] === undefined)
        const late = () =>
          reject(new Error(`after ${ms / 1000} s, the links of ${missing().join(', ')} are not there`))
        const timer = setTimeout(() => done(late), ms)
        const look = () => {
          if (missing().length === 0) done(resolve)
        }
        waiting.add(look)
        look()
      }),
  }
}
