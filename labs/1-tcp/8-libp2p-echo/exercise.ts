import { defineExercise, op } from '../../exercise/define.ts'
import { boundAddress, bytes, text } from '../../exercise/fields.ts'

export default defineExercise({
  title: 'On libp2p: echo',
  builds: 'the same echo as a libp2p protocol, which a real libp2p node dials',
  comesNext:
    'You have now done by hand what network libraries do. In {exercise}, you write the echo once more, on libp2p, where connections are encrypted and carry many streams.',
  packages: [
    'libp2p',
    '@libp2p/interface',
    '@libp2p/tcp',
    '@chainsafe/libp2p-noise',
    '@chainsafe/libp2p-yamux',
    '@multiformats/multiaddr',
    'uint8arraylist',
  ],
  ops: {
    listen: op({
      args: { address: text({ such: '/ip4/127.0.0.1/tcp/0', note: '0 means "any free port"' }) },
      result: { address: boundAddress() },
      returns: 'a multiaddr with the real port and your peer id',
    }),
    send: op({
      args: { peer: text({ such: '/ip4/127.0.0.1/tcp/4001/p2p/12D3Koo…' }), bytes: bytes() },
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
