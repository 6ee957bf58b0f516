/** That the program finds a peer, and introduces itself. */
import type { CheckContext } from '../../../check/kit/check.ts'
import { addressOf, now } from './addr.ts'
import { entriesOf } from './answer.ts'
import type { Contact } from './contact.ts'
import type { House } from './house.ts'
import type { Member } from './members.ts'

/** Clocks of one computer differ by less. In seconds. */
const MOST_OFF = 3_600

/** Fails unless the program has connected to this member, and the handshake was completed. */
export async function expectFound(
  t: CheckContext,
  house: House,
  member: Member,
  hint: string,
): Promise<Contact> {
  const { name, address, contacts, server } = member
  if (!(await house.until(() => contacts.length > 0))) {
    // At a port that was closed before, the checker's own connection is among them.
    const suspects = member.dead ? 0 : server.takeSuspects().length
    t.fail({
      op: 'start',
      expected: `a connection from your program to ${name} at ${address}.`,
      got:
        member.connections > 0
          ? 'one whose handshake is not complete.'
          : suspects > 0
            ? 'one that does not begin with a version message.'
            : 'none, although your program runs.',
      hint: suspects > 0 ? 'do you pass the connection to runConnection as outbound, with the magic?' : hint,
    })
  }
  await house.expectPeer(contacts[0]!, "do you call emit('peer', …) for the peers that you dial?")
  return contacts[0]!
}

const BOTH =
  'once the handshake with a peer that you dialed is complete, send it two messages: an addr with your own address, and a getaddr.'

/** Fails unless the program has sent its own address and a getaddr, once each and nothing else; `house.settle` comes before that is certain. */
export async function expectIntroduced(t: CheckContext, house: House, contact: Contact): Promise<void> {
  const { received, peer, theirs } = contact
  const of = (command: string) => received.filter(message => message.command === command)
  await house.until(() => of('addr').length > 0 && of('getaddr').length > 0)
  for (const command of ['addr', 'getaddr']) {
    if (of(command).length === 1) continue
    t.fail({
      op: 'start',
      expected: `one ${command} from your program to ${peer.name}, after the handshake.`,
      got:
        of(command).length === 0
          ? received.length === 0
            ? 'no message at all.'
            : `only other messages: ${received.map(message => message.command).join(', ')}.`
          : `${of(command).length} of them.`,
      hint: BOTH,
    })
  }
  const other = received.find(({ command }) => command !== 'addr' && command !== 'getaddr')
  if (other) {
    t.fail({
      op: 'start',
      expected: 'nothing but an addr and a getaddr after the handshake.',
      got: `the message ${other.command}, too.`,
      hint: BOTH,
    })
  }
  const asks = of('getaddr')[0]!
  if (asks.payload.length > 0) {
    t.fail({
      op: 'start',
      expected: 'a getaddr without a payload.',
      got: `${asks.payload.length} bytes of payload.`,
    })
  }
  const entries = entriesOf(t, of('addr')[0]!.payload)
  const [entry] = entries
  if (!entry || entries.length > 1 || addressOf(entry) !== house.address) {
    t.fail({
      op: 'start',
      expected: `an addr with one entry: ${house.address}, the address that your program listens on.`,
      got: entries.length === 1 ? `${addressOf(entry!)}.` : `${entries.length} entries.`,
      hint:
        entry && Number(entry.port) === swapped(house.port)
          ? 'the port is big-endian, unlike all other integers of the protocol.'
          : 'it is the host and the port that you listen on: not the peer, and not the port of this connection.',
    })
  }
  if (Math.abs(entry.time - now()) > MOST_OFF) {
    t.fail({
      op: 'start',
      expected: 'your own address with the time of now, in seconds since 1970.',
      got: `${entry.time}.`,
      hint: 'is it in seconds, not in milliseconds?',
    })
  }
  if (entry.services === theirs.services) return
  t.fail({
    op: 'start',
    expected: `your own address with the services of your version message, ${theirs.services}.`,
    got: `${entry.services}.`,
    hint: 'services are a u64 in little-endian.',
  })
}

const swapped = (port: number) => ((port & 0xff) << 8) | (port >> 8)
