import { jsonDatagrams } from '../../../network/links/json-datagrams.ts'
import { defineExercise, event, op } from '../../exercise/define.ts'
import {
  boundPort,
  host,
  integer,
  milliseconds,
  oneOf,
  port,
  records,
  text,
  texts,
} from '../../exercise/fields.ts'

const member = {
  node: text(),
  address: text({ such: '127.0.0.1:4001' }),
  state: oneOf('alive', 'suspect', 'dead'),
  incarnation: integer({ min: 0 }),
}

/** Members as updates have them. */
const members = records(member)

export default defineExercise({
  title: 'Is it alive? SWIM',
  builds:
    'a group that finds out which of its members failed: ping, ping-req, suspicion and incarnations, spread by gossip',
  comesNext:
    'In {exercise}, your program keeps track of a whole group: it finds out within seconds which members failed, and costs no more when the group grows.',
  ops: {
    start: op({
      args: {
        name: text({ such: 'ada' }),
        host: host(),
        port: port(),
        seeds: texts({ such: '127.0.0.1:4001' }),
        periodMs: milliseconds(),
        timeoutMs: milliseconds(),
        suspicionMs: milliseconds(),
      },
      result: { port: boundPort('udp') },
      returns: 'the port it really listens on, at once',
    }),
    members: op({
      result: { members },
      returns: 'all that you know as `{ node, address, state, incarnation }`, dead ones and yourself too',
    }),
    freeze: op({
      args: { ms: milliseconds() },
      returns: 'nothing, after your whole program stood still so long',
    }),
  },
  events: {
    member: event({
      data: member,
      when: 'an update about another member wins, received or your own',
    }),
  },
  network: {
    dials: 'found',
    carrier: 'udp',
    format: jsonDatagrams,
    start: ({ id, host, port, peers }) => ({
      name: id,
      host,
      port,
      seeds: peers.map(({ address }) => address),
      periodMs: 1_000,
      timeoutMs: 300,
      suspicionMs: 3_000,
    }),
    readdress: (value, see) => {
      const { address, updates } = value as { address?: unknown; updates?: unknown }
      const seen = (one: unknown) => (typeof one === 'string' ? see(one) : one)
      return Buffer.from(
        JSON.stringify({
          ...(value as object),
          ...(address !== undefined && { address: seen(address) }),
          ...(Array.isArray(updates) && {
            updates: updates.map((update: unknown) =>
              typeof update === 'object' && update !== null && 'address' in update
                ? { ...update, address: seen(update.address) }
                : update,
            ),
          }),
        }),
      )
    },
    standing: (kind, data) =>
      kind === 'member' ? { tip: `${String(data.node)} is ${String(data.state)}` } : undefined,
  },
  checks: {
    joins: 'Joins through a seed, and tells everyone who joins later',
    answers: 'Answers pings, and pings for others',
    overrides: 'Lets the greater incarnation win, and never an old update',
    refutes: 'Refutes what others say about it, also after a restart',
    killed: 'Finds a member that was killed',
    'half-open': 'Finds a member that only talks and does not answer',
    slow: 'Does not suspect a member that is slow or that others reach',
    suspicion: 'Gives a suspect time to refute, and lets a dead member come back',
    load: 'Sends no more when the group grows from 8 to 32',
    frozen: 'Suspects nobody because it stood still itself',
  },
})
