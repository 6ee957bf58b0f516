import net from 'node:net'

let server: net.Server
let client: net.Socket

export async function listen({ host, port }: { host: string; port: number }) {
  server = net.createServer({ allowHalfOpen: true }, socket => {
    client = socket
    socket.on('data', chunk => client.write(chunk))
    socket.on('end', () => socket.end())
    socket.on('error', () => {})
  })
  await new Promise<void>(resolve => server.listen(port, host, resolve))
  return { port: (server.address() as net.AddressInfo).port }
}
