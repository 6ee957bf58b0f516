import net from 'node:net'
import { parseAddress } from 'p2plab'

export async function send({ peer, bytes }: { peer: string; bytes: Buffer }) {
  const socket = net.connect(parseAddress(peer))
  socket.end(bytes)
  let answer = ''
  for await (const chunk of socket) answer += chunk
  return { bytes: Buffer.from(answer) }
}
