/**
 * What real nodes send in a handshake, as it went over the wire, in hex. The nonces are those of the recording, and so are the times, the ports and
 * the addresses, which nobody compares with anything.
 */
import { MAINNET, VERACK } from '../../2-envelope/checks/vectors.ts'

export interface Recording {
  /** For messages: "btcd 0.26.2". */
  node: string
  magic: Buffer
  /** Before anything has come from the other side, when the node dials; after the other side's version, when it is dialed. */
  version: Buffer
  /** After the other side's version, in this order. */
  rest: Buffer
  /** After the other side's verack. */
  after: Buffer
  said: { version: number; userAgent: string; height: number }
}

const hex = (...messages: string[]): Buffer => Buffer.from(messages.join(''), 'hex')

/** In front of every message of regtest: 0xdab5bffa in wire/protocol.go of btcd, little-endian. */
const REGTEST = 'fabfb5da'

/**
 * btcd 0.26.2 (https://github.com/btcsuite/btcd) on regtest, recorded on 2026-11-29 on 127.0.0.1 with a peer that sent its version (70016, services
 * 9) and its verack, once dialing and once dialed. The lengths of its writes were 24 (a header), 113 (a payload), and so on.
 */
const BTCD = {
  node: 'btcd 0.26.2',
  magic: hex(REGTEST),
  /** sendaddrv2, verack */
  rest: hex(
    `${REGTEST}73656e646164647276320000000000005df6e0e2`,
    `${REGTEST}76657261636b000000000000000000005df6e0e2`,
  ),
  said: { version: 70016, userAgent: '/btcwire:0.5.0/btcd:0.26.2/', height: 0 },
}

export const BTCD_DIALS: Recording = {
  ...BTCD,
  version: hex(
    `${REGTEST}76657273696f6e00000000007100000082747dc8`,
    '801101004d04000000000000fdbf0b6b00000000000000000000000000000000000000000000ffff7f00000187554d040000000000000000',
    '00000000000000000000000000000000c54cf4029e0daa101b2f627463776972653a302e352e302f627463643a302e32362e322f0000000001',
  ),
  /** getaddr */
  after: hex(`${REGTEST}676574616464720000000000000000005df6e0e2`),
}

export const BTCD_IS_DIALED: Recording = {
  ...BTCD,
  version: hex(
    `${REGTEST}76657273696f6e000000000071000000e7e3ec96`,
    '801101004d04000000000000debf0b6b000000004d0400000000000000000000000000000000ffff7f000001dc884d040000000000000000',
    '00000000000000000000000000000000a34f31d4c00753191b2f627463776972653a302e352e302f627463643a302e32362e322f0000000001',
  ),
  after: Buffer.alloc(0),
}

/**
 * Bitcoin Core 22.0.0 on the main network: its version message is a published capture,
 * https://github.com/22388o/bitcodec-bitcoin-p2p/blob/ae94405fcfe61492d996c1f58ae2dc1c3090c76c/tests/data/version_message.ts
 * The messages behind it were not recorded: they are empty but for their names, and stand in the order in which Bitcoin Core pushes them
 * (src/net_processing.cpp, ProcessMessage, NetMsgType::VERSION: wtxidrelay, sendaddrv2, verack; then, for NetMsgType::VERACK, sendcmpct).
 * The sendcmpct, feefilter and ping are those of Bitcoin Core 22.99.0 in a published transcript (github.com, "lab5.py" of Antonio Santana, 2022-12-04).
 */
export const CORE: Recording = {
  node: 'Bitcoin Core 22.0.0',
  magic: MAINNET,
  version: hex(
    'f9beb4d976657273696f6e00000000006600000097302af5',
    '801101000904000000000000e577646100000000000000000000000000000000000000000000ffff1fdf0364085e0904000000000000',
    '00000000000000000000000000000000000072036dbc6d407f7f102f5361746f7368693a32322e302e302f26c00a0001',
  ),
  rest: hex(
    'f9beb4d9777478696472656c61790000000000005df6e0e2',
    'f9beb4d973656e646164647276320000000000005df6e0e2',
    VERACK,
  ),
  after: hex(
    'f9beb4d973656e64636d706374000000' + '09000000e92f5ef8000200000000000000',
    'f9beb4d970696e670000000000000000080000000c35dc778546929f272fd779',
    'f9beb4d966656566696c74657200000008000000e80fd19fe803000000000000',
  ),
  said: { version: 70016, userAgent: '/Satoshi:22.0.0/', height: 704_550 },
}
