/** A handshake has its time, and no more. */
import type { CheckContext } from '../../../check/kit/check.ts'
import { CheckFailure } from '../../../check/kit/finding.ts'
import { happens, TooBusy, withTime, NEVER_MS } from '../../../check/kit/patience.ts'
import { someVersion } from '../../shared/version.ts'
import { openHouse } from './house.ts'
import { DIRECTIONS, type Direction, type Meeting } from './meeting.ts'

/** A time-out is certainly over after so many times its length; a program may look only now and then. */
const OVERDUE = 5
/** The slow peer sends a message so often within the time-out. */
const PACE = 10

export const timeout = (t: CheckContext): Promise<void> =>
  withTime(t, async (timeoutMs, program) => {
    const house = await openHouse(t, { timeoutMs, program })
    const given = `With a timeoutMs of ${timeoutMs}, `
    /** A right program may have given up when that took too long. */
    const inTime = async <T>(step: () => Promise<T>): Promise<T> => {
      const begun = performance.now()
      try {
        return await step()
      } catch (error) {
        const lost = error instanceof CheckFailure && error.finding.lost === true
        const closed = good.some(({ peer }) => peer.stopped() !== undefined)
        if ((lost || closed) && performance.now() - begun >= timeoutMs / 2) throw new TooBusy()
        throw error
      }
    }
    t.doing(
      `${given}a good peer connected to your program, and your program to another one. Both shook hands.`,
    )
    const good: Meeting[] = []
    for (const direction of DIRECTIONS) {
      await inTime(async () => {
        const meeting = await house.meet(direction, 'a good peer')
        good.push(meeting)
        await house.complete(meeting, await house.introduce(meeting))
      })
    }
    /** With the moment before the connection was made: a busy checker sees it later than the program. */
    const bad: [Meeting, string, number][] = []
    const joins = (what: string, direction: Direction, introduced = false) =>
      inTime(async () => {
        const begun = performance.now()
        const meeting = await house.meet(direction, what)
        bad.push([meeting, what, begun])
        if (introduced) await meeting.peer.write(house.version(someVersion(t)))
        return meeting
      })
    t.doing(`${given}several peers connected that do not complete the handshake.`)
    await joins('a peer that sends nothing', 'inbound')
    await joins('a peer that sends its version and no verack', 'inbound', true)
    const slow = await joins('a peer that sends pings and no version', 'inbound')
    await joins('a peer that your program connected to, and that sends nothing', 'outbound')
    await joins(
      'a peer that your program connected to, and that sends its version and no verack',
      'outbound',
      true,
    )
    t.doing(
      `${given}${bad.length} peers did not complete the handshake: some sent nothing, some no verack, one only pings.`,
    )

    const closed = new Map<Meeting, number>()
    const ends = bad.map(async ([meeting]) => {
      await meeting.peer.readToEnd(NEVER_MS)
      closed.set(meeting, performance.now())
    })
    const ping = house.message('ping', t.random.bytes(8))
    let [pings, longestGap, pinged] = [0, 0, performance.now()]
    const signOfLife = async () => {
      await program.signOfLife()
      if (slow.peer.stopped()) return
      longestGap = Math.max(longestGap, performance.now() - pinged)
      pinged = performance.now()
      pings++
      void slow.peer.write(ping)
    }
    const all = await happens(Promise.all(ends), {
      ms: OVERDUE * timeoutMs,
      everyMs: timeoutMs / PACE,
      signOfLife,
    })
    if (!all) {
      const open = bad.filter(([meeting]) => !closed.has(meeting))
      const onlySlow = open.every(([meeting]) => meeting === slow)
      const introduced = open.every(([, what]) => what.endsWith('no verack'))
      t.fail({
        op: open.every(([{ direction }]) => direction === 'outbound') ? 'connect' : 'listen',
        expected: `that your program closes each connection ${timeoutMs} ms after it was made (timeoutMs), if the handshake is not complete by then.`,
        got: `${open[0]![1]} is still connected, long after that.`,
        hint: onlySlow
          ? 'does each message restart the timer? The handshake as a whole has timeoutMs.'
          : introduced
            ? "does the peer's version stop the timer? Only its verack does: the handshake is complete then."
            : 'does a timer start when the connection is made, in both directions?',
      })
    }
    for (const [meeting, what, begun] of bad) {
      const at = closed.get(meeting)!
      if (at - begun >= timeoutMs / 2) continue
      t.fail({
        expected: `that ${what} has ${timeoutMs} ms (timeoutMs).`,
        got: `its connection was closed after ${Math.round(at - begun)} ms.`,
        hint: 'do you pass timeoutMs to the timer unchanged? It is in milliseconds.',
        lost: true,
      })
    }
    for (const [meeting] of bad)
      await house.expectOver(
        meeting,
        'timeout',
        'a handshake that took too long is over with the reason timeout.',
      )
    t.doing(`${given}two peers completed the handshake, and then sent nothing for longer than that.`)
    for (let i = 0; i < 2; i++) await program.signOfLife()
    for (const meeting of good) {
      if (!meeting.peer.stopped() && house.told(meeting, 'closed').length === 0) continue
      t.fail({
        op: meeting.direction === 'inbound' ? 'listen' : 'connect',
        expected: 'that your program keeps the connections whose handshake is complete.',
        got: 'it closed one.',
        hint: 'does a complete handshake stop the timer?',
        lost: true,
      })
    }
    // With a pause of that length, a timer that every message restarts would have run out, too.
    if (longestGap > timeoutMs / 2 || pings < PACE / 2) throw new TooBusy()
  })
