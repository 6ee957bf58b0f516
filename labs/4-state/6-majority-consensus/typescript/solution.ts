// Exercise 4.6: Majority consensus.
import { emit, openLinks, openStorage, type Links, type Peer, type Storage } from 'p2plab'

interface Entry {
  term: number
  command: string
}

export type Message =
  | { type: 'request-vote'; term: number; candidateId: string; lastLogIndex: number; lastLogTerm: number }
  | { type: 'vote'; term: number; voteGranted: boolean }
  | {
      type: 'append-entries'
      term: number
      leaderId: string
      prevLogIndex: number
      prevLogTerm: number
      entries: Entry[]
      leaderCommit: number
    }
  | { type: 'appended'; term: number; success: boolean; matchIndex: number }

type Of<T extends Message['type']> = Extract<Message, { type: T }>

interface Options {
  id: string
  host: string
  port: number
  peers: Peer[]
  dataDir: string
  electionMs: number
  heartbeatMs: number
  /** What connects the nodes, if it is not openLinks: exercise 4.8 has links of its own. */
  open?: typeof openLinks<Message>
}

interface Answer {
  index: number
  result: string
}

interface Client {
  resolve(answer: Answer): void
  reject(error: Error): void
}

let me: Options
let links: Links<Message>
let storage: Storage

// What a node must not forget.
let currentTerm = 0
let votedFor: string | null = null
/** The entry with index 1 is log[0]. */
let log: Entry[] = []

// What it learns again after a restart.
let role: 'follower' | 'candidate' | 'leader' = 'follower'
let leaderId: string | undefined
let commitIndex = 0
let lastApplied = 0
let register = '0'
let votes = new Set<string>()
const nextIndex = new Map<string, number>()
const matchIndex = new Map<string, number>()
/** By the index of their command: who waits for an answer. */
const clients = new Map<number, Client>()
let timer: NodeJS.Timeout | undefined

export async function start(options: Options): Promise<{ port: number }> {
  me = options
  storage = openStorage(me.dataDir)
  const state = storage.load<{ currentTerm: number; votedFor: string | null }>('state')
  currentTerm = state?.currentTerm ?? 0
  votedFor = state?.votedFor ?? null
  log = storage.load<Entry[]>('log') ?? []
  links = await (me.open ?? openLinks<Message>)({ ...me, onMessage: receive })
  restartElectionTimer()
  return { port: links.port }
}

export async function submit({ command }: { command: string }): Promise<Answer> {
  if (role !== 'leader') throw new Error(`not the leader; the leader is ${leaderId ?? 'unknown'}`)
  log.push({ term: currentTerm, command })
  storage.save('log', log)
  const answer = new Promise<Answer>((resolve, reject) => clients.set(log.length, { resolve, reject }))
  for (const peer of me.peers) replicate(peer.id)
  return answer
}

/** The leader, as far as this node knows: exercise 4.8 asks for it. */
export function knownLeader(): string | undefined {
  return role === 'leader' ? me.id : leaderId
}

/** What the register says to a command. */
function applyCommand(command: string): string {
  const [name, first, second] = command.split(' ')
  if (name === 'read') return register
  if (name === 'cas' && register !== first) return 'no'
  register = (name === 'cas' ? second : first) ?? ''
  return 'ok'
}

function receive(from: string, message: Message): void {
  if (message.term > currentTerm) enterTerm(message.term)
  switch (message.type) {
    case 'request-vote':
      return onRequestVote(from, message)
    case 'vote':
      return onVote(from, message)
    case 'append-entries':
      return onAppendEntries(from, message)
    case 'appended':
      return onAppended(from, message)
  }
}

const termAt = (index: number): number => log[index - 1]?.term ?? 0
const isMajority = (nodes: number): boolean => nodes > (me.peers.length + 1) / 2

/** Each time another random time-out: if all nodes had the same one, they would split the votes again and again. */
function restartElectionTimer(): void {
  clearTimeout(timer)
  timer = setTimeout(campaign, me.electionMs * (1 + Math.random()))
}

/** Somebody has a greater term: this node follows, and has not voted there. */
function enterTerm(term: number): void {
  saveTerm(term, null)
  leaderId = undefined
  const led = role === 'leader'
  role = 'follower'
  if (!led) return
  emit('follower', { term })
  restartElectionTimer()
  // The next leader may have their entries, or not.
  for (const { reject } of clients.values())
    reject(new Error('leads no more; the command may still be applied, or not'))
  clients.clear()
}

/** In one save: a crash must not leave a new term with the vote of an old one. */
function saveTerm(term: number, vote: string | null): void {
  currentTerm = term
  votedFor = vote
  storage.save('state', { currentTerm, votedFor })
}

