import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { Writable } from 'node:stream'
import { startNetworkProcess, type NetworkProcess } from '../../../network/client.ts'
import type { NetworkEvent } from '../../../network/events.ts'
import { createEventBuffer } from '../../../network/event-buffer.ts'
import { createRecorder } from '../../../network/recorder.ts'
import { initialState, reduce, type NetworkState } from '../../../network/state.ts'
import { readTrace } from '../../../network/trace.ts'
import { createHops } from '../../../network/trace/hops.ts'
import { dist, watched } from '../../kit/network.ts'

/** The position in the log is not part of a network: a recording has a log of its own. */
const withoutCount = (state: NetworkState) => ({ ...state, count: 0 })
const stateAfter = (events: readonly NetworkEvent[]) => withoutCount(events.reduce(reduce, initialState))

/** The events of a file in which every line is one. */
async function eventsIn(file: string): Promise<NetworkEvent[]> {
  const events: NetworkEvent[] = []
  for await (const item of readTrace(file)) {
    if (item.kind === 'event') events.push(item.event)
    else assert.equal(item.kind, 'header')
  }
  return events
}

describe('A recording that the host of a network asks for', () => {
  let folder: string
  let network: NetworkProcess
  let events: NetworkEvent[]
  const start = (nodes: number) =>
    network.request({ op: 'start', options: { nodes, topology: 'line', discovery: 'assigned' } })
  const fileNamed = (name: string) => path.join(folder, `${name}.p2ptrace`)
  /** The state of the network when the recording ended: more may have happened since. */
  const stateAtEnd = (file: string) => {
    const end = events.findLastIndex(e => e.type === 'recording-stopped' && e.file === path.basename(file))
    assert.notEqual(end, -1)
    return stateAfter(events.slice(0, end + 1))
  }

  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'p2plab-recorder-'))
    events = []
    network = startNetworkProcess({
      module: path.join(dist, 'network.mjs'),
      onChange: (_state, _first, batch) => events.push(...batch),
    })
  })
  after(async () => {
    await network.end()
    await rm(folder, { recursive: true, force: true })
  })

  it('is refused in one sentence where there is no network, no folder, no whole path, and twice', async () => {
    const record = (file: string) => network.request({ op: 'record', file })
    await assert.rejects(record(fileNamed('a')), /no network is running\. Start one first/)
    const note = network.request({ op: 'addNote', moment: 1, text: 'about nothing' })
    await assert.rejects(note, /no network is running\. Start one first/)
    await start(2)
    await assert.rejects(
      record(path.join(folder, 'no', 'a')),
      /the folder does not exist\. Name an existing folder/,
    )
    await assert.rejects(record('a'), /a is not an absolute path\. Use the absolute path of a new file/)
    await assert.rejects(network.request({ op: 'stopRecording' }), /it is not being recorded\. Start/)
    await record(fileNamed('twice'))
    await assert.rejects(record(fileNamed('a')), /it is already being recorded\. Stop that recording first/)
    await network.request({ op: 'stopRecording' })
    await assert.rejects(readFile(fileNamed('a')), /ENOENT/)
  })

  it('writes over no file', async () => {
    const file = fileNamed('mine')
    await writeFile(file, 'precious')
    const again = network.request({ op: 'record', file })
    await assert.rejects(again, /the file already exists\. Name a new file/)
    assert.equal(await readFile(file, 'utf8'), 'precious')
    assert.equal(network.state.recording, undefined)
  })

  it('holds all from the start of the network on, and reduces to its state', async () => {
    await start(3)
    await network.request({ op: 'broadcast', text: 'before' })
    const file = fileNamed('whole')
    assert.deepEqual(await network.request({ op: 'record', file }), { file })
    // Where it lies is nobody's business but the host's.
    assert.equal(network.state.recording?.file, 'whole.p2ptrace')
    await network.request({ op: 'broadcast', text: 'while' })
    await network.request({ op: 'killNode', node: 'n3' })
    assert.deepEqual(await network.request({ op: 'stopRecording' }), { file })
    assert.equal(network.state.recording, undefined)

    const recorded = await eventsIn(file)
    assert.equal(recorded[0]?.type, 'network-started')
    assert.equal(recorded.at(-1)?.type, 'recording-stopped')
    assert.deepEqual(stateAfter(recorded), stateAtEnd(file))
    const texts = recorded.flatMap(e => (e.type === 'published' ? [e.text] : []))
    assert.deepEqual(texts, ['before', 'while'])
  })

  it('has the notes of the user, about moments before and after it began', async () => {
    const moment = events.findLast(e => e.type === 'network-ready')!.at
    const add = (text: string) => network.request({ op: 'addNote', moment, text })
    await add('before the recording')
    const { file } = await network.request({ op: 'record', file: fileNamed('notes') })
    await add('while it is recorded: “½ é”')
    await assert.rejects(add('two\nlines'))
    await assert.rejects(add('   '))
    await network.request({ op: 'stopRecording' })
    const notes = (await eventsIn(file)).flatMap(e => (e.type === 'note' ? [[e.moment, e.text]] : []))
    assert.deepEqual(notes, [
      [moment, 'before the recording'],
      [moment, 'while it is recorded: “½ é”'],
    ])
  })

  it('ends whole with its network, also where another one takes its place', async () => {
    const [first, second] = [fileNamed('first'), fileNamed('second')]
    await network.request({ op: 'record', file: first })
    await start(2)
    await network.request({ op: 'record', file: second })
    await network.request({ op: 'stopAll' })
    for (const file of [first, second]) {
      const recorded = await eventsIn(file)
      assert.deepEqual(
        recorded.slice(-2).map(e => e.type),
        ['network-stopped', 'recording-stopped'],
      )
      assert.deepEqual(stateAfter(recorded), stateAtEnd(file))
      assert.equal(recorded.filter(e => e.type === 'network-started').length, 1)
    }
  })

  it('is whole when the host goes', async () => {
    await start(2)
    const file = fileNamed('gone')
    await network.request({ op: 'record', file })
    await network.end()
    assert.equal((await eventsIn(file)).at(-1)?.type, 'recording-stopped')
  })
})

