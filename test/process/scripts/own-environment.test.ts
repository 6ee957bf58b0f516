/** What a developer has set for other projects changes nothing in what our own npm installs and our own Node loads. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { EVERYTHING, nodeEnvironment, npmEnvironment } from '../../../scripts/own-environment.mjs'
import { folderWith, removeFolders, root } from '../../kit/labs.ts'

const HOSTILE: readonly Record<string, string>[] = [
  { NODE_ENV: 'production' },
  { npm_config_omit: 'dev' },
  { NPM_CONFIG_OMIT: 'dev optional' },
  { npm_config_production: 'true' },
  { npm_config_only: 'prod' },
  { npm_config_include: '', npm_config_dev: 'false', npm_config_optional: 'false' },
  { npm_config_global: 'true' },
  { npm_config_dry_run: 'true' },
  { 'npm_config_package-lock-only': 'true' },
  { NODE_OPTIONS: '--require ./only-at-home.cjs' },
]

const PROGRAM = `
  const { npm } = await import(${JSON.stringify(pathToFileURL(path.join(root, 'scripts/npm.mjs')).href)})
  await npm(['install', ...${JSON.stringify(EVERYTHING)}, '--offline', '--no-audit', '--no-fund', '--install-links=false'], { cwd: process.argv[1] })
`

describe('our own npm and Node', function () {
  this.timeout(120_000)
  after(removeFolders)

  for (const env of HOSTILE)
    it(`install what is needed for development with ${JSON.stringify(env)}`, async () => {
      const dir = await folderWith({
        'package.json': '{"private":true,"devDependencies":{"own-tool":"file:tool"}}',
        'tool/package.json': '{"name":"own-tool","version":"1.0.0"}',
        // The Node that starts npm takes it; npm runs elsewhere.
        'home/only-at-home.cjs': '',
      })
      const run = spawnSync(process.execPath, ['--input-type=module', '-e', PROGRAM, dir], {
        cwd: path.join(dir, 'home'),
        encoding: 'utf8',
        env: { ...process.env, ...env },
      })
      assert.equal(run.status, 0, run.stderr)
      assert.ok(existsSync(path.join(dir, 'node_modules/own-tool/package.json')), run.stderr)
    })

  it('keep how the registry is reached', () => {
    const env = {
      npm_config_registry: 'https://example.test/',
      npm_config_cafile: '/ca.pem',
      HTTPS_PROXY: 'http://proxy:1',
      NODE_EXTRA_CA_CERTS: '/ca.pem',
      NODE_OPTIONS: '--use-openssl-ca',
    }
    assert.deepEqual(npmEnvironment({ ...env, NODE_OPTIONS: '--inspect --use-openssl-ca' }), env)
    const { NODE_OPTIONS: _, ...rest } = env
    assert.deepEqual(nodeEnvironment({ ...env, NODE_ENV: 'test' }), rest)
  })

  it('load nothing that NODE_OPTIONS names into what is started', () => {
    const run = spawnSync(process.execPath, [path.join(root, 'scripts/test.mjs'), 'no-such-suite'], {
      encoding: 'utf8',
      env: { ...process.env, NODE_OPTIONS: `--inspect=127.0.0.1:0 --trace-warnings`, NODE_ENV: 'production' },
    })
    assert.equal(run.status, 2)
    // The first Node is the developer's own and says so; the one it starts does not.
    assert.equal(run.stderr.match(/Debugger listening/g)?.length, 1, run.stderr)
    assert.match(run.stderr, /expected suites of test\//)
  })
})
