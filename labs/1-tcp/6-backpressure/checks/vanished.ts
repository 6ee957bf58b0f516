/** Readers that vanish in the middle of an answer. */
import type { CheckContext } from '../../../check/kit/check.ts'
import { inNode, number } from '../../../check/kit/finding.ts'
import { explainEnd } from '../../shared/explain-end.ts'
import { BLOCK, probe } from './blocks.ts'
import { ASKED, WAIT, watched } from './memory.ts'
import { readToEnd } from './reading.ts'
import { callStop, PATIENT_MS } from './stopping.ts'
import { stuckReader, untilStuck } from './stuck.ts'

/** So many that a program which goes on making them for nobody is busy for hours. */
const ENDLESS = 2 ** 31

const OTHERS_END =
  'does the end of one client end the others? Give up only the answer whose connection broke, and close only its socket.'

export async function vanished(t: CheckContext): Promise<void> {
  const hint = `do you give up the answer when its connection is gone? ${inNode('Then "drain" never comes: "close" has to end the wait, and the loop, too.', 'End the wait for room, and the loop, too.')} Blocks for nobody only cost time and memory.`
  let left = false
  await watched(
    t,
    () => (left ? hint : WAIT),
    async ({ port, other: good, calm }) => {
      const asked = `client 1 asked for ${number(ASKED / BLOCK)} blocks`
      t.doing(`The checker connected two clients. Client 2 got its blocks, and ${asked}.`)
      const first = await stuckReader(t, port, 'client 1', ASKED / BLOCK)
      t.doing(`The checker connected two clients. While ${asked} and read one, client 2 asked for blocks.`)
      await untilStuck(t, good)
      // Only a program that waits for one reader is asked for what no computer has room for.
      await calm()
      t.doing(`While ${asked} and read one, client 3 asked for ${number(ENDLESS)}.`)
      const second = await stuckReader(t, port, 'client 3', ENDLESS)
      const clients = `Client 1 asked for ${number(ASKED / BLOCK)} blocks, client 3 for ${number(ENDLESS)}, and both read one.`
      t.doing(`${clients} Client 2 asked for blocks, too.`)
      await untilStuck(t, good)
      const leave: [string, () => void][] = [
        ['Client 1 broke its connection (RST)', () => first.peer.reset()],
        ['Client 3 closed its connection', () => second.peer.destroy()],
      ]
      explainEnd(
        t,
        'do you catch the error of an answer whose connection breaks? A client can vanish at any moment.',
      )
      for (const [what, go] of t.random.shuffle(leave)) {
        t.doing(`${clients} ${what} in the middle of its answer. Then client 2 asked for blocks.`)
        go()
        left = true
        for (let i = 0; i < 5; i++) await probe(t, good, hint, OTHERS_END)
      }
      t.doing('Two clients vanished in the middle of an answer. The third ended its side.')
      await good.end()
      await readToEnd(t, good)
      t.doing(
        `Two clients vanished in the middle of an answer, and the third closed its connection. Then the checker called stop with a graceMs of ${number(PATIENT_MS)}.`,
      )
      await callStop(t, port, PATIENT_MS).returns({
        expected: 'that stop returns soon, because no client is connected any longer.',
        hint: `does stop wait for an answer whose client is gone? Take such a client out of your list${inNode(' on "close", which comes', '')} after every kind of ending.`,
      })
    },
  )
}
