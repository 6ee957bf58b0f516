/** The commands of the labs, without "p2plab.": there from activation on, while what they do is loaded later. */

/** commands.ts: each is about an exercise. */
const EXERCISE_COMMANDS = [
  'openExercise',
  'showGuide',
  'checkExercise',
  'checkOne',
  'debugCheck',
  'cancelCheck',
  'showHint',
  'showSolution',
  'resetExercise',
  'restoreExercise',
] as const
export const LAB_COMMANDS = [...EXERCISE_COMMANDS, 'openLabWorkspace'] as const

/** progress-commands.ts. */
export const PROGRESS_COMMANDS = ['createReport', 'catchUp'] as const

export type ExerciseCommand = (typeof EXERCISE_COMMANDS)[number]
export type LabCommand = (typeof LAB_COMMANDS)[number]
export type ProgressCommand = (typeof PROGRESS_COMMANDS)[number]
