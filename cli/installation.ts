/** Where this command line is installed, and which version it is. */
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

const here = path.dirname(fileURLToPath(import.meta.url))

/** The folder of the bundles: where this file is itself in a bundle, or the build's output when run from source. */
export const dist = import.meta.url.endsWith('.ts') ? path.join(path.dirname(here), 'dist') : here

/** The version of the package that this command line belongs to. */
export function version(): string {
  const manifest: unknown = JSON.parse(readFileSync(path.join(path.dirname(dist), 'package.json'), 'utf8'))
  return String((manifest as { version?: unknown }).version)
}
