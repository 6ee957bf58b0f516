/** The npm package stun, a STUN implementation of others, on sockets behind our NATs and on hosts of our world. */
import { EventEmitter } from 'node:events'
import { createRequire } from 'node:module'
import type { Context } from 'mocha'
import { hostOf, portOf } from '../../labs/check/nat/nat.ts'
import { skipBecause } from './platform.ts'

export interface ForeignMessage {
  transactionId: Buffer
  getXorAddress(): { address: string; port: number } | undefined
  getUsername(): string | undefined
}

interface ForeignRequest extends ForeignMessage {
  addXorAddress(host: string, port: number): void
  addUsername(name: string): void
}

interface From {
  address: string
  port: number
}

interface Package {
  createMessage(type: number, transactionId?: Buffer): ForeignRequest
  StunServer: new (socket: EventEmitter) => EventEmitter & {
    send(message: ForeignRequest, port: number, host: string): boolean
  }
  constants: Readonly<Record<string, number & string>>
}

/** Call it in a `before` hook: skips the suite where the package is not installed. */
export function needStun(context: Context): Package {
  try {
    return createRequire(import.meta.url)('stun') as Package
  } catch {
    return skipBecause(context, 'the npm package stun is not installed')
  }
}

/** One end that speaks STUN by the package. Addresses are HOST:PORT. */
export interface ForeignEnd {
  /** A datagram has arrived. */
  arrived(bytes: Uint8Array, from: string): void
  /** Asks, and resolves to the address in the success response; stays pending while none comes. */
  ask(to: string, username?: string): Promise<string | undefined>
  /** Requests that came. `answer`, when given to `foreignEnd`, has decided which ones get an answer. */
  asked: { username: string | undefined; from: string }[]
}

/** `send` is how its datagrams leave; `answers` says whether a request gets a success response, and from which address it seems to come. */
export function foreignEnd(
  { createMessage, StunServer, constants }: Package,
  send: (bytes: Uint8Array, to: string) => void,
  answers: (request: ForeignMessage, from: string) => boolean = () => true,
): ForeignEnd {
  const socket = Object.assign(new EventEmitter(), {
    send: (bytes: Uint8Array, port: number, host: string) => send(bytes, `${host}:${port}`),
  })
  const stun = new StunServer(socket)
  const waiting = new Map<string, (address: string | undefined) => void>()
  const asked: ForeignEnd['asked'] = []
  // Without a listener its errors would end the process: what is no STUN at all it passes over.
  stun.on('error', () => {})
  stun.on(constants['STUN_EVENT_BINDING_REQUEST']!, (request: ForeignMessage, { address, port }: From) => {
    const from = `${address}:${port}`
    asked.push({ username: request.getUsername(), from })
    if (!answers(request, from)) return
    const response = createMessage(constants['STUN_BINDING_RESPONSE']!, request.transactionId)
    response.addXorAddress(address, port)
    stun.send(response, port, address)
  })
  stun.on(constants['STUN_EVENT_BINDING_RESPONSE']!, (response: ForeignMessage) => {
    const seen = response.getXorAddress()
    waiting.get(response.transactionId.toString('hex'))?.(seen && `${seen.address}:${seen.port}`)
  })
  return {
    asked,
    arrived: (bytes, from) =>
      void socket.emit('message', Buffer.from(bytes), { address: hostOf(from), port: portOf(from) }),
    ask(to, username) {
      const request = createMessage(constants['STUN_BINDING_REQUEST']!)
      if (username !== undefined) request.addUsername(username)
      return new Promise(resolve => {
        waiting.set(request.transactionId.toString('hex'), resolve)
        stun.send(request, portOf(to), hostOf(to))
      })
    },
  }
}
