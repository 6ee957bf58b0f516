/** What libp2p would log, where nobody reads it. */
import type { ComponentLogger, Logger } from '@libp2p/interface'

const silent: Logger = Object.assign(() => {}, {
  enabled: false,
  error: () => {},
  trace: () => {},
  newScope: () => silent,
})

/**
 * For createLibp2p. libp2p makes three loggers for each stream and each step of a handshake, which look at the terminal's colors: of what a network of a
 * hundred nodes computes in its start, that is a twentieth. With DEBUG in the environment, it is libp2p's own logger.
 */
export const quietLogger: { logger?: ComponentLogger } = process.env['DEBUG']
  ? {}
  : { logger: { forComponent: () => silent } }
