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
      let offset = 0
      let taken = false
      while (rest.length >= offset + 4 && rest.length >= offset + 4 + rest.readUInt32BE(offset)) {
        const end = offset + 4 + rest.readUInt32BE(offset)
        socket.write(encodeFrame(Buffer.from(rest.subarray(offset + 4, end)).reverse()))
        offset = end
        taken = true
      }
      if (taken) rest = Buffer.alloc(0)
    })
    socket.on('error', () => {})
  })
  await new Promise<void>(resolve => server.listen(port, host, resolve))
  return { port: (server.address() as net.AddressInfo).port }
}
