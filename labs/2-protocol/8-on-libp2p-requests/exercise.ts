import { defineExercise, op } from '../../exercise/define.ts'
import { boundAddress, bytes, integer, milliseconds, text } from '../../exercise/fields.ts'
import { LIBP2P_PACKAGES, ownMultiaddr, peerMultiaddr } from '../../exercise/libp2p.ts'

const MAX_UINT32 = 2 ** 32 - 1

/** What both sides ask of the messages that they read. */
const limits = { maxBytes: integer({ min: 0 }), timeoutMs: milliseconds() }

export default defineExercise({
  title: 'On libp2p: requests',
  builds: 'requests and answers in protobuf on libp2p, in two versions of one protocol',
  comesNext:
    'You have built messages, handshakes, encryption and the choice of a protocol by hand. In {exercise}, libp2p does that part, and you write a protocol of your own on it.',
  buildsOn: ['2.1'],
  packages: LIBP2P_PACKAGES,
  ops: {
    listen: op({
      args: { address: ownMultiaddr(), ...limits },
      result: { address: boundAddress() },
      returns: 'a multiaddr with the real port and your peer ID',
    }),
    request: op({
      args: {
        peer: peerMultiaddr(),
        type: integer({ min: 0, max: MAX_UINT32 }),
        key: text(),
        value: bytes(),
        revision: integer({ min: 0, max: MAX_UINT32 }),
        ...limits,
      },
      result: {
        protocol: text({ such: '/p2plab/requests/2.0.0' }),
        status: integer({ min: 0, max: MAX_UINT32 }),
        value: bytes(),
        revision: integer({ min: 0, max: MAX_UINT32 }),
      },
      returns: 'the protocol that was agreed on, and the fields of the response, whatever its status',
    }),
  },
  checks: {
    dialed: 'Answers the requests of a libp2p node that dials it',
    asks: 'Sends a request to a libp2p node and returns the answer',
    versions: 'Speaks the newest version that both sides know',
    cuts: 'Reads messages from a stream cut at every offset',
    'unknown-fields': 'Ignores unknown fields',
    'too-long': 'Resets the stream before a message that is too long arrives',
    silence: 'Resets the stream if a message is not whole in time',
    'at-once': 'Handles several requests at once',
    aborted: 'Keeps running when a stream is reset or ends in the middle of a message',
    'error-answer': 'Answers an error with a status, not with a reset',
  },
})