describe('A recording', () => {
  let folder: string
  const network = watched()
  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'p2plab-recorder-'))
    await network.start({ nodes: 3, topology: 'line', discovery: 'assigned' })
  })
  after(async () => {
    await network.stopAll()
    await rm(folder, { recursive: true, force: true })
  })

  it('of a network whose beginning is not kept begins with its state, and a message that is under way goes on', async () => {
    const kept = createEventBuffer(network, { limit: 60, chunkSize: 20 })
    await network.addHostile('spam', 5)
    await network.pauseNode('n1')
    const waiting = (await network.broadcast({ node: 'n3', text: 'under way' })).message
    const reached = (state: NetworkState) => state.messages.find(m => m.id === waiting)?.deliveries
    await network.until('n2 has it', state => reached(state)?.['n2'] !== undefined)
    await network.until('more happens than is kept', state => state.totals.received > 30)
    const recorder = createRecorder(network, { kept })
    const file = path.join(folder, 'middle')
    await recorder.start(file)
    await network.resumeNode('n1')
    await network.until('n1 has it', state => reached(state)?.['n1'] !== undefined)
    await recorder.stop()

    const recorded = await eventsIn(file)
    assert.equal(recorded[0]?.type, 'recorded-network')
    assert.ok(recorded.filter(e => e.type === 'recorded-node').length >= 4)
    const end = network.events.findLastIndex(e => e.type === 'recording-stopped')
    assert.deepEqual(stateAfter(recorded), stateAfter(network.events.slice(0, end + 1)))
    // Its hops are known, although it was published before.
    const hops = createHops()
    const last = recorded.flatMap(e => hops.add(e)).find(h => h.message === waiting && h.node === 'n1')
    assert.equal(last?.from, 'n2')
  })

  it('on a disk that is full, or too slow, ends with a reason, and the network goes on', async () => {
    const full = () =>
      new Writable({ write: (_chunk, _encoding, done) => done(new Error('no space left on device')) })
    const slow = () => new Writable({ highWaterMark: 1 << 20, write: () => undefined })
    for (const [open, reason] of [
      [full, 'no space left on device'],
      [slow, 'the disk is too slow'],
    ] as const) {
      const recorder = createRecorder(network, { open, maxWaiting: 20_000 })
      await recorder.start(path.join(folder, 'unwritten'))
      await network.until(`it ends: ${reason}`, state => state.recording?.problem === reason)
      const notice = network.state.notices.at(-1)
      assert.equal(notice?.text, `The recording unwritten stopped: ${reason}. The network keeps running.`)
      await recorder.close()
      await network.deliver({ node: 'n2', text: reason, count: 2 })
    }
  })
})
