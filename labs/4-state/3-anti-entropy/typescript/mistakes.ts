import { defineMistakes } from '../../../exercise/mistakes.ts'

export default defineMistakes({})
