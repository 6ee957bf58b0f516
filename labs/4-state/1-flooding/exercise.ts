import { jsonFrames } from '../../../network/links/json-frames.ts'
import { defineExercise, event, op } from '../../exercise/define.ts'
import { address, boundPort, bytes, host, integer, port, records, text } from '../../exercise/fields.ts'
import { flooding, floodOf } from '../shared/network-run.ts'

export default defineExercise({
  title: 'Flooding',
  builds:
    'a broadcast that reaches every node once, however many ways lead there, and that you watch in your own network',
  comesNext:
    'In {exercise}, your program becomes one node of a network: copies of it pass on what is new to them, and you watch them do it.',
  ops: {
    start: op({
      args: {
        id: text({ such: 'n1' }),
        host: host(),
        port: port(),
        peers: records({ id: text(), address: address() }),
        window: integer({ min: 1 }),
      },
      result: { port: boundPort() },
      returns: 'the port it really listens on, at once',
    }),
    publish: op({
      args: { payload: bytes() },
      result: { id: text() },
      returns: 'the id of the new message',
    }),
  },
  events: {
    delivered: event({
      data: { id: text(), payload: bytes() },
      when: 'a message is new to this node, also one of its own',
    }),
  },
  network: {
    dials: 'both',
    format: jsonFrames,
    start: ({ id, host, port, peers }) => ({ id, host, port, peers, window: 1_000 }),
    broadcast: flooding,
    carries: floodOf,
  },
  checks: {
    'passes-on': 'Delivers what is new, and passes it on to everyone but its sender',
    publishes: 'Gives each of its own messages an id of its own, and tells everyone',
    links: 'Keeps a connection to every peer, and reads frames however they come',
    alone: 'Starts and publishes without any peer, and never gives an id twice',
    duplicates: 'Recognizes duplicates, however they come',
    window: 'Remembers exactly the last ids of its window',
    malformed: 'Ignores what is malformed, and keeps the connection',
    shapes: 'Reaches every node of a line, a ring, a grid, a tree and a random network once',
    comes: 'Reaches a node that comes later, and one whose connections were lost',
  },
})
