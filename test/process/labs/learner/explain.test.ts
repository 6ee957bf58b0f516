/** How the runner of a learner's file explains, in one line, what goes wrong in it. */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'
import { call, runLearner } from '../../../kit/learner.ts'
import { dist, folderWith, removeFolders } from '../../../kit/labs.ts'

describe("The runner of a learner's file, when something goes wrong", () => {
  after(removeFolders)

  it('says where an op has thrown, and goes on', async () => {
    const { control } = await runLearner(
      `export function a() {
  throw new TypeError('no good')
}
export const b = () => Promise.reject('text')
export const c = () => ({ n: 1n })`,
      [call(1, 'a'), call(2, 'b'), call(3, 'c')],
    )
    const messages = new Map(control.map(line => [line['id'], line['message']]))
    assert.equal(messages.get(1), '1-tcp/1-echo.ts:2:9: TypeError: no good')
    assert.match(String(messages.get(2)), /your code threw a value that is not an Error: the string "text"/)
    assert.match(String(messages.get(3)), /BigInt/)
  })

  it('names what cannot be a result, where the function is, and what to return instead', async () => {
    const { control } = await runLearner(
      `import net from 'node:net'
export const port = () => 49321
export async function bytes() {
  return Buffer.alloc(110_000, 'hello')
}
export const text = () => 'x\\n'.repeat(100_000)
export const list = () => [1, 2]
export const later = () => ({ deep: { port: Promise.resolve(1) } })
export const fun = () => ({ close() {} })
export const big = () => ({ n: [1n] })
export const nan = () => ({ n: 0 / 0 })
export const circle = () => { const a = { b: { c: {} } }; a.b.c = a; return a }
export const server = () => net.createServer()
export const map = () => ({ peers: new Map() })
export async function* many() { yield 1 }
export const much = () => ({ bytes: Buffer.alloc(600_000) })
export const fine = () => ({ port: undefined, list: [null, { a: 'b' }] })`,
      [
        'port',
        'bytes',
        'text',
        'list',
        'later',
        'fun',
        'big',
        'nan',
        'circle',
        'server',
        'map',
        'many',
        'much',
        'fine',
      ].map((op, i) => call(i, op)),
    )
    const answers = new Map(control.slice(1).map(line => [line['id'], line]))
    const expected: RegExp[] = [
      /^1-tcp\/1-echo\.ts:2:14: port returned the number 49321\. Return an object with named fields instead, for example \{ port \}\.$/,
      /^1-tcp\/1-echo\.ts:3:23: bytes returned a Buffer of 110,000 bytes \(68 65 6c 6c 6f 68 65 6c …\)\. Return an object with named fields instead/,
      /:6:14: text returned a string of 200,000 characters \("x x x .*…"\)\. Return an object/,
      /:7:14: list returned an array of 2 elements\. Return an object/,
      /:8:14: later returned a Promise in the field "deep\.port"\. Await it first\.$/,
      /:9:14: fun returned the function close in the field "close"\. A function cannot be sent/,
      /:10:14: big returned the BigInt 1n in the field "n\[0\]"\. JSON has no BigInt/,
      /:11:14: nan returned the number NaN in the field "n"\. JSON has no NaN/,
      /:12:14: circle returned an object \{ b \}, whose field "b\.c" leads back/,
      /:13:14: server returned a Server\. Return only the values of it that are asked for\.$/,
      /:14:14: map returned a Map in the field "peers"\. Make it an object/,
      /:15:24: many returned an AsyncGenerator\. Return an object/,
      /:16:14: much returned an object that takes 1,200,012 bytes as JSON, and at most/,
    ]
    for (const [i, message] of expected.entries()) {
      const answer = answers.get(i)!
      assert.match(String(answer['message']), message)
      assert.equal(answer['fault'], 'result')
      assert.ok(String(answer['message']).length < 350)
    }
    assert.deepEqual(answers.get(13)!['result'], { list: [null, { a: 'b' }] })
  })

  it('says what an event cannot carry, where emit is called', async () => {
    const { control } = await runLearner(
      `import { emit } from 'p2plab'
export const f = () => { emit('seen', { n: 1n }) }`,
      [call(1, 'f')],
    )
    assert.match(
      String(control[1]!['message']),
      /^1-tcp\/1-echo\.ts:2:26: emit\('seen'\) was given the BigInt 1n in the field "n"/,
    )
  })

  it('cuts what a program throws to one line', async () => {
    const { control, errors } = await runLearner(
      `export const a = () => { throw new Error('first\\nsecond\\n' + 'x'.repeat(300_000)) }
export const b = () => Promise.reject({ bytes: Buffer.alloc(300_000) })
export const c = () => new Promise(() => setTimeout(() => { throw new Error('one\\ntwo ' + 'y'.repeat(300_000)) }, 100))`,
      [call(1, 'a'), call(2, 'b'), call(3, 'c')],
    )
    const messages = new Map(control.map(line => [line['id'], String(line['message'])]))
    assert.match(messages.get(1)!, /1:32: first second xxx.*…$/)
    assert.ok(messages.get(1)!.length < 700)
    assert.equal(messages.get(2), 'your code threw a value that is not an Error: an object { bytes }')
    assert.match(errors, /one two yyy.*…\n$/)
    assert.ok(errors.length < 800 && errors.trimEnd().split('\n').length === 1)
  })

  it('names the file that an import probably means', async () => {
    const imports = async (specifier: string, file = '1-tcp/3-room.ts') => {
      const cwd = await folderWith({
        '1-tcp/2-frames.ts': 'export const encode = 1',
        '2-wire/1-peers.ts': `import '${specifier}'`,
        '1-tcp/3-room.ts': `import '${specifier}'`,
      })
      const child = spawn(process.execPath, [path.join(dist, 'learner.mjs'), file], { cwd })
      let errors = ''
      child.stderr.setEncoding('utf8').on('data', (text: string) => void (errors += text))
      await once(child, 'close')
      return errors.trimEnd()
    }
    const there = "There is 1-tcp/2-frames.ts: import './2-frames.ts'"
    assert.equal(
      await imports('./2-frames.js'),
      `P2P Lab: 1-tcp/3-room.ts:1:9: there is no file 1-tcp/2-frames.js. ${there}`,
    )
    assert.equal(
      await imports('./2-frames'),
      `P2P Lab: 1-tcp/3-room.ts:1:9: there is no file 1-tcp/2-frames. ${there}`,
    )
    const across = "There is 1-tcp/2-frames.ts: import '../1-tcp/2-frames.ts'"
    for (const specifier of [
      '../1-tcp/2-frames.js',
      '../1-tcp/2-frames',
      './2-frames.ts',
      '../2-frames.js',
    ]) {
      const said = await imports(specifier, '2-wire/1-peers.ts')
      assert.ok(said.startsWith('P2P Lab: 2-wire/1-peers.ts:1:9: there is no file '), said)
      assert.ok(said.endsWith(across), said)
    }
    assert.match(await imports('../1-tcp', '2-wire/1-peers.ts'), /:1:9: 1-tcp is a folder\./)
    assert.match(await imports('./other.ts'), /there is no file 1-tcp\/other\.ts\.$/)
    if (process.platform !== 'linux') return
    assert.ok((await imports('./2-Frames.ts')).endsWith(there))
    assert.ok((await imports('../1-TCP/2-Frames.js', '2-wire/1-peers.ts')).endsWith(across))
  })

  /** What keeps a file from running, and what the one line about it must say. */
  const broken: [what: string, source: string | undefined, expected: RegExp][] = [
    ['is missing', undefined, /there is no file 1-tcp\/1-echo\.ts/],
    ['has a syntax error', 'export {}\nconst x = = 3', /1-echo\.ts:2:11: syntax error: Expression expected/],
    [
      'declares a name twice',
      'const a: number = 1\n  let a = 2',
      /1-echo\.ts:2:7: syntax error: .*already been declared/,
    ],
    [
      'uses enum',
      'export {}\n  enum Kind { A }',
      /1-echo\.ts:2:3: an enum does not work here.* Write instead: const Kind/,
    ],
    [
      'imports a type as a value',
      "import { Sockets } from 'node:net'",
      /1-echo\.ts:1:10: .*If it is a type, write: import type/,
    ],
    ['imports without an ending', "import './other'", /Imports of your own files need the file extension/],
    [
      'throws while it is loaded',
      'const x: any = null\nx.y()',
      /1-echo\.ts:2:3: TypeError: Cannot read properties of null/,
    ],
  ]
  for (const [what, source, expected] of broken) {
    it(`explains a file that ${what}`, async () => {
      const { status, control, errors } = await runLearner(source)
      assert.equal(status, 1)
      assert.deepEqual(control, [])
      assert.match(errors, expected)
      assert.equal(errors.trimEnd().split('\n').length, 1, errors)
    })
  }

  it('explains an error that nothing caught', async () => {
    const later = await runLearner(
      `export const f = () => new Promise(() => setTimeout(() => { throw new RangeError('late') }))`,
      [call(1, 'f')],
    )
    assert.equal(later.status, 1)
    assert.match(
      later.errors,
      /an uncaught error ended your program\. 1-tcp\/1-echo\.ts:1:\d+: RangeError: late/,
    )
    const rejected = await runLearner(
      `export const f = () => new Promise(() => { void Promise.reject(new Error('lost')) })`,
      [call(1, 'f')],
    )
    assert.match(rejected.errors, /an uncaught error ended your program\. .*lost/)
    const unheard = await runLearner(
      `import net from 'node:net'
       export const f = () => new Promise(() => { net.connect(1, '127.0.0.1') })`,
      [call(1, 'f')],
    )
    assert.match(unheard.errors, /ECONNREFUSED.*without a listener\. Add \.on\('error'/)
  })
})
