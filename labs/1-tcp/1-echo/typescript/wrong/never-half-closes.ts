import net from 'node:net'
import { parseAddress } from 'p2plab'

export async function send({ peer, bytes }: { peer: string; bytes: Buffer }) {
  const socket = net.connect(parseAddress(peer))
  socket.write(bytes)
  const chunks: Buffer[] = []
  for await (const chunk of socket) chunks.push(chunk)
  return { bytes: Buffer.concat(chunks) }
}
