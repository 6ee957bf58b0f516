/** What a user wrote stands in messages cut to a line, however much of it there is. */
import assert from 'node:assert/strict'
import { homedir } from 'node:os'
import path from 'node:path'
import { p2plab } from '../../kit/cli.ts'
import { folderWith, removeFolders } from '../../kit/labs.ts'

const LONG = 'x\n\u001b[31m'.repeat(20_000)
const scenario = (steps: object[], more: object = {}) =>
  JSON.stringify({ title: 't', description: 'd', steps: [{ do: 'start', nodes: 2 }, ...steps], ...more })
const saved = (more: object) =>
  JSON.stringify({
    p2pnetwork: 1,
    name: 'x',
    savedAt: 'x',
    topology: 'line',
    discovery: 'assigned',
    identities: ['0'.repeat(64)],
    links: [],
    ...more,
  })

describe('a value of 200,000 characters', () => {
  after(removeFolders)

  const cases: [what: string, args: string[], file: string][] = [
    ['a step', ['scenario', 'run', 'FILE'], scenario([{ do: LONG }])],
    ['a field of a step', ['scenario', 'run', 'FILE'], scenario([{ do: 'kill', nodes: [LONG] }])],
    ['a value', ['scenario', 'run', 'FILE'], scenario([{ do: 'add', count: LONG }])],
    ['a key', ['scenario', 'run', 'FILE'], scenario([], { [LONG]: 1 })],
    [
      'a name of a group',
      ['scenario', 'run', 'FILE'],
      scenario([{ do: 'partition', groups: { [LONG]: [1] } }]),
    ],
    ['a title', ['scenario', 'run', 'FILE'], scenario([], { title: LONG })],
    ['no JSON', ['scenario', 'run', 'FILE'], LONG],
    ['a number of nodes', ['network', 'up', '--topology', 'file:FILE'], JSON.stringify({ nodes: LONG })],
    [
      'a link',
      ['network', 'up', '--topology', 'file:FILE'],
      JSON.stringify({ nodes: 2, links: [[LONG, 1]] }),
    ],
    ['no topology', ['network', 'up', '--topology', 'file:FILE'], LONG],
    ['a discovery', ['network', 'up', '--load', 'x'], saved({ discovery: LONG })],
    ['an identity', ['network', 'up', '--load', 'x'], saved({ identities: [LONG] })],
    ['no trace', ['trace', 'summary', 'FILE'], LONG],
    ['a command', [LONG.slice(0, 60_000)], ''],
    ['an option', ['list', `--${LONG.slice(0, 60_000)}`], ''],
    ['an argument', ['network', LONG.slice(0, 60_000)], ''],
    ['a name', ['network', 'up', '--save', LONG.slice(0, 60_000)], ''],
    ['a code', ['network', 'join', LONG.slice(0, 60_000)], ''],
    ['a path', ['network', 'up', '--record', LONG.slice(0, 60_000)], ''],
  ]
  for (const [what, args, content] of cases) {
    it(`as ${what} makes one line of a message`, async () => {
      const dir = await folderWith({ 'x.p2pnetwork.json': content })
      const { status, out, errors } = await p2plab(
        args.map(arg => arg.replace('FILE', 'x.p2pnetwork.json')),
        dir,
        { P2PLAB_NETWORKS: dir },
      )
      assert.deepEqual([status, out], [2, ''], errors.slice(0, 1_000))
      assert.match(errors, /^[^\n\u001b]+\n$/)
      assert.ok(errors.length < 1_200, `${errors.length} characters`)
    })
  }

  it('is told where it lies, in a folder that cannot be written', async () => {
    // What a read-only home is for everybody but root.
    const dir = await folderWith({ file: '' })
    const args = ['network', 'up', '--nodes', '1', '--discovery', 'assigned', '--save', 'mine']
    const { status, errors } = await p2plab(args, dir, { P2PLAB_NETWORKS: path.join(dir, 'file/networks') })
    assert.equal(status, 2)
    assert.match(
      errors,
      /^[^\n]*file\/networks \(part of the path is a file, not a folder\)\. Choose another location\n$/,
    )
    assert.ok(!errors.includes(homedir()) || dir.startsWith(homedir()))
  })
})
