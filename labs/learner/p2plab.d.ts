/** What a learner's file can import from 'p2plab'. It ships with the lab workspace as types; the runner brings the code. */

/**
 * Tells the checker that something happened, where an exercise asks for it. Bytes (a Buffer or Uint8Array anywhere
 * in `data`) are sent as hex.
 *
 *     emit('delivered', { id, bytes })
 */
export function emit(event: string, data?: unknown): void

/**
 * Takes an address apart: '127.0.0.1:4001' or '[::1]:4001'. Throws an Error that says what is wrong with it
 * when it is none.
 *
 *     const { host, port } = parseAddress(peer)
 */
export function parseAddress(address: string): { host: string; port: number }

/**
 * A CBOR value (RFC 8949) of exercise 2.3: an integer from -2^64 to 2^64 - 1, bytes, text, true, false, null, an array, or a map
 * whose keys are values, too.
 */
export type CborValue =
  bigint | Uint8Array | string | boolean | null | CborValue[] | Map<CborValue, CborValue>

/**
 * The value that a text in CBOR's diagnostic notation stands for. Throws an Error that says where it is none.
 *
 *     parseDiagnostic(`{1: "one", h'0aff': [true, null]}`)
 */
export function parseDiagnostic(text: string): CborValue

/** A value in CBOR's diagnostic notation, in one line. Throws an Error that says which part is no CborValue. */
export function formatDiagnostic(value: CborValue): string

/** What a Bitcoin node says of itself in its `version` message (exercise 2.4). */
export interface VersionMessage {
  /** The newest version of the protocol that it speaks. */
  version: number
  /** What it offers, a bit each. */
  services: bigint
  /** Its clock, in seconds since 1970. */
  time: number
  /** A random number from 0 to 2^64 - 1. */
  nonce: bigint
  /** Its software, such as '/Satoshi:22.0.0/'. */
  userAgent: string
  /** The height of its best block. */
  height: number
  /** Whether it wants to hear of transactions. */
  relay: boolean
}

/**
 * The payload of a `version` message. Without them, `services` is 0n, `time` is now, and `relay` is true. The two addresses in the payload are zeros,
 * because nobody relies on them.
 *
 *     encodeVersion({ version: 70016, nonce, userAgent: '/p2plab:2.4/', height: 0 })
 */
export function encodeVersion(
  fields: Pick<VersionMessage, 'version' | 'nonce' | 'userAgent' | 'height'> & Partial<VersionMessage>,
): Buffer

/**
 * The fields of a `version` payload. Ignores bytes behind the last field. Throws an Error if the payload is too short, or if its user agent has more
 * than 256 bytes.
 */
export function decodeVersion(payload: Uint8Array): VersionMessage

/** A key pair of exercise 2.6: 32 bytes each. */
export interface KeyPair {
  publicKey: Buffer
  privateKey: Buffer
}

/** The X25519 key pair of a private key of 32 bytes; a new random one when it is left out. */
export function x25519KeyPair(privateKey?: Uint8Array): KeyPair

/**
 * The secret of 32 bytes that my private key and your public key give, and your private key and my public key, too. Throws an Error
 * when the public key is one that gives the same secret for everybody.
 */
export function x25519(privateKey: Uint8Array, publicKey: Uint8Array): Buffer

/** The public key, 32 bytes, of an Ed25519 private key of 32 bytes. */
export function ed25519PublicKey(privateKey: Uint8Array): Buffer

/** The signature, 64 bytes, of a message with an Ed25519 private key. */
export function ed25519Sign(privateKey: Uint8Array, message: Uint8Array): Buffer

