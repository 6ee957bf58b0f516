import net from 'node:net'

let server: net.Server

export async function listen({ host }: { host: string; port: number }) {
  server = net.createServer({ allowHalfOpen: true }, socket => {
    socket.pipe(socket)
    socket.on('error', () => {})
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(48765, host, resolve)
  })
  return { port: (server.address() as net.AddressInfo).port }
}
