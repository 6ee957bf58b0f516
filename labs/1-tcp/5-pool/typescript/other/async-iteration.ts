// Another right program: a fixed number of slots, a loop that reads each connection, and a sweep for the idle ones.
import net from 'node:net'
import { once } from 'node:events'
import { parseAddress } from 'p2plab'

interface Line {
  socket: net.Socket
  connected: Promise<unknown>
  calls: Map<number, PromiseWithResolvers<Buffer>>
  freeSince: number
}

let peer = { host: '', port: 0 }
let slots: (Line | undefined)[] = []
let calls = 0

export async function open(pool: { peer: string; maxConnections: number; idleMs: number }): Promise<void> {
  peer = parseAddress(pool.peer)
  slots = new Array(pool.maxConnections).fill(undefined)
  setInterval(() => {
    for (const line of slots) {
      if (line?.calls.size === 0 && performance.now() - line.freeSince >= pool.idleMs) line.socket.destroy()
    }
  }, pool.idleMs / 4)
}

export async function request({ bytes }: { bytes: Buffer }): Promise<{ bytes: Buffer }> {
  const line = take()
  const id = ++calls
  const call = Promise.withResolvers<Buffer>()
  line.calls.set(id, call)
  // Handled below; until then it may fail while we wait for the connection.
  call.promise.catch(() => {})
  try {
    await line.connected
  } catch {
    // The loop that reads has told all calls.
  }
  const frame = Buffer.alloc(8 + bytes.length)
  frame.writeUInt32BE(4 + bytes.length, 0)
  frame.writeUInt32BE(id, 4)
  frame.set(bytes, 8)
  if (line.socket.writable) line.socket.write(frame)
  return { bytes: await call.promise }
}

/** An open line on which nothing waits, an empty slot, or the line with the fewest calls. */
function take(): Line {
  const usable = slots
    .filter(line => line !== undefined)
    .filter(line => line.socket.writable || line.socket.connecting)
  const best = usable.sort((a, b) => a.calls.size - b.calls.size)[0]
  const room = slots.findIndex(line => !line || !usable.includes(line))
  if (best && (best.calls.size === 0 || room === -1)) return best
  const socket = net.connect(peer)
  const line: Line = { socket, connected: once(socket, 'connect'), calls: new Map(), freeSince: 0 }
  slots[room] = line
  void read(line)
  return line
}

async function read(line: Line): Promise<void> {
  let reason: unknown = new Error('the peer ended the connection')
  try {
    let rest = Buffer.alloc(0)
    for await (const chunk of line.socket) {
      rest = Buffer.concat([rest, chunk])
      while (rest.length >= 8 && rest.length >= 4 + rest.readUInt32BE(0)) {
        const end = 4 + rest.readUInt32BE(0)
        const id = rest.readUInt32BE(4)
        line.calls.get(id)?.resolve(rest.subarray(8, end))
        line.calls.delete(id)
        rest = rest.subarray(end)
      }
      line.freeSince = performance.now()
    }
  } catch (error) {
    reason = error
  }
  line.socket.destroy()
  const slot = slots.indexOf(line)
  if (slot !== -1) slots[slot] = undefined
  for (const { reject } of line.calls.values()) reject(reason)
}
