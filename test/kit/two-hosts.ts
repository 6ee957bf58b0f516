/** Two hosts on one machine: network namespaces joined by a cable. */
import { execFileSync, spawn, type ChildProcess } from 'node:child_process'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { dist } from './network.ts'

export const HERE = '10.99.7.1'
export const THERE = '10.99.7.2'

export interface TwoHosts {
  readonly here: string
  readonly there: string
  /** Runs a script of fixtures/ on a host; it ends with the hosts. */
  run(host: string, script: string, ...args: string[]): ChildProcess
  /** Runs `p2plab` on a host. */
  p2plab(host: string, ...args: string[]): ChildProcess
  remove(): void
}

const ip = (...args: string[]) => execFileSync('ip', args, { stdio: 'pipe' })

/** Undefined where they cannot be made: Linux, root and iproute2 are needed. Says so. */
export function twoHosts(name: string): TwoHosts | undefined {
  const [here, there] = [`p2plab-${name}-a-${process.pid}`, `p2plab-${name}-b-${process.pid}`]
  const children: ChildProcess[] = []
  const start = (host: string, stderr: 'inherit' | 'pipe', ...command: string[]) => {
    const child = spawn('ip', ['netns', 'exec', host, process.execPath, ...command], {
      stdio: ['pipe', 'pipe', stderr],
    })
    children.push(child)
    return child
  }
  const hosts: TwoHosts = {
    here,
    there,
    run: (host, script, ...args) =>
      start(host, 'inherit', path.join(import.meta.dirname, 'fixtures', script), ...args),
    p2plab: (host, ...args) => start(host, 'pipe', path.join(dist, 'cli.mjs'), ...args),
    remove() {
      for (const child of children) child.kill('SIGKILL')
      for (const ns of [here, there]) {
        try {
          ip('netns', 'del', ns)
        } catch {
          // It was never made.
        }
      }
    },
  }
  try {
    if (process.platform !== 'linux') throw new Error('not Linux')
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
    return hosts
  } catch {
    hosts.remove()
    return undefined
  }
}

/** Lines of JSON from a child, one after another. */
export function talk(child: ChildProcess) {
  const lines = createInterface(child.stdout!)[Symbol.asyncIterator]()
  return async <T>(): Promise<T> => {
    const { value, done } = (await lines.next()) as { value: string; done?: boolean }
    if (done) throw new Error('the child ended')
    return JSON.parse(value) as T
  }
}
