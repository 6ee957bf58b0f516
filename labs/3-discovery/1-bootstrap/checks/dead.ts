/** Addresses where nobody is, where somebody is who is no node, and where somebody takes long. */
import type { CheckContext } from '../../../check/kit/check.ts'
import { expectFound } from './found.ts'
import type { Contact } from './contact.ts'
import { openHouse, type House } from './house.ts'
import { memberOf, told, type MemberSpec } from './members.ts'
import { expectKnown } from './tables.ts'

const BAD: readonly MemberSpec[] = [
  { name: 'a dead peer', dead: true },
  { name: 'another dead peer', dead: true },
  { name: 'a mirror', manner: 'mirror' },
  { name: 'a peer that closes before its verack', manner: 'ends' },
  { name: 'a peer with an old version', manner: 'old' },
]
const SLOW = 'a slow seed'
const GOOD = ['peer B', 'peer C']

export async function dead(t: CheckContext): Promise<void> {
  // Room for the two seeds, the two good peers, and one more.
  const house = await openHouse(t, {
    members: [
      { name: 'peer A', tells: [...t.random.shuffle(BAD.map(({ name }) => name)), GOOD[0]!] },
      ...t.random.shuffle([...BAD, { name: SLOW, manner: 'slow' as const }]),
      { name: GOOD[0]!, tells: [GOOD[1]!] },
      { name: GOOD[1]! },
    ],
    seeds: t.random.shuffle(['peer A', SLOW]),
    maxPeers: 5,
  })
  const member = (name: string) => memberOf(house.members, name)
  const did =
    'With maxPeers 5, the checker called start with a slow seed and a good one. The good one told your program the addresses of two dead peers, of three whose connections end before the handshake is complete, and of peer B, which knows peer C'
  t.doing(`${did}.`)
  const seed = await expectFound(t, house, member('peer A'), 'do you dial all seeds at the same time?')
  const GOES_ON =
    'when a dial fails, there is room for the next address. And does an address that takes long hold up the others? Dial several at the same time.'
  for (const name of GOOD) await expectFound(t, house, member(name), GOES_ON)
  t.doing(`${did}. Your program has found both. The slow seed has not answered yet.`)
  const slow = member(SLOW)
  const answered = ['peer A', ...GOOD].map(name => member(name).address)
  await expectKnown(t, house, {
    soon: true,
    heard: [slow.address],
    answered,
    missing: address => (address === slow.address ? PATIENT : undefined),
    extra: address =>
      `this is the address of ${house.members.find(one => one.address === address)?.name ?? 'nobody'}. Forget an address that refuses the connection, or whose connection ends before the handshake is complete.`,
  })
  t.doing(`${did}. After your program had found all others, the slow seed answered.`)
  slow.release()
  await expectFound(t, house, slow, PATIENT)
  await expectKnown(t, house, { soon: true, heard: [], answered: [...answered, slow.address] })
  await comesBack(t, house, seed)
  await silence(t)
}

const PATIENT = 'a slow peer has timeoutMs for the handshake, and is not forgotten before.'

/** What was forgotten is as good as new when somebody tells it again. */
async function comesBack(t: CheckContext, house: House, seed: Contact): Promise<void> {
  const back = memberOf(house.members, BAD[0]!.name)
  // Some systems do not give the port back.
  if (!(await back.server.listenAgain())) return
  t.doing(
    `Your program had dialed ${back.address}, where nobody listened. Then a node started there, and a peer told your program its address again.`,
  )
  await house.tell(seed, [told(t, house.members, back.name)])
  await expectFound(
    t,
    house,
    back,
    'a forgotten address is like one that you have never heard of. When somebody tells it, note it, and dial it.',
  )
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
