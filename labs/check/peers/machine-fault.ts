/** Errors of the checker's own sockets that are this computer's doing and say nothing about the program. */
import { CheckFailure, Inconclusive } from '../kit/finding.ts'

/** By the system's code: what is wrong, and what to do. */
const FAULTS: Readonly<Record<string, string>> = {
  EADDRNOTAVAIL:
    'this computer has no free port left on 127.0.0.1. Close programs that hold many connections, wait a minute for the ports of closed ones, and check again.',
  EADDRINUSE:
    'this computer has no free port left on 127.0.0.1. Close programs that hold many connections, wait a minute for the ports of closed ones, and check again.',
  EMFILE:
    'the checker may open no more files and sockets. Raise the limit (ulimit -n 4096 in the terminal that you start from), and check again.',
  ENFILE:
    'this computer has too many open files and sockets. Close programs that you do not need, and check again.',
  ENOBUFS:
    'this computer has no memory left for its sockets. Close programs that hold many connections, and check again.',
  ENOMEM: 'this computer has no memory left. Close programs that you do not need, and check again.',
  ENETUNREACH:
    '127.0.0.1 cannot be reached on this computer: its loopback network is down. Run the command P2P Lab: Doctor, or p2plab doctor, which looks at it.',
  ENETDOWN:
    '127.0.0.1 cannot be reached on this computer: its loopback network is down. Run the command P2P Lab: Doctor, or p2plab doctor, which looks at it.',
  EHOSTUNREACH:
    '127.0.0.1 cannot be reached on this computer: its loopback network is down. Run the command P2P Lab: Doctor, or p2plab doctor, which looks at it.',
  EACCES:
    'this computer does not let the checker use 127.0.0.1. Allow it in your firewall or security software, and check again.',
  EPERM:
    'this computer does not let the checker use 127.0.0.1. Allow it in your firewall or security software, and check again.',
}

/** What nobody listening looks like. Some systems break a connection that was waiting for a server that has just closed. */
const REFUSALS = new Set(['ECONNREFUSED', 'ECONNRESET'])

export const isRefusal = (error: unknown): boolean => codesOf(error).some(code => REFUSALS.has(code))

/** No answer in the time that the system gives it: a program that accepts nothing, and no refusal. */
export const isNoAnswer = (error: unknown): boolean => codesOf(error).includes('ETIMEDOUT')

/** What ends the check, without a word against the program, when the error is the machine's; undefined when it is another one. */
export function machineFault(error: unknown): Inconclusive | undefined {
  const code = codesOf(error).find(one => Object.hasOwn(FAULTS, one))
  return code === undefined ? undefined : new Inconclusive(`${FAULTS[code]!} (${code})`)
}

/** The error that a failed socket of the checker's own ends the check with. One that nobody knows is a mistake of the checker. */
export const socketFault = (error: unknown): Error =>
  error instanceof CheckFailure || error instanceof Inconclusive
    ? error
    : (machineFault(error) ?? (error instanceof Error ? error : new Error(String(error))))

/** The codes of an error and of those that it was made of. */
function codesOf(error: unknown, depth = 0): string[] {
  if (typeof error !== 'object' || error === null || depth > 8) return []
  const { code, cause, errors } = error as { code?: unknown; cause?: unknown; errors?: unknown }
  return [
    ...(typeof code === 'string' ? [code] : []),
    ...codesOf(cause, depth + 1),
    ...(Array.isArray(errors) ? errors.flatMap(one => codesOf(one, depth + 1)) : []),
  ]
}
