/** The program listens: its header and its answers. */
import type { CheckContext } from '../../../check/kit/check.ts'
import type { Peer } from '../../../check/peers/peer.ts'
import { untilRead } from '../../shared/closing.ts'
import { HEADER, line, lines } from '../../shared/multistream.ts'
import { dialed, expectEcho, expectProposal } from './dialing.ts'
import {
  expectLines,
  expectOnProtocol,
  expectServed,
  greet,
  listen,
  meet,
  shown,
  someProtocol,
  someProtocols,
} from './house.ts'

export async function header(t: CheckContext): Promise<void> {
  const [protocol] = someProtocols(t, 1) as [string]
  const port = await listen(t, [protocol])
  t.doing('The checker connected to your program, and has sent nothing yet.')
  const peer = await meet(t, port)
  const did = 'The checker connected, read the header of your program, and sent its own with a proposal.'
  t.doing(did)
  await peer.write(line(HEADER))
  await untilRead(t)
  await peer.write(line(protocol))
  await expectLines(t, peer, [protocol], {
    op: 'listen',
    what: `the line ${protocol}, because your program speaks it`,
    hint: YES,
  })
  peer.destroy()

  const dial = await dialed(t, [protocol])
  t.doing(`${dial.did} Both sent their headers, and the checker agreed.`)
  await dial.peer.write(line(HEADER))
  await expectProposal(t, dial, protocol)
  await dial.peer.write(line(protocol))
  await expectEcho(t, dial, protocol)
}

const YES = 'do you answer a protocol that you speak with the same line?'
const NA =
  'do you answer na to every protocol that is not exactly one of yours, and keep the connection for the next proposal?'
export const ECHO =
  'from the agreed line on, the bytes belong to the protocol: do you send them back as they are, without a length or a newline?'

/** Agrees on the protocol, sends bytes on it, and reads them back to the end. */
async function agreeAndEcho(t: CheckContext, peer: Peer, protocol: string): Promise<void> {
  t.doing(`A peer proposed ${shown([protocol])}, which your program speaks.`)
  await peer.write(line(protocol))
  await expectLines(t, peer, [protocol], {
    op: 'listen',
    what: `the line ${shown([protocol])}`,
    hint: YES,
  })
  const bytes = Buffer.concat([t.random.bytes(t.random.int(20, 300)), line('ls'), Buffer.of(0xff, 0x0a)])
  t.doing(
    `A peer agreed with your program on ${shown([protocol])}, sent ${bytes.length} bytes, and half-closed.`,
  )
  for (const piece of t.random.cut(bytes, 3)) await peer.write(piece)
  await peer.end()
  await expectOnProtocol(t, peer, {
    what: `the same ${bytes.length} bytes back`,
    bytes,
    thenEnd: true,
    op: 'listen',
    hint: (actual, stop) =>
      actual.equals(bytes) && stop !== 'end'
        ? 'do you end your side when the peer has ended its side, and everything is sent back?'
        : actual.length < bytes.length && bytes.subarray(0, actual.length).equals(actual)
          ? 'do you send everything back, also what comes right before the end of the other side?'
          : ECHO,
  })
}

export async function answers(t: CheckContext): Promise<void> {
  const protocols = [...someProtocols(t, 2), someProtocol(t, '-é網')]
  const elsewhere = someProtocol(t)
  const port = await listen(t, protocols)
  const other = await listen(t, [elsewhere])
  const [first] = protocols as [string]
  const strange = [
    first.slice(0, -1),
    `${first}0`,
    ` ${first}`,
    first.toUpperCase(),
    first.replace(/\d+\.0\.0$/, ''),
    someProtocol(t),
    elsewhere,
    // The length says where a line ends, not the first newline in it.
    `${first}\n${someProtocol(t)}`,
    '',
  ]
  const peer = await greet(t, port)
  for (const proposal of t.random.shuffle(strange)) {
    t.doing(
      `Your program speaks ${shown(protocols)}. A peer proposed ${JSON.stringify(proposal)}${proposal === elsewhere ? ', which only your other server speaks' : ''}.`,
    )
    await peer.write(line(proposal))
    await expectLines(t, peer, ['na'], { op: 'listen', what: 'the line na (03 6e 61 0a)', hint: NA })
  }
  await askForList(t, peer)
  const [chosen, ...others] = t.random.shuffle(protocols) as [string, ...string[]]
  await agreeAndEcho(t, peer, chosen)
  for (const protocol of others) await agreeAndEcho(t, await greet(t, port), protocol)
  await agreeAndEcho(t, await greet(t, other, 'a peer of the other server'), elsewhere)
}

