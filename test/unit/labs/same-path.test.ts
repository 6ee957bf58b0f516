import assert from 'node:assert/strict'
import { isWithin, samePath } from '../../../labs/workspace/same-path.ts'

describe('Paths', () => {
  it('are the same on Windows however drive, case and slashes are written, also in a network folder', () => {
    assert.ok(samePath('c:\\Users\\Anna\\p2p-lab', 'C:\\users\\anna\\p2p-lab', 'win32'))
    assert.ok(samePath('c:/lab/1-tcp', 'C:\\lab\\1-tcp\\', 'win32'))
    assert.ok(samePath('\\\\server\\share\\lab', '\\\\SERVER\\share\\lab\\', 'win32'))
    assert.ok(samePath('C:\\', 'c:\\', 'win32'))
    assert.ok(!samePath('C:\\lab', 'D:\\lab', 'win32'))
    assert.ok(!samePath('C:\\lab', 'C:\\lab2', 'win32'))
  })

  it('are the same on macOS in either case, and with an accent in either spelling', () => {
    assert.ok(samePath('/Users/zo\u00eb/Lab', '/Users/zoe\u0308/lab', 'darwin'))
    assert.ok(!samePath('/Users/zoe/lab', '/Users/zo\u00eb/lab', 'darwin'))
  })

  it('are different on Linux where a letter is', () => {
    assert.ok(samePath('/home/a/lab', '/home/a/./lab/', 'linux'))
    assert.ok(!samePath('/home/a/lab', '/home/a/Lab', 'linux'))
    assert.ok(!samePath('/home/a\\lab', '/home/a/lab', 'linux'))
  })

  it('are within a folder or beside it', () => {
    assert.ok(isWithin('c:\\lab', 'C:\\Lab\\1-tcp\\1-echo.ts', 'win32'))
    assert.ok(isWithin('c:\\', 'C:\\Lab', 'win32'))
    assert.ok(isWithin('/home/a/lab', '/home/a/lab', 'linux'))
    assert.ok(isWithin('/', '/home', 'linux'))
    assert.ok(!isWithin('c:\\lab', 'C:\\lab2\\1-echo.ts', 'win32'))
    assert.ok(!isWithin('/home/a/lab', '/home/a/lab/../other', 'linux'))
  })
})
