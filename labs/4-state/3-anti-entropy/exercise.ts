import { createHash } from 'node:crypto'
import { jsonFrames } from '../../../network/links/json-frames.ts'
import { defineExercise, event, op } from '../../exercise/define.ts'
import {
  address,
  boundPort,
  bytes,
  bytesList,
  host,
  integer,
  maybe,
  milliseconds,
  port,
  records,
  text,
  texts,
} from '../../exercise/fields.ts'

export default defineExercise({
  title: 'Anti-entropy',
  builds:
    'sets that grow apart while the network is split and find what differs in a few kilobytes, not by sending everything',
  comesNext:
    'In {exercise}, your nodes bring each other up to date after a split, and find 10 of 10,000 items without sending the rest.',
  ops: {
    start: op({
      args: {
        id: text({ such: 'n1' }),
        host: host(),
        port: port(),
        peers: records({ id: text(), address: address() }),
        dataDir: text(),
        syncMs: milliseconds(),
      },
      result: { port: boundPort() },
      returns: 'the port it really listens on, at once',
    }),
    put: op({
      args: { items: bytesList() },
      result: { ids: texts({ such: '2cf24dba…' }) },
      returns:
        'their ids, in the same order, when the items are on disk. Fails if one is too long, and keeps none',
    }),
    get: op({
      args: { id: text() },
      result: { data: maybe(bytes()) },
      returns: 'the item; without `data` if there is none',
    }),
    status: op({
      args: {},
      result: { count: integer({ min: 0 }), digest: text() },
      returns: 'how many items the node has, and the digest of all of them',
    }),
    sync: op({
      args: { peer: text({ such: 'n2' }) },
      result: {},
      returns: 'nothing, once a sync with this peer has begun. Fails if it is not connected',
    }),
  },
  events: {
    grew: event({
      data: { count: integer({ min: 1 }) },
      when: 'a message brought items that are new: how many items the node has now',
    }),
  },
  network: {
    dials: 'both',
    format: jsonFrames,
    start: ({ id, host, port, peers, dataDir }) => ({ id, host, port, peers, dataDir, syncMs: 1_000 }),
    broadcast: {
      op: 'put',
      args: data => ({ items: [data] }),
      id: ({ ids }) => String((ids as unknown[])[0]),
    },
    carries: value => {
      const { type, items } = value as { type?: unknown; items?: unknown }
      if (type !== 'items' || !Array.isArray(items) || typeof items[0] !== 'string') return undefined
      return createHash('sha256').update(Buffer.from(items[0], 'hex')).digest('hex')
    },
    standing: (name, { count }) => (name === 'grew' ? { tip: `${String(count)} items` } : undefined),
  },
  checks: {
    digests: 'Digests its set to the digit, whatever order it came in',
    descends: 'Goes down where digests differ, and nowhere else',
    links: 'Keeps a connection to every peer, and reads frames however they come',
    exchanges: 'Asks for what it lacks, and sends what the peer lacks',
    hostile: 'Ignores what is malformed, and loses nothing to a peer that lies',
    halves: 'Brings two halves of 10,000 items together within 21,000 bytes, again and again',
    sides: 'Fills an empty node in either direction, and finds one item deep down',
    period: 'Begins a sync with every connected peer every syncMs',
    line: 'Spreads items over three nodes by itself, and is nearly silent when nothing differs',
    restart: 'Has everything again after SIGKILL, and does not fetch it from its peers',
  },
})
