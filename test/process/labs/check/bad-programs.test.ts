/** Programs that break the contract: each fails the check with a clear sentence, and nothing hangs or is left. */
import assert from 'node:assert/strict'
import type { CheckResult } from '../../../../labs/check/protocol.ts'
import { checkFile, checkProgram, folderWith, removeFolders, shown } from '../../../kit/labs.ts'
import { gone } from '../../../kit/alive.ts'

const READY = `console.log(JSON.stringify({ p2plab: 'ready', contract: 1 }));`
const reply = (object: string) => `console.log(JSON.stringify(${object}));`
/** Calls `f` with each command. */
const onCommand = (f: string) => `
let text = ''
process.stdin.on('data', chunk => {
  const lines = (text + chunk).split('\\n')
  text = lines.pop()
  for (const line of lines) ((command) => { ${f} })(JSON.parse(line))
})
process.stdin.on('end', () => process.exit())
`
const PRINT = `const print = stream => { if (stream.writableLength < 1e6) stream.write(('x'.repeat(999) + '\\n').repeat(100)) };`
const FOREVER = 'setInterval(() => {}, 1000);'

/** A right answer to the check `stop`, with something added. */
const stopping = (extra: string, replies = 1) => `
import net from 'node:net'
let server
${READY}
${onCommand(`
  ${extra}
  const answer = result => {
    for (let i = 0; i < ${replies}; i++) console.log(JSON.stringify({ p2plab: 'reply', id: command.id, result }))
  }
  if (command.op === 'listen') {
    server = net.createServer({ allowHalfOpen: true }, socket => socket.pipe(socket))
    server.listen(0, '127.0.0.1', () => answer({ port: server.address().port }))
  } else answer((server.close(), {}))
`)}`

/** The one check that ran; whatever happened, the program is gone. */
async function failing(source: string): Promise<CheckResult> {
  const pids: number[] = []
  const result = await checkProgram('1.1', source, {
    only: ['stop'],
    onProgram: ({ pid }) => void pids.push(pid),
  })
  assert.ok(pids.length > 0)
  await gone(pids)
  assert.equal(result.verdict, 'fail', shown(result))
  return result.checks[0]!
}

