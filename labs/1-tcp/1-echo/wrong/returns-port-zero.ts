// caught by: port-zero
// says: server.address() says once the server listens
// The mistake: the port that was asked for is returned, not the one that the system gave.
import net from 'node:net'

let server: net.Server

export async function listen({ host, port }: { host: string; port: number }) {
  server = net.createServer({ allowHalfOpen: true }, socket => {
    socket.pipe(socket)
    socket.on('error', () => {})
  })
  await new Promise<void>(resolve => server.listen(port, host, resolve))
  return { port }
}
