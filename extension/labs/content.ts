import type { LabsPack, loadPack } from '../../labs/pack.ts'

/** The texts and files of the labs, read when they are first needed. Rejects with one sentence. */
export type LabContent = () => Promise<LabsPack>

/** `reader` gives what reads them. */
export function labContent(dist: string, reader: () => Promise<{ loadPack: typeof loadPack }>): LabContent {
  let loading: Promise<LabsPack> | undefined
  const load = async () => (await reader()).loadPack(dist)
  return () => {
    loading ??= load().catch((error: unknown) => {
      // The next one tries again.
      loading = undefined
      throw error
    })
    return loading
  }
}
