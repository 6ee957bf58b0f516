import { defineMistakes } from '../../../exercise/mistakes.ts'

export default defineMistakes({
  'accepts-bytes-behind-the-nul': {
    caughtBy: 'command',
    says: 'followed by nothing but NUL',
    why: 'The command ends at its first NUL, whatever follows.',
    naive: true,
    edits: [
      ['/^[\\x20-\\x7e]*\\0*$/', '/^[\\x20-\\x7e]*(?:\\0|$)/'],
      ["command.replaceAll('\\0', '')", "command.split('\\0')[0]!"],
    ],
  },
  'addresses-of-its-own': {
    caughtBy: 'verack',
    says: 'connection is the address of the peer',
    why: 'The connection in an event is named after the own end, which is the same for all.',
    edits: [['${socket.remoteAddress}:${socket.remotePort}', '${socket.localAddress}:${socket.localPort}']],
  },
  'answers-version': {
    caughtBy: 'together',
    says: 'the server sends nothing',
    why: 'A version is answered with a verack, as a node does.',
    edits: [
      [
        'for (const message of decode(chunk)) tell(socket, message)',
        "for (const message of decode(chunk)) {\n          tell(socket, message)\n          if (message.command === 'version') socket.write(encodeMessage(magic, 'verack', Buffer.alloc(0)))\n        }",
      ],
    ],
  },
  'big-endian-length': {
    caughtBy: 'writes',
    says: 'the length is a u32, little-endian',
    why: 'The length is big-endian, as in exercise 1.2.',
    edits: [
      ['header.writeUInt32LE(payload.length, 16)', 'header.writeUInt32BE(payload.length, 16)'],
      ['rest.readUInt32LE(16)', 'rest.readUInt32BE(16)'],
    ],
  },
  'checksum-over-the-header': {
    caughtBy: 'verack',
    says: 'of the payload alone',
    why: 'The checksum covers the header as well.',
    edits: [
      [
        'header.set(checksum(payload), 20)',
        'header.set(checksum(Buffer.concat([header.subarray(0, 20), payload])), 20)',
      ],
      ['.equals(checksum(payload))', '.equals(checksum(Buffer.concat([header.subarray(0, 20), payload])))'],
    ],
  },
  'closes-on-a-wrong-checksum': {
    caughtBy: 'checksum',
    says: 'a wrong checksum costs the message, not the connection',
    why: 'A wrong checksum ends the connection.',
    edits: [
      [
        'if (!COMMAND.test(command) || !header.subarray(20).equals(checksum(payload))) continue',
        "if (!COMMAND.test(command)) continue\n      if (!header.subarray(20).equals(checksum(payload))) throw new Error('wrong checksum')",
      ],
    ],
  },
  'cuts-long-commands': {
    caughtBy: 'writes',
    says: 'do you look whether the command fits its twelve bytes',
    why: 'A command of 13 characters is cut to twelve.',
    edits: [
      [
        'if (!/^[\\x20-\\x7e]{1,12}$/.test(command)) throw new Error(`"${command}" is not a command`)',
        'command = command.slice(0, 12)',
      ],
    ],
  },
  'dies-with-a-connection': {
    caughtBy: 'every-cut',
    says: ["Add .on('error', …) to every socket", 'does a broken connection end only itself'],
    why: 'The sockets of listen have no listener for "error", so the program ends when a peer resets its connection.',
    naive: true,
    edits: [["    socket.on('error', () => socket.destroy())\n  })", '  })']],
  },
  'half-closes-on-another-magic': {
    caughtBy: 'magic',
    says: 'Sending your FIN leaves its other half open',
    why: 'After another magic, the own half of the connection is ended, and what comes on the other one still counts.',
    naive: true,
    edits: [
      [
        "throw new Error('wrong magic')",
        "{\n        rest = Buffer.alloc(0)\n        throw new Error('wrong magic')\n      }",
      ],
      ['} catch {\n        socket.destroy()', '} catch {\n        socket.end()'],
    ],
  },
  'hashes-once': {
    caughtBy: 'verack',
    says: 'You hash once',
    why: 'The checksum is SHA-256 of the payload, and not SHA-256 of that.',
    edits: [['return sha256(sha256(payload)).subarray(0, 4)', 'return sha256(payload).subarray(0, 4)']],
  },
  'ignores-the-checksum': {
    caughtBy: 'checksum',
    says: 'do you compare all four bytes of the checksum',
    why: 'The checksum is written, and never compared.',
    naive: true,
    edits: [[' || !header.subarray(20).equals(checksum(payload))', '']],
  },
  'judges-the-command-first': {
    caughtBy: 'too-long',
    says: 'do you look at the length before the command',
    why: 'A malformed message is dropped before its length is looked at, so one that is too long is read to its end.',
    edits: [
      [
        'if (length > MAX_PAYLOAD) throw',
        "if (COMMAND.test(rest.toString('latin1', 4, 16)) && length > MAX_PAYLOAD) throw",
      ],
    ],
  },
  'knows-only-some-commands': {
    caughtBy: 'together',
    says: 'do you tell about commands that you do not know',
    why: 'Commands that are not in a list are dropped.',
    edits: [
      [
        'if (!COMMAND.test(command)',
        "const known = ['version', 'verack', 'ping', 'pong', 'addr', 'inv', 'getdata', 'tx', 'block', 'headers']\n      if (!known.includes(command.replaceAll('\\0', ''))",
      ],
    ],
  },
  'leaves-out-100000-bytes': {
    caughtBy: 'longest',
    says: 'only a payload of more than 100,000 bytes is left out',
    why: 'A payload of exactly 100,000 bytes is left out of its event.',
    edits: [['length > 100_000 ?', 'length >= 100_000 ?']],
  },
  'leaves-the-dropped-payload': {
    caughtBy: 'checksum',
    says: 'behind its payload',
    why: 'Only the header of a dropped message is taken from the buffer, so its payload is read as messages.',
    naive: true,
    edits: [
      [
        '      // Consumed, whether it is good or not: the next message begins behind it.\n      rest = rest.subarray(HEADER + length)\n',
        '      const whole = rest.subarray(HEADER + length)\n      rest = header.subarray(20).equals(checksum(payload)) ? whole : rest.subarray(HEADER)\n',
      ],
    ],
  },
  'limit-counts-the-header': {
    caughtBy: 'longest',
    says: 'The header does not count',
    why: 'The limit is compared with the length of the whole message.',
    naive: true,
    edits: [['if (length > MAX_PAYLOAD)', 'if (HEADER + length > MAX_PAYLOAD)']],
  },
  'looks-for-the-next-magic': {
    caughtBy: 'magic',
    says: 'Do not search for the next magic',
    why: 'After a wrong magic, the next right one is searched for.',
    edits: [
      [
        "if (!rest.subarray(0, 4).equals(magic)) throw new Error('wrong magic')",
        'const at = rest.indexOf(magic)\n      if (at !== 0) {\n        rest = at < 0 ? rest.subarray(-3) : rest.subarray(at)\n        continue\n      }',
      ],
    ],
  },
  'loses-what-came-before': {
    caughtBy: 'magic',
    says: 'do you tell about the messages in front of the bad one',
    why: 'The messages of a chunk are collected first, and are lost when a bad one follows.',
    edits: [['for (const message of decode(chunk)) tell', 'for (const message of [...decode(chunk)]) tell']],
  },
  'one-decoder-for-all': {
    caughtBy: 'together',
    says: 'does each connection have a decoder of its own',
    why: 'All connections share one decoder.',
    edits: [
      ['    const decode = messageDecoder(magic)\n', ''],
      [
        '  const server = net.createServer',
        '  const decode = messageDecoder(magic)\n  const server = net.createServer',
      ],
    ],
  },
  'one-message-per-chunk': {
    caughtBy: 'together',
    says: 'one chunk can complete several messages',
    why: 'At most one message is taken from each chunk.',
    edits: [
      [
        "yield { command: command.replaceAll('\\0', ''), payload }",
        "yield { command: command.replaceAll('\\0', ''), payload }\n      return",
      ],
    ],
  },
  'padded-command': {
    caughtBy: 'verack',
    says: 'without the NULs at their end',
    why: 'The command keeps the NULs at its end.',
    edits: [["command: command.replaceAll('\\0', '')", 'command']],
  },
  'sends-del': {
    caughtBy: 'writes',
    says: 'do you look at each character of the command',
    why: 'DEL (7f) is taken for a printable character when a command is sent.',
    edits: [['/^[\\x20-\\x7e]{1,12}$/', '/^[\\x20-\\x7f]{1,12}$/']],
  },
  'sends-without-a-command': {
    caughtBy: 'writes',
    says: 'do you look at each character of the command',
    why: 'A command without characters is sent.',
    edits: [['{1,12}', '{0,12}']],
  },
  'sent-before-connected': {
    caughtBy: 'writes',
    says: 'does send return before the message is sent',
    why: 'The function send returns at once, whether there is a connection or not.',
    edits: [
      ["  await once(socket, 'connect')\n", ''],
      ["  await once(socket, 'finish')\n", ''],
    ],
  },
  'takes-del-for-printable': {
    caughtBy: 'command',
    says: 'do you drop a message whose command is not printable ASCII (20 to 7e)',
    why: 'DEL (7f) is taken for a printable character when a command is read.',
    edits: [['/^[\\x20-\\x7e]*\\0*$/', '/^[\\x20-\\x7f]*\\0*$/']],
  },
  'trims-commands': {
    caughtBy: 'together',
    says: 'a space is a printable character',
    why: 'Spaces at the ends of a command are removed with its NULs.',
    edits: [["command: command.replaceAll('\\0', '')", "command: command.replaceAll('\\0', '').trim()"]],
  },
  'trusts-an-empty-payload': {
    caughtBy: 'checksum',
    says: 'do you compare the checksum of an empty payload',
    why: 'Where there is no payload, the checksum is not compared.',
    edits: [
      [
        '!header.subarray(20).equals(checksum(payload))',
        '(length > 0 && !header.subarray(20).equals(checksum(payload)))',
      ],
    ],
  },
  'waits-for-a-huge-payload': {
    caughtBy: 'too-long',
    says: 'do you compare the length with 4,000,000 as soon as the header is there',
    why: 'The length is judged when the payload is complete.',
    naive: true,
    edits: [
      [
        'if (length > MAX_PAYLOAD) throw new Error(`a payload of ${length} bytes`)\n      if (rest.length < HEADER + length) return',
        'if (rest.length < HEADER + length) return\n      if (length > MAX_PAYLOAD) throw new Error(`a payload of ${length} bytes`)',
      ],
    ],
  },
  'waits-for-the-peer': {
    caughtBy: 'verack',
    says: 'does send wait for the peer to end the connection',
    why: 'The function send returns when the peer has ended the connection, too.',
    edits: [["once(socket, 'finish')", "once(socket, 'close')"]],
  },
})
