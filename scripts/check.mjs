// Types, lint, format, what nothing uses, and cycles of imports, two at a time; shows what failed.
import { spawn } from 'node:child_process'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)))
const cache = 'node_modules/.cache/p2plab'
/** What has not changed is not looked at again. Its content decides: a clone, or another branch, has new dates. */
const cached = name => ['--cache', '--cache-strategy', 'content', '--cache-location', `${cache}/${name}`]
const checks = [
  ['types', ['scripts/typecheck.mjs']],
  ['lint', ['node_modules/eslint/bin/eslint.js', '.', '--max-warnings', '0', ...cached('eslint')]],
  ['format', ['node_modules/prettier/bin/prettier.cjs', '--check', '.', ...cached('prettier')]],
  ['unused', ['node_modules/knip/bin/knip.js', '--no-progress', '--treat-config-hints-as-errors']],
  ['derived from labs/', ['scripts/derive/main.ts', '--check']],
  ['cycles', ['scripts/check-cycles.ts']],
]
let failed = 0
const next = async () => {
  for (let check = checks.shift(); check; check = checks.shift()) {
    const [name, args] = check
    const { status, output } = await run(args)
    if (status === 0) continue
    failed++
    console.error(`${name}:\n${output.trimEnd()}\n`)
  }
}
await Promise.all([next(), next()])
process.exit(failed ? 1 : 0)

/** @param {string[]} args @returns {Promise<{ status: number, output: string }>} */
function run(args) {
  return new Promise((resolve, reject) => {
    // Two run at a time: with four threads each for V8's own work, the types took a tenth more of the processors' time.
    const child = spawn(process.execPath, ['--v8-pool-size=1', ...args], {
      cwd: root,
      stdio: ['ignore', 'pipe', 'pipe'],
      windowsHide: true,
    })
    let output = ''
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', text => (output += text))
    child.on('error', reject)
    child.on('close', code => resolve({ status: code ?? 1, output }))
  })
}
