import { defineExercise, event, op } from '../../exercise/define.ts'
import { boundAddress, integer, milliseconds, oneOf, text } from '../../exercise/fields.ts'
import { LIBP2P_PACKAGES, ownMultiaddr } from '../../exercise/libp2p.ts'

const peerId = () => text({ such: '12D3Koo…' })
const hash = () => text({ such: '9f86d0…' })

export default defineExercise({
  title: 'On libp2p: gossip with a validator',
  builds: 'a node of a gossipsub network that judges each message before it passes it on',
  comesNext:
    'You have spread news and agreed on it by hand. In {exercise}, gossipsub does the spreading, and your node decides what deserves it.',
  packages: [
    ...LIBP2P_PACKAGES,
    '@libp2p/identify',
    '@libp2p/mdns',
    '@libp2p/gossipsub',
    '@libp2p/gossipsub/score',
  ],
  ops: {
    join: op({
      args: {
        address: ownMultiaddr(),
        serviceTag: text({ such: '_p2plab-4h7x._udp.local' }),
        port: integer({ min: 1, max: 65_535 }),
        intervalMs: milliseconds(),
        topic: text({ such: 'p2plab/heights' }),
        heartbeatMs: milliseconds(),
        driftMs: milliseconds(),
      },
      result: { address: boundAddress() },
      returns: 'a multiaddr with the real TCP port and your peer ID, when your node has subscribed',
    }),
    announce: op({
      args: { height: integer({ min: 0 }), hash: hash() },
      returns: 'nothing, when your announcement is published',
    }),
  },
  events: {
    judged: event({
      data: {
        origin: peerId(),
        sequenceNumber: text({ such: '1769860800123000001' }),
        verdict: oneOf('accept', 'ignore', 'reject'),
      },
      when: 'your validator has judged a message; `origin` and `sequenceNumber` are those of the message',
    }),
    announcement: event({
      data: { origin: peerId(), height: integer({ min: 0 }), hash: hash() },
      when: 'your node has accepted an announcement of another node',
    }),
  },
  checks: {
    joins: 'Finds the local network and becomes a member of the mesh',
    relays: 'Passes on what it accepts, as it came',
    malformed: 'Rejects malformed announcements',
    heights: 'Ignores heights that are not new, origin by origin',
    clocks: 'Ignores announcements from another time',
    once: 'Judges each message once',
    costs: 'Prunes a peer for a rejected message, not for ignored ones',
    announces: 'Announces heights that other nodes accept',
    crowd: 'Keeps many peers at one address',
    churn: 'Is a member of the mesh again after all its peers were killed',
  },
})
