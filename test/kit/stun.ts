/** The npm package stun, a STUN implementation of others, on sockets behind our NATs and on hosts of our world. */
import { EventEmitter } from 'node:events'
import stun, { type StunMessage } from 'stun'
import { hostOf, portOf } from '../../labs/check/nat/nat.ts'

const { createMessage, StunServer, constants } = stun

interface From {
  address: string
  port: number
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
  send: (bytes: Uint8Array, to: string) => void,
  answers: (request: StunMessage, from: string) => boolean = () => true,
): ForeignEnd {
  const socket = Object.assign(new EventEmitter(), {
    send: (bytes: Uint8Array, port: number, host: string) => send(bytes, `${host}:${port}`),
  })
  const end = new StunServer(socket)
  const waiting = new Map<string, (address: string | undefined) => void>()
  const asked: ForeignEnd['asked'] = []
  // Without a listener its errors would end the process: what is no STUN at all it passes over.
  end.on('error', () => {})
  end.on(constants.STUN_EVENT_BINDING_REQUEST, (request: StunMessage, { address, port }: From) => {
    const from = `${address}:${port}`
    asked.push({ username: request.getUsername(), from })
    if (!answers(request, from)) return
    const response = createMessage(constants.STUN_BINDING_RESPONSE, request.transactionId)
    response.addXorAddress(address, port)
    end.send(response, port, address)
  })
  end.on(constants.STUN_EVENT_BINDING_RESPONSE, (response: StunMessage) => {
    const seen = response.getXorAddress()
    waiting.get(response.transactionId.toString('hex'))?.(seen && `${seen.address}:${seen.port}`)
  })
  return {
    asked,
    arrived: (bytes, from) =>
      void socket.emit('message', Buffer.from(bytes), { address: hostOf(from), port: portOf(from) }),
    ask(to, username) {
      const request = createMessage(constants.STUN_BINDING_REQUEST)
      if (username !== undefined) request.addUsername(username)
      return new Promise(resolve => {
        waiting.set(request.transactionId.toString('hex'), resolve)
        end.send(request, portOf(to), hostOf(to))
      })
    },
  }
}
