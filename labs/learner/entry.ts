/** Where the runner begins: looks at the Node first, because an older one cannot link the rest and says so with a stack. */
import { keepCompiled } from '../../network/compile-cache.ts'
import { nodeProblem } from '../../network/node-version.ts'

const problem = nodeProblem()
if (problem) {
  process.stderr.write(`P2P Lab: ${problem.text} ${problem.remedy}\n`)
  process.exitCode = 1
} else {
  // What Node keeps of compiled code has to be known before the rest is loaded.
  keepCompiled()
  await import('./main.ts')
}
