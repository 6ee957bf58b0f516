/**
 * Exercises import each other. Here that is '../../2-frames/typescript/solution.ts', across labs '../../../1-tcp/2-frames/typescript/solution.ts';
 * in a learner's workspace it is './2-frames.ts' and '../1-tcp/2-frames.ts'.
 */
import path from 'node:path'

/** A relative path in quotes, as in an import. */
const RELATIVE = /(['"])(\.\.?\/[^'"\n]+)\1/g
const PROGRAM = /^(\d+-[^/]+\/\d+-[^/]+)\/([a-z]+)\/(?:[^/]+\/)*[^/]+(\.\w+)$/

/** Where a program of an exercise's folder is in a workspace: "1-tcp/1-echo.ts"; undefined for any other path under labs/. */
export function workspaceFile(name: string): string | undefined {
  const found = PROGRAM.exec(name)
  return found ? `${found[1]}${found[3]}` : undefined
}

/** The text of a program with its imports of other exercises as in a workspace. `name` is its path under labs/, with forward slashes. */
export function asInWorkspace(source: string, name: string): string {
  const here = workspaceFile(name)
  if (here === undefined) return source
  return source.replace(RELATIVE, (whole, quote: string, specifier: string) => {
    const there = workspaceFile(path.posix.join(path.posix.dirname(name), specifier))
    if (there === undefined) return whole
    const relative = path.posix.relative(path.posix.dirname(here), there)
    return `${quote}${relative.startsWith('.') ? relative : `./${relative}`}${quote}`
  })
}
