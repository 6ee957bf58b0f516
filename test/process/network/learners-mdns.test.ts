import assert from 'node:assert/strict'
import { randomInt } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { mdns } from '../../../network/node/learners-mdns.ts'
import { multicastProblem } from '../../../network/orchestrator/multicast-probe.ts'
import { plainNode } from '../../kit/plain-node.ts'
import { skipBecause } from '../../kit/platform.ts'

/** How many sockets of this machine have joined 224.0.0.251, by interface; as the kernel writes it. */
function members(): Record<string, number> {
  const counts: Record<string, number> = {}
  let device = ''
  for (const line of readFileSync('/proc/net/igmp', 'utf8').split('\n').slice(1)) {
    device = /^\d+\s+(\S+)/.exec(line)?.[1] ?? device
    const users = /^\s+FB0000E0\s+(\d+)/.exec(line)?.[1]
    if (users !== undefined) counts[device] = Number(users)
  }
  return counts
}

describe("A learner's @libp2p/mdns", () => {
  it('finds others with the options of the package, and joins the group on the loopback interface only', async function () {
    const port = randomInt(20_000, 30_000)
    const problem = await multicastProblem(port)
    if (problem !== undefined) skipBecause(this, problem)
    const serviceTag = `_test-${randomInt(2 ** 40).toString(36)}._udp.local`
    const start = (start: boolean) =>
      plainNode({ start, peerDiscovery: [mdns({ serviceTag, port, interval: 50 })] })
    const others = (all: Record<string, number>) =>
      Object.fromEntries(Object.entries(all).filter(([device]) => device !== 'lo'))
    const isLinux = process.platform === 'linux'
    const before = isLinux ? members() : {}
    const first = await start(false)
    const found = new Promise<string>(resolve =>
      first.addEventListener('peer:discovery', ({ detail }) => resolve(String(detail.id))),
    )
    await first.start()
    const second = await start(true)
    try {
      assert.equal(await found, String(second.peerId))
      if (!isLinux) return
      assert.ok(members()['lo']! >= 1)
      assert.deepEqual(others(members()), others(before))
    } finally {
      await Promise.all([first.stop(), second.stop()])
    }
  })
})
