/** The socket of exercise 3.2: a multicast group on the loopback interface. */
import type * as types from 'p2plab'
import { isFromHere, joinLoopbackGroup } from '../../network/loopback-multicast.ts'

export const createJoinGroup =
  (parseAddress: typeof types.parseAddress): typeof types.joinGroup =>
  async (address, onMessage) => {
    const { host, port } = parseAddress(address)
    const socket = await joinLoopbackGroup(host, port)
    socket.on('error', error => console.error(error.message))
    socket.on('message', (message, from) => {
      if (isFromHere(from)) onMessage(message)
    })
    return {
      send: message =>
        socket.send(message, port, host, error => {
          if (error) console.error(`a message to ${address} could not be sent: ${error.message}`)
        }),
    }
  }
