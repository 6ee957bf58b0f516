/** Asking the program for addresses. */
import type { CheckContext } from '../../../check/kit/check.ts'
import { count, number } from '../../../check/kit/finding.ts'
import { decodeAddr, MAX_ADDR, type Entry } from './addr.ts'
import type { Contact } from './contact.ts'
import type { House } from './house.ts'

export interface Answer {
  entries: Entry[]
  payload: Buffer
}

/** Sends getaddr on a connection on which nothing has come so far, and returns the addr that answers. */
export async function askForAddresses(t: CheckContext, house: House, contact: Contact): Promise<Answer> {
  await contact.peer.write(house.message('getaddr'))
  await house.until(() => contact.received.length > 0 || contact.stopped() !== undefined)
  const [message] = contact.received
  if (message?.command !== 'addr') {
    t.fail({
      op: 'start',
      expected: `the message addr from your program: ${contact.peer.name} has sent getaddr.`,
      got: message
        ? `the message ${message.command}.`
        : contact.stopped()
          ? 'the end of the connection.'
          : 'nothing, although your program runs.',
      hint: message
        ? 'peers that connected to you get nothing but an answer to their first getaddr.'
        : 'does a peer that has connected to you get an answer to its first getaddr?',
      lost: contact.stopped() !== undefined,
    })
  }
  return { entries: entriesOf(t, message.payload), payload: message.payload }
}

/** The entries of an addr of the program's. Fails when it is none. */
export function entriesOf(t: CheckContext, payload: Buffer): Entry[] {
  const entries = decodeAddr(payload)
  if (!entries) {
    return t.fail({
      op: 'start',
      expected: 'an addr payload: a count, and so many entries of 30 bytes.',
      got: `${count(payload.length, 'byte')}: ${payload.toString('hex', 0, 40)}${payload.length > 40 ? '…' : ''}`,
      hint: 'the count is a CompactSize: one byte up to 252, three from 253 on (fd, then a u16 in little-endian).',
    })
  }
  if (entries.length <= MAX_ADDR) return entries
  return t.fail({
    op: 'start',
    expected: 'at most 1,000 entries in an addr: others disconnect peers that send more.',
    got: `${number(entries.length)}.`,
  })
}
