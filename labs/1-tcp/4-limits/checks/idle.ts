/** Clients that stop sending frames are disconnected, whether or not they read their answers, and no others. */
import type { CheckContext } from '../../../check/kit/check.ts'
import { loopbackCapacity } from '../../../check/kit/capacity.ts'
import { inNode } from '../../../check/kit/finding.ts'
import { TooBusy, withTime } from '../../../check/kit/patience.ts'
import { encode } from '../../shared/frames.ts'
import {
  connectAll,
  notEarly,
  numbered,
  openHouse,
  OVERDUE,
  PACE,
  type Client,
  type House,
} from './clients.ts'

const KIB = 1024
const MIB = 1024 * KIB

export const idle = (t: CheckContext): Promise<void> =>
  withTime(t, async (ms, program) => {
    const limits = { idleMs: ms, maxFrame: 64 * KIB, maxConnections: 6 }
    const house = await openHouse(t, limits, program)
    const good = await house.welcome()
    const deaf = await deafClient(t, house, good)
    const brief = await emptyClient(house)
    const quiet = await connectAll(house, numbered('idle client', 3))
    t.doing(
      `With an idleMs of ${ms}, the checker connected three more clients, which sent one or two frames.`,
    )
    for (const client of [...quiet, ...t.random.shuffle(quiet).slice(1)]) {
      await house.ask(client)
      brief.step()
      await house.ask(good)
    }
    t.doing(
      `With an idleMs of ${ms}, three clients sent one or two frames and then nothing. Two good clients sent frames about every ${ms / PACE} ms, one of them only empty ones.`,
    )
    const closed = await house.untilClosed(quiet, good, {
      ms: OVERDUE * ms,
      everyMs: ms / PACE,
      step: brief.step,
      expected: `that your program closes the connection of a client that has sent no frame for ${ms} ms.`,
      hint: 'does each whole frame start a timer of idleMs for its own connection?',
    })
    notEarly(t, closed, 'idleMs', ms)
    await house.ask(good)
    brief.judge(t, ms)
    if (!deaf) return
    // Those that send nothing have all the time in the world here: whether each has a place of its own shows in peace.
    for (const { peer } of [good, brief.client]) peer.destroy()
    t.doing(
      `With an idleMs of ${ms} and a maxConnections of ${limits.maxConnections}, a client sent frames, read no answers, and then sent nothing more. All other clients left, and ${limits.maxConnections} new ones connected.`,
    )
    for (const name of numbered('new client', limits.maxConnections))
      await house.silentNewcomer(name, FLUSHES)
  })

const FLUSHES = `does a client that reads no answers keep its place? When its time is over, close the connection without waiting until everything is sent${inNode(': destroy(), not end() or destroySoon()')}.`

/**
 * A client that sends more than the system can hold of its answers, reads none of them, and then says nothing more. Returns when the program has
 * read what it can; false where the system would hold all of it: closing waits for nothing then.
 */
async function deafClient(t: CheckContext, house: House, good: Client): Promise<boolean> {
  const capacity = await loopbackCapacity()
  if (capacity === undefined) return false
  const deaf = await house.greet('the client that does not read')
  const frame = encode(t.random.bytes(house.limits.maxFrame))
  deaf.peer.pause()
  let left = Math.ceil((2 * capacity + MIB) / frame.length)
  let taken = 0
  const send = async () => {
    for (; left > 0 && !deaf.peer.stopped(); left--) {
      await deaf.peer.write(frame)
      taken++
    }
  }
  void send()
  // A program may stop reading from a client that does not read. It answers others meanwhile.
  for (let still = 0, before = 0; left > 0 && still < STILL; before = taken) {
    await house.ask(good)
    still = taken === before ? still + 1 : 0
  }
  left = 0
  return true
}

/** So many answers to others without a frame that was taken: the program reads no more of them. */
const STILL = 20

/** A client that keeps idleMs with empty frames alone, one at each step. */
async function emptyClient(house: House) {
  const client = await house.welcome('the client with empty frames')
  let stepped = client.since
  let longestGap = 0
  const measure = () => {
    longestGap = Math.max(longestGap, performance.now() - stepped)
    stepped = performance.now()
  }
  return {
    client,
    step() {
      // Called when another client was answered after the step before: that step's frame has been read by then.
      measure()
      void client.peer.write(encode(Buffer.alloc(0)))
    },
    judge(t: CheckContext, ms: number): void {
      if (!client.peer.stopped()) return
      measure()
      if (longestGap > ms / 2) throw new TooBusy()
      t.fail({
        op: 'listen',
        expected: `that ${client.name}, which sends one about every ${ms / PACE} ms, stays connected.`,
        got: 'its connection was closed.',
        hint: 'does an empty frame restart the timer of idleMs, too? It is a whole frame like any other.',
        lost: true,
      })
    },
  }
}
