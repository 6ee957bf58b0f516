import { defineExercise, op } from '../../exercise/define.ts'
import { boundAddress, bytes } from '../../exercise/fields.ts'
import { LIBP2P_PACKAGES, ownMultiaddr, peerMultiaddr } from '../../exercise/libp2p.ts'

export default defineExercise({
  title: 'On libp2p: echo',
  builds: 'the same echo as a libp2p protocol, which a real libp2p node dials',
  comesNext:
    'You have now done by hand what network libraries do. In {exercise}, you write the echo once more, on libp2p, where connections are encrypted and carry many streams.',
  packages: LIBP2P_PACKAGES,
  ops: {
    listen: op({
      args: { address: ownMultiaddr() },
      result: { address: boundAddress() },
      returns: 'a multiaddr with the real port and your peer id',
    }),
    send: op({
      args: { peer: peerMultiaddr(), bytes: bytes() },
      result: { bytes: bytes() },
      returns: 'all that came back',
    }),
  },
  checks: {
    dialled: 'Answers a libp2p node that dials it',
    megabyte: 'Echoes a megabyte on one stream',
    'half-close': 'Sends everything back before it ends the stream',
    'keeps-connection': 'Keeps the connection when a stream ends',
    'ten-streams': 'Serves 10 streams on one connection',
    reset: 'Keeps running when a stream is reset',
    'slow-reader': 'Waits for a peer that does not read',
    'unknown-protocol': 'Refuses unknown protocols',
    client: 'The client sends every byte and receives the whole answer',
    identity: 'Sends nothing to a peer with another identity',
  },
})
