// Runs a command as the head of a process group of its own, and ends the whole group when its standard input ends: so that
// nothing is left running although the one who started it was killed. Usage: node keeper.mjs COMMAND ARGS…
import { spawn, spawnSync } from 'node:child_process'

const [command, ...args] = process.argv.slice(2)
// The window of a desktop VS Code that is started hidden stays hidden; any other command shares our console, which has no window.
const child = spawn(command, args, { stdio: ['ignore', 'inherit', 'inherit'], windowsHide: false })

const endGroup = () => {
  if (process.platform === 'win32') {
    spawnSync('taskkill', ['/T', '/F', '/PID', String(child.pid)], {
      stdio: 'ignore',
      windowsHide: true,
      timeout: 10_000,
    })
    process.exit(0)
  }
  // Our own group: this ends the keeper too.
  process.kill(-process.pid, 'SIGKILL')
}

process.stdin.resume()
process.stdin.on('end', endGroup)
process.stdin.on('error', endGroup)
// Ctrl+C is for the one who started us; it ends our input when it is done.
process.on('SIGINT', () => {})
child.on('error', error => {
  console.error(`${command} could not be started: ${error.message}`)
  process.exit(127)
})
child.on('exit', code => process.exit(code ?? 1))
