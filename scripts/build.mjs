// Bundles everything that ships into dist/. `--watch` builds again on every change; `--minify` is for the package.
// Types are checked apart (npm run check): esbuild only strips them.
import { build, context } from 'esbuild'
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { existsSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { builtinsAsTheyAre } from './bundle/builtins.ts'
import { extensionBundle } from './bundle/extension.ts'
import { bundledOnce } from './bundle/once.ts'
import { derive } from './derive/main.ts'

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)))
const dist = path.join(root, 'dist')
const watch = process.argv.includes('--watch')
const minify = process.argv.includes('--minify')

// multicast-dns and a few others are CommonJS and call require('dgram'): an ES module bundle has to bring its own require.
const banner = {
  js: "import{createRequire as __createRequire}from'node:module';const require=__createRequire(import.meta.url);",
}

// What follows from the exercises' folders comes first: the bundles are made from it.
const { stale, problems } = await derive(root)
for (const problem of problems) console.error(problem)
if (problems.length > 0) process.exit(1)
if (stale.length > 0) console.log(`derived from labs/: ${stale.join(', ')}`)
const { PACKAGES } = await import('../labs/learner/packages.ts')

/** @type {import('esbuild').BuildOptions} */
const common = {
  absWorkingDir: root,
  bundle: true,
  sourcemap: minify ? false : 'linked',
  minify,
  // Errors name our functions and classes also in the package.
  keepNames: true,
  logLevel: 'warning',
  legalComments: 'none',
  metafile: true,
  define: { 'process.env.NODE_ENV': '"production"' },
  plugins: [bundledOnce()],
}
/** @param {import('esbuild').Plugin[]} more */
const withPlugins = (...more) => [...common.plugins, ...more]

/** Node processes: the Node of VS Code 1.104 is the oldest that runs them. @param {string} entry @param {string} name */
const node = (entry, name) => ({
  ...common,
  entryPoints: [entry],
  outfile: `dist/${name}.mjs`,
  platform: 'node',
  format: 'esm',
  target: 'node22.18',
  banner,
  plugins: withPlugins(builtinsAsTheyAre()),
})

/** The entry imports the rest, a file beside it, when it has looked at the Node or told it where to keep what it compiles. */
const inTwo = (/** @type {string} */ room, /** @type {string} */ name) => [
  { ...node(`${room}/entry.ts`, name), plugins: withPlugins(mainBeside(name)) },
  node(`${room}/main.ts`, `${name}-main`),
]

/** @param {string} name @returns {import('esbuild').Plugin} */
const mainBeside = name => ({
  name: 'main',
  setup: b =>
    b.onResolve({ filter: /^\.\/main\.ts$/ }, () => ({ path: `./${name}-main.mjs`, external: true })),
})

/** The packages that learners get another way than as they are, and where from. @type {Record<string, string>} */
const OUR_WAY = { '@libp2p/mdns': path.join(root, 'network/node/learners-mdns.ts') }

/** What a learner can import of a package: its names, by package. As @libp2p/interface sees them: at the top of node_modules some have another version. */
const FROM = path.join(root, 'node_modules/@libp2p/interface')
const { metafile: named } = await build({
  ...common,
  entryPoints: Object.keys(PACKAGES).map((name, i) => ({ in: `names:${name}`, out: `names-${i}` })),
  outdir: 'names',
  splitting: true,
  format: 'esm',
  platform: 'node',
  write: false,
  sourcemap: false,
  plugins: withPlugins({
    name: 'names',
    setup(b) {
      b.onResolve({ filter: /^names:/ }, ({ path }) => ({
        path: path.slice('names:'.length),
        namespace: 'names',
      }))
      b.onLoad({ filter: /.*/, namespace: 'names' }, ({ path }) => ({
        contents: `export * from ${JSON.stringify(OUR_WAY[path] ?? path)}`,
        resolveDir: FROM,
      }))
    },
  }),
})
const exportsOf = Object.fromEntries(
  Object.values(named.outputs).flatMap(({ entryPoint, exports }) =>
    entryPoint?.startsWith('names:') ? [[entryPoint.slice('names:'.length), exports.toSorted()]] : [],
  ),
)

/** Files inside such strings: esbuild does not list them among the inputs of the bundle around. @type {Set<string>} */
const inlined = new Set()

/** A file imported as `inline:./x.ts` is bundled for the browser and becomes a string: a worker's source. */
const inline = {
  name: 'inline',
  setup(b) {
    b.onResolve({ filter: /^inline:/ }, args => ({
      path: path.resolve(args.resolveDir, args.path.slice('inline:'.length)),
      namespace: 'inline',
    }))
    b.onLoad({ filter: /.*/, namespace: 'inline' }, async args => {
      const result = await build({
        ...common,
        entryPoints: [args.path],
        platform: 'browser',
        format: 'iife',
        target: 'chrome140',
        sourcemap: false,
        write: false,
      })
      for (const file of Object.keys(result.metafile.inputs)) inlined.add(file)
      return {
        contents: result.outputFiles[0].text,
        loader: 'text',
        watchFiles: Object.keys(result.metafile.inputs).map(f => path.join(root, f)),
      }
    })
  },
}

