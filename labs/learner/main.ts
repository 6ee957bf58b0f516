/**
 * Runs a learner's TypeScript file as a program of CONTRACT.md: `node dist/learner.mjs FILE.ts`. Each op is the
 * function of that name that the file exports.
 */
import { existsSync } from 'node:fs'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { saveCompiled } from '../../network/compile-cache.ts'
import { forLearner } from './values.ts'
import { unfitArguments } from './arguments.ts'
import * as control from './control.ts'
import { at, explain, explainFatal, unsettled } from './explain.ts'
import { placeOfFunction } from './function-place.ts'
import { install } from './hooks.ts'
import { waitForDebugger } from './inspect.ts'
import { missingExport } from './missing-export.ts'
import { unfitResult } from './results.ts'
import { watchParent } from './watchdog.ts'

const ended = (sentence: string): never => {
  process.stderr.write(`P2P Lab: ${sentence}\n`)
  process.exit(1)
}

silenceTypeStripping()
const file = process.argv[2]
if (file === undefined) ended('no file given. Usage: node learner.mjs FILE.ts')
const absolute = path.resolve(file!)
const relative = path.relative(process.cwd(), absolute).replaceAll(path.sep, '/')
if (!existsSync(absolute))
  ended(`there is no file ${file}. Create it first. The lab workspace contains a starter for it.`)

await watchParent()
control.watchOutput()
install()
process.on('uncaughtException', error => ended(explainFatal(error, 'exception')))
process.on('unhandledRejection', error => ended(explainFatal(error, 'rejection')))

await waitForDebugger()
let loaded = false
// Nothing is left that could end an await outside of the functions: Node would exit with a warning about a line of ours.
process.once('beforeExit', () => {
  if (!loaded) ended(unsettled(relative))
})
const exports = await load()
loaded = true
control.listen(command => void answer(command))
control.ready()
saveCompiled()

async function load(): Promise<Record<string, unknown>> {
  try {
    return (await import(pathToFileURL(absolute).href)) as Record<string, unknown>
  } catch (error) {
    return ended(explain(error))
  }
}

async function answer({ id, op, args }: control.Command): Promise<void> {
  const f = Object.hasOwn(exports, op) ? exports[op] : undefined
  if (typeof f !== 'function') return control.error(id, missingExport(exports, op, relative), 'export')
  const unfitting = unfitArguments(op, args)
  if (unfitting !== undefined) return control.error(id, unfitting)
  try {
    const result = await (f as (args: unknown) => unknown)(forLearner(op, args))
    const unfit = unfitResult(op, result)
    if (unfit === undefined) return control.reply(id, result)
    control.error(id, at(placeOfFunction(absolute, op), `${op} returned ${unfit}`), 'result')
  } catch (error) {
    control.error(id, explain(error))
  }
}

/** Node 22 warns that type stripping is experimental, once a run: noise for someone who reads their own log. */
function silenceTypeStripping(): void {
  const emit = process.emitWarning.bind(process) as (...args: unknown[]) => void
  process.emitWarning = ((warning: unknown, ...rest: unknown[]) => {
    if (!/type stripping/i.test(String(warning))) emit(warning, ...rest)
  }) as typeof process.emitWarning
}
