import { failureText, isSystemError } from '../network/file-problem.ts'
import { UsageError } from './command.ts'

/**
 * Resolves to what `action` does. `what` is named in the sentence: "the reference solution".
 * @throws UsageError that says what could not be written, why and what to do, instead of the file system's error
 */
export async function writing<T>(what: string, action: () => Promise<T>): Promise<T> {
  try {
    return await action()
  } catch (error) {
    if (!isSystemError(error)) throw error
    throw new UsageError(`${failureText(`Could not write ${what}`, error)}.`)
  }
}
