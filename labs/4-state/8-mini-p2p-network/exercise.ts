import { createHash } from 'node:crypto'
import { jsonFrames } from '../../../network/links/json-frames.ts'
import { defineExercise, event, op } from '../../exercise/define.ts'
import {
  address,
  boundPort,
  bytes,
  host,
  integer,
  milliseconds,
  port,
  records,
  text,
} from '../../exercise/fields.ts'
import { ed25519PublicKey } from '../../exercise/noise-primitives.ts'
import { flooding, floodOf, raftStanding } from '../shared/network-run.ts'

const term = integer({ min: 1 })

/** Of a network that only its owner watches: anyone can have its keys. */
const keyOf = (id: string): Buffer => createHash('sha256').update(`p2plab ${id}`).digest()

export default defineExercise({
  title: 'Capstone: the Mini P2P Network',
  builds:
    'a whole network from what you have: nodes that find each other from one address, broadcast, and agree, while some of them fail and one of them lies',
  comesNext: 'In {exercise}, all of this becomes one network, which the checker breaks.',
  buildsOn: ['4.6'],
  ops: {
    start: op({
      args: {
        id: text({ such: 'n1' }),
        host: host(),
        port: port(),
        announce: address(),
        key: bytes(),
        seeds: records({ id: text(), address: address() }),
        members: records({ id: text(), publicKey: text({ such: '9f3a…' }) }),
        dataDir: text(),
        electionMs: milliseconds(),
        heartbeatMs: milliseconds(),
        submitMs: milliseconds(),
      },
      result: { port: boundPort() },
      returns: 'the port it really listens on',
    }),
    publish: op({
      args: { payload: bytes() },
      result: { id: text() },
      returns: 'the id of the new message',
    }),
    submit: op({
      args: { command: text({ such: 'write x' }) },
      result: { index: integer({ min: 1 }), result: text() },
      returns: 'where the command is in the log, and what the register said',
    }),
  },
  events: {
    delivered: event({
      data: { id: text(), payload: bytes() },
      when: 'a message is new to this node, also one of its own',
    }),
    leader: event({ data: { term }, when: 'as in 4.6' }),
    follower: event({ data: { term }, when: 'as in 4.6' }),
    committed: event({
      data: { index: integer({ min: 1 }), term, command: text() },
      when: 'as in 4.6',
    }),
  },
  network: {
    dials: 'found',
    announces: true,
    format: jsonFrames,
    start: ({ id, host, port, peers, nodes, announce, dataDir }) => ({
      id,
      host,
      port,
      announce: announce!,
      key: keyOf(id),
      seeds: peers,
      members: nodes.map(member => ({
        id: member,
        publicKey: ed25519PublicKey(keyOf(member)).toString('hex'),
      })),
      dataDir,
      electionMs: 300,
      heartbeatMs: 50,
      submitMs: 3_000,
    }),
    broadcast: flooding,
    carries: floodOf,
    standing: raftStanding,
  },
  checks: {
    records: 'Signs a record of its own, and believes those of others by their signatures alone',
    dials: 'Dials the newest addresses that it knows, also after a restart without its seeds',
    floods: 'Delivers a broadcast once, and passes it on between members only',
    submits: 'Takes commands at every node, and hands them to the leader that it knows',
    unknown: 'Answers with an error where the outcome is unknown, and never sends a command twice',
    finds: 'Five nodes find each other from one seed, and one that comes back elsewhere',
    hostile: 'Keeps its leader and its term, whatever a stranger says',
    survives: 'Loses no acknowledged write while nodes are killed, paused, cut off and slow',
  },
})
