/** Recordings on disks that are really full or really stuck: the network goes on, and what is there can be read. */
import assert from 'node:assert/strict'
import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { createReadStream, createWriteStream } from 'node:fs'
import { mkdir, mkdtemp, open, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { Writable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { parseEvent } from '../../../network/events.ts'
import { createTrace, readTrace } from '../../../network/trace.ts'
import { dist, watched } from '../../kit/network.ts'
import { skipBecause } from '../../kit/platform.ts'

/** Many times what fills the pipe below. */
const MOST_BROADCASTS = 500

describe('A recording', () => {
  let folder: string
  before(async () => void (folder = await mkdtemp(path.join(tmpdir(), 'p2plab-disk-'))))
  after(() => rm(folder, { recursive: true, force: true }))

  /** Records a network to `stream` until the recording stops, and shows that the network does not. Gives the reason. */
  async function recordUntilItStops(stream: Writable, maxWaiting: number): Promise<string> {
    const problems: string[] = []
    let mostWaiting = 0
    let longest = 0
    const network = watched()
    const trace = await createTrace('', {
      open: () => stream,
      maxWaiting,
      onProblem: reason => problems.push(reason),
    })
    network.subscribe((_first, events) => {
      trace.write(events)
      mostWaiting = Math.max(mostWaiting, stream.writableLength)
      longest = Math.max(longest, JSON.stringify(events).length)
    })
    try {
      await network.start({ nodes: 3, topology: 'full', discovery: 'assigned' })
      for (let i = 0; i < MOST_BROADCASTS && problems.length === 0; i++)
        await network.deliver({ text: 'until it stops', count: 2 })
      for (let i = 0; i < 5; i++) await network.deliver({ text: 'without it', count: 2 })
    } finally {
      await network.stopAll()
    }
    assert.equal(problems.length, 1, 'it stops, once')
    // What may wait, a batch that came before it was noticed, and the line that says why it stops.
    assert.ok(mostWaiting <= maxWaiting + longest + 200, `${mostWaiting} bytes waited, ${longest} in a batch`)
    return problems[0]!
  }

  it('on a full disk stops and says so, and the network goes on', async function () {
    if (process.platform !== 'linux') skipBecause(this, '/dev/full is of Linux')
    const reason = await recordUntilItStops(createWriteStream('/dev/full'), 10_000)
    assert.equal(reason, 'the disk is full')
  })

  it('on a disk that takes no more stops with bounded memory; when the disk goes on, the file is whole', async function () {
    if (process.platform === 'win32') skipBecause(this, 'Windows has no named pipes among its files')
    // A pipe that nobody reads holds 64 KiB; then the system keeps who writes waiting, as a disk does that hangs.
    const pipe = path.join(folder, 'pipe')
    execFileSync('mkfifo', [pipe])
    // What is in the pipe stays there although the recording may close it before anybody reads.
    const held = await open(pipe, 'r+')
    const stream = createWriteStream(pipe, { flags: 'r+' })
    const closed = once(stream, 'close')
    let reason: string
    let written: Promise<string>
    try {
      reason = await recordUntilItStops(stream, 100_000)
    } finally {
      const reader = createReadStream(pipe).once('open', () => void held.close())
      written = text(reader)
      stream.end()
      await closed
    }
    assert.equal(reason, 'the disk is too slow')
    const [header, ...lines] = (await written)
      .trimEnd()
      .split('\n')
      .map(line => JSON.parse(line) as unknown)
    assert.ok((header as { p2ptrace: number }).p2ptrace)
    assert.deepEqual(lines.pop(), { stopped: reason })
    const events = lines.map(parseEvent)
    assert.ok(events.length > 100 && events.every(e => e !== undefined))
  })

  it('by the command line on a small disk keeps what fits, and the scenario passes', async function () {
    const kept = path.join(folder, 'kept.p2ptrace')
    const disk = path.join(folder, 'disk')
    await mkdir(disk)
    // In a mount namespace of its own: whatever becomes of the command, the disk goes with it.
    const mount = 'mount -t tmpfs -o size=16k none "$0"'
    if (!canMount(mount, disk)) skipBecause(this, 'a small disk needs Linux and user namespaces')
    const record = '"$@" --record "$0/x"; status=$?; cp "$0/x" "$KEPT"; exit $status'
    const p2plab = [process.execPath, path.join(dist, 'cli.mjs'), 'scenario', 'run', 'first-broadcast']
    const child = spawn('unshare', [...UNSHARE, `${mount} && { ${record}; }`, disk, ...p2plab], {
      stdio: ['ignore', 'ignore', 'pipe'],
      env: { ...process.env, KEPT: kept },
    })
    const [stderr, [status]] = await Promise.all([text(child.stderr), once(child, 'exit')])
    assert.equal(status, 0, stderr)
    assert.match(stderr, /The recording \S*x stopped: the disk is full\. The network keeps running\./)

    const kinds = new Set<string>()
    let events = 0
    for await (const { kind } of readTrace(kept)) {
      kinds.add(kind)
      if (kind === 'event') events++
    }
    assert.ok(events > 20, `${events} events`)
    // The disk may be full where a line ends.
    const torn = (await readFile(kept)).at(-1) === 0x0a ? [] : ['torn']
    assert.deepEqual([...kinds], ['header', 'event', ...torn])
  })
})

const UNSHARE = ['--map-root-user', '--mount', 'sh', '-c']

function canMount(mount: string, folder: string): boolean {
  return process.platform === 'linux' && spawnSync('unshare', [...UNSHARE, mount, folder]).status === 0
}
