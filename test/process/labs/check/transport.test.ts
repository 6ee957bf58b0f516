/** The transport that the JSON exercises of Lab 4 share: a program with sockets of its own, and what becomes of its mistakes. */
import assert from 'node:assert/strict'
import type { Check } from '../../../../labs/check/kit/check.ts'
import { defineExercise, op } from '../../../../labs/exercise/define.ts'
import { boundPort, host, port, records, text } from '../../../../labs/exercise/fields.ts'
import { judgeTransport, type Exchange } from '../../../../labs/4-state/shared/transport.ts'
import { withJudge } from '../../../kit/judge.ts'

const { ops } = defineExercise({
  title: 'Transport',
  builds: 'a node',
  ops: {
    start: op({
      args: { id: text(), host: host(), port: port(), peers: records({ id: text(), address: text() }) },
      result: { port: boundPort() },
    }),
  },
  checks: {},
})

/** Sends each message to everyone but its sender, and answers a question. A mistake adds something at the marks. */
const NODE = `
import net from 'node:net'
const out = new Map()
const encode = message => {
  const body = JSON.stringify(message)
  const header = Buffer.alloc(4)
  header.writeUInt32BE(Buffer.byteLength(body))
  return Buffer.concat([header, Buffer.from(body)])
}
let id
const dial = peer => {
  const [host, port] = peer.address.split(':')
  const socket = net.connect(Number(port), host)
  socket.on('connect', () => {
    socket.write(encode({ from: id }))
    out.set(peer.id, socket)
    /* connected */
  })
  socket.on('error', () => {})
  socket.resume()
  socket.on('close', () => {
    if (out.get(peer.id) === socket) out.delete(peer.id)
    setTimeout(() => dial(peer), 20)
  })
}
/* shared */
const accept = socket => {
  let from, rest = Buffer.alloc(0)
  socket.on('error', () => {})
  socket.on('data', chunk => {
    rest = Buffer.concat([rest, chunk])
    while (rest.length >= 4) {
      const length = rest.readUInt32BE(0)
      if (length > 1024 * 1024) return socket.destroy()
      if (rest.length < 4 + length) break
      let message
      try {
        message = JSON.parse(rest.toString('utf8', 4, 4 + length))
      } catch {
        return socket.destroy()
      }
      rest = rest.subarray(4 + length)
      if (from === undefined) from = message.from
      else if (message.type === 'question') out.get(from)?.write(encode({ type: 'answer', n: message.n }))
      else for (const [to, link] of out) if (to !== from) link.write(encode(message))
    }
  })
}
export async function start({ id: own, host, port, peers }) {
  id = own
  for (const peer of peers) dial(peer)
  const server = net.createServer(accept)
  await new Promise(resolve => server.listen(port, host, resolve))
  return { port: server.address().port }
}
`

const WRONG: Record<string, { edits: [line: string, instead: string][]; says: string; depends?: true }> = {
  'takes a read for a frame': {
    edits: [
      [
        'if (rest.length < 4 + length) break',
        'if (rest.length < 4 + length) { rest = Buffer.alloc(0); break }',
      ],
    ],
    says: 'a read brings a part of a frame or several frames',
  },
  'has one buffer for all connections': {
    edits: [
      ['let from, rest = Buffer.alloc(0)', 'let from'],
      ['/* shared */', 'let rest = Buffer.alloc(0)'],
    ],
    says: 'for each connection by itself',
  },
  'counts characters': {
    edits: [['Buffer.byteLength(body)', 'body.length']],
    says: 'its length counts bytes',
  },
  'has one sender for all connections': {
    edits: [
      ['let from, rest', 'let known = false, rest'],
      ['/* shared */', 'let from'],
      ['if (from === undefined) from = message.from', 'if (!known) { known = true; from = message.from }'],
    ],
    says: 'keep the name with the connection',
    depends: true,
  },
  'refuses exactly 1 MiB': {
    edits: [['length > 1024 * 1024', 'length >= 1024 * 1024']],
    says: 'a frame holds up to 1 MiB of JSON',
  },
  'says who it is once': {
    edits: [
      [
        'socket.write(encode({ from: id }))',
        'if (!greeted.has(peer.id)) socket.write(encode({ from: id })); else socket.write(encode({ type: "other" })); greeted.add(peer.id)',
      ],
      ['/* shared */', 'const greeted = new Set()'],
    ],
    says: 'the first frame on each connection that you open names you',
  },
  'does not dial again when a peer has closed': {
    edits: [
      ["socket.on('close', () => {", "socket.on('close', failed => {"],
      ['setTimeout(() => dial(peer), 20)', 'if (failed) setTimeout(() => dial(peer), 20)'],
    ],
    says: 'do you dial again whenever a connection is over',
  },
  'dials one after the other': {
    edits: [
      ['for (const peer of peers) dial(peer)', 'queue.push(...peers); dial(queue.shift())'],
      ['/* shared */', 'const queue = []'],
      ['/* connected */', 'if (queue.length > 0) dial(queue.shift())'],
    ],
    says: 'do you open a connection to every peer in start',
  },
  'sends on connections that it accepted': {
    edits: [
      [
        'if (from === undefined) from = message.from',
        'if (from === undefined) { from = message.from; if (!out.has(from)) socket.write(encode({ from: id })) }',
      ],
    ],
    says: 'a node sends only on those that it dialed',
  },
  'reads one connection of each peer': {
    edits: [
      [
        'if (from === undefined) from = message.from',
        'if (from === undefined) { from = message.from; if (heard.has(from)) return socket.destroy(); heard.add(from) }',
      ],
      ['/* shared */', 'const heard = new Set()'],
    ],
    says: 'also a second one of the same peer',
  },
}

describe('The transport of Lab 4', () => {
  for (const to of ['others', 'sender'] as const) {
    let n = 0
    const exchange = (): Exchange => {
      const number = ++n
      return {
        message: { type: to === 'sender' ? 'question' : 'news', n: number },
        to,
        what: `message ${number}`,
        is: message => message.n === number,
      }
    }
    const check: Check = async t => {
      await judgeTransport(t, { start: node => t.call(ops.start, node), exchange })
    }
    describe(`with messages to the ${to}`, () => {
      describe('passes', () => {
        const run = withJudge(NODE)
        it('a program that is right', async () => {
          const { verdict, message } = await run(check, { ops })
          assert.equal(verdict, 'pass', message)
        })
      })
      for (const [name, { edits, says, depends = false }] of Object.entries(WRONG)) {
        // What does not depend on who gets a message is judged once.
        if (to === 'sender' && !depends) continue
        const program = edits.reduce((text, [line, instead]) => {
          assert.ok(text.includes(line), line)
          return text.replace(line, () => instead)
        }, NODE)
        describe(`fails one that ${name}`, () => {
          const run = withJudge(program)
          it(`and says: ${says}`, async () => {
            const { verdict, message } = await run(check, { ops })
            assert.equal(verdict, 'fail', message)
            assert.ok(message!.includes(says), message)
          })
        })
      }
    })
  }
})
