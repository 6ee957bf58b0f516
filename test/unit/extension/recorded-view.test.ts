import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { recordingFeed } from '../../../extension/view/recording/feed.ts'
import type { NetworkEvent } from '../../../network/events.ts'
import { initialState, reduce } from '../../../network/state.ts'
import { parts } from '../../../network/state/recording.ts'
import type { ToRecording } from '../../../webview/shared/recording-messages.ts'
import { lengthText, madeText, notesText } from '../../../webview/recorded/words.ts'
import { createCursor } from '../../../webview/time/cursor.ts'
import { CHUNK, createLog, MAX_EVENTS } from '../../../webview/time/log.ts'
import { openRecording } from '../../kit/recording.ts'
import { startUp } from '../../webview/kit/recording.ts'

const { events } = startUp(3)
const HEADER = '{"p2ptrace":1,"createdAt":"2026-01-31T12:00:00.000Z"}\n'
const linesOf = (list: readonly NetworkEvent[]) => list.map(event => `${JSON.stringify(event)}\n`).join('')

describe('a recording in the view', () => {
  let folder: string
  const write = async (text: string) => {
    const file = path.join(folder, 'x.p2ptrace')
    await writeFile(file, text)
    return file
  }
  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'p2plab-recorded-'))
  })
  after(() => rm(folder, { recursive: true, force: true }))

  it('is read no faster than the view asks, and from its beginning whenever the view begins anew', async () => {
    const file = await write(HEADER + linesOf(events))
    const posts: ToRecording[] = []
    const feed = recordingFeed({ name: 'x', file }, message => posts.push(message), 10)
    await feed.receive({ type: 'more', from: 0 })
    assert.equal(posts.length, 0, 'before ready there is nothing')
    await feed.receive({ type: 'ready' })
    await feed.receive({ type: 'more', from: 0 })
    await feed.receive({ type: 'more', from: 0 })
    assert.deepEqual(
      posts.map(p => [p.type, 'first' in p && p.first, 'events' in p && p.events.length]),
      [
        ['recording', false, false],
        ['part', 0, 10],
      ],
      'what was not asked for is not sent',
    )
    await feed.receive({ type: 'ready' })
    await feed.receive({ type: 'more', from: 0 })
    assert.deepEqual(posts[3], posts[1])
    feed.stop()
  })

  it('that is longer than the view holds is shown from where it can be, and that is said', async function () {
    this.timeout(120_000)
    const many: NetworkEvent[] = []
    const at = events.at(-1)!.at
    for (let i = 0; i < MAX_EVENTS + 2 * CHUNK; i++)
      many.push({ type: 'node-degree', at: at + i, node: 'n1', degree: i % 5 })
    const { log, recording } = await openRecording(await write(HEADER + linesOf([...events, ...many])))
    assert.equal(recording.events, events.length + many.length)
    assert(log.incomplete && log.last - log.first >= MAX_EVENTS && log.first >= CHUNK)
    assert.match(
      notesText(recording, log)[0]!.text,
      /^This recording is too long for the view\. It shows the last 100,\d{3} events of 101,\d{3}, starting at /,
    )
    assert.equal(Object.keys(log.stateAt(log.first).nodes).length, 3, 'it begins with the network as it was')
  })

  it('with several networks shows the last one and says so', async () => {
    const other = startUp(2, { network: 'net-2', at: 1_795_000_100_000 }).events
    const { log, recording } = await openRecording(await write(HEADER + linesOf([...events, ...other])))
    assert.deepEqual([log.state.network, log.first], ['net-2', events.length])
    assert.deepEqual(recording.notes, [
      'The file contains 2 networks, one after another. This is the last one.',
    ])
  })

  it('that begins in the middle of a network shows it from there on, and says so', async () => {
    const before = events.reduce(reduce, initialState)
    const at = before.at + 1
    const later: NetworkEvent = { type: 'node-degree', at, node: 'n1', degree: 7 }
    const begins = parts(before)
    const { log, recording } = await openRecording(await write(HEADER + linesOf([...begins, later])))
    assert.deepEqual([log.first, log.last], [begins.length, begins.length + 1])
    const { count: _, ...start } = log.stateAt(log.first)
    const { count: __, ...expected } = before
    assert.deepEqual(start, expected)
    assert.equal(log.timeAt(log.first), before.at)
    assert.deepEqual(recording.notes, [
      'The recording started after its network did. Earlier events are not in it.',
    ])
    assert.deepEqual(notesText(recording, log).length, 1)
  })

  it('that is not there, is a folder, or is on no disk is refused in one sentence', async () => {
    const problems = [path.join(folder, 'none'), folder, undefined].map(async file => {
      const { recording } = await openRecording(file)
      return [recording.phase, recording.problem]
    })
    assert.deepEqual(await Promise.all(problems), [
      ['unreadable', 'Could not read this recording: the file does not exist.'],
      ['unreadable', 'Could not read this recording: it is a folder, not a file.'],
      [
        'unreadable',
        'P2P Lab can only open recordings from files on this machine. Save a copy as a file first.',
      ],
    ])
  })

  it('lays the nodes out by the network as it was before it was stopped', async () => {
    const at = events.at(-1)!.at
    const ends: NetworkEvent[] = [
      { type: 'network-stopping', at: at + 1 },
      { type: 'node-stopped', at: at + 2, node: 'n1' },
      { type: 'network-stopped', at: at + 3 },
    ]
    const { inFull, log } = await openRecording(await write(HEADER + linesOf([...events, ...ends])))
    assert.equal(log.state.phase, 'stopped')
    assert.deepEqual([inFull.phase, inFull.count], ['ready', events.length])
  })

  it('has no present: its end is a moment like any other, and playing there begins anew', () => {
    const log = createLog()
    log.append(events)
    const cursor = createCursor(log, { recorded: true })
    cursor.goLive()
    assert.deepEqual([cursor.live, cursor.position], [false, log.last])
    cursor.play()
    assert.deepEqual([cursor.playing, cursor.position], [true, 0])
    cursor.advance(0)
    for (let now = 0; cursor.advance(now); now += 250);
    assert.deepEqual([cursor.live, cursor.playing, cursor.position], [false, false, log.last])
    cursor.step(-1)
    cursor.play()
    assert.equal(cursor.position, log.last - 1)
  })

  it('says its date and length as people do', () => {
    assert.deepEqual([800, 12_440, 185_000].map(lengthText), ['800 ms', '12.4 s', '3 min 05 s'])
    assert.match(madeText('2026-01-31T12:00:00.000Z'), /2026/)
    assert.equal(madeText('yesterday'), 'yesterday')
  })
})
