/** Pings, in both directions, of peers that do no wrong. */
import type { CheckContext } from '../../../check/kit/check.ts'
import { pause } from '../../../check/kit/deadline.ts'
import { askPing, expectError, expectRoundTrip, NONCE, tryPing, type Asked } from './asking.ts'
import { DIRECTIONS, openHouse, type House, type Meeting } from './house.ts'

/** Pings of a connection that may wait at once: the text says so. */
export const MOST_PINGS = 16

export async function pong(t: CheckContext): Promise<void> {
  const house = await openHouse(t)
  const meetings: Meeting[] = []
  for (const direction of DIRECTIONS) meetings.push(await house.meet(direction))
  for (const meeting of t.random.shuffle(meetings)) {
    const who = meeting.direction === 'inbound' ? 'A peer' : 'A peer that your program connected to'
    const nonces = [Buffer.alloc(NONCE), Buffer.alloc(NONCE, 0xff), t.random.bytes(NONCE)]
    t.doing(`${who} sent a ping with the nonce 0, and others.`)
    const pings = t.random.shuffle([...nonces, t.random.bytes(NONCE)])
    for (const piece of t.random.cut(Buffer.concat(pings.map(nonce => house.message('ping', nonce))), 5))
      await meeting.peer.write(piece)
    for (const nonce of pings) await expectPong(t, house, meeting, nonce, ANSWERS)
    await house.expectQuiet(meeting, 'each ping has one pong.')
    const nonce = t.random.bytes(NONCE)
    t.doing(`${who} sent a ping of more than 8 bytes.`)
    const long = Buffer.concat([nonce, t.random.bytes(t.random.int(1, 40))])
    await meeting.peer.write(house.message('ping', long))
    await expectPong(t, house, meeting, nonce, 'the first 8 bytes are the nonce. Ignore what is behind it.')
  }
  t.doing('Two peers sent a ping each. Then the first one sent another.')
  const [one, other] = meetings as [Meeting, Meeting]
  for (const meeting of [one, other, one]) {
    const nonce = t.random.bytes(NONCE)
    await meeting.peer.write(house.message('ping', nonce))
    await expectPong(t, house, meeting, nonce, 'does the pong go to the peer that sent the ping?')
  }
  for (const meeting of meetings) await house.expectQuiet(meeting, 'pings cost nothing.')
  await beforeVerack(t, house)
}

/** What comes between version and verack is ignored, as in 2.4. */
async function beforeVerack(t: CheckContext, house: House): Promise<void> {
  const peer = await t.sockets.connect(house.port, 'a hasty peer')
  const meeting: Meeting = { direction: 'inbound', peer, connection: peer.address }
  const early = [
    house.message('ping', t.random.bytes(NONCE)),
    house.message('mempool'),
    house.message('ping'),
  ]
  t.doing('A peer sent pings and a mempool between its version and its verack.')
  await house.shakeHands(peer, Buffer.concat(early))
  await house.expectQuiet(
    meeting,
    'until the handshake is complete, all messages but version and verack are ignored, as in exercise 2.4: no pong, and no points.',
  )
}

const ANSWERS =
  'do you answer every ping with a pong that has the same payload, also when the nonce is 0? A nonce is 8 bytes; a number does not hold them all.'

export async function expectPong(
  t: CheckContext,
  house: House,
  meeting: Meeting,
  nonce: Buffer,
  hint: string,
): Promise<void> {
  const payload = await house.expectMessage(meeting, 'pong', hint)
  if (payload.equals(nonce)) return
  t.fail({
    op: meeting.direction === 'inbound' ? 'listen' : 'connect',
    expected: `a pong with the nonce of the ping, ${nonce.toString('hex')}, as its payload.`,
    got: payload.length === 0 ? 'a pong without a payload.' : `${payload.toString('hex')}.`,
    hint,
    bytes: { expected: nonce, actual: payload },
  })
}

/** Between two steps: longer than what a clock may be off by. */
const STEP_MS = 30
const OWN =
  'do you keep each ping that waits, by its nonce? In one variable, each new ping replaces the one before.'

