/** The runner of a learner's file: what it says on the control channel. How it explains what goes wrong is in explain.test.ts. */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'
import { call, runLearner } from '../../../kit/learner.ts'
import { dist, folderWith, removeFolders } from '../../../kit/labs.ts'

describe("The runner of a learner's file", () => {
  after(removeFolders)

  it('says that it is ready, runs the exported functions, and ends when standard input ends', async () => {
    const { status, control } = await runLearner(
      `export async function add({ a, b }: { a: number; b: number }): Promise<{ sum: number }> { return { sum: a + b } }
       export function nothing() {}`,
      [call(1, 'add', { a: 1, b: 2 }), call(2, 'nothing')],
    )
    assert.equal(status, 0)
    assert.deepEqual(control, [
      { p2plab: 'ready', contract: 1 },
      { p2plab: 'reply', id: 1, result: { sum: 3 } },
      { p2plab: 'reply', id: 2, result: {} },
    ])
  })

  it('turns bytes into Buffers and back', async () => {
    const { control } = await runLearner(
      `export const twist = ({ bytes }: { bytes: Buffer }) => ({
         bytes: bytes.reverse(), isBuffer: Buffer.isBuffer(bytes), deep: [{ view: new Uint8Array([0, 255]).subarray(1) }],
       })`,
      [call(1, 'twist', { bytes: '00ff10' })],
    )
    assert.deepEqual(control[1]!['result'], { bytes: '10ff00', isBuffer: true, deep: [{ view: 'ff' }] })
  })

  it('answers several commands at the same time', async () => {
    const { control } = await runLearner(
      `let open: () => void
       const gate = new Promise<void>(resolve => { open = resolve })
       export const wait = () => gate
       export const go = () => open()`,
      [call(1, 'wait'), call(2, 'go')],
    )
    assert.deepEqual(control.map(line => line['id']).sort(), [1, 2, undefined])
  })

  it('keeps control lines whole whatever the learner prints', async () => {
    const { control, log } = await runLearner(
      `import { emit } from 'p2plab'
       export function noisy() {
         process.stdout.write('no line end')
         emit('seen', { bytes: new Uint8Array([1, 2]) })
         console.log('a line')
         process.stdout.write(new Uint8Array([0x21]))
       }`,
      [call(1, 'noisy')],
    )
    assert.deepEqual(control.slice(1), [
      { p2plab: 'event', event: 'seen', data: { bytes: '0102' } },
      { p2plab: 'reply', id: 1, result: {} },
    ])
    assert.deepEqual(log, ['no line end', 'a line', '!'])
  })

  it('takes addresses apart', async () => {
    const { control } = await runLearner(
      `import { parseAddress } from 'p2plab'
       export const parse = ({ peer }: { peer: string }) => parseAddress(peer)`,
      ['127.0.0.1:4001', '[::1]:80', '127.0.0.1', 'a:65536', '::1:80'].map((peer, i) =>
        call(i, 'parse', { peer }),
      ),
    )
    const byId = control.slice(1).sort((a, b) => Number(a['id']) - Number(b['id']))
    const answers = byId.map(line => line['result'] ?? String(line['message']))
    assert.deepEqual(answers.slice(0, 2), [
      { host: '127.0.0.1', port: 4001 },
      { host: '::1', port: 80 },
    ])
    for (const message of answers.slice(2))
      assert.match(message as string, /is not an address: expected HOST:PORT/)
  })

  it('answers an unknown op with an error and goes on', async () => {
    const { control } = await runLearner('export const known = () => ({})\nexport const listen = 3', [
      call(1, 'toString'),
      call(2, 'listen'),
      call(3, 'known'),
    ])
    assert.match(control[1]!['message'] as string, /does not export a function toString/)
    assert.match(control[2]!['message'] as string, /it exports listen, but that is not a function/)
    assert.equal(control[3]!['p2plab'], 'reply')
  })

  it('passes garbage over', async () => {
    const lines = ['garbage', '[]', 'null', '{"id":"1","op":"f"}', '{"id":1}', '{"id":1,"op":"f","args":[]}']
    const { control, errors } = await runLearner('export const f = () => ({})', [...lines, call(9, 'f')], 1)
    assert.deepEqual(control.slice(1), [{ p2plab: 'reply', id: 9, result: {} }])
    assert.equal(errors.match(/this line is not a command/g)?.length, lines.length)
  })

  it('runs for a user who has no home', async () => {
    const { XDG_CACHE_HOME: _cache, P2PLAB_CACHE: _ours, HOME: _home, ...env } = process.env
    const cwd = await folderWith({
      '1-tcp/1-echo.ts': 'export const f = () => ({})',
      'no-home.mjs': `import os from 'node:os'
import { syncBuiltinESMExports } from 'node:module'
os.homedir = () => { throw new Error('ENOENT: no such file or directory, uv_os_homedir') }
syncBuiltinESMExports()`,
    })
    const preload = ['--import', './no-home.mjs']
    const child = spawn(process.execPath, [...preload, path.join(dist, 'learner.mjs'), '1-tcp/1-echo.ts'], {
      cwd,
      env,
    })
    let out = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => void (out += text))
    child.stdin.end()
    const [status] = (await once(child, 'close')) as [number | null]
    assert.equal(status, 0)
    assert.match(out, /"ready"/)
  })
})
