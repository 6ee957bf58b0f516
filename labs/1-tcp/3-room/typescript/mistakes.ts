import { defineMistakes } from '../../../exercise/mistakes.ts'

export default defineMistakes({
  'awaits-each-member': {
    caughtBy: 'slow-reader',
    says: 'without awaiting one before the next',
    why: 'Each write is awaited before the next member gets the frame, so one member that does not read blocks all.',
    naive: true,
    edits: [
      [
        'const members = new Set<net.Socket>()',
        'const members = new Set<net.Socket>()\n  let queue = Promise.resolve()',
      ],
      [
        'for (const member of members) if (member !== socket) member.write(frame)',
        `queue = queue.then(async () => {
          for (const member of members) {
            if (member !== socket) await new Promise(resolve => member.write(frame, resolve))
          }
        })`,
      ],
    ],
  },
  'awaits-per-frame': {
    caughtBy: 'order',
    says: 'a later frame can overtake it',
    why: 'Something slow is awaited for each frame, and a short frame overtakes the long one in front of it.',
    edits: [
      [
        'for (const body of decode(chunk)) {',
        `decode(chunk).forEach(async body => {
        await crypto.subtle.digest('SHA-512', Buffer.concat(Array(20).fill(body)))`,
      ],
      ['member.write(frame)\n      }', 'member.write(frame)\n      })'],
    ],
  },
  'echoes-to-the-sender': {
    caughtBy: 'not-back',
    says: 'its own frame, which came back',
    why: 'The frame goes to everyone in the room, including its sender.',
    naive: true,
    edits: [['if (member !== socket) member.write', 'member.write']],
  },
  'ends-for-all': {
    caughtBy: 'dead',
    says: 'one client that vanishes must not end',
    why: 'When one client leaves, the server closes all connections.',
    edits: [
      [
        'members.delete(socket))',
        `{
      for (const member of members) member.destroy()
    })`,
      ],
    ],
  },
  'forgets-the-length': {
    caughtBy: 'others',
    says: 'with its length in front',
    why: 'The body is forwarded without its length, so the readers cannot tell where a frame ends.',
    edits: [['member.write(frame)', 'member.write(body)']],
  },
  'one-decoder-for-all': {
    caughtBy: 'fifty',
    says: 'does each connection have a decoder of its own',
    why: 'All connections share one decoder, so their pieces mix.',
    naive: true,
    edits: [
      ['    const decode = frameDecoder()\n', ''],
      [
        'const members = new Set<net.Socket>()',
        'const members = new Set<net.Socket>()\n  const decode = frameDecoder()',
      ],
    ],
  },
  'passes-chunks-on': {
    caughtBy: 'stalled',
    says: 'do you forward only whole frames',
    why: 'The chunks are forwarded as they arrive, so frames of one sender end up inside a frame of another.',
    edits: [
      [
        'for (const body of decode(chunk)) {\n        const frame = encodeFrame(body)',
        'for (const frame of [chunk]) {',
      ],
    ],
  },
  'pauses-all-for-one': {
    caughtBy: 'slow-reader',
    says: 'does one client that does not read block the others',
    why: 'When one member is slow, the server stops reading from the sender until that member has caught up.',
    edits: [
      [
        'for (const member of members) if (member !== socket) member.write(frame)',
        `for (const member of members) {
          if (member === socket || member.write(frame)) continue
          socket.pause()
          member.once('drain', () => socket.resume())
        }`,
      ],
    ],
  },
  'serves-one-at-a-time': {
    caughtBy: 'others',
    says: 'do you keep all sockets in a Set',
    why: 'Connections are handled one after another, so the second one has to wait until the first has ended.',
    in: 'async-iteration',
    edits: [
      [
        'const server = net.createServer(socket => void member(socket))',
        `const server = net.createServer()
  let turn = Promise.resolve()
  server.on('connection', socket => (turn = turn.then(() => member(socket))))`,
      ],
    ],
  },
  'throws-when-a-peer-is-gone': {
    caughtBy: 'dead',
    says: "Add .on('error', …) to every socket and server",
    why: 'The sockets have no "error" listener, so the first connection that breaks ends the whole program.',
    naive: true,
    edits: [["    socket.on('error', () => socket.destroy())\n", '']],
  },
})
