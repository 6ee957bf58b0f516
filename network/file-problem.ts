/** What the system says when it refuses a file, as words that say what to do. The one place that knows its codes. */
import { cut } from './words.ts'

export interface FileProblem {
  /** A sentence's end: "the disk is full". */
  cause: string
  /** What to do, as a sentence without its full stop: "Free some space". */
  remedy: string
}

const KNOWN: Readonly<Record<string, FileProblem>> = {
  EEXIST: { cause: 'the file already exists', remedy: 'Name a new file' },
  ENOENT: { cause: 'the file or folder does not exist', remedy: 'Name an existing one' },
  ENOTDIR: { cause: 'part of the path is a file, not a folder', remedy: 'Choose another location' },
  EISDIR: { cause: 'it is a folder, not a file', remedy: 'Name a file' },
  ENOTEMPTY: { cause: 'the folder is not empty', remedy: 'Choose another location' },
  ENAMETOOLONG: { cause: 'the name is too long', remedy: 'Use a shorter name' },
  ELOOP: { cause: 'its links form a loop', remedy: 'Choose another location' },
  EACCES: { cause: 'you do not have permission', remedy: 'Change the permissions' },
  EPERM: { cause: 'the system does not permit it', remedy: 'Change the permissions' },
  EROFS: { cause: 'the file system is read-only', remedy: 'Choose another location' },
  ENOSPC: { cause: 'the disk is full', remedy: 'Free some space' },
  EDQUOT: { cause: 'your disk quota is used up', remedy: 'Delete some of your files' },
  EFBIG: { cause: 'the file is too large for this file system', remedy: 'Choose another location' },
  EIO: { cause: 'the device reports an error', remedy: 'Check the disk' },
  EBUSY: { cause: 'another program uses it', remedy: 'Close that program, and try again' },
  EMFILE: {
    cause: 'this program cannot open more files and sockets',
    remedy: 'Raise the limit (ulimit -n 2048), and try again',
  },
  ENFILE: { cause: 'the system has too many open files', remedy: 'Close other programs, and try again' },
}

/** For what is to be written: a folder of its path may be missing. */
const NO_FOLDER: FileProblem = {
  cause: 'the folder does not exist',
  remedy: 'Name an existing folder',
}

/** make-folder.ts makes what is missing above a folder: who still hears this is where nothing can be made, as under /proc. */
const NOTHING_THERE: FileProblem = {
  cause: 'the system cannot create a folder there',
  remedy: 'Choose another location',
}

/** For any error of the file system; what has no code of ours is told in its own words. Never throws. */
export function fileProblem(error: unknown): FileProblem {
  const code = codeOf(error)
  if (isNotMade(error)) return NOTHING_THERE
  const known = code !== undefined && Object.hasOwn(KNOWN, code) ? KNOWN[code] : undefined
  const words = error instanceof Error ? error.message : String(error)
  return known ?? { cause: cut(words), remedy: 'Choose another location' }
}

/** For a new file that could not be made. */
export const newFileProblem = (error: unknown): FileProblem =>
  codeOf(error) === 'ENOENT' && !isNotMade(error) ? NO_FOLDER : fileProblem(error)

/** A sentence's end and another sentence, without the last full stop: "the disk is full. Free some space". */
export const problemText = ({ cause, remedy }: FileProblem): string => `${cause}. ${remedy}`

/** The same for any error of the file system. */
export const fileProblemText = (error: unknown): string => problemText(fileProblem(error))

/** The same after what could not be done: "Could not write the file (the disk is full). Free some space". */
export function failureText(what: string, error: unknown): string {
  const { cause, remedy } = fileProblem(error)
  return `${what} (${cause}). ${remedy}`
}

/** Whether it is the system that refused, rather than a mistake of ours. */
export const isSystemError = (error: unknown): error is NodeJS.ErrnoException & { code: string } =>
  codeOf(error) !== undefined && error instanceof Error && 'syscall' in error

/** Whether a process is out of descriptors for files and sockets: its own limit, or the system's. */
export const isOutOfDescriptors = (error: unknown): boolean =>
  ['EMFILE', 'ENFILE'].includes(codeOf(error) ?? '')

const isNotMade = (error: unknown): boolean =>
  codeOf(error) === 'ENOENT' && (error as NodeJS.ErrnoException).syscall === 'mkdir'

function codeOf(error: unknown): string | undefined {
  const code = (error as { code?: unknown } | null | undefined)?.code
  return typeof code === 'string' ? code : undefined
}
