/** Tells the nodes whom to dial, from the links that the topology plans and from who is there. */
import { now } from '../clock.ts'
import type { LinkFaults } from '../events.ts'
import type { Link } from '../node-messages.ts'
import { liveNodes } from '../state.ts'
import { deniedPeers, separated } from './separated.ts'
import type { Links } from './links.ts'
import type { Members } from './members.ts'
import type { EventRecord } from './record.ts'

export interface LinkingOptions {
  record: EventRecord
  members: Members
  links: Links
  /** Whether the nodes are told addresses, or discover them. */
  isAssigned(): boolean
  /** Whether `name` is the one of two neighbours that dials. */
  dials(name: string, other: string): boolean
  /** The address that `name` dials instead of `other`'s own. */
  through(name: string, other: string): string | undefined
  /** What `name` does itself to what it sends `other`. */
  faults(name: string, other: string): LinkFaults | undefined
  /** The peers of another computer that `name` dials. */
  remote(name: string): Link[]
}

export interface Linking {
  /** The neighbours by plan that are up and in the same part of the network. */
  upNeighbours(name: string): string[]
  /** How many of them a healthy mesh can count on: hostile ones are kept out of it. */
  degree(name: string): number
  /** Tells a node whom to dial: its listening neighbours, where it is the one that dials. */
  send(name: string, withAddresses?: boolean): void
  /** After a node came or went: the degrees of its neighbours, and whom they dial. */
  neighboursChanged(name: string): void
  /** After the network was split or healed. */
  allChanged(): void
  /** mDNS rides on UDP and may lose what a node needed: where it did, the orchestrator helps and says so. */
  tellAddresses(afterMs: number): void
}

export function createLinking({
  record,
  members,
  links,
  isAssigned,
  dials,
  through,
  faults,
  remote,
}: LinkingOptions): Linking {
  const isListening = (name: string) => record.state.nodes[name]?.phase === 'listening'
  const peerIdOf = (name: string) => record.state.nodes[name]?.peerId
  const upNeighbours = (name: string) =>
    [...links.neighbours(name)].filter(other => members.isUp(other) && !separated(record.state, name, other))
  const degree = (name: string) =>
    upNeighbours(name).filter(other => members.get(other)?.spec.hostile === undefined).length

  const send = (name: string, withAddresses = isAssigned()) => {
    const member = members.get(name)
    if (!member?.running || !isListening(name)) return
    const peers = upNeighbours(name).filter(other => isListening(other) && dials(name, other))
    if (record.state.partition)
      member.process.send({ type: 'deny', node: name, peers: deniedPeers(record.state, name) })
    member.process.send({
      type: 'links',
      node: name,
      links: [
        ...peers.map(other => {
          const { peerId = '', addresses } = record.state.nodes[other]!
          const proxy = through(name, other)
          const inPlace = faults(name, other)
          return {
            peer: peerId,
            ...(withAddresses ? { addresses: [...addresses] } : {}),
            ...(proxy === undefined ? {} : { through: proxy }),
            ...(inPlace === undefined ? {} : { faults: inPlace }),
          }
        }),
        ...remote(name),
      ],
    })
  }

  const changed = (name: string) => {
    const links = degree(name)
    if (record.state.nodes[name]?.degree !== links)
      record.add({ type: 'node-degree', at: now(), node: name, degree: links })
    send(name)
  }

  return {
    upNeighbours,
    degree,
    send,
    neighboursChanged(name) {
      if (record.state.phase === 'stopping') return
      for (const other of upNeighbours(name)) changed(other)
    },
    allChanged() {
      for (const { name } of liveNodes(record.state)) changed(name)
    },
    tellAddresses(afterMs) {
      if (isAssigned()) return
      const lost = liveNodes(record.state).filter(n =>
        upNeighbours(n.name).some(other => {
          const peer = peerIdOf(other)
          return peer !== undefined && dials(n.name, other) && !n.discovered.includes(peer)
        }),
      )
      if (lost.length === 0) return
      const names = lost.map(n => n.name).join(', ')
      const text = `mDNS did not tell ${names} about all their peers within ${afterMs / 1000} s, so P2P Lab assigned the addresses.`
      record.add({ type: 'notice', at: now(), level: 'warning', text })
      for (const { name } of lost) send(name, true)
    },
  }
}
