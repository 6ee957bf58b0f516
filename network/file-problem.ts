/** What the system says when it refuses a file, as words that say what to do. The one place that knows its codes. */
import { cut } from './words.ts'

export interface FileProblem {
  /** A sentence's end: "the disk is full". */
  cause: string
  /** What to do, as a sentence without its full stop: "Free some space". */
  remedy: string
}

const KNOWN: Readonly<Record<string, FileProblem>> = {
  EEXIST: { cause: 'the file exists already', remedy: 'Name a new one' },
  ENOENT: { cause: 'there is no such file or folder', remedy: 'Name one that is there' },
  ENOTDIR: { cause: 'part of the path is a file, not a folder', remedy: 'Choose another place' },
  EISDIR: { cause: 'it is a folder, not a file', remedy: 'Name a file' },
  ENOTEMPTY: { cause: 'the folder is not empty', remedy: 'Choose another place' },
  ENAMETOOLONG: { cause: 'the name is too long', remedy: 'Take a shorter one' },
  ELOOP: { cause: 'links lead in a circle', remedy: 'Choose another place' },
  EACCES: { cause: 'you have no permission', remedy: 'Change its permissions' },
  EPERM: { cause: 'the system does not permit it', remedy: 'Change its permissions' },
  EROFS: { cause: 'the file system is read-only', remedy: 'Choose another place' },
  ENOSPC: { cause: 'the disk is full', remedy: 'Free some space' },
  EDQUOT: { cause: 'your disk quota is used up', remedy: 'Delete some of your files' },
  EFBIG: { cause: 'the file is too large for this file system', remedy: 'Choose another place' },
  EIO: { cause: 'the device reports an error', remedy: 'Look at the disk' },
  EBUSY: { cause: 'another program holds it', remedy: 'Close that program, then try again' },
  EMFILE: {
    cause: 'this program may not open more files and sockets',
    remedy: 'Raise the limit (ulimit -n 2048), then try again',
  },
  ENFILE: { cause: 'the system has too many files open', remedy: 'End other programs, then try again' },
}

/** For what is to be written: a folder of its path may be missing. */
const NO_FOLDER: FileProblem = {
  cause: 'there is no such folder',
  remedy: 'Name one that is there',
}

/** For any error of the file system; what has no code of ours is told in its own words. Never throws. */
export function fileProblem(error: unknown): FileProblem {
  const code = codeOf(error)
  const known = code !== undefined && Object.hasOwn(KNOWN, code) ? KNOWN[code] : undefined
  const words = error instanceof Error ? error.message : String(error)
  return known ?? { cause: cut(words), remedy: 'Choose another place' }
}

/** For a new file that could not be made. */
export const newFileProblem = (error: unknown): FileProblem =>
  codeOf(error) === 'ENOENT' ? NO_FOLDER : fileProblem(error)

/** The same as one sentence's end: "the disk is full; free some space". */
export const fileProblemText = (error: unknown): string => problemText(fileProblem(error))

export function problemText({ cause, remedy }: FileProblem): string {
  return `${cause}; ${remedy.charAt(0).toLowerCase()}${remedy.slice(1)}`
}

/** Whether it is the system that refused, rather than a mistake of ours. */
export const isSystemError = (error: unknown): error is NodeJS.ErrnoException & { code: string } =>
  codeOf(error) !== undefined && error instanceof Error && 'syscall' in error

/** Whether a process is out of descriptors for files and sockets: its own limit, or the system's. */
export const isOutOfDescriptors = (error: unknown): boolean =>
  ['EMFILE', 'ENFILE'].includes(codeOf(error) ?? '')

function codeOf(error: unknown): string | undefined {
  const code = (error as { code?: unknown } | null | undefined)?.code
  return typeof code === 'string' ? code : undefined
}
