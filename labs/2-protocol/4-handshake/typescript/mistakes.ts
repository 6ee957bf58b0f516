import { defineMistakes } from '../../../exercise/mistakes.ts'

export default defineMistakes({
  'answers-a-ping': {
    caughtBy: 'early',
    says: 'not answered, and no reason to disconnect',
    why: 'A ping is answered whenever it comes.',
    edits: [
      [
        "    if (waitsFor === 'nothing') onMessage(message)",
        "    if (message.command === 'ping') send('pong', message.payload)\n    if (waitsFor === 'nothing') onMessage(message)",
      ],
    ],
  },
  'any-verack-will-do': {
    caughtBy: 'early',
    says: 'a verack before the version answers nothing',
    why: 'A verack that came before the version counts.',
    naive: true,
    edits: [
      ['  let peer: Peer\n', '  let peer: Peer\n  let acked = false\n'],
      [
        "    if (waitsFor === 'nothing') onMessage(message)",
        "    if (message.command === 'verack') acked = true\n    if (waitsFor === 'nothing') onMessage(message)",
      ],
      [
        "      if (waitsFor === 'version') return receiveVersion(message.payload)\n",
        "      if (waitsFor === 'version') {\n        receiveVersion(message.payload)\n        if (!acked || socket.destroyed) return\n      }\n",
      ],
    ],
  },
  'closes-twice': {
    caughtBy: 'malformed',
    says: 'Do you tell about it in one place only',
    why: 'The end is told where the connection is refused, and again when the socket is closed.',
    edits: [
      [
        '    reason = why\n    socket.destroy()\n',
        '    reason = why\n    socket.destroy()\n    onClosed(why)\n',
      ],
    ],
  },
  'compares-only-this-connection': {
    caughtBy: 'self',
    says: 'remember the nonces of the versions that you sent, on all connections',
    why: 'The nonce is compared with the one that was sent on the same connection only.',
    naive: true,
    edits: [
      [
        "if (nonces.has(theirs.nonce)) return close('self')",
        "if (direction === 'outbound' && theirs.nonce === nonce) return close('self')",
      ],
    ],
  },
  'completes-with-the-version': {
    caughtBy: 'inbound',
    says: 'A version alone is half a handshake',
    why: 'The handshake is taken for complete when the version has come.',
    edits: [
      [
        "    send('verack', Buffer.alloc(0))\n  }",
        "    send('verack', Buffer.alloc(0))\n    waitsFor = 'nothing'\n    clearTimeout(timer)\n    onPeer(peer)\n  }",
      ],
    ],
  },
  'crashes-on-a-malformed-version': {
    caughtBy: 'malformed',
    says: ['uncaught', 'nothing caught'],
    why: 'Nobody catches what decodeVersion throws.',
    edits: [
      [
        "    try {\n      for (const message of decode(chunk)) {\n        receive(message)\n        if (socket.destroyed) return\n      }\n    } catch {\n      close('malformed')\n    }",
        '    for (const message of decode(chunk)) {\n      receive(message)\n      if (socket.destroyed) return\n    }',
      ],
    ],
  },
  'dialer-waits': {
    caughtBy: 'outbound',
    says: 'the side that connects begins',
    why: 'Both sides wait for the version of the other one.',
    edits: [
      ["    if (direction === 'inbound') sendVersion()\n", '    sendVersion()\n'],
      ["  if (direction === 'outbound') sendVersion()\n", ''],
    ],
  },
  'disconnects-on-a-second-version': {
    caughtBy: 'between',
    says: 'a second version is ignored',
    why: 'A second version ends the connection, as in btcd.',
    edits: [
      [
        "    if (waitsFor === 'nothing') onMessage(message)",
        "    if (message.command === 'version' && waitsFor !== 'version') return close('malformed')\n    if (waitsFor === 'nothing') onMessage(message)",
      ],
    ],
  },
  'disconnects-on-the-unknown': {
    caughtBy: 'recorded',
    says: 'ignore messages that you do not know',
    why: 'Whatever is not due ends the connection.',
    edits: [
      [
        '    else if (waitsFor === message.command) {',
        "    else if (waitsFor !== message.command) close('malformed')\n    else {",
      ],
    ],
  },
  'every-message-restarts-the-timer': {
    caughtBy: 'timeout',
    says: 'does each message restart the timer',
    why: 'The time-out is about silence, and not about the handshake.',
    naive: true,
    edits: [
      [
        '  const receive = (message: Message) => {\n',
        "  const receive = (message: Message) => {\n    if (waitsFor !== 'nothing') timer.refresh()\n",
      ],
    ],
  },
  'forgets-its-nonce-after-the-handshake': {
    caughtBy: 'self',
    says: 'remember the nonce of a connection after the handshake',
    why: 'The nonce is forgotten when the handshake is complete.',
    naive: true,
    edits: [
      [
        "      waitsFor = 'nothing'\n      clearTimeout(timer)\n",
        "      waitsFor = 'nothing'\n      clearTimeout(timer)\n      nonces.delete(nonce)\n",
      ],
    ],
  },
  'forgets-only-the-nonces-of-peers': {
    caughtBy: 'self',
    says: 'Do you forget a nonce when its connection ends',
    why: 'The nonce of a connection whose handshake was not completed stays.',
    naive: true,
    edits: [
      [
        '    nonces.delete(nonce)\n    onClosed(reason)\n',
        "    if (waitsFor === 'nothing') nonces.delete(nonce)\n    onClosed(reason)\n",
      ],
    ],
  },
  'goes-on-after-refusing': {
    caughtBy: 'versions',
    says: 'do you leave the rest alone',
    why: 'The messages behind the one that ended the connection are handled, too.',
    naive: true,
    edits: [
      ['        receive(message)\n        if (socket.destroyed) return\n', '        receive(message)\n'],
    ],
  },
  'height-as-unsigned': {
    caughtBy: 'malformed',
    says: 'is it the height of the first version message on this connection? It is a signed number',
    why: 'The height is taken for an unsigned number.',
    edits: [['      height: theirs.height,\n', '      height: theirs.height >>> 0,\n']],
  },
  'ignores-a-malformed-version': {
    caughtBy: 'malformed',
    says: 'when decodeVersion throws',
    why: 'A version that cannot be read is waited out.',
    naive: true,
    edits: [
      [
        '    const theirs = decodeVersion(payload)\n',
        '    let theirs\n    try {\n      theirs = decodeVersion(payload)\n    } catch {\n      return\n    }\n',
      ],
    ],
  },
  'ignores-bad-envelopes-after-the-handshake': {
    caughtBy: 'malformed',
    says: 'after the handshake, messages are ignored, but not what the decoder',
    why: 'After the handshake everything is ignored, even what the decoder refuses.',
    naive: true,
    edits: [
      [
        "    } catch {\n      close('malformed')\n",
        "    } catch {\n      if (waitsFor !== 'nothing') close('malformed')\n",
      ],
    ],
  },
  'keeps-the-timer': {
    caughtBy: 'timeout',
    says: 'does a complete handshake stop the timer',
    why: 'The timer goes on after the handshake, and closes a good connection.',
    naive: true,
    edits: [["      waitsFor = 'nothing'\n      clearTimeout(timer)\n", "      waitsFor = 'nothing'\n"]],
  },
  'knows-only-the-nonces-of-its-dials': {
    caughtBy: 'self',
    says: 'nonces that you sent to peers that had connected to you',
    why: 'Only the nonces of outbound connections are remembered, as in Bitcoin Core.',
    naive: true,
    edits: [['    nonces.add(nonce)\n', "    if (direction === 'outbound') nonces.add(nonce)\n"]],
  },
  'knows-peers-by-their-nonce': {
    caughtBy: 'both-dial',
    says: 'both connections stay',
    why: 'Every nonce that was ever seen counts as its own.',
    edits: [
      [
        "    if (theirs.version < MIN_VERSION) return close('old')\n",
        "    if (theirs.version < MIN_VERSION) return close('old')\n    nonces.add(theirs.nonce)\n",
      ],
    ],
  },
  'last-version-counts': {
    caughtBy: 'between',
    says: 'a second version is ignored',
    why: 'Each version is taken, and answered.',
    edits: [
      [
        '    else if (waitsFor === message.command) {',
        "    else if (message.command === 'version' && waitsFor === 'verack') receiveVersion(message.payload)\n    else if (waitsFor === message.command) {",
      ],
    ],
  },
  'listener-begins': {
    caughtBy: 'inbound',
    says: 'the side that has connected begins',
    why: 'Both sides send their version at once.',
    edits: [
      ["    if (direction === 'inbound') sendVersion()\n", ''],
      ["  if (direction === 'outbound') sendVersion()\n", '  sendVersion()\n'],
    ],
  },
  'loses-good-messages-before-a-bad-one': {
    caughtBy: 'malformed',
    says: 'all good messages before a bad one count',
    why: 'The messages of a chunk are collected before the first one is handled.',
    naive: true,
    edits: [['of decode(chunk)', 'of [...decode(chunk)]']],
  },
  'never-forgets-a-nonce': {
    caughtBy: 'self',
    says: 'Do you forget a nonce when its connection ends',
    why: 'The nonces of connections that are over still count.',
    edits: [['    nonces.delete(nonce)\n    onClosed(reason)\n', '    onClosed(reason)\n']],
  },
  'nonce-as-a-number': {
    caughtBy: 'self',
    says: 'all 64 bits of the nonce',
    why: 'Nonces are compared as numbers, which are not exact beyond 2^53.',
    naive: true,
    edits: [
      ['const nonces = new Set<bigint>()', 'const nonces = new Set<number>()'],
      ['nonces.add(nonce)', 'nonces.add(Number(nonce))'],
      ['nonces.has(theirs.nonce)', 'nonces.has(Number(theirs.nonce))'],
      ['nonces.delete(nonce)', 'nonces.delete(Number(nonce))'],
    ],
  },
  'no-time-for-the-verack': {
    caughtBy: 'timeout',
    says: "does the peer's version stop the timer",
    why: 'The version stops the timer already.',
    edits: [["    waitsFor = 'verack'\n", "    waitsFor = 'verack'\n    clearTimeout(timer)\n"]],
  },
  'one-nonce-for-all': {
    caughtBy: 'inbound',
    says: 'eight random bytes for each connection',
    why: 'The nonce is drawn once for the whole program.',
    edits: [
      ['  const nonce = randomBytes(8).readBigUInt64LE()\n', ''],
      [
        'const nonces = new Set<bigint>()\n',
        'const nonces = new Set<bigint>()\nconst nonce = randomBytes(8).readBigUInt64LE()\n',
      ],
    ],
  },
  'one-state-for-all': {
    caughtBy: 'inbound',
    says: ['a state of its own', "answer the peer's version", 'answer the version of a peer'],
    why: 'All connections share one state.',
    edits: [
      ["  let waitsFor: 'version' | 'verack' | 'nothing' = 'version'\n", ''],
      [
        'const nonces = new Set<bigint>()\n',
        "const nonces = new Set<bigint>()\nlet waitsFor: 'version' | 'verack' | 'nothing' = 'version'\n",
      ],
    ],
  },
  'sends-the-verack-first': {
    caughtBy: 'inbound',
    says: 'first your version, then your verack',
    why: "The peer's version is answered before its own is sent.",
    edits: [
      [
        "    if (direction === 'inbound') sendVersion()\n    send('verack', Buffer.alloc(0))\n",
        "    send('verack', Buffer.alloc(0))\n    if (direction === 'inbound') sendVersion()\n",
      ],
    ],
  },
  'shortens-its-user-agent': {
    caughtBy: 'outbound',
    says: 'do you pass on the userAgent',
    why: 'A user agent is cut off where its length would need more than one byte.',
    edits: [
      [
        'encodeVersion({ version: PROTOCOL_VERSION, services, nonce, userAgent, height })',
        'encodeVersion({ version: PROTOCOL_VERSION, services, nonce, userAgent: userAgent.slice(0, 252), height })',
      ],
    ],
  },
  'tells-no-end-of-hasty-dialers': {
    caughtBy: 'inbound',
    says: 'also before the handshake is complete',
    why: 'A peer that connects and goes before the handshake is complete ends untold.',
    edits: [
      [
        '    nonces.delete(nonce)\n    onClosed(reason)\n',
        "    nonces.delete(nonce)\n    if (direction === 'outbound' || waitsFor === 'nothing' || reason !== 'ended') onClosed(reason)\n",
      ],
    ],
  },
  'tells-only-of-peers': {
    caughtBy: 'malformed',
    says: 'also before the handshake is complete',
    why: 'Connections that never became a peer end untold.',
    edits: [
      [
        '    nonces.delete(nonce)\n    onClosed(reason)\n',
        "    nonces.delete(nonce)\n    if (waitsFor === 'nothing') onClosed(reason)\n",
      ],
    ],
  },
  'their-version-is-ours': {
    caughtBy: 'versions',
    says: 'the newest one that both speak',
    why: 'The version of the peer is used, also where it is newer than its own.',
    naive: true,
    edits: [['Math.min(theirs.version, PROTOCOL_VERSION)', 'theirs.version']],
  },
  'too-strict-about-versions': {
    caughtBy: 'versions',
    says: 'every version from 31800 on is accepted',
    why: 'Only peers with the same version are accepted.',
    edits: [['if (theirs.version < MIN_VERSION)', 'if (theirs.version !== PROTOCOL_VERSION)']],
  },
  'version-as-unsigned': {
    caughtBy: 'versions',
    says: 'It is a signed number',
    why: 'The version is read as an unsigned number.',
    edits: [['if (theirs.version < MIN_VERSION)', 'if (theirs.version >>> 0 < MIN_VERSION)']],
  },
})
