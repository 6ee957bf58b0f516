// Exercise 2.6: Noise. What is not the topic is there already: the cryptography (from 'p2plab'), the framing, the sockets and `vector`.
// Write CipherState, SymmetricState, Handshake, introduce, secure, sendAll and echo, in this order. The check of the vectors names the first wrong byte.
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import net from 'node:net'
import {
  chachaDecrypt,
  chachaEncrypt,
  decodeNoisePayload,
  ed25519PublicKey,
  ed25519Sign,
  ed25519Verify,
  emit,
  encodeNoisePayload,
  noiseHkdf,
  parseAddress,
  peerIdOf,
  x25519,
  x25519KeyPair,
  type KeyPair,
} from 'p2plab'

const NAME = Buffer.from('Noise_XX_25519_ChaChaPoly_SHA256')
/** What each message carries, in its order. The payload comes last. */
const XX = [['e'], ['e', 'ee', 's', 'es'], ['s', 'se']] as const
const KEY = 32
const TAG = 16
const MAX_MESSAGE = 65_535
const NOTHING = Buffer.alloc(0)
/** In front of the static key in what an identity signs. */
const SIGNED = Buffer.from('noise-libp2p-static-key:')

/** A key, and how often it was used: each number encrypts one message. */
export class CipherState {
  constructor(key: Uint8Array) {}

  /** Use chachaEncrypt, with the next nonce of 12 bytes. */
  encrypt(associatedData: Uint8Array, plaintext: Uint8Array): Buffer {
    throw new Error('encrypt is not written yet')
  }

  /** Use chachaDecrypt, which throws when anything is wrong. */
  decrypt(associatedData: Uint8Array, ciphertext: Uint8Array): Buffer {
    throw new Error('decrypt is not written yet')
  }
}

/** What both sides know of the handshake so far: a chaining key of all secrets, and a hash of all that was sent. */
class SymmetricState {
  hash: Buffer = NAME

  mixHash(data: Uint8Array): void {
    throw new Error('mixHash is not written yet')
  }

  /** Use noiseHkdf: its outputs are the new chaining key and a new key to encrypt with. */
  mixKey(secret: Uint8Array): void {
    throw new Error('mixKey is not written yet')
  }

  /** What is sent for this plaintext: as long as there is no key, the bytes themselves. */
  encryptAndHash(plaintext: Uint8Array): Uint8Array {
    throw new Error('encryptAndHash is not written yet')
  }

  decryptAndHash(sent: Uint8Array): Uint8Array {
    throw new Error('decryptAndHash is not written yet')
  }

  /** Two ciphers from the chaining key: the first for what the initiator sends, the second for what the responder sends. */
  split(): [CipherState, CipherState] {
    throw new Error('split is not written yet')
  }
}

/** One side of a handshake. Call `write` and `read` in turn, the initiator begins with `write`; after three messages, `split`. */
export class Handshake {
  #symmetric = new SymmetricState()
  /** Of the other side: its static key, once that is known. */
  remoteStatic: Uint8Array = NOTHING

  constructor(isInitiator: boolean, keys: { e: KeyPair; s: KeyPair }, prologue: Uint8Array = NOTHING) {}

  get hash(): Buffer {
    return this.#symmetric.hash
  }

  /** The next message, with this payload. Go through its tokens in XX. */
  write(payload: Uint8Array): Buffer {
    throw new Error('write is not written yet')
  }

  /** The payload of the next message. Throw where the message is none. */
  read(message: Uint8Array): Uint8Array {
    throw new Error('read is not written yet')
  }

  split(): { send: CipherState; receive: CipherState } {
    throw new Error('split is not written yet')
  }
}

/** Messages on a socket, each behind its length (u16, big-endian). */
class Messages {
  #chunks: AsyncIterator<Buffer>
  #socket: net.Socket
  #rest = Buffer.alloc(0)

  constructor(socket: net.Socket) {
    this.#socket = socket
    // Not destroyed when the other side ends: our side may still have to send.
    this.#chunks = socket.iterator({ destroyOnReturn: false })
  }

