/** A node of libp2p as its documentation sets one up: TCP on loopback, Noise, yamux, and nothing of ours. */
import { noise } from '@chainsafe/libp2p-noise'
import { yamux } from '@chainsafe/libp2p-yamux'
import type { ServiceMap } from '@libp2p/interface'
import { tcp } from '@libp2p/tcp'
import { createLibp2p, type Libp2pOptions } from 'libp2p'

/** Listens on a free port, unless `start: false` is given: then when it is started. */
export const plainNode = <T extends ServiceMap>(options: Libp2pOptions<T> = {}) =>
  createLibp2p<T>({
    addresses: { listen: ['/ip4/127.0.0.1/tcp/0'] },
    transports: [tcp()],
    connectionEncrypters: [noise()],
    streamMuxers: [yamux()],
    ...options,
  })
