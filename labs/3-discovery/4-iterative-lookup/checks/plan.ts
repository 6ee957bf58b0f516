/**
 * A network of DHT nodes for one target: who is alive, and whom each names when it is asked. It is made so that there is one right result,
 * whatever the order in which a lookup asks: the k closest of those that are alive, all of which it finds because
 *
 *  - each node farther than those k names one that is alive and strictly closer than itself, so a lookup whose k closest have all
 *    answered has reached at least one of them;
 *  - each of those k names the next closest, and the last one the first, so whoever has reached some of them, but not all, has heard
 *    of one more, which is closer than a node in its list.
 */
import type { Random } from '../../../check/kit/random.ts'
import { byDistance } from '../../shared/xor.ts'

export interface Planned {
  /** "node 7": the seventh closest of all. */
  name: string
  id: Buffer
  isDead: boolean
}

export interface Plan {
  target: Buffer
  k: number
  /** Closest first. */
  nodes: readonly Planned[]
  /** Closest first: the right result. */
  closest: readonly Planned[]
  /** Alive, and the farthest of all: where a lookup begins. */
  seed: Planned
  /** Fewer than k of `nodes`, in random order, for an answer of a node that is alive. */
  named: ReadonlyMap<Planned, readonly Planned[]>
}

export interface PlanOptions {
  target: Buffer
  /** 3 or more. */
  k: number
  /** How many, of which more than k are alive; or their IDs, where several plans are for the same nodes. */
  nodes: number | readonly Buffer[]
  /** So many of them are dead, at least one in five of these among the first k places. */
  dead?: number
}

/** How far beyond itself a node knows others, in places of the order. */
const BEYOND = 10

export function planNetwork(random: Random, { target, k, nodes: given, dead = 0 }: PlanOptions): Plan {
  const drawn = typeof given === 'number' ? Array.from({ length: given }, () => random.bytes(20)) : given
  const ids = drawn.map(id => ({ id })).sort(byDistance(target))
  const isDead = drawDead(random, { count: ids.length, dead, k })
  const nodes = ids.map(({ id }, i) => ({ name: `node ${i + 1}`, id, isDead: isDead.has(i) }))
  const alive = nodes.filter(node => !node.isDead)
  const closest = alive.slice(0, k)
  const named = new Map(alive.map(node => [node, namesOf(random, node, { nodes, alive, k })]))
  return { target, k, nodes, closest, seed: alive.at(-1)!, named }
}

/** Their places. The last place is never one of them. */
function drawDead(
  random: Random,
  { count, dead, k }: { count: number; dead: number; k: number },
): Set<number> {
  const near = Math.min(Math.ceil(dead / 5), k)
  const places = Array.from({ length: count - 1 }, (_, i) => i)
  const first = random.shuffle(places.slice(0, k)).slice(0, near)
  const rest = random.shuffle(places.filter(place => !first.includes(place)))
  return new Set([...first, ...rest].slice(0, dead))
}

/** Whom this node names: one that leads on, and others from its neighborhood, dead ones too. */
function namesOf(
  random: Random,
  node: Planned,
  { nodes, alive, k }: { nodes: readonly Planned[]; alive: readonly Planned[]; k: number },
): Planned[] {
  const own = alive.indexOf(node)
  const place = nodes.indexOf(node)
  const isClosest = own < k
  const next = isClosest
    ? alive[(own + 1) % k]!
    : alive[random.int(Math.floor(own / 3), Math.floor((2 * own) / 3))]!
  // Of the closest, everybody knows all that is close; those farther away know the way, and not the end of it.
  const [from, to] = isClosest
    ? [0, nodes.indexOf(alive[k - 1]!) + 2]
    : [Math.floor(place / 3), place + BEYOND]
  const others = nodes.slice(from, to).filter(other => other !== node && other !== next)
  return random.shuffle([next, ...random.shuffle(others).slice(0, k - 2)])
}
