/** One class per role, and one storage key. Answers its clients from the entries themselves, and sorts the matchIndexes to find what a majority stores. */
import { emit, openLinks, openStorage, type Links, type Peer } from 'p2plab'

type Entry = { term: number; command: string }
type Disk = { term: number; vote: string; entries: Entry[] }
type Body = Record<string, unknown> & { type: string; term: number }
type Reply = { index: number; result: string }
type Start = {
  id: string
  host: string
  port: number
  peers: Peer[]
  dataDir: string
  electionMs: number
  heartbeatMs: number
}

/** What all roles share. */
class Node {
  links!: Links<Body>
  disk: Disk
  role: Role
  committed = 0
  value = '0'
  readonly #save: (disk: Disk) => void
  readonly options: Start

  constructor(options: Start) {
    this.options = options
    const storage = openStorage(options.dataDir)
    this.disk = storage.load<Disk>('raft') ?? { term: 0, vote: '', entries: [] }
    this.#save = disk => storage.save('raft', disk)
    this.role = new Follower(this)
  }

  get last() {
    return this.disk.entries.length
  }

  termOf(index: number) {
    return index === 0 ? 0 : (this.disk.entries[index - 1]?.term ?? -1)
  }

  store(change: Partial<Disk>) {
    this.disk = { ...this.disk, ...change }
    this.#save(this.disk)
  }

  become(role: Role) {
    this.role.end()
    this.role = role
    role.begin()
  }

  all(message: Body) {
    for (const { id } of this.options.peers) this.links.send(id, message)
  }

  hear(from: string, message: Body) {
    const { type, term } = message
    if (term > this.disk.term) {
      this.store({ term, vote: '' })
      if (!(this.role instanceof Follower)) this.become(new Follower(this, this.role.deadline))
    }
    if (type === 'request-vote') this.#vote(from, message as never)
    if (type === 'append-entries') this.#append(from, message as never)
    if (term === this.disk.term) this.role.hear(from, message)
  }

  #vote(from: string, ask: { term: number; candidateId: string; lastLogIndex: number; lastLogTerm: number }) {
    const { term, vote } = this.disk
    const ahead = ask.lastLogTerm - this.termOf(this.last) || ask.lastLogIndex - this.last
    const voteGranted = ask.term === term && [ask.candidateId, ''].includes(vote) && ahead >= 0
    if (voteGranted) {
      this.store({ vote: ask.candidateId })
      this.role.wait()
    }
    this.links.send(from, { type: 'vote', term, voteGranted })
  }

  #append(
    from: string,
    told: {
      term: number
      leaderId: string
      prevLogIndex: number
      prevLogTerm: number
      entries: Entry[]
      leaderCommit: number
    },
  ) {
    const { term } = this.disk
    const current = told.term === term
    if (current) {
      if (!(this.role instanceof Follower)) this.become(new Follower(this))
      this.role.leader = told.leaderId
      this.role.wait()
    }
    const success = current && this.termOf(told.prevLogIndex) === told.prevLogTerm
    let matchIndex = 0
    if (success) {
      matchIndex = told.prevLogIndex + told.entries.length
      const agrees = told.entries.every(({ term: of }, i) => this.termOf(told.prevLogIndex + i + 1) === of)
      // All of it, in place of what is there, if anything in it is new: what is behind it was not the leader's then.
      if (!agrees)
        this.store({ entries: [...this.disk.entries.slice(0, told.prevLogIndex), ...told.entries] })
      this.commit(Math.min(matchIndex, told.leaderCommit))
    }
    this.links.send(from, { type: 'appended', term, success, matchIndex })
  }

  commit(to: number) {
    for (; this.committed < to;) {
      const { term, command } = this.disk.entries[this.committed]!
      const index = ++this.committed
      emit('committed', { index, term, command })
      this.role.applied({ index, result: this.#apply(command.split(' ')) })
    }
  }

  #apply([verb, ...words]: string[]) {
    if (verb === 'read') return this.value
    if (verb === 'cas' && words.shift() !== this.value) return 'no'
    this.value = words[0] ?? ''
    return 'ok'
  }
}

class Role {
  readonly node: Node
  leader = ''
  /** When the election timer ends, in ms of performance.now(). */
  deadline: number
  #timer: NodeJS.Timeout | undefined

  constructor(node: Node, deadline = 0) {
    this.node = node
    this.deadline = deadline
  }

