import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { parseEvent, type NetworkEvent } from '../../../network/events.ts'
import { initialState, reduce } from '../../../network/state.ts'
import { gone } from '../../kit/alive.ts'
import { dist } from '../../kit/network.ts'
import { askToEnd } from '../../kit/end-command.ts'
import { runP2plab } from '../../kit/cli.ts'

describe('p2plab broadcast', () => {
  it('prints one JSON object with what the contract names, and nothing else', async () => {
    const { stdout, status } = await runP2plab(
      'broadcast',
      '--nodes',
      '5',
      '--messages',
      '4',
      '--size',
      '1000',
      '--seed',
      '7',
      '--json',
    )
    const result = JSON.parse(stdout) as Record<string, number>
    assert.deepEqual(Object.keys(result), [
      'nodes',
      'messages',
      'expected',
      'delivered',
      'duplicates',
      'failedDials',
      'readyMs',
      'p50Ms',
      'p99Ms',
      'rssMb',
      'cpuMs',
    ])
    assert.deepEqual(
      [result['nodes'], result['messages'], result['expected'], result['delivered']],
      [5, 4, 16, 16],
    )
    assert.ok(Object.values(result).every(n => Number.isFinite(n) && n >= 0))
    assert.ok(
      result['readyMs']! > 0 &&
        result['rssMb']! > 0 &&
        result['cpuMs']! > 0 &&
        result['p99Ms']! >= result['p50Ms']!,
    )
    assert.equal(stdout.trim().split('\n').length, 1)
    assert.equal(status, 0)
  })

  it('says the same in words', async () => {
    const { stdout, status } = await runP2plab(
      'broadcast',
      '--nodes',
      '3',
      '--messages',
      '2',
      '--topology',
      'line',
      '--discovery',
      'assigned',
    )
    assert.match(stdout, /3 nodes \(assigned addresses\) ready in \d+ ms, 0 failed dials/)
    assert.match(stdout, /2 messages: 4 of 4 deliveries \(100%\)/)
    assert.equal(status, 0)
  })

  const wrong: [string[], RegExp][] = [
    ...['0', '-1', '1000000000', 'ten', '1.5', ''].map((n): [string[], RegExp] => [
      ['broadcast', `--nodes=${n}`],
      /--nodes must be a whole number from 1 to 200, not ".*"/,
    ]),
    [
      ['broadcast', '--topology', 'donut'],
      /--topology must be one of random, line, ring, star, full, grid, tree or file:PATH/,
    ],
    [
      ['broadcast', '--topology', 'file:no-such'],
      /--topology file:no-such: could not read the file \(the file or folder does not exist\)\. Name an existing one\.$/m,
    ],
    [
      ['broadcast', '--topology', 'file:package.json'],
      /--topology file:package.json: nodes must be a whole number/,
    ],
    [['broadcast', '--nodes', '50', '--topology', 'full'], /1225 connections\. Use at most 40 nodes/],
    [['broadcast', '--nodes', '26', '--discovery', 'mdns'], /at most 25 nodes/],
    [['broadcast', '--size', '99999999'], /--size must be a whole number from 1 to 1048576/],
    [['broadcast', '--fast'], /Unknown option --fast\. Usage: p2plab broadcast/],
    [['network'], /up, join or list is missing\. Usage: p2plab network list \| join/],
    ...['0', '65536', 'x'].map((port): [string[], RegExp] => [
      ['network', 'up', '--metrics', port],
      /--metrics must be a whole number from 1 to 65535, not ".*"/,
    ]),
    [['network', 'join'], /CODE is missing\. Usage: p2plab network join CODE/],
    [['network', 'join', 'ABCD'], /A join code has 32 letters and digits, but this one has 4\./],
    [['network', 'join', '0'.repeat(32)], /The join code is mistyped/],
    [['network', 'up', '--share', 'me'], /--share must be an IPv4 address of this computer, not "me"/],
    [['network', 'up', 'CODE'], /Unexpected argument "CODE"/],
    [['network', 'down'], /"network down" is not a command/],
  ]
  for (const [args, sentence] of wrong) {
    it(`answers "${args.join(' ')}" with one line and exit status 2`, async () => {
      const { stdout, stderr, status } = await runP2plab(...args)
      assert.match(stderr, sentence)
      assert.equal(stderr.trim().split('\n').length, 1)
      assert.equal(stdout, '')
      assert.equal(status, 2)
    })
  }
})

describe('p2plab network up', () => {
  let folder: string
  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'p2plab-record-'))
  })
  after(() => rm(folder, { recursive: true, force: true }))

  it('tells its nodes, records every event, and ends them on a signal', async () => {
    const file = path.join(folder, 'a.p2ptrace')
    const args = [
      'network',
      'up',
      '--nodes',
      '3',
      '--topology',
      'full',
      '--record',
      file,
      '--metrics',
      '--json',
    ]
    const child = spawn(process.execPath, [path.join(dist, 'cli.mjs'), ...args], {
      stdio: ['pipe', 'pipe', 'inherit'],
    })
    const exit = once(child, 'exit')
    const [line] = (await once(child.stdout, 'data')) as [Buffer]
    const { nodes, metrics, discovery, mdns } = JSON.parse(line.toString()) as {
      metrics: string
      discovery: string
      mdns?: { serviceTag: string; port: number }
      nodes: { name: string; pid: number; peerId: string }[]
    }
    assert.deepEqual(
      nodes.map(n => n.name),
      ['n1', 'n2', 'n3'],
    )
    if (discovery === 'mdns') assert.match(mdns!.serviceTag, /^_p2plab-\w+\._udp\.local$/)
    else assert.equal(mdns, undefined)
    assert.match(await (await fetch(metrics)).text(), /^p2plab_node_up\{node="n3"\} 1$/m)
    askToEnd(child)
    assert.deepEqual(await exit, [0, null])
    await gone(nodes.map(n => n.pid))

    const [header, ...lines] = (await readFile(file, 'utf8'))
      .trim()
      .split('\n')
      .map(line => JSON.parse(line) as unknown)
    assert.equal((header as { p2ptrace: number }).p2ptrace, 1)
    const events = lines.map(parseEvent)
    assert.ok(events.every(e => e !== undefined))
    const state = (events as NetworkEvent[]).reduce(reduce, initialState)
    assert.equal(state.phase, 'stopped')
    assert.deepEqual(
      Object.values(state.nodes).map(n => n.peerId),
      nodes.map(n => n.peerId),
    )
  })

  it('writes over no recording', async () => {
    const { stderr, status } = await runP2plab(
      'network',
      'up',
      '--nodes',
      '1',
      '--record',
      path.join(folder, 'a.p2ptrace'),
    )
    assert.match(stderr, /the file already exists\. Name a new file\.$/m)
    assert.equal(status, 2)
  })
})
