// Exercise 3.2: Multicast DNS. Write the names, the responder and the browser, and check in between. The rest is done.
import { emit, decodeDns, encodeDns, joinGroup, type DnsMessage, type DnsRecord } from 'p2plab'

const SERVICE = ['_p2plab', '_udp', 'local']
const IN = 1
const TOP_BIT = 0x8000

/** Read the name at this offset. Return its labels, and where in the message what follows the name begins. Throw if it is malformed. */
export function readName({ message, offset }: { message: Buffer; offset: number }): {
  labels: string[]
  end: number
} {
  throw new Error('readName is not written yet')
}

/** Return the bytes of a name that will be at this offset. `earlier` is for remembering where which names are. */
function writeName(labels: string[], offset: number, earlier: Map<string, number>): Uint8Array {
  throw new Error('writeName is not written yet')
}

/** Whether two names are the same. */
function isSame(one: readonly string[], other: readonly string[]): boolean {
  throw new Error('isSame is not written yet')
}

/** What a group knows of the instances of others. Add what you need. */
interface Candidate {
  address: string
  id: string
}

class Group {
  /** Add fields for your own instances, and for the candidates. */
  readonly #socket: Promise<{ send(message: Uint8Array): void }>

  constructor(address: string) {
    this.#socket = joinGroup(address, bytes => this.#receive(bytes))
  }

  /** To everybody in the group, and to yourself. What you leave out is empty. */
  async send(message: Partial<DnsMessage>): Promise<void> {
    const bytes = encodeDns(message, writeName)
    const socket = await this.#socket
    socket.send(bytes)
  }

  #receive(bytes: Buffer): void {
    let message: DnsMessage
    try {
      message = decodeDns(bytes, readName)
    } catch {
      return
    }
    if (message.isResponse) this.#learn(message)
    else this.#answer(message)
  }

  /** Announce the instance with this name: send its records, and keep them for the questions to come. */
  async announce(name: string[], records: DnsRecord[]): Promise<void> {
    throw new Error('announce is not written yet')
  }

  /** Say goodbye for the instance with this name. */
  async withdraw(name: string[]): Promise<void> {
    throw new Error('withdraw is not written yet')
  }

  /** Ask now, and then again and again. */
  async browse(queryMs: number): Promise<void> {
    throw new Error('browse is not written yet')
  }

  /** A question, maybe your own. Send what you have to say about it. */
  #answer({ questions, answers: known }: DnsMessage): void {
    // Not written yet.
  }

  /** A response, maybe your own. Look for candidates in it, if you are browsing. */
  #learn({ answers, authorities, additionals }: DnsMessage): void {
    // Not written yet. For a new candidate: emit('candidate', { instance, address, id }), and in the end: emit('lost', { instance })
  }
}

/** One for all ops of a group. */
const groups = new Map<string, Group>()
function groupAt(address: string): Group {
  const group = groups.get(address) ?? new Group(address)
  groups.set(address, group)
  return group
}

export async function announce({
  group,
  instance,
  host,
  port,
  id,
  ttl,
}: {
  group: string
  instance: string
  host: string
  port: number
  id: string
  ttl: number
}): Promise<void> {
  const name = [instance, ...SERVICE]
  // This is one of the four. Write the SRV, TXT and A records, too.
  const records: DnsRecord[] = [{ name: SERVICE, type: 'PTR', class: IN, ttl, target: name }]
  await groupAt(group).announce(name, records)
}

export async function withdraw({ group, instance }: { group: string; instance: string }): Promise<void> {
  await groupAt(group).withdraw([instance, ...SERVICE])
}

export async function browse({ group, queryMs }: { group: string; queryMs: number }): Promise<void> {
  await groupAt(group).browse(queryMs)
}
