/** The source files that are derived from the exercises' folders. */
import type { Found, FoundExercise } from './find.ts'

const HEAD =
  '// Derived from the folders of the labs (scripts/derive/): `npm run build` writes it, `npm run check` refuses a stale one.\n'

/** Paths from the root, with what belongs in them. */
export const derivedCode = (found: Found): Map<string, string> =>
  new Map([
    ['labs/derived/catalogue.ts', catalogue(found)],
    ['labs/derived/checks.ts', checks(found)],
    ['labs/derived/definitions.ts', definitions(found)],
    ['labs/derived/packages.ts', packages(found)],
  ])

const catalogue = ({ labs, exercises }: Found): string =>
  `${HEAD}import type { ExerciseEntry, LabEntry } from '../exercise/entry.ts'

export const DERIVED_LABS: readonly LabEntry[] = ${json(
    labs.filter(({ lab }) => exercises.some(e => e.lab === lab)).map(({ lab, title }) => ({ lab, title })),
  )}

export const DERIVED_EXERCISES: readonly ExerciseEntry[] = ${json(exercises.map(entry))}
`

const entry = ({
  id,
  title,
  lab,
  builds,
  comesNext = '',
  buildsOn,
  languages,
  folder,
  ops,
  packages,
  network,
  checks,
}: FoundExercise) => ({
  id,
  title,
  lab,
  builds,
  comesNext,
  buildsOn,
  tracks: languages,
  folder,
  ops: Object.keys(ops),
  ...(packages.includes('libp2p') && { libp2p: true }),
  ...(network && { network: { dials: network.dials, carrier: network.carrier ?? 'tcp' } }),
  checks: Object.entries(checks).map(([id, title]) => ({ id, title })),
})

/** Loaded one by one: the check process evaluates the checks of the exercise that it is asked for, and no others. */
const checks = ({ exercises }: Found): string =>
  `${HEAD}import type { Checks } from '../check/kit/check.ts'

export const DERIVED_CHECKS: Readonly<Record<string, () => Promise<Checks>>> = {
${exercises
  .map(({ id, folder }) => `  '${id}': async () => (await import('../${folder}/checks/index.ts')).checks,`)
  .join('\n')}
}
`

/** Apart from the checks: the nodes of a learner's network need none. */
const definitions = ({ exercises }: Found): string =>
  `${HEAD}import type { AnyExercise } from '../exercise/define.ts'

export const DERIVED_DEFINITIONS: Readonly<Record<string, () => Promise<AnyExercise>>> = {
${exercises
  .map(({ id, folder }) => `  '${id}': async () => (await import('../${folder}/exercise.ts')).default,`)
  .join('\n')}
}
`

const packages = ({ exercises }: Found): string =>
  `${HEAD}export const DERIVED_PACKAGES: readonly string[] = ${json(
    [...new Set(exercises.flatMap(e => e.packages))].sort(),
  )}
`

const json = (value: unknown): string => JSON.stringify(value, null, 2)
