import net from 'node:net'

function encodeFrame(body: Uint8Array): Buffer {
  const header = Buffer.alloc(4)
  header.writeUInt32BE(body.length)
  return Buffer.concat([header, body])
}

export async function listen({ host, port }: { host: string; port: number }) {
  const server = net.createServer(socket => {
    let rest = Buffer.alloc(0)
    socket.on('data', chunk => {
      rest = Buffer.concat([rest, chunk])
      if (rest.length < 4) return
      const end = 4 + rest.readUInt32BE()
      if (rest.length < end) return
      socket.write(encodeFrame(Buffer.from(rest.subarray(4, end)).reverse()))
      rest = rest.subarray(end)
    })
    socket.on('error', () => {})
  })
  await new Promise<void>(resolve => server.listen(port, host, resolve))
  return { port: (server.address() as net.AddressInfo).port }
}
