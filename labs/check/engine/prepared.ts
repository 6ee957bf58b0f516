/**
 * The program of the next check, started while the present check runs: a start takes longer than many a check. It is
 * used only when all went well until then. Otherwise it is thrown away unseen and the check starts one as if there had been none, so
 * what a learner is told always comes from a program that was started for that check alone.
 */
import type { Capture } from '../capture/capture.ts'
import { startProgram, type Program, type ProgramHost } from './program.ts'
import { createTranscript, type Transcript } from '../transcript/transcript.ts'

export interface Prepared {
  program: Program
  transcript: Transcript
  /** Resolves to true when it is ready and `onLog` has got what it printed; to false when it is of no use and gone. */
  take(onLog: ProgramHost['onLog']): Promise<boolean>
}

/** The caller owns the program. Throws CannotRun when the process cannot be started. */
export function prepare(
  surroundings: Omit<ProgramHost, 'transcript' | 'onLog'>,
  capture?: Capture,
): Prepared {
  const early: Parameters<ProgramHost['onLog']>[] = []
  const transcript = createTranscript(capture)
  const host: ProgramHost = { ...surroundings, transcript, onLog: (...log) => void early.push(log) }
  const program = startProgram(host)
  let broken = false
  program.fault.catch(() => void (broken = true))
  return {
    program,
    transcript,
    async take(onLog) {
      await program.ready.catch(() => void (broken = true))
      if (broken) await program.kill()
      if (broken) return false
      host.onLog = onLog
      for (const log of early.splice(0)) onLog(...log)
      return true
    },
  }
}
