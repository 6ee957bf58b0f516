import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { gone } from '../../kit/alive.ts'
import { HERE, talk, THERE, twoHosts, type TwoHosts } from '../../kit/two-hosts.ts'
import { skipBecause } from '../../kit/platform.ts'

/** The UDP ports that these processes have bound, from the kernel's table of their namespace. */
const udpPorts = (pid: number) =>
  readFileSync(`/proc/${pid}/net/udp`, 'utf8')
    .split('\n')
    .slice(1)
    .flatMap(line => /^\s*\d+: 00000000:([0-9A-F]{4})/.exec(line)?.[1] ?? [])
    .map(hex => parseInt(hex, 16))

describe('Another machine', function () {
  this.timeout(180_000)
  let hosts: TwoHosts | undefined
  before(function () {
    hosts = twoHosts('isolated')
    if (!hosts) skipBecause(this, 'two network namespaces need Linux, root and iproute2')
  })
  after(() => hosts?.remove())

  it('discovers nothing of a network, hears none of its packets, and reaches none of its nodes', async () => {
    const { here, there, run } = hosts!
    const network = run(here, 'isolated-network.ts', HERE)
    const fromNetwork = talk(network)
    const started = await fromNetwork<{ discovery: string; pids: number[]; addresses: string[] }>()
    assert.equal(started.discovery, 'mdns')
    const [port, ...others] = [...new Set(udpPorts(started.pids[0]!))]
    assert.deepEqual(others, [], 'the network uses one UDP port')

    const tcpPorts = started.addresses.map(a => /\/tcp\/(\d+)/.exec(a)![1]!)
    const outside = run(there, 'listen-outside.ts', THERE, String(port), ...tcpPorts.map(p => `${HERE}:${p}`))
    const heard: { packet?: string; refused?: string; reached?: string; listening?: boolean }[] = []
    const fromOutside = talk(outside)
    while (!heard.some(h => h.listening)) heard.push(await fromOutside())
    network.stdin!.write(`${port}\n`)
    // The new node discovered the others by multicast, so packets did go round …
    assert.equal((await fromNetwork<{ discovered: number }>()).discovered, 3)
    // … and the control packet, sent after them over the cable, shows that the other machine does hear what is sent there.
    while (!heard.some(h => h.packet === 'control')) heard.push(await fromOutside())
    while (heard.filter(h => h.refused ?? h.reached).length < tcpPorts.length) heard.push(await fromOutside())
    assert.deepEqual(
      heard.filter(h => h.packet !== undefined),
      [{ packet: 'control' }],
    )
    assert.deepEqual(
      heard.filter(h => h.reached),
      [],
    )
    assert.ok(heard.filter(h => h.refused).every(h => h.refused === 'ECONNREFUSED'))
    network.stdin!.end()
    await gone(started.pids)
  })
})
