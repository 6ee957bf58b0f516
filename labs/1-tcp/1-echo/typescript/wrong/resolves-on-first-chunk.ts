import net from 'node:net'
import { parseAddress } from 'p2plab'

export async function send({ peer, bytes }: { peer: string; bytes: Buffer }) {
  const socket = net.connect(parseAddress(peer))
  socket.end(bytes)
  return await new Promise<{ bytes: Buffer }>((resolve, reject) => {
    socket.on('data', chunk => resolve({ bytes: chunk }))
    socket.on('error', reject)
  })
}
