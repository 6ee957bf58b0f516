/**
 * The exercises that exist, as data: what the tree, the Testing API and `p2plab list` show without running anything.
 * The checks themselves are in each exercise's check.ts; a test holds the two to each other.
 */

export interface ExerciseEntry {
  /** As in "1.3": lab and number. */
  id: string
  title: string
  lab: number
  tracks: readonly ('typescript' | 'rust')[]
  /** The folder under labs/ with README.md, starter.ts, solution.ts, check.ts and wrong/. */
  folder: string
  /** The learner's file, relative to the workspace. */
  file: string
  /** The contract's ops; in the TypeScript track each is an exported function of the learner's file. */
  ops: readonly string[]
  /** In the order they run. */
  checks: readonly { id: string; title: string }[]
}

export const LABS: readonly { lab: number; title: string }[] = [{ lab: 1, title: 'TCP and UDP' }]

export const EXERCISES: readonly ExerciseEntry[] = [
  {
    id: '1.1',
    title: 'Echo',
    lab: 1,
    tracks: ['typescript'],
    folder: '1-tcp/1-echo',
    file: '1-tcp/1-echo.ts',
    ops: ['listen', 'send', 'stop'],
    checks: [
      { id: 'port-zero', title: 'Listens on a free port and says which' },
      { id: 'every-byte', title: 'Echoes every byte unchanged' },
      { id: 'megabyte', title: 'Echoes a megabyte' },
      { id: 'half-close', title: 'Sends everything back before it closes' },
      { id: 'clients', title: 'Serves 20 clients at once' },
      { id: 'stop', title: 'Refuses connections after stop' },
      { id: 'client-sends', title: 'The client sends every byte, then half-closes' },
      { id: 'client-receives', title: 'The client gets every byte of a slow server' },
    ],
  },
  {
    id: '1.2',
    title: 'Frames',
    lab: 1,
    tracks: ['typescript'],
    folder: '1-tcp/2-frames',
    file: '1-tcp/2-frames.ts',
    ops: ['listen'],
    checks: [
      { id: 'one-frame', title: 'Answers a frame with its bytes reversed' },
      { id: 'every-cut', title: 'Understands a stream cut at every offset' },
      { id: 'byte-by-byte', title: 'Understands a stream that comes byte by byte' },
      { id: 'coalesced', title: 'Answers many frames that arrive together' },
      { id: 'frame-and-a-half', title: 'Answers a frame while half of the next is there' },
      { id: 'empty', title: 'Answers an empty frame' },
      { id: 'large', title: 'Answers a large frame' },
    ],
  },
  {
    id: '1.3',
    title: 'Room',
    lab: 1,
    tracks: ['typescript'],
    folder: '1-tcp/3-room',
    file: '1-tcp/3-room.ts',
    ops: ['listen'],
    checks: [
      { id: 'others', title: 'Passes each frame on to all others' },
      { id: 'not-back', title: 'Sends no frame back to its sender' },
      { id: 'fifty', title: 'Keeps 50 clients apart whose frames come in pieces' },
      { id: 'order', title: 'Keeps the order of each sender' },
      { id: 'stalled', title: 'Goes on while one client is stuck in mid-frame' },
      { id: 'slow-reader', title: 'Goes on while one client does not read' },
      { id: 'dead', title: 'Goes on when clients are gone' },
    ],
  },
  {
    id: '1.4',
    title: 'Limits',
    lab: 1,
    tracks: ['typescript'],
    folder: '1-tcp/4-limits',
    file: '1-tcp/4-limits.ts',
    ops: ['listen'],
    checks: [
      { id: 'up-to-the-limit', title: 'Answers frames up to the limit' },
      { id: 'empty', title: 'Answers empty frames' },
      { id: 'too-long', title: 'Closes on a length over the limit, before the body' },
      { id: 'huge-length', title: 'Takes no memory for a length of ff ff ff ff' },
      { id: 'handshake', title: 'Closes who sends no first frame in time' },
      { id: 'idle', title: 'Closes who sends no more frames, and nobody else' },
      { id: 'slow-loris', title: 'Closes who sends a byte now and then' },
      { id: 'cap', title: 'Takes no more connections than the cap' },
      { id: 'counts-down', title: 'Has a place again after every kind of ending' },
      { id: 'siege', title: 'Serves good clients while others attack' },
    ],
  },
  {
    id: '1.5',
    title: 'Pool',
    lab: 1,
    tracks: ['typescript'],
    folder: '1-tcp/5-pool',
    file: '1-tcp/5-pool.ts',
    ops: ['open', 'request'],
    checks: [
      { id: 'request', title: 'Sends a request and returns its reply' },
      { id: 'reuse', title: 'Uses a free connection again' },
      { id: 'spreads', title: 'Spreads requests over all connections' },
      { id: 'out-of-order', title: 'Finds the request of each reply by its id' },
      { id: 'stray', title: 'Ignores replies that nobody waits for' },
      { id: 'cap', title: 'Holds the cap under 200 requests' },
      { id: 'broken', title: 'Survives connections that end in the middle of a reply' },
      { id: 'refused', title: 'Says so when nobody listens' },
      { id: 'server-closes', title: 'Leaves connections that the server has closed' },
      { id: 'idle', title: 'Closes idle connections, and no busy ones' },
    ],
  },
  {
    id: '1.6',
    title: 'Backpressure',
    lab: 1,
    tracks: ['typescript'],
    folder: '1-tcp/6-backpressure',
    file: '1-tcp/6-backpressure.ts',
    ops: ['listen', 'stop'],
    checks: [
      { id: 'blocks', title: 'Answers each request with its blocks, in order' },
      { id: 'slow-reader', title: 'Sends a slow reader every block once' },
      { id: 'paused', title: 'Holds little in memory while a reader pauses' },
      { id: 'asks-without-reading', title: 'Takes no more requests from a client that does not read' },
      { id: 'others', title: 'Serves others while readers are stuck' },
      { id: 'vanished', title: 'Goes on, and can stop, when readers vanish' },
      { id: 'stop-drains', title: 'Stops without losing what is being sent' },
      { id: 'stop-idle', title: 'Ends idle connections at stop and takes nobody new' },
      { id: 'stop-stuck', title: 'Stops in time although a peer is stuck' },
    ],
  },
  {
    id: '1.7',
    title: 'UDP',
    lab: 1,
    tracks: ['typescript'],
    folder: '1-tcp/7-udp',
    file: '1-tcp/7-udp.ts',
    ops: ['listen', 'request'],
    checks: [
      { id: 'adds-up', title: 'Adds up and replies to whoever asked' },
      { id: 'lost-reply', title: 'Replies again when its reply was lost' },
      { id: 'late-copy', title: 'Knows a request again that comes late' },
      { id: 'same-id', title: 'Keeps two clients apart that chose the same id' },
      { id: 'garbage', title: 'Leaves alone what is no request' },
      { id: 'storm', title: 'Has one effect per request on a bad network' },
      { id: 'retries', title: 'Asks again until a reply comes' },
      { id: 'gives-up', title: 'Gives up after the last try' },
      { id: 'reordered', title: 'Finds the reply to each of many requests' },
      { id: 'spoofed', title: 'Believes nobody but the server it asked' },
    ],
  },
  {
    id: '1.8',
    title: 'On libp2p: echo',
    lab: 1,
    tracks: ['typescript'],
    folder: '1-tcp/8-libp2p-echo',
    file: '1-tcp/8-libp2p-echo.ts',
    ops: ['listen', 'send'],
    checks: [
      { id: 'dialled', title: 'Answers a libp2p node that dials it' },
      { id: 'megabyte', title: 'Echoes a megabyte on one stream' },
      { id: 'half-close', title: 'Sends everything back before it ends the stream' },
      { id: 'keeps-connection', title: 'Keeps the connection when a stream ends' },
      { id: 'ten-streams', title: 'Serves 10 streams on one connection' },
      { id: 'reset', title: 'Goes on when a stream is reset' },
      { id: 'slow-reader', title: 'Waits for a peer that does not read' },
      { id: 'unknown-protocol', title: 'Refuses protocols it does not know' },
      { id: 'client', title: 'The client sends every byte, and gets every byte of the answer' },
      { id: 'identity', title: 'Sends nothing to a peer of another identity' },
    ],
  },
]

export const exercise = (id: string): ExerciseEntry | undefined => EXERCISES.find(e => e.id === id)
