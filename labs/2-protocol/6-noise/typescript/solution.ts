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
  #key: Uint8Array
  #count = 0n

  constructor(key: Uint8Array) {
    this.#key = key
  }

  encrypt(associatedData: Uint8Array, plaintext: Uint8Array): Buffer {
    return chachaEncrypt(this.#key, this.#nonce(), associatedData, plaintext)
  }

  decrypt(associatedData: Uint8Array, ciphertext: Uint8Array): Buffer {
    return chachaDecrypt(this.#key, this.#nonce(), associatedData, ciphertext)
  }

  /** 4 zero bytes, then the count as a u64, little-endian. */
  #nonce(): Buffer {
    const nonce = Buffer.alloc(12)
    nonce.writeBigUInt64LE(this.#count++, 4)
    return nonce
  }
}

/** What both sides know of the handshake so far: a chaining key of all secrets, and a hash of all that was sent. */
class SymmetricState {
  // The name has 32 bytes, as many as a hash. Only a longer one would be hashed, and a shorter one filled with zeros.
  #chainingKey: Uint8Array = NAME
  #cipher: CipherState | undefined
  hash: Buffer = NAME

  mixHash(data: Uint8Array): void {
    this.hash = createHash('sha256').update(this.hash).update(data).digest()
  }

  mixKey(secret: Uint8Array): void {
    const [chainingKey, key] = noiseHkdf(this.#chainingKey, secret)
    this.#chainingKey = chainingKey
    // A new key counts from 0 again.
    this.#cipher = new CipherState(key)
  }

  /** As long as there is no key, the bytes themselves. Either way they go into the hash as they are sent. */
  encryptAndHash(plaintext: Uint8Array): Uint8Array {
    const sent = this.#cipher ? this.#cipher.encrypt(this.hash, plaintext) : plaintext
    this.mixHash(sent)
    return sent
  }

  decryptAndHash(sent: Uint8Array): Uint8Array {
    const plaintext = this.#cipher ? this.#cipher.decrypt(this.hash, sent) : sent
    this.mixHash(sent)
    return plaintext
  }

  hasKey(): boolean {
    return this.#cipher !== undefined
  }

  /** The first cipher is for what the initiator sends. */
  split(): [CipherState, CipherState] {
    const [first, second] = noiseHkdf(this.#chainingKey, NOTHING)
    return [new CipherState(first), new CipherState(second)]
  }
}

/** One side of a handshake. Call `write` and `read` in turn, the initiator begins with `write`; after three messages, `split`. */
export class Handshake {
  #symmetric = new SymmetricState()
  #isInitiator: boolean
  #own: { e: KeyPair; s: KeyPair }
  #remote: { e: Uint8Array; s: Uint8Array } = { e: NOTHING, s: NOTHING }
  #messages = 0

  constructor(isInitiator: boolean, keys: { e: KeyPair; s: KeyPair }, prologue: Uint8Array = NOTHING) {
    this.#isInitiator = isInitiator
    this.#own = keys
    this.#symmetric.mixHash(prologue)
  }

  /** The public static key of the other side. */
  get remoteStatic(): Uint8Array {
    return this.#remote.s
  }

  get hash(): Buffer {
    return this.#symmetric.hash
  }

  write(payload: Uint8Array): Buffer {
    const parts: Uint8Array[] = []
    for (const token of XX[this.#messages++]!) {
      if (token === 'e') {
        parts.push(this.#own.e.publicKey)
        this.#symmetric.mixHash(this.#own.e.publicKey)
      } else if (token === 's') {
        parts.push(this.#symmetric.encryptAndHash(this.#own.s.publicKey))
      } else {
        this.#symmetric.mixKey(this.#secret(token))
      }
    }
    parts.push(this.#symmetric.encryptAndHash(payload))
    return Buffer.concat(parts)
  }

  /** The payload. Throws where the message is none. */
  read(message: Uint8Array): Uint8Array {
    let rest = message
    const take = (length: number) => {
      if (rest.length < length) throw new Error('the message is too short')
      const taken = rest.subarray(0, length)
      rest = rest.subarray(length)
      return taken
    }
    for (const token of XX[this.#messages++]!) {
      if (token === 'e') {
        this.#remote.e = take(KEY)
        this.#symmetric.mixHash(this.#remote.e)
      } else if (token === 's') {
        this.#remote.s = this.#symmetric.decryptAndHash(take(KEY + TAG))
      } else {
        this.#symmetric.mixKey(this.#secret(token))
      }
    }
    return this.#symmetric.decryptAndHash(rest)
  }

  /** Of "es": the initiator's e and the responder's s. */
  #secret(token: 'ee' | 'es' | 'se'): Buffer {
    const [ofInitiator, ofResponder] = [...token] as ['e' | 's', 'e' | 's']
    return this.#isInitiator
      ? x25519(this.#own[ofInitiator].privateKey, this.#remote[ofResponder])
      : x25519(this.#own[ofResponder].privateKey, this.#remote[ofInitiator])
  }

  split(): { send: CipherState; receive: CipherState } {
    const [first, second] = this.#symmetric.split()
    return this.#isInitiator ? { send: first, receive: second } : { send: second, receive: first }
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
  const s = x25519KeyPair(keys.static)
  const signature = ed25519Sign(keys.identity, Buffer.concat([SIGNED, s.publicKey]))
  return { s, payload: encodeNoisePayload({ identityKey: ed25519PublicKey(keys.identity), signature }) }
}

/** Shakes hands. Throws where the other side does not prove its identity, or another than `expect`. */
async function secure(
  socket: net.Socket,
  isInitiator: boolean,
  { s, payload }: Introduction,
  expect?: string,
): Promise<Secured> {
  const messages = new Messages(socket)
  const handshake = new Handshake(isInitiator, { e: x25519KeyPair(), s })
  const read = async () => {
    const message = await messages.read()
    if (!message) throw new Error('the peer ended the connection during the handshake')
    return handshake.read(message)
  }
  if (isInitiator) {
    await messages.write(handshake.write(NOTHING))
    const remote = provenBy(await read(), handshake.remoteStatic, expect)
    await messages.write(handshake.write(payload))
    return { messages, remote, ...handshake.split() }
  }
  await read()
  await messages.write(handshake.write(payload))
  const remote = provenBy(await read(), handshake.remoteStatic, expect)
  return { messages, remote, ...handshake.split() }
}

/** The peer ID of a payload whose identity has signed this static key. */
function provenBy(payload: Uint8Array, remoteStatic: Uint8Array, expect: string | undefined): string {
  const { identityKey, signature } = decodeNoisePayload(payload)
  if (!ed25519Verify(identityKey, Buffer.concat([SIGNED, remoteStatic]), signature))
    throw new Error('the identity has not signed this static key')
  const remote = peerIdOf(identityKey)
  if (expect !== undefined && remote !== expect) throw new Error(`expected ${expect}, got ${remote}`)
  return remote
}

async function sendAll({ messages, send }: Secured, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.length; at += MAX_MESSAGE - TAG)
    await messages.write(send.encrypt(NOTHING, bytes.subarray(at, at + MAX_MESSAGE - TAG)))
}

/** Sends back what arrives, until the other side ends. */
async function echo(secured: Secured): Promise<void> {
  for (let message; (message = await secured.messages.read());)
    await sendAll(secured, secured.receive.decrypt(NOTHING, message))
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
