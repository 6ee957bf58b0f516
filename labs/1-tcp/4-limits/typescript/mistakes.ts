import { defineMistakes } from '../../../exercise/mistakes.ts'

export default defineMistakes({
  'allocates-the-declared-length': {
    caughtBy: 'huge-length',
    says: 'do you allocate as many bytes as the length says',
    why: 'Memory for the body is allocated as soon as its length is known, whatever the length is.',
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
    says: 'do you compare the length with maxFrame before you wait for the body',
    why: 'The limit is checked when the frame is complete. Until then, all bytes are kept.',
    edits: [['if (length > maxFrame)', 'if (length > maxFrame && rest.length >= HEADER + length)']],
  },
  'closes-on-half-a-length': {
    caughtBy: 'too-long',
    says: 'do you wait until all 4 bytes of the length are there',
    why: 'A length of which only some bytes have arrived is treated as broken.',
    edits: [
      [
        'while (rest.length >= HEADER) {',
        `if (rest.length > 0 && rest.length < HEADER) throw new RangeError('no length')
    while (rest.length >= HEADER) {`,
      ],
    ],
  },
  'counts-but-never-decrements': {
    caughtBy: 'counts-down',
    says: 'does every kind of ending free a place',
    why: 'The count of connections never goes down, so after maxConnections clients no other client gets in.',
    naive: true,
    in: 'async-iteration',
    edits: [["    socket.once('close', () => open--)\n", '']],
  },
  'counts-down-on-end-only': {
    caughtBy: 'counts-down',
    says: 'Count down once, on "close"',
    why: 'A place becomes free when a client ends with a FIN, and in no other case.',
    in: 'async-iteration',
    edits: [["socket.once('close', () => open--)", "socket.once('end', () => open--)"]],
  },
  'counts-down-twice': {
    caughtBy: 'counts-down',
    says: 'your program served surplus client',
    why: 'A connection that breaks is counted down on "error" and again on "close".',
    in: 'async-iteration',
    edits: [
      [
        "socket.once('close', () => open--)",
        "socket.once('close', () => open--)\n    socket.once('error', () => open--)",
      ],
    ],
  },
  'counts-only-speakers': {
    caughtBy: 'cap',
    says: 'does a connection count from the moment you accept it',
    why: 'A connection counts only once the client has sent something, so silent clients take any number of places.',
    naive: true,
    in: 'async-iteration',
    edits: [
      [
        `    if (open >= maxConnections) return void socket.destroy()
    open++
    socket.once('close', () => open--)`,
        `    socket.once('readable', () => {
      if (open >= maxConnections) return void socket.destroy()
      open++
      socket.once('close', () => open--)
    })`,
      ],
    ],
  },
  'counts-the-header': {
    caughtBy: 'up-to-the-limit',
    says: 'The 4 bytes of the length itself do not count',
    why: 'The length is compared with maxFrame as if it included its own 4 bytes.',
    edits: [['length > maxFrame', 'HEADER + length > maxFrame']],
  },
  'counts-the-refused-down': {
    caughtBy: 'cap',
    says: 'not for a connection that you refused',
    why: 'A refused connection is not counted up, but it is counted down. After some of them, the cap is gone.',
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
    says: 'every byte restarts the timer of socket.setTimeout()',
    why: 'The timeout is that of the socket, which every byte restarts.',
    naive: true,
    edits: [
      ['let timer = setTimeout(close, handshakeMs)', 'socket.setTimeout(handshakeMs, close)'],
      ['clearTimeout(timer)\n          timer = setTimeout(close, idleMs)', 'socket.setTimeout(idleMs)'],
      ["    socket.on('close', () => clearTimeout(timer))\n", ''],
    ],
  },
  'empty-frames-do-not-count': {
    caughtBy: 'idle',
    says: 'does an empty frame restart the timer of idleMs',
    why: 'An empty frame is answered, but does not restart the idle timer.',
    edits: [
      [
        'clearTimeout(timer)\n          timer = setTimeout(close, idleMs)',
        `if (body.length > 0) {
            clearTimeout(timer)
            timer = setTimeout(close, idleMs)
          }`,
      ],
    ],
  },
  'ends-politely': {
    caughtBy: 'counts-down',
    says: 'end() waits for a peer that never ends its own side',
    why: 'Connections are closed with end(), which waits until the other side ends, too. A hostile peer never does.',
    edits: [['const close = () => socket.destroy()', 'const close = () => socket.end()']],
  },
  'ends-the-server': {
    caughtBy: 'too-long',
    says: 'its connection was',
    why: 'After one bad frame, the server closes all connections.',
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
  'first-byte-is-enough': {
    caughtBy: 'handshake',
    says: 'does only a whole frame stop the timer of handshakeMs',
    why: 'Any byte ends the time for the first frame, even if the frame never becomes complete.',
    edits: [
      [
        "socket.on('data', chunk => {",
        `socket.on('data', chunk => {
      clearTimeout(timer)
      timer = setTimeout(close, idleMs)`,
      ],
    ],
  },
  'idle-from-the-first-frame': {
    caughtBy: 'idle',
    says: 'every whole frame restarts that timer',
    why: 'The idle timer starts with the first frame and never restarts, so every connection closes after idleMs.',
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
    says: 'none of those that were there before',
    why: 'When all places are taken, the oldest connection is closed to make room, so an attacker only has to keep connecting.',
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
  'lets-the-deaf-stay': {
    caughtBy: 'idle',
    says: 'does a client that reads no answers keep its place',
    why: 'A connection is closed only after everything is sent, so a client that does not read its answers keeps its place.',
    edits: [['const close = () => socket.destroy()', 'const close = () => socket.destroySoon()']],
  },
  'limits-what-has-arrived': {
    caughtBy: 'up-to-the-limit',
    says: 'maxFrame',
    why: 'The limit is compared with all that has arrived, so several allowed frames at once are too long.',
    edits: [['if (length > maxFrame)', 'if (rest.length > HEADER + maxFrame)']],
  },
  'locks-out-the-address': {
    caughtBy: 'siege',
    says: 'If you lock out an address',
    why: 'The address of an attacker is locked out, and with it all good peers behind the same address.',
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
  'no-error-listener': {
    caughtBy: 'counts-down',
    says: "Add .on('error', …) to every socket and server",
    why: 'The sockets have no "error" listener, so the first client that breaks its connection ends the whole program.',
    edits: [["    socket.on('error', close)\n", '']],
  },
  'no-handshake-timer': {
    caughtBy: 'handshake',
    says: 'does a timer start when the client connects',
    why: 'The timer starts with the first frame, so a client that never sends one stays forever.',
    edits: [['let timer = setTimeout(close, handshakeMs)', 'let timer: NodeJS.Timeout | undefined']],
  },
  'no-idle-timer': {
    caughtBy: 'idle',
    says: 'does each whole frame start a timer of idleMs',
    why: 'Once a client has sent a frame, it can stay forever.',
    edits: [['          timer = setTimeout(close, idleMs)\n', '']],
  },
  'one-timer-for-all': {
    caughtBy: 'handshake',
    says: 'does each connection have a timer of its own',
    why: 'All connections share one timer variable, which each new connection overwrites.',
    edits: [
      [
        'const server = net.createServer(socket => {',
        `let timer: NodeJS.Timeout
  const server = net.createServer(socket => {`,
      ],
      ['let timer = setTimeout(close, handshakeMs)', 'timer = setTimeout(close, handshakeMs)'],
    ],
  },
  'one-too-few': {
    caughtBy: 'cap',
    says: 'do you let in exactly maxConnections clients',
    why: 'The new connection is counted twice, so one place stays empty.',
    in: 'async-iteration',
    edits: [['open >= maxConnections', 'open + 1 >= maxConnections']],
  },
  'one-too-many': {
    caughtBy: 'cap',
    says: 'your program served surplus client',
    why: 'The count is compared before it goes up, with the wrong operator: one client more than the cap is served.',
    in: 'async-iteration',
    edits: [['open >= maxConnections', 'open > maxConnections']],
  },
  'refuses-the-longest': {
    caughtBy: 'up-to-the-limit',
    says: 'do you compare with >, not >=',
    why: 'A frame of exactly maxFrame bytes is refused.',
    edits: [['length > maxFrame', 'length >= maxFrame']],
  },
  'refuses-when-it-speaks': {
    caughtBy: 'cap',
    says: 'do you close a connection for which there is no place as soon as you accept it',
    why: 'A surplus client is closed only once it has sent something, and a silent one stays.',
    in: 'async-iteration',
    edits: [['return void socket.destroy()', "return void socket.once('data', () => socket.destroy())"]],
  },
  'signed-length': {
    caughtBy: 'huge-length',
    says: 'As a signed number, ff ff ff ff is -1',
    why: 'The length is read as a signed number, and -1 is not over any limit.',
    edits: [['readUInt32BE', 'readInt32BE']],
  },
  'stops-listening-when-full': {
    caughtBy: 'counts-down',
    says: 'the connection was refused',
    why: 'When all places are taken, the server stops listening and never listens again.',
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
    why: 'The decoder throws an error that nothing catches, so one bad frame ends the whole program.',
    edits: [
      ['      try {\n', ''],
      ['      } catch {\n        close()\n      }\n', ''],
    ],
  },
  'zero-is-an-attack': {
    caughtBy: 'empty',
    says: 'do you treat a length of 0 like any other',
    why: 'An empty frame is treated as an attack.',
    edits: [['length > maxFrame', '!length || length > maxFrame']],
  },
})
