import { noise } from '@chainsafe/libp2p-noise'
import { yamux } from '@chainsafe/libp2p-yamux'
import type { Stream } from '@libp2p/interface'
import { tcp } from '@libp2p/tcp'
import { createLibp2p } from 'libp2p'

export async function listen({ address }: { address: string }) {
  const node = await createLibp2p({
    addresses: { listen: [address] },
    transports: [tcp()],
    connectionEncrypters: [noise()],
    streamMuxers: [yamux()],
  })
  await node.handle('/p2plab/echo/1.0.0', echo)
  return { address: node.getMultiaddrs()[0]!.toString() }
}

async function echo(stream: Stream) {
  for (;;) {
    const data = await nextMessage(stream)
    if (data === undefined) break
    if (!stream.send(data)) await new Promise(resolve => stream.addEventListener('drain', resolve, { once: true }))
  }
  await stream.close()
}

const nextMessage = (stream: Stream) =>
  new Promise<Uint8Array | undefined>(resolve => {
    if (stream.readableEnded) return resolve(undefined)
    const message = ({ data }: { data: { subarray(): Uint8Array } }) => {
      stream.removeEventListener('end', end)
      resolve(data.subarray())
    }
    const end = () => {
      stream.removeEventListener('message', message)
      resolve(undefined)
    }
    stream.addEventListener('message', message, { once: true })
    stream.addEventListener('end', end, { once: true })
  })
