/**
 * How the learner's imports are found: 'p2plab' is brought by the runner, libp2p by the extension, and every .ts file is
 * an ES module.
 */
import { registerHooks } from 'node:module'
import * as p2plab from './p2plab.ts'
import { PACKAGES } from './packages.ts'

const MODULE = 'p2plab:module'
const KEY = 'p2plab.module'

let last: string | undefined
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
      const bundle = Object.hasOwn(PACKAGES, specifier) ? PACKAGES[specifier] : undefined
      if (bundle === undefined || installed) return next(specifier, context)
      const url = new URL(`libp2p/${bundle}.mjs`, import.meta.url).href
      return { url, format: 'module', shortCircuit: true }
    },
    load(url, context, next) {
      if (url === MODULE) {
        const source = `export const { ${names} } = globalThis[Symbol.for('${KEY}')]`
        return { format: 'module', source, shortCircuit: true }
      }
      if (!url.endsWith('.ts') || url.includes('/node_modules/')) return next(url, context)
      last = url
      // Named, so that it does not depend on a package.json beside the file (nor costs a warning and a second parse).
      return next(url, { ...context, format: 'module-typescript' })
    },
  })
}
