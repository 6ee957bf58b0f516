/** What came from the other side and was not read yet, read with deadlines. */
import { deadline, type Deadline } from '../kit/deadline.ts'

/**
 * Why reading stopped: there was enough; the other side half-closed ('end'); the connection broke ('reset');
 * nothing came for as long as the reader was ready to wait.
 */
export type Stop = 'enough' | 'end' | 'reset' | 'silence'

export interface Inbox {
  push(bytes: Uint8Array): void
  /** Nothing more will come. The first call counts. */
  stop(how: 'end' | 'reset'): void
  /** Exactly `length` bytes, or what came until reading stopped or for `silenceMs` nothing did; one reader at a time. */
  read(length: number, silenceMs: number): Promise<{ bytes: Buffer; stop: Stop }>
  waiting(): number
  stopped(): 'end' | 'reset' | undefined
}

export function createInbox(): Inbox {
  let chunks: Uint8Array[] = []
  let size = 0
  let stopped: 'end' | 'reset' | undefined
  let wake = () => {}

  const take = (length: number): Buffer => {
    const all = chunks.length === 1 ? viewOf(chunks[0]!) : Buffer.concat(chunks)
    const taken = all.subarray(0, length)
    chunks = taken.length < all.length ? [all.subarray(length)] : []
    size -= taken.length
    return taken
  }

  return {
    push(bytes) {
      chunks.push(bytes)
      size += bytes.length
      wake()
    },
    stop(how) {
      stopped ??= how
      wake()
    },
    read: (length, silenceMs) =>
      new Promise(resolve => {
        let silence: Deadline | undefined
        const finish = (how: Stop) => {
          silence?.clear()
          wake = () => {}
          resolve({ bytes: take(length), stop: how })
        }
        const look = () => {
          if (size >= length) return finish('enough')
          if (stopped) return finish(stopped)
          silence?.restart()
        }
        wake = look
        look()
        if (wake === look) silence = deadline(silenceMs, () => finish('silence'))
      }),
    waiting: () => size,
    stopped: () => stopped,
  }
}

const viewOf = (bytes: Uint8Array): Buffer => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
