/** The languages that an exercise can have a track in: a folder of its own with a starter and a solution. */

export type Language = 'typescript' | 'python'

interface LanguageFacts {
  title: string
  /** Of a source file, with its dot. */
  ending: string
  /** The command line that runs a learner's file, from the lab workspace. Left out: our own runner runs it (labs/learner/). */
  command?: (file: string, platform: NodeJS.Platform) => string
}

export const LANGUAGES: Readonly<Record<Language, LanguageFacts>> = {
  typescript: { title: 'TypeScript', ending: '.ts' },
  python: {
    title: 'Python',
    ending: '.py',
    // Windows has no python3 but for the one of its store; what python.org installs is found by py.
    command: (file, platform) => (platform === 'win32' ? `py -3 ${file}` : `python3 ${file}`),
  },
}

export const LANGUAGE_NAMES = Object.keys(LANGUAGES) as Language[]
