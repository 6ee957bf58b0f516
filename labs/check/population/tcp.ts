/** A network of TCP peers that the checker plays. Each listens at an address of its own, where the system has one, and serves the program. */
import type { CheckContext } from '../kit/check.ts'
import type { BeginsOurs } from '../peers/accepted.ts'
import type { Peer } from '../peers/peer.ts'
import type { Server } from '../peers/sockets.ts'

export interface TcpMemberSpec {
  /** In messages and in the transcript: "node 7". */
  name: string
  /** 127.0.0.1 when left out (peers/hosts.ts has others). */
  host?: string
  /** Refuses connections from the beginning. */
  dead?: boolean
}

/** What the check says of the member, and what it is on the network. */
export type TcpMember<M extends TcpMemberSpec> = M & {
  address: string
  host: string
  port: number
  server: Server
  /** The program's connections so far, those that are over included. */
  connections: number
}

/**
 * Opens a server for each member, in the order given, until the check ends. `begins` tells the program's connections from those of strangers; `serve`
 * is run for each of the program's, with nothing read from it yet. An error of `serve` ends the check: a failure that it throws is the program's.
 */
export async function playTcp<M extends TcpMemberSpec>(
  t: Pick<CheckContext, 'sockets' | 'broken'>,
  {
    members,
    begins,
    serve,
  }: {
    members: readonly M[]
    begins: BeginsOurs
    serve: (member: TcpMember<M>, peer: Peer) => Promise<void>
  },
): Promise<TcpMember<M>[]> {
  const played: TcpMember<M>[] = []
  for (const spec of members) {
    const { name, host = '127.0.0.1', dead = false } = spec
    const server = await t.sockets.serve(begins, { host, called: name })
    const port = Number(server.address.slice(server.address.lastIndexOf(':') + 1))
    const member = Object.assign({ ...spec }, { address: server.address, host, port, server, connections: 0 })
    if (dead) await server.stopListening()
    void acceptAll(member, serve, error => t.broken(error))
    played.push(member)
  }
  return played
}

/** Goes on until the check is over: then no connection comes any more. */
async function acceptAll<M extends TcpMemberSpec>(
  member: TcpMember<M>,
  serve: (member: TcpMember<M>, peer: Peer) => Promise<void>,
  onError: (error: Error) => void,
): Promise<never> {
  for (;;) {
    const peer = await member.server.acceptOurs()
    member.connections++
    serve(member, peer).catch((error: unknown) => onError(error as Error))
  }
}
