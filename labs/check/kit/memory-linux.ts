/** The memory of processes from /proc: no process has to be started for it, so it can be asked often. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { procStat } from '../../../network/process-table.ts'
import type { Memory } from './memory-figures.ts'

const KIB = 1024

/** Of a process and all below it; nothing when it has ended. */
export function linuxMemory(pid: number): Memory[] {
  const tree: Memory[] = []
  const children = existsSync(`/proc/${pid}/task/${pid}/children`) ? listedChildren : childrenByParent()
  const add = (process: number) => {
    const status = read(`/proc/${process}/status`)
    const bytes = (key: string) => Number(new RegExp(`^${key}:\\s*(\\d+) kB$`, 'm').exec(status)?.[1]) * KIB
    // VmData is what is private and may be written to: addresses that are only reserved (PROT_NONE) are not in it.
    const memory = { resident: bytes('VmRSS'), peak: bytes('VmHWM'), committed: bytes('VmData') }
    // One that has ended has no memory any more, even while nobody has asked for its status.
    if (!Number.isNaN(memory.resident + memory.peak + memory.committed)) tree.push(memory)
    for (const child of children(process)) add(child)
  }
  add(pid)
  return tree
}

function listedChildren(pid: number): number[] {
  const threads = list(`/proc/${pid}/task`)
  return threads.flatMap(thread =>
    read(`/proc/${pid}/task/${thread}/children`).split(' ').filter(Boolean).map(Number),
  )
}

/** Not every kernel lists children. */
function childrenByParent(): (pid: number) => number[] {
  const parents = list('/proc').flatMap(name => {
    const parent = /^\d+$/.test(name) ? procStat(Number(name))?.parent : undefined
    return parent === undefined ? [] : [{ pid: Number(name), parent }]
  })
  return pid => parents.filter(({ parent }) => parent === pid).map(child => child.pid)
}

/** Of a file of /proc; empty when its process has ended. */
function read(file: string): string {
  try {
    return readFileSync(file, 'latin1')
  } catch {
    return ''
  }
}

function list(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}
