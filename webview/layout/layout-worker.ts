/**
 * Computes where nodes go, away from the thread that draws. Runs as a worker made from a blob; see layout.ts.
 */
import {
  forceCollide,
  forceLink,
  forceManyBody,
  forceSimulation,
  forceX,
  forceY,
  type Simulation,
  type SimulationLinkDatum,
  type SimulationNodeDatum,
} from 'd3-force'
import { forceClear } from './force-clear.ts'
import { groupAnchors } from './group-anchors.ts'
import type { LayoutPositions, LayoutRequest } from './protocol.ts'
import type { Point } from './seed.ts'

interface Body extends SimulationNodeDatum {
  x: number
  y: number
  group?: number | undefined
  /** From where to where it goes by itself. */
  way?: { from: Point; to: Point }
}
/** Ticks in which a node is at its target. */
const WAY_TICKS = 18
/** Groups of a split network are pulled apart harder than a whole one is held together. */
const GROUP_PULL = 0.3

const scope = self as unknown as {
  postMessage(message: LayoutPositions, transfer: Transferable[]): void
  onmessage: ((event: MessageEvent<LayoutRequest>) => void) | null
}

let running: Simulation<Body, SimulationLinkDatum<Body>> | undefined

scope.onmessage = ({ data: request }) => {
  running?.stop()
  const heat = Math.max(request.heat, running?.alpha() ?? 0)
  const bodies: Body[] = request.nodes.map(({ x, y, fixed, group, target }) => {
    if (fixed) return { x, y, fx: x, fy: y }
    return target ? { x, y, fx: x, fy: y, way: { from: { x, y }, to: target } } : { x, y, group }
  })
  const free = bodies.some(({ fx }) => fx === undefined)
  const degree = bodies.map(() => 1)
  for (const { a, b } of request.links) {
    degree[a]!++
    degree[b]!++
  }
  const links = request.links.map(({ a, b, mesh }) => ({ source: a, target: b, mesh, a, b }))
  // A picture wider than high is filled by pulling harder from above and below than from the sides.
  const pull = 0.07
  const anchors = groupAnchors(bodies, request.aspect)
  const anchor = ({ group }: Body) => (group === undefined ? undefined : anchors.get(group))
  const toward = (axis: 'x' | 'y', weak: number) =>
    [
      (body: Body) => anchor(body)?.[axis] ?? 0,
      (body: Body) => (anchor(body) === undefined ? weak : GROUP_PULL),
    ] as const
  const [x, xPull] = toward('x', pull / Math.max(1, request.aspect))
  const [y, yPull] = toward('y', pull * Math.min(1, request.aspect))
  running = forceSimulation(bodies)
    .alphaDecay(0.035)
    .velocityDecay(0.45)
    .force('charge', forceManyBody<Body>().strength(-420).distanceMax(700))
    .force('collide', forceCollide<Body>(30).iterations(2))
    .force(
      'link',
      forceLink<Body, (typeof links)[number]>(links)
        .distance(link => (link.mesh ? 96 : 120))
        .strength(link => (link.mesh ? 0.7 : 0.25) / Math.min(degree[link.a]!, degree[link.b]!)),
    )
    .force('clear', forceClear(bodies, request.links))
    .force('x', forceX(x).strength(xPull))
    .force('y', forceY(y).strength(yPull))
    .stop()
    .alpha(heat)

  const simulation = running
  let ticks = 0
  const goOn = () => {
    ticks++
    for (const body of bodies) if (body.way) follow(body, body.way, Math.min(1, ticks / WAY_TICKS))
    // What has a target is there, and nothing else can move.
    if (!free && ticks >= WAY_TICKS) simulation.alpha(0)
  }
  const send = (done: boolean) => {
    const xy = Float32Array.from(bodies.flatMap(({ x, y }) => [x, y]))
    scope.postMessage({ version: request.version, xy, done }, [xy.buffer])
  }
  if (request.atOnce) {
    ticks = WAY_TICKS
    goOn()
    do simulation.tick()
    while (simulation.alpha() >= simulation.alphaMin())
    send(true)
  } else {
    simulation.on('tick', () => {
      goOn()
      send(false)
    })
    simulation.on('end', () => send(true))
    simulation.restart()
  }
}

/** Slow at both ends. */
function follow(body: Body, { from, to }: NonNullable<Body['way']>, part: number): void {
  const eased = part * part * (3 - 2 * part)
  body.x = body.fx = from.x + (to.x - from.x) * eased
  body.y = body.fy = from.y + (to.y - from.y) * eased
}
