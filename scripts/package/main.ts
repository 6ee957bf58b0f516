/** Builds the small way, writes the third-party notices, makes the VSIX and refuses one that is not fit to ship. */
import { createVSIX } from '@vscode/vsce'
import { spawnSync } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { root } from '../vscode/paths.ts'
import { thirdPartyNotices } from './notices.ts'
import { zipEntries } from './zip.ts'

/** A package over these has something in it that does not belong there. */
const MAX_BYTES = 4 * 1024 * 1024
const MAX_FILES = 60
const WANTED = [
  'extension/package.json',
  'extension/package.nls.json',
  'extension/ThirdPartyNotices.txt',
  'extension/media/icon.png',
  'extension/dist/extension.cjs',
  'extension/dist/extension-chunk.cjs',
  'extension/dist/extension-later.cjs',
]

// The files that are inside the bundles and the content pack.
const folder = await mkdtemp(path.join(tmpdir(), 'p2plab-package-'))
const list = path.join(folder, 'inputs.json')
const build = [path.join(root, 'scripts/build.mjs'), '--minify', '--inputs', list]
const built = spawnSync(process.execPath, build, { stdio: 'inherit', windowsHide: true })
if (built.status !== 0) process.exit(1)
const inputs = JSON.parse(await readFile(list, 'utf8')) as string[]
await rm(folder, { recursive: true })
const { text, packages } = await thirdPartyNotices(root, inputs)
await writeFile(path.join(root, 'ThirdPartyNotices.txt'), text)

const { version } = JSON.parse(await readFile(path.join(root, 'package.json'), 'utf8')) as { version: string }
const file = path.join(root, `p2p-lab-${version}.vsix`)
// No node_modules: everything is in the bundles. No repository is published yet, so links are left as they are.
await createVSIX({
  cwd: root,
  packagePath: file,
  dependencies: false,
  allowMissingRepository: true,
  rewriteRelativeLinks: false,
})

const vsix = await readFile(file)
const names = zipEntries(vsix)
const kilobytes = Math.round(vsix.length / 1000)
console.log(
  `${path.basename(file)}: ${kilobytes} kB, ${names.length} files, notices of ${packages} packages inside`,
)
const problems = [
  vsix.length > MAX_BYTES && `it has ${vsix.length} bytes, at most ${MAX_BYTES} are allowed`,
  names.length > MAX_FILES && `it has ${names.length} files, at most ${MAX_FILES} are allowed`,
  ...names.filter(name => /(^|\/)node_modules\//.test(name)).map(name => `${name} does not belong in it`),
  ...names.filter(name => name.endsWith('.map')).map(name => `${name} does not belong in it`),
  ...WANTED.filter(name => !names.includes(name)).map(name => `${name} is missing`),
].filter(problem => problem !== false)
for (const problem of problems) console.error(`${path.basename(file)}: ${problem}`)
process.exit(problems.length > 0 ? 1 : 0)
