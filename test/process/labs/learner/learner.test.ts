/** The runner of a learner's file: what it says on the control channel, and how it explains what went wrong. */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'
import { dist, folderWith, removeFolders } from '../../../kit/labs.ts'

interface Ran {
  status: number | null
  /** Control lines, parsed. */
  control: Record<string, unknown>[]
  /** The other lines of standard output. */
  log: string[]
  errors: string
}

/** Runs `source` as 1-tcp/1-echo.ts, sends it these lines, ends standard input when it has answered `answers` of them. */
async function run(source: string | undefined, lines: string[] = [], answers = lines.length): Promise<Ran> {
  const cwd = await folderWith(source === undefined ? {} : { '1-tcp/1-echo.ts': source })
  const child = spawn(process.execPath, [path.join(dist, 'learner.mjs'), '1-tcp/1-echo.ts'], { cwd })
  const closed = once(child, 'close')
  let out = ''
  let errors = ''
  const result = (): Omit<Ran, 'status'> => {
    const all = out.split('\n').filter(line => line !== '')
    const isControl = (line: string) => line.startsWith('{"p2plab"')
    return {
      control: all.filter(isControl).map(line => JSON.parse(line) as Record<string, unknown>),
      log: all.filter(line => !isControl(line)),
      errors,
    }
  }
  child.stdin.on('error', () => {})
  child.stdin.write(lines.map(line => `${line}\n`).join(''))
  if (answers === 0) child.stdin.end()
  child.stderr.setEncoding('utf8').on('data', (text: string) => void (errors += text))
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    out += text
    if (result().control.filter(line => 'id' in line).length >= answers) child.stdin.end()
  })
  const [status] = (await closed) as [number | null]
  return { status, ...result() }
}

const call = (id: number, op: string, args: object = {}) => JSON.stringify({ id, op, args })

