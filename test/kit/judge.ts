/** One check, judged with a real program, as the check process does it. */
import { judge, type Surroundings } from '../../labs/check/engine/judge.ts'
import type { Check } from '../../labs/check/kit/check.ts'
import { gone } from './alive.ts'
import { dist, folderWith, removeFolders } from './labs.ts'

/** Call it in a describe: gives the function that judges a check of `program`, and removes what it leaves. */
export function withJudge(program: string) {
  const pids: number[] = []
  afterEach(() => gone(pids.splice(0)))
  after(removeFolders)
  return async (check: Check, options: Partial<Surroundings> = {}) => {
    const workspace = await folderWith({ '1-tcp/1-echo.ts': program })
    const { ending, ...judgement } = await judge(check, 'a-check', {
      exercise: '1.1',
      seed: 5,
      ops: {},
      spec: { kind: 'typescript', file: '1-tcp/1-echo.ts', workspace },
      dist,
      onLog: () => {},
      onRunning: (pid, running) => void (running && pids.push(pid)),
      signal: new AbortController().signal,
      ...options,
    })
    await ending
    return judgement
  }
}
