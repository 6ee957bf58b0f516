/** Programs from which nothing comes: the checks end after two, unless all are asked for, and every face says why. */
import assert from 'node:assert/strict'
import { exercise } from '../../../../labs/catalogue.ts'
import { runCheck } from '../../../../labs/check/client.ts'
import type { ExerciseResult } from '../../../../labs/check/protocol.ts'
import { p2plab } from '../../../kit/cli.ts'
import { checkFile, dist, existing, folderWith, removeFolders, shown, source } from '../../../kit/labs.ts'

const FILE = '1-tcp/1-echo.ts'
const { checks } = exercise('1.1')!

/** Accepts connections and does nothing with them. */
const MUTE = `
import net from 'node:net'
export const listen = ({ host, port }) => new Promise((resolve, reject) => {
  const server = net.createServer(() => {})
  server.once('error', reject)
  server.listen(port, host, () => resolve({ port: server.address().port }))
})
export const send = () => new Promise(() => {})
export const stop = () => new Promise(() => {})
`
/** To whoever waits for an answer, an endless loop, but it takes no processor time from what runs beside it. */
const BLOCKS = `export async function listen() { Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0) }`
/** Answers some checks, so it is not silent. */
const FAILS_FAST = `
export async function listen() { throw new Error('no') }
export async function send() { throw new Error('no') }
`

describe('A program from which nothing comes', function () {
  this.timeout(120_000)
  after(removeFolders)

  const check = async (text: string, all?: boolean): Promise<ExerciseResult> => {
    const workspace = await folderWith({ [FILE]: text })
    const request = { exercise: '1.1', program: { kind: 'typescript' as const, file: FILE, workspace } }
    return runCheck({ ...request, all }, { dist })
  }
  const ids = (list: readonly { id: string }[] = []) => list.map(({ id }) => id)

  it('is checked until two checks have waited for it in vain', async () => {
    const result = await check(MUTE)
    assert.equal(result.verdict, 'fail', shown(result))
    assert.deepEqual(ids([...result.checks, ...result.notRun!]), ids(checks))
    const failed = result.checks.filter(({ verdict }) => verdict === 'fail')
    assert.equal(failed.length, 2, shown(result))
    assert.equal(result.checks.at(-1), failed[1])
    for (const { message } of result.notRun!)
      assert.ok(message.startsWith(`Not run: first make "${failed[0]!.title}" pass.`), message)
    assert.doesNotMatch(failed[0]!.message!, /as in the check/)
    assert.ok(failed[1]!.message!.includes(`as in the check "${failed[0]!.title}"`), failed[1]!.message)
  })

  it('that blocks, as an endless loop does, is one of them', async () => {
    const result = await check(BLOCKS)
    assert.equal(result.checks.length, 2, shown(result))
    assert.equal(result.notRun!.length, checks.length - 2)
    for (const { message } of result.checks) assert.match(message!, /is there an endless loop\?/)
  })

  it('that never gets ready is one of them', async () => {
    const result = await check('setInterval(() => {}, 1000)\nawait new Promise(() => {})')
    assert.equal(result.checks.length, 2, shown(result))
    for (const { message } of result.checks) assert.match(message!, /never reported that it is ready/)
  })

  it('is no program that answers with errors', async () => {
    const result = await check(FAILS_FAST)
    assert.equal(result.checks.length, checks.length, shown(result))
    assert.equal(result.notRun, undefined)
  })

  it('is no program that answers slowly and wrong, without a socket', async () => {
    const program = existing('2.1')
    const text = `
const slowly = result => new Promise(resolve => setTimeout(resolve, 1_100, result))
export const encode = () => slowly({ bytes: Buffer.of(0) })
export const decode = () => slowly({ value: 0n, length: 7 })
`
    const result = await checkFile('2.1', await folderWith({ [program.file]: text }))
    assert.equal(result.verdict, 'fail')
    assert.equal(result.notRun, undefined, shown(result))
  })

  it('is no program that tells events, and keeps connections that it should close', async () => {
    const solution = await source('2.2', 'solution.ts')
    const text = solution.replace('socket.destroy()\n      }', '}')
    assert.notEqual(text, solution)
    const result = await checkFile('2.2', await folderWith({ [existing('2.2').file]: text }))
    const failed = result.checks.filter(({ verdict }) => verdict === 'fail')
    assert.deepEqual(ids(failed), ['magic', 'too-long'])
    assert.equal(result.notRun, undefined, shown(result))
  })

  it('is checked to the end when all checks are asked for', async () => {
    const workspace = await folderWith({ [FILE]: MUTE })
    const { status, out } = await p2plab(['check', '1.1', '--all', '--json'], workspace)
    const result = JSON.parse(out) as ExerciseResult
    assert.equal(status, 1)
    assert.deepEqual(ids(result.checks), ids(checks))
    assert.equal(result.notRun, undefined)
  })

  it('is told in the terminal and in the JSON which checks were not run, why, and how to run them', async () => {
    const workspace = await folderWith({ [FILE]: MUTE })
    const { status, out } = await p2plab(['check', '1.1'], workspace)
    assert.equal(status, 1)
    const last = checks.at(-1)!
    assert.ok(out.includes(`- not run  ${last.title} (${last.id})\n`), out)
    assert.match(out, /\n {4}Not run: first make ".+" pass\. Nothing came from your program in 2 checks/)
    const [ran, left] = [out.match(/^[✓✗] /gm)!.length, out.match(/^- not run/gm)!.length]
    assert.equal(ran + left, checks.length)
    assert.match(
      out,
      new RegExp(`Exercise 1\\.1: fail\\. ${ran - 2} of ${checks.length} checks passed, ${left} not run in `),
    )
    assert.match(out, /To run them as well, add --all\.\n$/)
    const json = JSON.parse((await p2plab(['check', '1.1', '--json'], workspace)).out) as ExerciseResult
    assert.equal(json.checks.length + json.notRun!.length, checks.length)
    assert.deepEqual(Object.keys(json.notRun![0]!), ['id', 'title', 'message'])
  })
})
