/** A network on a system that lets a process have few files and sockets open. */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'
import { text } from 'node:stream/consumers'
import { dist } from '../../kit/network.ts'

describe('A network that may open few files and sockets', () => {
  before(function () {
    if (process.platform === 'win32') this.skip()
  })
  // Too few to start the processes; too few to connect in them.
  for (const [limit, nodes] of [
    [64, 10],
    [110, 60],
  ] as const) {
    it(`is given up at once, and says what to raise: ${nodes} nodes with ${limit}`, async () => {
      const args = ['network', 'up', '--discovery', 'assigned', '--nodes', String(nodes)]
      const line = `ulimit -n ${limit} && exec "$0" "$@"`
      const child = spawn('sh', ['-c', line, process.execPath, path.join(dist, 'cli.mjs'), ...args], {
        stdio: ['ignore', 'pipe', 'pipe'],
      })
      const start = performance.now()
      const [out, errors, [status]] = await Promise.all([
        text(child.stdout),
        text(child.stderr),
        once(child, 'exit'),
      ])
      assert.match(
        errors,
        /^start: a process cannot open more files and sockets\. Raise the limit \(ulimit -n 2048\)[^\n]*\n$/,
      )
      assert.deepEqual([out, status], ['', 2])
      // The deadline of such a start is 90 s.
      assert.ok(performance.now() - start < 50_000)
    })
  }
})
