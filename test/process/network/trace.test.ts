import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { Writable } from 'node:stream'
import type { NetworkEvent } from '../../../network/events.ts'
import { initialState, reduce } from '../../../network/state.ts'
import { createTrace, readTrace, type TraceItem } from '../../../network/trace.ts'
import { SHIVIZ_REGEX } from '../../../network/trace/shiviz.ts'
import { openRecording } from '../../kit/recording.ts'
import { watched } from '../../kit/network.ts'
import { runP2plab } from '../../kit/cli.ts'

async function itemsIn(file: string): Promise<TraceItem[]> {
  const items: TraceItem[] = []
  for await (const item of readTrace(file)) items.push(item)
  return items
}
const eventsIn = async (file: string) =>
  (await itemsIn(file)).flatMap(i => (i.kind === 'event' ? [i.event] : []))

describe('A trace', () => {
  let folder: string
  let file: string
  /** The events of a live network with faults, in the order in which it reduced them. */
  let live: NetworkEvent[]
  let finalState: unknown
  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'p2plab-trace-'))
    file = path.join(folder, 'live.p2ptrace')
    const network = watched()
    const trace = await createTrace(file)
    network.subscribe((_first, events) => trace.write(events))
    try {
      await network.start({ nodes: 4, topology: 'ring', discovery: 'assigned' })
      await network.deliver({ node: 'n1', text: 'Grüße — 你好', count: 3 })
      await network.partition([{ name: 'a', nodes: ['n1', 'n2'] }])
      await network.heal()
      await network.killNode('n3')
      await network.restartNode('n3')
      await network.pauseNode('n2')
      await network.resumeNode('n2')
      await network.deliver({ node: 'n3', count: 3 })
    } finally {
      await network.stopAll()
    }
    await trace.close()
    live = [...network.events]
    finalState = network.state
  })
  after(() => rm(folder, { recursive: true, force: true }))

  it('that was recorded live gives the same state, event for event, when it is read again', async () => {
    const events = await eventsIn(file)
    assert.equal(events.length, live.length)
    let [recorded, original] = [initialState, initialState]
    for (const [i, event] of events.entries()) {
      recorded = reduce(recorded, event)
      original = reduce(original, live[i]!)
      assert.deepEqual(recorded, original, `after event ${i}`)
    }
    assert.deepEqual(recorded, finalState)
  })

  it('gives the view that opens it the same state, event for event, in parts of any size', async () => {
    for (const partSize of [1, 7, undefined]) {
      const { log, recording } = await openRecording(file, partSize)
      assert.deepEqual([recording.events, recording.notes], [live.length, []])
      let original = initialState
      for (const [i, event] of live.entries()) {
        assert.deepEqual(log.event(i), event)
        original = reduce(original, event)
        assert.deepEqual(log.stateAt(i + 1), original, `after event ${i}`)
      }
      assert.deepEqual(log.state, finalState)
    }
  })

  it('that is cut at any byte of its last 4 KiB still opens, with all that is whole', async function () {
    this.timeout(120_000)
    const whole = await readFile(file)
    const cut = path.join(folder, 'cut.p2ptrace')
    await writeFile(cut, whole)
    const lineEnds = [...whole.entries()].flatMap(([i, byte]) => (byte === 10 ? [i] : []))
    for (let length = whole.length - 1; length >= whole.length - 4096; length--) {
      await truncate(cut, length)
      const items = await itemsIn(cut)
      // A line that only lacks its end is whole.
      const complete = lineEnds.filter(end => end <= length).length
      assert.equal(items.filter(i => i.kind === 'event').length, complete - 1, `cut at ${length}`)
      const torn = items.at(-1)!.kind === 'torn'
      assert.equal(torn, !lineEnds.includes(length) && !lineEnds.includes(length - 1), `cut at ${length}`)
    }
  })

  it('that is cut at any byte of its last 4 KiB still opens in the view, which says that it is cut', async function () {
    this.timeout(120_000)
    const lines = (await readFile(file, 'utf8')).split('\n').slice(0, -1)
    // The header and the last lines are enough, and quick.
    const kept = lines.splice(1).reverse()
    const tail: string[] = []
    while (tail.join('\n').length < 4096) tail.unshift(kept.shift()!)
    const short = Buffer.from(`${[lines[0], ...tail].join('\n')}\n`)
    const cut = path.join(folder, 'cut-in-view.p2ptrace')
    await writeFile(cut, short)
    for (let length = short.length - 1; length >= short.length - 4096; length--) {
      await truncate(cut, length)
      const { recording, log } = await openRecording(cut)
      const text = short.toString('utf8', 0, length)
      // A line that only lacks its end is whole.
      const complete = text.split('\n').length - (short[length] === 10 ? 1 : 2)
      const torn = short[length] !== 10 && !text.endsWith('\n')
      if (complete === 0) {
        assert.match(recording.problem ?? '', /contains no events\./, `cut at ${length}`)
        continue
      }
      assert.deepEqual([recording.phase, recording.events], ['whole', complete], `cut at ${length}`)
      assert.equal(log.last, complete)
      assert.equal(/last line is incomplete/.test(recording.notes.join()), torn, `cut at ${length}`)
    }
  })

  const contents: [string, string, RegExp][] = [
    ['nothing', '', /empty/],
    ['text', 'hello\n', /not a trace: its first line must be/],
    ['another JSON', '{"a":1}\n', /not a trace/],
    [
      'a newer version',
      '{"p2ptrace":2,"createdAt":"x"}\n',
      /version 2 of the format, but this version of P2P Lab reads 1/,
    ],
  ]
  for (const [what, content, sentence] of contents) {
    it(`with ${what} in it is refused with one sentence`, async () => {
      const bad = path.join(folder, 'bad')
      await writeFile(bad, content)
      await assert.rejects(itemsIn(bad), sentence)
      const { stderr, status } = await runP2plab('trace', 'summary', bad)
      assert.match(stderr, sentence)
      assert.deepEqual([stderr.trim().split('\n').length, status], [1, 2])
      const { recording } = await openRecording(bad)
      assert.equal(recording.phase, 'unreadable')
      assert.match(recording.problem!, /^Could not read this recording: .*\.$/)
      assert.match(recording.problem!, sentence)
    })
  }

  it('with lines that this version does not know is read around them', async () => {
    const odd = path.join(folder, 'odd')
    const event = JSON.stringify({ type: 'network-stopped', at: 1 })
    await writeFile(
      odd,
      `{"p2ptrace":1,"createdAt":"x"}\n{"type":"new-thing"}\nnonsense\n{"dropped":3}\n${event}\n{"stopped":"why"}\n`,
    )
    const kinds = (await itemsIn(odd)).map(i => i.kind)
    assert.deepEqual(kinds, ['header', 'unknown', 'unknown', 'dropped', 'event', 'stopped'])
    const { recording } = await openRecording(odd)
    assert.deepEqual(recording.notes, [
      '3 events are missing because the recording could not keep up with the network.',
      'Skipped lines that this version of P2P Lab does not recognize: 2. The first is line 2.',
      'The recording stopped before its network did: why.',
    ])
  })

  it('on a disk that is full, or too slow, stops once, says why, and harms nobody', async () => {
    const full = new Writable({
      write: (_chunk, _encoding, done) => done(new Error('no space left on device')),
    })
    const slow = new Writable({ write: () => undefined })
    for (const [stream, reason] of [
      [full, 'no space left on device'],
      [slow, 'the disk is too slow'],
    ] as const) {
      const problems: string[] = []
      const trace = await createTrace('x', {
        open: () => stream,
        maxWaiting: 10_000,
        onProblem: r => problems.push(r),
      })
      for (let i = 0; i < 1_000; i++) {
        trace.write(live.slice(0, 20))
        if (i % 100 === 0) await new Promise(resolve => setImmediate(resolve))
      }
      assert.deepEqual(problems, [reason])
      // It never holds more than what may wait and one batch.
      assert.ok(stream.writableLength < 50_000, `${stream.writableLength} bytes wait`)
    }
  })

  it('is summed up', async () => {
    const { stdout } = await runP2plab('trace', 'summary', file, '--json')
    const summary = JSON.parse(stdout) as Record<string, unknown>
    assert.equal(summary['events'], live.length)
    assert.deepEqual([summary['published'], summary['received'], summary['phase']], [2, 6, 'stopped'])
    assert.match((await runP2plab('trace', 'summary', file)).stdout, /2 messages, 6 deliveries/)
  })

  it('becomes a Chrome trace with a track for each node and an arrow for each hop', async () => {
    const out = path.join(folder, 'chrome.json')
    const { status } = await runP2plab('trace', 'export', file, '--to', 'chrome', '--out', out)
    assert.equal(status, 0)
    const { traceEvents } = JSON.parse(await readFile(out, 'utf8')) as {
      traceEvents: { ph: string; tid: number; ts: number; id: number; args?: { name?: string } }[]
    }
    const of = (ph: string) => traceEvents.filter(e => e.ph === ph)
    assert.deepEqual(
      of('M')
        .flatMap(e => (e.tid ? [e.args!.name] : []))
        .sort(),
      ['n1', 'n2', 'n3', 'n4'],
    )
    assert.equal(of('X').length, 8)
    assert.equal(of('s').length, 6)
    for (const start of of('s')) {
      const end = of('f').find(e => e.id === start.id)!
      assert.ok(end.ts >= start.ts && end.tid !== start.tid)
      // An arrow begins and ends inside a slice of its track.
      for (const { ts, tid } of [start, end])
        assert.ok(of('X').some(x => x.tid === tid && x.ts <= ts && ts <= x.ts + 500))
    }
    const again = await runP2plab('trace', 'export', file, '--to', 'chrome', '--out', out)
    assert.match(again.stderr, /the file already exists\. Name a new file/)
    assert.equal(again.status, 2)
  })

  it('becomes a log for ShiViz in which every receipt knows all that its sender knew', async () => {
    const { stdout } = await runP2plab('trace', 'export', file, '--to', 'shiviz')
    const entries = [...stdout.matchAll(new RegExp(SHIVIZ_REGEX, 'g'))].map(m => ({
      host: m.groups!['host']!,
      clock: JSON.parse(m.groups!['clock']!) as Record<string, number>,
      event: m.groups!['event']!,
    }))
    assert.equal(entries.length * 2, stdout.trimEnd().split('\n').length)
    const own = new Map<string, number>()
    let receipts = 0
    for (const [i, { host, clock, event }] of entries.entries()) {
      assert.equal(clock[host], (own.get(host) ?? 0) + 1, 'a host counts its own events')
      own.set(host, clock[host]!)
      const [, message, from] = /^received (\S+) from (\S+)$/.exec(event) ?? []
      if (message === undefined) continue
      receipts++
      const sender = entries.slice(0, i).find(e => e.host === from && e.event.split(' ')[1] === message)
      assert.ok(sender, `${event} comes after ${from} had it`)
      for (const [other, time] of Object.entries(sender.clock)) assert.ok((clock[other] ?? 0) >= time)
    }
    assert.equal(receipts, 6)
  })
})
