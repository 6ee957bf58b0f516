/** `--pcap FILE`: what the checks send and receive over TCP and UDP goes into a file that Wireshark opens. */
import { newCaptureFile, notKept, openCaptures } from '../labs/check/capture/kept.ts'
import type { ExerciseResult } from '../labs/check/protocol.ts'
import type { ExerciseEntry } from '../labs/catalogue.ts'
import { fileProblemText, isSystemError, newFileProblem, problemText } from '../network/file-problem.ts'
import { oneLine } from '../labs/preview.ts'
import { cut } from './arguments.ts'
import { UsageError, type Option } from './command.ts'

export const pcapOption: Readonly<Record<string, Option>> = {
  pcap: {
    type: 'string',
    value: 'FILE',
    description:
      'Save what the checks send and receive as a packet capture (pcapng). FILE must not exist yet.',
  },
}

export interface Pcap {
  folder: string
  /** Writes the file. Resolves to what there is to say, as a line without its line feed. */
  finish(result: ExerciseResult): Promise<string | undefined>
}

/** Undefined where no file is named. Rejects with a UsageError when it cannot be had, or there is nothing to capture. */
export async function pcapTo(file: string | undefined, entry: ExerciseEntry): Promise<Pcap | undefined> {
  if (file === undefined) return undefined
  if (entry.libp2p) {
    throw new UsageError(
      `--pcap cannot capture exercise ${entry.id}: libp2p encrypts its connections, so a capture would show nothing.`,
    )
  }
  const target = await newCaptureFile(file).catch((error: unknown) => {
    if (!isSystemError(error)) throw error
    throw new UsageError(`--pcap ${cut(file)}: ${problemText(newFileProblem(error))}.`)
  })
  const captures = await openCaptures().catch(async (error: unknown) => {
    await target.drop()
    throw new UsageError(notKept(error))
  })
  return {
    folder: captures.folder,
    async finish(result) {
      try {
        const problem = result.checks.find(({ capture }) => capture?.problem !== undefined)?.capture?.problem
        if (result.checks.every(({ capture }) => capture === undefined || capture.problem !== undefined)) {
          await target.drop()
          if (problem !== undefined) return `--pcap ${cut(file)}: ${problem}`
          return result.problem === undefined
            ? `--pcap ${cut(file)}: the checks sent nothing over TCP or UDP, so there is no capture.`
            : undefined
        }
        await target.write({ ...result, title: entry.title })
        const packets = result.checks.reduce((sum, { capture }) => sum + (capture?.packets ?? 0), 0)
        const saved = `Saved ${packets.toLocaleString('en-US')} ${packets === 1 ? 'packet' : 'packets'} as ${oneLine(file)}.`
        return problem === undefined ? saved : `${saved} ${problem}`
      } catch (error) {
        if (!isSystemError(error)) throw error
        return `--pcap ${cut(file)}: ${fileProblemText(error)}. The capture is incomplete.`
      } finally {
        await captures.close().catch(() => {})
      }
    },
  }
}
