/** What the user types, judged: each `…Problem` is one sentence for the input box, or undefined when all is well. */
import { t } from '../l10n.ts'
import { MAX_BROADCAST_BYTES, MAX_JOINING, MAX_NODES } from '../../network/limits.ts'
import { readJoinCode } from '../../network/share/join-code.ts'

/** Accepts a whole number from 1 to MAX_NODES in decimal digits. */
export function nodesProblem(text: string): string | undefined {
  const typed = text.trim()
  const number = Number(typed)
  if (/^\d+$/.test(typed) && number >= 1 && number <= MAX_NODES) return undefined
  if (typed === '') return t('Enter the number of nodes to start, a whole number from 1 to {0}.', MAX_NODES)
  return t('"{0}" is not valid. Enter a whole number from 1 to {1}.', shorten(typed), MAX_NODES)
}

/** Accepts a whole number from 0 on that a program keeps exactly, and nothing at all. */
export function seedProblem(text: string): string | undefined {
  const typed = text.trim()
  if (typed === '' || (/^\d+$/.test(typed) && Number.isSafeInteger(Number(typed)))) return undefined
  return t('"{0}" is not valid. Enter a whole number from 0 to {1}.', shorten(typed), Number.MAX_SAFE_INTEGER)
}

/** Accepts 1 to MAX_BROADCAST_BYTES bytes of UTF-8. */
export function broadcastProblem(text: string): string | undefined {
  if (text === '') return t('Enter a message of at least one character.')
  const bytes = Buffer.byteLength(text)
  if (bytes <= MAX_BROADCAST_BYTES) return undefined
  return t('This message has {0} bytes. The limit is {1} bytes.', bytes, MAX_BROADCAST_BYTES)
}

/** Accepts a join code, however it is typed. */
export function joinCodeProblem(text: string): string | undefined {
  const read = readJoinCode(text)
  return 'problem' in read ? read.problem : undefined
}

/** Accepts a whole number from 1 to MAX_JOINING in decimal digits. */
export function joiningProblem(text: string): string | undefined {
  const typed = text.trim()
  if (/^\d+$/.test(typed) && Number(typed) >= 1 && Number(typed) <= MAX_JOINING) return undefined
  return t('"{0}" is not valid. Enter a whole number from 1 to {1}.', shorten(typed), MAX_JOINING)
}

const shorten = (text: string): string => (text.length > 20 ? `${text.slice(0, 20)}…` : text)
