/**
 * Exercise 3.5 as a real group. memberlist speaks the same protocol in MessagePack and no other program speaks our JSON, so the group is made of
 * the solution and of the program in Python, which were written apart: nothing is played.
 */
import assert from 'node:assert/strict'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import type { Program } from '../../../../labs/check/engine/program.ts'
import type { SwimUpdate } from '../../../../labs/exercise/swim-message.ts'
import { removeFolders } from '../../../kit/labs.ts'
import { python } from '../../../kit/python.ts'
import { startCommand, startSolution } from '../../../kit/running-solution.ts'

const RULES = { host: '127.0.0.1', port: 0, periodMs: 200, timeoutMs: 100, suspicionMs: 1_000 }
/** For each step: the machine may run many other tests. */
const STEP_MS = 60_000
/** Long after gossip about a member has ended: 50 rounds of a group in which each update is sent four times. */
const GOSSIP_MS = 10_000

interface Running {
  name: string
  program: Program
  address: string
}

describe('a group of programs of exercise 3.5', function () {
  this.timeout(6 * STEP_MS)
  const running: Running[] = []
  const command = python()
  const script = fileURLToPath(
    new URL('../../../../labs/3-discovery/5-swim/python/other/swim.py', import.meta.url),
  )

  afterEach(async () => {
    await Promise.all(running.splice(0).map(({ program }) => program.stop()))
    await removeFolders()
  })

  const run = async (name: string, language: 'typescript' | 'python'): Promise<Running> => {
    const program =
      language === 'python' ? await startCommand('3.5', `${command} "${script}"`) : await startSolution('3.5')
    const seeds = running.slice(0, 2).map(({ address }) => address)
    const { port } = await program.call('start', { name, seeds, ...RULES }, STEP_MS)
    const one = { name, program, address: `127.0.0.1:${String(port)}` }
    running.push(one)
    return one
  }

  const membersOf = async ({ program }: Running): Promise<SwimUpdate[]> =>
    (await program.call('members', {}, STEP_MS))['members'] as SwimUpdate[]

  /**
   * Waits until each of those that run has this of the member. Gossip can end before everyone has heard it: of 700 groups of five, that happened in
   * two. Then the member itself makes news again: it stands still until it is suspected, and refutes that.
   */
  const agreed = async (name: string, fits: (update: SwimUpdate) => boolean, what: string) => {
    const until = performance.now() + STEP_MS
    const member = running.find(one => one.name === name)
    let newsAt = performance.now() + GOSSIP_MS
    for (const one of running) {
      for (;;) {
        const found = (await membersOf(one)).find(({ node }) => node === name)
        if (found && fits(found)) break
        assert.ok(
          performance.now() < until,
          `${one.name} has ${name} as ${JSON.stringify(found)}, not ${what}`,
        )
        if (member && performance.now() > newsAt) {
          await member.program.call('freeze', { ms: RULES.suspicionMs / 2 }, STEP_MS)
          newsAt = performance.now() + GOSSIP_MS
        }
        await sleep(50)
      }
    }
  }

  const isAlive = ({ state }: SwimUpdate) => state === 'alive'

  const lives = async (languages: readonly ('typescript' | 'python')[]) => {
    for (const [i, language] of languages.entries()) await run(`${language}-${i + 1}`, language)
    for (const { name } of running) await agreed(name, isAlive, 'alive')

    const killed = running.pop()!
    await killed.program.kill()
    await agreed(killed.name, ({ state }) => state === 'dead', 'dead')

    const again = await run(killed.name, languages.at(-1)!)
    const isBack = ({ state, incarnation, address }: SwimUpdate) =>
      state === 'alive' && incarnation > 0 && address === again.address
    await agreed(killed.name, isBack, `alive again, at ${again.address}`)

    const [first] = running as [Running]
    await first.program.call('freeze', { ms: 3_000 }, STEP_MS)
    for (const { name } of running) await agreed(name, isAlive, 'alive after a freeze')
  }

  it('finds a killed member, takes it back, and survives a pause: five copies of the solution', () =>
    lives(['typescript', 'typescript', 'typescript', 'typescript', 'typescript']))

  it('does the same where the last of them is in Python', async function () {
    if (command === undefined) {
      console.log('    there is no Python 3.9 or newer on this computer')
      return this.skip()
    }
    await lives(['typescript', 'python', 'typescript', 'python'])
  })

  it('does the same where the first of them is in Python', async function () {
    if (command === undefined) {
      console.log('    there is no Python 3.9 or newer on this computer')
      return this.skip()
    }
    await lives(['python', 'typescript', 'python', 'typescript'])
  })
})
