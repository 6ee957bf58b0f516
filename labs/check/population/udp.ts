/** A network of UDP nodes that the checker plays. Each has a socket, an address of its own where the system has one, and a behavior. */
import type { CheckContext } from '../kit/check.ts'
import { openDatagrams, type Datagram, type DatagramSocket, type IsOurs } from '../peers/datagrams.ts'

export interface UdpMemberSpec {
  /** In messages and in the transcript: "node 7". */
  name: string
  /** 127.0.0.1 when left out (peers/hosts.ts has others). */
  host?: string
}

/** What the check says of the member, and its socket. */
export type UdpMember<M extends UdpMemberSpec> = M & DatagramSocket

/**
 * Opens a socket for each member, in the order given, until the check ends. `receive` is called for each datagram of the program's, and nothing is
 * answered but by it: a member that is dead is one for which it does nothing. An error of `receive` ends the check.
 */
export async function playUdp<M extends UdpMemberSpec>(
  t: Pick<CheckContext, 'transcript' | 'onEnd' | 'broken'>,
  {
    members,
    isOurs,
    receive,
  }: {
    members: readonly M[]
    isOurs: IsOurs
    receive: (member: UdpMember<M>, datagram: Datagram) => void | Promise<void>
  },
): Promise<UdpMember<M>[]> {
  const played: UdpMember<M>[] = []
  for (const spec of members) {
    const { name, host } = spec
    const socket = await openDatagrams(t, name, isOurs, host === undefined ? {} : { host })
    const member = Object.assign({ ...spec }, socket)
    socket.serve(datagram => {
      // Also what it throws before its first await.
      void Promise.resolve()
        .then(() => receive(member, datagram))
        .catch((error: unknown) => t.broken(error as Error))
    })
    played.push(member)
  }
  return played
}
