import assert from 'node:assert/strict'
import { failureMessage } from '../../../../labs/check/engine/message.ts'
import { lastWords, withoutOutput } from '../../../../labs/check/engine/last-words.ts'
import { inNode } from '../../../../labs/check/kit/finding.ts'

const frames = (n: number) => Array.from({ length: n }, (_, i) => `    at f${i} (file:///x/echo.mjs:${i}:1)`)

describe('the end of what a program printed', () => {
  it('holds the line that names the error, also where its stack is longer than what is shown', () => {
    const node = [
      'listening',
      'file:///x/echo.mjs:7',
      '  socket.write(undefined)',
      '         ^',
      '',
      'TypeError [ERR_INVALID_ARG_TYPE]: The "chunk" argument must be of type string',
      ...frames(10),
      '',
      'Node.js v24.0.0',
    ]
    const words = lastWords(node.join('\n'))
    assert.equal(words[0], node[5])
    assert.equal(words.at(-1), 'Node.js v24.0.0')
    assert.ok(words.length <= 6)
  })

  it('knows the errors of other languages', () => {
    const go = ['panic: runtime error: index out of range', '', 'goroutine 1 [running]:', 'main.main()']
    for (const lines of [
      [...go, ...Array.from({ length: 9 }, (_, i) => `\t/x/main.go:${i} +0x1d`), 'exit status 2'],
      ['Exception in thread "main" java.lang.IllegalStateException: no', ...frames(9)],
      ['Unhandled exception. System.Net.Sockets.SocketException (98): in use', ...frames(9)],
      ["thread 'main' panicked at src/main.rs:4:9:", 'no', 'stack backtrace:', ...frames(9)],
    ])
      assert.equal(lastWords(lines.join('\n'))[0], lines[0])
  })

  it('is the last lines where they hold the error, or where there is none', () => {
    const python = ['Traceback (most recent call last):', '  File "echo.py", line 3', 'KeyError: 3']
    assert.deepEqual(lastWords(`a\nb\nc\nd\n${python.join('\n')}\n`), ['b', 'c', 'd', ...python])
    assert.deepEqual(lastWords(''), [])
  })
})

describe('a failure message', () => {
  const circumstances = { did: 'It did.', seed: 7, wire: ['one'], output: 'printed\n' }
  const hint = `do you end your side${inNode(' with socket.end()', ' of the connection')}?`
  const message = (language: 'typescript' | 'other') =>
    failureMessage({ expected: 'this.', got: 'that.', hint }, { ...circumstances, language })

  it("names Node's API to those who use it, and to nobody else", () => {
    assert.match(message('typescript'), /Perhaps: do you end your side with socket\.end\(\)\?/)
    assert.match(message('other'), /Perhaps: do you end your side of the connection\?/)
  })

  it('can be had without what the program printed, with everything else', () => {
    const whole = message('other')
    assert.match(whole, /Your program printed:\n {2}printed\n/)
    assert.equal(withoutOutput(whole), whole.replace('Your program printed:\n  printed\n', ''))
    assert.equal(withoutOutput('no output'), 'no output')
  })
})
