import net from 'node:net'

function encodeFrame(body: Uint8Array): Buffer {
  const header = Buffer.alloc(4)
  header.writeUInt32BE(body.length)
  return Buffer.concat([header, body])
}

export async function listen({ host, port }: { host: string; port: number }) {
  const server = net.createServer(socket => {
    socket.on('data', chunk => {
      socket.write(encodeFrame(Buffer.from(chunk.subarray(4)).reverse()))
    })
    socket.on('error', () => {})
  })
  await new Promise<void>(resolve => server.listen(port, host, resolve))
  return { port: (server.address() as net.AddressInfo).port }
}
