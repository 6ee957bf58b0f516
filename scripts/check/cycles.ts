/** Which files import each other in a circle, types included: none of them can be read, tested or moved without the others. */
import { readFileSync } from 'node:fs'
import path from 'node:path'
import ts from 'typescript'

/** The files that each file imports, by their paths relative to the same folder. */
export type ImportGraph = ReadonlyMap<string, readonly string[]>

/**
 * The graph of `files`, which are paths relative to `root`. Every way of importing counts: types, what is exported on, `import()`, and
 * `inline:` (scripts/build.mjs). What is not among `files` is left out. Throws when a file cannot be read.
 */
export function importGraph(root: string, files: readonly string[]): ImportGraph {
  const known = new Set(files)
  const importsOf = (file: string) =>
    ts
      .preProcessFile(readFileSync(path.join(root, file), 'utf8'), true, true)
      .importedFiles.map(({ fileName }) => fileName.replace(/^inline:/, ''))
      .filter(name => name.startsWith('.'))
      .map(name => path.posix.join(path.posix.dirname(file), name))
      .filter(name => known.has(name))
  return new Map(files.map(file => [file, importsOf(file)]))
}

/** A shortest circle of each knot of files: each file imports the next, the last one the first. Empty when there is none. */
export function cycles(graph: ImportGraph): string[][] {
  return knots(graph).map(knot => circle(graph, knot))
}

/** Files of which each leads to each other: the strongly connected components, after Tarjan. */
function knots(graph: ImportGraph): Set<string>[] {
  const found: Set<string>[] = []
  const order = new Map<string, number>()
  const lowest = new Map<string, number>()
  const stack: string[] = []
  const visit = (file: string) => {
    order.set(file, order.size)
    lowest.set(file, order.get(file)!)
    stack.push(file)
    for (const next of graph.get(file) ?? []) {
      if (!order.has(next)) visit(next)
      if (stack.includes(next)) lowest.set(file, Math.min(lowest.get(file)!, lowest.get(next)!))
    }
    if (lowest.get(file) !== order.get(file)) return
    const knot = new Set(stack.splice(stack.indexOf(file)))
    if (knot.size > 1 || graph.get(file)?.includes(file)) found.push(knot)
  }
  for (const file of graph.keys()) if (!order.has(file)) visit(file)
  return found
}

function circle(graph: ImportGraph, knot: ReadonlySet<string>): string[] {
  const [first] = [...knot].sort() as [string]
  const ways: string[][] = [[first]]
  for (const way of ways) {
    for (const next of graph.get(way.at(-1)!) ?? []) {
      if (next === first) return way
      if (knot.has(next) && !ways.some(known => known.includes(next))) ways.push([...way, next])
    }
  }
  throw new Error(`${first} is in no circle`)
}
