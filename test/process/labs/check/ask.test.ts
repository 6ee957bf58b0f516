/** An error as an answer, and signs of life, with a real program. */
import assert from 'node:assert/strict'
import { ask } from '../../../../labs/check/kit/ask.ts'
import { withJudge } from '../../../kit/judge.ts'

const PROGRAM = `
import net from 'node:net'
export const connects = ({ port }: { port: number }) => void net.connect(port, '127.0.0.1')
export const works = ({ n }: { n: number }) => ({ twice: 2 * n })
export const refuses = () => { throw new Error('not today') }
export const ends = () => { process.exit(3) }
export const hangs = () => { for (;;); }
`

describe('A program that is asked', () => {
  const judged = withJudge(PROGRAM)

  it('answers with a result or with an error', async () => {
    const { verdict, message } = await judged(async t => {
      assert.deepEqual(await ask(t.program, 'works', { n: 4 }), { result: { twice: 8 } })
      const { error } = await ask(t.program, 'refuses', {})
      assert.match(error!, /^1-tcp\/1-echo\.ts:5:\d+: not today$/)
    })
    assert.equal(verdict, 'pass', message)
  })

  it('fails the check when it ends instead of answering', async () => {
    const { verdict, message } = await judged(async t => {
      await ask(t.program, 'ends', {})
    })
    assert.equal(verdict, 'fail')
    assert.match(message!, /your program exited with status 3/)
  })

  it('fails the check when it does not answer in time', async () => {
    const { verdict, message } = await judged(async t => {
      await ask(t.program, 'hangs', {}, 200)
    })
    assert.equal(verdict, 'fail')
    assert.match(message!, /your program stopped answering/)
  })

  it('gives a sign of life that leaves no trace in the message', async () => {
    const { verdict, message, op } = await judged(async t => {
      const server = await t.sockets.serve(() => undefined)
      await t.program.call('connects', { port: Number(server.address.split(':')[1]) })
      await server.accept(2_000)
      await t.program.signOfLife()
      await t.program.signOfLife()
      t.fail({ expected: 'nothing.', got: 'a connection.' })
    })
    assert.equal(verdict, 'fail')
    assert.match(message!, /connection 1: connected/)
    assert.doesNotMatch(message!, /sign-of-life/)
    assert.equal(op, 'connects')
  })
})
