/** package.json against itself and against the sources: VS Code ignores silently what does not fit together. */
import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { TOPOLOGIES, DISCOVERIES } from '../../../network/events.ts'
import { EXERCISES } from '../../../labs/catalogue.ts'
import { tracksOf } from '../../../labs/workspace/track.ts'
import { MAX_NODES } from '../../../network/limits.ts'

const root = path.resolve(import.meta.dirname, '../../..')
const read = (file: string) => readFileSync(path.join(root, file), 'utf8')
const manifest = JSON.parse(read('package.json'))
const strings: Record<string, string> = JSON.parse(read('package.nls.json'))
const { contributes } = manifest

/** All strings inside a value, however deep. */
const leaves = (value: unknown): string[] =>
  typeof value === 'string'
    ? [value]
    : typeof value === 'object' && value !== null
      ? Object.values(value).flatMap(leaves)
      : []
const sources = readdirSync(path.join(root, 'extension'), { recursive: true, encoding: 'utf8' })
  .filter(file => file.endsWith('.ts'))
  .map(file => read(path.join('extension', file)))
  .join('\n')
  // To call a command is not to register it.
  .replace(/executeCommand\([^)]*/g, '')
const commands: string[] = contributes.commands.map((c: { command: string }) => c.command)

describe('the manifest', () => {
  it('names every string that a user sees, and has no string that nobody sees', () => {
    const used = leaves(manifest).flatMap(text => /^%(.+)%$/.exec(text)?.[1] ?? [])
    assert.deepEqual(
      used.filter(key => strings[key] === undefined),
      [],
    )
    assert.deepEqual(
      Object.keys(strings).filter(key => !used.includes(key)),
      [],
    )
  })

  it('has every command in one category, and each is registered', () => {
    for (const command of contributes.commands) {
      assert.equal(command.category, '%category%', command.command)
      const name = command.command.slice('p2plab.'.length)
      const registered = new RegExp(`'p2plab\\.${name}'|\\b${name}(,|:)|'${name}'`)
      assert.match(sources, registered, command.command)
    }
  })

  it('uses in menus, welcome texts and the walkthrough only commands that there are', () => {
    const inMenus = Object.values<{ command: string }[]>(contributes.menus).flat()
    for (const { command } of inMenus) assert(commands.includes(command), command)
    const links = leaves(strings).flatMap(text => [...text.matchAll(/command:([\w.]+)/g)].map(m => m[1]!))
    assert(links.length >= 5)
    for (const command of links) assert(commands.includes(command), command)
  })

  it('has VS Code leave the ports of our processes alone, on another computer too, and no others', () => {
    const attributes = contributes.configurationDefaults['remote.portsAttributes']
    const all = Object.entries<{ onAutoForward: string }>(attributes)
    for (const [, { onAutoForward }] of all) assert.equal(onAutoForward, 'ignore')
    // VS Code holds each against the command line, where it is no number, range or host.
    const matches = (command: string) => all.some(([pattern]) => new RegExp(pattern).test(command))
    const { publisher, name, version } = manifest
    for (const bundle of ['network', 'node', 'program-node', 'check', 'learner']) {
      const module = `${publisher}.${name}-${version}/dist/${bundle}.mjs`
      assert(
        matches(
          `/home/a/.vscode-server/cli/servers/b/server/node /home/a/.vscode-server/extensions/${module}`,
        ),
      )
      assert(matches(`"C:\\Code.exe" "C:\\Users\\a\\${module.replaceAll('/', '\\')}" 1-tcp/1-echo.ts`))
    }
    assert(!matches('node /home/a/web/dist/network.mjs'))
    // A learner's program, in whatever language, and from wherever our runner is.
    for (const { file } of EXERCISES.flatMap(tracksOf)) {
      assert(matches(`/opt/node /home/a/clone/dist/learner.mjs ${file}`), file)
      // On Linux it is that of /proc, with a NUL between two arguments.
      assert(matches(`python3\0${file.replace(/\w+$/, 'py')}`), file)
      assert(matches(`"C:\\python.exe" "${file.replaceAll('/', '\\')}"`), file)
    }
    assert(!matches('node /home/a/p2p-lab/server.ts'))
    assert(!matches('node /home/a/1-web/server.ts'))
  })

  it('asks only for context keys that the extension sets', () => {
    const keys = read('extension/context-keys.ts')
    const used = leaves([
      contributes.menus,
      contributes.viewsWelcome,
      contributes.commands,
      contributes.walkthroughs,
    ])
      .filter(text => /[=!&:]|^p2plab/.test(text) && !text.startsWith('%'))
      .flatMap(text => [...text.matchAll(/(?<![\w.])(?:onContext:)?(p2plab\.[a-zA-Z.]+)/g)].map(m => m[1]!))
      .filter(
        key =>
          !commands.includes(key) &&
          !['p2plab.network', 'p2plab.labs', 'p2plab.view', 'p2plab.transcript'].includes(key),
      )
    assert(used.length > 5)
    for (const key of used) assert(keys.includes(`'${key}'`), key)
  })

  it('has a walkthrough of at most five steps, each with a picture, its text and a real event', () => {
    for (const { steps } of contributes.walkthroughs) {
      assert(steps.length > 0 && steps.length <= 5)
      for (const step of steps) {
        assert(existsSync(path.join(root, step.media.svg)), step.media.svg)
        assert(step.media.altText)
        assert(step.completionEvents.length > 0)
      }
    }
  })

  it('has settings with a description, a default and the bounds of the network', () => {
    const settings = contributes.configuration.properties
    for (const [name, setting] of Object.entries<Record<string, unknown>>(settings)) {
      assert(setting['description'] ?? setting['markdownDescription'], name)
      assert(setting['default'] !== undefined, name)
      assert(sources.includes(`'${name.slice('p2plab.'.length)}'`), `${name} is not read`)
    }
    assert.equal(settings['p2plab.network.nodes'].maximum, MAX_NODES)
    assert.deepEqual(settings['p2plab.network.topology'].enum, TOPOLOGIES)
    assert.deepEqual(settings['p2plab.network.discovery'].enum, ['auto', ...DISCOVERIES])
  })

  it('runs where the workspace is, says what an untrusted one may do, and starts on little', () => {
    assert.deepEqual(manifest.extensionKind, ['workspace'])
    assert.equal(manifest.capabilities.untrustedWorkspaces.supported, 'limited')
    assert.equal(manifest.capabilities.virtualWorkspaces.supported, false)
    for (const event of manifest.activationEvents) assert.match(event, /^(workspaceContains|onWebviewPanel):/)
  })
})