  /** The next message; undefined when the other side has ended between two messages. Throws when it ends within one. */
  async read(): Promise<Buffer | undefined> {
    for (;;) {
      const length = this.#rest.length < 2 ? Infinity : 2 + this.#rest.readUInt16BE()
      if (this.#rest.length >= length) {
        const message = this.#rest.subarray(2, length)
        this.#rest = this.#rest.subarray(length)
        return message
      }
      const { done, value } = await this.#chunks.next()
      if (done && this.#rest.length > 0) throw new Error('the connection ended within a message')
      if (done) return undefined
      this.#rest = Buffer.concat([this.#rest, value])
    }
  }

  /** Resolves when it is handed to the operating system. Throws when the connection is gone. */
  async write(message: Uint8Array): Promise<void> {
    const length = Buffer.alloc(2)
    length.writeUInt16BE(message.length)
    const bytes = Buffer.concat([length, message])
    await new Promise<void>((resolve, reject) =>
      this.#socket.write(bytes, error => (error ? reject(error) : resolve())),
    )
  }
}

interface Keys {
  /** Private keys: Ed25519 and X25519. */
  identity: Buffer
  static: Buffer
}

interface Secured {
  messages: Messages
  send: CipherState
  receive: CipherState
  /** The peer ID that the other side has proven. */
  remote: string
}

/** How this side introduces itself in every handshake. */
interface Introduction {
  s: KeyPair
  /** Who it is: the identity key, and its signature of the static key. */
  payload: Buffer
}

function introduce(keys: Keys): Introduction {
  throw new Error('introduce is not written yet')
}

/**
 * Shakes hands: as initiator write, read, write; as responder read, write, read. Throw where the other side does not prove its identity, or
 * proves another than `expect`.
 */
async function secure(
  socket: net.Socket,
  isInitiator: boolean,
  { s, payload }: Introduction,
  expect?: string,
): Promise<Secured> {
  const messages = new Messages(socket)
  throw new Error('secure is not written yet')
}

/** Sends the bytes, in as many messages as it takes. */
async function sendAll({ messages, send }: Secured, bytes: Uint8Array): Promise<void> {
  throw new Error('sendAll is not written yet')
}

/** Sends back what arrives, until the other side ends. */
async function echo(secured: Secured): Promise<void> {
  throw new Error('echo is not written yet')
}

export async function listen({
  host,
  port,
  ...keys
}: { host: string; port: number } & Keys): Promise<{ port: number }> {
  const own = introduce(keys)
  const server = net.createServer({ allowHalfOpen: true, noDelay: true }, socket => {
    socket.on('error', () => socket.destroy())
    const serve = async () => {
      const secured = await secure(socket, false, own)
      emit('secured', { remote: secured.remote })
      await echo(secured)
      socket.end()
    }
    serve().catch((error: Error) => {
      console.error(`refused: ${error.message}`)
      socket.destroy()
    })
  })
  server.listen(port, host)
  await once(server, 'listening')
  return { port: (server.address() as net.AddressInfo).port }
}

export async function dial({
  peer,
  expect,
  bytes,
  ...keys
}: { peer: string; expect?: string; bytes: Buffer } & Keys): Promise<{ remote: string }> {
  const own = introduce(keys)
  const socket = net.connect({ ...parseAddress(peer), allowHalfOpen: true, noDelay: true })
  try {
    await once(socket, 'connect')
    socket.on('error', () => socket.destroy())
    const secured = await secure(socket, true, own, expect)
    await sendAll(secured, bytes)
    // It goes on when this function has returned.
    echo(secured).then(
      () => socket.end(),
      () => socket.destroy(),
    )
    return { remote: secured.remote }
  } catch (error) {
    socket.destroy()
    throw error
  }
}

export function vector({
  prologue,
  statics,
  ephemerals,
  payloads,
}: {
  prologue: Buffer
  statics: Buffer[]
  ephemerals: Buffer[]
  payloads: Buffer[]
}): { messages: Buffer[]; hash: Buffer } {
  const [initiator, responder] = [true, false].map((isInitiator, i) => {
    const keys = { e: x25519KeyPair(ephemerals[i]), s: x25519KeyPair(statics[i]) }
    return new Handshake(isInitiator, keys, prologue)
  }) as [Handshake, Handshake]
  const sides = [initiator, responder]
  const messages = payloads.slice(0, XX.length).map((payload, i) => {
    const message = sides[i % 2]!.write(payload)
    sides[(i + 1) % 2]!.read(message)
    return message
  })
  const ciphers = sides.map(side => side.split())
  for (const [i, payload] of [...payloads.entries()].slice(XX.length)) {
    const message = ciphers[i % 2]!.send.encrypt(NOTHING, payload)
    ciphers[(i + 1) % 2]!.receive.decrypt(NOTHING, message)
    messages.push(message)
  }
  return { messages, hash: initiator.hash }
}
