/** Where this command line is installed, and which version it is. */
import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

const here = path.dirname(fileURLToPath(import.meta.url))

/** The folder of the bundles: where this file is itself in a bundle, or the build's output when run from source. */
export const dist = import.meta.url.endsWith('.ts') ? path.join(path.dirname(here), 'dist') : here

/**
 * Where the user is, for paths that are not absolute: `npm run` starts its script in the folder of package.json, and says where it was
 * called. Only for the script that runs us: what another one of npm's starts is where it should be.
 */
export function userFolder(env = process.env, cwd = process.cwd()): string {
  const { npm_package_json: manifest, npm_lifecycle_script: script, INIT_CWD: called } = env
  const isOurScript =
    manifest !== undefined && path.dirname(manifest) === cwd && /\bcli\.mjs\b/.test(script ?? '')
  return isOurScript && called !== undefined && existsSync(called) ? called : cwd
}

/** The version of the package that this command line belongs to. */
export function version(): string {
  const manifest: unknown = JSON.parse(readFileSync(path.join(path.dirname(dist), 'package.json'), 'utf8'))
  return String((manifest as { version?: unknown }).version)
}
