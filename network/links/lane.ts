/** One direction of a connection through a link: whole units in their order, each late by its delay, held or lost as the link says. */
import type net from 'node:net'
import type { Unit } from './unit.ts'

/** Bytes that may wait in a lane; beyond them it reads no more, and the sender's own buffers fill. */
const MAX_WAITING = 1024 * 1024

/** What a lane does to what passes, asked anew for each unit. */
export interface LaneRules {
  /** Milliseconds that the next unit takes. Order is kept, as TCP keeps it. */
  delayMs(): number
  /** Nothing gets through; what comes waits. */
  holds(): boolean
}

export interface LaneReports {
  /** Just before its bytes are handed to the system: whatever the receiver does because of it comes later. */
  delivered(number: number): void
  /** It never arrives: the connection is gone. */
  lost(number: number): void
  /** Bytes were handed to the receiver's socket, and its end. */
  wrote(bytes: Buffer): void
  wroteEnd(): void
}

export interface Lane {
  /** `number` is how the reports call the unit. */
  push(unit: Unit, number: number): void
  /** Nothing more comes from the sender: the receiver gets a FIN behind what waits. */
  end(): void
  /** The rules have changed. */
  look(): void
  /** Units that have not been delivered. */
  readonly waiting: number
  /** What waits is lost. */
  destroy(): void
}

/** `to` is undefined as long as the receiver is not connected. */
export function createLane(
  from: net.Socket,
  to: () => net.Socket | undefined,
  rules: LaneRules,
  reports: LaneReports,
): Lane {
  const queue: { unit: Unit; number: number; due: number }[] = []
  let bytes = 0
  let timer: NodeJS.Timeout | undefined
  let ending = false
  let ended = false
  let over = false
  let lastDue = 0

  const look = () => {
    if (timer) clearTimeout(timer)
    timer = undefined
    const target = to()
    if (over || !target) return
    for (let head = queue[0]; head && !rules.holds(); head = queue[0]) {
      const left = head.due - performance.now()
      if (left > 0) return void (timer = setTimeout(look, left))
      queue.shift()
      bytes -= head.unit.bytes.length
      if (target.destroyed || !target.writable) {
        reports.lost(head.number)
        continue
      }
      reports.delivered(head.number)
      target.write(head.unit.bytes)
      reports.wrote(head.unit.bytes)
    }
    if (bytes <= MAX_WAITING && from.isPaused()) from.resume()
    if (ending && !ended && queue.length === 0 && !rules.holds()) {
      ended = true
      target.end()
      reports.wroteEnd()
    }
  }

  return {
    look,
    push(unit, number) {
      if (over) return reports.lost(number)
      // A timer may fire a little early, and a shorter delay must not overtake.
      lastDue = Math.max(lastDue, performance.now() + rules.delayMs())
      queue.push({ unit, number, due: lastDue })
      bytes += unit.bytes.length
      if (bytes > MAX_WAITING) from.pause()
      if (!timer) look()
    },
    end() {
      ending = true
      look()
    },
    get waiting() {
      return queue.length
    },
    destroy() {
      over = true
      if (timer) clearTimeout(timer)
      for (const { number } of queue.splice(0)) reports.lost(number)
    },
  }
}
