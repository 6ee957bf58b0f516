/** What exercise 4.8 concludes from a history, and how it tells what happened. */
import assert from 'node:assert/strict'
import { wrongIn, type Command } from '../../../labs/4-state/8-mini-p2p-network/checks/history.ts'
import { createMembers, someKey } from '../../../labs/4-state/8-mini-p2p-network/checks/members.ts'
import { reportText, type Story } from '../../../labs/4-state/8-mini-p2p-network/checks/report.ts'
import { createRandom } from '../../../labs/check/kit/random.ts'
import { reportMarkdown } from '../../../labs/check/report-markdown.ts'

describe("A history of clients' commands", () => {
  let clock = 0
  const done = (command: string, index: number, result: string): Command => ({
    node: 'n1',
    command,
    calledAt: ++clock,
    answeredAt: ++clock,
    result: { index, result },
    says: undefined,
  })
  const failed = (command: string, says: Command['says']): Command => ({
    node: 'n2',
    command,
    calledAt: ++clock,
    answeredAt: ++clock,
    result: undefined,
    says,
  })
  const log = (...commands: string[]) => new Map(commands.map((command, i) => [i + 1, [command]] as const))
  const wrong = (commands: readonly Command[], ...applied: string[]) =>
    wrongIn(commands, log(...applied))?.got

  it('fits a log that gives the results, with commands in it whose outcome was unknown', () => {
    const commands = [
      done('read', 1, '0'),
      done('write 5', 2, 'ok'),
      failed('write 6', 'unknown'),
      failed('write 7', 'unknown'),
      failed('write 8', 'refused'),
      done('cas 6 9', 4, 'ok'),
      done('cas 6 1', 5, 'no'),
      done('read', 6, '9'),
    ]
    assert.equal(wrong(commands, 'read', 'write 5', 'write 6', 'cas 6 9', 'cas 6 1', 'read'), undefined)
  })

  it('does not where an acknowledged write is lost, or another command has its place', () => {
    assert.match(wrong([done('write 5', 1, 'ok')])!, /an acknowledged write is lost/)
    assert.equal(wrong([done('write 5', 1, 'ok')], 'write 6'), '"write 6".')
  })

  it('does not where a result is not that of the register', () => {
    assert.equal(wrong([done('read', 2, '0')], 'write 5', 'read'), '"0".')
    assert.equal(wrong([done('cas 0 5', 2, 'ok')], 'write 5', 'cas 0 5'), '"ok".')
  })

  it('does not where a command was applied twice, or although it was refused', () => {
    assert.match(wrong([failed('write 5', 'unknown')], 'write 5', 'read', 'write 5')!, /indexes 1 and 3/)
    assert.match(wrong([failed('write 5', 'refused')], 'read', 'write 5')!, /index 2/)
    // Others read as well.
    assert.equal(wrong([failed('read', 'refused'), done('read', 1, '0')], 'read', 'read'), undefined)
  })

  it('does not where an error says nothing of the command', () => {
    assert.equal(wrong([failed('write 5', 'neither')]), 'another error.')
  })

  it('does not where a later command has an earlier place', () => {
    const commands = [done('write 5', 2, 'ok'), done('read', 1, '0')]
    assert.equal(wrong(commands, 'read', 'write 5'), 'index 1.')
    // At the same time, it may.
    const [write, read] = commands as [Command, Command]
    assert.equal(wrong([write, { ...read, calledAt: write.calledAt }], 'read', 'write 5'), undefined)
  })
})

describe('A record of a member', () => {
  const members = createMembers(createRandom(7), ['n1', 'n2'])
  it('is genuine only with its own signature over its own fields', () => {
    const record = members.record('n2', '127.0.0.1:4002', 3)
    assert.ok(members.isGenuine({ ...record }))
    for (const change of [
      { id: 'n1' },
      { address: '127.0.0.1:4003' },
      { seq: 4 },
      { signature: 'ab' },
      { id: 'n3' },
    ])
      assert.ok(!members.isGenuine({ ...record, ...change }), JSON.stringify(change))
    assert.ok(!members.isGenuine({ ...members.record('n2', 'a', 1, someKey(createRandom(8))) }))
  })
})

describe('The report of a network', () => {
  const story: Story = {
    nodes: ['n1', 'n2'],
    began: 1_000,
    ended: 3_000,
    electionMs: 100,
    happenings: [{ at: 2_000, what: '⚡ n1 | n2' }],
    stretches: [
      { node: 'n1', from: 0, to: 2_000, state: 'leads' },
      { node: 'n1', from: 2_000, state: 'down' },
      { node: 'n2', from: 2_500, state: 'leads' },
    ],
    recoveries: [{ after: 'n1 was killed', ms: 250 }],
    commands: { acknowledged: 4, lost: 0, refused: 1, unknown: 2 },
    messages: new Map([
      ['vote', 2],
      ['record', 6],
    ]),
    lies: 3,
  }
  const lines = reportText(story).split('\n')

  it('draws one lane a node', () => {
    const lanes = lines.filter(line => /^n\d {2}/.test(line))
    assert.deepEqual(lanes, [
      `n1  ${'L'.repeat(20)}${'x'.repeat(20)}`,
      `n2  ${'·'.repeat(30)}${'L'.repeat(10)}`,
    ])
  })

  it('says when what happened, how long recovery took, and what became of commands', () => {
    assert.ok(lines.includes('| 1.00 s | ⚡ n1 \\| n2 |'))
    assert.ok(lines.includes('| n1 was killed | 250 | 2.5 |'))
    assert.ok(lines.includes('| 4 | 0 | 1 | 2 |'))
    assert.ok(lines.indexOf('| record | 6 |') < lines.indexOf('| vote | 2 |'))
    assert.match(lines.join('\n'), /8 in all, 2\.0 for each command .* A stranger sent 3 more\./)
  })

  it('has a title, the seed, the verdict and the figures around it; there is none without a check that reports', () => {
    const check = { title: 'Survives', verdict: 'pass' as const }
    const run = { exercise: '4.8', title: 'Capstone', seed: 5 }
    assert.equal(reportMarkdown({ ...run, checks: [check] }), undefined)
    const figures = [{ name: 'Recovery', value: '2', reference: '1' }]
    const text = reportMarkdown({ ...run, checks: [check, { ...check, figures, report: 'It went well.\n' }] })
    assert.equal(
      text,
      '# 4.8 Capstone\n\nSeed 5.\n\n**Survives**: pass\n\n| Figure | Yours | Reference |\n| --- | --- | --- |\n| Recovery | 2 | 1 |\n\nIt went well.\n',
    )
  })
})
