import { defineMistakes } from '../../../exercise/mistakes.ts'

export default defineMistakes({
  'accepts-without-the-prefix': {
    caughtBy: 'identity',
    says: 'stand in front of the static key in what you verify',
    why: 'A signature of the static key alone is accepted, too.',
    naive: true,
    edits: [
      [
        'if (!ed25519Verify(identityKey, Buffer.concat([SIGNED, remoteStatic]), signature))',
        'if (![SIGNED, NOTHING].some(prefix => ed25519Verify(identityKey, Buffer.concat([prefix, remoteStatic]), signature)))',
      ],
    ],
  },
  'believes-a-payload-again': {
    caughtBy: 'middle',
    says: 'verify the signature in every handshake',
    why: 'A payload whose signature was good once is believed with any static key.',
    edits: [
      [
        '/** The peer ID of a payload whose',
        'const known = new Set<string>()\n\n/** The peer ID of a payload whose',
      ],
      [
        '  if (!ed25519Verify(',
        "  const text = Buffer.from(payload).toString('hex')\n  if (!known.has(text) && !ed25519Verify(",
      ],
      [
        '  const remote = peerIdOf(identityKey)\n',
        '  known.add(text)\n  const remote = peerIdOf(identityKey)\n',
      ],
    ],
  },
  'believes-message-1': {
    caughtBy: 'listens',
    says: 'do you wait for message 3',
    why: 'The listener tells of a peer as soon as it has answered message 1.',
    edits: [
      [
        '  await read()\n  await messages.write(handshake.write(payload))\n',
        "  await read()\n  await messages.write(handshake.write(payload))\n  emit('secured', { remote: peerIdOf(decodeNoisePayload(payload).identityKey) })\n",
      ],
    ],
  },
  'big-endian-nonce': {
    caughtBy: 'vectors',
    says: 'little-endian u64',
    why: 'The count is written big-endian, as lengths are.',
    edits: [['nonce.writeBigUInt64LE(', 'nonce.writeBigUInt64BE(']],
  },
  'both-send-with-the-first-key': {
    caughtBy: 'libp2p',
    says: 'both keys of Split belong to one direction each',
    why: 'Each side sends with the first key of Split.',
    naive: true,
    edits: [
      [
        'return this.#isInitiator ? { send: first, receive: second } : { send: second, receive: first }',
        'return { send: first, receive: second }',
      ],
    ],
  },
  'ciphers-of-the-last-one': {
    caughtBy: 'listens',
    says: 'with ciphers of its own',
    why: 'The ciphers are in a variable of the module, so a new connection takes the place of those before.',
    edits: [
      ['/** Sends back what arrives,', 'let current: Secured\n\n/** Sends back what arrives,'],
      [
        'async function echo(secured: Secured): Promise<void> {\n',
        'async function echo(secured: Secured): Promise<void> {\n  current = secured\n',
      ],
      [
        'await sendAll(secured, secured.receive.decrypt(NOTHING, message))',
        'await sendAll({ ...current, messages: secured.messages }, current.receive.decrypt(NOTHING, message))',
      ],
    ],
  },
  'compares-after-message-3': {
    caughtBy: 'identity',
    says: 'before you send message 3',
    why: 'The peer ID is compared when the handshake is over, so the wrong peer learns who dials.',
    naive: true,
    edits: [
      [
        'const remote = provenBy(await read(), handshake.remoteStatic, expect)\n    await messages.write(handshake.write(payload))\n',
        'const remote = provenBy(await read(), handshake.remoteStatic, undefined)\n    await messages.write(handshake.write(payload))\n    if (expect !== undefined && remote !== expect) throw new Error(`expected ${expect}, got ${remote}`)\n',
      ],
    ],
  },
  'confuses-es-and-se': {
    caughtBy: 'vectors',
    says: ['mistake es for se', "e is the initiator's and s the responder's"],
    why: "The first letter of a token is taken for the responder's key.",
    edits: [
      ['const [ofInitiator, ofResponder] = [...token]', 'const [ofResponder, ofInitiator] = [...token]'],
    ],
  },
  'cuts-at-65535': {
    caughtBy: 'lengths',
    says: 'tag included',
    why: 'The plaintext is cut at the length of a message, without room for its tag.',
    edits: [
      [
        'for (let at = 0; at < bytes.length; at += MAX_MESSAGE - TAG)\n    await messages.write(send.encrypt(NOTHING, bytes.subarray(at, at + MAX_MESSAGE - TAG)))',
        'for (let at = 0; at < bytes.length; at += MAX_MESSAGE)\n    await messages.write(send.encrypt(NOTHING, bytes.subarray(at, at + MAX_MESSAGE)))',
      ],
    ],
  },
  'data-before-message-3': {
    caughtBy: 'dials',
    says: 'message 1 has no payload',
    why: 'The bytes of dial are the payload of message 1.',
    edits: [
      ['await messages.write(handshake.write(NOTHING))', 'await messages.write(handshake.write(early))'],
      [
        '  expect?: string,\n): Promise<Secured> {',
        '  expect?: string,\n  early: Uint8Array = NOTHING,\n): Promise<Secured> {',
      ],
      [
        'secure(socket, true, own, expect)\n    await sendAll(secured, bytes)',
        'secure(socket, true, own, expect, bytes)',
      ],
    ],
  },
  'dialer-does-not-echo': {
    caughtBy: 'dials',
    says: 'does the dialer echo',
    why: 'Only the listener echoes.',
    edits: [
      ['    echo(secured).then(\n      () => socket.end(),\n      () => socket.destroy(),\n    )\n', ''],
    ],
  },
  'does-not-hash-e': {
    caughtBy: 'vectors',
    says: 'mix e into h',
    why: 'The ephemeral keys are sent and not mixed into the hash.',
    edits: [
      ['        this.#symmetric.mixHash(this.#own.e.publicKey)\n', ''],
      ['        this.#symmetric.mixHash(this.#remote.e)\n', ''],
    ],
  },
  'drops-the-rest-at-the-end': {
    caughtBy: 'listens',
    says: 'do you send what is left when the other side has ended',
    why: 'The connection is destroyed when the other side ends, with what is still to be sent.',
    in: 'state-machine',
    edits: [['() => (ciphers ? socket.end() : socket.destroy()),', '() => socket.destroy(),']],
  },
  'empty-signature-is-fine': {
    caughtBy: 'identity',
    says: 'an empty signature proves nothing',
    why: 'The signature is verified only where there is one.',
    edits: [['  if (!ed25519Verify(', '  if (signature.length > 0 && !ed25519Verify(']],
  },
  'forgets-se': {
    caughtBy: 'vectors',
    says: 'the secret of se',
    why: 'Message 3 has no se, so the dialer does not prove that it has its static key.',
    edits: [["['s', 'se']] as const", "['s']] as readonly (readonly ('e' | 's' | 'ee' | 'es' | 'se')[])[]"]],
  },
  'hash-in-transport': {
    caughtBy: 'libp2p',
    says: 'empty associated data',
    why: 'Transport messages are bound to the hash of the handshake.',
    naive: true,
    edits: [
      [
        '  send: CipherState\n  receive: CipherState\n  /** The peer ID',
        '  send: CipherState\n  receive: CipherState\n  hash?: Buffer\n  /** The peer ID',
      ],
      [
        'async function sendAll({ messages, send }: Secured',
        'async function sendAll({ messages, send, hash = NOTHING }: Secured',
      ],
      ['send.encrypt(NOTHING, bytes.subarray(', 'send.encrypt(hash, bytes.subarray('],
      [
        'secured.receive.decrypt(NOTHING, message)',
        'secured.receive.decrypt(secured.hash ?? NOTHING, message)',
      ],
      [
        '    await messages.write(handshake.write(payload))\n    return { messages, remote,',
        '    await messages.write(handshake.write(payload))\n    return { messages, remote, hash: handshake.hash,',
      ],
      [
        'expect)\n  return { messages, remote,',
        'expect)\n  return { messages, remote, hash: handshake.hash,',
      ],
    ],
  },
  'hashes-the-name': {
    caughtBy: 'vectors',
    says: 'do you hash the protocol name',
    why: 'The name is hashed, although it has exactly the length of a hash.',
    edits: [
      [
        "const NAME = Buffer.from('Noise_XX_25519_ChaChaPoly_SHA256')",
        "const NAME = createHash('sha256').update('Noise_XX_25519_ChaChaPoly_SHA256').digest()",
      ],
    ],
  },
  'hashes-the-plaintext': {
    caughtBy: 'vectors',
    says: 'not what was encrypted',
    why: 'The plaintext is mixed into the hash, not the ciphertext.',
    edits: [
      ['    this.mixHash(sent)\n    return sent', '    this.mixHash(plaintext)\n    return sent'],
      ['    this.mixHash(sent)\n    return plaintext', '    this.mixHash(plaintext)\n    return plaintext'],
    ],
  },
  'ignores-bad-messages': {
    caughtBy: 'flipped',
    says: 'a transport message that does not fit its tag end the connection',
    why: 'A transport message that cannot be decrypted is skipped.',
    naive: true,
    edits: [
      [
        '    await sendAll(secured, secured.receive.decrypt(NOTHING, message))\n',
        '    try {\n      await sendAll(secured, secured.receive.decrypt(NOTHING, message))\n    } catch {}\n',
      ],
    ],
  },
  'ignores-expect': {
    caughtBy: 'identity',
    says: 'compare the peer ID of message 2 with `expect`',
    why: 'Any peer that proves some identity is taken for the right one.',
    naive: true,
    edits: [
      [
        '  if (expect !== undefined && remote !== expect) throw new Error(`expected ${expect}, got ${remote}`)\n',
        '',
      ],
    ],
  },
  'keeps-counting': {
    caughtBy: 'vectors',
    says: 'begin each new key with nonce 0',
    why: 'The count goes on when there is a new key.',
    edits: [
      [
        '  constructor(key: Uint8Array) {\n    this.#key = key\n  }',
        '  constructor(key: Uint8Array, count = 0n) {\n    this.#key = key\n    this.#count = count\n  }\n\n  get count(): bigint {\n    return this.#count\n  }',
      ],
      ['this.#cipher = new CipherState(key)', 'this.#cipher = new CipherState(key, this.#cipher?.count)'],
    ],
  },
  'loses-what-came-with-message-3': {
    caughtBy: 'listens',
    says: 'keep the bytes that came together with message 3',
    why: 'After the handshake, a new reader begins, and what the old one has read is lost.',
    naive: true,
    edits: [
      [
        'const remote = provenBy(await read(), handshake.remoteStatic, expect)\n  return { messages, remote,',
        'const remote = provenBy(await read(), handshake.remoteStatic, expect)\n  return { messages: new Messages(socket), remote,',
      ],
    ],
  },
  'never-counts': {
    caughtBy: 'vectors',
    says: 'count up the nonce',
    why: 'Every message has nonce 0.',
    edits: [['this.#count++, 4)', 'this.#count, 4)']],
  },
  'no-associated-data': {
    caughtBy: 'vectors',
    says: 'give h as associated data',
    why: 'Handshake messages are encrypted without associated data.',
    edits: [
      ['this.#cipher.encrypt(this.hash, plaintext)', 'this.#cipher.encrypt(NOTHING, plaintext)'],
      ['this.#cipher.decrypt(this.hash, sent)', 'this.#cipher.decrypt(NOTHING, sent)'],
    ],
  },
  'no-signature-check': {
    caughtBy: 'identity',
    says: 'do you verify the signature',
    why: 'The identity key of the payload is believed as it is.',
    naive: true,
    edits: [
      [
        "  if (!ed25519Verify(identityKey, Buffer.concat([SIGNED, remoteStatic]), signature))\n    throw new Error('the identity has not signed this static key')\n",
        '',
      ],
    ],
  },
  'nonce-in-front': {
    caughtBy: 'vectors',
    says: '4 zero bytes of the nonce come first',
    why: 'The count is in the first eight bytes of the nonce, and the zeros are behind it.',
    edits: [['this.#count++, 4)', 'this.#count++, 0)']],
  },
  'one-byte-nonce': {
    caughtBy: 'nonces',
    says: 'more than one byte',
    why: 'Only the lowest byte of the count is written.',
    naive: true,
    edits: [['nonce.writeBigUInt64LE(this.#count++, 4)', 'nonce[4] = Number(this.#count++ & 0xffn)']],
  },
  'one-ephemeral-key': {
    caughtBy: 'listens',
    says: 'a new ephemeral key e',
    why: 'The ephemeral key is made once, when the program starts.',
    naive: true,
    edits: [
      ['const KEY = 32\n', 'const KEY = 32\nconst E = x25519KeyPair()\n'],
      ['{ e: x25519KeyPair(), s }', '{ e: E, s }'],
    ],
  },
  'one-key-for-both': {
    caughtBy: 'vectors',
    says: 'Split',
    why: 'Both directions use the first key of Split.',
    edits: [
      [
        'return this.#isInitiator ? { send: first, receive: second } : { send: second, receive: first }',
        'return { send: first, receive: new CipherState(second) && first }',
      ],
    ],
  },
  'signs-without-the-prefix': {
    caughtBy: 'libp2p',
    says: 'do you sign the text',
    why: 'The static key alone is signed and verified.',
    edits: [["Buffer.from('noise-libp2p-static-key:')", 'NOTHING']],
  },
  'skips-an-empty-payload': {
    caughtBy: 'vectors',
    says: 'mix the payload of message 1 into h',
    why: 'The empty payload of message 1 is not mixed into the hash.',
    naive: true,
    edits: [
      [
        'parts.push(this.#symmetric.encryptAndHash(payload))',
        'if (payload.length > 0 || this.#messages > 1) parts.push(this.#symmetric.encryptAndHash(payload))',
      ],
      [
        'return this.#symmetric.decryptAndHash(rest)',
        'return rest.length > 0 || this.#messages > 1 ? this.#symmetric.decryptAndHash(rest) : rest',
      ],
    ],
  },
  'skips-an-empty-prologue': {
    caughtBy: 'vectors',
    says: 'MixHash(prologue)',
    why: 'An empty prologue is not mixed into the hash: nothing is nothing.',
    naive: true,
    edits: [
      [
        '    this.#symmetric.mixHash(prologue)\n',
        '    if (prologue.length > 0) this.#symmetric.mixHash(prologue)\n',
      ],
    ],
  },
  'swaps-hkdf': {
    caughtBy: 'vectors',
    says: 'swap the outputs of HKDF',
    why: 'The first output of HKDF is taken for the key, and the second one for the chaining key.',
    edits: [['const [chainingKey, key] = noiseHkdf(', 'const [key, chainingKey] = noiseHkdf(']],
  },
  'verifies-only-as-dialer': {
    caughtBy: 'middle',
    says: 'that your listener closes the connection',
    why: 'The listener believes any payload that it can decrypt.',
    naive: true,
    edits: [
      [
        'const remote = provenBy(await read(), handshake.remoteStatic, expect)\n  return { messages, remote, ...handshake.split() }',
        'const remote = peerIdOf(decodeNoisePayload(await read()).identityKey)\n  return { messages, remote, ...handshake.split() }',
      ],
    ],
  },
})
