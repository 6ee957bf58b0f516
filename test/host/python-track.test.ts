/** The suite python, in a window on a lab workspace in Python, with an extension that has an exercise with such a track. */
import path from 'node:path'
import { CURRENT } from '../../scripts/vscode/versions.ts'
import type { ProjectCopy } from '../kit/project-copy.ts'
import { projectWithPython } from '../kit/project-with-python.ts'
import { runInHost } from './harness/run.ts'

describe('a window with a lab workspace in Python', function () {
  // The first run on a machine installs VS Code.
  this.timeout(900_000)
  let copy: ProjectCopy | undefined
  after(() => copy?.remove())

  it('acts on the Python file of an exercise that has one, and on the TypeScript of the others', async () => {
    const { folder, node } = (copy = await projectWithPython())
    const { tests } = await runInHost(CURRENT, {
      extension: folder,
      filter: 'in a lab workspace in Python',
      fill: lab => node(path.join(folder, 'dist/cli.mjs'), 'init', lab, '--language', 'python'),
    })
    for (const { title, state, error } of tests)
      if (state === 'failed')
        throw Object.assign(new Error(error), { message: `${title}: ${state}: ${error}` })
    if (!tests.some(({ state }) => state === 'passed')) throw new Error('no test ran inside VS Code')
  })
})
