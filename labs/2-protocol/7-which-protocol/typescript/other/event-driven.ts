// Another correct program: a parser that is fed chunks, one state machine for both sides, its own varint, and no promises between the lines.
import net from 'node:net'
import { parseAddress } from 'p2plab'

const HEADER = '/multistream/1.0.0'

/** A varint of at most two bytes is enough for 1,024. */
function pack(text: string): Buffer {
  const body = Buffer.from(`${text}\n`, 'utf8')
  const { length } = body
  const head = length < 0x80 ? [length] : [(length & 0x7f) | 0x80, length >> 7]
  return Buffer.concat([Buffer.from(head), body])
}

class Bad extends Error {}

/** Takes one line off the front of `state.bytes`; undefined when it is not complete. */
function takeLine(state: { bytes: Buffer }): string | undefined {
  const [low, high] = state.bytes
  if (low === undefined) return undefined
  let length = low
  let start = 1
  if (low >= 0x80) {
    if (high === undefined) return undefined
    if (high >= 0x80 || high === 0) throw new Bad('bad length')
    length = (low & 0x7f) | (high << 7)
    start = 2
  }
  if (length > 1024 || length === 0) throw new Bad('bad length')
  const end = start + length
  if (state.bytes.length < end) return undefined
  const text = state.bytes.toString('utf8', start, end)
  if (!text.endsWith('\n')) throw new Bad('no newline')
  state.bytes = state.bytes.subarray(end)
  return text.slice(0, -1)
}

export function listen({ host, port, protocols }: { host: string; port: number; protocols: string[] }) {
  const known = new Set(protocols)
  const server = net.createServer({ allowHalfOpen: true }, socket => {
    const state = { bytes: Buffer.alloc(0) }
    let phase: 'header' | 'proposals' | 'echo' = 'header'
    socket.on('error', () => {})
    socket.on('data', chunk => {
      if (phase === 'echo') return void socket.write(chunk)
      state.bytes = Buffer.concat([state.bytes, chunk])
      try {
        while (phase !== 'echo') {
          const text = takeLine(state)
          if (text === undefined) return
          if (phase === 'header') {
            if (text !== HEADER) throw new Bad('no header')
            phase = 'proposals'
          } else if (text === 'ls') {
            const list = Buffer.concat([...[...known].map(pack), Buffer.from('\n')])
            // Some implementations answer with a list in one line.
            socket.write(list.length < 128 ? Buffer.concat([Buffer.of(list.length), list]) : pack('na'))
          } else if (known.has(text)) {
            phase = 'echo'
            socket.write(pack(text))
            socket.write(state.bytes)
          } else {
            socket.write(pack('na'))
          }
        }
      } catch {
        socket.destroy()
      }
    })
    socket.on('end', () => socket.end())
    socket.write(pack(HEADER))
  })
  return new Promise<{ port: number }>((resolve, reject) => {
    server.on('error', reject)
    server.listen({ host, port }, () => resolve({ port: (server.address() as net.AddressInfo).port }))
  })
}

export function dial({ peer, protocols, bytes }: { peer: string; protocols: string[]; bytes: Buffer }) {
  return new Promise<{ protocol: string; reply: Buffer }>((resolve, reject) => {
    const socket = net.connect(parseAddress(peer), () => socket.write(pack(HEADER)))
    const state = { bytes: Buffer.alloc(0) }
    const left = [...protocols]
    let agreed: string | undefined
    let greeted = false
    const fail = (why: string) => {
      socket.end()
      reject(new Error(why))
    }
    // This one proposes nothing before the other side has said that it speaks multistream-select.
    const propose = () => {
      if (left.length === 0) return fail('no protocol in common')
      socket.write(pack(left[0]!))
    }
    const lines = () => {
      while (agreed === undefined) {
        const text = takeLine(state)
        if (text === undefined) return
        if (!greeted) {
          if (text !== HEADER) throw new Bad('no header')
          greeted = true
          propose()
        } else if (text === left[0]) {
          agreed = text
          socket.write(bytes)
        } else if (text === 'na') {
          left.shift()
          propose()
        } else throw new Bad(`the answer ${text}`)
      }
    }
    socket.on('data', chunk => {
      state.bytes = Buffer.concat([state.bytes, chunk])
      try {
        lines()
      } catch (error) {
        return fail((error as Error).message)
      }
      if (agreed === undefined || state.bytes.length < bytes.length) return
      resolve({ protocol: agreed, reply: state.bytes.subarray(0, bytes.length) })
      socket.end()
    })
    socket.on('error', reject)
    socket.on('close', () => reject(new Error('the connection ended too early')))
  })
}
