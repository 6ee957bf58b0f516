import { defineExercise, event, op } from '../../exercise/define.ts'
import { boundAddress, integer, milliseconds, text, texts } from '../../exercise/fields.ts'
import { LIBP2P_PACKAGES, ownMultiaddr } from '../../exercise/libp2p.ts'

const peerId = () => text({ such: '12D3Koo…' })

export default defineExercise({
  title: 'On libp2p: the local network',
  builds: 'a libp2p node that finds the nodes of a local network by multicast DNS, and is found by them',
  comesNext:
    'You have found and kept peers by hand. In {exercise}, libp2p does the asking, and your node joins a network of nodes that somebody else wrote.',
  packages: [...LIBP2P_PACKAGES, '@libp2p/identify', '@libp2p/mdns'],
  ops: {
    join: op({
      args: {
        address: ownMultiaddr(),
        serviceTag: text({ such: '_p2plab-4h7x._udp.local' }),
        port: integer({ min: 1, max: 65_535 }),
        intervalMs: milliseconds(),
        agent: text({ such: 'my-node/1.0' }),
      },
      result: { address: boundAddress() },
      returns: 'a multiaddr with the real TCP port and your peer ID',
    }),
    peers: op({
      result: { peers: texts({ such: '12D3Koo…' }) },
      returns: 'the IDs of your peers at this moment, in any order',
    }),
  },
  events: {
    peer: event({
      data: { id: peerId(), agent: text() },
      when: 'a node has become your peer; `agent` comes from identify',
    }),
    lost: event({
      data: { id: peerId() },
      when: 'the last connection to a peer has closed',
    }),
  },
  checks: {
    discovers: 'Finds a node of the local network and dials it',
    discovered: 'Answers when others ask, so that they can dial it',
    'asks-again': 'Asks again, and finds nodes that come later',
    identify: 'Names its agent in identify, and expects the same of its peers',
    name: 'Has a name in mDNS that is not its peer ID',
    'other-tag': 'Leaves nodes with another service tag alone',
    once: 'Dials each peer once, and no peer that has dialed it',
    claims: 'Believes no announcement before the node has proven its ID',
    lost: 'Survives the loss of the peer that it met first',
  },
})
