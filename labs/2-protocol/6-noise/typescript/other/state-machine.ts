// Another correct program: XX written out step by step, without a table of tokens, driven by "data" events.
import { hash as hashOf } from 'node:crypto'
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

const empty: Uint8Array = new Uint8Array()
const concat = (...parts: Uint8Array[]) => Buffer.concat(parts)

/** Encrypts and decrypts with one key; both count the same number. */
function cipherOf(key: Uint8Array) {
  const count = new Uint32Array(1)
  const nonce = () => {
    const bytes = new DataView(new ArrayBuffer(12))
    bytes.setUint32(4, count[0]!++, true)
    return new Uint8Array(bytes.buffer)
  }
  return {
    seal: (plaintext: Uint8Array, ad = empty) => chachaEncrypt(key, nonce(), ad, plaintext),
    open: (sealed: Uint8Array, ad = empty) => chachaDecrypt(key, nonce(), ad, sealed),
  }
}
type CipherOf = ReturnType<typeof cipherOf>

function symmetric(prologue: Uint8Array) {
  let ck: Uint8Array = Buffer.from('Noise_XX_25519_ChaChaPoly_SHA256')
  let h: Uint8Array = ck
  let cipher: CipherOf = { seal: plaintext => Buffer.from(plaintext), open: sealed => Buffer.from(sealed) }
  const mix = (data: Uint8Array) => void (h = hashOf('sha256', concat(h, data), 'buffer'))
  mix(prologue)
  return {
    mix,
    h: () => h,
    secret(privateKey: Uint8Array, publicKey: Uint8Array) {
      const [next, key] = noiseHkdf(ck, x25519(privateKey, publicKey))
      ck = next
      cipher = cipherOf(key)
    },
    seal(plaintext: Uint8Array) {
      const sealed = cipher.seal(plaintext, h)
      mix(sealed)
      return sealed
    },
    open(sealed: Uint8Array) {
      const plaintext = cipher.open(sealed, h)
      mix(sealed)
      return plaintext
    },
    split: () => noiseHkdf(ck, empty).map(cipherOf) as [CipherOf, CipherOf],
  }
}

/** The dialer's three steps. */
function initiator(e: KeyPair, s: KeyPair, prologue = empty) {
  const state = symmetric(prologue)
  let re: Uint8Array = empty
  let rs: Uint8Array = empty
  return {
    message1(payload: Uint8Array) {
      state.mix(e.publicKey)
      return concat(e.publicKey, state.seal(payload))
    },
    message2(message: Uint8Array) {
      if (message.length < 96) throw new Error('message 2 is too short')
      re = message.subarray(0, 32)
      state.mix(re)
      state.secret(e.privateKey, re)
      rs = state.open(message.subarray(32, 80))
      state.secret(e.privateKey, rs)
      return { payload: state.open(message.subarray(80)), rs }
    },
    message3(payload: Uint8Array) {
      const sealed = state.seal(s.publicKey)
      state.secret(s.privateKey, re)
      return concat(sealed, state.seal(payload))
    },
    finish() {
      const [out, back] = state.split()
      return { out, back, h: state.h() }
    },
  }
}

/** The listener's three steps. */
function responder(e: KeyPair, s: KeyPair, prologue = empty) {
  const state = symmetric(prologue)
  let re: Uint8Array = empty
  return {
    message1(message: Uint8Array) {
      if (message.length < 32) throw new Error('message 1 is too short')
      re = message.subarray(0, 32)
      state.mix(re)
      state.open(message.subarray(32))
    },
    message2(payload: Uint8Array) {
      state.mix(e.publicKey)
      state.secret(e.privateKey, re)
      const sealed = state.seal(s.publicKey)
      state.secret(s.privateKey, re)
      return concat(e.publicKey, sealed, state.seal(payload))
    },
    message3(message: Uint8Array) {
      if (message.length < 64) throw new Error('message 3 is too short')
      const rs = state.open(message.subarray(0, 48))
      state.secret(e.privateKey, rs)
      return { payload: state.open(message.subarray(48)), rs }
    },
    finish() {
      const [back, out] = state.split()
      return { out, back, h: state.h() }
    },
  }
}

const toSign = (key: Uint8Array) => concat(Buffer.from('noise-libp2p-static-key:'), key)

function introduce(identity: Uint8Array, s: KeyPair) {
  return encodeNoisePayload({
    identityKey: ed25519PublicKey(identity),
    signature: ed25519Sign(identity, toSign(s.publicKey)),
  })
}

function remoteId({ payload, rs }: { payload: Uint8Array; rs: Uint8Array }) {
  const { identityKey, signature } = decodeNoisePayload(payload)
  if (ed25519Verify(identityKey, toSign(rs), signature)) return peerIdOf(identityKey)
  throw new Error('bad signature')
}

