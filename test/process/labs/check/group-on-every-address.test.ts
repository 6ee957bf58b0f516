/** A program that hears the groups of others: what the checker says of it. Only a program with sockets of its own can make this mistake. */
import assert from 'node:assert/strict'
import { withMistake } from '../../../../labs/exercise/mistakes.ts'
import { removeFolders } from '../../../kit/labs.ts'
import { skipBecause } from '../../../kit/platform.ts'
import { cannotRun, programsOf, runProgram } from '../../../kit/programs.ts'

describe('a program whose multicast sockets are bound to every address', function () {
  this.timeout(120_000)
  after(removeFolders)

  it('is told that it hears another group on the same port', async function () {
    if (process.platform !== 'linux') skipBecause(this, 'only Linux hands such a socket the groups of others')
    const program = (await programsOf('3.2', 'other')).find(({ language }) => language === 'python')
    assert.ok(program)
    const reason = cannotRun(program)
    if (reason !== undefined) skipBecause(this, reason)
    const text = withMistake(program.text, [['.bind((where, ', ".bind(('', "]])
    const { checks } = await runProgram({ ...program, text }, { only: ['silent'] })
    const [silent] = checks.filter(({ id }) => id === 'silent')
    assert.equal(silent?.verdict, 'fail', silent?.message)
    assert.match(silent.message ?? '', /on the same port[^]*Do you bind it to the address of the group\?/)
  })
})
