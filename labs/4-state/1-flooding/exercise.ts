import { jsonFrames } from '../../../network/links/json-frames.ts'
import { defineExercise, event, op } from '../../exercise/define.ts'
import { address, boundPort, bytes, host, integer, port, records, text } from '../../exercise/fields.ts'

export default defineExercise({
  title: 'Flooding',
  builds: 'a broadcast that reaches every node of any network exactly once, however many ways lead there',
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
      returns: 'the port it really listens on',
    }),
    publish: op({
      args: { payload: bytes() },
      result: { id: text() },
      returns: 'the id of the new message, at once',
    }),
  },
  events: {
    delivered: event({
      data: { id: text(), payload: bytes() },
      when: 'a message is new to this node, its own messages included',
    }),
  },
  network: {
    dials: 'both',
    format: jsonFrames,
    start: ({ id, host, port, peers }) => ({ id, host, port, peers, window: 1_000 }),
    broadcast: {
      op: 'publish',
      args: data => ({ payload: data }),
      id: ({ id }) => String(id),
    },
    carries: value => {
      const { type, id } = value as { type?: unknown; id?: unknown }
      return type === 'flood' && typeof id === 'string' ? id : undefined
    },
  },
  checks: {
    'not-written': 'Not written yet',
  },
})
