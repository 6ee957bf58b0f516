import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { readdirSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { text } from 'node:stream/consumers'
import { gone } from '../kit/alive.ts'
import { dist } from '../kit/network.ts'
import { skipBecause } from '../kit/platform.ts'

interface Report {
  benches: {
    bench: string
    measured: {
      name: string
      figures: { name: string; value: { runs: number; median: number }; ratio?: number }[]
    }[]
  }[]
}

/** No assertion is about speed: what is held here is that a bench measures, says so in JSON, and cleans up. */
describe('npm run bench -- network', function () {
  this.timeout(240_000)
  let folder: string
  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'p2plab-bench-test-'))
  })
  afterEach(() => rm(folder, { recursive: true, force: true }))

  /** A bench that is marked, and so are all processes below it. */
  const start = (mark: string, ...words: string[]) =>
    spawn(process.execPath, ['bench/main.ts', ...words], {
      cwd: path.resolve(import.meta.dirname, '../..'),
      env: { ...process.env, P2PLAB_DIST: dist, MARK: mark, TMPDIR: folder, TEMP: folder, TMP: folder },
      stdio: ['ignore', 'pipe', 'pipe'],
    })

  it('compares a small network with the plain script, and leaves nothing', async () => {
    const mark = randomUUID()
    const child = start(mark, 'network', '3', '--runs', '1', '--json')
    const [out, errors, [status]] = await Promise.all([
      text(child.stdout),
      text(child.stderr),
      once(child, 'exit') as Promise<[number | null]>,
    ])
    assert.equal(status, 0, errors)
    const { benches } = JSON.parse(out) as Report
    assert.deepEqual(
      benches.map(b => [b.bench, b.measured.map(m => m.name)]),
      [['network', ['3 nodes, 3 links']]],
    )
    const figures = Object.fromEntries(benches[0]!.measured[0]!.figures.map(f => [f.name, f]))
    for (const name of ['ready', 'propagation p50', 'propagation p99', 'CPU', 'memory'])
      assert.ok(figures[name]!.ratio! > 0 && figures[name]!.value.runs === 1, name)
    assert.equal(figures['failed dials']!.value.median, 0)
    assert.equal(figures['delivered of 40']!.value.median, 40)
    assert.ok(figures['ready ÷ floor']!.value.median > 1)
    await gone(marked(mark))
    assert.deepEqual(await readdir(folder), [])
  })

  it('ends what it started on Ctrl-C', async function () {
    if (process.platform === 'win32')
      skipBecause(this, 'on Windows Ctrl+C is of the terminal, and ends them all')
    const mark = randomUUID()
    const child = start(mark, 'network', '4', '--runs', '1', '--json')
    const [out, exit] = [text(child.stdout), once(child, 'exit')]
    let errors = ''
    for await (const chunk of child.stderr.setEncoding('utf8')) {
      errors += chunk as string
      if (!child.killed && errors.includes('p2plab broadcast')) child.kill('SIGINT')
    }
    assert.deepEqual(await exit, [130, null], errors)
    assert.match(errors, /network: interrupted/)
    assert.equal(await out, '')
    await gone(marked(mark))
    assert.deepEqual(await readdir(folder), [])
  })
})

/** The processes that have the mark in their environment; none where the system does not show it. */
function marked(mark: string): number[] {
  if (process.platform !== 'linux') return []
  return readdirSync('/proc')
    .filter(name => /^[0-9]+$/.test(name))
    .filter(pid => {
      try {
        return readFileSync(`/proc/${pid}/environ`, 'latin1').includes(`MARK=${mark}`)
      } catch {
        return false
      }
    })
    .map(Number)
}
