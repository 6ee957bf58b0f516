/**
 * Where each node is. Positions are kept when nodes come and go; what moves them runs in a worker.
 */
import workerSource from 'inline:./layout-worker.ts'
import type { Edge } from '../graph/scene.ts'
import type { LayoutPositions, LayoutRequest } from './protocol.ts'
import { seedPosition, type Point } from './seed.ts'
import { shapePlaces, type Shape } from './shapes.ts'

/** New links come in swarms while a network starts: the layout takes them together. Milliseconds. */
const GATHER_MS = 80

/** `anchored` ones stay where they are. `group` is the index of its part while the network is split. */
export interface LaidNode {
  name: string
  anchored: boolean
  /** A peer that is not one of our nodes, and so in no plan. */
  foreign: boolean
  group?: number | undefined
}

export interface Layout {
  readonly positions: ReadonlyMap<string, Point>
  readonly pinned: ReadonlySet<string>
  /** Counts up whenever a position changes. */
  readonly moved: number
  /** The graph as it is now. Nodes are in the order of the plan. */
  update(nodes: readonly LaidNode[], edges: readonly Edge[], shape: Shape): void
  /** Puts a node where the pointer is and keeps it there. */
  pin(name: string, to: Point): void
  unpin(name: string): void
  setAspect(aspect: number): void
  /** Starts from kept positions: another network, or a reload. */
  reset(positions: Iterable<[string, Point]>, pinned: Iterable<string>): void
}

export interface LayoutOptions {
  reducedMotion(): boolean
  onMoved(): void
  /** Whether nodes are on their way to other places. */
  onBusy(busy: boolean): void
}

export function createLayout(options: LayoutOptions): Layout {
  const positions = new Map<string, Point>()
  const pinned = new Set<string>()
  let nodes: readonly LaidNode[] = []
  /** Who is in which group, as far as the layout knows. */
  let split = ''
  let edges: readonly Edge[] = []
  let shape: Shape = { plan: 'random', requested: 0 }
  /** Unknown until the graph is on the page for the first time: what is computed before would have to be moved. */
  let aspect: number | undefined
  let version = 0
  let moved = 0
  let sent: readonly { name: string }[] = []
  let heat = 0
  let timer: number | undefined
  /** Positions came from before a reload: as long as no node is new, nothing has to move. */
  let kept = false

  const worker = new Worker(URL.createObjectURL(new Blob([workerSource], { type: 'text/javascript' })))
  worker.onmessage = ({ data }: MessageEvent<LayoutPositions>) => {
    if (data.version !== version) return
    sent.forEach(({ name }, i) => {
      if (!pinned.has(name)) positions.set(name, { x: data.xy[2 * i]!, y: data.xy[2 * i + 1]! })
    })
    moved++
    // A request that is being gathered will move them again.
    if (data.done && timer === undefined) options.onBusy(false)
    options.onMoved()
  }

  const send = () => {
    timer = undefined
    const index = new Map(nodes.map(({ name }, i) => [name, i]))
    const targets = targetsOf(nodes, shape, aspect ?? 1)
    const request: LayoutRequest = {
      version: ++version,
      nodes: nodes.map(({ name, anchored, group }) => {
        const target = targets.get(name)
        return {
          name,
          ...positions.get(name)!,
          fixed: pinned.has(name) || (anchored && !target),
          ...(group !== undefined && { group }),
          ...(target && { target }),
        }
      }),
      links: edges.flatMap(({ a, b, kind }) => {
        // What a split has cut lets go: its groups are seen to part.
        if (kind === 'cut') return []
        const [i, j] = [index.get(a), index.get(b)]
        return i === undefined || j === undefined ? [] : [{ a: i, b: j, mesh: kind === 'mutual' }]
      }),
      heat,
      aspect: aspect ?? 1,
      atOnce: options.reducedMotion(),
    }
    sent = nodes
    heat = 0
    worker.postMessage(request)
  }
  const warm = (to: number) => {
    heat = Math.max(heat, to)
    options.onBusy(true)
    if (aspect !== undefined) timer ??= window.setTimeout(send, GATHER_MS)
  }

  return {
    positions,
    pinned,
    get moved() {
      return moved
    },
    update(nextNodes, nextEdges, nextShape) {
      shape = nextShape
      const added = nextNodes.filter(({ name }) => !positions.has(name))
      for (const { name } of added) positions.set(name, seedPosition(name))
      moved++
      nodes = nextNodes
      edges = nextEdges
      const groups = nodes.every(n => n.group === undefined) ? '' : nodes.map(n => n.group).join()
      const regrouped = groups !== split
      split = groups
      if (!kept || added.length > 0) warm(added.length > 0 || regrouped ? 0.8 : 0.25)
      kept = false
    },
    pin(name, to) {
      pinned.add(name)
      positions.set(name, to)
      moved++
      warm(0.2)
    },
    unpin(name) {
      if (pinned.delete(name)) warm(0.2)
    },
    setAspect(next) {
      if (aspect === undefined) {
        aspect = next
        if (heat > 0) warm(heat)
        return
      }
      if (Math.abs(Math.log(next / aspect)) < 0.2) return
      aspect = next
      if (nodes.length > 0) warm(0.25)
    },
    reset(from, keptPinned) {
      moved++
      positions.clear()
      pinned.clear()
      for (const [name, point] of from) positions.set(name, point)
      for (const name of keptPinned) pinned.add(name)
      kept = positions.size > 0
    },
  }
}

/** The places in the shape of the plan. A network that is split has none: its groups part. */
function targetsOf(nodes: readonly LaidNode[], shape: Shape, aspect: number): ReadonlyMap<string, Point> {
  const ours = nodes.filter(n => !n.foreign)
  const places = nodes.some(n => n.group !== undefined) ? undefined : shapePlaces(shape, ours.length, aspect)
  return new Map(places?.map((place, i) => [ours[i]!.name, place]))
}
