/** Which files of the workspace a learner's file stands on. */
import path from 'node:path'

/** `import … from './x.ts'`, `export … from`, `import './x.ts'` and `import('./x.ts')`: what begins with a dot is a file. */
const SPECIFIER = /\b(?:from|import)\s*\(?\s*(['"])(\.{1,2}\/[^'"\n]+)\1/g

/**
 * Absolute paths of `file` and of everything that it imports, and so on. `read` resolves to a file's text and rejects
 * when there is none; such a file is in the answer all the same.
 */
export async function importsOf(file: string, read: (file: string) => Promise<string>): Promise<Set<string>> {
  const found = new Set<string>()
  const visit = async (name: string): Promise<void> => {
    if (found.has(name)) return
    found.add(name)
    const text = await read(name).catch(() => '')
    const specifiers = [...text.matchAll(SPECIFIER)].map(match => match[2]!)
    await Promise.all(specifiers.map(specifier => visit(path.resolve(path.dirname(name), specifier))))
  }
  await visit(path.resolve(file))
  return found
}
