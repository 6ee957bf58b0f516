/** How the learner's imports are found: 'p2plab' is brought by the runner, and every .ts file is an ES module. */
import { registerHooks } from 'node:module'
import * as p2plab from './p2plab.ts'

const MODULE = 'p2plab:module'
const KEY = 'p2plab.module'

let last: string | undefined
/** The URL of the file that was loaded last: the one at fault when Node reports a syntax error without a place. */
export const lastLoaded = (): string | undefined => last

export function install(): void {
  Object.defineProperty(globalThis, Symbol.for(KEY), { value: p2plab })
  const names = Object.keys(p2plab).join(', ')
  registerHooks({
    resolve: (specifier, context, next) =>
      specifier === 'p2plab'
        ? { url: MODULE, format: 'module', shortCircuit: true }
        : next(specifier, context),
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
