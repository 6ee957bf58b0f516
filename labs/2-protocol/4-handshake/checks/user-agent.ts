/** User agents of a certain length. */

/** In bytes: Bitcoin Core, src/net.h, MAX_SUBVERSION_LENGTH. */
export const MAX_USER_AGENT = 256

/** So many ASCII characters, 2 to 302. */
export const userAgentOf = (bytes: number): string => `/${'p2plab'.repeat(50).slice(0, bytes - 2)}/`
