import assert from 'node:assert/strict'
import { randomInt } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { setImmediate as turn } from 'node:timers/promises'
import { chooseDiscovery } from '../../../network/orchestrator/discovery.ts'
import { multicastProblem } from '../../../network/orchestrator/multicast-probe.ts'
import { skipBecause } from '../../kit/platform.ts'

/** The addresses that sockets of this machine with this UDP port are bound to, as the kernel writes them. */
const boundTo = (port: number) => {
  const wanted = port.toString(16).toUpperCase().padStart(4, '0')
  const lines = readFileSync('/proc/self/net/udp', 'utf8').split('\n')
  return lines.flatMap(line => {
    const [, address, found] = /^\s*\d+: ([0-9A-F]{8}):([0-9A-F]{4})/.exec(line) ?? []
    return found === wanted ? [address!] : []
  })
}

describe('Multicast on loopback', () => {
  before(function () {
    if (process.platform !== 'linux')
      skipBecause(this, 'bound sockets are read from /proc, which is of Linux')
  })

  it('binds no socket to every address on Windows, whose firewall would ask', async () => {
    const port = randomInt(20_000, 30_000)
    const seen = new Set<string>()
    let ended = false
    const probe = multicastProblem(port, 'win32').finally(() => (ended = true))
    while (!ended) {
      for (const address of boundTo(port)) seen.add(address)
      await turn()
    }
    // 127.0.0.1, least significant byte first.
    assert.deepEqual([...seen], ['0100007F'])
    // As Windows binds it, Linux hands it no packet of the group.
    assert.match((await probe)!, /did not arrive/)
  })

  it('gives the nodes their addresses where such a socket hears nothing, and says so', async () => {
    const { discovery, mdns, notice } = await chooseDiscovery('mdns', 3, 'win32')
    assert.equal(discovery, 'assigned')
    assert.equal(mdns, undefined)
    assert.equal(notice?.level, 'warning')
    assert.match(notice.text, /^Multicast does not work on this machine .*the nodes get assigned addresses/)
  })
})
