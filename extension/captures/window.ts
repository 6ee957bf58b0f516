/** The packets of the checks of this window. What keeps them is loaded with the first check. */
import type { CaptureStore, createCaptures } from './store.ts'

export interface LabCaptures {
  /** Loads it when it is first asked for. */
  store(): Promise<CaptureStore>
  /** As far as a check has loaded it. */
  readonly known: CaptureStore | undefined
  /** Removes all packets: the window closes. */
  close(): Promise<void>
}

export function labCaptures(later: () => Promise<{ createCaptures: typeof createCaptures }>): LabCaptures {
  let known: CaptureStore | undefined
  return {
    async store() {
      const { createCaptures } = await later()
      return (known ??= createCaptures())
    },
    get known() {
      return known
    },
    close: async () => known?.close(),
  }
}
