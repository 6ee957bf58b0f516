// Exercise 4.4: Replicated state. Write merge, isState and the ops, and check in between. Opening the storage and the links is done.
import { emit, openLinks, openStorage, type Links, type Peer, type Storage } from 'p2plab'

/** What a replica has added and subtracted in total. */
type Count = { replica: string; plus: number; minus: number }
/** The last write of a key; the value of a removed key is null. */
type Entry = { key: string; value: string | null; time: number; replica: string }
/** All that a node knows, or a part of it. */
type State = { counts: Count[]; entries: Entry[] }
type Message = State & { type: 'state' }

let clockMs = 0
let storage: Storage
let links: Links<Message>
let peers: Peer[] = []

export async function start(options: {
  id: string
  host: string
  port: number
  peers: Peer[]
  dataDir: string
  clockMs: number
}) {
  peers = options.peers
  clockMs = options.clockMs
  storage = openStorage(options.dataDir)
  // Load what is stored. If there is nothing, this is a new replica.
  links = await openLinks<Message>({
    ...options,
    onMessage: (from, message) => {
      if (!isState(message)) return
      // Merge it, store what changed, pass it on, and emit 'changed'.
    },
    onConnect: peer => {
      // Send the whole state: links.send(peer, { type: 'state', counts: …, entries: … })
    },
  })
  return { port: links.port }
}

export async function add({ amount }: { amount: number }) {
  throw new Error('add is not written yet')
}

export async function set({ key, value }: { key: string; value: string }): Promise<{ time: number; replica: string }> {
  throw new Error('set is not written yet')
}

export async function remove({ key }: { key: string }): Promise<{ time: number; replica: string }> {
  throw new Error('remove is not written yet')
}

export async function read(): Promise<{ counter: number; entries: { key: string; value: string }[] }> {
  throw new Error('read is not written yet')
}

/** Merges a state into yours, and returns what it changed, as it is now. */
function merge(state: State): State {
  throw new Error('merge is not written yet')
}

/** Whether a message is a state in all its parts. Nobody has looked at it before: its type here is only a promise. */
function isState(message: unknown): message is State {
  return false
}
