#!/usr/bin/env node
/** Where `p2plab` begins: looks at the Node first, because an older one ends with a stack in the midst of the rest. */
import { nodeProblem } from '../network/node-version.ts'

const problem = nodeProblem()
if (problem) {
  process.stderr.write(`${problem.text} ${problem.remedy}\n`)
  // As EXIT.usage: it could not be run.
  process.exitCode = 2
} else await import('./main.ts')
