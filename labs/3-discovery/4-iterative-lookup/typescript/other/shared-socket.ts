import dgram from 'node:dgram'
import { decodeBencode, encodeBencode, parseAddress } from 'p2plab'

interface Args {
  id: Buffer
  target: Buffer
  seeds: string[]
  k: number
  alpha: number
  timeoutMs: number
}

/** All lookups share one socket, and count their queries together. */
const open = new Map<number, { address: string; settle: (message?: Record<string, unknown>) => void }>()
let last = 0
let shared: Promise<dgram.Socket> | undefined

function sharedSocket(): Promise<dgram.Socket> {
  shared ??= new Promise((resolve, reject) => {
    const socket = dgram.createSocket('udp4')
    socket.once('error', reject)
    socket.on('message', (bytes, { address, port }) => {
      const message = read(bytes)
      if (!Buffer.isBuffer(message?.['t']) || message['t'].length !== 4) return
      if (!Buffer.isBuffer(message['y'])) return
      const query = open.get(message['t'].readUInt32BE())
      const kind = String(message['y'])
      if (query?.address === `${address}:${port}` && (kind === 'r' || kind === 'e'))
        query.settle(kind === 'r' ? message : undefined)
    })
    socket.bind(0, () => resolve(socket))
  })
  return shared
}

function read(bytes: Buffer): Record<string, unknown> | undefined {
  try {
    const value = decodeBencode(bytes)
    return typeof value === 'object' && !Array.isArray(value) && !Buffer.isBuffer(value) ? value : undefined
  } catch {
    return undefined
  }
}

interface Named {
  id: string
  address: string
}

/** The node's own id, and whom it names; undefined when it does not answer. */
async function findNode(
  address: string,
  { id, target, timeoutMs }: Args,
): Promise<{ id: string; named: Named[] } | undefined> {
  const socket = await sharedSocket()
  const { host, port } = parseAddress(address)
  const number = (last = (last + 1) >>> 0)
  const t = Buffer.alloc(4)
  t.writeUInt32BE(number)
  const message = await new Promise<Record<string, unknown> | undefined>(settle => {
    const timer = setTimeout(settle, timeoutMs, undefined)
    open.set(number, {
      address,
      settle(answer) {
        clearTimeout(timer)
        settle(answer)
      },
    })
    socket.send(encodeBencode({ t, y: 'q', q: 'find_node', a: { id, target } }), port, host)
  })
  open.delete(number)
  const r = message?.['r'] as Record<string, unknown> | undefined
  const [own, nodes] = [r?.['id'], r?.['nodes']]
  if (!Buffer.isBuffer(own) || own.length !== 20 || !Buffer.isBuffer(nodes)) return undefined
  const named: Named[] = []
  for (let i = 0; i + 26 <= nodes.length; i += 26) {
    const [a, b, c, d] = nodes.subarray(i + 20, i + 24)
    named.push({
      id: nodes.toString('hex', i, i + 20),
      address: `${a}.${b}.${c}.${d}:${nodes.readUInt16BE(i + 24)}`,
    })
  }
  return { id: own.toString('hex'), named }
}

export async function lookup(args: Args): Promise<{ nodes: string[] }> {
  const { target, k, alpha } = args
  const goal = BigInt(`0x${target.toString('hex')}`)
  const distance = (id: string) => BigInt(`0x${id}`) ^ goal
  const nearest = (nodes: Named[]) =>
    nodes
      .sort((a, b) => (distance(a.id) < distance(b.id) ? -1 : distance(a.id) > distance(b.id) ? 1 : 0))
      .slice(0, k)

  /** What was heard of addresses that were not asked yet, and what came of those that were. */
  let heard: Named[] = args.seeds.map(address => ({ id: target.toString('hex'), address }))
  const asked = new Map<string, Named | 'failed'>()
  const inFlight = new Map<string, Promise<void>>()

  const best = () => nearest([...[...asked.values()].filter(node => node !== 'failed'), ...heard])
  const isNew = ({ id, address }: Named) =>
    !asked.has(address) &&
    id !== args.id.toString('hex') &&
    !address.endsWith(':0') &&
    !heard.some(other => other.id === id && other.address === address)

  for (;;) {
    const next = inFlight.size < alpha ? best().find(({ address }) => !asked.has(address)) : undefined
    if (next) {
      const { address } = next
      asked.set(address, next)
      heard = heard.filter(other => other.address !== address)
      const query = findNode(address, args).then(answer => {
        inFlight.delete(address)
        asked.set(address, answer ? { id: answer.id, address } : 'failed')
        for (const one of nearest(answer?.named ?? [])) if (isNew(one)) heard.push(one)
      })
      inFlight.set(address, query)
    } else if (inFlight.size > 0) await Promise.race(inFlight.values())
    else return { nodes: best().map(({ id, address }) => `${id} ${address}`) }
  }
}
