/** Where it connects to: the newest address of each member, also when it is started again. */
import { playNode, type PlayedNode } from '../../../check/cluster/played-node.ts'
import type { CheckContext } from '../../../check/kit/check.ts'
import { ME, openHouse, short } from './house.ts'

/** Starts of a program that was killed right after it told its record. */
const LIVES = 2
const STORED =
  'a node that is started again dials the members whose records it stored, and its seeds. Then it sends all the records that it has'
const NEWEST =
  'what you have stored about a member is newer than a seed, and than an old record that comes again'

export async function dials(t: CheckContext): Promise<void> {
  const house = await openHouse(t)
  const current = { signOfLife: () => house.program.signOfLife() }
  await house.gather(['n2', 'n3'])
  const [seed, n3] = [house.peer('n2'), house.peer('n3')]
  const moved = await playNode(t, { id: 'n3', of: ME, program: current })
  t.doing('n2 brought n1 a newer record of n3, with another address.')
  const news = house.record('n3', { address: moved.address })
  await house.say(seed, house.record('n2'), news)
  await moved.dialed(
    1,
    'a newer record has another address: do you call links.addPeer with it, also for a member that you have dialed before?',
  )
  await house.expectRecord(
    moved,
    'n1',
    1,
    'a connection to another address is a new one: do you send your records there, too?',
  )
  const before = n3.dials

  t.doing('All connections of n1 to n2 were reset.')
  const told = seed.received.length
  seed.resetDials()
  for (const id of ['n1', 'n3']) await expectAgain(seed, told, id)

  let seq = Number((await own(seed, 0)).seq)
  let announce = house.given.announce
  for (let life = 0; life < LIVES; life++) {
    const last = life === LIVES - 1
    // The zero is a part of the text that is signed.
    if (!last) announce = `127.0.0.1:0${t.random.int(1_000, 9_999)}`
    const heard = [seed.received.length, moved.received.length]
    // The last time with a seed whose address is an old one.
    const seeds = last ? [{ id: 'n3', address: n3.address }] : []
    t.doing(
      `n1 was killed, and started again with ${last ? 'an old address of n3 as its seed and the same' : 'no seeds and another'} address to announce, ${announce}.`,
    )
    await house.restart({ announce, seeds })
    for (const [i, peer] of [seed, moved].entries()) {
      const record = await own(peer, heard[i]!, seeds.length === 0 ? STORED : NEWEST)
      if (record.address !== announce || Number(record.seq) !== seq + 1 || !house.members.isGenuine(record))
        house.fail({
          expected: `a record of n1 with the address ${announce}, the seq ${seq + 1}, and a signature that fits.`,
          got: `${short(record)}, sent to ${peer.id}.`,
          hint: 'each start makes a new record, also with the address of before, and signs that as it was given: is its seq stored before anyone hears of it, and loaded again?',
        })
    }
    seq = Number((await own(seed, heard[0]!)).seq)
  }
  await seed.dial(house.port)
  await house.say(seed, house.members.record('n3', n3.address, news.seq - 1))
  await house.expectNothingForged('after the restart', 'do you dial members only?')
  if (n3.dials === before) return
  house.fail({
    expected: `that n1 connects to n3 only at ${moved.address}, which the newest record of n3 has.`,
    got: `a connection to ${n3.address}, where n3 was before.`,
    hint: NEWEST,
  })
}

/** A record of this member on the connection that is there again. */
async function expectAgain(peer: PlayedNode, from: number, id: string): Promise<void> {
  for (;;) {
    if (peer.received.slice(from).some(message => message.type === 'record' && message.id === id)) return
    await peer.next({
      what: `the record of ${id}, because n1 is connected to ${peer.id} again`,
      type: 'record',
      hint: 'do you send all the records that you have each time that a connection is there?',
    })
  }
}

/** The first record of n1 that the peer got after so many messages. */
async function own(peer: PlayedNode, from: number, hint = STORED) {
  for (;;) {
    const found = peer.received.slice(from).find(({ type, id }) => type === 'record' && id === ME)
    if (found) return found
    await peer.next({
      what: `n1's own record`,
      type: 'record',
      hint,
    })
  }
}