/** `ls`: a list or na, whatever; but one line, and the next proposal is answered. */
async function askForList(t: CheckContext, peer: Peer): Promise<void> {
  t.doing('A peer asked for the list of protocols (ls).')
  await peer.write(line('ls'))
  const fail = (got: string): never =>
    t.fail({
      op: 'listen',
      expected: 'one line: a list of your protocols, or na.',
      got,
      hint: 'ls is a line like any other. Without a list, the answer is na.',
      lost: true,
    })
  let length = 0
  for (let shift = 0; ; shift += 7) {
    const { bytes } = await peer.read(1)
    if (bytes.length === 0 || shift > 7) return fail(shift > 7 ? 'a line that is too long.' : 'nothing.')
    length |= (bytes[0]! & 0x7f) << shift
    if (bytes[0]! < 0x80) break
  }
  const { bytes } = await peer.read(length)
  if (bytes.length < length || bytes.at(-1) !== 0x0a) fail('something else.')
}

export async function together(t: CheckContext): Promise<void> {
  const protocols = someProtocols(t, 3)
  const port = await listen(t, protocols)
  const wanted = t.random.pick(protocols)
  const slow = await greet(t, port, 'a slow peer')
  const cut = t.random.int(2, line(wanted).length - 2)
  await slow.write(line(wanted).subarray(0, cut))
  await untilRead(t)
  const unknown = Array.from({ length: t.random.int(15, 30) }, () => someProtocol(t))
  const bytes = t.random.bytes(t.random.int(20, 100))
  t.doing(
    `A peer sent its header, ${unknown.length} proposals that your program does not speak, one that it speaks, and ${bytes.length} bytes, all in one write. Half a proposal of another peer was waiting.`,
  )
  const peer = await t.sockets.connect(port, 'a hasty peer')
  await peer.write(Buffer.concat([lines(HEADER, ...unknown, wanted), bytes]))
  await expectLines(t, peer, [HEADER, ...unknown.map(() => 'na'), wanted], {
    op: 'listen',
    what: `your header, na for each of the ${unknown.length} proposals, and the line ${wanted}`,
    hint: `one chunk can contain several lines: do you look for the next line until no complete one is left? And does each connection have a buffer of its own?`,
  })
  await expectOnProtocol(t, peer, {
    what: `the ${bytes.length} bytes behind the agreed line`,
    bytes,
    op: 'listen',
    hint: () => SAME_CHUNK,
  })
  t.doing('A slow peer sent the second half of its proposal, after another peer had been served.')
  await slow.write(line(wanted).subarray(cut))
  await expectLines(t, slow, [wanted], {
    op: 'listen',
    what: `the line ${wanted}`,
    hint: 'does each connection have a buffer of its own, for the start of a line that is not complete?',
  })
  await answersTogether(t)
  await expectServed(t, port, wanted)
}

export const SAME_CHUNK =
  'what comes behind the agreed line in the same chunk belongs to the protocol: do you pass on what is left in your buffer?'

/** The checker's header and its answer in one chunk. */
async function answersTogether(t: CheckContext): Promise<void> {
  const [first, second, third] = someProtocols(t, 3) as [string, string, string]
  const dial = await dialed(t, [first, second, third])
  const { peer } = dial
  await untilRead(t)
  // A program that waits for our header has not proposed anything: there is no answer yet.
  const waits = peer.waiting() === 0
  if (waits) await peer.write(line(HEADER))
  await expectProposal(t, dial, first)
  t.doing(`${dial.did} It answered na${waits ? '' : ', in one chunk with its header'}.`)
  await peer.write(waits ? line('na') : lines(HEADER, 'na'))
  await expectProposal(
    t,
    dial,
    second,
    'one chunk can contain several lines: do you look for the next one behind the header?',
  )
  await peer.write(line(second))
  await expectEcho(t, dial, second)
}
