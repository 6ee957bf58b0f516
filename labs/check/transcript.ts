/**
 * Who sent what to whom, and when: the evidence that a failure message shows. Bounded: it keeps the first and the
 * last entries, and of each run of bytes only how many there were and how they began.
 */
import { count } from './finding.ts'
import { glance } from './hexdump.ts'

export interface Transcript {
  /** `who` is a connection's name, as in "client 3". */
  bytes(direction: 'to program' | 'from program', who: string, bytes: Uint8Array): void
  note(direction: 'to program' | 'from program', what: string): void
  /** A command on the control channel, or its answer. */
  control(direction: 'to program' | 'from program', what: string): void
  /** The lines of a failure message; empty when nothing happened on a socket. */
  lines(): string[]
}

const HEAD = 4
const TAIL = 8
const KEPT_BYTES = 16

interface Entry {
  at: number
  direction: 'to program' | 'from program'
  what: string
  /** Only for bytes. */
  run?: { who: string; head: Buffer; total: number; parts: number }
}

export function createTranscript(): Transcript {
  let started: number | undefined
  let quiet = true
  const head: Entry[] = []
  const tail: Entry[] = []
  let left = 0

  const add = (entry: Entry) => {
    if (head.length < HEAD) return void head.push(entry)
    tail.push(entry)
    if (tail.length > TAIL) {
      tail.shift()
      left++
    }
  }
  const since = () => {
    started ??= performance.now()
    return performance.now() - started
  }

  return {
    control: (direction, what) => add({ at: since(), direction, what }),
    note(direction, what) {
      quiet = false
      add({ at: since(), direction, what })
    },
    bytes(direction, who, bytes) {
      quiet = false
      const last = tail.at(-1) ?? head.at(-1)
      if (last?.run?.who === who && last.direction === direction) {
        last.run.total += bytes.length
        last.run.parts++
        if (last.run.head.length < KEPT_BYTES) {
          last.run.head = Buffer.concat([last.run.head, bytes.subarray(0, KEPT_BYTES)])
        }
        return
      }
      const run = { who, head: Buffer.from(bytes.subarray(0, KEPT_BYTES)), total: bytes.length, parts: 1 }
      add({ at: since(), direction, what: '', run })
    },
    lines() {
      if (quiet) return []
      const gap = left > 0 ? [`        … ${count(left, 'line')} left out …`] : []
      return [...head.map(line), ...gap, ...tail.map(line)]
    },
  }
}

function line({ at, direction, what, run }: Entry): string {
  const arrow = direction === 'to program' ? 'checker → program' : 'program → checker'
  const parts = run && run.parts > 1 ? ` in ${run.parts} parts` : ''
  const text = run ? `${run.who}: ${count(run.total, 'byte')}${parts}  ${shown(run)}` : what
  return `${at.toFixed(1).padStart(7)} ms  ${arrow}  ${text}`
}

function shown({ head, total }: { head: Buffer; total: number }): string {
  // `glance` marks what it cuts: let it see that there was more than what is kept.
  const all = total > head.length ? Buffer.concat([head, Buffer.alloc(1)]) : head
  return glance(all, Math.min(12, head.length))
}
