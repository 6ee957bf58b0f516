import net from 'node:net'

function encodeFrame(body: Uint8Array): Buffer {
  const header = Buffer.alloc(4)
  header.writeUInt32BE(body.length)
  return Buffer.concat([header, body])
}

export async function listen({ host, port }: { host: string; port: number }) {
  const server = net.createServer(socket => {
    let body: Buffer | undefined
    let filled = 0
    socket.on('data', chunk => {
      let offset = 0
      while (offset < chunk.length) {
        if (!body) {
          if (chunk.length - offset < 4) return
          body = Buffer.alloc(chunk.readUInt32BE(offset))
          filled = 0
          offset += 4
        }
        const copied = chunk.copy(body, filled, offset)
        filled += copied
        offset += copied
        if (filled === body.length) {
          socket.write(encodeFrame(body.reverse()))
          body = undefined
        }
      }
    })
    socket.on('error', () => {})
  })
  await new Promise<void>(resolve => server.listen(port, host, resolve))
  return { port: (server.address() as net.AddressInfo).port }
}
