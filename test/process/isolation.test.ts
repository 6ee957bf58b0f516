import assert from 'node:assert/strict'
import { execFileSync, spawn, type ChildProcess } from 'node:child_process'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { gone } from './alive.ts'

const [here, there] = [`p2plab-a-${process.pid}`, `p2plab-b-${process.pid}`]
const HERE = '10.99.7.1'
const THERE = '10.99.7.2'
const ip = (...args: string[]) => execFileSync('ip', args, { stdio: 'pipe' })

/** Two hosts on one machine: network namespaces joined by a cable. False where we may not make them. */
function makeHosts(): boolean {
  try {
    ip('netns', 'add', here)
    ip('netns', 'add', there)
    ip('link', 'add', 'p2pa', 'netns', here, 'type', 'veth', 'peer', 'name', 'p2pb', 'netns', there)
    for (const [ns, device, address] of [
      [here, 'p2pa', HERE],
      [there, 'p2pb', THERE],
    ] as const) {
      ip('-n', ns, 'addr', 'add', `${address}/24`, 'dev', device)
      ip('-n', ns, 'link', 'set', device, 'up')
      ip('-n', ns, 'link', 'set', 'lo', 'up')
      ip('-n', ns, 'route', 'add', 'default', 'dev', device)
    }
    return true
  } catch {
    return false
  }
}

/** Lines of JSON from a child, one after another. */
function talk(child: ChildProcess) {
  const lines = createInterface(child.stdout!)[Symbol.asyncIterator]()
  return async <T>(): Promise<T> => {
    const { value, done } = (await lines.next()) as { value: string; done?: boolean }
    if (done) throw new Error('the child ended')
    return JSON.parse(value) as T
  }
}

/** The UDP ports that these processes have bound, from the kernel's table of their namespace. */
const udpPorts = (pid: number) =>
  readFileSync(`/proc/${pid}/net/udp`, 'utf8')
    .split('\n')
    .slice(1)
    .flatMap(line => /^\s*\d+: 00000000:([0-9A-F]{4})/.exec(line)?.[1] ?? [])
    .map(hex => parseInt(hex, 16))

describe('Another machine', () => {
  const children: ChildProcess[] = []
  after(() => {
    for (const child of children) child.kill('SIGKILL')
    for (const ns of [here, there]) {
      try {
        ip('netns', 'del', ns)
      } catch {
        // It was never made.
      }
    }
  })

  it('discovers nothing of a network, hears none of its packets, and reaches none of its nodes', async function () {
    if (process.platform !== 'linux' || !makeHosts()) {
      console.log(
        '      skipped: network namespaces cannot be made here (Linux, root and iproute2 are needed)',
      )
      this.skip()
    }
    const run = (ns: string, script: string, ...args: string[]) => {
      const file = path.join(import.meta.dirname, 'fixtures', script)
      const child = spawn('ip', ['netns', 'exec', ns, process.execPath, file, ...args], {
        stdio: ['pipe', 'pipe', 'inherit'],
      })
      children.push(child)
      return child
    }
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
