/** The state of an exercise, as the tree shows it. Pure. */
import type { Standing } from '../../labs/progress/progress.ts'

/** 'running' while a check of it is under way; the others are explained at Standing. */
export type ExerciseState = Standing | 'running'
