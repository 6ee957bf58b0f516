import { defineMistakes } from '../../../exercise/mistakes.ts'

export default defineMistakes({
  'allocates-the-declared-length': {
    caughtBy: 'huge-length',
    says: 'do you allocate as many bytes as the length says',
    why: 'Memory for the body is taken as soon as its length is known, whatever the length is.',
    naive: true,
    edits: [
      [
        'const length = rest.readUInt32BE()',
        'const length = rest.readUInt32BE()\n      const body = Buffer.alloc(length)',
      ],
      [
        'bodies.push(rest.subarray(HEADER, HEADER + length))',
        'rest.copy(body, 0, HEADER)\n      bodies.push(body)',
      ],
    ],
  },
  'checks-when-complete': {
    caughtBy: 'too-long',
    says: 'is the length compared with maxFrame before you wait for the body',
    why: 'The limit is looked at when the frame is complete: until then, everything is kept.',
    edits: [['if (length > maxFrame)', 'if (length > maxFrame && rest.length >= HEADER + length)']],
  },
  'counts-but-never-decrements': {
    caughtBy: 'counts-down',
    says: 'is a place free again after every kind of ending',
    why: 'Connections are counted, but never down: after maxConnections clients nobody gets in any more.',
    naive: true,
    in: 'async-iteration',
    edits: [["    socket.once('close', () => open--)\n", '']],
  },
  'counts-down-on-end-only': {
    caughtBy: 'counts-down',
    says: 'Count down once, on "close"',
    why: 'A place is free again when a client ends with FIN, and in no other case.',
    in: 'async-iteration',
    edits: [["socket.once('close', () => open--)", "socket.once('end', () => open--)"]],
  },
  'counts-down-twice': {
    caughtBy: 'counts-down',
    says: 'was served',
    why: 'A connection that breaks is counted down on "error" and once more on "close".',
    in: 'async-iteration',
    edits: [
      [
        "socket.once('close', () => open--)",
        "socket.once('close', () => open--)\n    socket.once('error', () => open--)",
      ],
    ],
  },
  'counts-the-header': {
    caughtBy: 'up-to-the-limit',
    says: 'The 4 bytes of the length itself do not count',
    why: 'The length is compared with maxFrame as if it counted its own 4 bytes.',
    edits: [['length > maxFrame', 'HEADER + length > maxFrame']],
  },
  'counts-the-refused-down': {
    caughtBy: 'cap',
    says: 'not for those you refused',
    why: 'A refused connection was never counted up, but it is counted down: after some of them the cap is gone.',
    in: 'async-iteration',
    edits: [
      [
        `if (open >= maxConnections) return void socket.destroy()
    open++
    socket.once('close', () => open--)`,
        `socket.once('close', () => open--)
    if (open >= maxConnections) return void socket.destroy()
    open++`,
      ],
    ],
  },
  'each-byte-restarts-the-timer': {
    caughtBy: 'slow-loris',
    says: 'socket.setTimeout() starts again with every byte',
    why: 'The time-out is that of the socket, which every byte starts again.',
    naive: true,
    edits: [
      ['let timer = setTimeout(close, handshakeMs)', 'socket.setTimeout(handshakeMs, close)'],
      ['clearTimeout(timer)\n          timer = setTimeout(close, idleMs)', 'socket.setTimeout(idleMs)'],
      ["    socket.on('close', () => clearTimeout(timer))\n", ''],
    ],
  },
  'ends-politely': {
    caughtBy: 'counts-down',
    says: 'end() waits for a peer that never ends its own side',
    why: 'Connections are closed with end(), which waits for the other side to end too. A hostile one does not.',
    edits: [['const close = () => socket.destroy()', 'const close = () => socket.end()']],
  },
  'ends-the-server': {
    caughtBy: 'too-long',
    says: 'its connection was',
    why: 'One bad frame, and the server closes for everyone.',
    edits: [
      [
        'const server = net.createServer(socket => {',
        `const sockets = new Set<net.Socket>()
  const server = net.createServer(socket => {
    sockets.add(socket)`,
      ],
      [
        '} catch {\n        close()',
        '} catch {\n        server.close()\n        for (const each of sockets) each.destroy()',
      ],
    ],
  },
  'idle-from-the-first-frame': {
    caughtBy: 'idle',
    says: 'does every whole frame restart that timer',
    why: 'The idle timer starts with the first frame and is never started again: everyone is closed after idleMs.',
    edits: [
      [
        'let timer = setTimeout(close, handshakeMs)',
        'let idle: NodeJS.Timeout | undefined\n    const timer = setTimeout(close, handshakeMs)',
      ],
      ['timer = setTimeout(close, idleMs)', 'idle ??= setTimeout(close, idleMs)'],
    ],
  },
  'kicks-out-the-oldest': {
    caughtBy: 'cap',
    says: 'nobody who was there before',
    why: 'When all places are taken, the oldest connection is closed to make room: an attacker only has to keep coming.',
    edits: [
      [
        'const server = net.createServer(socket => {',
        `const sockets = new Set<net.Socket>()
  const server = net.createServer(socket => {
    if (sockets.size >= maxConnections) [...sockets][0]!.destroy()
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))`,
      ],
      ['  server.maxConnections = maxConnections\n', ''],
    ],
  },
  'locks-out-the-address': {
    caughtBy: 'siege',
    says: 'Whoever locks out an address',
    why: 'The address of an attacker is locked out, with all good peers behind the same address.',
    edits: [
      [
        'const server = net.createServer(socket => {',
        `const banned = new Set<string | undefined>()
  const server = net.createServer(socket => {
    if (banned.has(socket.remoteAddress)) return void socket.destroy()`,
      ],
      ['} catch {', '} catch {\n        banned.add(socket.remoteAddress)'],
    ],
  },
  'never-clears-the-handshake-timer': {
    caughtBy: 'handshake',
    says: 'its connection was',
    why: 'The handshake timer runs on after the first frame and closes a good client.',
    edits: [
      [
        'let timer = setTimeout(close, handshakeMs)',
        'setTimeout(close, handshakeMs)\n    let timer: NodeJS.Timeout | undefined',
      ],
    ],
  },
  'no-handshake-timer': {
    caughtBy: 'handshake',
    says: 'does a timer start when the connection is made',
    why: 'The timer starts with the first frame, so a client that never speaks stays for ever.',
    edits: [['let timer = setTimeout(close, handshakeMs)', 'let timer: NodeJS.Timeout | undefined']],
  },
  'no-idle-timer': {
    caughtBy: 'idle',
    says: 'does each whole frame start a timer of idleMs',
    why: 'Once a client has sent a frame, it may stay for ever.',
    edits: [['          timer = setTimeout(close, idleMs)\n', '']],
  },
  'one-timer-for-all': {
    caughtBy: 'handshake',
    says: 'still open, long after that',
    why: 'One timer variable is shared by all connections: each new one overwrites it.',
    edits: [
      [
        'const server = net.createServer(socket => {',
        `let timer: NodeJS.Timeout
  const server = net.createServer(socket => {`,
      ],
      ['let timer = setTimeout(close, handshakeMs)', 'timer = setTimeout(close, handshakeMs)'],
    ],
  },
  'one-too-many': {
    caughtBy: 'cap',
    says: 'was served',
    why: 'The count is compared before it goes up, with the wrong sign: one more than the cap is served.',
    in: 'async-iteration',
    edits: [['open >= maxConnections', 'open > maxConnections']],
  },
  'refuses-the-longest': {
    caughtBy: 'up-to-the-limit',
    says: 'is it > and not >=',
    why: 'A frame of exactly maxFrame bytes is refused.',
    edits: [['length > maxFrame', 'length >= maxFrame']],
  },
  'signed-length': {
    caughtBy: 'huge-length',
    says: 'Signed, ff ff ff ff is -1',
    why: 'The length is read as a signed number, and -1 is not over any limit.',
    edits: [['readUInt32BE', 'readInt32BE']],
  },
  'stops-listening-when-full': {
    caughtBy: 'counts-down',
    says: 'the connection was refused',
    why: 'When all places are taken, the server stops listening, and nobody makes it listen again.',
    in: 'async-iteration',
    edits: [
      [
        'if (open >= maxConnections) return void socket.destroy()\n    open++',
        'if (++open === maxConnections) server.close()',
      ],
    ],
  },
  'throws-at-a-bad-frame': {
    caughtBy: 'too-long',
    says: 'over the limit of',
    why: 'The decoder throws, and nothing catches it: one bad frame ends the whole program.',
    edits: [
      ['      try {\n', ''],
      ['      } catch {\n        close()\n      }\n', ''],
    ],
  },
  'zero-is-an-attack': {
    caughtBy: 'empty',
    says: 'is a length of 0 a frame like any other',
    why: 'An empty frame is taken for an attack.',
    edits: [['length > maxFrame', '!length || length > maxFrame']],
  },
})