describe('A program that breaks the contract fails the check when it', () => {
  after(removeFolders)

  it('never gets ready', async () => {
    const { message } = await failing(FOREVER)
    assert.match(message!, /is ready within 10 s/)
    assert.match(message!, /never reported that it is ready/)
  })

  it('exits at once', async () => {
    const { message } = await failing('console.error("no such thing"); process.exit(3)')
    assert.match(message!, /exited with status 3 before it was ready/)
    assert.match(message!, /Your program printed:\n +no such thing/)
  })

  it('exits in the middle of a check', async () => {
    const { message } = await failing(READY + onCommand('process.exit(4)'))
    assert.match(message!, /your program exited with status 4\./)
  })

  it('is ended by a signal', async () => {
    const { message } = await failing(READY + onCommand('process.kill(process.pid, "SIGKILL")'))
    assert.match(
      message!,
      process.platform === 'win32' ? /exited with status/ : /was ended by SIGKILL|exited with status 137/,
    )
  })

  it('floods its output', async () => {
    const { message } = await failing(`${PRINT} setInterval(() => print(process.stdout), 0)`)
    assert.match(message!, /floods its output/)
  })

  it('floods standard error after it is ready', async () => {
    const { message } = await failing(`${READY} ${PRINT} setInterval(() => print(process.stderr), 0)`)
    assert.match(message!, /floods its output/)
  })

  it('writes a line of 2 MiB', async () => {
    const { message } = await failing(`${READY} console.log('x'.repeat(2 * 1024 * 1024)); ${FOREVER}`)
    assert.match(message!, /lines of at most 1,048,576 bytes/)
  })

  it('prints in a loop that never ends', async () => {
    const loop = `export async function listen() { for (;;) console.log('x'.repeat(500)) }`
    const workspace = await folderWith({ '1-tcp/1-echo.ts': loop })
    const result = await checkFile('1.1', workspace, { only: ['stop'] })
    assert.equal(result.verdict, 'fail', shown(result))
    assert.match(result.checks[0]!.message!, /floods its output/)
  })

  it('never ends a line', async () => {
    const { message } = await failing(`setInterval(() => process.stdout.write('x'.repeat(100_000)), 0)`)
    assert.match(message!, /lines of at most 1,048,576 bytes/)
  })

  it('replies twice to one command', async () => {
    const { message } = await failing(stopping('', 2))
    assert.match(message!, /a second reply to the command with id 1\./)
  })

  it('replies to an id that was not asked', async () => {
    const { message } = await failing(READY + onCommand(reply(`{ p2plab: 'reply', id: 77, result: {} }`)))
    assert.match(message!, /a reply to id 77, which the checker never sent/)
  })

  it('sends a control line that is none of the contract', async () => {
    const { message } = await failing(READY + onCommand(reply(`{ p2plab: 'hello' }`)))
    assert.match(message!, /control lines as the contract describes them/)
    assert.match(message!, /\{"p2plab":"hello"\}/)
  })

  it('speaks another version of the contract', async () => {
    const { message } = await failing(`console.log('{"p2plab":"ready","contract":2}'); ${FOREVER}`)
    assert.match(message!, /control lines as the contract describes them/)
  })

  it('stops answering', async () => {
    const { message, op } = await failing(READY + onCommand(''))
    assert.match(message!, /a reply to listen within 5 s/)
    assert.equal(op, 'listen')
  })

  it('loops for ever', async () => {
    const { message } = await failing(READY + onCommand('for (;;) {}'))
    assert.match(message!, /no reply: your program stopped answering/)
  })

  it('answers without a line end', async () => {
    const listen = `process.stdout.write(JSON.stringify({ p2plab: 'reply', id: command.id, result: { port: 4001 } }))`
    const { message } = await failing(READY + onCommand(listen))
    assert.match(
      message!,
      /Got: no reply\. The last line on its standard output has no line end: \{"p2plab":"reply","id":1,"result":\{"port":4001\}\}\n/,
    )
    assert.match(message!, /Perhaps: does each control line end with a line end \(\\n\)\?/)
  })

  it('says that it is ready without a line end', async () => {
    const { message } = await failing(`process.stdout.write('{"p2plab":"ready","contract":1}'); ${FOREVER}`)
    assert.match(message!, /has no line end: \{"p2plab":"ready","contract":1\}/)
  })

  it('answers with a result that is not an object', async () => {
    const { message } = await failing(
      READY + onCommand(reply(`{ p2plab: 'reply', id: command.id, result: 'ab'.repeat(110_000) }`)),
    )
    assert.match(
      message!,
      /"result" must be an object with named fields, .* but it is a string of 220,000 characters/,
    )
    assert.ok(message!.length < 1_500, `${message!.length}`)
  })

  it('returns something else than an object, or nothing, in TypeScript', async () => {
    const returned = async (statement: string) => {
      const workspace = await folderWith({
        '1-tcp/1-echo.ts': `\nexport async function listen() { ${statement} }`,
      })
      const [check] = (await checkFile('1.1', workspace, { only: ['stop'] })).checks
      assert.match(
        check!.message!,
        /Expected: that listen returns its result as an object with named fields\./,
      )
      assert.deepEqual(check!.location, { file: '1-tcp/1-echo.ts', line: 2, column: 23 })
      assert.ok(check!.message!.length < 1_000)
      return /^Got: (.*)$/m.exec(check!.message!)![1]!
    }
    const instead = 'Return an object with named fields instead: { port }.'
    const place = '1-tcp/1-echo.ts:2:23'
    assert.equal(await returned('return 49321'), `${place}: listen returned the number 49321. ${instead}`)
    assert.equal(await returned(''), `${place}: listen returned nothing (undefined). ${instead}`)
    const bytes = 'a Buffer of 110,000 bytes (07 07 07 07 07 07 07 07 …)'
    assert.equal(
      await returned('return Buffer.alloc(110_000, 7)'),
      `${place}: listen returned ${bytes}. ${instead}`,
    )
  })

  it('answers an error of many lines', async () => {
    const error = reply(`{ p2plab: 'error', id: command.id, message: 'no\\n'.repeat(100_000) }`)
    const { message } = await failing(READY + onCommand(error))
    assert.match(message!, /Got: an error: no no no .*…\n/)
    assert.ok(message!.length < 1_500, `${message!.length}`)
  })

  it('answers a port that is none', async () => {
    for (const port of ['-1', '70000', '"80"', '1.5', 'null', '{}']) {
      const listen = reply(`{ p2plab: 'reply', id: command.id, result: { port: ${port} } }`)
      const { message } = await failing(READY + onCommand(listen))
      assert.match(message!, /a whole number from 1 to 65,535/)
    }
  })

  it('answers with an error', async () => {
    const error = reply(`{ p2plab: 'error', id: command.id, message: 'unknown op ' + command.op }`)
    const { message } = await failing(READY + onCommand(error))
    assert.match(message!, /Got: an error: unknown op listen/)
  })
})

describe('A program may', () => {
  after(removeFolders)

  it('print whatever it likes between the control lines', async () => {
    const noise = `
      console.log('{"p2plab'); console.log('{"a":1}'); console.log('[1]'); console.log('{"p2plab":'); console.log('')
      process.stderr.write(Buffer.from([0xff, 0xfe, 0x00])); process.stdout.write('half a '); process.stdout.write('line\\r\\n')`
    let log = ''
    const result = await checkProgram('1.1', stopping(noise), {
      only: ['stop'],
      onLog: ({ text }) => void (log += text),
    })
    assert.equal(result.verdict, 'pass', shown(result))
    assert.match(log, /\{"p2plab\n/)
    assert.match(log, /half a line\n/)
    assert.doesNotMatch(log, /"reply"/)
  })

  it('send events that no exercise asked for', async () => {
    const event = `console.log('{"p2plab":"event","event":"x","data":{"a":[1]}}')`
    const result = await checkProgram('1.1', stopping(event), { only: ['stop'] })
    assert.equal(result.verdict, 'pass', shown(result))
  })

  it('ignore the end of standard input, and is ended with all that it started', async () => {
    const pids: number[] = []
    const child = `import('node:child_process').then(({ spawn }) => {
      const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' })
      console.log('child ' + child.pid + '.')
    });`
    const source = stopping('').replace(`process.stdin.on('end', () => process.exit())`, child)
    let log = ''
    const result = await checkProgram('1.1', source, {
      only: ['stop'],
      onProgram: ({ pid }) => void pids.push(pid),
      onLog: ({ text }) => void (log += text),
    })
    assert.equal(result.verdict, 'pass', shown(result))
    pids.push(Number(/child (\d+)\./.exec(log)?.[1]))
    await gone(pids)
  })
})
