/** `p2plab`: finds the command, reads its arguments, runs it, and ends with its exit status. */
import { NetworkError } from '../network/failure.ts'
import { fileProblemText, isSystemError } from '../network/file-problem.ts'
import { UnknownLanguage } from '../labs/workspace/language.ts'
import { COMMANDS } from './commands.ts'
import { cut, parseArguments, quoted } from './arguments.ts'
import { EXIT, UsageError } from './command.ts'
import { watchEndings } from './endings.ts'
import { help, helpFor } from './help.ts'
import { userFolder, version } from './installation.ts'

/** A sentence is longer only where it repeats somebody's file. Characters. */
const MAX_SENTENCE = 2_000

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
  if (userFolder() !== process.cwd()) process.chdir(userFolder())
  const given = parseArguments(command, rest)
  if (given.values['keep-running'] === true) endings.keepRunning()
  else endings.withParent()
  return await command.run({ ...given, signal: endings.signal })
}

const names = () => COMMANDS.map(c => c.name).join(', ')

/** Says why it failed, and returns the exit status. */
function failed(error: unknown): number {
  // What a command that is being ended throws is not worth telling.
  if (endings.signal.aborted) return EXIT.interrupted
  const sentence =
    error instanceof UsageError || error instanceof NetworkError || error instanceof UnknownLanguage
      ? error.message
      : isSystemError(error)
        ? systemSentence(error)
        : undefined
  if (sentence !== undefined) {
    process.stderr.write(`${cut(sentence, MAX_SENTENCE)}\n`)
    return EXIT.usage
  }
  const words = error instanceof Error ? (error.stack ?? error.message) : String(error)
  process.stderr.write(`P2P Lab failed because of an internal error. Report these lines:\n${words}\n`)
  return EXIT.internal
}

const systemSentence = (error: NodeJS.ErrnoException) =>
  `${error.path === undefined ? '' : `${cut(error.path)}: `}${fileProblemText(error)}.`

const endings = watchEndings()
for (const event of ['uncaughtException', 'unhandledRejection'])
  process.on(event, (error: unknown) => process.exit(failed(error)))
try {
  endings.done(await main(process.argv.slice(2)))
} catch (error) {
  endings.done(failed(error))
}
