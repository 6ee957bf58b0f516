/** The checker's multicast groups. */
import assert from 'node:assert/strict'
import { joinLoopbackGroup } from '../../../../network/loopback-multicast.ts'
import { multicastProblem } from '../../../../network/orchestrator/multicast-probe.ts'
import { CheckFailure, Inconclusive } from '../../../../labs/check/kit/finding.ts'
import { createRandom } from '../../../../labs/check/kit/random.ts'
import { joinGroup } from '../../../../labs/check/peers/multicast.ts'
import { createTranscript } from '../../../../labs/check/transcript/transcript.ts'
import { skipBecause } from '../../../kit/platform.ts'

const OURS = Buffer.from('ours')

describe('a multicast group of a check', () => {
  const closers: (() => unknown)[] = []
  afterEach(() => {
    for (const close of closers.splice(0)) close()
  })
  const owner = (seed = 1) => ({
    random: createRandom(seed),
    transcript: createTranscript(),
    onEnd: (close: () => unknown) => void closers.push(close),
    broken: (error: Error) => assert.fail(error),
    inconclusive: (why: string): never => {
      throw new Inconclusive(why)
    },
  })
  const isOurs = (bytes: Buffer) => bytes.includes(OURS)

  describe('where multicast works', () => {
    before(async function () {
      const problem = await multicastProblem(20_000 + (process.pid % 10_000))
      if (problem !== undefined) skipBecause(this, `multicast does not work on this machine (${problem})`)
    })

    it('hears others, not itself, and sets aside what need not be of the program', async () => {
      const group = await joinGroup(owner(), 'the group', isOurs)
      const [host, port] = group.address.split(':') as [string, string]
      const program = await joinLoopbackGroup(host, Number(port))
      closers.push(() => program.close())
      const heard = new Promise<Buffer>(resolve => program.once('message', resolve))
      await group.send(OURS)
      assert.deepEqual(await heard, OURS)
      assert.equal(group.waiting(), 0)
      for (const text of ['a stranger', 'ours, too', 'ours']) program.send(text, Number(port), host)
      assert.equal(String(await group.next(10_000)), 'ours, too')
      // The same bytes as the checker's, but it has had its own back.
      assert.equal(String(await group.next(10_000)), 'ours')
      assert.deepEqual(group.strangers.map(String), ['a stranger'])
    })

    it('has a port of its own, so that checks of the same seed do not hear each other', async () => {
      const [one, two] = [await joinGroup(owner(), 'one', isOurs), await joinGroup(owner(), 'two', isOurs)]
      assert.notEqual(one.address.split(':')[1], two.address.split(':')[1])
      await one.send(OURS)
      await two.send(Buffer.from('ours again'))
      assert.deepEqual([one.waiting(), two.waiting()], [0, 0])
      assert.deepEqual([one.strangers, two.strangers], [[], []])
    })

    it('does not hear another group on the same port', async () => {
      const one = await joinGroup(owner(), 'one', isOurs)
      const two = await joinGroup(owner(), 'two', isOurs, { beside: one })
      const [[oneHost], [twoHost, port]] = [one, two].map(({ address }) => address.split(':')) as [
        [string],
        [string, string],
      ]
      assert.notEqual(oneHost, twoHost)
      assert.equal(one.address, `${oneHost}:${port}`)
      const program = await joinLoopbackGroup(twoHost, Number(port))
      closers.push(() => program.close())
      program.send('ours in the other group', Number(port), twoHost)
      assert.equal(String(await two.next(10_000)), 'ours in the other group')
      program.send('ours in this group', Number(port), oneHost)
      assert.equal(String(await one.next(10_000)), 'ours in this group')
      assert.deepEqual([one.waiting(), two.waiting()], [0, 0])
    })
  })

  it('is inconclusive, with the reason and what to do, where a packet does not arrive', async function () {
    if (process.platform !== 'linux')
      skipBecause(this, 'only Linux hands no packet of the group to the sockets that Windows has')
    await assert.rejects(joinGroup(owner(), 'the group', isOurs, { platform: 'win32' }), error => {
      assert.ok(error instanceof Inconclusive && !(error instanceof CheckFailure))
      assert.match(
        error.message,
        /^multicast does not work on the loopback interface of this computer \(a multicast packet sent on this machine did not arrive on this machine\)\. Allow .* check again\. .*doctor/,
      )
      return true
    })
  })
})
