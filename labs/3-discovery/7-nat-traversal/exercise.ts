import { defineExercise, event, op } from '../../exercise/define.ts'
import { address, bytes, integer, milliseconds, oneOf, text, texts } from '../../exercise/fields.ts'

const peer = text()
const path = oneOf('punched', 'relayed')

export default defineExercise({
  title: 'NAT traversal',
  builds: 'STUN, hole punching and a relay, so that two nodes behind NATs reach each other where they can',
  comesNext:
    'Until now, every peer could be reached at its address. In {exercise}, your program and its peers sit behind NATs, where that is not so.',
  ops: {
    start: op({
      args: {
        gateway: address(),
        name: text(),
        observers: texts({ such: '192.0.2.1:3478' }),
        rendezvous: text(),
        tries: integer({ min: 1 }),
        tryMs: milliseconds(),
        keepAliveMs: milliseconds(),
      },
      result: { address: text({ such: '203.0.113.7:40001' }) },
      returns:
        'your address in the world, once you are registered; an error if no observer answers, or the rendezvous does not',
    }),
    connect: op({
      args: { peer },
      result: { path },
      returns: 'how data gets there; an error if the rendezvous does not know the peer, or does not answer',
    }),
    send: op({
      args: { peer, bytes: bytes() },
      result: {},
      returns: 'nothing; an error if no path to the peer is decided yet',
    }),
  },
  events: {
    connected: event({
      data: { peer, path },
      when: 'the path to a peer is decided, whichever side asked',
    }),
    message: event({ data: { peer, bytes: bytes() }, when: 'data arrives' }),
  },
  checks: {
    observed: 'Learns its address from observers, some of which do not answer',
    'rewritten-address': 'Reads the address that no middlebox rewrites',
    'lying-observer': 'Outvotes an observer that lies',
    'endpoint-independent': 'Punches where it can behind Endpoint-Independent mapping',
    'address-dependent': 'Punches where it can behind Address-Dependent mapping',
    'port-dependent': 'Punches where it can behind Address and Port-Dependent mapping',
    'same-port': 'Keeps peers apart whose NATs chose the same port',
    strangers: 'Believes no stranger that its NAT lets in',
    'keep-alive': 'Keeps its mappings alive',
    'each-other': 'Reaches a copy of itself, and relays behind the same NAT',
  },
})
