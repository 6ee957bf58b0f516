/**
 * The settings of libp2p and gossipsub that make sense on one machine, and the defaults they stand for. A network with production
 * values uses the defaults, so that a learner can see what they do when all nodes share one address.
 */
import { CONNECTION_TIMEOUTS } from './timeouts.ts'

/** For libp2p's connection manager of a node that listens at `host`. Production: 5 new connections a second from one host, 10 that are being made, dials of 10 s. */
export const connectionManager = (production: boolean, host = '127.0.0.1') =>
  production
    ? {}
    : {
        // libp2p allows five new connections a second from one host and ten pending ones. All of our nodes
        // are one host, and the default resets their connections while they start. In a shared network they have its address, and
        // other computers get no exception.
        allow: ['/ip4/127.0.0.0/ipcidr/8', `/ip4/${host}/ipcidr/32`],
        maxConnections: 1_000,
        ...CONNECTION_TIMEOUTS,
      }

/** For @libp2p/tcp. Production: a connection without a byte for two minutes is closed. Ours are quiet between two broadcasts. */
export const tcpOptions = (production: boolean) =>
  production ? {} : { inboundSocketInactivityTimeout: 0, outboundSocketInactivityTimeout: 0 }
