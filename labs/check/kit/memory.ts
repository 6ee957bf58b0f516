/**
 * How much memory a program has, with everything that it started, as the operating system counts it. A check compares it with
 * what it was before, never with a fixed number: runtimes differ by a hundred megabytes.
 */
import { ps } from '../../../network/process-table.ts'
import type { Memory } from './memory-figures.ts'
import { linuxMemory } from './memory-linux.ts'
import { createMemoryHelper, type MemoryHelper } from './memory-windows.ts'

let windows: MemoryHelper | undefined

/** Of the process `pid`, which leads a group of its own, and of what it started. Undefined where it cannot be known. Never rejects. */
export async function memoryOf(
  pid: number,
  platform: NodeJS.Platform = process.platform,
): Promise<Memory | undefined> {
  if (platform === 'linux') return sum(linuxMemory(pid))
  if (platform === 'win32') return sum(await (windows ??= createMemoryHelper()).look(pid))
  return sum(await group(pid))
}

const KIB = 1024

/** macOS and the like: the process group. */
async function group(leader: number): Promise<Memory[]> {
  const lines = await ps(['pgid', 'rss', 'vsz']).catch(() => [])
  return lines
    .map(line => line.trim().split(/\s+/).map(Number))
    .filter(([pgid]) => pgid === leader)
    .map(([, rss = 0, vsz = 0]) => ({ resident: rss * KIB, peak: rss * KIB, committed: vsz * KIB }))
}

const sum = (all: readonly Memory[]): Memory | undefined =>
  all.length === 0
    ? undefined
    : all.reduce((a, b) => ({
        resident: a.resident + b.resident,
        peak: a.peak + b.peak,
        committed: a.committed + b.committed,
      }))
