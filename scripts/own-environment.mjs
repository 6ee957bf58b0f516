/**
 * What our own npm and Node inherit of a developer's environment. What somebody has set for other projects, or for a server, decides
 * neither which of our packages are installed nor what a Node of ours loads first. Node builtins only, as in npm.mjs.
 */

/** For npm ci: an .npmrc of the user may say otherwise, and `include` is stronger than `omit`. */
export const EVERYTHING = ['--include=dev', '--include=optional', '--include=peer']

/** Settings of npm that change what is installed, or where. How packages are reached (registry, proxy, cache, certificates) is left alone. */
const DECIDING = [
  'also',
  'dev',
  'dry_run',
  'force',
  'global',
  'ignore_scripts',
  'include',
  'install_links',
  'install_strategy',
  'legacy_bundling',
  'legacy_peer_deps',
  'location',
  'omit',
  'only',
  'optional',
  'package_lock',
  'package_lock_only',
  'production',
  'script_shell',
  'shrinkwrap',
  'strict_peer_deps',
  'workspace',
  'workspaces',
  'include_workspace_root',
]

/** Of NODE_OPTIONS: how to reach a registry behind a proxy that looks into TLS. */
const REACHING = /^--(use-(openssl|system|bundled|env)\S*|tls-\S+|dns-\S+)$/

/** @param {NodeJS.ProcessEnv} env @returns {NodeJS.ProcessEnv} */
export function npmEnvironment(env) {
  const own = nodeEnvironment(env)
  for (const name of Object.keys(own)) {
    // npm takes any case, and dashes for underscores.
    const [, setting] = /^npm_config_(.+)$/.exec(name.toLowerCase().replaceAll('-', '_')) ?? []
    if (setting !== undefined && DECIDING.includes(setting)) delete own[name]
  }
  const reaching = (env['NODE_OPTIONS'] ?? '').split(/\s+/).filter(option => REACHING.test(option))
  if (reaching.length > 0) own['NODE_OPTIONS'] = reaching.join(' ')
  return own
}

/**
 * Without NODE_OPTIONS, whose modules may be missing where our children run, whose inspector port is taken already, and whose flags our
 * Node may not know; and without NODE_ENV, which says what somebody else's program is for.
 * @param {NodeJS.ProcessEnv} env @returns {NodeJS.ProcessEnv}
 */
export function nodeEnvironment(env) {
  const { NODE_OPTIONS: _options, NODE_ENV: _env, ...own } = env
  return own
}