function campaign(): void {
  role = 'candidate'
  leaderId = undefined
  saveTerm(currentTerm + 1, me.id)
  votes = new Set([me.id])
  restartElectionTimer()
  const lastLogIndex = log.length
  const request = { term: currentTerm, candidateId: me.id, lastLogIndex, lastLogTerm: termAt(lastLogIndex) }
  for (const peer of me.peers) links.send(peer.id, { type: 'request-vote', ...request })
}

function onRequestVote(
  from: string,
  { term, candidateId, lastLogIndex, lastLogTerm }: Of<'request-vote'>,
): void {
  const myLastTerm = termAt(log.length)
  const upToDate = lastLogTerm > myLastTerm || (lastLogTerm === myLastTerm && lastLogIndex >= log.length)
  const voteGranted = term === currentTerm && (votedFor === null || votedFor === candidateId) && upToDate
  if (voteGranted) {
    // Stored before the candidate hears of it.
    saveTerm(currentTerm, candidateId)
    restartElectionTimer()
  }
  links.send(from, { type: 'vote', term: currentTerm, voteGranted })
}

function onVote(from: string, { term, voteGranted }: Of<'vote'>): void {
  if (role !== 'candidate' || term !== currentTerm || !voteGranted) return
  votes.add(from)
  if (isMajority(votes.size)) lead()
}

function lead(): void {
  role = 'leader'
  leaderId = me.id
  clearTimeout(timer)
  emit('leader', { term: currentTerm })
  for (const peer of me.peers) {
    nextIndex.set(peer.id, log.length + 1)
    matchIndex.set(peer.id, 0)
  }
  heartbeat(currentTerm)
}

function heartbeat(term: number): void {
  if (role !== 'leader' || currentTerm !== term) return
  for (const peer of me.peers) replicate(peer.id)
  setTimeout(heartbeat, me.heartbeatMs, term)
}

/** Sends a peer all that it may not have yet; nothing more, as a heartbeat, if it has everything. */
function replicate(peer: string): void {
  const prevLogIndex = nextIndex.get(peer)! - 1
  links.send(peer, {
    type: 'append-entries',
    term: currentTerm,
    leaderId: me.id,
    prevLogIndex,
    prevLogTerm: termAt(prevLogIndex),
    entries: log.slice(prevLogIndex),
    leaderCommit: commitIndex,
  })
}

function onAppendEntries(from: string, message: Of<'append-entries'>): void {
  const { term, prevLogIndex, prevLogTerm, entries, leaderCommit } = message
  const refuse = () =>
    links.send(from, { type: 'appended', term: currentTerm, success: false, matchIndex: 0 })
  // A leader of the past: nothing of it counts, nor does it restart the timer.
  if (term < currentTerm) return void refuse()
  role = 'follower'
  leaderId = message.leaderId
  restartElectionTimer()
  if (prevLogIndex > log.length || termAt(prevLogIndex) !== prevLogTerm) return void refuse()

  let changed = false
  entries.forEach((entry, i) => {
    const index = prevLogIndex + 1 + i
    if (termAt(index) === entry.term) return
    // From the first entry that differs on, and only from there: a late message may be shorter than the log is by now.
    log.length = index - 1
    log.push(entry)
    changed = true
  })
  if (changed) storage.save('log', log)
  const matchIndex = prevLogIndex + entries.length
  // What comes after the last new entry was not compared with the leader's log.
  commitUpTo(Math.min(leaderCommit, matchIndex))
  links.send(from, { type: 'appended', term: currentTerm, success: true, matchIndex })
}

function onAppended(from: string, message: Of<'appended'>): void {
  if (role !== 'leader' || message.term !== currentTerm) return
  const match = matchIndex.get(from)!
  if (!message.success) {
    // Further back, but never behind what is known to be equal: the answer may be a late one.
    nextIndex.set(from, Math.max(match + 1, nextIndex.get(from)! - 1))
    return replicate(from)
  }
  matchIndex.set(from, Math.max(match, message.matchIndex))
  nextIndex.set(from, matchIndex.get(from)! + 1)
  for (let index = log.length; index > commitIndex; index--) {
    const stored = me.peers.filter(peer => matchIndex.get(peer.id)! >= index).length
    // Only an entry of the own term is safe once it is counted, and makes all before it safe (figure 8).
    if (termAt(index) === currentTerm && isMajority(stored + 1)) return commitUpTo(index)
  }
}

/** Applies what is committed, in order. */
function commitUpTo(index: number): void {
  commitIndex = Math.max(commitIndex, index)
  while (lastApplied < commitIndex) {
    const entry = log[lastApplied++]!
    emit('committed', { index: lastApplied, ...entry })
    const result = applyCommand(entry.command)
    clients.get(lastApplied)?.resolve({ index: lastApplied, result })
    clients.delete(lastApplied)
  }
}
