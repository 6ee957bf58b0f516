/** How a connection ends, and that nothing follows. */
import type { CheckContext } from '../../../check/kit/check.ts'
import { expectClosed, untilRead } from '../../shared/closing.ts'
import type { House } from './house.ts'
import { opOf, type Meeting } from './meeting.ts'

export const ENDED = 'a connection that the peer has closed or broken is over with the reason ended.'

/** The checker closes its end, and the program must do the same and tell so. */
export async function expectEnded(t: CheckContext, house: House, meeting: Meeting): Promise<void> {
  await meeting.peer.end()
  await expectClosed(t, meeting.peer, {
    op: opOf(meeting),
    expected: 'that your program closes the connection, too.',
    hint: 'do you close your side when the peer has ended its own?',
  })
  await house.expectOver(meeting, 'ended', ENDED)
}

/** Fails when an event closed came again. The first one was taken, of each of these connections. */
export async function expectOverOnce(
  t: CheckContext,
  house: House,
  meetings: readonly Meeting[],
): Promise<void> {
  await untilRead(t)
  for (const meeting of meetings) {
    if (house.told(meeting, 'closed').length === 0) continue
    t.fail({
      op: opOf(meeting),
      expected: 'one event closed for each connection.',
      got: 'two for the same one.',
      hint: 'several things can happen when a connection ends. Do you tell about it in one place only?',
    })
  }
}
