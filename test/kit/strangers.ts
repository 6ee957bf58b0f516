/**
 * Strangers: what else there is on a computer. They send datagrams to every UDP port of given processes and connect to every TCP port that
 * those listen on, again and again, as late probes, scanners and other programs do now and then. Linux only: it says which port is whose.
 */
import { randomBytes } from 'node:crypto'
import dgram from 'node:dgram'
import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import net from 'node:net'

const HOST = '127.0.0.1'
const EVERY_MS = 30
/** A TCP port gets them when it is new, and once in so many rounds. */
const CONNECT_EVERY = 8

export interface Strangers {
  /** The checker: to its sockets they say all sorts of things, also what looks like what it waits for. */
  visitChecker(pid: number): void
  /** The learner's program: to its sockets they say only what every right program must ignore. */
  visitProgram(pid: number): void
  /** How many datagrams and connections there were so far. */
  visits(): number
  /** Resolves when they are gone. */
  leave(): Promise<void>
}

export function letStrangersIn(): Strangers {
  const visited = new Map<number, 'checker' | 'program'>()
  const socket = dgram.createSocket('udp4')
  socket.on('error', () => {})
  const open = new Set<net.Socket>()
  const known = new Set<number>()
  let [visits, round] = [0, 0]

  const send = (port: number, bytes: Uint8Array) => {
    visits++
    socket.send(bytes, port, HOST, () => {})
  }
  const connect = (port: number, bytes: Uint8Array | undefined) => {
    visits++
    const stranger = net.connect(port, HOST)
    open.add(stranger)
    stranger.on('error', () => {})
    stranger.on('close', () => open.delete(stranger))
    stranger.on('connect', () => {
      if (bytes) stranger.write(bytes)
      // One leaves at once, another stays for a while and says nothing more.
      if (round % 2 === 0) stranger.destroy()
      else setTimeout(() => stranger.resetAndDestroy(), 200).unref()
    })
  }
  const visit = () => {
    round++
    const udp = openPorts('udp')
    const tcp = openPorts('tcp')
    for (const [pid, whose] of visited) {
      const inodes = socketsOf(pid)
      for (const port of portsOf(udp, inodes)) {
        send(port, Buffer.alloc(0))
        send(port, Buffer.concat([Buffer.of(2), randomBytes(12)]))
        send(port, randomBytes(40))
        // A request of exercise 1.7 is one that its server must add, whoever sends it.
        if (whose === 'checker') send(port, Buffer.concat([Buffer.of(1), randomBytes(12)]))
      }
      for (const port of portsOf(tcp, inodes)) {
        if (known.has(port) && round % CONNECT_EVERY !== 0) continue
        known.add(port)
        connect(port, undefined)
        if (whose === 'checker') connect(port, Buffer.concat([Buffer.of(0, 0, 0, 20), randomBytes(20)]))
      }
    }
  }
  const timer = setInterval(visit, EVERY_MS)
  return {
    visitChecker: pid => void visited.set(pid, 'checker'),
    visitProgram: pid => void visited.set(pid, 'program'),
    visits: () => visits,
    async leave() {
      clearInterval(timer)
      for (const stranger of open) stranger.destroy()
      await new Promise<void>(resolve => socket.close(() => resolve()))
    },
  }
}

/** The inodes of a process's sockets; none when it is gone. */
function socketsOf(pid: number): Set<string> {
  const found = new Set<string>()
  try {
    for (const fd of readdirSync(`/proc/${pid}/fd`)) {
      try {
        const inode = /^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/${pid}/fd/${fd}`))?.[1]
        if (inode !== undefined) found.add(inode)
      } catch {
        // Closed since.
      }
    }
  } catch {
    // The process is gone.
  }
  return found
}

/** Of a line of /proc/net/tcp: its state in which it listens; of UDP, in which it is not connected. */
const STATE = { tcp: '0A', udp: '07' } as const

/** By the inodes of their sockets. */
function openPorts(protocol: 'tcp' | 'udp'): Map<string, number> {
  const ports = new Map<string, number>()
  for (const line of readFileSync(`/proc/net/${protocol}`, 'latin1').split('\n').slice(1)) {
    const [, local = '', , state, , , , , , inode = ''] = line.trim().split(/\s+/)
    if (state === STATE[protocol]) ports.set(inode, Number.parseInt(local.split(':')[1] ?? '', 16))
  }
  return ports
}

const portsOf = (ports: ReadonlyMap<string, number>, inodes: ReadonlySet<string>): number[] =>
  [...inodes].map(inode => ports.get(inode)).filter(port => port !== undefined && port > 0) as number[]
