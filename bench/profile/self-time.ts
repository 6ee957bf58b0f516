/** Whose code was running, from the samples of CPU profiles. */
import * as v from 'valibot'

const profile = v.object({
  nodes: v.array(
    v.object({
      id: v.number(),
      callFrame: v.object({ functionName: v.string(), url: v.string(), lineNumber: v.number() }),
      children: v.optional(v.array(v.number())),
    }),
  ),
  samples: v.array(v.number()),
  /** Microseconds. */
  timeDeltas: v.array(v.number()),
})

/** Which source file stands at a line (from 0) of a bundle; undefined for a file that is no bundle of ours. */
export type Sources = (url: string, line: number) => string | undefined

/** Milliseconds of self time by package name, "ours", a part of "Node", or one of V8's words: (garbage collector), (idle), (program). */
export function selfTimes(text: string, sourceAt: Sources): Map<string, number> {
  const { nodes, samples, timeDeltas } = v.parse(v.pipe(v.string(), v.parseJson(), profile), text)
  const byId = new Map(nodes.map(node => [node.id, node]))
  const parents = new Map(
    nodes.flatMap(({ id, children = [] }) => children.map(child => [child, id] as const)),
  )
  const ownerOf = (id: number): string => {
    const { functionName, url, lineNumber } = byId.get(id)!.callFrame
    if (url.startsWith('node:')) return partOfNode(url)
    const source = sourceAt(url, lineNumber)
    if (source !== undefined) return packageOf(source)
    const parent = parents.get(id)
    // Native code has no file: it is its caller's time.
    if (functionName.startsWith('(') || parent === undefined) return functionName
    return ownerOf(parent)
  }
  const owners = new Map<number, string>()
  const times = new Map<string, number>()
  samples.forEach((id, i) => {
    const owner = owners.get(id) ?? ownerOf(id)
    owners.set(id, owner)
    // The delta before a sample is the time since the one before it: what the sample shows has run until then.
    times.set(owner, (times.get(owner) ?? 0) + (timeDeltas[i] ?? 0) / 1_000)
  })
  return times
}

const partOfNode = (url: string): string =>
  /crypto/.test(url)
    ? 'Node: cryptography'
    : /modules|vm|bootstrap|process\/pre/.test(url)
      ? 'Node: starting and loading'
      : 'Node: sockets, streams, IPC and others'

function packageOf(source: string): string {
  const [, inModules] = /.*node_modules\/(.*)/s.exec(source) ?? []
  if (inModules === undefined) return 'ours'
  const [scope, name] = inModules.split('/')
  return scope!.startsWith('@') ? `${scope}/${name}` : scope!
}

/** Reads where each source begins from the comments that esbuild puts before them. `bundles` are texts by url. */
export function sourcesOf(bundles: ReadonlyMap<string, string>): Sources {
  const starts = new Map(
    [...bundles].map(([url, text]) => {
      const found = text.split('\n').flatMap((line, number) => {
        const [, source] = /^\s*\/\/ ((?:\.\.\/)*(?:[@\w.-]+\/)+[\w.-]+\.[cm]?[jt]s)$/.exec(line) ?? []
        return source === undefined ? [] : [{ number, source }]
      })
      return [url, found] as const
    }),
  )
  return (url, line) => starts.get(url)?.findLast(({ number }) => number <= line)?.source
}
