/** The solutions pass 200 times in a row, each time with another seed. */
import assert from 'node:assert/strict'
import { EXERCISES } from '../../labs/catalogue.ts'
import { checkFile, removeFolders, shown, workspaceOf } from '../labs-kit.ts'

const RUNS = 200

for (const { id, title } of EXERCISES) {
  describe(`The solution of ${id}, ${title}`, () => {
    after(removeFolders)

    it(`passes with ${RUNS} seeds`, async () => {
      const workspace = await workspaceOf('solution.ts')
      for (let seed = 1; seed <= RUNS; seed++) {
        const result = await checkFile(id, workspace, { seed })
        assert.equal(result.verdict, 'pass', shown(result))
      }
    }).timeout(60 * 60_000)
  })
}
