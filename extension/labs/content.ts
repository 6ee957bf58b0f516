import { loadPack, type LabsPack } from '../../labs/pack.ts'

/** The texts and files of the labs, read when they are first needed. Rejects with one sentence. */
export type LabContent = () => Promise<LabsPack>

export function labContent(dist: string): LabContent {
  let loading: Promise<LabsPack> | undefined
  return () => {
    loading ??= loadPack(dist).catch((error: unknown) => {
      // The next one tries again.
      loading = undefined
      throw error
    })
    return loading
  }
}
