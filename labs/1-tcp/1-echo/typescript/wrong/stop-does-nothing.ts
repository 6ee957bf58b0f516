import net from 'node:net'

let server: net.Server
const sockets = new Set<net.Socket>()

export async function listen({ host, port }: { host: string; port: number }) {
  server = net.createServer({ allowHalfOpen: true }, socket => {
    sockets.add(socket)
    socket.pipe(socket)
    socket.on('error', () => {})
  })
  await new Promise<void>(resolve => server.listen(port, host, resolve))
  return { port: (server.address() as net.AddressInfo).port }
}

export async function stop() {
  for (const socket of sockets) socket.destroy()
}
