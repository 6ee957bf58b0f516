import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { captureName } from '../../../extension/captures/name.ts'
import { packetsOf } from '../../../extension/captures/packets.ts'
import { createCaptures, type CaptureStore } from '../../../extension/captures/store.ts'
import { obstacleText, savedText } from '../../../extension/captures/texts.ts'
import { captureBytes } from '../../../labs/check/capture/kept.ts'
import { packetBlock } from '../../../labs/check/capture/pcapng.ts'
import type { CheckResult, Verdict } from '../../../labs/check/protocol.ts'
import { blocksOf } from '../../kit/pcapng.ts'

const LAB = 'file:///lab'

describe('the packets that a window keeps', () => {
  let folder: string
  let store: CaptureStore
  let opens: number
  const open = async () => {
    opens++
    await mkdir(folder)
    return { folder, close: () => rm(folder, { recursive: true }) }
  }
  const newStore = (maxBytes?: number) => (store = createCaptures(open, maxBytes))
  beforeEach(async () => {
    folder = path.join(await mkdtemp(path.join(tmpdir(), 'p2plab-kept-')), 'window')
    opens = 0
    newStore()
  })
  afterEach(async () => {
    await store.close()
    await rm(path.dirname(folder), { recursive: true })
  })

  /** A run whose checks each leave so many packets. `undefined`: nothing was sent. */
  const run = async (
    exercise: string,
    seed: number,
    packets: Record<string, number | undefined>,
    { lab = LAB, verdict = 'pass' as Verdict } = {},
  ) => {
    const begun = await store.begin()
    const checks: CheckResult[] = []
    for (const [id, count] of Object.entries(packets)) {
      const block = blockOf(id)
      const bytes = Buffer.concat(Array.from({ length: count ?? 0 }, () => block))
      const file = path.join(begun.folder!, `${id}.packets`)
      if (count !== undefined) await writeFile(file, bytes)
      const capture = count !== undefined && { capture: { file, packets: count, bytes: bytes.length } }
      checks.push({ id, title: id, verdict, ms: 1, ...capture })
    }
    store.add(lab, 'Title', { exercise, verdict, seed, ms: 1, checks }, begun)
    return checks.map(({ capture }) => capture?.file ?? '')
  }
  const last = (exercise: string, check?: string, lab = LAB) => store.last(lab, exercise, check)
  const gone = async (file: string) => {
    while (existsSync(path.dirname(file))) await new Promise(resolve => setImmediate(resolve))
  }

  it('are those of the last run of an exercise, or of the last run of a check', async () => {
    assert.equal(last('1.1'), undefined)
    const [one] = await run('1.1', 1, { one: 1, two: 2 })
    await run('1.2', 5, { other: 3 })
    await run('1.1', 2, { one: 4 })
    await until(() => !existsSync(one!))
    const seen = [last('1.1'), last('1.1', 'one'), last('1.1', 'two'), last('1.2')].map(kept => [
      kept?.seed,
      ...kept!.checks.map(({ id, capture }) => `${id} ${capture?.packets}`),
    ])
    assert.deepEqual(seen, [
      [2, 'one 4'],
      [2, 'one 4'],
      [1, 'two 2'],
      [5, 'other 3'],
    ])
    assert.equal(last('1.1', 'three'), undefined)
    assert.deepEqual(store.withPackets(LAB), ['1.1', '1.1/one', '1.1/two', '1.2', '1.2/other'])
    assert.equal(opens, 1)
  })

  it('are joined in one capture, with the seed and the verdicts', async () => {
    await run('1.1', 7, { one: 2, none: undefined, two: 1 })
    const blocks = blocksOf(await captureBytes(last('1.1')!))
    assert.deepEqual(
      blocks.filter(({ type }) => type === 6).map(({ packet }) => String(packet)),
      ['one', 'one', 'two'],
    )
    assert.deepEqual(blocks[0]!.options.get(1)!.map(String), [
      'Exercise 1.1 Title, seed 7',
      'pass: one (one)',
      'pass: none (none)',
      'pass: two (two)',
    ])
  })

  it('belong to the lab workspace that was checked', async () => {
    await run('1.1', 1, { one: 1 })
    await run('1.1', 2, { one: 2 }, { lab: 'file:///other' })
    assert.equal(last('1.1')!.seed, 1)
    assert.equal(last('1.1', undefined, 'file:///other')!.seed, 2)
    assert.deepEqual(store.withPackets('file:///third'), [])
  })

  it('go when the next run of the check sends nothing', async () => {
    const [file] = await run('1.1', 1, { one: 1 })
    await run('1.1', 2, { one: undefined }, { verdict: 'fail' })
    await gone(file!)
    assert.deepEqual(packetsOf(last('1.1', 'one')), { kind: 'nothing sent', passed: false })
    assert.deepEqual(store.withPackets(LAB), [])
  })

  it('have a bound: the oldest go, and it is known that they did', async () => {
    const bytes = blockOf('one').length
    newStore(10 * bytes)
    const [first, second] = await run('1.1', 1, { one: 4, two: 3 })
    await run('1.2', 2, { one: 6 })
    await until(() => !existsSync(first!))
    assert(existsSync(second!))
    assert.deepEqual(packetsOf(last('1.1', 'one')), { kind: 'dropped' })
    const rest = packetsOf(last('1.1'))
    assert('run' in rest && rest.packets === 3 && rest.dropped === 1)
    assert.deepEqual(store.withPackets(LAB), ['1.1', '1.1/two', '1.2', '1.2/one'])
    // One that is too large by itself goes, too, and leaves room for nothing else until then.
    const [huge] = await run('1.3', 3, { one: 11 })
    await gone(huge!)
    assert.deepEqual(packetsOf(last('1.3')), { kind: 'dropped' })
    await run('1.4', 4, { one: 10 })
    assert.deepEqual(store.withPackets(LAB), ['1.4', '1.4/one'])
  })

  it('leave no folder of a run behind, and are removed when the window closes', async () => {
    await run('1.1', 1, { one: 1 })
    await run('1.1', 2, { one: 1 })
    await run('1.1', 3, { one: 1, two: undefined })
    await until(async () => (await readdir(folder)).length === 1)
    await store.close()
    assert.equal(existsSync(folder), false)
    assert.deepEqual(await store.begin(), {})
    await assert.doesNotReject(async () => store.add(LAB, 'Title', result(), {}))
    assert.equal(existsSync(folder), false)
    assert.equal(last('1.1'), undefined)
  })

  it('are not kept where there is no room for them, and a check runs all the same', async () => {
    let refused = true
    store = createCaptures(async () => {
      if (refused) throw Object.assign(new Error('full'), { code: 'ENOSPC', syscall: 'mkdir' })
      return open()
    })
    const begun = await store.begin()
    assert.equal(begun.folder, undefined)
    store.add(LAB, 'Title', result(), begun)
    const kept = packetsOf(last('1.1'))
    assert.deepEqual(kept, {
      kind: 'not kept',
      problem: 'Could not keep the packets (the disk is full). Free some space.',
    })
    refused = false
    assert.equal((await store.begin()).problem, undefined)
  })

  it('are kept again when somebody has emptied the folder', async () => {
    await run('1.1', 1, { one: 1 })
    await rm(folder, { recursive: true })
    await assert.rejects(captureBytes(last('1.1')!), { code: 'ENOENT' })
    const [file] = await run('1.1', 2, { one: 1 })
    assert(existsSync(file!))
  })
})

