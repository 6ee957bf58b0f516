// Exercise 1.8: On libp2p: echo. Write the two functions, then check. Nothing has to be installed.
// A stream of libp2p is an event target: addEventListener('message' | 'drain' | 'end', …), send(), pause(), close().
import { noise } from '@chainsafe/libp2p-noise'
import { yamux } from '@chainsafe/libp2p-yamux'
import { tcp } from '@libp2p/tcp'
import { multiaddr } from '@multiformats/multiaddr'
import { createLibp2p } from 'libp2p'

/** The id of the echo protocol: both sides must use exactly this text. */
const PROTOCOL = '/p2plab/echo/1.0.0'

/** Start a node that listens on the multiaddr and sends every byte of every stream back. Return its real address. */
export async function listen({ address }: { address: string }): Promise<{ address: string }> {
  throw new Error('listen is not written yet')
}

/** Open a stream to the peer, send the bytes, half-close, and return everything that comes back until the end. */
export async function send({ peer, bytes }: { peer: string; bytes: Buffer }): Promise<{ bytes: Uint8Array }> {
  throw new Error('send is not written yet')
}
