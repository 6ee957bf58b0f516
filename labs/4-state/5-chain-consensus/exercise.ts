import { createHash } from 'node:crypto'
import { bitcoinMessages, BitcoinMessage } from '../../../network/links/bitcoin-messages.ts'
import { defineExercise, event, op } from '../../exercise/define.ts'
import {
  bigInteger,
  boundPort,
  bytes,
  host,
  integer,
  orNull,
  port,
  text,
  texts,
} from '../../exercise/fields.ts'

/** Of a block, as people write it. */
const hash = () => text()
const height = () => integer({ min: 0 })

/** In front of every message of a network that runs by itself: regtest's, wire/protocol.go of btcd. */
const MAGIC = Buffer.from('fabfb5da', 'hex')
/** Regtest's first block, chaincfg/genesis.go of btcd. */
const GENESIS = Buffer.from(
  `01000000${'00'.repeat(32)}3ba3edfd7a7b12b27ac72c3e67768f617fc81bc3888a51323a9fb8aa4b1e5e4adae5494dffff7f2002000000`,
  'hex',
)
/** The easiest target: regtest's. */
const EASIEST = 0x207fffff

export default defineExercise({
  title: 'Chain consensus',
  builds:
    "Bitcoin's headers and proof of work: nodes that trust nobody agree on one chain, after a split, too",
  comesNext:
    'Your nodes agree as long as all of them are honest. In {exercise}, anyone may join and say anything, and the chain with the most work decides.',
  buildsOn: ['2.2', '2.4'],
  ops: {
    inspect: op({
      args: { header: bytes() },
      result: {
        hash: hash(),
        target: orNull(bigInteger(), 'there is none'),
        work: bigInteger({ note: '0 without a target' }),
      },
      returns: 'of any header. Without a target: `null`, and 0',
    }),
    start: op({
      args: {
        host: host(),
        port: port(),
        magic: bytes(),
        genesis: bytes(),
        peers: texts({ such: '127.0.0.1:4001' }),
      },
      result: { port: boundPort() },
      returns: 'the port it really listens on, at once',
    }),
    tip: op({
      result: { hash: hash(), height: height(), work: bigInteger({ note: 'of the whole chain' }) },
      returns: 'your tip, and the work of its chain',
    }),
    mine: op({
      args: {
        merkleRoot: bytes(),
        time: integer({ min: 0, note: 's' }),
        bits: integer({ min: 0, max: 0xffff_ffff }),
      },
      result: { hash: hash(), header: bytes() },
      returns: 'a new block on your tip; an error if the rules forbid it',
    }),
  },
  events: {
    tip: event({
      data: { hash: hash(), height: height() },
      when: 'you have a new tip: once for each message and each block of yours',
    }),
    reorg: event({
      data: { from: hash(), to: hash(), fork: hash() },
      when: 'before `tip`, if `to` does not build on `from`, the old tip. `fork` is the last block of both chains',
    }),
  },
  network: {
    dials: 'one',
    format: bitcoinMessages(MAGIC),
    start: ({ host, port, peers }) => ({
      host,
      port,
      magic: MAGIC.toString('hex'),
      genesis: GENESIS.toString('hex'),
      peers: peers.map(({ address }) => address),
    }),
    broadcast: {
      op: 'mine',
      args: data => ({
        merkleRoot: createHash('sha256').update(data).digest('hex'),
        time: nextTime(),
        bits: EASIEST,
      }),
      id: ({ hash }) => String(hash),
    },
    carries: value => (value instanceof BitcoinMessage ? announced(value) : undefined),
    standing: (name, { hash, height }) =>
      name === 'tip' ? { tip: `${String(height)}: ${String(hash).slice(0, 8)}` } : undefined,
  },
  checks: {
    published: 'Reads headers as published: hash, target and work',
    syncs: 'Asks each peer for headers until it has all of them',
    answers: 'Answers getheaders from the fork point, with 2,000 headers at most',
    refused: 'Disconnects on bad proof of work and malformed messages',
    orphan: 'Asks for missing parents, and keeps nothing until they come',
    'most-work': 'Follows the most work, and on a tie what came first',
    times: 'Refuses headers that are too early or too late',
    spam: 'Keeps nothing of a chain with too little work',
    mines: 'Mines on its tip, and announces blocks to the peers that asked for it',
    split: 'Agrees on one chain after a split, and reports the reorganization',
  },
})

let lastTime = 0
/** Later than the time of each block before: several broadcasts in one second would not be above the median. */
const nextTime = () => (lastTime = Math.max(lastTime + 1, Math.floor(Date.now() / 1000)))

/** The hash of the one block that a headers message announces, as people write it. */
function announced({ command, payload }: BitcoinMessage): string | undefined {
  if (command !== 'headers' || payload[0] !== 1 || payload.length < 81) return undefined
  const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest()
  return sha256(sha256(payload.subarray(1, 81)))
    .reverse()
    .toString('hex')
}
