/** The field's terms that the view uses, each with one sentence of explanation. */
export const TERMS = {
  Discovery:
    'Learning that a peer exists and which addresses it has, through multicast DNS or from assigned addresses.',
  Dialing: 'Opening a connection to an address of a peer. The other side only listens.',
  Connection: 'An encrypted channel between two peers that carries many streams at once, in both directions.',
  Subscription: 'Telling all connected peers that this node wants the messages of a topic.',
  Graft:
    'Asking a connected peer to add this node to its mesh, so that it forwards every message immediately.',
  Prune: 'Removing a peer from the mesh because there are too many peers or because it misbehaves.',
  Mesh: 'The few peers to which a node sends every message in full. It is mutual: each side has the other in its mesh.',
  Fanout:
    'The peers outside its mesh to which a node publishes when it is not subscribed itself or has too few mesh peers.',
  Hop: 'A message crossing one link, from a node that has it to a node that does not.',
  'Last hop':
    'The link over which a node first received a message. Together, these links form the tree along which the message traveled.',
  Duplicate: 'A copy of a message that a node already has: the price of a mesh that survives lost links.',
  'Eager push':
    'Sending a message in full to every mesh peer at once, without asking which peers already have it.',
  Gossip:
    'Lazy push: at each heartbeat, a node tells some peers outside its mesh which messages it has, and they request the ones they are missing.',
  'IHAVE and IWANT':
    'The two halves of gossip: IHAVE lists the IDs of recent messages, and IWANT requests the missing ones.',
  Heartbeat:
    'Once per second, each node tidies up: it grafts and prunes until its mesh is the right size, gossips and updates scores.',
  Propagation: 'How a message spreads, and the time from when it is published until a node has it.',
  Score:
    'How a node rates a peer, based on its behavior. Below 0, the node does not graft the peer. Below the gossip threshold, the peer gets no gossip.',
  'Hostile node':
    'A node that does harm on purpose, for example by spamming or by sending messages that the others reject. Scores push it out of the mesh.',
  Partition:
    'A split of the network into groups that cannot reach each other. Each group continues alone until the network is healed.',
  Churn: 'Nodes that keep leaving and coming back, so that the others have to keep repairing their mesh.',
  Latency: 'The time a byte takes to cross a link.',
  Jitter: 'How much the latency varies from one piece of data to the next.',
  Loss: 'The share of segments that never arrive. TCP retransmits them, which takes a while.',
  Bandwidth: 'How much data a link carries per second. The rest has to wait.',
} as const
export type Term = keyof typeof TERMS