function writeTo(socket: net.Socket, message: Uint8Array) {
  socket.write(concat(Uint8Array.of(message.length >> 8, message.length & 255), message))
}

/** Calls `next` with each whole message; what it throws, and the end of the other side, are given to `over`. */
function onMessages(socket: net.Socket, next: (message: Buffer) => void, over: (error?: Error) => void) {
  let rest: Buffer = Buffer.alloc(0)
  let done = false
  const finish = (error?: Error) => {
    if (done) return
    done = true
    if (error) socket.destroy()
    over(error)
  }
  socket.on('data', chunk => {
    rest = concat(rest, chunk as Buffer)
    try {
      while (!done && rest.length >= 2 && rest.length >= 2 + rest.readUInt16BE()) {
        const end = 2 + rest.readUInt16BE()
        const message = rest.subarray(2, end)
        rest = rest.subarray(end)
        next(message)
      }
    } catch (error) {
      finish(error as Error)
    }
  })
  socket.on('end', () => finish())
  socket.on('error', finish)
  socket.on('close', () => finish(new Error('closed')))
}

const MOST = 65_535 - 16

function sendAll(socket: net.Socket, cipher: CipherOf, bytes: Uint8Array) {
  for (let rest = bytes; rest.length > 0; rest = rest.subarray(MOST))
    writeTo(socket, cipher.seal(rest.subarray(0, MOST)))
}

interface Keys {
  identity: Buffer
  static: Buffer
}

export function listen({ host, port, ...keys }: { host: string; port: number } & Keys) {
  const s = x25519KeyPair(keys.static)
  const server = net.createServer({ allowHalfOpen: true }, socket => {
    const shaking = responder(x25519KeyPair(), s)
    let ciphers: { out: CipherOf; back: CipherOf } | undefined
    let messages = 0
    onMessages(
      socket,
      message => {
        messages++
        if (ciphers) return sendAll(socket, ciphers.out, ciphers.back.open(message))
        if (messages === 1) {
          shaking.message1(message)
          return writeTo(socket, shaking.message2(introduce(keys.identity, s)))
        }
        const remote = remoteId(shaking.message3(message))
        ciphers = shaking.finish()
        emit('secured', { remote })
      },
      () => (ciphers ? socket.end() : socket.destroy()),
    )
  })
  return new Promise<{ port: number }>((resolve, reject) => {
    server.on('error', reject)
    server.listen(port, host, () => resolve({ port: (server.address() as net.AddressInfo).port }))
  })
}

export function dial({
  peer,
  expect,
  bytes,
  ...keys
}: { peer: string; expect?: string; bytes: Buffer } & Keys) {
  return new Promise<{ remote: string }>((resolve, reject) => {
    const s = x25519KeyPair(keys.static)
    const shaking = initiator(x25519KeyPair(), s)
    let ciphers: { out: CipherOf; back: CipherOf } | undefined
    const socket = net.connect({ ...parseAddress(peer), allowHalfOpen: true })
    socket.on('connect', () => writeTo(socket, shaking.message1(empty)))
    onMessages(
      socket,
      message => {
        if (ciphers) return sendAll(socket, ciphers.out, ciphers.back.open(message))
        const remote = remoteId(shaking.message2(message))
        if (expect !== undefined && expect !== remote) throw new Error(`this is ${remote}`)
        writeTo(socket, shaking.message3(introduce(keys.identity, s)))
        ciphers = shaking.finish()
        sendAll(socket, ciphers.out, bytes)
        resolve({ remote })
      },
      error => {
        reject(error ?? new Error('the peer ended the connection'))
        if (ciphers) socket.end()
        else socket.destroy()
      },
    )
  })
}

export function vector({
  prologue,
  statics: [is, rs],
  ephemerals: [ie, re],
  payloads: [first, second, third, ...rest],
}: {
  prologue: Uint8Array
  statics: Buffer[]
  ephemerals: Buffer[]
  payloads: Buffer[]
}) {
  const i = initiator(x25519KeyPair(ie), x25519KeyPair(is), prologue)
  const r = responder(x25519KeyPair(re), x25519KeyPair(rs), prologue)
  const one = i.message1(first!)
  r.message1(one)
  const two = r.message2(second!)
  i.message2(two)
  const three = i.message3(third!)
  r.message3(three)
  const [ofI, ofR] = [i.finish(), r.finish()]
  const later = rest.map((payload, n) => (n % 2 === 0 ? ofR : ofI).out.seal(payload))
  return { messages: [one, two, three, ...later], hash: ofI.h }
}
