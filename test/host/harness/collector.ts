import { once } from 'node:events'
import net from 'node:net'
import { createInterface } from 'node:readline'
import type { HostReport, HostTest } from './results.ts'

export interface HostRun {
  /** Of VS Code, and of the Node that runs its extensions. */
  vscode: string
  node: string
  tests: HostTest[]
}

export interface Collector {
  port: number
  /** Resolves when the tests inside VS Code have finished; rejects when they could not be run to their end. */
  run: Promise<HostRun>
  close(): void
}

/** Listens for the report of one run inside VS Code, which has `deadline` milliseconds. */
export async function collect(deadline: number): Promise<Collector> {
  const server = net.createServer()
  let timer: NodeJS.Timeout | undefined
  const run = new Promise<HostRun>((resolve, reject) => {
    timer = setTimeout(
      () => reject(new Error(`VS Code gave no result within ${deadline / 1000} s`)),
      deadline,
    )
    server.once('connection', socket => read(socket).then(resolve, reject))
  })
  // Whoever waits for the run may come later.
  run.catch(() => {})
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as net.AddressInfo
  const close = () => {
    clearTimeout(timer)
    server.close()
  }
  return { port, run, close }
}

async function read(socket: net.Socket): Promise<HostRun> {
  const run: HostRun = { vscode: 'unknown', node: 'unknown', tests: [] }
  for await (const line of createInterface({ input: socket })) {
    const report = JSON.parse(line) as HostReport
    if (report.type === 'started') Object.assign(run, { vscode: report.vscode, node: report.node })
    if (report.type === 'test') run.tests.push(report.test)
    if (report.type === 'finished') {
      if (report.error) throw new Error(`the tests inside VS Code could not be run: ${report.error}`)
      return run
    }
  }
  throw new Error(`the extension host ended in the middle, after ${run.tests.length} tests`)
}
