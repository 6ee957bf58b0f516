/** A client of n1, and a leader that the checker plays. */
import type { PlayedNode } from '../../../check/cluster/played-node.ts'
import type { Answer } from '../../../check/kit/ask.ts'
import type { CheckContext } from '../../../check/kit/check.ts'
import { happens, NEVER_MS } from '../../../check/kit/patience.ts'
import exercise from '../exercise.ts'
import { openHouse, short, STRANGER, type House, type Start } from './house.ts'

/** Of what should come at once. */
const ANSWER_MS = 2_000

type Submitted = Answer<{ index: number; result: string }>

export interface Client {
  house: House
  /** This member leads this term, and n1 has heard of it. */
  leads(leader: string, term: number): Promise<void>
  /** Gives n1 a command. */
  submit(command: string): Promise<Submitted>
  /** The next command that n1 hands over to this member, with its id. */
  expectHanded(to: PlayedNode, command: string, hint: string): Promise<string>
  /** Fails unless n1 answers the client so: 'unknown' and 'refused' are errors that say so. */
  expectAnswer(answer: Promise<Submitted>, command: string, wanted: Wanted, hint: string): Promise<void>
  /** How often n1 has handed over the command, and to whom. */
  handed(command: string): string[]
}

/** Of a leader that has no entries yet. */
export const heartbeat = (leaderId: string, term: number): object => ({
  type: 'append-entries',
  term,
  leaderId,
  prevLogIndex: 0,
  prevLogTerm: 0,
  entries: [],
  leaderCommit: 0,
})

/** Which of the two words an error has. */
export function saysOf(error: string): 'unknown' | 'refused' | undefined {
  const [unknown, refused] = [/unknown/i.test(error), /refused/i.test(error)]
  if (unknown === refused) return undefined
  return unknown ? 'unknown' : 'refused'
}

type Wanted = 'unknown' | 'refused' | { index: number; result: string }

/** n1 is connected to these; left out, to all members. */
export async function openClient(
  t: CheckContext,
  change: Partial<Start> = {},
  gathered?: readonly string[],
): Promise<Client> {
  const house = await openHouse(t, change)
  await house.gather(gathered ?? house.others)
  return {
    house,
    async leads(leader, term) {
      const peer = house.peer(leader)
      peer.send(heartbeat(leader, term))
      for (;;) {
        const answer = await peer.next({
          what: `an appended with term ${term}, because ${leader} leads`,
          type: 'appended',
          hint: 'do the four messages of 4.6 go to your code of 4.6, and do its answers go out?',
        })
        if (answer.term === term) return
      }
    },
    submit(command) {
      const answer = t.ask(exercise.ops.submit, { command }, { ms: NEVER_MS, program: house.program })
      // The check may be over before it comes.
      answer.catch(() => {})
      return answer
    },
    async expectHanded(to, command, hint) {
      const message = await to.next({
        what: `the command "${command}" in a message of type submit`,
        type: 'submit',
        hint,
      })
      const { id } = message
      if (message.command !== command || typeof id !== 'string')
        house.fail({
          expected: `{"type":"submit","id":"…","command":"${command}"} to ${to.id}.`,
          got: `${short(message)}.`,
          hint,
        })
      return id as string
    },
    async expectAnswer(answer, command, wanted, hint) {
      let got: Submitted | undefined
      const due = answer.then(one => void (got = one))
      await happens(due, { ms: ANSWER_MS, signOfLife: () => house.program.signOfLife() })
      const { result, error } = got ?? { error: 'no answer' }
      const fits =
        typeof wanted === 'string'
          ? error !== undefined && saysOf(error) === wanted
          : result?.index === wanted.index && result.result === wanted.result
      if (fits) return
      house.fail({
        expected:
          typeof wanted === 'string'
            ? `an error that says "${wanted}" for the client of "${command}".`
            : `the answer ${JSON.stringify(wanted)} to "${command}".`,
        got:
          got === undefined
            ? 'no answer.'
            : error === undefined
              ? `the answer ${JSON.stringify(result)}.`
              : `the error "${short(error).slice(1, -1)}".`,
        hint,
      })
    },
    handed: command =>
      [...house.others, STRANGER].flatMap(id =>
        house
          .peer(id)
          .received.filter(message => message.type === 'submit' && message.command === command)
          .map(() => id),
      ),
  }
}

/** n1 becomes the leader: everyone votes for it, and stores what it says. Resolves to the term. */
export async function makeLeader(house: House): Promise<number> {
  const [voter, other] = ['n2', 'n3'].map(id => house.peer(id)) as [PlayedNode, PlayedNode]
  for (;;) {
    const request = await voter.next({
      what: 'a request-vote, because there is no leader',
      type: 'request-vote',
      ms: 4_000,
      hint: 'is Raft started, and does it send on your links?',
    })
    const term = Number(request.term)
    for (const peer of [voter, other]) peer.send({ type: 'vote', term, voteGranted: true })
    for (const peer of [voter, other]) await peer.settled()
    if (voter.waiting().some(message => message.type === 'append-entries' && message.term === term))
      return term
  }
}
