import { UsageError } from './command.ts'

/** Resolves to what `action` does. @throws UsageError that says what could not be written, and why, instead of the file system's error */
export async function writing<T>(what: string, action: () => Promise<T>): Promise<T> {
  try {
    return await action()
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    if (code === undefined) throw error
    throw new UsageError(`${what} could not be written (${message}): choose a folder that you can write to.`)
  }
}