  begin() {
    if (this.deadline > 0) this.#arm()
    else this.wait()
  }

  end() {
    clearTimeout(this.#timer)
  }

  wait() {
    const { electionMs } = this.node.options
    this.deadline = performance.now() + electionMs + Math.random() * electionMs
    this.#arm()
  }

  #arm() {
    clearTimeout(this.#timer)
    this.#timer = setTimeout(
      () => this.node.become(new Candidate(this.node)),
      Math.max(0, this.deadline - performance.now()),
    )
  }

  hear(_from: string, _message: Body) {}
  applied(_reply: Reply) {}

  submit(_command: string): Promise<Reply> {
    return Promise.reject(
      new Error(this.leader === '' ? 'there is no leader' : `ask ${this.leader}, which leads`),
    )
  }
}

class Follower extends Role {}

class Candidate extends Role {
  readonly #for = new Set<string>()

  override begin() {
    const { node } = this
    const { id } = node.options
    node.store({ term: node.disk.term + 1, vote: id })
    super.begin()
    node.all({
      type: 'request-vote',
      term: node.disk.term,
      candidateId: id,
      lastLogIndex: node.last,
      lastLogTerm: node.termOf(node.last),
    })
  }

  override hear(from: string, { type, voteGranted }: Body) {
    if (type !== 'vote' || voteGranted !== true) return
    this.#for.add(from)
    if ((this.#for.size + 1) * 2 > this.node.options.peers.length + 1) this.node.become(new Leader(this.node))
  }
}

class Leader extends Role {
  readonly #peers = new Map<string, { next: number; match: number }>()
  readonly #clients: { index: number; resolve(reply: Reply): void; reject(error: Error): void }[] = []
  #beat: NodeJS.Timeout | undefined

  override begin() {
    const { node } = this
    emit('leader', { term: node.disk.term })
    for (const { id } of node.options.peers) this.#peers.set(id, { next: node.last + 1, match: 0 })
    this.#beat = setInterval(() => this.#replicate(), node.options.heartbeatMs)
    this.#replicate()
  }

  override end() {
    clearInterval(this.#beat)
    emit('follower', { term: this.node.disk.term })
    for (const { reject } of this.#clients) reject(new Error('another node leads now'))
  }

  /** A leader has no election timer. */
  override wait() {}

  override submit(command: string): Promise<Reply> {
    const { node } = this
    node.store({ entries: [...node.disk.entries, { term: node.disk.term, command }] })
    const reply = new Promise<Reply>((resolve, reject) =>
      this.#clients.push({ index: node.last, resolve, reject }),
    )
    this.#replicate()
    return reply
  }

  override applied(reply: Reply) {
    if (this.#clients[0]?.index === reply.index) this.#clients.shift()!.resolve(reply)
  }

  #replicate(ids = [...this.#peers.keys()]) {
    const { node } = this
    for (const id of ids) {
      const { next } = this.#peers.get(id)!
      node.links.send(id, {
        type: 'append-entries',
        term: node.disk.term,
        leaderId: node.options.id,
        prevLogIndex: next - 1,
        prevLogTerm: node.termOf(next - 1),
        entries: node.disk.entries.slice(next - 1),
        leaderCommit: node.committed,
      })
    }
  }

  override hear(from: string, { type, success, matchIndex }: Body) {
    const peer = this.#peers.get(from)
    if (type !== 'appended' || !peer) return
    if (success !== true) {
      peer.next = Math.max(peer.match, peer.next - 2) + 1
      return this.#replicate([from])
    }
    peer.match = Math.max(peer.match, Number(matchIndex))
    peer.next = peer.match + 1
    const { node } = this
    const stored = [node.last, ...[...this.#peers.values()].map(({ match }) => match)].sort((a, b) => b - a)
    // The middle one: so many nodes store at least that much.
    const most = stored[Math.floor(stored.length / 2)]!
    if (node.termOf(most) === node.disk.term) node.commit(most)
  }
}

let node: Node

export async function start(options: Start): Promise<{ port: number }> {
  node = new Node(options)
  node.links = await openLinks<Body>({ ...options, onMessage: (from, message) => node.hear(from, message) })
  node.role.begin()
  return { port: node.links.port }
}

export async function submit({ command }: { command: string }): Promise<Reply> {
  return node.role.submit(command)
}
