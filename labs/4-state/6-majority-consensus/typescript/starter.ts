// Exercise 4.6: Majority consensus. Write the functions that throw: elections first, then the log, then the commit rule.
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

/** One kind of message: Of<'vote'>. */
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

// What a node must not forget. Save it before you answer.
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
/** Who has voted for this node in this term. */
let votes = new Set<string>()
const nextIndex = new Map<string, number>()
const matchIndex = new Map<string, number>()
/** Who waits for an answer, by the index of the command. */
const clients = new Map<number, Client>()
let timer: NodeJS.Timeout | undefined

/** Start this node: with what it stored, its links and its election timer. This is done. */
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

/** Append the command, if this node leads. Answer when it is applied here. */
export async function submit({ command }: { command: string }): Promise<Answer> {
  throw new Error('submit is not written yet')
}

/** The leader, as far as this node knows: exercise 4.8 asks for it. This is done. */
export function knownLeader(): string | undefined {
  return role === 'leader' ? me.id : leaderId
}

/** What the register says to a command. This is done. */
function applyCommand(command: string): string {
  const [name, first, second] = command.split(' ')
  if (name === 'read') return register
  if (name === 'cas' && register !== first) return 'no'
  register = (name === 'cas' ? second : first) ?? ''
  return 'ok'
}

/** A message came from this peer. This is done. */
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

/** The term of the entry at this index: 0 where there is none. */
const termAt = (index: number): number => log[index - 1]?.term ?? 0

/** Whether so many nodes are more than half of all. */
const isMajority = (nodes: number): boolean => nodes > (me.peers.length + 1) / 2

/** In one save: a crash must not leave a new term with the vote of an old one. */
function saveTerm(term: number, vote: string | null): void {
  currentTerm = term
  votedFor = vote
  storage.save('state', { currentTerm, votedFor })
}

/** Wait for a leader or a candidate, from now on, for another random time. When it is over, call campaign. */
function restartElectionTimer(): void {
  throw new Error('restartElectionTimer is not written yet')
}

/** A message has a greater term. If this node was the leader, call emit('follower', { term }), and answer the clients that wait. */
function enterTerm(term: number): void {
  throw new Error('enterTerm is not written yet')
}

/** The time is over: become a candidate in the next term, and ask everyone for a vote. */
function campaign(): void {
  throw new Error('campaign is not written yet')
}

function onRequestVote(from: string, message: Of<'request-vote'>): void {
  throw new Error('onRequestVote is not written yet')
}

/** Once a majority has voted for this node in this term: call emit('leader', { term: currentTerm }), and send heartbeats. */
function onVote(from: string, message: Of<'vote'>): void {
  throw new Error('onVote is not written yet')
}

function onAppendEntries(from: string, message: Of<'append-entries'>): void {
  throw new Error('onAppendEntries is not written yet')
}

function onAppended(from: string, message: Of<'appended'>): void {
  throw new Error('onAppended is not written yet')
}

/** Apply what is committed, up to this index: call emit('committed', { index, term, command }) for each entry, and answer its client. */
function commitUpTo(index: number): void {
  throw new Error('commitUpTo is not written yet')
}
