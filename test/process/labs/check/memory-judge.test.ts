/** Exercise 1.4 and memory: what is taken counts, not what is only reserved. */
import assert from 'node:assert/strict'
import { wrongProgram } from '../../../kit/programs.ts'
import { checkFile, folderWith, removeFolders, shown, source } from '../../../kit/labs.ts'

describe('The check of 1.4 that looks at memory', () => {
  after(removeFolders)

  const hugeLength = async (solution: string, before: string) => {
    const workspace = await folderWith({
      '1-tcp/2-frames.ts': await source('1.2', 'solution.ts'),
      '1-tcp/4-limits.ts': `${solution}\n${before}`,
    })
    return checkFile('1.4', workspace, { only: ['huge-length'], seed: 3 })
  }

  it('passes a program that reserves gigabytes of addresses meanwhile, as a runtime may', async function () {
    if (process.platform === 'darwin') this.skip()
    const reserve = `const reserved: unknown[] = []
setInterval(() => void (reserved.length < 3 && reserved.push(new WebAssembly.Memory({ initial: 1, maximum: 65536 }))), 1).unref()`
    const result = await hugeLength(await source('1.4', 'solution.ts'), reserve)
    assert.equal(result.verdict, 'pass', shown(result))
  })

  it('catches a program that takes the memory', async function () {
    if (process.platform === 'darwin') this.skip()
    const result = await hugeLength(await wrongProgram('1.4', 'allocates-the-declared-length'), '')
    assert.equal(result.verdict, 'fail', shown(result))
    assert.match(result.checks[0]!.message!, /do you allocate as many bytes as the length says/)
  })
})
