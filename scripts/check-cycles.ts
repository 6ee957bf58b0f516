/** Fails when files import each other in a circle, and names them one by one. */
import { globSync } from 'node:fs'
import path from 'node:path'
import { cycles, importGraph } from './check/cycles.ts'

const root = path.dirname(import.meta.dirname)
const OTHERS = /^(node_modules|dist|\.vscode-test)\b/
const files = globSync('**/*.{ts,mjs}', { cwd: root, exclude: name => OTHERS.test(name) }).map(file =>
  file.replaceAll(path.sep, '/'),
)
const found = cycles(importGraph(root, files))
for (const cycle of found) console.error([...cycle, cycle[0]].join('\n  imports '))
if (found.length > 0) console.error('Move what both sides need into a file of its own, below both.')
process.exitCode = found.length > 0 ? 1 : 0