describe("The runner of a learner's file", () => {
  after(removeFolders)

  it('says that it is ready, runs the exported functions, and ends when standard input ends', async () => {
    const { status, control } = await run(
      `export async function add({ a, b }: { a: number; b: number }): Promise<{ sum: number }> { return { sum: a + b } }
       export function nothing() {}`,
      [call(1, 'add', { a: 1, b: 2 }), call(2, 'nothing')],
    )
    assert.equal(status, 0)
    assert.deepEqual(control, [
      { p2plab: 'ready', contract: 1 },
      { p2plab: 'reply', id: 1, result: { sum: 3 } },
      { p2plab: 'reply', id: 2, result: {} },
    ])
  })

  it('turns bytes into Buffers and back', async () => {
    const { control } = await run(
      `export const twist = ({ bytes }: { bytes: Buffer }) => ({
         bytes: bytes.reverse(), isBuffer: Buffer.isBuffer(bytes), deep: [{ view: new Uint8Array([0, 255]).subarray(1) }],
       })`,
      [call(1, 'twist', { bytes: '00ff10' })],
    )
    assert.deepEqual(control[1]!['result'], { bytes: '10ff00', isBuffer: true, deep: [{ view: 'ff' }] })
  })

  it('answers several commands at the same time', async () => {
    const { control } = await run(
      `let open: () => void
       const gate = new Promise<void>(resolve => { open = resolve })
       export const wait = () => gate
       export const go = () => open()`,
      [call(1, 'wait'), call(2, 'go')],
    )
    assert.deepEqual(control.map(line => line['id']).sort(), [1, 2, undefined])
  })

  it('keeps control lines whole whatever the learner prints', async () => {
    const { control, log } = await run(
      `import { emit } from 'p2plab'
       export function noisy() {
         process.stdout.write('no line end')
         emit('seen', { bytes: new Uint8Array([1, 2]) })
         console.log('a line')
         process.stdout.write(new Uint8Array([0x21]))
       }`,
      [call(1, 'noisy')],
    )
    assert.deepEqual(control.slice(1), [
      { p2plab: 'event', event: 'seen', data: { bytes: '0102' } },
      { p2plab: 'reply', id: 1, result: {} },
    ])
    assert.deepEqual(log, ['no line end', 'a line', '!'])
  })

  it('takes addresses apart', async () => {
    const { control } = await run(
      `import { parseAddress } from 'p2plab'
       export const parse = ({ peer }: { peer: string }) => parseAddress(peer)`,
      ['127.0.0.1:4001', '[::1]:80', '127.0.0.1', 'a:65536', '::1:80'].map((peer, i) =>
        call(i, 'parse', { peer }),
      ),
    )
    const byId = control.slice(1).sort((a, b) => Number(a['id']) - Number(b['id']))
    const answers = byId.map(line => line['result'] ?? String(line['message']))
    assert.deepEqual(answers.slice(0, 2), [
      { host: '127.0.0.1', port: 4001 },
      { host: '::1', port: 80 },
    ])
    for (const message of answers.slice(2))
      assert.match(message as string, /is not an address: expected HOST:PORT/)
  })

  it('answers an unknown op with an error and goes on', async () => {
    const { control } = await run('export const known = () => ({})\nexport const listen = 3', [
      call(1, 'toString'),
      call(2, 'listen'),
      call(3, 'known'),
    ])
    assert.match(control[1]!['message'] as string, /does not export a function toString/)
    assert.match(control[2]!['message'] as string, /it exports listen, but that is not a function/)
    assert.equal(control[3]!['p2plab'], 'reply')
  })

  it('passes garbage over', async () => {
    const lines = ['garbage', '[]', 'null', '{"id":"1","op":"f"}', '{"id":1}', '{"id":1,"op":"f","args":[]}']
    const { control, errors } = await run('export const f = () => ({})', [...lines, call(9, 'f')], 1)
    assert.deepEqual(control.slice(1), [{ p2plab: 'reply', id: 9, result: {} }])
    assert.equal(errors.match(/this line is not a command/g)?.length, lines.length)
  })

  it('says where an op has thrown, and goes on', async () => {
    const { control } = await run(
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
    const { control } = await run(
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
    const { control } = await run(
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
    const { control, errors } = await run(
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

  it('runs for a user who has no home', async () => {
    const { XDG_CACHE_HOME: _cache, P2PLAB_CACHE: _ours, HOME: _home, ...env } = process.env
    const cwd = await folderWith({
      '1-tcp/1-echo.ts': 'export const f = () => ({})',
      'no-home.mjs': `import os from 'node:os'
import { syncBuiltinESMExports } from 'node:module'
os.homedir = () => { throw new Error('ENOENT: no such file or directory, uv_os_homedir') }
syncBuiltinESMExports()`,
    })
    const preload = ['--import', './no-home.mjs']
    const child = spawn(process.execPath, [...preload, path.join(dist, 'learner.mjs'), '1-tcp/1-echo.ts'], {
      cwd,
      env,
    })
    let out = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => void (out += text))
    child.stdin.end()
    const [status] = (await once(child, 'close')) as [number | null]
    assert.equal(status, 0)
    assert.match(out, /"ready"/)
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
      const { status, control, errors } = await run(source)
      assert.equal(status, 1)
      assert.deepEqual(control, [])
      assert.match(errors, expected)
      assert.equal(errors.trimEnd().split('\n').length, 1, errors)
    })
  }

  it('explains an error that nothing caught', async () => {
    const later = await run(
      `export const f = () => new Promise(() => setTimeout(() => { throw new RangeError('late') }))`,
      [call(1, 'f')],
    )
    assert.equal(later.status, 1)
    assert.match(
      later.errors,
      /an uncaught error ended your program\. 1-tcp\/1-echo\.ts:1:\d+: RangeError: late/,
    )
    const rejected = await run(
      `export const f = () => new Promise(() => { void Promise.reject(new Error('lost')) })`,
      [call(1, 'f')],
    )
    assert.match(rejected.errors, /an uncaught error ended your program\. .*lost/)
    const unheard = await run(
      `import net from 'node:net'
       export const f = () => new Promise(() => { net.connect(1, '127.0.0.1') })`,
      [call(1, 'f')],
    )
    assert.match(unheard.errors, /ECONNREFUSED.*without a listener\. Add \.on\('error'/)
  })
})
