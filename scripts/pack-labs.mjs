// Writes dist/labs.json, the content pack (labs/pack.ts): texts, starters, solutions, and the workspace's files.
import { readdir, readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { packTypes } from './pack-types.mjs'

// What no lab needs from @types/node, together almost a third of it.
const LEFT_OUT =
  /^(?:ts5\.6\/|inspector|test\.d|http2\.d|sqlite\.d|repl\.d|wasi\.d|cluster\.d|domain\.d|punycode\.d|sea\.d|trace_events\.d)/

/**
 * Resolves to the files of others that are inside the pack, relative to `root`.
 * @param {{ root: string, dist: string }} folders
 * @returns {Promise<string[]>}
 */
export async function packLabs({ root, dist }) {
  // Of `root`, and when it is called: the build has just derived the catalogue.
  const ours = name => import(pathToFileURL(path.join(root, 'labs', name)).href)
  const { EXERCISES } = await ours('catalogue.ts')
  const { PACKAGES } = await ours('learner/packages.ts')
  const tools = {
    ...(await ours('languages.ts')),
    ...(await ours('workspace/rewrite-imports.ts')),
    ...(await ours('workspace/passed.ts')),
  }
  const exercises = Object.fromEntries(
    await Promise.all(EXERCISES.map(async entry => [entry.id, await exerciseText(root, entry, tools)])),
  )
  const learner = await packTypes(root, Object.keys(PACKAGES))
  const files = {
    ...(await template(root)),
    // Both branches' lines, one after the other, are a progress file again (labs/progress/text.ts).
    '.p2plab/.gitattributes': 'progress.json text eol=lf merge=union\n',
    '.p2plab/types/paths.json': configuration(learner.paths),
    ...Object.fromEntries(
      Object.entries(learner.files).map(([name, text]) => [`.p2plab/types/${name}`, text]),
    ),
    '.p2plab/types/p2plab/index.d.ts': await readFile(path.join(root, 'labs/learner/p2plab.d.ts'), 'utf8'),
    ...(await types(root, '@types/node', '.p2plab/types/node')),
    ...(await types(root, 'undici-types', '.p2plab/types/undici-types')),
  }
  await writeFile(path.join(dist, 'labs.json'), JSON.stringify({ version: 1, exercises, files }))
  return [
    ...learner.inputs,
    ...['@types/node', 'undici-types'].map(name => `node_modules/${name}/package.json`),
  ]
}

/** What a workspace's tsconfig.json extends: where the types of each import are, all of them in this folder. */
function configuration(packages) {
  const paths = {
    p2plab: ['./p2plab/index.d.ts'],
    'undici-types': ['./undici-types/index.d.ts'],
    ...Object.fromEntries(Object.entries(packages).sort(([a], [b]) => (a < b ? -1 : 1))),
  }
  return `${JSON.stringify({ compilerOptions: { typeRoots: ['.'], types: ['node'], paths } }, null, 2)}\n`
}

async function exerciseText(root, entry, { LANGUAGES, asInWorkspace, passedText }) {
  const read = name => readFile(path.join(root, 'labs', entry.folder, name), 'utf8')
  const program = async (language, kind) => {
    const name = `${language}/${kind}${LANGUAGES[language].ending}`
    const text = await read(name)
    // Only TypeScript imports another exercise by the path of its file.
    return language === 'typescript' ? asInWorkspace(text, `${entry.folder}/${name}`) : text
  }
  const programs = async language => ({
    starter: await program(language, 'starter'),
    solution: await program(language, 'solution'),
  })
  return {
    readme: await read('README.md'),
    hints: splitHints(await read('hints.md')),
    passed: passedText(entry.id, await read('passed.md')),
    programs: Object.fromEntries(
      await Promise.all(entry.tracks.map(async language => [language, await programs(language)])),
    ),
  }
}

/** hints.md is three parts, each under a heading of its own. */
const splitHints = text =>
  text
    .split(/^## .*$/m)
    .slice(1)
    .map(part => part.trim())

const template = async root => {
  const folder = path.join(root, 'labs/workspace/template')
  const names = await readdir(folder)
  return Object.fromEntries(
    await Promise.all(names.map(async name => [name, await readFile(path.join(folder, name), 'utf8')])),
  )
}

/** The .d.ts files and the licence of a package, under `target`. */
async function types(root, name, target) {
  const folder = path.join(root, 'node_modules', name)
  const found = (await readdir(folder, { recursive: true }))
    .map(file => file.replaceAll(path.sep, '/'))
    .sort()
  const wanted = found.filter(
    file =>
      (file.endsWith('.d.ts') && !(name === '@types/node' && LEFT_OUT.test(file))) || file === 'LICENSE',
  )
  const entries = await Promise.all(
    wanted.map(async file => {
      const text = await readFile(path.join(folder, file), 'utf8')
      return [`${target}/${file}`, file === 'index.d.ts' ? withoutReferences(text) : text]
    }),
  )
  return Object.fromEntries(entries)
}

const withoutReferences = text =>
  text
    .split('\n')
    .filter(line => !LEFT_OUT.test(/^\/\/\/ <reference path="(.*)" \/>/.exec(line)?.[1] ?? ''))
    .join('\n')
