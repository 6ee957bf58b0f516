/** Locales that the machines of learners have, and what is to be set for them: `undefined` takes a variable away. */

const names = ['LC_CTYPE', 'LC_MESSAGES', 'LC_NUMERIC', 'LC_TIME', 'LC_COLLATE', 'LC_MONETARY']
const UNSET: Record<string, string | undefined> = Object.fromEntries(
  ['LANG', 'LANGUAGE', 'LC_ALL', ...names].map(name => [name, undefined]),
)

export const LOCALES: readonly { name: string; env: Record<string, string | undefined> }[] = [
  { name: 'LANG=C.UTF-8', env: { ...UNSET, LANG: 'C.UTF-8' } },
  { name: 'LC_ALL=POSIX', env: { ...UNSET, LC_ALL: 'POSIX' } },
  // Where i and I are not two cases of one letter.
  { name: 'LANG=tr_TR.UTF-8', env: { ...UNSET, LANG: 'tr_TR.UTF-8' } },
  { name: 'neither LANG nor LC_* set', env: UNSET },
]
