/** The peers that a program may dial: Bitcoin nodes, each with the addresses that it tells, and some of them bad. */
import type { CheckContext } from '../../../check/kit/check.ts'
import type { BeginsOurs } from '../../../check/peers/accepted.ts'
import { loopbackHosts } from '../../../check/peers/hosts.ts'
import type { Peer } from '../../../check/peers/peer.ts'
import { playTcp, type TcpMember, type TcpMemberSpec } from '../../../check/population/tcp.ts'
import { envelope, readMessage } from '../../../2-protocol/shared/envelope.ts'
import { someVersion, versionPayload } from '../../../2-protocol/shared/version.ts'
import { encodeAddr, entryAt, type Entry } from './addr.ts'
import { converse, type Contact } from './contact.ts'

export interface MemberSpec extends TcpMemberSpec {
  /**
   * What it does instead of shaking hands. `slow`: nothing until `release`. `mirror`: sends back the program's version. `ends`: closes before its
   * verack. `old`: has a version that the program must refuse.
   */
  manner?: 'slow' | 'mirror' | 'ends' | 'old'
  /** What it answers to a getaddr: names of members. Left out: nothing. */
  tells?: readonly string[]
  /** The same, after the handshake and unasked. */
  blurts?: readonly string[]
}

export type Member = TcpMember<
  MemberSpec & {
    /** Connections whose handshake is complete. */
    contacts: Contact[]
    /** Connections of one with a manner. */
    waiting: Peer[]
    /** A slow one shakes hands from now on. */
    release: () => void
    released: Promise<void>
  }
>

/** Each at an address of its own where the system has them: nothing but what `addr` says leads there. */
export async function playPeers(
  t: CheckContext,
  specs: readonly MemberSpec[],
  { magic, begins }: { magic: Buffer; begins: BeginsOurs },
): Promise<Member[]> {
  const members: Member[] = []
  const { hosts } = await loopbackHosts(t.random.split('hosts'), specs.length)
  const addr = (names: readonly string[]) =>
    envelope({ magic, command: 'addr', payload: encodeAddr(names.map(name => told(t, members, name))) })
  const played = await playTcp(t, {
    members: specs.map((spec, i) => {
      const { promise: released, resolve: release } = Promise.withResolvers<void>()
      return { host: hosts[i]!, ...spec, contacts: [] as Contact[], waiting: [] as Peer[], release, released }
    }),
    begins,
    async serve(member, peer) {
      const { manner, tells, blurts } = member
      if (manner !== undefined) {
        member.waiting.push(peer)
        if (manner !== 'slow') return misbehave(t, peer, manner, magic)
        await member.released
      }
      const contact = await converse(t, peer, {
        magic,
        direction: 'outbound',
        name: member.address,
        async onMessage({ command }) {
          if (command === 'getaddr' && tells) await peer.write(addr(tells))
        },
      })
      member.contacts.push(contact)
      if (blurts) await peer.write(addr(blurts))
    },
  })
  members.push(...played)
  return members
}

/** What a peer says of a member. */
export const told = (t: CheckContext, members: readonly Member[], name: string): Entry =>
  entryAt(t.random, memberOf(members, name))

export function memberOf(members: readonly Member[], name: string): Member {
  const found = members.find(member => member.name === name)
  if (!found) throw new Error(`no member ${name}`)
  return found
}

/** The handshake is not completed: each program must end the connection, or see its end. */
async function misbehave(
  t: CheckContext,
  peer: Peer,
  manner: 'mirror' | 'ends' | 'old',
  magic: Buffer,
): Promise<void> {
  const { bytes } = await readMessage(peer)
  if (manner === 'mirror') return peer.write(bytes)
  const version = { ...someVersion(t), ...(manner === 'old' && { version: 209 }) }
  await peer.write(envelope({ magic, command: 'version', payload: versionPayload(version) }))
  if (manner === 'ends') await peer.end()
}
