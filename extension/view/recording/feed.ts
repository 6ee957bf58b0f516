/**
 * What the view of one recording is told. It reads no faster than the view asks, so neither side ever holds the whole of a
 * long file. Knows no vscode.
 */
import type { FromRecording, ToRecording } from '../../../webview/shared/recording-messages.ts'
import { t } from '../../l10n.ts'
import { readRecording, Unreadable, type Reading } from './reading.ts'

/** So many events go into a message: some 20 ms of work for the view, which says between two how far it is. */
const PART = 800

export interface RecordingFeed {
  receive(message: Extract<FromRecording, { type: 'ready' | 'more' }>): Promise<void>
  /** The file is another one now, or gone. */
  changed(how: 'changed' | 'deleted'): void
  /** The view is gone, or hidden: lets go of the file until the next `ready`. */
  stop(): void
}

/** `file` is undefined where the recording is not on this machine's disk. Neither throws nor rejects. */
export function recordingFeed(
  { name, file }: { name: string; file: string | undefined },
  post: (message: ToRecording) => void,
  partSize = PART,
): RecordingFeed {
  let reading: Reading | undefined
  let sent = 0
  let busy = false

  const stop = () => {
    reading?.close()
    reading = undefined
  }
  /** What `read` comes to; undefined when it was for nothing: the view has begun anew meanwhile, or there is nothing to show. */
  const during = async <T>(current: Reading, read: () => Promise<T>): Promise<T | undefined> => {
    busy = true
    try {
      const result = await read()
      return reading === current ? result : undefined
    } catch (error) {
      if (reading !== current) return undefined
      stop()
      if (!(error instanceof Unreadable)) throw error
      post({ type: 'unreadable', name, problem: error.message })
      return undefined
    } finally {
      if (reading === current) busy = false
    }
  }
  const begin = async (at: string) => {
    const current = (reading = readRecording(at))
    sent = 0
    const createdAt = await during(current, () => current.createdAt())
    if (createdAt !== undefined) post({ type: 'recording', name, createdAt })
  }
  const goOn = async (current: Reading) => {
    const events = await during(current, () => current.next(partSize))
    if (!events) return
    const first = sent
    sent += events.length
    const whole = events.length < partSize
    if (whole) stop()
    if (events.length > 0) post({ type: 'part', first, events })
    if (whole) post({ type: 'whole', notes: current.notes() })
  }
  return {
    async receive(message) {
      if (message.type === 'more') {
        if (reading && !busy && message.from === sent) await goOn(reading)
        return
      }
      stop()
      if (file !== undefined) return begin(file)
      post({
        type: 'unreadable',
        name,
        problem: t(
          'P2P Lab can only open recordings from files on this machine. Save a copy as a file first.',
        ),
      })
    },
    changed: how => post({ type: 'changed', how }),
    stop,
  }
}
