// Runs npm: the one that runs us if there is one, else the one on PATH. Node builtins only: this works before anything is installed.
import { spawn } from 'node:child_process'
import { npmEnvironment } from './own-environment.mjs'

/**
 * Resolves when npm ended well, and throws what it wrote if not. `output: 'inherit'` shows it as it comes.
 * @param {string[]} args
 * @param {{ cwd: string, output?: 'inherit' | 'hide' }} options
 */
export function npm(args, { cwd, output = 'hide' }) {
  const cli = process.env.npm_execpath
  // Only when npm is a script can Node run it; other package managers put themselves there too.
  const direct = cli !== undefined && /npm-cli\.c?js$/.test(cli)
  const windows = process.platform === 'win32'
  const [command, ...first] = direct ? [systemNode(), cli] : [windows ? 'npm.cmd' : 'npm']
  return new Promise((resolve, reject) => {
    const child = spawn(command, [...first, ...args], {
      cwd,
      env: npmEnvironment(process.env),
      shell: windows && !direct,
      windowsHide: true,
      stdio: output === 'inherit' ? 'inherit' : ['ignore', 'pipe', 'pipe'],
    })
    let text = ''
    for (const stream of [child.stdout, child.stderr]) stream?.on('data', chunk => (text += chunk))
    child.on('error', error => reject(new Error(`npm could not be started: ${error.message}`)))
    child.on('close', code =>
      code === 0
        ? resolve(undefined)
        : reject(
            new Error(`npm ${args.join(' ')} ended with status ${code}:\n${text.trim().slice(-4000)}`.trim()),
          ),
    )
  })
}

/** The Node that runs npm, not the project's: npm may replace that one while it works. */
export function systemNode() {
  return process.env.npm_node_execpath ?? process.execPath
}
