import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { startNetworkProcess } from '../../../network/client.ts'
import { parseScenario } from '../../../network/scenario/parse.ts'
import { runScenario, type ScenarioResult } from '../../../network/scenario/run.ts'
import { SHIPPED } from '../../../network/scenario/shipped.ts'
import type { LearnerProgram } from '../../../network/program-node.ts'
import { existing, folderWith, removeFolders, source } from '../../kit/labs.ts'
import { dist, watched } from '../../kit/network.ts'
import { runP2plab } from '../../kit/cli.ts'

/** The reference solution, as the learner's program. */
async function solutionAsProgram(id: string): Promise<LearnerProgram> {
  const { file, network } = existing(id)
  const workspace = await folderWith({ [file]: await source(id, 'typescript/solution.ts') })
  return { exercise: id, spec: { kind: 'typescript', file, workspace }, ...network! }
}

describe('A scenario', () => {
  after(removeFolders)
  for (const { name, text } of SHIPPED) {
    it(`${name} passes`, async function () {
      this.timeout(120_000)
      const parsed = parseScenario(text)
      assert.ok('scenario' in parsed)
      const network = watched()
      try {
        const [start] = parsed.scenario.steps
        const id = start?.do === 'start' ? start.program : undefined
        const program = id === undefined ? undefined : await solutionAsProgram(id)
        const { outcome, steps } = await runScenario(network, parsed.scenario, { program })
        assert.equal(outcome, 'pass', JSON.stringify(steps.at(-1)))
        assert.equal(steps.length, parsed.scenario.steps.length)
        // Each step is in the state, as in the result.
        assert.deepEqual(
          network.state.scenario?.steps.map(s => [s.title, s.outcome, s.detail]),
          steps.map(s => [s.title, s.outcome, s.detail]),
        )
      } finally {
        await network.stopAll()
      }
    })
  }

  it('fails where a program has no leader, does not agree, or is not there, and says what was seen', async function () {
    this.timeout(120_000)
    const network = watched()
    const run = async (text: string, more: object[]) => {
      const steps = [{ do: 'start', program: '4.1', nodes: 2, topology: 'line' }, ...more]
      const parsed = parseScenario(JSON.stringify({ title: 't', description: 'd', steps }))
      assert.ok('scenario' in parsed)
      const program = text === '' ? undefined : await solutionAsProgram(text)
      return (await runScenario(network, parsed.scenario, { program })).steps.at(-1)!.detail
    }
    try {
      assert.match(await run('', []), /runs your program of exercise 4\.1, and there is none/)
      assert.match(await run('4.4', []), /runs your program of exercise 4\.1, and there is none/)
      assert.equal(await run('4.1', [{ do: 'assertLeader', withinMs: 50 }]), 'no node leads')
      assert.match(await run('4.1', [{ do: 'kill', leader: true }]), /choose the leader: no node leads/)
      assert.equal(await run('4.1', [{ do: 'assertAgreed', withinMs: 50 }]), 'n1, n2: nothing reported')
    } finally {
      await network.stopAll()
    }
  })

  it('runs in the network process, tells each step as it happens, and can be cancelled', async () => {
    const seen: string[] = []
    const cancel = new AbortController()
    const network = startNetworkProcess({
      module: path.join(dist, 'network.mjs'),
      onChange: (state, _first, events) => {
        for (const e of events) if (e.type === 'scenario-step') seen.push(`${e.step} ${e.outcome}`)
        if (state.scenario?.steps.length === 2) cancel.abort(new Error('enough'))
      },
    })
    try {
      const { scenarios } = await network.request({ op: 'scenarios' })
      assert.deepEqual(
        scenarios.map(s => s.name),
        SHIPPED.map(s => s.name),
      )
      const steps = [
        { do: 'start', nodes: 2 },
        { do: 'wait', ms: 200_000 },
      ]
      const text = JSON.stringify({ title: 't', description: 'd', steps })
      await assert.rejects(network.request({ op: 'runScenario', text }, cancel.signal), /enough/)
      assert.deepEqual(seen.slice(0, 3), ['1 running', '1 passed', '2 running'])
      await assert.rejects(
        network.request({ op: 'runScenario', text: '{}' }),
        /read the scenario: title is missing/,
      )
    } finally {
      await network.end()
    }
  })
})

