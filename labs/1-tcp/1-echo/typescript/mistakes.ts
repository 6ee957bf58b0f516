import { defineMistakes } from '../../../exercise/mistakes.ts'

export default defineMistakes({
  'adds-a-newline': {
    caughtBy: 'every-byte',
    says: 'do you send something twice, or add something',
    why: 'Each piece goes back with a newline after it, as if it were a line of text.',
    edits: [
      [
        'socket.pipe(socket)',
        `socket.on('data', chunk => {
      socket.write(chunk)
      socket.write('\\n')
    })
    socket.on('end', () => socket.end())`,
      ],
    ],
  },
  'decodes-utf8': {
    caughtBy: 'every-byte',
    says: 'do you convert the bytes to a string on the way',
    why: 'The call of setEncoding turns the bytes into strings, which replaces everything that is not valid UTF-8.',
    naive: true,
    edits: [['socket.pipe(socket)', "socket.setEncoding('utf8').pipe(socket)"]],
  },
  'default-port': {
    caughtBy: 'port-zero',
    says: 'is a port written into your code',
    why: 'Port 0 is treated as "no port", and replaced by one that is written into the code.',
    edits: [['listening.listen(port, host, resolve)', 'listening.listen(port || 48766, host, resolve)']],
  },
  'destroys-on-end': {
    caughtBy: 'half-close',
    says: 'bytes were lost',
    why: 'When the peer has ended, the connection is considered closed, although part of the echo has not been sent yet.',
    naive: true,
    edits: [
      [
        'socket.pipe(socket)',
        `socket.on('data', chunk => socket.write(chunk))
    socket.on('end', () => socket.destroy())`,
      ],
    ],
  },
  'fixed-port': {
    caughtBy: 'port-zero',
    says: 'is a port written into your code',
    why: 'The server listens on a port of its own choice instead of the one that it was given.',
    edits: [['listening.listen(port, host, resolve)', 'listening.listen(48765, host, resolve)']],
  },
  'ignores-the-port': {
    caughtBy: 'port-zero',
    says: 'do you pass on the port that you are given',
    why: 'The server always listens on a free port, even if it was given one.',
    edits: [['listening.listen(port, host, resolve)', 'listening.listen(0, host, resolve)']],
  },
  'joins-as-text': {
    caughtBy: 'client-receives',
    says: 'do you join the pieces as bytes',
    why: "Calling join('') turns each piece into a string.",
    edits: [['Buffer.concat(chunks)', "Buffer.from(chunks.join(''))"]],
  },
  'listens-everywhere': {
    caughtBy: 'port-zero',
    says: 'do you pass the host on to server.listen',
    why: 'The server is told the port but not the host, so it listens on all addresses of the computer.',
    edits: [['listening.listen(port, host, resolve)', 'listening.listen(port, resolve)']],
  },
  'logs-the-error-of-listen': {
    caughtBy: 'port-zero',
    says: 'reject the promise on the "error" event',
    why: 'An error of the server is only logged, so listen never returns when the port is in use.',
    edits: [
      [
        `new Promise<void>((resolve, reject) => {
    listening.once('error', reject)`,
        `new Promise<void>(resolve => {
    listening.once('error', error => console.error(error))`,
      ],
    ],
  },
  'never-ends': {
    caughtBy: 'half-close',
    says: 'does your server end its side after the other side has ended',
    why: 'With allowHalfOpen, the server has to end its own side, and it never does.',
    edits: [['socket.pipe(socket)', "socket.on('data', chunk => socket.write(chunk))"]],
  },
  'never-half-closes': {
    caughtBy: 'client-sends',
    says: 'do you half-close after the bytes',
    why: 'The client writes the bytes but does not end its side, so the server waits for more.',
    edits: [['socket.end(bytes)', 'socket.write(bytes)']],
  },
  'no-error-listener': {
    caughtBy: 'reset',
    says: "Add .on('error', …) to every socket and server",
    why: 'The sockets have no "error" listener, so the first client that breaks its connection ends the whole program.',
    naive: true,
    edits: [["    socket.on('error', () => socket.destroy())\n", '']],
  },
  'one-list-for-all-calls': {
    caughtBy: 'client-receives',
    says: 'does each call of send have a socket and a list of pieces of its own',
    why: 'The list of pieces is a variable outside of the function, so a call returns what earlier calls got, too.',
    naive: true,
    edits: [
      ['  const chunks: Buffer[] = []\n', ''],
      [
        'let server: net.Server | undefined',
        'let server: net.Server | undefined\nconst chunks: Buffer[] = []',
      ],
    ],
  },
  'resolves-on-first-chunk': {
    caughtBy: 'client-receives',
    says: 'do you return after the first "data" event',
    why: 'The first data event is treated as the whole answer.',
    naive: true,
    edits: [
      [
        'for await (const chunk of socket) chunks.push(chunk)',
        `chunks.push(
    await new Promise<Buffer>((resolve, reject) => socket.once('data', resolve).once('error', reject)),
  )`,
      ],
    ],
  },
  'returns-port-zero': {
    caughtBy: 'port-zero',
    says: 'server.address() returns the port that it got',
    why: 'The function returns the port that it was given (0), not the one that the system assigned.',
    edits: [['return { port: (listening.address() as net.AddressInfo).port }', 'return { port }']],
  },
  'serves-one-client': {
    caughtBy: 'clients',
    says: 'do you serve every connection, not only one',
    why: 'The listener is added with "once", so it accepts a single connection.',
    naive: true,
    edits: [
      [
        'net.createServer({ allowHalfOpen: true }, socket => {',
        "net.createServer({ allowHalfOpen: true })\n  listening.once('connection', socket => {",
      ],
    ],
  },
  'shares-one-socket': {
    caughtBy: 'clients',
    says: 'A variable shared by all connections holds only the last one',
    why: 'One variable holds the socket, so all answers go to the client that connected last.',
    edits: [
      ['let server: net.Server | undefined', 'let server: net.Server | undefined\nlet client: net.Socket'],
      [
        'socket.pipe(socket)',
        `client = socket
    socket.on('data', chunk => client.write(chunk))
    socket.on('end', () => socket.end())`,
      ],
    ],
  },
  'sends-nothing-without-bytes': {
    caughtBy: 'client-receives',
    says: 'do you return early when there are no bytes to send',
    why: 'Without bytes to send, the client does not even connect.',
    edits: [
      [
        'const socket = net.connect(parseAddress(peer))',
        'if (bytes.length === 0) return { bytes }\n  const socket = net.connect(parseAddress(peer))',
      ],
    ],
  },
  'stop-does-nothing': {
    caughtBy: 'stop',
    says: 'the connection was accepted',
    why: 'The stop function forgets the server, which still listens.',
    edits: [['  server?.close()\n', '']],
  },
  'stop-waits-for-clients': {
    caughtBy: 'stop',
    says: 'do you wait for the callback of server.close()',
    why: 'The callback of server.close comes only after the last client has left, so stop does not return before that.',
    edits: [['server?.close()', 'await new Promise(resolve => server?.close(resolve))']],
  },
  'stops-when-one-leaves': {
    caughtBy: 'reset',
    says: 'a client that breaks or ends its connection must harm nobody else',
    why: 'The end of one connection is treated as the end of the server.',
    edits: [
      [
        "socket.on('error', () => socket.destroy())",
        "socket.on('error', () => socket.destroy())\n    socket.on('close', () => listening.close())",
      ],
    ],
  },
  'takes-a-pause-for-the-end': {
    caughtBy: 'client-receives',
    // On a busy machine, the pause may be between any two pieces.
    says: ['do you take a pause for the end', 'do you return after the first'],
    why: 'A peer that has been quiet for 200 ms is treated as done.',
    edits: [
      [
        'for await (const chunk of socket) chunks.push(chunk)',
        `socket.on('data', chunk => chunks.push(chunk))
  await new Promise<void>((resolve, reject) => {
    socket.once('end', resolve).once('error', reject).setTimeout(200, resolve)
  })
  socket.destroy()`,
      ],
    ],
  },
})