/** Whether it is the signature of this message with the private key that belongs to this public key. */
export function ed25519Verify(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean

/** HKDF with SHA-256 as Noise defines it, with two outputs of 32 bytes. */
export function noiseHkdf(chainingKey: Uint8Array, input: Uint8Array): [Buffer, Buffer]

/** Encrypts with ChaCha20-Poly1305. The key has 32 bytes, the nonce 12; the ciphertext has a tag of 16 bytes at its end. */
export function chachaEncrypt(
  key: Uint8Array,
  nonce: Uint8Array,
  associatedData: Uint8Array,
  plaintext: Uint8Array,
): Buffer

/** The plaintext. Throws an Error when key, nonce, associated data or any byte is another than when it was encrypted. */
export function chachaDecrypt(
  key: Uint8Array,
  nonce: Uint8Array,
  associatedData: Uint8Array,
  ciphertext: Uint8Array,
): Buffer

/** libp2p's payload of a Noise handshake: your identity's public key (Ed25519, 32 bytes) and a signature by it. */
export function encodeNoisePayload(payload: { identityKey: Uint8Array; signature: Uint8Array }): Buffer

/** Takes a payload apart. Throws an Error when it is none. It does not verify the signature: that is your task. */
export function decodeNoisePayload(bytes: Uint8Array): { identityKey: Buffer; signature: Buffer }

/** The peer ID that belongs to an identity's public key (Ed25519, 32 bytes), such as '12D3KooW…'. */
export function peerIdOf(identityKey: Uint8Array): string

/** A request of exercise 2.8. */
export interface RequestMessage {
  /** 1 is "get", 2 is "put". */
  type: number
  key: string
  value: Uint8Array
  /** Only version 2.0.0 has it. */
  revision: number
}

/** The answer to a request of exercise 2.8. */
export interface ResponseMessage {
  /** 0 is "ok"; everything else says why not. */
  status: number
  value: Uint8Array
  /** Only version 2.0.0 has it. */
  revision: number
}

/** The message in protobuf, without a length in front. A field that you leave out is 0 or empty, and takes no bytes. */
export function encodeRequest(message: Partial<RequestMessage>): Buffer

/** Skips fields that it does not know. Throws an Error if the bytes are not a request in protobuf. */
export function decodeRequest(message: Uint8Array): RequestMessage

/** The message in protobuf, without a length in front: no bytes at all if everything is 0 or empty. */
export function encodeResponse(message: Partial<ResponseMessage>): Buffer

/** Skips fields that it does not know. Throws an Error if the bytes are not a response in protobuf. */
export function decodeResponse(message: Uint8Array): ResponseMessage

/** A question of multicast DNS (exercise 3.2). */
export interface DnsQuestion {
  /** Its labels: ['_p2plab', '_udp', 'local']. */
  name: string[]
  /** 'other': a type that this exercise has no name for. */
  type: 'A' | 'PTR' | 'TXT' | 'SRV' | 'ANY' | 'other'
  /** All 16 bits: the class, and the top bit. */
  class: number
}

/** A record of multicast DNS (exercise 3.2). Its TTL is in seconds. */
export type DnsRecord = { name: string[]; class: number; ttl: number } & (
  | { type: 'A'; address: string }
  | { type: 'PTR'; target: string[] }
  | { type: 'TXT'; entries: Record<string, string> }
  | { type: 'SRV'; port: number; target: string[] }
  | { type: 'other' }
)

/** A message of multicast DNS (exercise 3.2). */
export interface DnsMessage {
  isResponse: boolean
  questions: DnsQuestion[]
  answers: DnsRecord[]
  authorities: DnsRecord[]
  additionals: DnsRecord[]
}

/**
 * Takes a message apart. Calls `readName` for each name in it. Throws an Error if the message is malformed, or if `readName` throws.
 *
 *     const { isResponse, questions, answers } = decodeDns(message, readName)
 */
export function decodeDns(
  message: Uint8Array,
  readName: (at: { message: Buffer; offset: number }) => { labels: string[]; end: number },
): DnsMessage

/**
 * The bytes of a message. Calls `writeName` for each name, in the order in which they are in the message: it returns the bytes of the name that
 * will be at `offset`. `earlier` is empty at the beginning of each message, and yours to fill. What you leave out of the message is empty.
 *
 *     encodeDns({ isResponse: true, answers: [record] }, writeName)
 */
export function encodeDns(
  message: Partial<DnsMessage>,
  writeName: (labels: string[], offset: number, earlier: Map<string, number>) => Uint8Array,
): Buffer

/**
 * Joins a multicast group, such as '239.255.4.2:40123', on the loopback interface. From then on, `onMessage` gets everything that is sent to the
 * group, including what you send yourself.
 */
export function joinGroup(
  group: string,
  onMessage: (message: Buffer) => void,
): Promise<{ send(message: Uint8Array): void }>
/**
 * What bencode (BEP 3) writes: an integer up to 2^53 - 1, bytes, a list, or a dictionary. A string is written as its UTF-8 bytes, and an
 * entry that is undefined is left out.
 */
export type BencodeValue =
  | number
  | string
  | Uint8Array
  | readonly BencodeValue[]
  | { readonly [key: string]: BencodeValue | undefined }

/** What `decodeBencode` returns. Strings are Buffers, because they need not be text. */
export type Decoded = number | Buffer | Decoded[] | DecodedDictionary

/** An object without a prototype. A key that is not there is undefined. */
export interface DecodedDictionary {
  [key: string]: Decoded | undefined
}

/**
 * The value in bencode, with the keys of dictionaries sorted. Throws an Error that says which part bencode cannot write.
 *
 *     encodeBencode({ t: transaction, y: 'q', q: 'ping', a: { id } })
 */
export function encodeBencode(value: BencodeValue): Buffer

/**
 * The value that these bytes stand for. Strings are Buffers, never text: an id that was decoded as UTF-8 is another id. Throws an Error that says
 * what is wrong if the bytes are not one whole value in bencode.
 */
export function decodeBencode(bytes: Uint8Array): Decoded
/** What somebody knows of a member of the group of exercise 3.5. */
export interface SwimUpdate {
  /** The name of the member. */
  node: string
  /** Where it listens, such as '127.0.0.1:4001'. */
  address: string
  state: 'alive' | 'suspect' | 'dead'
  incarnation: number
}

/** A datagram of exercise 3.5. `from` is the name of the sender. */
export type SwimMessage =
  | { type: 'ping'; seq: number; from: string; target: string; updates: SwimUpdate[] }
  | { type: 'ping-req'; seq: number; from: string; target: string; address: string; updates: SwimUpdate[] }
  | { type: 'ack'; seq: number; from: string; updates: SwimUpdate[] }
  | { type: 'join'; from: string; updates: SwimUpdate[] }
  | { type: 'members'; from: string; updates: SwimUpdate[] }

/** The message as a datagram: JSON in UTF-8. */
export function encodeSwim(message: SwimMessage): Buffer

/** The message that a datagram holds, or undefined if it is not one. Leaves out fields that it does not know. */
export function decodeSwim(datagram: Uint8Array): SwimMessage | undefined
/** A Binding message of STUN (RFC 8489) for exercise 3.7. */
export interface StunMessage {
  class: 'request' | 'indication' | 'success' | 'error'
  /** 12 bytes, which the answer to a request repeats. */
  transactionId: Buffer
  username?: string
  /** The attribute MAPPED-ADDRESS, such as '203.0.113.7:40001'. */
  mappedAddress?: string
  /** The attribute XOR-MAPPED-ADDRESS, decoded. */
  xorMappedAddress?: string
}

/**
 * The bytes of a Binding message. Attributes that you leave out are not in it. Throws an Error if the transaction ID does not have 12 bytes, or an
 * address is not one of IPv4.
 *
 *     encodeStun({ class: 'request', transactionId: randomBytes(12) })
 */
export function encodeStun(
  message: Omit<StunMessage, 'transactionId'> & { transactionId: Uint8Array },
): Buffer

/** The Binding message, or null if the bytes are not one. It skips attributes that are not in StunMessage. */
export function decodeStun(bytes: Uint8Array): StunMessage | null

/** A UDP socket behind a NAT (exercise 3.7). Addresses are those of the world outside, such as '203.0.113.7:3478'. */
export interface NatSocket {
  /** Sends a datagram. Like all of UDP, it can get lost without a word. Throws an Error if the address is not one of IPv4. */
  send(bytes: Uint8Array, address: string): void
  /** Calls `listener` for each datagram that the NAT lets in, with the address that it came from. */
  onDatagram(listener: (bytes: Buffer, from: string) => void): void
  close(): void
}

/** A socket that reaches the world through a gateway, with SOCKS5's header (RFC 1928, section 7) in front of each datagram. */
export function openBehindNat(gateway: string): Promise<NatSocket>

/** Another node, in Lab 4. */
export interface Peer {
  id: string
  /** HOST:PORT. */
  address: string
}

/** The connections of a node in Lab 4. M is the type of your messages: JSON objects whose `type` says which kind of message it is. */
export interface Links<M extends { type: string } = { type: string }> {
  /** The port that the node listens on. */
  port: number
  /**
   * Sends a message to a peer. Returns false, and sends nothing, while there is no connection to it. A message that was sent can still get lost:
   * when the connection breaks, nobody knows what arrived.
   */
  send(to: string, message: M): boolean
  /** The IDs of the peers to which there is a connection. */
  connected(): string[]
  /**
   * Dials one more peer. Nothing happens if it has that peer already; with another address than before, it leaves that connection, and dials the new
   * address from now on. Throws an Error if the address is not HOST:PORT.
   */
  addPeer(peer: Peer): void
  /** Closes everything. */
  close(): void
}

/**
 * Listens on `host` and `port`, dials every peer, and dials again 50 ms after a connection is lost or refused.
 *
 *     type Message = { type: 'ask'; n: number } | { type: 'answer'; text: string }
 *     const links = await openLinks<Message>({ id, host, port, peers, onMessage: (from, message) => { … } })
 *     links.send('n2', { type: 'ask', n: 1 })
 *
 * On the wire, each message is a frame of exercise 1.2: its length, then its JSON. A node sends only on connections that it dialed. The first
 * frame on each names the sender: {"from":"n1"}. A frame has at most 1 MiB, and a connection with a longer one, or with something that is not JSON, is closed.
 */
export function openLinks<M extends { type: string } = { type: string }>(options: {
  /** Your own ID. */
  id: string
  host: string
  /** 0: any free port. */
  port: number
  peers: Peer[]
  /** Called with each message, and with the ID of the peer that sent it. Nobody has checked that the message is of your type. */
  onMessage(from: string, message: M): void
  /** Called when the connection to a peer is there, also each time that it is there again: from now on, `send` sends. */
  onConnect?(peer: string): void
}): Promise<Links<M>>

/** What a node must not lose when it is killed. */
export interface Storage {
  /** What was saved last under this key, or undefined. */
  load<T = unknown>(key: string): T | undefined
  /** Saves a value that JSON can carry. When save returns, the value is on disk: it survives if the program is killed now. */
  save(key: string, value: unknown): void
}

/**
 * Storage in a folder of the node's own (exercises of Lab 4).
 *
 *     const storage = openStorage(dataDir)
 *     let term = storage.load<number>('term') ?? 0
 *     storage.save('term', ++term)
 */
export function openStorage(dataDir: string): Storage

/** What a node only adds to, and must not lose when it is killed. T is the type of an entry. */
export interface Log<T = unknown> {
  /** What was there when the log was opened, oldest first. */
  readonly entries: readonly T[]
  /** Adds a value that JSON can carry. When append returns, the value is on disk. It takes as long as this entry is, however long the log is. */
  append(entry: T): void
}

/**
 * A log in a folder of the node's own (exercises of Lab 4).
 *
 *     const log = openLog<string>(dataDir)
 *     const names = new Set(log.entries)
 *     log.append('n1')
 */
export function openLog<T = unknown>(dataDir: string): Log<T>

/** A block header of Bitcoin (exercise 4.5). Hashes are in the order in which SHA-256 gives them. */
export interface BlockHeader {
  version: number
  /** The hash of the block before. */
  previous: Buffer
  /** What the block commits to: the root of a tree of its transactions. */
  merkleRoot: Buffer
  /** In seconds since 1970. */
  time: number
  /** The target of its proof of work, in 32 bits. */
  bits: number
  nonce: number
}

/** The 80 bytes of a block header. Throws an Error if a number does not fit its field, or a hash does not have 32 bytes. */
export function encodeHeader(header: BlockHeader): Buffer

/** The fields of a block header. Throws an Error unless there are 80 bytes. */
export function decodeHeader(header: Uint8Array): BlockHeader

/** The payload of a `headers` message, from headers of 80 bytes each. */
export function encodeHeaders(headers: readonly Uint8Array[]): Buffer

/**
 * The headers in the payload of a `headers` message, 80 bytes each, however many there are. Throws an Error if bytes are missing, or if a header is followed
 * by transactions.
 */
export function decodeHeaders(payload: Uint8Array): Buffer[]

/** The payload of a `getheaders` message. Without `stop`, 32 zeros: as many headers as there are. */
export function encodeGetHeaders(fields: { locator: readonly Uint8Array[]; stop?: Uint8Array }): Buffer

/** The fields of a `getheaders` payload. Throws an Error if bytes are missing. */
export function decodeGetHeaders(payload: Uint8Array): { locator: Buffer[]; stop: Buffer }
