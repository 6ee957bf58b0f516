import net from 'node:net'

function encodeFrame(body: Uint8Array): Buffer {
  const header = Buffer.alloc(4)
  header.writeUInt32BE(body.length)
  return Buffer.concat([header, body])
}

export async function listen({ host, port }: { host: string; port: number }) {
  const server = net.createServer(socket => {
    let rest = Buffer.alloc(0)
    let length = 0
    socket.on('data', chunk => {
      rest = Buffer.concat([rest, chunk])
      for (;;) {
        if (!length) {
          if (rest.length < 4) return
          length = rest.readUInt32BE()
          rest = rest.subarray(4)
          if (!length) continue
        }
        if (rest.length < length) return
        socket.write(encodeFrame(Buffer.from(rest.subarray(0, length)).reverse()))
        rest = rest.subarray(length)
        length = 0
      }
    })
    socket.on('error', () => {})
  })
  await new Promise<void>(resolve => server.listen(port, host, resolve))
  return { port: (server.address() as net.AddressInfo).port }
}
