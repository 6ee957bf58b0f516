/**
 * How the learner's imports are found: 'p2plab' is brought by the runner, libp2p by the extension, and every .ts file is
 * an ES module.
 */
import { registerHooks } from 'node:module'
import { fileURLToPath } from 'node:url'
import { isInspected } from './inspect.ts'
import * as p2plab from './p2plab.ts'
import { PACKAGES } from './packages.ts'
import { withoutTypes } from './without-types.ts'

/** The names that a package exports, by package: the build writes them in here. */
declare const PACKAGE_EXPORTS: Readonly<Record<string, readonly string[]>>

const MODULE = 'p2plab:module'
/** In front of the name of a package that the extension brings. */
const BROUGHT = 'p2plab:package/'
const KEY = 'p2plab.module'

let last: string | undefined
/** A debugger gets what Node itself makes of the file. */
const inspected = isInspected()

/** The URL of the file that was loaded last: the one at fault when Node reports a syntax error without a place. */
export const lastLoaded = (): string | undefined => last

export function install(): void {
  Object.defineProperty(globalThis, Symbol.for(KEY), { value: p2plab })
  const names = Object.keys(p2plab).join(', ')
  registerHooks({
    resolve(specifier, context, next) {
      if (specifier === 'p2plab') return { url: MODULE, format: 'module', shortCircuit: true }
      // What a learner installed all the same goes its own way, with what it needs.
      const installed = context.parentURL?.includes('/node_modules/') === true
      if (!Object.hasOwn(PACKAGES, specifier) || installed) return next(specifier, context)
      return { url: `${BROUGHT}${specifier}`, format: 'module', shortCircuit: true }
    },
    load(url, context, next) {
      if (url === MODULE) {
        const source = `export const { ${names} } = globalThis[Symbol.for('${KEY}')]`
        return { format: 'module', source, shortCircuit: true }
      }
      if (url.startsWith(BROUGHT)) {
        return { format: 'module', source: reexported(url.slice(BROUGHT.length)), shortCircuit: true }
      }
      if (!url.endsWith('.ts') || url.includes('/node_modules/')) return next(url, context)
      last = url
      const source = inspected ? undefined : withoutTypes(fileURLToPath(url))
      if (source !== undefined) return { format: 'module', source, shortCircuit: true }
      // Named, so that it does not depend on a package.json beside the file (nor costs a warning and a second parse).
      return next(url, { ...context, format: 'module-typescript' })
    },
  })
}

/** The source of a module that exports what a package exports. */
function reexported(name: string): string {
  const as = PACKAGES[name]!
  const file = new URL('libp2p/packages.mjs', import.meta.url).href
  const exports = PACKAGE_EXPORTS[name]!.map(
    (key, i) =>
      `const v${i} = all[${JSON.stringify(as)}][${JSON.stringify(key)}]\nexport { v${i} as ${key} }`,
  )
  return `import * as all from ${JSON.stringify(file)}\n${exports.join('\n')}\n`
}
