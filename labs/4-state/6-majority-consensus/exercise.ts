import { jsonFrames } from '../../../network/links/json-frames.ts'
import { defineExercise, event, op } from '../../exercise/define.ts'
import {
  address,
  boundPort,
  host,
  integer,
  milliseconds,
  port,
  records,
  text,
} from '../../exercise/fields.ts'
import { raftStanding } from '../shared/network-run.ts'

const term = integer({ min: 1 })

export default defineExercise({
  title: 'Majority consensus',
  builds:
    "Raft's elections, log and commit rule: nodes that agree on one history although some of them are killed or cut off",
  comesNext:
    'In {exercise}, nodes agree on one order of commands with Raft: a majority decides, and what it has decided survives crashes and splits.',
  ops: {
    start: op({
      args: {
        id: text({ such: 'n1' }),
        host: host(),
        port: port(),
        peers: records({ id: text(), address: address() }),
        dataDir: text(),
        electionMs: milliseconds(),
        heartbeatMs: milliseconds(),
      },
      result: { port: boundPort() },
      returns: 'the port it really listens on',
    }),
    submit: op({
      args: { command: text({ such: 'write x' }) },
      result: { index: integer({ min: 1 }), result: text() },
      returns: 'where the command is in the log, and what the register said, once it is applied here',
    }),
  },
  events: {
    leader: event({ data: { term }, when: 'this node has won the election of this term' }),
    follower: event({
      data: { term },
      when: 'this node leads no more, because it has seen this greater term',
    }),
    committed: event({
      data: { index: integer({ min: 1 }), term, command: text() },
      when: "this node applies an entry; `term` is the entry's",
    }),
  },
  network: {
    dials: 'both',
    format: jsonFrames,
    start: node => ({ ...node, electionMs: 300, heartbeatMs: 50 }),
    broadcast: {
      op: 'submit',
      args: data => ({ command: `write ${data.toString().trim().replace(/\s+/g, '-')}` }),
      id: ({ index }) => `entry ${String(index)}`,
    },
    carries: value => {
      const { type, prevLogIndex, entries } = value as Record<string, unknown>
      if (type !== 'append-entries' || !Array.isArray(entries) || entries.length === 0) return undefined
      return `entry ${Number(prevLogIndex) + entries.length}`
    },
    standing: raftStanding,
  },
  checks: {
    links: 'Keeps a connection to each peer, and reads frames however they come',
    elects: 'Becomes leader with the votes of a majority, and of nothing less',
    votes: 'Votes once per term, and only for a log that is not behind',
    remembers: 'Keeps its vote and its log when it is killed right after it answers',
    timer: 'Lets the leader of the current term alone restart the election timer',
    log: "Makes its log equal to the leader's, and commits no more than that",
    commits: 'Commits what a majority stores, entries of older terms only along with its own',
    clients: 'Answers clients when their own command is applied',
    survives: 'Goes on after kills and splits, and a minority decides nothing',
    linearizable: 'Looks like one register to its clients while leaders are killed and cut off',
  },
})
