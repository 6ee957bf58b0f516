import assert from 'node:assert/strict'
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { initialState, reduce } from '../../../network/state.ts'
import { readTrace } from '../../../network/trace.ts'
import { MAX_LINE } from '../../../cli/lines.ts'
import { dist } from '../../kit/network.ts'

/** What a running command line writes, as it comes. */
class Talk {
  readonly child: ChildProcess
  out = ''
  errors = ''
  readonly exit: Promise<unknown[]>
  readonly #told = new EventTarget()
  constructor(...args: string[]) {
    this.child = spawn(process.execPath, [path.join(dist, 'cli.mjs'), 'network', 'up', ...args], {
      stdio: ['pipe', 'pipe', 'pipe'],
    })
    this.exit = once(this.child, 'close')
    const note = (key: 'out' | 'errors') => (text: string) => {
      this[key] += text
      this.#told.dispatchEvent(new Event('text'))
    }
    this.child.stdout!.setEncoding('utf8').on('data', note('out'))
    this.child.stderr!.setEncoding('utf8').on('data', note('errors'))
  }
  say(...lines: string[]) {
    this.child.stdin!.write(lines.map(line => `${line}\n`).join(''))
  }
  /** Resolves when one of the two has such a text. */
  async hear(where: 'out' | 'errors', text: RegExp): Promise<void> {
    const deadline = AbortSignal.timeout(60_000)
    while (!text.test(this[where])) {
      await once(this.#told, 'text', { signal: deadline }).catch(() => {
        throw new Error(`${text} was not written. Output:\n${this.out}\nErrors:\n${this.errors}`)
      })
    }
  }
}

describe('p2plab network up takes commands on standard input', () => {
  let folder: string
  const talks: Talk[] = []
  const up = (...args: string[]) => {
    const talk = new Talk('--topology', 'line', '--discovery', 'assigned', ...args)
    talks.push(talk)
    return talk
  }
  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'p2plab-commands-'))
  })
  afterEach(async () => {
    for (const talk of talks.splice(0)) {
      talk.child.kill('SIGTERM')
      await talk.exit
    }
  })
  after(() => rm(folder, { recursive: true, force: true }))

  it('one after another, answers what is wrong with one sentence, and goes on until quit', async () => {
    const file = path.join(folder, 'told.p2ptrace')
    const talk = up('--nodes', '3', '--record', file)
    // Before the network is there: they wait for it.
    talk.say('# a comment', '', 'kill n3', 'explode', 'kill n9', 'x'.repeat(MAX_LINE + 1), 'restart', 'nodes')
    talk.say('link n1-n2 latency=1', 'split n1 | n2,n3', 'broadcast from=n2 apart', 'heal', 'help', 'quit')
    assert.deepEqual(await talk.exit, [0, null])
    assert.deepEqual(
      [...talk.errors.matchAll(/^.*(no command|no node|longer than).*$/gm)].map(m => m[1]),
      ['no command', 'no node', 'longer than'],
    )
    assert.equal(talk.errors.trim().split('\n').length, 3, talk.errors)
    for (const text of [
      /^kill n3: n3$/m,
      /^restart all: n3$/m,
      /^split into A \(n1\), B \(n2 n3\)/m,
      /^ +quit +stop/m,
    ])
      assert.match(talk.out, text)

    let state = initialState
    const types: string[] = []
    for await (const item of readTrace(file))
      if (item.kind === 'event') {
        state = reduce(state, item.event)
        types.push(item.event.type)
      }
    const acts = ['node-killed', 'link-fault', 'partitioned', 'published', 'healed', 'network-stopped']
    assert.deepEqual(
      types.filter(type => acts.includes(type)),
      acts,
    )
    // n1 was cut off.
    assert.deepEqual(state.messages[0]?.targets.toSorted(), ['n1', 'n3'])
    assert.equal(state.messages[0]?.text, 'apart')
    assert.equal(state.phase, 'stopped')
  })

  it('keeps standard output for the one object with --json, and runs on when its input ends', async () => {
    const talk = up('--nodes', '2', '--json')
    await talk.hear('out', /\n/)
    talk.say('broadcast hello')
    talk.child.stdin!.end('nodes')
    await talk.hear('errors', /^n2 .*1 mesh/m)
    assert.match(talk.errors, /^broadcast 1 from random nodes: 1 published$/m)
    assert.equal(talk.child.exitCode, null)
    talk.child.kill('SIGTERM')
    // Windows ends it at once instead of asking; the test above shows how it ends there in good order.
    if (process.platform !== 'win32') assert.deepEqual(await talk.exit, [0, null])
    else await talk.exit
    assert.equal(talk.out.trim().split('\n').length, 1)
    assert.equal((JSON.parse(talk.out) as { nodes: unknown[] }).nodes.length, 2)
  })
})
