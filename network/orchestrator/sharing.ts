/**
 * Networks of several computers: one shares its network and shows a join code, others join it with nodes of their own. Each computer's
 * orchestrator knows only its own nodes; those of the others are peers.
 */
import { now } from '../clock.ts'
import { AVAILABILITY_EVENTS } from '../events/nodes.ts'
import { NetworkError } from '../failure.ts'
import type { FromNode, Link } from '../node-messages.ts'
import { MAX_JOINING } from '../limits.ts'
import type { StartOptions } from '../start-options.ts'
import { fingerprint, readJoinCode, writeJoinCode, type JoinCode } from '../share/join-code.ts'
import { chooseAddress } from '../share/lan.ts'
import { MAX_OFFERED, type Offered } from '../share/offer.ts'
import { liveNodes, type NodeState } from '../state.ts'
import type { Members } from './members.ts'
import type { EventRecord } from './record.ts'

/** The node that answers who joins, and the one that asks. */
const DOOR = 'n1'
/** Nodes of the shared network that each of ours dials. */
const REMOTE_LINKS = 2
/** For the node to ask, and for the first remote peer to be in a mesh. Milliseconds. */
const ANSWER_MS = 40_000
const MESH_MS = 40_000

type Answer = Extract<FromNode, { type: 'joined' | 'join-failed' }>

export interface Sharing {
  /** Opens the door of a network whose nodes listen at `host`. */
  share(host: string): void
  /** Connects the nodes to a shared network. Resolves when they are one mesh with it; rejects with a NetworkError. */
  join(code: JoinCode, signal: AbortSignal): Promise<void>
  /** The remote peers that a node dials. */
  links(name: string): Link[]
  answered(message: Answer): void
  /** The network is gone. */
  end(): void
}

export interface SharingOptions {
  record: EventRecord
  members: Members
  /** Tells a node whom to dial. */
  send(name: string): void
}

/** Where the nodes of a network listen that is shared, and the code of the network that it joins. Throws a NetworkError. */
export function planSharing({ share, join, nodes }: StartOptions): { host?: string; code?: JoinCode } {
  if (share && join !== undefined)
    throw new NetworkError({
      step: 'share the network',
      cause: 'a network that joins another cannot be shared itself',
      remedy: 'Share the code of the first network instead',
    })
  if (join !== undefined && nodes > MAX_JOINING)
    throw new NetworkError({
      step: 'join a network',
      cause: `${nodes} nodes from one computer are too many`,
      remedy: `Join with at most ${MAX_JOINING}. Other nodes lower the scores when many peers share an address`,
    })
  return {
    ...(share && { host: chooseAddress(share.address) }),
    ...(join !== undefined && { code: needJoinCode(join) }),
  }
}

/** What it means to share, for whoever did. */
export const sharedNotice = (host: string): string =>
  `Other computers on the local network can reach this network at ${host}. Traffic between nodes is encrypted, but anyone there who has the join code or finds the ports can connect to its nodes, read every broadcast and send messages.`

/** The code as it is read, or a NetworkError. */
function needJoinCode(text: string): JoinCode {
  const code = readJoinCode(text)
  if (!('problem' in code)) return code
  const cause = code.problem.replace(/\.$/, '')
  throw new NetworkError({ step: 'read the join code', cause, remedy: 'Enter the code again' })
}

