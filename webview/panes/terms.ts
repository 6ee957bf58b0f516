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
  Gossip:
    'Once a second nodes tell others the ids of recent messages (IHAVE), who then ask for what they miss (IWANT).',
} as const
export type Term = keyof typeof TERMS
