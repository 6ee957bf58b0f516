/** The program dials: what it proposes, and when it gives up. */
import type { CheckContext } from '../../../check/kit/check.ts'
import { count } from '../../../check/kit/finding.ts'
import { beginsWith } from '../../../check/peers/accepted.ts'
import { expectClosed } from '../../shared/closing.ts'
import { HEADER, line } from '../../shared/multistream.ts'
import exercise from '../exercise.ts'
import { dialed, expectEcho, expectProposal, expectRefused, type Dialed } from './dialing.ts'
import { expectLines, expectServed, greet, listen, meet, someProtocol, someProtocols } from './house.ts'

/** Answers na to the first so many proposals, which are as they should be. */
async function refuse(t: CheckContext, dial: Dialed, n: number): Promise<void> {
  await dial.peer.write(line(HEADER))
  for (const [i, protocol] of dial.protocols.slice(0, n).entries()) {
    t.doing(`${dial.did}${i === 0 ? '' : ` It answered na ${count(i, 'time')}.`}`)
    await expectProposal(t, dial, protocol)
    await dial.peer.write(line('na'))
  }
}

async function agreeOn(t: CheckContext, dial: Dialed, n: number): Promise<void> {
  const protocol = dial.protocols[n]!
  const did = `${dial.did}${n === 0 ? '' : ` It answered na ${count(n, 'time')}.`}`
  t.doing(did)
  await expectProposal(t, dial, protocol)
  t.doing(`${did} It agreed on ${protocol}.`)
  await dial.peer.write(line(protocol))
  await expectEcho(t, dial, protocol)
}

export async function proposes(t: CheckContext): Promise<void> {
  const protocols = [...someProtocols(t, 3), someProtocol(t, '-é網')]
  for (const n of [0, t.random.int(1, 2), 3]) {
    // At last more than a socket gives at once.
    const bytes = t.random.bytes(n === 3 ? t.random.int(70_000, 100_000) : t.random.int(5, 40))
    const dial = await dialed(t, protocols, bytes)
    await refuse(t, dial, n)
    await agreeOn(t, dial, n)
  }
  // Two calls at once: the second one is done first.
  const [first, second] = [await dialed(t, protocols), await dialed(t, t.random.shuffle(protocols))]
  await refuse(t, first, 2)
  await refuse(t, second, 1)
  await agreeOn(t, second, 1)
  await agreeOn(t, first, 2)
}

const COMMON =
  'do you end the connection and answer with an error when the peer has refused all of your protocols, or when it has ended the connection?'

export async function none(t: CheckContext): Promise<void> {
  const protocols = someProtocols(t, 3)
  const all = await dialed(t, protocols)
  await refuse(t, all, 3)
  await expectRefused(t, all, {
    sent: 'It answered na to all of them.',
    expected: 'there is no protocol in common',
    hint: COMMON,
  })
  const some = await dialed(t, protocols)
  await refuse(t, some, 1)
  await expectProposal(t, some, protocols[1]!)
  await some.peer.end()
  await expectRefused(t, some, {
    sent: 'It answered na once, and ended the connection.',
    expected: 'the peer has ended the connection before there was a protocol',
    hint: COMMON,
  })
  await refusesShortReply(t, protocols)
  await refusesDeadPort(t, protocols)
  const good = await dialed(t, protocols)
  await refuse(t, good, 1)
  await agreeOn(t, good, 1)
  await listenerEnds(t, protocols)
}

async function refusesShortReply(t: CheckContext, protocols: readonly string[]): Promise<void> {
  const dial = await dialed(t, protocols)
  await refuse(t, dial, 0)
  await expectProposal(t, dial, protocols[0]!)
  await dial.peer.write(line(protocols[0]!))
  await dial.peer.read(dial.bytes.length)
  await dial.peer.write(dial.bytes.subarray(1))
  await dial.peer.end()
  await expectRefused(t, dial, {
    sent: 'It agreed, sent one byte less than your program, and ended the connection.',
    expected: 'the reply is not complete',
    hint: 'do you look whether the whole reply has come when the connection ends?',
  })
}

async function refusesDeadPort(t: CheckContext, protocols: readonly string[]): Promise<void> {
  const server = await t.sockets.serve(beginsWith(line(HEADER)))
  await server.stopListening()
  t.doing('The checker called dial for an address at which nobody listens.')
  const bytes = t.random.bytes(5)
  const { result } = await t.ask(exercise.ops.dial, {
    peer: server.address,
    protocols: [...protocols],
    bytes,
  })
  if (result === undefined) return
  t.fail({
    op: 'dial',
    expected: 'an error: nobody listens there.',
    got: 'a result.',
    hint: 'does an error of the socket become an error of dial?',
  })
}

const LEAVE = 'do you end your side when the peer has ended its side, also before there is a protocol?'

async function listenerEnds(t: CheckContext, protocols: readonly string[]): Promise<void> {
  const port = await listen(t, protocols)
  const half = line(protocols[0]!)
  const cut = half.subarray(0, t.random.int(1, half.length - 1))
  for (const [what, bytes] of [
    ['sent nothing', undefined],
    ['sent its header', line(HEADER)],
    ['sent its header and half a proposal', Buffer.concat([line(HEADER), cut])],
  ] as const) {
    const peer = await meet(t, port)
    t.doing(`A peer ${what}, and ended the connection.`)
    if (bytes) await peer.write(bytes)
    await peer.end()
    await expectClosed(t, peer, { expected: 'that your program ends the connection, too.', hint: LEAVE })
  }
  const peer = await greet(t, port)
  const strange = someProtocol(t)
  t.doing(`A peer proposed ${strange}, which your program does not speak, and ended the connection.`)
  await peer.write(line(strange))
  await peer.end()
  await expectLines(t, peer, ['na'], {
    op: 'listen',
    what: 'the line na',
    hint: 'what a peer sent before its end is still answered: does your side of the connection stay open until then?',
  })
  await expectClosed(t, peer, { expected: 'that your program ends the connection, too.', hint: LEAVE })
  const reset = await greet(t, port)
  await reset.write(cut)
  t.doing('A peer broke its connection in the middle of a proposal (RST). Then another peer came.')
  reset.reset()
  await expectServed(t, port, protocols[0]!, 'does an error of one connection end your program?')
}
