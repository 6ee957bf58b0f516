/**
 * Check processes that judge one program after another. Of the processor time that it takes to judge a wrong program, half goes into the start of a
 * check process, and with libp2p more. What a learner's check does, one process for each, the other programs of an exercise try.
 */
import type { ChildProcess } from 'node:child_process'
import { startCheckProcess } from '../../labs/check/client.ts'
import type { ExerciseResult } from '../../labs/check/protocol.ts'
import { HEARTBEAT_MS } from '../../network/heartbeat.ts'
import { dist } from './labs.ts'

/** After so many checks a process is replaced: what they leave in its memory must not add up. */
const CHECKS = 40

interface Worker {
  child: ChildProcess
  checks: number
  heartbeat: NodeJS.Timeout
}

const free: Worker[] = []

/** Has `judge` use a process that has no other check. One that says `error` is of no more use, and its program is judged once more, in a new one. */
export async function inCheckProcess(
  judge: (process: ChildProcess | undefined) => Promise<ExerciseResult>,
): Promise<ExerciseResult> {
  const worker = take()
  const result = await judge(worker.child)
  worker.checks++
  if (result.verdict === 'error') {
    end(worker)
    return judge(undefined)
  }
  if (worker.checks < CHECKS) free.push(worker)
  else end(worker)
  return result
}

/** For `after`. */
export function endCheckProcesses(): void {
  for (const worker of free.splice(0)) end(worker)
}

function take(): Worker {
  for (let worker = free.pop(); worker !== undefined; worker = free.pop()) {
    if (worker.child.connected) return worker
    end(worker)
  }
  const child = startCheckProcess(dist)
  child.on('error', () => {})
  const beat = () => {
    if (child.connected) child.send({ type: 'heartbeat' }, () => {})
  }
  return { child, checks: 0, heartbeat: setInterval(beat, HEARTBEAT_MS) }
}

function end({ child, heartbeat }: Worker): void {
  clearInterval(heartbeat)
  if (child.connected) child.disconnect()
}
