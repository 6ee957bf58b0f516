import { defineMistakes } from '../../../exercise/mistakes.ts'

export default defineMistakes({
  'announces-nothing': {
    caughtBy: 'discovered',
    says: 'so not broadcast: false',
    why: 'Its author only wants to find others, and does not want to be found.',
    naive: true,
    edits: [['interval: intervalMs })', 'interval: intervalMs, broadcast: false })']],
  },
  'asks-every-10-seconds': {
    caughtBy: 'asks-again',
    says: 'ask again every intervalMs',
    why: 'The interval is left out, so libp2p asks at the start, and then every 10 s.',
    naive: true,
    edits: [['mdns({ serviceTag, port, interval: intervalMs })', 'mdns({ serviceTag, port })']],
  },
  'asks-in-seconds': {
    caughtBy: 'discovered',
    says: 'in milliseconds',
    why: 'The interval is taken for one in seconds, as in many other libraries.',
    naive: true,
    edits: [['interval: intervalMs }', 'interval: intervalMs / 1000 }']],
  },
  'asks-the-default-tag-too': {
    caughtBy: 'other-tag',
    says: 'are other networks on the same port',
    why: 'Its author wants to meet everybody, so the node asks for the tag that libp2p has by default, too.',
    naive: true,
    edits: [['peerDiscovery: [', 'peerDiscovery: [mdns({ port, interval: intervalMs }), ']],
  },
  'calls-itself-by-its-agent': {
    caughtBy: 'name',
    says: '32 to 63 lower-case letters and digits',
    why: 'The peer name is the agent, which is unique on this network.',
    naive: true,
    edits: [['interval: intervalMs })', 'interval: intervalMs, peerName: agent })']],
  },
  'calls-itself-by-its-id': {
    caughtBy: 'name',
    says: 'the name must not be the ID',
    why: 'The peer name is the peer ID, which is unique, too.',
    naive: true,
    edits: [
      ["import { mdns } from '@libp2p/mdns'", "import { mdns, type MulticastDNSInit } from '@libp2p/mdns'"],
      [
        'peerDiscovery: [mdns({ serviceTag, port, interval: intervalMs })]',
        'peerDiscovery: [components => mdns({ serviceTag, port, interval: intervalMs, peerName: String((components as unknown as { peerId: PeerId }).peerId) } as MulticastDNSInit)(components)]',
      ],
    ],
  },
  'calls-itself-my-node': {
    caughtBy: 'name',
    says: '32 to 63 lower-case letters and digits',
    why: 'The peer name is a text in the program, so that two copies take each other for themselves.',
    naive: true,
    edits: [['interval: intervalMs })', "interval: intervalMs, peerName: 'my-node' })"]],
  },
  'crashes-when-a-dial-fails': {
    caughtBy: 'claims',
    says: 'an error that nothing caught',
    why: 'Nobody catches what dial throws.',
    edits: [
      [
        '    try {\n      // By ID: libp2p then dials no node twice, and Noise accepts no other. The addresses are only a claim.\n      await node.dial(id)\n    } catch {\n      await forget(id)\n    }',
        '    await node.dial(id)',
      ],
    ],
  },
  'dials-addresses': {
    caughtBy: 'claims',
    says: 'do you dial by ID',
    why: 'The addresses of the discovery are dialed, as in the example of the package. They have no ID in them.',
    naive: true,
    edits: [
      ['async ({ detail: { id } }) => {', 'async ({ detail: { id, multiaddrs } }) => {'],
      ['await node.dial(id)', 'await node.dial(multiaddrs)'],
    ],
  },
  'dials-by-force': {
    caughtBy: 'once',
    says: 'so it does with the option force',
    why: 'Each discovery is dialed anew, also that of a node which has dialed this one.',
    naive: true,
    edits: [['await node.dial(id)', 'await node.dial(id, { force: true })']],
  },
  'dials-each-answer': {
    in: 'every-answer',
    caughtBy: 'once',
    says: 'do you dial by ID',
    why: 'The addresses of each answer are dialed as they are. They have no ID, so libp2p does not notice that it is connected.',
    edits: [
      ['  if (node.getConnections(id).length > 0) return\n', ''],
      ['multiaddrs.map(one => one.encapsulate(`/p2p/${id}`))', 'multiaddrs'],
    ],
  },
  'dials-nobody': {
    caughtBy: 'discovers',
    says: 'discovering is not connecting',
    why: 'Its author expects libp2p to dial whom it has discovered.',
    edits: [['      await node.dial(id)\n', '']],
  },
  'dials-only-the-first': {
    caughtBy: 'asks-again',
    says: 'Do you dial each of these nodes',
    why: 'One peer is a way into the network, so its author dials no others.',
    naive: true,
    edits: [['    try {\n      // By', '    if (identified.size > 0) return\n    try {\n      // By']],
  },
  'does-not-speak-identify': {
    caughtBy: 'discovers',
    says: "do you emit 'peer' when identify has returned the agent",
    why: 'The service is left out, although the events of libp2p are there without it, too.',
    edits: [['    services: { identify: identify() },\n', '']],
  },
  'forgets-no-failed-node': {
    caughtBy: 'claims',
    says: 'forget those that it could not reach',
    why: 'What dial throws is caught, and that is all: libp2p never tells of this node again.',
    naive: true,
    edits: [['    } catch {\n      await forget(id)\n    }', '    } catch {}']],
  },
  'forgets-no-lost-peer': {
    caughtBy: 'lost',
    says: 'forget the peers that it has lost',
    why: 'A lost peer stays in the peer store, so that libp2p never tells of it again.',
    naive: true,
    edits: [['    await forget(detail)\n', '']],
  },
  'hashes-its-agent': {
    caughtBy: 'name',
    says: 'a node that hears its own name takes the answer for its own',
    why: 'The peer name is a hash of the agent: the same at each start, and for each copy.',
    naive: true,
    edits: [
      [
        "import { mdns } from '@libp2p/mdns'",
        "import { mdns } from '@libp2p/mdns'\nimport { createHash } from 'node:crypto'",
      ],
      [
        'interval: intervalMs })',
        "interval: intervalMs, peerName: createHash('sha256').update(agent).digest('hex').slice(0, 40) })",
      ],
    ],
  },
  'keeps-its-agent': {
    caughtBy: 'identify',
    says: 'what your node calls itself is',
    why: 'The agent is left to libp2p, which names itself and Node.',
    edits: [['    nodeInfo: { userAgent: agent },\n', '']],
  },
  'leaves-with-its-last-peer': {
    caughtBy: 'lost',
    says: 'none since node B can answer',
    why: 'Without peers there is no network, so the node stops.',
    naive: true,
    edits: [
      [
        '    await forget(detail)\n',
        '    await forget(detail)\n    if (identified.size === 0) await node.stop()\n',
      ],
    ],
  },
  'lists-all-connected': {
    caughtBy: 'identify',
    says: 'does a node become a peer only when identify has returned its agent',
    why: 'A node is a peer as soon as it is connected, whatever it speaks.',
    naive: true,
    edits: [
      [
        "  node.addEventListener('peer:identify'",
        "  node.addEventListener('peer:connect', ({ detail }) => {\n    identified.add(detail.toString())\n    emit('peer', { id: detail.toString(), agent: '' })\n  })\n  node.addEventListener('peer:identify'",
      ],
    ],
  },
  'lists-connected-nodes': {
    caughtBy: 'identify',
    says: 'does a node become a peer only when identify has returned its agent',
    why: 'The list has all nodes that are connected, whether or not they have told who they are.',
    naive: true,
    edits: [
      [
        'const identified = new Set<string>()',
        'const identified = new Set<string>()\nlet running: Awaited<ReturnType<typeof createLibp2p>>',
      ],
      ['  await node.start()\n', '  await node.start()\n  running = node\n'],
      ['peers: [...identified]', 'peers: running.getPeers().map(String)'],
    ],
  },
  'loses-a-peer-with-each-connection': {
    caughtBy: 'lost',
    says: 'do you emit lost only with the last connection',
    why: 'A connection that closes takes its peer with it, although there is another one.',
    naive: true,
    edits: [
      [
        "node.addEventListener('peer:disconnect', async ({ detail }) => {",
        "node.addEventListener('connection:close', async ({ detail: { remotePeer: detail } }) => {",
      ],
    ],
  },
  'loses-whoever-is-silent': {
    in: 'every-answer',
    caughtBy: 'once',
    says: 'not when it falls silent in mDNS',
    why: 'A peer that does not answer in mDNS for a while is taken for lost, although it is connected.',
    naive: true,
    edits: [
      [
        'const agents = new Map<string, string>()\n',
        'const agents = new Map<string, string>()\nconst silent = new Map<string, NodeJS.Timeout>()\n',
      ],
      [
        "announcements.addEventListener('peer', ({ detail }) => void reach(node, detail))",
        `announcements.addEventListener('peer', ({ detail }) => {
          void reach(node, detail)
          const id = String(detail.id)
          clearTimeout(silent.get(id))
          const lose = () => {
            if (agents.delete(id)) emit('lost', { id })
          }
          silent.set(id, setTimeout(lose, 5 * intervalMs))
        })`,
      ],
    ],
  },
  'loses-whoever-leaves': {
    caughtBy: 'identify',
    says: 'do you emit lost only for nodes that were peers',
    why: 'Whoever disconnects is lost, also a node that never was a peer.',
    naive: true,
    edits: [
      ["if (identified.delete(id)) emit('lost', { id })", "identified.delete(id)\n    emit('lost', { id })"],
    ],
  },
  'never-tries-an-address-again': {
    in: 'every-answer',
    caughtBy: 'claims',
    says: 'forget those that it could not reach, and their addresses',
    why: 'Addresses at which a dial has failed are dialed no more.',
    naive: true,
    edits: [
      [
        'const agents = new Map<string, string>()\n',
        'const agents = new Map<string, string>()\nconst bad = new Set<string>()\n',
      ],
      [
        '  if (node.getConnections(id).length > 0) return\n',
        '  if (node.getConnections(id).length > 0 || multiaddrs.every(one => bad.has(String(one)))) return\n',
      ],
      [
        '    console.log(`${id}',
        '    for (const one of multiaddrs) bad.add(String(one))\n    console.log(`${id}',
      ],
    ],
  },
  'tells-each-connection': {
    caughtBy: 'lost',
    says: 'and peer only with its first',
    why: 'Each identify tells a peer, also that of a second connection.',
    naive: true,
    edits: [['if (identified.has(id) || node', 'if (node']],
  },
  'tells-nobody-lost': {
    caughtBy: 'lost',
    says: "do you emit 'lost'",
    why: 'The peer is removed from the list, and nobody is told.',
    edits: [["    if (identified.delete(id)) emit('lost', { id })\n", '    identified.delete(id)\n']],
  },
  'tells-only-whom-it-dialed': {
    caughtBy: 'discovered',
    says: 'whichever side dialed',
    why: 'A peer is whom the node has dialed. Nodes that dial it are clients to its author.',
    naive: true,
    edits: [
      ['({ detail: { peerId, agentVersion } })', '({ detail: { peerId, agentVersion, connection } })'],
      ['if (identified.has(id) ||', "if (connection.direction === 'inbound' || identified.has(id) ||"],
    ],
  },
})
