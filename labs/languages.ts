/** The languages that an exercise can have a track in: a folder of its own with a starter and a solution. */

export type Language = 'typescript' | 'python' | 'rust'

export const LANGUAGES: Readonly<Record<Language, { title: string; ending: string }>> = {
  typescript: { title: 'TypeScript', ending: '.ts' },
  python: { title: 'Python', ending: '.py' },
  rust: { title: 'Rust', ending: '.rs' },
}

export const LANGUAGE_NAMES = Object.keys(LANGUAGES) as Language[]
