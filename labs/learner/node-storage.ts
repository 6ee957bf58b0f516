/** What a node of Lab 4 must not lose when it is killed: values in files of its own. The documentation is in p2plab.d.ts. */
import fs from 'node:fs'
import path from 'node:path'
import type * as types from 'p2plab'
import { SLOW_DISK } from '../exercise/slow-disk.ts'

const NAME = /^[a-z][a-z0-9-]{0,40}$/

export const openStorage: typeof types.openStorage = dataDir => {
  fs.mkdirSync(dataDir, { recursive: true })
  const fileOf = (key: string) => {
    if (!NAME.test(key))
      throw new Error(
        `${JSON.stringify(key)} is not a key: use lower-case letters, digits and hyphens, such as "log".`,
      )
    return path.join(dataDir, `${key}.json`)
  }
  return {
    load(key) {
      try {
        return JSON.parse(fs.readFileSync(fileOf(key), 'utf8')) as never
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
        throw error
      }
    },
    save(key, value) {
      const file = fileOf(key)
      const text = JSON.stringify(value)
      if (text === undefined)
        throw new Error(`save('${key}', …) was given ${String(value)}, which JSON cannot carry.`)
      const slow = delayOf(path.join(dataDir, SLOW_DISK))
      if (slow > 0) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, slow)
      // A kill may come at any moment: the old file stays whole until the new one is.
      const next = `${file}.next`
      const descriptor = fs.openSync(next, 'w')
      try {
        fs.writeSync(descriptor, text)
        fs.fsyncSync(descriptor)
      } finally {
        fs.closeSync(descriptor)
      }
      fs.renameSync(next, file)
    },
  }
}

function delayOf(file: string): number {
  try {
    return Number(fs.readFileSync(file, 'utf8'))
  } catch {
    return 0
  }
}
