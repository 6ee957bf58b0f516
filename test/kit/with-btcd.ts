/** For the tests of one `describe` that hold a solution against btcd: what they start ends with each test, and where there is no btcd they say so. */
import type { Program } from '../../labs/check/engine/program.ts'
import { btcd, startBtcd, type Node, type NodeOptions } from './btcd.ts'
import { removeFolders } from './labs.ts'
import { startSolution } from './running-solution.ts'

/** For `describe`: building btcd takes minutes on the first machine that has none. */
export const BTCD_TIMEOUT_MS = 12 * 60_000

export interface WithBtcd {
  solution(id: string): Promise<Program>
  node(options?: NodeOptions): Promise<Node>
}

/** Call it in `describe`. */
export function withBtcd(): WithBtcd {
  const nodes: Node[] = []
  const solutions: Program[] = []
  let program: string
  before(async function () {
    const found = await btcd()
    if (found.program === undefined) {
      console.log(`    ${found.reason}`)
      return this.skip()
    }
    program = found.program
  })
  afterEach(async () => {
    // The nodes first: they would dial a solution that is gone.
    await Promise.all(nodes.splice(0).map(node => node.end()))
    await Promise.all(solutions.splice(0).map(solution => solution.stop()))
    await removeFolders()
  })
  return {
    async solution(id) {
      const solution = await startSolution(id)
      solutions.push(solution)
      return solution
    },
    async node(options) {
      const node = await startBtcd(program, options)
      nodes.push(node)
      return node
    },
  }
}
