/** A multicast group on loopback, in the checker's hands. Nothing of it reaches another interface, or the group of another check. */
import dgram from 'node:dgram'
import { once } from 'node:events'
import {
  isFromHere,
  joinLoopbackGroup,
  LOOPBACK,
  multicastBind,
} from '../../../network/loopback-multicast.ts'
import { multicastProblem } from '../../../network/orchestrator/multicast-probe.ts'
import type { CheckContext } from '../kit/check.ts'
import { within } from '../kit/deadline.ts'
import { socketFault } from './machine-fault.ts'
import { noMulticast } from './no-multicast.ts'

type Owner = Pick<CheckContext, 'random' | 'transcript' | 'onEnd' | 'broken' | 'inconclusive'>

export interface MulticastGroup {
  /** As the contract writes addresses: "239.255.4.2:40123". */
  address: string
  /**
   * Resolves when it has come back, so that every member has got it. A group of the checker's own gets it back unless multicast has stopped
   * working, which ends the check as inconclusive.
   */
  send(bytes: Uint8Array): Promise<void>
  /** The next message of the program's, or undefined when none comes within `ms`. */
  next(ms: number): Promise<Buffer | undefined>
  /** How many of the program's have come and were not taken by `next`. */
  waiting(): number
  /** What came and need not be the program's, the first of it. */
  strangers: readonly Buffer[]
}

/** So many strangers are kept, and shown in the transcript. */
const STRANGERS = 8
/** Two programs may get one free port at the same moment. */
const TRIES = 5
/** On loopback, what is sent is back at once; this is for a machine that is busy. */
const BACK_MS = 5_000

/** The first probe holds for all checks of this process, unless it failed. */
const probed = new Map<NodeJS.Platform, Promise<string | undefined>>()

/**
 * Joins a group with an address and a port of its own, until the check ends. Ends the check as inconclusive where multicast does not work. What
 * comes counts as the program's if `isOurs` says so and the checker did not send it: all members of a group have one address, so only the content
 * tells them apart. `platform`: whose sockets to use. `beside`: a group of the check, for another one on the same port.
 */
export async function joinGroup(
  t: Owner,
  name: string,
  isOurs: (bytes: Buffer) => boolean,
  {
    platform = process.platform,
    beside,
  }: { platform?: NodeJS.Platform; beside?: Pick<MulticastGroup, 'address'> } = {},
): Promise<MulticastGroup> {
  const [taken, samePort] = beside?.address.split(':') ?? []
  let host: string
  // RFC 2365, 6.1: 239.255.0.0/16 is for whatever stays local.
  do host = `239.255.${t.random.int(1, 254)}.${t.random.int(1, 254)}`
  while (host === taken)
  const joined =
    samePort === undefined ? joinFreePort(host, platform) : joinPort(host, Number(samePort), platform)
  const { socket, port } = await joined.catch((error: unknown) => {
    const problem = (error as Error).message
    return t.inconclusive(noMulticast(problem))
  })
  let open = true
  t.onEnd(() => {
    open = false
    socket.close()
  })
  const probe = probed.get(platform) ?? multicastProblem(port, platform, host)
  probed.set(platform, probe)
  const problem = await probe
  if (problem !== undefined) {
    probed.delete(platform)
    t.inconclusive(noMulticast(problem))
  }

  const { transcript } = t
  const group = { host, port }
  const queue: Buffer[] = []
  const strangers: Buffer[] = []
  let wake = () => {}
  /** What the checker has sent and not heard yet, in hex. */
  const own = new Map<string, (() => void)[]>()
  socket.on('error', error => {
    if (open) t.broken(socketFault(error))
  })
  socket.on('message', (bytes, from) => {
    if (!isFromHere(from)) return
    const back = own.get(bytes.toString('hex'))?.shift()
    if (back) return back()
    transcript.capture.datagram('from program', group, { host: from.address, port: from.port }, bytes)
    if (!isOurs(bytes)) {
      if (strangers.length === STRANGERS) return
      strangers.push(bytes)
      transcript.capture.comment("set aside, because it need not be your program's")
      return transcript.stranger(`a datagram to ${name}`, bytes)
    }
    transcript.datagram('from program', name, bytes)
    queue.push(bytes)
    wake()
  })

  return {
    address: `${host}:${port}`,
    strangers,
    waiting: () => queue.length,
    async send(bytes) {
      transcript.datagram('to program', name, bytes)
      const sent = transcript.capture.datagram('to program', { host: LOOPBACK, port }, group, bytes)
      const key = Buffer.from(bytes).toString('hex')
      const back = new Promise<void>(resolve => {
        own.set(key, [...(own.get(key) ?? []), resolve])
      })
      const error = await new Promise<Error | null>(resolve => socket.send(bytes, port, host, resolve))
      if (error) throw socketFault(error)
      const late = () => new Error('late')
      await within(back, BACK_MS, late).catch(() =>
        t.inconclusive(noMulticast('a multicast packet of the checker did not come back to it')),
      )
      sent()
    },
    next(ms) {
      const come = new Promise<void>(resolve => {
        wake = resolve
        if (queue.length > 0) resolve()
      })
      return within(come, ms, () => new Error('nothing came')).then(
        () => queue.shift(),
        () => undefined,
      )
    },
  }
}

/** On a port that nobody has: a socket that others may share would otherwise hear what they say. */
async function joinFreePort(
  host: string,
  platform: NodeJS.Platform,
): Promise<{ socket: dgram.Socket; port: number }> {
  for (let tries = 1; ; tries++) {
    const port = await freePort(platform)
    try {
      return await joinPort(host, port, platform)
    } catch (error) {
      if (tries === TRIES || (error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error
    }
  }
}

const joinPort = async (host: string, port: number, platform: NodeJS.Platform) => ({
  socket: await joinLoopbackGroup(host, port, platform),
  port,
})

/** Nobody has it at any address, so no group either; but see multicastBind for Windows. */
async function freePort(platform: NodeJS.Platform): Promise<number> {
  const socket = dgram.createSocket('udp4')
  socket.bind(0, multicastBind(platform))
  await once(socket, 'listening')
  const { port } = socket.address()
  socket.close()
  await once(socket, 'close')
  return port
}
