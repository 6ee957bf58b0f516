/** Where the runner begins: looks at the Node first, because an older one cannot link the rest and says so with a stack. */
import { nodeProblem } from '../../network/node-version.ts'

const problem = nodeProblem()
if (problem) {
  process.stderr.write(`P2P Lab: ${problem.text} ${problem.remedy}\n`)
  process.exitCode = 1
} else await import('./main.ts')