const blockOf = (payload: string) =>
  Buffer.concat(
    packetBlock({
      at: 1,
      head: Buffer.alloc(0),
      payload: Buffer.from(payload),
      missing: 0,
      inbound: true,
    }),
  )

const result = () => ({
  exercise: '1.1',
  verdict: 'pass' as const,
  seed: 1,
  ms: 1,
  checks: [{ id: 'one', title: 'One', verdict: 'pass' as const, ms: 1 }],
})

async function until(done: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await done())) await new Promise(resolve => setImmediate(resolve))
}

describe('Save Packet Capture', () => {
  it('proposes a name that sorts', () => {
    const at = new Date(2026, 10, 29, 10, 30)
    assert.equal(captureName('2.2', undefined, at), 'p2plab-2.2-2026-11-29-1030.pcapng')
    assert.equal(captureName('2.2', 'verack', at), 'p2plab-2.2-verack-2026-11-29-1030.pcapng')
  })

  it('says in a sentence or two why there is nothing to save, and what to do', () => {
    const run = (...checks: CheckResult[]) => ({ exercise: '2.1', title: 'T', seed: 1, checks })
    const check = (verdict: Verdict): CheckResult => ({ id: 'a', title: 'A', verdict, ms: 1 })
    const texts = [
      { kind: 'libp2p' } as const,
      packetsOf(undefined),
      packetsOf(run(check('pass'))),
      packetsOf(run(check('fail'))),
      packetsOf(run()),
      packetsOf(run({ ...check('pass'), dropped: true } as CheckResult)),
    ].map(found => ('kind' in found ? obstacleText(found, '2.1 Integers') : assert.fail()))
    assert.deepEqual(texts, [
      '2.1 Integers has no packet capture, because libp2p encrypts its connections.',
      'You have not checked 2.1 Integers in this window yet. Check it first, and then save its packets.',
      '2.1 Integers sends nothing over TCP or UDP, so there are no packets to save.',
      'The last run of 2.1 Integers ended before it sent anything over TCP or UDP. See its results, and check again.',
      'The last run of 2.1 Integers ended before it sent anything over TCP or UDP. See its results, and check again.',
      'P2P Lab no longer has the packets of 2.1 Integers. Check it again, and then save them.',
    ])
  })

  it('says how many packets were saved, and what is missing', () => {
    const capture = { file: '', packets: 1234, bytes: 1, problem: undefined }
    const checks = ['a', 'b'].map(id => ({ id, title: id, verdict: 'pass' as const, capture }))
    const saved = { run: { exercise: '1.1', title: 'T', seed: 1, checks }, packets: 1234, dropped: 0 }
    assert.equal(savedText('a.pcapng', saved), 'Saved 1,234 packets as a.pcapng.')
    assert.equal(savedText('a.pcapng', { ...saved, packets: 1 }), 'Saved 1 packet as a.pcapng.')
    assert.equal(
      savedText('a.pcapng', { ...saved, dropped: 1 }),
      'Saved 1,234 packets as a.pcapng. The packets of 1 of 2 checks are missing, because P2P Lab keeps at most 64 MiB of packets.',
    )
  })
})
