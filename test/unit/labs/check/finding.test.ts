import assert from 'node:assert/strict'
import { locationIn } from '../../../../labs/check/kit/finding.ts'

describe('The place that a message begins with', () => {
  it('is found for a source file of any language', () => {
    for (const file of ['1-tcp/1-echo.ts', '1-tcp/echo.py', 'src/main.rs', 'cmd/echo/main.go', 'Echo.java'])
      assert.deepEqual(locationIn(`${file}:12:3: it broke`), { location: { file, line: 12, column: 3 } })
    assert.deepEqual(locationIn('1-tcp/echo.py:7: it broke'), {
      location: { file: '1-tcp/echo.py', line: 7 },
    })
  })

  it('is none where there is an address, or a file outside of the workspace', () => {
    for (const message of [
      'example.com:80: refused',
      '127.0.0.1:4001: connect ECONNREFUSED',
      '/etc/x.ts:1:1: no',
      'C:\\x.ts:1:1: no',
      '../x.ts:1:1: no',
      'x.ts:0:1: no',
    ])
      assert.deepEqual(locationIn(message), {}, message)
  })
})
