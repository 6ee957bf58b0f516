/** `p2plab watch`: checks the exercise whose file was saved, and takes single keys. */
import { setTimeout as pause } from 'node:timers/promises'
import { loadPack } from '../labs/pack.ts'
import { languageOf } from '../labs/workspace/language.ts'
import { EXIT, type Command } from './command.ts'
import { existing } from './exercise-argument.ts'
import { dist } from './installation.ts'
import { watchFiles } from './watch/files.ts'
import { readKeys, type Key } from './watch/keys.ts'
import { KEYS } from './watch/moments.ts'
import { plainFace } from './watch/plain.ts'
import { screenFace } from './watch/screen.ts'
import { createSession } from './watch/session.ts'
import { labWorkspace, workspaceOption } from './workspace-option.ts'

/** A process that was stopped goes on later than this; one that nobody can stop, because there is no shell, after it. */
const STOPPED_MS = 100

export const watch: Command = {
  name: 'watch',
  summary: 'Check an exercise whenever you save its file.',
  usage: 'watch [ID] [--workspace DIR]',
  optionalPositionals: ['ID'],
  options: workspaceOption,
  notes: [
    'Starts with ID, or with the first exercise that you have not passed.',
    'Press these keys, or send them through a pipe, one per line:',
    ...KEYS.map(([key, does]) => `  ${key}  ${does}`),
    '',
  ].join('\n'),
  async run({ values, positionals, signal }) {
    const entry = positionals[0] === undefined ? undefined : existing(positionals[0])
    const dir = await labWorkspace(values)
    const language = await languageOf(dir)
    const pack = await loadPack(dist)

    const { promise, resolve: over } = Promise.withResolvers<number>()
    const face = canClear() ? screenFace() : plainFace()
    const files = watchFiles(changes => session.changed(changes))
    const session = createSession({ dir, language, pack, follow: files.follow, tell: face.tell })
    const keys = readKeys(key => {
      // What was asked for before is still answered: a hint that is noted must have been seen.
      if (key === 'q') void session.answered().then(() => over(EXIT.pass))
      else if (typeof key === 'string') session.key(key)
      else act(key)
    })
    let ending = false
    const act = ({ terminal }: Exclude<Key, string>) => {
      if (terminal === 'suspend') return void suspend()
      // Asked for again: whatever keeps it from ending is not waited for.
      if (ending && terminal === 'interrupt') process.exit(EXIT.interrupted)
      over(EXIT.interrupted)
    }
    const suspend = async () => {
      if (process.platform === 'win32') return
      await session.rest()
      keys.release()
      // The whole job, as the terminal itself would do.
      process.kill(0, 'SIGTSTP')
      await pause(STOPPED_MS)
      if (ending) return
      await takeTerminal()
      session.again()
    }
    const takeTerminal = async () => {
      await keys.take()
      face.again()
    }
    const onContinue = () => void takeTerminal()
    if (process.stdin.isTTY && process.platform !== 'win32') process.on('SIGCONT', onContinue)
    signal.addEventListener('abort', () => over(EXIT.interrupted), { once: true })
    if (signal.aborted) over(EXIT.interrupted)

    try {
      if (!canClear())
        process.stdout.write(
          `Watching ${dir}. Keys: ${KEYS.map(([key, does]) => `${key} ${does}`).join(', ')}.\n`,
        )
      await keys.take()
      await session.begin(entry)
      return await promise
    } finally {
      ending = true
      process.off('SIGCONT', onContinue)
      files.close()
      face.close()
      await session.end()
      keys.close()
    }
  },
}

/** https://no-color.org: a terminal that is to stay plain is not cleared, either. */
const canClear = () => process.stdout.isTTY && !process.env['NO_COLOR'] && process.env['TERM'] !== 'dumb'
