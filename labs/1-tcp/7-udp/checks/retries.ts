/** The client on a network that loses requests and replies. */
import type { Check, CheckContext } from '../../../check/kit/check.ts'
import { pause } from '../../../check/kit/deadline.ts'
import { count, inNode, number } from '../../../check/kit/finding.ts'
import { openDatagrams, openLink, type Datagram } from '../../../check/peers/datagrams.ts'
import { glance } from '../../../check/transcript/hexdump.ts'
import { LENGTH, parse } from './datagram.ts'
import { times } from './faults.ts'
import {
  expectRequests,
  failWithoutRequest,
  KNOWN,
  MILLISECONDS,
  reply,
  request,
  SAME_PORT,
  settled,
} from './serving.ts'

const TRIES = 200
const TIMEOUT_MS = 50
/** Replies with a total below 2^31 would not show a client that reads it with a sign. */
const SIGNED = 2 ** 32

const AGAIN =
  'do you send the request again when timeoutMs have passed without a reply? On UDP, nothing else does that for you.'

export const retries: Check = async t => {
  const requests = expectRequests(t)
  const amount = requests.draw()
  const total = amount + t.random.int(1, 2 ** 20 - 1)
  const { isOurs } = requests
  const sent: Datagram[] = []
  const server = await openDatagrams(t, 'server', isOurs)
  const link = await openLink(t, server.port, {
    seed: t.random.int(0, 2 ** 31),
    toServer: { loss: 1 },
    isOurs: datagram => {
      if (!isOurs(datagram)) return false
      sent.push(datagram)
      requests.note()
      return true
    },
    onReport({ fault, direction }) {
      if (fault !== 'lost') return
      if (times(link, fault, direction) < 2) return
      link.setFaults(direction, {})
      if (direction === 'to-server') link.setFaults('to-client', { loss: 1 })
    },
  })
  server.serve(({ bytes, port }) => void server.send(reply(parse(bytes)!, total), port))
  const call = request(t, { peer: `127.0.0.1:${link.port}`, amount, tries: TRIES, timeoutMs: TIMEOUT_MS })
  t.doing(
    'The checker called request, over a network that loses the first two datagrams, and then the first two replies.',
  )
  const expected = `that your program sends its request again until a reply arrives (at most ${TRIES} tries, ${TIMEOUT_MS} ms after each other), and returns the total ${number(total)}.`
  const got = await settled(t, call, requests, () => {
    if (sent.length === 0) failWithoutRequest(t, link.strangers, amount)
    return t.fail({
      op: 'request',
      expected,
      got: `${count(sent.length, 'datagram')}, and nothing more for long after the ${TIMEOUT_MS} ms.`,
      hint: `${AGAIN} And ${MILLISECONDS}`,
    })
  })
  if (sent.length === 0) failWithoutRequest(t, link.strangers, amount, ', although the call has returned')
  const [first] = sent
  const changed = sent.find(({ bytes }) => !bytes.equals(first!.bytes))
  if (changed) {
    t.fail({
      op: 'request',
      expected: 'that each try sends the same request, byte for byte.',
      got: `first ${glance(first!.bytes, LENGTH)}, then ${glance(changed.bytes, LENGTH)}.`,
      hint: KNOWN,
      bytes: { expected: first!.bytes, actual: changed.bytes },
    })
  }
  const moved = sent.find(({ port }) => port !== first!.port)
  if (moved) {
    t.fail({
      op: 'request',
      expected: 'that each try comes from the same port.',
      got: `the first one from port ${first!.port}, and another from port ${moved.port}.`,
      hint: SAME_PORT,
    })
  }
  if (got === total) {
    if (times(link, 'lost', 'to-server') < 2 || times(link, 'lost', 'to-client') < 2)
      t.inconclusive('the network lost less than it should have.')
    return judgeSilence(t, sent)
  }
  t.fail({
    op: 'request',
    expected,
    got: `${got === null ? 'null' : `the total ${number(got)}`}, after ${count(sent.length, 'datagram')}.`,
    hint:
      got === total - SIGNED
        ? `do you read the total as a u32, without a sign${inNode(' (readUInt32BE)')}? From 2^31 on, the first bit is set.`
        : AGAIN,
  })
}

/** So many times after the end of the call, the program has had TIMEOUT_MS for one more try. */
const AFTERWARDS = 4

/** Fails when the program goes on trying although it has the reply. One more try may have been on its way. */
async function judgeSilence(t: CheckContext, sent: readonly Datagram[]): Promise<void> {
  const before = sent.length
  for (let i = 0; i < AFTERWARDS; i++) {
    await pause(TIMEOUT_MS)
    await t.program.signOfLife()
  }
  if (sent.length <= before + 1) return
  t.fail({
    op: 'request',
    expected: 'no more tries when the reply has arrived.',
    got: `${count(sent.length - before, 'datagram')} more after the call had returned.`,
    hint: 'do you stop sending when the reply arrives? When the call has returned, nothing of it may continue.',
  })
}
