import { defineMistakes } from '../../../exercise/mistakes.ts'

export default defineMistakes({
  'awaits-each-member': {
    caughtBy: 'slow-reader',
    says: 'do not await one before the next',
    why: 'Each write is awaited before the next member gets the frame, so one that does not read blocks all.',
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
    why: 'Something slow is awaited for each frame, and a short frame is done with it before the long one in front.',
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
    why: 'The frame goes to everyone in the room, the sender included.',
    naive: true,
    edits: [['if (member !== socket) member.write', 'member.write']],
  },
  'ends-for-all': {
    caughtBy: 'dead',
    says: 'one client that is gone must not end',
    why: 'When one client leaves, the server closes for everyone.',
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
    why: 'The body is passed on without its length, so nobody can tell where a frame ends.',
    edits: [['member.write(frame)', 'member.write(body)']],
  },
  'one-decoder-for-all': {
    caughtBy: 'fifty',
    says: 'does each connection have a decoder of its own',
    why: 'One decoder is shared by all connections, so their pieces mix.',
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
    says: 'are only whole frames passed on',
    why: 'The chunks are passed on as they come, so half a frame of one sender is followed by those of another.',
    edits: [
      [
        'for (const body of decode(chunk)) {\n        const frame = encodeFrame(body)',
        'for (const frame of [chunk]) {',
      ],
    ],
  },
  'pauses-all-for-one': {
    caughtBy: 'slow-reader',
    says: 'does one client that does not read keep the others waiting',
    why: 'When one member is slow, reading from the sender stops until that member has caught up.',
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
    why: 'Connections are handled one after another: the second is served when the first has ended.',
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
    why: "No listener for 'error': the first connection that breaks ends the whole program.",
    naive: true,
    edits: [["    socket.on('error', () => socket.destroy())\n", '']],
  },
})
