/**
 * Makes media/your-network.png, the moving picture in README.md: nine copies of the solution of exercise 4.1, a message that floods them,
 * a split, and a message that stays on its side. Needs a build.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { watchDeliveries } from '../cli/deliveries.ts'
import { exercise } from '../labs/catalogue.ts'
import { loadPack } from '../labs/pack.ts'
import { trackOf } from '../labs/workspace/track.ts'
import { solution } from '../labs/workspace/workspace.ts'
import type { NetworkEvent } from '../network/events.ts'
import { createNetwork } from '../network/orchestrator/network.ts'
import { between, film, spanOf } from './animation/film.ts'
import { root } from './vscode/paths.ts'
import { fillLabWorkspace } from './vscode/lab.ts'
import { writeFile } from 'node:fs/promises'

const ID = '4.1'
const NODES = 9
const FRAMES = 32
const DEADLINE_MS = 30_000

const dist = path.join(root, 'dist')
const workspace = await mkdtemp(path.join(tmpdir(), 'p2plab-film-'))
const network = createNetwork({ dist })
const events: NetworkEvent[] = []
let seen: NetworkEvent[] = []
network.subscribe((_first, batch) => events.push(...batch))
const messages: string[] = []
try {
  await fillLabWorkspace(workspace)
  const entry = exercise(ID)!
  const { file } = trackOf(entry, 'typescript')
  await writeFile(path.join(workspace, file), solution(await loadPack(dist), ID, 'typescript'))
  await network.start({
    nodes: NODES,
    topology: 'grid',
    program: { exercise: ID, spec: { kind: 'typescript', file, workspace }, ...entry.network! },
  })
  const deliveries = watchDeliveries(network)
  const flood = async (node: string, text: string, count: number) => {
    const { message } = await network.broadcast({ node, text })
    messages.push(message)
    await deliveries.arrived(message, count, AbortSignal.timeout(DEADLINE_MS))
  }
  await flood('n1', 'hello', NODES - 1)
  await network.partition([
    { name: 'top', nodes: ['n1', 'n2', 'n3'] },
    { name: 'bottom', nodes: ['n4', 'n5', 'n6', 'n7', 'n8', 'n9'] },
  ])
  await flood('n9', 'who is there?', 5)
} finally {
  seen = [...events]
  await network.stopAll()
  await rm(workspace, { recursive: true, force: true, maxRetries: 5 })
}
const spans = messages.map(message => spanOf(seen, message))
await film({
  events: seen,
  nodes: NODES,
  moments: spans.flatMap(({ from, to }) => [
    ...between(from, to, FRAMES),
    // A moment to look at where it got.
    ...between(to, to + 1, 6),
  ]),
  file: path.join(root, 'media/your-network.png'),
  viewport: { width: 760, height: 700 },
})
