/** Messages that the program judges one after another, and what must not come of those that it does not accept. */
import type { CheckContext } from '../../../check/kit/check.ts'
import { inNode } from '../../../check/kit/finding.ts'
import type { GossipPeer, Origin, SignedMessage } from '../../../check/peers/gossip-peer.ts'
import { expectVerdict, type Joined, type Verdict } from './joined.ts'
import { send } from './members.ts'

export interface Step {
  /** Whose announcement it is, and who sends it to the program. */
  origin: Origin
  by: GossipPeer
  data: Buffer
  /** "height 5 of origin X, for the second time" */
  what: string
  verdict: Verdict
  hint: string | ((told: Verdict) => string)
}

export interface Judged {
  message: SignedMessage
  what: string
  verdict: Verdict
}

/** Sends one after another, and fails at the first verdict that is another one. Returns the messages. */
export async function judgeInTurn(
  t: CheckContext,
  joined: Joined,
  steps: readonly Step[],
): Promise<Judged[]> {
  const sent = []
  for (const { origin, by, data, what, verdict, hint } of steps) {
    const message = await origin.sign(data)
    send(t, joined, by, what, message)
    t.doing(`${by.called[0]!.toUpperCase()}${by.called.slice(1)} of the checker sent ${what} to your node.`)
    await expectVerdict(t, joined, message, verdict, { what, hint, silent: SILENT })
    sent.push({ message, what, verdict })
  }
  return sent
}

const SILENT = `does your validator judge every message of the topic, and emit judged whatever comes? ${inNode('Where it throws, gossipsub ignores the message. ', '')}Is P4's weight -1, so that a peer is listened to after 8 rejected messages?`

/** Fails when the program has told one of these as an announcement. What came of them must have been settled by an exchange. */
export function expectNotAnnounced(t: CheckContext, joined: Joined, messages: readonly Judged[]): void {
  for (const { message, what, verdict } of messages) {
    if (verdict === 'accept') continue
    const text = Buffer.from(message.data).toString()
    const told = joined
      .announced()
      .find(({ origin, hash }) => origin === message.origin && (text === '' || text.includes(hash)))
    if (told)
      t.fail({
        op: 'join',
        expected: `no event announcement for ${what}, which your node did not accept.`,
        got: `the event announcement with the height ${told.height}.`,
        hint: 'do you emit announcement only for what you accept?',
      })
  }
}

/** Why something was passed on that should not have been. */
export const RETURNS = `does your validator return the verdict that it tells${inNode(', TopicValidatorResult.Reject')}? A listener of 'message' is too late.`
