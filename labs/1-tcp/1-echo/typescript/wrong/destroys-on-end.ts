import net from 'node:net'

let server: net.Server

export async function listen({ host, port }: { host: string; port: number }) {
  server = net.createServer({ allowHalfOpen: true }, socket => {
    socket.on('data', chunk => socket.write(chunk))
    socket.on('end', () => socket.destroy())
    socket.on('error', () => {})
  })
  await new Promise<void>(resolve => server.listen(port, host, resolve))
  return { port: (server.address() as net.AddressInfo).port }
}
