import assert from 'node:assert/strict'
import { fileProblem, fileProblemText, isSystemError, newFileProblem } from '../../../network/file-problem.ts'

const refused = (code: string, words = `${code}: words of the system, open '/x'`) =>
  Object.assign(new Error(words), { code, syscall: 'open', path: '/x' })

describe('what the system says about a file', () => {
  it('says of each reason what it is and what to do, and never a wrong one', () => {
    for (const [code, sentence] of [
      ['ENOSPC', 'the disk is full. Free some space'],
      ['EDQUOT', 'your disk quota is used up. Delete some of your files'],
      ['EROFS', 'the file system is read-only. Choose another location'],
      ['EACCES', 'you do not have permission. Change the permissions'],
      ['EISDIR', 'it is a folder, not a file. Name a file'],
    ] as const)
      assert.equal(fileProblemText(refused(code)), sentence)
    assert.match(fileProblemText(refused('EMFILE')), /ulimit -n/)
    assert.equal(newFileProblem(refused('ENOENT')).cause, 'the folder does not exist')
    assert.equal(fileProblem(refused('ENOENT')).cause, 'the file or folder does not exist')
    const notMade = Object.assign(refused('ENOENT'), { syscall: 'mkdir' })
    for (const problem of [fileProblem(notMade), newFileProblem(notMade)])
      assert.equal(problem.cause, 'the system cannot create a folder there')
  })

  it('repeats what it does not know, on one line and no longer than one', () => {
    const { cause } = fileProblem(refused('ENEW', `odd\n\u001b[2J${'x'.repeat(100_000)}`))
    assert.match(cause, /^odd \[2Jx+…$/)
    assert.ok(cause.length < 400)
    assert.equal(fileProblem(undefined).cause, 'undefined')
    assert.equal(isSystemError(refused('ENOSPC')), true)
    assert.equal(isSystemError(Object.assign(new Error(), { code: 'ERR_X' })), false)
  })
})