/** @type {(import('esbuild').BuildOptions & { entryPoints: string[] })[]} */
const bundles = [
  extensionBundle(common),
  node('network/main.ts', 'network'),
  ...inTwo('labs/check', 'check'),
  node('labs/run/main.ts', 'program-node'),
  ...inTwo('labs/learner', 'learner').map(options => ({
    ...options,
    define: { ...common.define, PACKAGE_EXPORTS: JSON.stringify(exportsOf) },
  })),
  ...inTwo('cli', 'cli'),
  {
    ...common,
    entryPoints: ['webview/start.ts'],
    outfile: 'dist/start.js',
    platform: 'browser',
    format: 'iife',
    target: 'chrome140',
  },
  {
    ...common,
    entryPoints: ['webview/main.ts'],
    outfile: 'dist/view.js',
    platform: 'browser',
    format: 'iife',
    target: 'chrome140',
    plugins: withPlugins(inline),
  },
  { ...common, entryPoints: ['webview/view.css'], outfile: 'dist/view.css' },
  {
    ...common,
    entryPoints: ['webview/guide/main.ts'],
    outfile: 'dist/guide.js',
    platform: 'browser',
    format: 'iife',
    target: 'chrome140',
  },
  { ...common, entryPoints: ['webview/guide.css'], outfile: 'dist/guide.css' },
  {
    ...common,
    entryPoints: ['webview/transcript/main.ts'],
    outfile: 'dist/transcript.js',
    platform: 'browser',
    format: 'iife',
    target: 'chrome140',
  },
  { ...common, entryPoints: ['webview/transcript.css'], outfile: 'dist/transcript.css' },
].filter(b => existsSync(path.join(root, b.entryPoints[0])))

/**
 * What stands on libp2p, in one build: the node process, the checker's peer, and the packages that a learner imports, which are one file.
 * Their common parts are in files of their own, so that the package holds them once and a class is the same in all.
 * @type {import('esbuild').BuildOptions}
 */
const onLibp2p = {
  ...common,
  // Names as they are: keepNames has each closure named anew whenever it is made, and libp2p makes many for each stream.
  keepNames: false,
  ...(minify && { minify: false, minifySyntax: true, minifyWhitespace: true }),
  entryPoints: [
    { in: 'network/node/entry.ts', out: 'node' },
    { in: 'network/node/peer.ts', out: 'peer' },
    { in: 'network/node/noise-peer.ts', out: 'noise-peer' },
    { in: 'packages', out: 'libp2p/packages' },
  ],
  outdir: 'dist',
  outExtension: { '.js': '.mjs' },
  chunkNames: 'libp2p/shared-[hash]',
  splitting: true,
  platform: 'node',
  format: 'esm',
  target: 'node22.18',
  banner,
  plugins: withPlugins(builtinsAsTheyAre(), {
    name: 'package',
    setup(b) {
      b.onResolve({ filter: /^packages$/ }, () => ({ path: 'packages', namespace: 'packages' }))
      b.onLoad({ filter: /.*/, namespace: 'packages' }, () => ({
        contents: Object.entries(PACKAGES)
          .map(([name, as]) => `export * as ${as} from ${JSON.stringify(OUR_WAY[name] ?? name)}`)
          .join('\n'),
        resolveDir: FROM,
      }))
    },
  }),
}
bundles.push(onLibp2p)

/** Says when all bundles are up to date: the editor's background task waits for these two lines. */
let building = 0
const announce = {
  name: 'announce',
  setup(b) {
    b.onStart(() => {
      if (building++ === 0) console.log('build: started')
    })
    b.onEnd(() => {
      if (--building === 0) console.log('build: finished')
    })
  },
}

await rm(dist, { recursive: true, force: true })
await mkdir(dist, { recursive: true })

const packLabs = path.join(root, 'scripts/pack-labs.mjs')
const afterBundles = async () => {
  return existsSync(packLabs) ? (await import(pathToFileURL(packLabs).href)).packLabs({ root, dist }) : []
}

if (watch) {
  await afterBundles()
  for (const options of bundles) {
    await (await context({ ...options, plugins: [...(options.plugins ?? []), announce] })).watch()
  }
} else {
  const results = await Promise.all(bundles.map(options => build(options)))
  const packed = await afterBundles()
  // Which packages are inside is what the third-party notices are made from (scripts/package/notices.ts): `--inputs FILE` writes it.
  const inputs = [
    ...new Set([...inlined, ...packed, ...results.flatMap(r => Object.keys(r.metafile.inputs))]),
  ].sort()
  const at = process.argv.indexOf('--inputs')
  if (at > 0) await writeFile(process.argv[at + 1], JSON.stringify(inputs))
}
