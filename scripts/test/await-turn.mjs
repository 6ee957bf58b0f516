// What a worker of mocha does before the first and after the last test of a file, where main.ts says how many files may run at once (turns.ts).
import { once } from 'node:events'
import net from 'node:net'
import path from 'node:path'

/** @type {net.Socket | undefined} */
let turn

export const mochaHooks = {
  /** @this {Mocha.Context} */
  async beforeAll() {
    const port = Number(process.env.P2PLAB_TEST_TURNS)
    if (!port) return
    // Others have their turn first, however long that takes.
    this.timeout(0)
    const file = this.test?.parent?.suites[0]?.file ?? ''
    turn = net.connect(port, '127.0.0.1')
    await once(turn, 'connect')
    turn.write(`${path.relative(process.cwd(), file).replaceAll(path.sep, '/')}\n`)
    await once(turn, 'data')
    // It ends with this process, too: nobody else does.
    turn.on('error', () => {}).unref()
  },
  afterAll() {
    turn?.destroy()
    turn = undefined
  },
}