describe('p2plab scenario', () => {
  let folder: string
  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'p2plab-scenario-'))
  })
  after(() => rm(folder, { recursive: true, force: true }))
  const file = async (name: string, ...steps: unknown[]) => {
    const at = path.join(folder, `${name}.p2pscenario.json`)
    await writeFile(at, JSON.stringify({ title: name, description: 'a test', steps }))
    return at
  }
  const start = { do: 'start', nodes: 2, topology: 'line' }

  it('lists and shows what comes with the product', async () => {
    const { stdout } = await runP2plab('scenario', 'list', '--json')
    assert.deepEqual(
      (JSON.parse(stdout) as { name: string }[]).map(s => s.name),
      SHIPPED.map(s => s.name),
    )
    assert.equal(
      (await runP2plab('scenario', 'show', 'star-hub')).stdout,
      SHIPPED.find(s => s.name === 'star-hub')!.text,
    )
  })

  it('prints each step, records every event, and exits with 0 when all holds', async () => {
    const trace = path.join(folder, 'run.p2ptrace')
    const { stdout, status } = await runP2plab('scenario', 'run', 'first-broadcast', '--record', trace)
    assert.match(stdout, /^First broadcast\n/)
    assert.match(stdout, /✓ 1\/6 {2}start 6 nodes \(ring\): ready after \d+ ms/)
    assert.match(stdout, /✓ 3\/6 {2}delivered is at least 1 .*: 5 of 5 deliveries \(100%\)/)
    assert.match(stdout, /First broadcast: pass\n$/)
    assert.equal(status, 0)
    assert.match(await readFile(trace, 'utf8'), /"type":"scenario-step"[^\n]*"outcome":"passed"/)
  })

  it('exits with 1 at the first claim that does not hold, says what was seen, and goes no further', async () => {
    const at = await file(
      'fails',
      start,
      { do: 'kill', nodes: ['n2'] },
      { do: 'broadcast', from: 'n1' },
      { do: 'restart' },
      { do: 'pause', nodes: ['n2'] },
      { do: 'broadcast', from: 'n1' },
      { do: 'assertDelivered', atLeast: 1, withinMs: 300 },
      { do: 'wait', ms: 100_000 },
    )
    const { stdout, status } = await runP2plab('scenario', 'run', at, '--json')
    const { outcome, steps } = JSON.parse(stdout) as ScenarioResult
    assert.equal(outcome, 'fail')
    assert.equal(steps.length, 7)
    assert.equal(steps.at(-1)!.detail, '0 of 1 deliveries (0%); without: n2')
    assert.equal(status, 1)
  })

  it('exits with 1 when a step cannot be done, and says why', async () => {
    const { stdout, status } = await runP2plab(
      'scenario',
      'run',
      await file('cannot', start, { do: 'kill', nodes: ['n9'] }),
    )
    assert.match(stdout, /✗ 2\/2 {2}kill n9: find the node: there is no node n9\. Use one of n1, n2/)
    assert.equal(status, 1)
  })

  it('exits with 2 and one line for what cannot be run', async () => {
    const bad = await file('bad', start, { do: 'wait', ms: -1 })
    const wrong: [string[], RegExp][] = [
      [['run', bad], /bad\.p2pscenario\.json: steps\[1\]\.ms: /],
      [
        ['run', 'no-such-file'],
        /Could not read "no-such-file" \(the file or folder does not exist\), and it is not one of first-broadcast/,
      ],
      [['run'], /scenario run needs a file or one of first-broadcast/],
      [['jump'], /"scenario jump" is not a command/],
      [['run', bad, 'more'], /Unexpected argument "more"/],
    ]
    for (const [args, sentence] of wrong) {
      const { stdout, stderr, status } = await runP2plab('scenario', ...args)
      assert.match(stderr, sentence)
      assert.equal(stderr.trim().split('\n').length, 1)
      assert.deepEqual([stdout, status], ['', 2])
    }
  })
})
