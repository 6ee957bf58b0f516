/** Addresses where nobody is, where somebody is who is no node, and where somebody takes long. */
import type { CheckContext } from '../../../check/kit/check.ts'
import { expectFound } from './found.ts'
import { openHouse } from './house.ts'
import { memberOf, type MemberSpec } from './members.ts'
import { expectKnown } from './tables.ts'

const BAD: readonly MemberSpec[] = [
  { name: 'a dead peer', dead: true },
  { name: 'another dead peer', dead: true },
  { name: 'a mirror', manner: 'mirror' },
  { name: 'a peer that closes before its verack', manner: 'ends' },
  { name: 'a peer with an old version', manner: 'old' },
]
const SLOW = 'a slow peer'
const GOOD = ['peer B', 'peer C']

export async function dead(t: CheckContext): Promise<void> {
  const names = t.random.shuffle([...BAD.map(({ name }) => name), SLOW])
  // Room for the seed, the slow one, two good ones, and one more.
  const house = await openHouse(t, {
    members: [
      { name: 'peer A', tells: [...names, ...GOOD.slice(0, 1)] },
      ...t.random.shuffle([...BAD, { name: SLOW, manner: 'slow' as const }]),
      { name: GOOD[0]!, tells: [GOOD[1]!] },
      { name: GOOD[1]! },
    ],
    seeds: ['peer A'],
    maxPeers: 5,
  })
  const member = (name: string) => memberOf(house.members, name)
  const did =
    'With maxPeers 5, a seed told your program the addresses of two dead peers, of three whose connections end before the handshake is complete, of a slow one, and of a good one, peer B, which knows peer C'
  t.doing(`${did}.`)
  await expectFound(t, house, member('peer A'), 'do you dial the seeds?')
  const GOES_ON =
    'when a dial fails, there is room for the next address. And does an address that takes long hold up the others? Dial several at the same time.'
  for (const name of GOOD) await expectFound(t, house, member(name), GOES_ON)
  t.doing(`${did}. Your program has found both. The slow peer has not answered yet.`)
  const slow = member(SLOW)
  await house.until(() => slow.waiting.length > 0)
  await expectKnown(t, house, {
    soon: true,
    heard: [slow.address],
    answered: ['peer A', ...GOOD].map(name => member(name).address),
    missing: address =>
      address === slow.address
        ? 'a slow peer has timeoutMs for the handshake, and is not forgotten before.'
        : undefined,
    extra: address =>
      `this is the address of ${house.members.find(one => one.address === address)?.name ?? 'nobody'}. Forget an address that refuses the connection, or whose connection ends before the handshake is complete.`,
  })
  t.doing(`${did}. After your program had found all others, the slow peer answered.`)
  slow.release()
  await expectFound(
    t,
    house,
    slow,
    'a slow peer has timeoutMs for the handshake, and is not forgotten before.',
  )
  await expectKnown(t, house, {
    soon: true,
    heard: [],
    answered: ['peer A', ...GOOD, SLOW].map(name => member(name).address),
  })
  await silence(t)
}

const TIMEOUT_MS = 200

/** Two peers that never answer, and room for one at a time. */
async function silence(t: CheckContext): Promise<void> {
  const begun = performance.now()
  const house = await openHouse(t, {
    program: await t.another(),
    members: [
      { name: 'peer A', manner: 'slow' },
      { name: 'peer B', manner: 'slow' },
    ],
    seeds: ['peer A', 'peer B'],
    maxPeers: 1,
    timeoutMs: TIMEOUT_MS,
  })
  const did = `With maxPeers 1 and a timeoutMs of ${TIMEOUT_MS}, the checker called start with two seeds that never answer`
  t.doing(`${did}.`)
  const over = () => house.members.filter(({ waiting }) => waiting[0]?.stopped()).length
  const patient = async (look: () => boolean | Promise<boolean>) => {
    // A time-out is certainly over after so many times its length; a program may look only now and then.
    for (let i = 0; i < 5; i++) if (await house.until(look)) return true
    return false
  }
  for (const total of [1, 2]) {
    if (!(await patient(() => over() >= total))) {
      t.fail({
        op: 'start',
        expected: `that your program gives up a handshake after ${TIMEOUT_MS} ms (timeoutMs), and dials the other seed.`,
        got:
          over() === 0 ? 'a connection that is still open, long after that.' : 'no more than one connection.',
        hint: 'do you pass timeoutMs on to runConnection? When it closes the connection, there is room for the next address.',
      })
    }
    const took = performance.now() - begun
    if (took >= (total * TIMEOUT_MS) / 2) continue
    t.fail({
      op: 'start',
      expected: `that a peer has ${TIMEOUT_MS} ms (timeoutMs) for the handshake.`,
      got: `${total === 1 ? 'its end' : 'the end of both'} after ${Math.round(took)} ms.`,
      hint: 'do you pass timeoutMs on to runConnection unchanged? It is in milliseconds.',
    })
  }
  await expectKnown(t, house, {
    soon: true,
    heard: [],
    answered: [],
    extra: () => 'forget an address whose connection ends before the handshake is complete.',
  })
}
