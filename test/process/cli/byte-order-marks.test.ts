/** Files that people edit and streams that they pipe, as editors and shells of Windows write them: with a mark, and in UTF-16. */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { text } from 'node:stream/consumers'
import { readTrace, TraceError } from '../../../network/trace.ts'
import { loadNetwork, saveNetwork } from '../../../network/saved-networks.ts'
import { PROGRESS_FILE, readProgress, updateProgress } from '../../../labs/progress/file.ts'
import { formatProgress } from '../../../labs/progress/text.ts'
import { withResult, NO_PROGRESS } from '../../../labs/progress/progress.ts'
import { readRecording } from '../../../extension/view/recording/reading.ts'
import { p2plab } from '../../kit/cli.ts'
import { checkFile, checkProgram, dist, folderWith, removeFolders } from '../../kit/labs.ts'

const utf8 = (content: string) => Buffer.from(`\uFEFF${content}`)
const utf16 = (content: string) => Buffer.from(`\uFEFF${content}`, 'utf16le')

async function fileWith(name: string, bytes: Buffer): Promise<{ dir: string; file: string }> {
  const dir = await folderWith({ [name]: '' })
  const file = path.join(dir, name)
  await writeFile(file, bytes)
  return { dir, file }
}

describe('with a byte order mark, and in UTF-16', function () {
  this.timeout(120_000)
  after(removeFolders)

  it('a topology file', async () => {
    const topology = '{"nodes": 3, "links": [[1, 2], [2, 3]]}'
    const { dir, file } = await fileWith('line.json', utf8(topology))
    const args = ['broadcast', '--topology', 'file:line.json', '--messages', '1', '--json']
    const { status, out, errors } = await p2plab(args, dir)
    assert.equal(status, 0, errors)
    assert.equal((JSON.parse(out) as { nodes: number }).nodes, 3)
    await writeFile(file, utf16(topology))
    assert.deepEqual(await p2plab(args, dir), {
      status: 2,
      out: '',
      errors: '--topology file:line.json: it is a UTF-16 file; save it as UTF-8.\n',
    })
  })

  it('a scenario file', async () => {
    const scenario = JSON.stringify({
      title: 'Two',
      description: 'Two nodes.',
      steps: [{ do: 'start', nodes: 2, topology: 'line', seed: 1 }],
    })
    const { dir, file } = await fileWith('two.p2pscenario.json', utf8(scenario))
    const args = ['scenario', 'run', 'two.p2pscenario.json', '--json']
    const { status, errors } = await p2plab(args, dir)
    assert.equal(status, 0, errors)
    await writeFile(file, utf16(scenario))
    assert.deepEqual(await p2plab(args, dir), {
      status: 2,
      out: '',
      errors: 'two.p2pscenario.json: it is a UTF-16 file; save it as UTF-8.\n',
    })
  })

  it('a recording', async () => {
    const lines = [
      { p2ptrace: 1, createdAt: '2026-11-22T10:00:00.000Z' },
      {
        type: 'network-started',
        at: 1,
        network: 'x',
        topology: 'line',
        discovery: 'assigned',
        production: false,
        nodes: ['n1'],
      },
    ]
    const trace = lines.map(line => `${JSON.stringify(line)}\n`).join('')
    const { dir, file } = await fileWith('x.p2ptrace', utf8(trace))
    const kinds = []
    for await (const item of readTrace(file)) kinds.push(item.kind)
    assert.equal(kinds[0], 'header')
    const reading = readRecording(file)
    assert.equal(await reading.createdAt(), '2026-11-22T10:00:00.000Z')
    reading.close()
    assert.equal((await p2plab(['trace', 'summary', file], dir)).errors.includes('not a trace'), false)
    await writeFile(file, utf16(trace))
    await assert.rejects(readTrace(file).next(), (error: Error) => {
      assert.ok(error instanceof TraceError)
      assert.equal(error.message, 'it is a UTF-16 file; save it as UTF-8')
      return true
    })
  })

  it('a saved network', async () => {
    const dir = await folderWith()
    const file = await saveNetwork(dir, {
      name: 'one',
      topology: 'line',
      discovery: 'assigned',
      identities: ['ab'.repeat(32)],
      links: [],
    })
    const content = await readFile(file, 'utf8')
    await writeFile(file, utf8(content))
    assert.equal((await loadNetwork(dir, 'one')).name, 'one')
    await writeFile(file, utf16(content))
    await assert.rejects(
      loadNetwork(dir, 'one'),
      /one\.p2pnetwork\.json.*it is a UTF-16 file; save it as UTF-8/,
    )
  })

  it('the progress of a workspace, which is not written over', async () => {
    const dir = await folderWith({ '.p2plab/types/README': '' })
    const file = path.join(dir, PROGRESS_FILE)
    const result = {
      exercise: '1.1',
      language: 'typescript' as const,
      content: 'a'.repeat(64),
      at: '2026-11-22T10:00:00.000Z',
      verdict: 'pass' as const,
      seed: 1,
      checks: [{ id: 'one', verdict: 'pass' as const }],
      whole: true,
    }
    const facts = withResult(NO_PROGRESS, result)
    await writeFile(file, utf8(formatProgress(facts)))
    assert.deepEqual(await readProgress(dir), { facts, state: 'ok' })
    assert.deepEqual(await updateProgress(dir, before => before), { facts, written: true })
    const bytes = utf16(formatProgress(facts))
    await writeFile(file, bytes)
    const { written, notice } = await updateProgress(dir, before => withResult(before, result))
    assert.equal(written, false)
    assert.equal(
      notice,
      '.p2plab/progress.json is a UTF-16 file, so it is left unchanged and your progress is not saved there. Save it as UTF-8.',
    )
    assert.deepEqual(await readFile(file), bytes)
  })

  it('commands on standard input of network up', async () => {
    /** What standard error has when the command line has ended, or says `until`. */
    const errorsOf = async (input: Buffer, until: string) => {
      const args = ['network', 'up', '--nodes', '2', '--topology', 'line', '--discovery', 'assigned']
      const child = spawn(process.execPath, [path.join(dist, 'cli.mjs'), ...args])
      const closed = once(child, 'close')
      let errors = ''
      child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
        errors += chunk
        if (errors.includes(until)) child.kill('SIGTERM')
      })
      child.stdout.resume()
      child.stdin.write(input)
      await closed
      return errors
    }
    const refusal = 'Could not read commands from standard input: it is UTF-16; send UTF-8.\n'
    assert.doesNotMatch(await errorsOf(utf8('quit\r\n'), 'quit'), /quit/)
    assert.ok((await errorsOf(utf16('quit\r\n'), refusal)).includes(refusal))
  })

  it("commands on standard input of a learner's program", async () => {
    const source = `export async function say(): Promise<{ text: string }> { return { text: 'hello' } }\n`
    const dir = await folderWith({ 'say.ts': source })
    const run = async (input: Buffer) => {
      const child = spawn(process.execPath, [path.join(dist, 'learner.mjs'), 'say.ts'], { cwd: dir })
      child.stdin.end(input)
      const [out, errors] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')])
      return { out, errors }
    }
    const command = `${JSON.stringify({ id: 1, op: 'say', args: {} })}\r\n`
    const good = await run(utf8(command))
    assert.match(good.out, /"hello"/)
    assert.equal(good.errors, '')
    const { errors } = await run(utf16(command))
    assert.equal(errors, 'P2P Lab: could not read commands from standard input: it is UTF-16; send UTF-8.\n')
  })

  it('what a program prints', async () => {
    const program = (encoding: string) => `
      const print = line => process.stdout.write(Buffer.from(line + '\\n', '${encoding}'))
      print('\\uFEFF{"p2plab":"ready","contract":1}')
      process.stdin.setEncoding('utf8').on('data', text => {
        for (const line of text.split('\\n').filter(Boolean))
          print(JSON.stringify({ p2plab: 'error', id: JSON.parse(line).id, message: 'understood' }))
      }).on('end', () => process.exit())`
    const messages = async (encoding: string) =>
      (await checkProgram('1.1', program(encoding), { only: ['port-zero'] })).checks[0]?.message
    assert.match((await messages('utf8'))!, /an error: understood/)
    assert.match((await messages('utf16le'))!, /UTF-16\. The checker could not read it/)
  })

  it("a learner's own file", async () => {
    const source = `export async function listen() { throw new Error('understood') }\n`
    const { dir, file } = await fileWith('1-tcp/1-echo.ts', utf8(source))
    const message = async () => (await checkFile('1.1', dir, { only: ['port-zero'] })).checks[0]?.message
    assert.match((await message())!, /understood/)
    await writeFile(file, utf16(source))
    assert.match((await message())!, /1-tcp\/1-echo\.ts is a UTF-16 file\. Save it as UTF-8\./)
  })
})
