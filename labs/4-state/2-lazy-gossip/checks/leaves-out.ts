/** To whom nothing is announced. */
import type { CheckContext } from '../../../check/kit/check.ts'
import { TooBusy, withTime } from '../../../check/kit/patience.ts'
import type { Contact } from './contact.ts'
import { openHouse, short, someData } from './house.ts'
import { idOf } from './inventory.ts'

const NEW = 'announce data that came from a peer to all the others: that is how it gets through the network.'

export const leavesOut = (t: CheckContext): Promise<void> =>
  withTime(t, async (announceMs, program) => {
    const house = await openHouse(t, { announceMs, program, dialed: ['peer A'] })
    const giver = await house.accept('peer A')
    const [other, late, stranger] = [
      await house.dial('peer B'),
      await house.dial('peer C'),
      await house.dial('peer D'),
    ]
    const asked = someData(t)
    const unasked = someData(t)
    const has: { contact: Contact; id: string; because: string }[] = []
    const knows = (contact: Contact, data: Buffer, because: string) =>
      has.push({ contact, id: idOf(data), because })

    t.doing('Peer A announced an id, and then peer B the same one.')
    await giver.inv(idOf(asked))
    await house.expectAsked(giver, [idOf(asked)], 'ask for what you do not have.')
    await other.inv(idOf(asked))
    await house.expectNotAsked(other, 'you wait for this id already: ask nobody else for now.')
    await giver.send(giver.message('tx', asked), giver.message('tx', unasked))
    await house.expectDelivered(asked)
    await house.expectDelivered(unasked, 'each tx counts, asked for or not.')
    knows(giver, asked, 'has sent this data')
    knows(giver, unasked, 'has sent this data, unasked')
    knows(other, asked, 'has announced it, too, while your program waited for it')
    // Before the program announces it.
    await late.inv(idOf(asked))
    await late.tx(unasked)
    await house.fence(late)
    if (late.invs > 0) throw new TooBusy()
    knows(late, asked, 'has announced it, too, before your program sent its inv')
    knows(late, unasked, 'has sent this data, too, before your program sent its inv')

    t.doing(
      'Peer A sent data that your program had asked for, and other data. Peer B had announced the first one, too. Then peer C announced the first one and sent the other.',
    )
    await house.expectTold(stranger, [idOf(asked), idOf(unasked)], NEW)
    await house.expectTold(other, [idOf(unasked)], NEW)
    const next = await house.publish(someData(t))
    for (const contact of [giver, other, late, stranger])
      await house.expectTold(contact, [next], 'what you publish is announced to all peers.')
    for (const { contact, id, because } of has) {
      if (!contact.told.includes(id)) continue
      t.fail({
        op: 'start',
        expected: `that your program does not announce ${short(id)} to ${contact.name}: ${contact.name} ${because}.`,
        got: 'an inv with this id.',
        hint: 'leave out peers that have announced the data or sent it. If they do so while their inv waits, take the id out of it.',
      })
    }
  })
