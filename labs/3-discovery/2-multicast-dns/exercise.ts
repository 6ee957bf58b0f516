import { defineExercise, event, op } from '../../exercise/define.ts'
import { address, bytes, integer, milliseconds, text, texts } from '../../exercise/fields.ts'

/** Where multicast DNS happens: a check has its own, so that nothing of it reaches the real one, 224.0.0.251:5353. */
const group = text()
const instance = text()
const labels = texts({ such: '_udp' })

export default defineExercise({
  title: 'Multicast DNS',
  builds: 'finding peers on the local network, where nobody knows an address yet',
  comesNext:
    'A node that knows a seed finds the others. In {exercise}, there is no seed: your program asks everybody on the local network at once.',
  ops: {
    readName: op({
      args: { message: bytes(), offset: integer({ min: 0 }) },
      result: { labels, end: integer({ min: 1 }) },
      returns: 'the name at this offset, and the offset behind it; an error if it is malformed',
    }),
    announce: op({
      args: {
        group,
        instance,
        host: text(),
        port: integer({ min: 1, max: 65535 }),
        id: text(),
        ttl: integer({ min: 1, note: 'seconds' }),
      },
      returns: 'nothing, once it is sent; an error if a label is too long',
    }),
    withdraw: op({
      args: { group, instance },
      returns: 'nothing, once the goodbye is sent',
    }),
    browse: op({
      args: { group, queryMs: milliseconds() },
      returns: 'nothing, once it has asked',
    }),
  },
  events: {
    candidate: event({
      data: { instance, address: address(), id: text() },
      when: 'you find an instance, or its address or id changes',
    }),
    lost: event({ data: { instance }, when: 'its time is over' }),
  },
  checks: {
    names: 'Reads names with and without pointers',
    malformed: 'Refuses malformed names, and ends with each of them',
    announces: 'Announces an instance in one compressed message',
    answers: 'Answers questions for each of its names',
    silent: 'Stays silent when it has nothing to say',
    real: 'Finds the instances of other implementations',
    finds: 'Finds several instances in one message',
    own: 'Answers its own questions, and ignores its own answers',
    goodbye: 'Forgets a candidate when its time is over',
    junk: 'Survives cut and random messages',
  },
})
