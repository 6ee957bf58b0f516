/**
 * Exercise 3.6: copies of the solution meet each other, and a program that somebody could have written from the text alone. No software of others
 * speaks this protocol, so the second program is the foreign one.
 */
import assert from 'node:assert/strict'
import type { Program } from '../../../labs/check/engine/program.ts'
import { freePort } from '../../kit/free-port.ts'
import { removeFolders } from '../../kit/labs.ts'
import { startSolution } from '../../kit/running-solution.ts'

const SOLUTION = 'solution.ts'
const OTHER = 'other/a-loop-for-each-peer.ts'
/** Long enough for a machine that runs ten programs at once. */
const PATIENCE_MS = 60_000

interface Peer {
  id: string
  direction: 'inbound' | 'outbound'
}

interface Node {
  id: string
  program: Program
}

const idOf = (n: number) => n.toString(16).repeat(16)

describe('two connection managers, and more', function () {
  this.timeout(3 * PATIENCE_MS)
  const running: Program[] = []
  afterEach(() => Promise.all(running.splice(0).map(program => program.stop())))
  after(removeFolders)

  /** They know each other, and all are started at the same moment. */
  async function startAll(names: readonly string[], options: object): Promise<Node[]> {
    const nodes = await Promise.all(
      names.map(async (name, n) => {
        const program = await startSolution('3.6', name)
        running.push(program)
        return { id: idOf(n + 1), program, port: await freePort() }
      }),
    )
    const peers = nodes.map(({ id, port }) => ({ id, address: `127.0.0.1:${port}`, group: `group of ${id}` }))
    const rules = {
      maxPerGroup: 1,
      protectedIds: [],
      backoffMs: 20,
      maxBackoffMs: 200,
      helloMs: PATIENCE_MS,
    }
    await Promise.all(
      nodes.map(({ id, program, port }) =>
        program.call('start', { id, host: '127.0.0.1', port, peers, ...rules, ...options }, PATIENCE_MS),
      ),
    )
    return nodes
  }

  const peersOf = async ({ program }: Node): Promise<Peer[]> =>
    (await program.call('peers', {}, PATIENCE_MS))['peers'] as Peer[]

  /** Resolves when all nodes have so many peers, and both ends of each connection tell of it: one as outbound, the other as inbound. */
  async function untilAgreed(nodes: readonly Node[], least: number): Promise<void> {
    const until = Date.now() + PATIENCE_MS
    for (;;) {
      const told = new Map<string, Peer[]>()
      for (const node of nodes) told.set(node.id, await peersOf(node))
      const agree = [...told].every(
        ([id, peers]) =>
          peers.length >= least &&
          new Set(peers.map(peer => peer.id)).size === peers.length &&
          peers.every(peer => {
            const back = told.get(peer.id)?.find(other => other.id === id)
            return back !== undefined && back.direction !== peer.direction
          }),
      )
      if (agree) return
      assert.ok(Date.now() < until, JSON.stringify([...told]))
    }
  }

  for (const [a, b] of [
    [SOLUTION, SOLUTION],
    [SOLUTION, OTHER],
    [OTHER, SOLUTION],
    [OTHER, OTHER],
  ] as const) {
    it(`end with one connection when they dial each other (${a}, ${b})`, async () => {
      for (let round = 0; round < 3; round++) {
        const nodes = await startAll([a, b], { target: 1, max: 1 })
        await untilAgreed(nodes, 1)
        await Promise.all(running.splice(0).map(program => program.stop()))
      }
    })
  }

  it('hold their numbers when one of six is gone', async () => {
    const nodes = await startAll([SOLUTION, OTHER, SOLUTION, OTHER, SOLUTION, OTHER], { target: 3, max: 5 })
    await untilAgreed(nodes, 3)
    await nodes[0]!.program.stop()
    await untilAgreed(nodes.slice(1), 3)
  })
})
