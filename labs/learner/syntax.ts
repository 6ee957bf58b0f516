/** Finds the place of a syntax error that Node reports without one (redeclarations and other early errors). */
import type { Place } from './place.ts'

/** Compiles the file and never runs it. Only an error that nobody catches is printed with its place. */
const source = `
import { readFileSync } from 'node:fs'
import { stripTypeScriptTypes } from 'node:module'
import vm from 'node:vm'
const text = stripTypeScriptTypes(readFileSync(process.argv[1], 'utf8'))
new vm.SourceTextModule(text, { identifier: 'learner.ts' })
`

/** Takes a process, so it is only for when the program is lost anyway. */
export function findSyntaxError(file: string): Place | undefined {
  const flags = ['--no-warnings', '--experimental-vm-modules', '--input-type=module']
  const { stderr } = process
    .getBuiltinModule('node:child_process')
    .spawnSync(process.execPath, [...flags, '--eval', source, file], {
      encoding: 'utf8',
      timeout: 5_000,
      windowsHide: true,
      env: { ...process.env, ELECTRON_RUN_AS_NODE: '1' },
    })
  const found = /^learner\.ts:(\d+)\n[^\n]*\n( *)\^/.exec(stderr ?? '')
  return found ? { file, line: Number(found[1]), column: found[2]!.length + 1 } : undefined
}
