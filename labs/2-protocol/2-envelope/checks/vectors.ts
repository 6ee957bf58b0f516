/**
 * A verack of Bitcoin's main network as it goes over the wire, in hex:
 * https://developer.bitcoin.org/reference/p2p_networking.html#verack
 */
export const VERACK = 'f9beb4d976657261636b000000000000000000005df6e0e2'

/** In front of every message of the main network: the same page, and pchMessageStart in Bitcoin Core's src/kernel/chainparams.cpp. */
export const MAINNET = Buffer.from('f9beb4d9', 'hex')
