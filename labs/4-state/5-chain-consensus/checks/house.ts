/** A node that was started on a chain of the checker's, and what it says of its tip. */
import type { CheckContext } from '../../../check/kit/check.ts'
import { happens, NEVER_MS } from '../../../check/kit/patience.ts'
import { beginsWith } from '../../../check/peers/accepted.ts'
import { HOST } from '../../../1-tcp/shared/listening.ts'
import { envelope } from '../../../2-protocol/shared/envelope.ts'
import exercise from '../exercise.ts'
import { meet, type Contact } from './contact.ts'
import { mintGenesis, shown, type Block } from './mint.ts'

const { start, tip } = exercise.ops
const AT_ONCE_MS = 1_500

export interface House {
  magic: Buffer
  genesis: Block
  port: number
  /** A peer that connects to the program. */
  dial(name: string): Promise<Contact>
  /** The peer that the program was told to dial: its next connection. */
  accept(): Promise<Contact>
  /** Fails unless the program's tip is this block. */
  tipIs(block: Block, hint: string | ((hash: string) => string)): Promise<void>
  /** Takes the next event `tip`, which must be about this block. */
  tells(block: Block, hint: string): Promise<void>
  /** Takes the next event `reorg`. */
  tellsReorg(blocks: { from: Block; to: Block; fork: Block }, hint: string): Promise<void>
  /** Fails if there are events that nobody took. */
  tellsNothing(why: string, hint: string): void
}

/** `peer`: the program is told to dial one, and another one that is not there. `time`: of the first block, in seconds. */
export async function openHouse(
  t: CheckContext,
  { peer: hasPeer = false, time }: { peer?: boolean; time?: number } = {},
): Promise<House> {
  const magic = t.random.bytes(4)
  const genesis = mintGenesis(t.random, time)
  const begins = beginsWith(envelope({ magic, command: 'version' }).subarray(0, 16))
  const server = hasPeer ? await t.sockets.serve(begins, { called: 'the peer' }) : undefined
  const dead = hasPeer ? await t.sockets.serve(begins, { called: 'a peer that is not there' }) : undefined
  await dead?.stopListening()
  t.doing(
    `The checker called start with ${dead && server ? `the peers ${dead.address}, where nobody listens, and ${server.address}` : 'no peers'}.`,
  )
  const peers = dead && server ? [dead.address, server.address] : []
  const args = { host: HOST, port: 0, magic, genesis: genesis.header, peers }
  const started = t.call(start, args, { ms: NEVER_MS })
  if (!(await happens(started, { ms: AT_ONCE_MS, everyMs: 5, signOfLife: () => t.program.signOfLife() })))
    t.fail({
      op: 'start',
      expected: 'the port that your program listens on, as soon as it listens.',
      got: 'no result, although your program runs.',
      hint: 'does start return the port without waiting for a peer? A peer may never answer.',
    })
  const { port } = await started
  return {
    magic,
    genesis,
    port,
    async dial(name) {
      const peer = await t.sockets.connect(port, name)
      return meet(t, peer, { magic, genesis: genesis.hash, direction: 'inbound' })
    },
    async accept() {
      return meet(t, await server!.accept(), { magic, genesis: genesis.hash, direction: 'outbound' })
    },
    async tipIs(block, hint) {
      const is = await t.call(tip, {})
      const hash = shown(block.hash)
      if (is.hash !== hash)
        t.fail({
          op: 'tip',
          expected: `the tip ${hash}, at height ${block.height}.`,
          got: `${is.hash}, at height ${is.height}.`,
          hint:
            is.hash === block.hash.toString('hex')
              ? REVERSED
              : typeof hint === 'string'
                ? hint
                : hint(is.hash),
        })
      if (is.height !== block.height)
        t.fail({
          op: 'tip',
          expected: `the height ${block.height}: so many blocks are behind the first one.`,
          got: `${is.height}.`,
          hint: 'the first block has the height 0, and each other one is one above its parent.',
        })
      if (is.work !== block.chainWork)
        t.fail({
          op: 'tip',
          expected: `the work ${block.chainWork}, that of all blocks from the first one on.`,
          got: `${is.work}.`,
          hint: 'the work of a chain is the sum of what its blocks have each, that of the first block included. Each is rounded down before it is added.',
        })
    },
    async tells(block, hint) {
      const told = await t.event(exercise.events.tip, { about: `with the height ${block.height}`, hint })
      const expected = { hash: shown(block.hash), height: block.height }
      if (told.hash === expected.hash && told.height === expected.height) return
      t.fail({
        op: 'start',
        expected: `the event tip with the hash ${expected.hash} and the height ${expected.height}.`,
        got: `${told.hash} and ${told.height}.`,
        hint:
          told.hash === block.hash.toString('hex')
            ? REVERSED
            : told.height < block.height
              ? 'emit tip once for each message, when all of its headers are in: the last one is the tip.'
              : hint,
        spoke: true,
      })
    },
    async tellsReorg({ from, to, fork }, hint) {
      const told = await t.event(exercise.events.reorg, { hint })
      for (const [key, block] of Object.entries({ from, to, fork }) as ['from' | 'to' | 'fork', Block][]) {
        const expected = shown(block.hash)
        if (told[key] === expected) continue
        t.fail({
          op: 'start',
          expected: `the event reorg with \`${key}\` ${expected}: ${MEANS[key]}, at height ${block.height}.`,
          got: `${told[key]}.`,
          hint: told[key] === block.hash.toString('hex') ? REVERSED : hint,
          spoke: true,
        })
      }
    },
    tellsNothing(why, hint) {
      const told = t.program.told.waiting().find(({ event }) => event === 'tip' || event === 'reorg')
      if (!told) return
      t.fail({
        op: 'start',
        expected: `no event: ${why}.`,
        got: `the event ${told.event}: ${JSON.stringify(told.data)}.`,
        hint,
        spoke: true,
      })
    },
  }
}

const REVERSED =
  'ops and events have a hash as people write it: its bytes reversed, so that the zeros are in front.'

const MEANS = { from: 'the old tip', to: 'the new tip', fork: 'the last block of both chains' }
