// Checks the types of every room with the room's own tsconfig: what a room may use is part of the design.
// What was found to be right is remembered under node_modules/.cache, so that a second run looks only at what has changed.
import { createHash } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import ts from 'typescript'

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)))
/** One for each checkout: several may share their node_modules. */
const checkout = createHash('sha256').update(root).digest('hex').slice(0, 8)
const cache = path.join(root, 'node_modules/.cache/p2plab', `types-${checkout}`)
const shown = { getCurrentDirectory: () => root, getCanonicalFileName: name => name, getNewLine: () => '\n' }

/** The rooms share most of their files, and all of the libraries: each file is read once. @type {Map<string, ts.SourceFile | undefined>} */
const files = new Map()

/** What is wrong in a room. @param {string} room @returns {readonly ts.Diagnostic[]} */
function check(room) {
  const config = path.join(root, room, 'tsconfig.json')
  const written = ts.getParsedCommandLineOfConfigFile(
    config,
    { incremental: true, tsBuildInfoFile: path.join(cache, `${room}.tsbuildinfo`) },
    { ...ts.sys, onUnRecoverableConfigFileDiagnostic: problem => fail(problem.messageText) },
  )
  if (!written) return []
  const host = ts.createIncrementalCompilerHost(written.options)
  const read = host.getSourceFile
  host.getSourceFile = (name, ...how) => {
    if (!files.has(name)) files.set(name, read(name, ...how))
    return files.get(name)
  }
  const program = ts.createIncrementalProgram({
    rootNames: written.fileNames,
    options: written.options,
    configFileParsingDiagnostics: ts.getConfigFileParsingDiagnostics(written),
    host,
  })
  const own = program.getSourceFiles().filter(({ fileName }) => isOwn(fileName, room))
  const problems = [
    ...program.getConfigFileParsingDiagnostics(),
    ...program.getOptionsDiagnostics(),
    ...program.getGlobalDiagnostics(),
    ...own.flatMap(file => [
      ...program.getSyntacticDiagnostics(file),
      ...program.getSemanticDiagnostics(file),
    ]),
  ]
  // Nothing but what is remembered: the rooms emit nothing.
  program.emit()
  return problems
}

/**
 * What a room imports of the others is checked with them, once. Not for a browser: there, it has to do without Node, and with the declarations that
 * somebody else wrote.
 * @param {string} file @param {string} room
 */
const isOwn = (file, room) =>
  room === 'webview' || file.startsWith(`${root.replaceAll(path.sep, '/')}/${room}/`)

/** @param {string | ts.DiagnosticMessageChain} message @returns {never} */
function fail(message) {
  console.error(ts.flattenDiagnosticMessageText(message, '\n'))
  process.exit(1)
}

mkdirSync(cache, { recursive: true })
let failed = 0
for (const room of ['network', 'labs', 'doctor', 'cli', 'extension', 'webview', 'scripts', 'test', 'bench']) {
  const problems = check(room)
  if (problems.length === 0) continue
  console.error(ts.formatDiagnostics(problems, shown).trimEnd())
  console.error(`types: ${room}/ has errors`)
  failed++
}
process.exit(failed ? 1 : 0)
