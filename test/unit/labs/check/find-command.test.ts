import assert from 'node:assert/strict'
import { missingCommand, type Machine } from '../../../../labs/check/engine/find-command.ts'

const linux = (files: string[], env: NodeJS.ProcessEnv = { PATH: '/usr/bin:/opt/go/bin' }): Machine => ({
  platform: 'linux',
  env,
  canRun: file => files.includes(file),
})
const windows = (
  files: string[],
  env: NodeJS.ProcessEnv = { Path: 'C:\\Windows;"C:\\Program Files\\Go"', PATHEXT: '.COM;.EXE;.BAT' },
): Machine => {
  const lower = files.map(file => file.toLowerCase())
  return { platform: 'win32', env, canRun: file => lower.includes(file.toLowerCase()) }
}

describe('the program of a command line', () => {
  it('is looked for on the path, or where its own path leads', () => {
    const machine = linux(['/usr/bin/python3', '/lab/target/echo', '/opt/go/bin/go'])
    for (const line of [
      'python3 echo.py',
      ' python3',
      './target/echo -v',
      'target/echo;',
      '"python3" x',
      "'go' run .",
    ])
      assert.equal(missingCommand(line, '/lab', machine), undefined, line)
    assert.equal(missingCommand('pyton3 echo.py', '/lab', machine), 'pyton3')
    assert.equal(missingCommand('./target/ehco', '/lab', machine), './target/ehco')
    // The current folder is not on the path.
    assert.equal(missingCommand('echo2', '/lab', linux(['/lab/echo2'])), 'echo2')
    assert.equal(missingCommand('echo2', '/lab', linux(['/lab/echo2'], { PATH: '/bin:' })), undefined)
  })

  it('is left to the shell where only the shell knows', () => {
    const posix = [
      'cd sub && ./echo',
      'PORT=1 ./echo',
      '$PYTHON echo.py',
      '(./echo)',
      '~/echo',
      'exec x',
      '"$X" y',
      'a\\ b',
      '',
    ]
    for (const line of posix) assert.equal(missingCommand(line, '/lab', linux([])), undefined, line)
    const cmd = ['cd sub && echo.exe', 'CALL x.bat', '%PYTHON% echo.py', '@x', '"%X%" y', 'x^&y', '']
    for (const line of cmd) assert.equal(missingCommand(line, 'C:\\lab', windows([])), undefined, line)
  })

  it('has on Windows one of the endings of PATHEXT, and may be in the current folder', () => {
    const machine = windows([
      'C:\\Program Files\\Go\\go.exe',
      'C:\\lab\\echo.bat',
      'C:\\lab\\tool.one.exe',
      'D:\\my tools\\x.exe',
      'C:\\lab\\script.py',
    ])
    const there = [
      'go run .',
      'GO',
      'go.exe',
      'echo2',
      'echo.bat',
      '.\\echo',
      'tool.one',
      '"D:\\my tools\\x.exe" -v',
      '"D:\\my tools\\x"',
    ]
    for (const line of there.filter(line => line !== 'echo2'))
      assert.equal(missingCommand(line, 'C:\\lab', machine), undefined, line)
    for (const line of ['echo2', 'script.py', '.\\go.exe', 'D:\\x.exe'])
      assert.equal(missingCommand(line, 'C:\\lab', machine), line)
    assert.equal(
      missingCommand('go', 'C:\\lab', windows(['C:\\Windows\\go.cmd'], { PATH: 'C:\\Windows' })),
      undefined,
    )
  })
})
