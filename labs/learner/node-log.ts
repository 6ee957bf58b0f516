/** What a node of Lab 4 must not lose and only adds to: a file that grows by a line for each entry. The documentation is in p2plab.d.ts. */
import fs from 'node:fs'
import path from 'node:path'

const FILE = 'log.ndjson'
const NEWLINE = 0x0a

/** As `openLog` in p2plab.d.ts. Throws where a folder or file cannot be had. */
export function openLog<T>(dataDir: string): { readonly entries: readonly T[]; append(entry: T): void } {
  fs.mkdirSync(dataDir, { recursive: true })
  const file = path.join(dataDir, FILE)
  const descriptor = fs.openSync(file, 'a+')
  const stored = fs.readFileSync(file)
  // A kill in the middle of `append` leaves a part of a line: nobody was told that it is there.
  const end = stored.lastIndexOf(NEWLINE) + 1
  if (end < stored.length) fs.ftruncateSync(descriptor, end)
  const lines = stored.toString('utf8', 0, end).split('\n').slice(0, -1)
  return {
    entries: lines.map(line => JSON.parse(line) as T),
    append(entry) {
      const text = JSON.stringify(entry)
      if (text === undefined)
        throw new Error(`append(…) was given ${String(entry)}, which JSON cannot carry.`)
      const line = Buffer.from(`${text}\n`)
      for (let written = 0; written < line.length;) written += fs.writeSync(descriptor, line, written)
      fs.fsyncSync(descriptor)
    },
  }
}
