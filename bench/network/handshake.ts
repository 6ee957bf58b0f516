/**
 * What one link costs, the least there is to pay for each: two nodes with the product's settings in this one process connect again
 * and again, one connection after the other, and the CPU time of both sides is taken. A link is a TCP connection, the noise XX
 * handshake, yamux, identify both ways, and both gossip streams with the first subscriptions on them.
 *
 *     node bench/network/handshake.ts LINKS
 *
 * Prints {"links":200,"cpuMs":2310.4}: milliseconds of CPU for all of them. Ends when its standard input does.
 */
import { once } from 'node:events'
import { setImmediate as turn } from 'node:timers/promises'
import { noise } from '@chainsafe/libp2p-noise'
import { yamux } from '@chainsafe/libp2p-yamux'
import { identify } from '@libp2p/identify'
import { tcp } from '@libp2p/tcp'
import { createLibp2p } from 'libp2p'
import { localGossipsub } from '../../network/node/gossip.ts'
import { connectionManager, tcpOptions } from '../../network/node/settings.ts'

const TOPIC = 'bench/handshake'

process.stdin.on('end', () => process.exit(1)).resume()
const links = Number(process.argv[2])
if (!Number.isInteger(links) || links < 1) {
  console.error('Usage: node bench/network/handshake.ts LINKS, a whole number from 1.')
  process.exit(2)
}

const createNode = () =>
  createLibp2p({
    addresses: { listen: ['/ip4/127.0.0.1/tcp/0'] },
    transports: [tcp(tcpOptions(false))],
    connectionEncrypters: [noise()],
    streamMuxers: [yamux()],
    connectionManager: connectionManager(false),
    connectionMonitor: { enabled: false },
    services: { identify: identify(), pubsub: localGossipsub(TOPIC) },
  })
const [a, b] = await Promise.all([createNode(), createNode()])
for (const { services } of [a, b]) services.pubsub.subscribe(TOPIC)

/** Not counted: the first links compile the code, which is once for a whole process of a network. */
const warmUp = Math.ceil(links / 2)
let cpu = 0
for (let i = -warmUp; i < links; i++) {
  const complete = [a, b].flatMap(node => [
    once(node, 'peer:identify'),
    once(node.services.pubsub, 'subscription-change'),
  ])
  const before = process.cpuUsage()
  await Promise.all([a.dial(b.getMultiaddrs()), ...complete])
  const { user, system } = process.cpuUsage(before)
  if (i >= 0) cpu += user + system
  const gone = [a, b].map(node => once(node, 'peer:disconnect'))
  for (const node of [a, b])
    for (const connection of node.getConnections()) connection.abort(new Error('measured'))
  await Promise.all(gone)
  // gossipsub hears of it after libp2p.
  while (a.services.pubsub.getPeers().length + b.services.pubsub.getPeers().length > 0) await turn()
}
process.stdout.write(`${JSON.stringify({ links, cpuMs: Math.round(cpu / 100) / 10 })}\n`, () =>
  process.exit(0),
)
