/** `p2plab`: finds the command, reads its arguments, runs it, and ends with its exit status. */
import { COMMANDS } from './commands.ts'
import { oneLine, parseArguments, quoted } from './arguments.ts'
import { EXIT, UsageError } from './command.ts'
import { help, helpFor } from './help.ts'
import { version } from './installation.ts'

/** Resolves to the exit status. `args` are the words after `p2plab`. */
async function main(args: readonly string[]): Promise<number> {
  const [name, ...rest] = args
  if (name === undefined) throw new UsageError(`No command given. Commands: ${names()}. Run p2plab --help.`)
  if (name === '--help' || name === '-h' || name === 'help') {
    process.stdout.write(help(COMMANDS))
    return EXIT.pass
  }
  if (name === '--version' || name === '-v') {
    process.stdout.write(`${version()}\n`)
    return EXIT.pass
  }
  const command = COMMANDS.find(c => c.name === name)
  if (!command) throw new UsageError(`Unknown command ${quoted(name)}. Commands: ${names()}.`)
  if (rest.includes('--help') || rest.includes('-h')) {
    process.stdout.write(helpFor(command))
    return EXIT.pass
  }
  return await command.run({ ...parseArguments(command, rest), signal: interruption() })
}

const names = () => COMMANDS.map(c => c.name).join(', ')

/** The first Ctrl-C lets the command stop what it started; the second ends it at once. */
function interruption(): AbortSignal {
  const controller = new AbortController()
  const interrupt = () => {
    if (controller.signal.aborted) process.exit(EXIT.interrupted)
    controller.abort()
  }
  process.on('SIGINT', interrupt)
  process.on('SIGTERM', interrupt)
  process.on('SIGHUP', interrupt)
  // Ctrl+Break, which is of Windows only.
  process.on('SIGBREAK', interrupt)
  return controller.signal
}

// A reader that goes away (`p2plab list | head -1`) is no error.
process.stdout.on('error', error => {
  if ((error as NodeJS.ErrnoException).code === 'EPIPE') process.exit(EXIT.pass)
  ignoreHangUp(error)
})
process.stderr.on('error', ignoreHangUp)

/** Of a terminal that goes away SIGHUP tells, and the command ends in good order: what was written meanwhile is lost. */
function ignoreHangUp(error: Error): void {
  if ((error as NodeJS.ErrnoException).code !== 'EIO') throw error
}

try {
  process.exitCode = await main(process.argv.slice(2))
} catch (error) {
  const sentence = error instanceof UsageError ? error.message : `p2plab failed: ${(error as Error).message}`
  process.stderr.write(`${oneLine(sentence)}\n`)
  process.exitCode = EXIT.usage
}
