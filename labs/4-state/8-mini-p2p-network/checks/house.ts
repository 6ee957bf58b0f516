/** One node, n1, among members that the checker plays, and a stranger. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { playNode, type PlayedMessage, type PlayedNode } from '../../../check/cluster/played-node.ts'
import type { Program } from '../../../check/engine/program.ts'
import type { CheckContext } from '../../../check/kit/check.ts'
import { NEVER_MS } from '../../../check/kit/patience.ts'
import { oneLine } from '../../../preview.ts'
import exercise from '../exercise.ts'
import { createMembers, type Members, type NodeRecord } from './members.ts'

export const ME = 'n1'
export const STRANGER = 'mallory'
const HOST = '127.0.0.1'
const IDS = ['n1', 'n2', 'n3', 'n4', 'n5']

export interface Start {
  announce: string
  seeds: { id: string; address: string }[]
  electionMs: number
  heartbeatMs: number
  submitMs: number
}

export interface House {
  readonly members: Members
  /** n2 to n5. */
  readonly others: readonly string[]
  readonly program: Program
  readonly port: number
  /** What n1 was started with last. */
  readonly given: Start
  peer(id: string): PlayedNode
  /** Not a member. Nobody may dial it. */
  readonly stranger: PlayedNode
  /** A genuine record of this member, at the address where the checker plays it. Left out: with the next `seq`. */
  record(id: string, change?: { seq?: number; address?: string }): NodeRecord
  /** `from` sends these, and n1 has handled them. */
  say(from: PlayedNode, ...messages: readonly (object | Buffer)[]): Promise<void>
  /** n2, which is connected both ways, brings the records of these; n1 dials them, and they dial n1. */
  gather(ids: readonly string[]): Promise<void>
  /** The first record of this member that n1 has sent this peer, with this `seq` or a greater one. Fails when none comes. */
  expectRecord(to: PlayedNode, id: string, seq: number, hint: string): Promise<PlayedMessage>
  /** Fails when n1 has sent a record that no member signed, or has connected to the stranger. */
  expectNothingForged(after: string, hint: string): Promise<void>
  fail(finding: { expected: string; got: string; hint: string }): never
  /** SIGKILL, now, and started again on what it stored. */
  restart(change?: Partial<Start>): Promise<void>
}

export async function openHouse(t: CheckContext, change: Partial<Start> = {}): Promise<House> {
  const members = createMembers(t.random, IDS)
  const folder = await mkdtemp(path.join(tmpdir(), 'p2plab-node-'))
  let program = t.program
  t.onEnd(async () => {
    await program.stop()
    await rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 })
  })
  const current = { signOfLife: () => program.signOfLife() }
  const others = IDS.slice(1)
  const peers = new Map<string, PlayedNode>()
  for (const id of [...others, STRANGER]) peers.set(id, await playNode(t, { id, of: ME, program: current }))
  const seqs = new Map(others.map(id => [id, t.random.int(2, 500)]))
  let port = 0
  let given: Start = {
    announce: `${HOST}:${t.random.int(10_000, 60_000)}`,
    seeds: [{ id: 'n2', address: peers.get('n2')!.address }],
    electionMs: NEVER_MS,
    heartbeatMs: NEVER_MS,
    submitMs: NEVER_MS,
    ...change,
  }
  const begin = async () => {
    const { list } = members
    const arguments_ = {
      id: ME,
      host: HOST,
      port: 0,
      key: members.keyOf(ME),
      members: list,
      dataDir: folder,
      ...given,
    }
    port = (await t.call(exercise.ops.start, arguments_, { program })).port
  }
  await begin()

  const house: House = {
    members,
    others,
    get program() {
      return program
    },
    get port() {
      return port
    },
    get given() {
      return given
    },
    peer: id => peers.get(id)!,
    stranger: peers.get(STRANGER)!,
    record(id, { seq = seqs.get(id)! + 1, address = peers.get(id)!.address } = {}) {
      seqs.set(id, Math.max(seqs.get(id)!, seq))
      return members.record(id, address, seq)
    },
    async say(from, ...messages) {
      from.send(...messages)
      await from.settled()
    },
    async gather(ids) {
      const seed = house.peer('n2')
      await seed.dialed(1, 'does start dial the seeds?')
      await seed.dial(port)
      for (const id of ids) {
        const peer = house.peer(id)
        if (peer !== seed) {
          seed.send(house.record(id))
          await peer.dialed(
            1,
            'do you dial the member that a genuine, new record is about, with links.addPeer?',
          )
          await peer.dial(port)
        }
      }
      // A program with threads knows of a connection a little later than the peer at its other end.
      for (let i = 0; i < 2; i++) await program.signOfLife()
    },
    async expectRecord(to, id, seq, hint) {
      for (;;) {
        const message = await to.next({ what: `a record of ${id}`, type: 'record', hint })
        if (message.id === id && Number(message.seq) >= seq) return message
      }
    },
    async expectNothingForged(after, hint) {
      for (const peer of peers.values()) await peer.settled()
      for (const peer of peers.values()) {
        const forged = peer.received.find(message => message.type === 'record' && !members.isGenuine(message))
        if (!forged) continue
        house.fail({
          expected: `only records that a member has signed, ${after}.`,
          got: `${short(forged)}, sent to ${peer.id}.`,
          hint,
        })
      }
      if (house.stranger.dials > 0)
        house.fail({
          expected: `that your program connects to members only, at addresses that they signed, ${after}.`,
          got: `a connection to ${house.stranger.address}, where the stranger listens.`,
          hint,
        })
    },
    fail: finding => t.fail({ ...finding, spoke: true }),
    async restart(change = {}) {
      await program.kill()
      given = { ...given, ...change }
      program = await t.another({ lane: ME })
      await begin()
    },
  }
  return house
}

export const short = (value: unknown): string => oneLine(JSON.stringify(value) ?? 'nothing', 200)
