/** All attacks at once, beside clients that mean well. */
import type { CheckContext } from '../../../check/kit/check.ts'
import { withTime } from '../../../check/kit/patience.ts'
import { encode } from '../../shared/frames.ts'
import { connectAll, header, numbered, openHouse, OVERDUE, PACE, type Client } from './clients.ts'

/** By name; a slow one goes on with a byte at a time. */
const ATTACKS = new Map<string, (t: CheckContext, client: Client) => void>([
  ...all('mute client', 2, () => {}),
  ...all('slow client', 3, () => {}),
  ...all('client with too long a frame', 3, (t, { peer }) => {
    void peer.write(Buffer.concat([header(t.random.int(2 ** 20, 2 ** 32 - 1)), t.random.bytes(100)]))
  }),
  ...all('client that breaks off in mid-frame', 2, (t, { peer }) => {
    const part = encode(t.random.bytes(50)).subarray(0, t.random.int(1, 50))
    void peer.write(part).then(() => peer.reset())
  }),
])

function all(name: string, n: number, attack: (t: CheckContext, client: Client) => void) {
  return numbered(name, n).map(each => [each, attack] as const)
}

export const siege = (t: CheckContext): Promise<void> =>
  withTime(t, async (ms, program) => {
    const places = ATTACKS.size + 2
    const house = await openHouse(t, { handshakeMs: ms, idleMs: ms, maxConnections: places }, program)
    const good = await house.welcome()
    const attackers = await connectAll(house, t.random.shuffle([...ATTACKS.keys()]))
    t.doing(`With a maxConnections of ${places}, the checker connected ${ATTACKS.size} more clients.`)
    await house.stillOpen(
      attackers,
      'does each client that finds a place keep it, and have handshakeMs for its first frame?',
    )
    const attack = `${ATTACKS.size} clients attacked at once: they sent nothing, slow bytes, too great a length, or broke off in mid-frame`
    t.doing(`With a handshakeMs and an idleMs of ${ms}, ${attack}. A good client sent whole frames.`)
    for (const attacker of attackers) {
      ATTACKS.get(attacker.name)!(t, attacker)
      await house.ask(good)
    }
    const slow = attackers.filter(({ name }) => name.startsWith('slow'))
    const frame = encode(t.random.bytes(house.limits.maxFrame))
    let next = 0
    const living = attackers.filter(({ name }) => !name.includes('breaks off'))
    await house.untilClosed(living, good, {
      ms: OVERDUE * ms,
      everyMs: ms / PACE,
      expected: 'that your program closes the connection of each attacker in time.',
      hint: 'does each connection have a timer and a decoder of its own?',
      step() {
        for (const { peer } of slow) if (!peer.stopped()) void peer.write(frame.subarray(next, next + 1))
        next++
      },
    })
    t.doing(
      `${attack}. Your program closed their connections. Then three good clients connected, from 127.0.0.1 like all clients of this check.`,
    )
    for (const [i, name] of numbered('newcomer', 3).entries()) {
      await house.newcomer(
        name,
        i === 0
          ? 'do you close connections only? If you lock out an address, you also lock out the good peers behind it.'
          : 'does every connection that your program closed free its place?',
      )
      await house.ask(good)
    }
  })
