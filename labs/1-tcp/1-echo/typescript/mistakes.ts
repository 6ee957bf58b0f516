import { defineMistakes } from '../../../exercise/mistakes.ts'

export default defineMistakes({
  'decodes-utf8': {
    caughtBy: 'every-byte',
    says: 'do the bytes become a string on the way',
    why: 'SetEncoding makes strings of the bytes, and what is no UTF-8 is replaced.',
    naive: true,
    edits: [['socket.pipe(socket)', "socket.setEncoding('utf8').pipe(socket)"]],
  },
  'destroys-on-end': {
    caughtBy: 'half-close',
    says: 'bytes were lost',
    why: 'The peer has ended, so the connection is taken for over while the echo still waits to be sent.',
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
    why: "A port of one's own choice instead of the one that is given.",
    edits: [['listening.listen(port, host, resolve)', 'listening.listen(48765, host, resolve)']],
  },
  'joins-as-text': {
    caughtBy: 'client-receives',
    says: 'are the pieces joined as bytes',
    why: "Join('') turns each piece into a string.",
    edits: [['Buffer.concat(chunks)', "Buffer.from(chunks.join(''))"]],
  },
  'never-ends': {
    caughtBy: 'half-close',
    says: 'does your server end its side after the other side has ended',
    why: "AllowHalfOpen without ending one's own side.",
    edits: [['socket.pipe(socket)', "socket.on('data', chunk => socket.write(chunk))"]],
  },
  'never-half-closes': {
    caughtBy: 'client-sends',
    says: 'do you half-close after the bytes',
    why: 'Write without end, so the server waits for more.',
    edits: [['socket.end(bytes)', 'socket.write(bytes)']],
  },
  'resolves-on-first-chunk': {
    caughtBy: 'client-receives',
    says: 'do you resolve on the first "data" event',
    why: 'One data event is taken for the whole answer.',
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
    says: 'server.address() says once the server listens',
    why: 'The port that was asked for is returned, not the one that the system gave.',
    edits: [['return { port: (listening.address() as net.AddressInfo).port }', 'return { port }']],
  },
  'serves-one-client': {
    caughtBy: 'clients',
    says: 'is every connection served, not only one',
    why: '"once" listens for a single connection.',
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
    why: 'The socket is kept in one variable, so all answers go to the client that came last.',
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
  'stop-does-nothing': {
    caughtBy: 'stop',
    says: 'the connection was accepted',
    why: 'Stop forgets the server, which still listens.',
    edits: [['  server?.close()\n', '']],
  },
})
