/** The mistakes that the checker's Noise can make, in words, and finding the one that a program makes. */
import { Side, type Cipher, type Mistake, type Part, type SideKeys } from './noise.ts'

const WORDS: Readonly<Record<Mistake, string>> = {
  'hashes the name':
    'do you hash the protocol name? It has exactly 32 bytes, so h and ck begin as the name itself (Initialize in the Noise specification).',
  'leaves out the empty prologue':
    'do you call MixHash(prologue), also when it is empty? Hashing nothing changes h.',
  'does not hash e': 'do you mix e into h (MixHash), both when you send one and when you receive one?',
  'leaves out the empty payload':
    'do you mix the payload of message 1 into h, also when it is empty? EncryptAndHash hashes what is sent, with a key or without one.',
  'no ee': 'do you call MixKey with the secret of ee, between e and s of message 2?',
  'no es': 'do you call MixKey with the secret of es, between s and the payload of message 2?',
  'no se': 'do you call MixKey with the secret of se, between s and the payload of message 3?',
  'swaps es and se':
    "do you mistake es for se? The first letter is the initiator's key and the second the responder's, whichever side you are.",
  'swaps the outputs of HKDF':
    'do you swap the outputs of HKDF? The first one becomes ck, the second one the key.',
  'goes on counting': 'do you begin each new key with nonce 0? MixKey sets n to 0 again.',
  'big-endian nonce':
    'do you write the count as a little-endian u64? The nonce is 4 zero bytes, then the count.',
  'nonce in front': 'do the 4 zero bytes of the nonce come first? The count is in its last 8 bytes.',
  'counts from 1': 'does your count begin at 0? The first message of a key has nonce 0.',
  'no associated data': 'do you give h as associated data when you encrypt and decrypt in the handshake?',
  'hashes the plaintext': 'do you mix into h what is sent, with its tag, and not what was encrypted?',
  'splits the wrong way':
    'do both sides send with their first key? The first output of Split encrypts what the initiator sends, the second one what the responder sends.',
  'static key in the clear':
    'do you encrypt your static key? After ee there is a key, so EncryptAndHash encrypts.',
  'associated data in transport':
    'is the associated data of transport messages empty? Only handshake messages are bound to h.',
  'one nonce for all': 'do you count up the nonce after each message?',
}
const MISTAKES = Object.keys(WORDS) as Mistake[]

/** What each part of a message depends on. */
export const describePart = (message: number, part: Part): string =>
  part === 'payload'
    ? `message ${message}, payload (behind ${behind(message)})`
    : `message ${message}, token ${part}${part === 's' ? ` (encrypted after ${message === 2 ? 'ee' : 'es'})` : ''}`

const behind = (message: number): string => ({ 1: 'e', 2: 'es', 3: 'se' })[message]!

export interface Published {
  prologue: Buffer
  statics: readonly Buffer[]
  ephemerals: readonly Buffer[]
  payloads: readonly Buffer[]
}

/** Both sides, with the same mistake or none: the messages in turn, and the handshake hash. */
export function conversation(
  keys: readonly [SideKeys, SideKeys],
  { prologue, payloads }: Pick<Published, 'prologue' | 'payloads'>,
  mistake?: Mistake,
): { messages: Buffer[]; hash: Buffer } {
  const sides = keys.map((own, i) => new Side(i === 0, own, prologue, mistake))
  const messages = payloads.slice(0, 3).map((payload, i) => {
    const message = sides[i % 2]!.write(payload)
    sides[(i + 1) % 2]!.read(message)
    return message
  })
  const { hash } = sides[0]!
  const ciphers = sides.map(side => side.split())
  const ad = mistake === 'associated data in transport' ? hash : Buffer.alloc(0)
  for (const [i, payload] of [...payloads.entries()].slice(3)) {
    messages.push(ciphers[i % 2]!.send.encrypt(ad, payload))
  }
  return { messages, hash }
}

/** The mistake that gives this message instead of the right one, at this place of the conversation. */
export function mistakeBehind(
  keys: readonly [SideKeys, SideKeys],
  published: Pick<Published, 'prologue' | 'payloads'>,
  at: number,
  actual: Buffer,
): string | undefined {
  const found = MISTAKES.find(mistake => {
    try {
      return conversation(keys, published, mistake).messages[at]!.equals(actual)
    } catch {
      return false
    }
  })
  return found && WORDS[found]
}

/** What the checker has done so far: each entry is a message that it wrote with this payload, or that it read. */
export type Log = readonly ({ wrote: Buffer } | { read: Buffer })[]

/** The mistake with which the message can be read that did not fit without one. It is the last one of `log`. */
export function mistakeInReading(isInitiator: boolean, keys: SideKeys, log: Log): string | undefined {
  const found = MISTAKES.find(mistake => {
    const side = new Side(isInitiator, keys, undefined, mistake)
    try {
      for (const entry of log) {
        if ('read' in entry) side.read(entry.read)
        else side.write(entry.wrote)
      }
      return true
    } catch {
      // It does not fit; or it cannot even be tried, as a secret of a key that has not come yet.
      return false
    }
  })
  return found && WORDS[found]
}

/** The mistake with which a transport message can be read: with the keys of both directions, and the handshake hash. */
export function mistakeInTransport(
  { send, receive }: { send: Cipher; receive: Cipher },
  hash: Buffer,
  message: Buffer,
): string | undefined {
  const opens = (cipher: Cipher, ad: Buffer = Buffer.alloc(0)) => {
    try {
      return cipher.decrypt(ad, message) && true
    } catch {
      return false
    }
  }
  const before = receive.count === 0n ? 0n : receive.count - 1n
  if (receive.count > 0n && opens(receive.as(undefined, before)))
    return 'do you use a nonce twice? Whoever has two messages with the same key and nonce can read both and forge others. Count up after each message.'
  for (const mistake of ['big-endian nonce', 'nonce in front'] as const)
    if (opens(receive.as(mistake))) return WORDS[mistake]
  if (opens(receive.as(undefined, receive.count + 1n)))
    return receive.count === 0n
      ? WORDS['counts from 1']
      : 'do you count up once for each message? A nonce was left out.'
  for (let count = 1n; count <= 4n; count++)
    if (receive.count === 0n && opens(receive.as(undefined, count)))
      return 'does each key of Split begin with nonce 0? The count of the handshake belongs to its own key.'
  if (receive.count > 0n && opens(receive.as(undefined, receive.count & 0xffn)))
    return 'does the count have more than one byte? It is a u64, little-endian.'
  if (opens(receive.as(undefined), hash)) return WORDS['associated data in transport']
  if (opens(send.as(undefined, receive.count)) || opens(send.as(undefined, 0n)))
    return WORDS['splits the wrong way']
  return undefined
}
