/** The field's terms that the view uses, each with one sentence of explanation. */
export const TERMS = {
  Discovery:
    'Learning that a peer exists and at which addresses: by multicast DNS, or because somebody said so.',
  Dialling: 'Opening a connection to an address of a peer; the other side only listens.',
  Connection: 'An encrypted channel between two peers that carries many streams at once, in both directions.',
  Subscription: 'Telling all connected peers that one wants the messages of a topic.',
  Graft: 'Asking a connected peer to take one into its mesh, so that it passes on every message at once.',
  Prune: 'Taking a peer out of the mesh again, because there are too many, or it misbehaves.',
  Mesh: 'The few peers of each node to whom it sends every message in full; both sides have each other in it.',
  Fanout:
    'The peers a node publishes to outside of its mesh: when it is not subscribed itself, or has too few.',
  Hop: 'A message going over one link, from a node that had it to one for which it was new.',
  'Last hop':
    'The link over which a node got a message for the first time; together they are the tree it travelled on.',
  Duplicate: 'A copy of a message that a node has already: the price for a mesh that survives lost links.',
  'Eager push': 'Sending a message in full to every mesh peer at once, without asking who has it already.',
  Gossip:
    'Lazy push: each heartbeat a node tells some peers outside of its mesh which messages it has, and they ask for what they miss.',
  'IHAVE and IWANT':
    'The two halves of gossip: IHAVE lists the ids of recent messages, IWANT asks for those that are missing.',
  Heartbeat:
    'Once a second each node tidies up: it grafts and prunes until its mesh is right, gossips, and updates scores.',
  Propagation: 'How a message spreads, and the time from its publishing until a node has it.',
  Score:
    'What a node thinks of a peer, from how it behaves: below 0 the peer is not grafted, below the gossip threshold it gets no gossip.',
  'Hostile node':
    'A peer that does harm on purpose, as one that spams or sends what the others reject; scores get it out of the mesh.',
  Partition:
    'A split of the network into groups that cannot reach each other; each goes on alone until it is healed.',
  Churn: 'Nodes that come and go all the time, so that the others have to mend their mesh.',
  Latency: 'The time that a byte is on its way over a link.',
  Jitter: 'By how much that time varies from one piece to the next.',
  Loss: 'The part of what is sent that never arrives; TCP sends it again, which takes a while.',
  Bandwidth: 'How much goes over a link in a second; the rest has to wait.',
} as const
export type Term = keyof typeof TERMS