export function createSharing({ record, members, send }: SharingOptions): Sharing {
  let remote: readonly Offered[] = []
  let waiting: { id: number; resolve: (answer: Answer) => void } | undefined
  let ids = 0
  let stop = () => {}

  const offer = () => {
    const up = liveNodes(record.state).filter(n => !n.hostile && !n.paused && n.peerId !== undefined)
    const peers = up.slice(0, MAX_OFFERED).map(n => ({ peer: n.peerId!, addresses: n.addresses.slice(0, 1) }))
    if (members.isUp(DOOR)) members.get(DOOR)?.process.send({ type: 'offer', node: DOOR, peers })
  }
  const ask = async (code: JoinCode, signal: AbortSignal) => {
    const id = ++ids
    const { promise, resolve, reject } = Promise.withResolvers<Answer>()
    waiting = { id, resolve }
    const giveUp = () => reject(signal.reason as Error)
    signal.addEventListener('abort', giveUp)
    try {
      members.get(DOOR)?.process.send({ type: 'join', id, node: DOOR, code })
      return await promise
    } finally {
      signal.removeEventListener('abort', giveUp)
    }
  }
  const links = (name: string): Link[] => {
    const first = Number(name.slice(1)) - 1
    const chosen = Array.from(
      { length: Math.min(REMOTE_LINKS, remote.length) },
      (_, i) => remote[(first + i) % remote.length]!,
    )
    return chosen.map(({ peer, addresses }) => ({ peer, addresses: [...addresses] }))
  }
  /** All of them are connected to a node of the other network, and one has such a node in its mesh: others may refuse to be grafted. */
  const isJoined = (nodes: readonly NodeState[]) =>
    nodes.every(n => Object.keys(n.connections).some(isRemote)) && nodes.some(n => n.mesh.some(isRemote))
  const isRemote = (peer: string) => record.state.names[peer] === undefined

  return {
    share(host) {
      const { peerId = '', addresses } = record.state.nodes[DOOR] ?? { addresses: [] }
      const port = Number(/\/tcp\/(\d+)/.exec(addresses[0] ?? '')?.[1])
      if (peerId === '' || !port) {
        const cause = `${DOOR}, the node that admits other computers, is not running`
        throw new NetworkError({
          node: DOOR,
          step: 'share the network',
          cause,
          remedy: 'Start the network again',
        })
      }
      const code = writeJoinCode({ host, port, fingerprint: fingerprint(peerId) })
      record.add({ type: 'shared', at: now(), code, address: `${host}:${port}` })
      offer()
      stop = record.subscribe((_first, events) => {
        if (events.some(e => AVAILABILITY_EVENTS.has(e.type))) offer()
      })
    },
    async join(code, signal) {
      const address = `${code.host}:${code.port}`
      const remedy =
        'Check that the other network is still running, that both computers are on the same local network and that no firewall is in between, or get a new code'
      const failed = (cause: string) =>
        new NetworkError({ step: `join the network at ${address}`, cause, remedy })
      let answer: Answer
      try {
        answer = await ask(code, AbortSignal.any([signal, AbortSignal.timeout(ANSWER_MS)]))
      } catch (error) {
        if (signal.aborted) throw error
        throw failed(`${DOOR} did not answer within ${ANSWER_MS / 1000} s`)
      }
      if (answer.type === 'join-failed') throw failed(answer.cause)
      remote = answer.peers.filter(({ peer }) => isRemote(peer))
      if (remote.length === 0) throw failed('the code belongs to this network')
      record.add({ type: 'joined', at: now(), address, peers: remote.map(({ peer }) => peer) })
      // Both networks may be healthy, each for itself: gossipsub would leave them two meshes with gossip between them.
      stop = record.subscribe((_first, events) => {
        for (const e of events)
          if (e.type === 'subscribed' && e.peer !== undefined && isRemote(e.peer))
            members.get(e.node)?.process.send({ type: 'graft', node: e.node, peer: e.peer })
      })
      for (const { name } of liveNodes(record.state)) send(name)
      try {
        await record.until(
          state => isJoined(liveNodes(state)),
          AbortSignal.any([signal, AbortSignal.timeout(MESH_MS)]),
        )
      } catch (error) {
        if (signal.aborted) throw error
        throw failed(`its nodes and yours did not connect and form one mesh within ${MESH_MS / 1000} s`)
      }
    },
    links,
    answered(message) {
      if (waiting?.id === message.id) waiting.resolve(message)
    },
    end() {
      stop()
      stop = () => {}
      remote = []
      waiting = undefined
    },
  }
}
