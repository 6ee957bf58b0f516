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
  'disconnects-the-slow': {
    caughtBy: 'slow-reader',
    says: 'do you leave frames out for a client that reads slowly, or disconnect it',
    why: 'A member for which much is waiting is disconnected, although every frame is due to it.',
    edits: [
      [
        'for (const member of members) if (member !== socket) member.write(frame)',
        `for (const member of members) {
          if (member === socket) continue
          if (member.writableLength > 1_000_000) member.destroy()
          else member.write(frame)
        }`,
      ],
    ],
  },
  'drops-empty-frames': {
    caughtBy: 'others',
    says: 'an empty frame is a frame',
    why: 'A frame without bytes is taken for nothing, and not forwarded.',
    edits: [
      [
        'const frame = encodeFrame(body)',
        'if (body.length === 0) continue\n        const frame = encodeFrame(body)',
      ],
    ],
  },
  'drops-frames-for-the-slow': {
    caughtBy: 'slow-reader',
    says: [
      'do you leave frames out for a client that reads slowly',
      'does one client that does not read block the others',
    ],
    why: 'A member that has not read everything yet gets no more frames, and they are lost for it.',
    edits: [['if (member !== socket)', 'if (member !== socket && !member.writableNeedDrain)']],
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
  'forwards-equal-frames-once': {
    caughtBy: 'others',
    says: 'Two equal frames are two frames',
    why: 'A frame that has the same bytes as an earlier one is taken for a duplicate, and not forwarded.',
    edits: [
      [
        'const members = new Set<net.Socket>()',
        'const members = new Set<net.Socket>()\n  const seen = new Set<string>()',
      ],
      [
        'const frame = encodeFrame(body)',
        `if (seen.has(body.toString('hex'))) continue
        seen.add(body.toString('hex'))
        const frame = encodeFrame(body)`,
      ],
    ],
  },
  'forwards-text': {
    caughtBy: 'others',
    says: 'do you convert the bytes to a string on the way',
    why: 'The bytes are converted to a string and back.',
    edits: [['encodeFrame(body)', 'encodeFrame(Buffer.from(body.toString()))']],
  },
  'never-answers-a-fin': {
    caughtBy: 'leaves',
    says: 'do you end your side when a client has ended its own',
    why: 'With allowHalfOpen, the room has to end its own side, and it never does: members that have left stay.',
    naive: true,
    edits: [['{ noDelay: true }', '{ noDelay: true, allowHalfOpen: true }']],
  },
  'notes-the-others-too-early': {
    caughtBy: 'stalled',
    says: 'do you decide who gets a frame when it begins',
    why: 'Who gets a frame is noted when its first bytes arrive, so a client that connects before the last ones does not get it.',
    edits: [
      [
        "    socket.on('data', chunk => {",
        "    let present: net.Socket[] | undefined\n    socket.on('data', chunk => {\n      present ??= [...members]",
      ],
      [
        'for (const member of members) if (member !== socket) member.write(frame)',
        `for (const member of present ?? members) if (member !== socket) member.write(frame)
        present = undefined`,
      ],
    ],
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
  'removes-another': {
    caughtBy: 'dead',
    says: 'one client that vanishes must not end or confuse your program',
    why: 'A broken connection is removed on "error" and again on "close". The second time it is not there, and splice(-1, 1) removes the last member.',
    naive: true,
    edits: [
      ['const members = new Set<net.Socket>()', 'const members: net.Socket[] = []'],
      ['members.add(socket)', 'members.push(socket)'],
      [
        "socket.on('error', () => socket.destroy())",
        "socket.on('error', () => members.splice(members.indexOf(socket), 1))",
      ],
      ['members.delete(socket)', 'members.splice(members.indexOf(socket), 1)'],
    ],
  },
  'replays-history': {
    caughtBy: 'others',
    says: 'do you keep frames, and send them to clients that join later',
    why: 'A new member gets all frames that were sent before it joined.',
    edits: [
      [
        'const members = new Set<net.Socket>()',
        'const members = new Set<net.Socket>()\n  const history: Buffer[] = []',
      ],
      ['members.add(socket)', 'members.add(socket)\n    for (const frame of history) socket.write(frame)'],
      ['const frame = encodeFrame(body)', 'const frame = encodeFrame(body)\n        history.push(frame)'],
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
  'stops-when-one-leaves': {
    caughtBy: 'dead',
    says: 'one client that vanishes must not end or confuse your program',
    why: 'When a member leaves, the server stops listening, so nobody can join any longer.',
    edits: [['members.delete(socket))', 'members.delete(socket) && server.close())']],
  },
  'throws-when-a-peer-is-gone': {
    caughtBy: 'dead',
    says: "Add .on('error', …) to every socket and server",
    why: 'The sockets have no "error" listener, so the first connection that breaks ends the whole program.',
    naive: true,
    edits: [["    socket.on('error', () => socket.destroy())\n", '']],
  },
})
