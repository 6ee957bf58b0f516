/** Pauses nodes and lets them go on: to the others a paused node looks alive and says nothing. */
import { now } from '../../clock.ts'
import { NetworkError } from '../../failure.ts'
import type { Members } from '../members.ts'
import type { EventRecord } from '../record.ts'
import { knownAndUp } from '../../refusals.ts'
import { guardStopped, type StopGuard } from './stop-guard.ts'

/** For a node process to answer. Milliseconds. */
const ANSWER_MS = 10_000

export interface Pausing {
  pause(name: string): Promise<void>
  /** Nothing happens when the node is not paused. */
  resume(name: string): Promise<void>
  /** The node is gone, or about to be killed. */
  forget(name: string): void
}

export function createPausing({ record, members }: { record: EventRecord; members: Members }): Pausing {
  const guards = new Map<string, StopGuard>()
  const isPaused = (name: string) => record.state.nodes[name]?.paused !== undefined
  const forget = (name: string) => {
    guards.get(name)?.release()
    guards.delete(name)
  }
  return {
    forget,
    async pause(name) {
      const { paused, pid } = knownAndUp(record.state, name)
      if (paused)
        throw new NetworkError({
          node: name,
          step: 'pause',
          cause: 'it is already paused',
          remedy: 'Resume it first',
        })
      const { process: nodeProcess, spec } = members.get(name)!
      if (process.platform === 'win32' && spec.program)
        throw new NetworkError({
          node: name,
          step: 'pause',
          cause: 'Windows has no signal that pauses a program',
          remedy: 'Split the network instead, so that the node is alone',
        })
      // What runs a program pauses it, and goes on itself: it is the links.
      if (
        !spec.program &&
        process.platform !== 'win32' &&
        pid !== undefined &&
        members.namesIn(nodeProcess).length === 1
      ) {
        guards.set(name, await guardStopped(pid))
        process.kill(pid, 'SIGSTOP')
        return record.add({ type: 'node-paused', at: now(), node: name, how: 'SIGSTOP' })
      }
      nodeProcess.send({ type: 'pause', node: name })
      await record.until(() => isPaused(name) || !members.isUp(name), AbortSignal.timeout(ANSWER_MS))
    },
    async resume(name) {
      const node = knownAndUp(record.state, name)
      if (node.paused === undefined) return
      if (node.paused === 'SIGSTOP' && !members.get(name)?.spec.program) {
        if (node.pid !== undefined) process.kill(node.pid, 'SIGCONT')
        forget(name)
        return record.add({ type: 'node-resumed', at: now(), node: name })
      }
      members.get(name)!.process.send({ type: 'resume', node: name })
      await record.until(() => !isPaused(name) || !members.isUp(name), AbortSignal.timeout(ANSWER_MS))
    },
  }
}
