/** Tells the nodes whom to dial, from the links that the topology plans and from who is there. */
import { now } from '../clock.ts'
import { liveNodes } from '../state.ts'
import type { Links } from './links.ts'
import type { Members } from './members.ts'
import type { EventRecord } from './record.ts'

export interface LinkingOptions {
  record: EventRecord
  members: Members
  links: Links
  /** Whether the nodes are told addresses, or discover them. */
  isAssigned(): boolean
}

export interface Linking {
  /** The neighbours by plan that are up. */
  upNeighbours(name: string): string[]
  /** Tells a node whom to dial: its listening neighbours, where it is the one that dials. */
  send(name: string, withAddresses?: boolean): void
  /** After a node came or went: the degrees of its neighbours, and whom they dial. */
  neighboursChanged(name: string): void
  /** mDNS rides on UDP and may lose what a node needed: where it did, the orchestrator helps and says so. */
  tellAddresses(afterMs: number): void
}

export function createLinking({ record, members, links, isAssigned }: LinkingOptions): Linking {
  const isListening = (name: string) => record.state.nodes[name]?.phase === 'listening'
  const peerIdOf = (name: string) => record.state.nodes[name]?.peerId
  const upNeighbours = (name: string) => [...links.neighbours(name)].filter(members.isUp)

  const send = (name: string, withAddresses = isAssigned()) => {
    const member = members.get(name)
    if (!member?.running || !isListening(name)) return
    const peers = upNeighbours(name).filter(other => isListening(other) && links.dials(name, other, peerIdOf))
    member.process.send({
      type: 'links',
      node: name,
      links: peers.map(other => {
        const { peerId = '', addresses } = record.state.nodes[other]!
        return withAddresses ? { peer: peerId, addresses: [...addresses] } : { peer: peerId }
      }),
    })
  }

  return {
    upNeighbours,
    send,
    neighboursChanged(name) {
      if (record.state.phase === 'stopping') return
      for (const other of upNeighbours(name)) {
        const degree = upNeighbours(other).length
        if (record.state.nodes[other]?.degree !== degree)
          record.add({ type: 'node-degree', at: now(), node: other, degree })
        send(other)
      }
    },
    tellAddresses(afterMs) {
      if (isAssigned()) return
      const lost = liveNodes(record.state).filter(n =>
        upNeighbours(n.name).some(other => {
          const peer = peerIdOf(other)
          return peer !== undefined && links.dials(n.name, other, peerIdOf) && !n.discovered.includes(peer)
        }),
      )
      if (lost.length === 0) return
      const names = lost.map(n => n.name).join(', ')
      const text = `mDNS did not tell ${names} of all their peers within ${afterMs / 1000} s, so they were told the addresses.`
      record.add({ type: 'notice', at: now(), level: 'warning', text })
      for (const { name } of lost) send(name, true)
    },
  }
}