export async function roundTrip(t: CheckContext): Promise<void> {
  const house = await openHouse(t)
  const nonces: Buffer[] = []
  for (const direction of t.random.shuffle(DIRECTIONS)) {
    const meeting = await house.meet(direction)
    t.doing('The checker called ping three times in a row.')
    const waiting: Asked[] = []
    for (let i = 0; i < 3; i++) {
      waiting.push(await askPing(t, house, meeting))
      await pause(STEP_MS)
    }
    nonces.push(...waiting.map(({ nonce }) => nonce))
    expectDistinct(t, nonces)
    for (const [i, asked] of t.random.shuffle(waiting).entries()) {
      t.doing(
        `The checker called ping three times in a row. Then it answered ping number ${waiting.indexOf(asked) + 1} of the three${i === 0 ? '' : `, the ${i === 1 ? 'second' : 'third'} to be answered`}.`,
      )
      await expectRoundTrip(t, house, asked, { hint: OWN })
      asked.isAnswered = () => false
      await pause(STEP_MS)
      await house.untilRead()
      if (!waiting.some(({ isAnswered }) => isAnswered())) continue
      t.fail({
        op: 'ping',
        expected: 'that the other pings still wait: each has a pong of its own.',
        got: 'another one was answered.',
        hint: OWN,
      })
    }
    await house.expectQuiet(meeting, 'pongs to your pings cost nothing.')
  }
  await upToTheLimit(t, house, nonces)
}

async function upToTheLimit(t: CheckContext, house: House, nonces: Buffer[]): Promise<void> {
  const meeting = await house.meet('inbound')
  const other = await house.meet('inbound')
  const full = `The checker called ping ${MOST_PINGS} times`
  t.doing(`${full} for one connection.`)
  const waiting: Asked[] = []
  for (let i = 0; i < MOST_PINGS; i++) waiting.push(await askPing(t, house, meeting))
  nonces.push(...waiting.map(({ nonce }) => nonce))
  expectDistinct(t, nonces)
  expectRandom(t, nonces)
  t.doing(`${full}, and nothing was answered. Then it called ping once more.`)
  const hint = `${MOST_PINGS} pings of a connection may wait for their pong, so that a peer that never answers costs you no more.`
  await expectError(t, house, tryPing(t, house, meeting), {
    why: `${MOST_PINGS} pings of this connection wait already`,
    hint,
  })
  await house.expectQuiet(meeting, 'do you look how many pings wait before you send one?')
  t.doing(`${full} for one connection. Then it called ping for another one.`)
  await expectRoundTrip(t, house, await askPing(t, house, other), {
    hint: 'does each connection have pings of its own?',
  })
  const [first, ...rest] = t.random.shuffle(waiting) as [Asked, ...Asked[]]
  t.doing(`${full}, and answered one of them. Then it called ping once more.`)
  await expectRoundTrip(t, house, first, { hint: OWN })
  for (const asked of [...rest, await askPing(t, house, meeting)])
    await expectRoundTrip(t, house, asked, { hint: OWN })
}

function expectDistinct(t: CheckContext, nonces: readonly Buffer[]): void {
  if (new Set(nonces.map(nonce => nonce.toString('hex'))).size === nonces.length) return
  t.fail({
    op: 'ping',
    expected: 'a new nonce in each ping.',
    got: 'the same one twice.',
    hint: RANDOM,
  })
}

const RANDOM =
  'do you draw eight random bytes for each ping? A peer that can guess a nonce can answer before the ping arrives.'

/** Neighbors that are that close come out of a counter or a clock, and not once in 2^30 out of a hat. */
const CLOSE = 2n ** 32n

function expectRandom(t: CheckContext, nonces: readonly Buffer[]): void {
  const fail = (got: string) =>
    t.fail({ op: 'ping', expected: 'a nonce of eight random bytes in each ping.', got, hint: RANDOM })
  for (const name of ['readBigUInt64LE', 'readBigUInt64BE'] as const) {
    const numbers = nonces.map(nonce => nonce[name]())
    const at = numbers.findIndex(
      (n, i) => i > 0 && n - numbers[i - 1]! < CLOSE && numbers[i - 1]! - n < CLOSE,
    )
    if (at > 0) fail(`${nonces[at - 1]!.toString('hex')}, then ${nonces[at]!.toString('hex')}.`)
  }
  for (let i = 0; i < NONCE; i++) {
    if (!nonces.every(nonce => nonce[i] === nonces[0]![i])) continue
    fail(`byte ${i + 1} of all ${nonces.length} nonces was ${nonces[0]!.toString('hex', i, i + 1)}.`)
  }
}
