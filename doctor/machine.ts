/** What the labs need of the machine: a Node that is new enough, sockets on the loopback interface, room for many of them. */
import { once } from 'node:events'
import { randomInt } from 'node:crypto'
import net from 'node:net'
import { MIN_NODE, nodeProblem } from '../network/node-version.ts'
import { multicastProblem } from '../network/orchestrator/multicast-probe.ts'
import type { Finding } from './report.ts'

/** A connection over loopback takes less than a millisecond; this allows for a machine that is busy. */
const DEADLINE_MS = 5_000
/** Listening sockets at once: one for each of the 200 nodes of the largest network. */
const PORTS = 200
/** 200 nodes in two processes with six links each are 600 connections in each, and as much again while they are dialled. */
const MIN_FILES = 2_048

export function nodeFinding(version = process.versions.node): Finding {
  const found = { id: 'node', title: 'Node' }
  const problem = nodeProblem(version)
  if (problem) return { ...found, level: 'problem', ...problem }
  return { ...found, level: 'ok', text: `Node ${version} is supported (${MIN_NODE} or newer).` }
}

export async function loopbackFinding(): Promise<Finding> {
  const problem = await connectProblem('127.0.0.1')
  const found = { id: 'loopback', title: 'Loopback' }
  if (problem === undefined)
    return { ...found, level: 'ok', text: 'Programs can listen and connect on 127.0.0.1.' }
  return {
    ...found,
    level: 'problem',
    text: `Programs cannot listen and connect on 127.0.0.1: ${problem}.`,
    remedy:
      'Allow connections on the loopback interface in your firewall or sandbox. P2P Lab runs everything on it.',
  }
}

/** For information: nothing needs it. */
export async function loopback6Finding(): Promise<Finding> {
  const problem = await connectProblem('::1')
  const text =
    problem === undefined
      ? 'Programs can also listen and connect on ::1.'
      : `Programs cannot listen and connect on ::1 (${problem}). P2P Lab does not need it.`
  return { id: 'loopback6', title: 'Loopback over IPv6', level: 'ok', text }
}

export async function multicastFinding(): Promise<Finding> {
  const problem = await multicastProblem(randomInt(20_000, 30_000))
  const found = { id: 'multicast', title: 'Multicast' }
  if (problem === undefined)
    return { ...found, level: 'ok', text: 'Multicast works, so nodes can discover each other through mDNS.' }
  return {
    ...found,
    level: 'warning',
    text: `Multicast does not work (${problem}), so P2P Lab assigns addresses to the nodes instead of letting them discover each other.`,
    remedy:
      process.platform === 'darwin'
        ? 'Allow VS Code or your terminal under System Settings > Privacy & Security > Local Network.'
        : 'Allow UDP multicast on the loopback interface in your firewall, or continue without mDNS.',
  }
}

export async function portsFinding(count = PORTS): Promise<Finding> {
  const servers = Array.from({ length: count }, () => net.createServer())
  const found = { id: 'ports', title: 'Ports' }
  const results = await Promise.allSettled(servers.map(server => listen(server, '127.0.0.1')))
  await Promise.all(servers.map(close))
  const refused = results.filter(result => result.status === 'rejected')
  if (!refused[0]) return { ...found, level: 'ok', text: `Opened ${count} ports at once.` }
  return {
    ...found,
    level: 'problem',
    text: `Opened only ${count - refused.length} of ${count} ports at once: ${(refused[0].reason as Error).message}.`,
    remedy: 'Close programs that hold many connections, or raise the limit on open files.',
  }
}

/** Undefined where the system has no such limit that one could ask for, as on Windows. */
export function filesFinding(limit = openFiles()): Finding | undefined {
  if (limit === undefined) return undefined
  const found = { id: 'files', title: 'Open files' }
  if (limit >= MIN_FILES) {
    const many = limit === Infinity ? 'any number of' : `up to ${limit}`
    return { ...found, level: 'ok', text: `A process can have ${many} files and sockets open.` }
  }
  return {
    ...found,
    level: 'warning',
    text: `A process can have only ${limit} files and sockets open, which is too few for large networks.`,
    remedy: `Raise the limit to ${MIN_FILES} or more (ulimit -n ${MIN_FILES}), then restart VS Code or the terminal.`,
  }
}

/** As the system counts them for this process. Node itself has raised it as far as it may. */
function openFiles(): number | undefined {
  if (process.platform === 'win32' || !process.report) return undefined
  // Otherwise the report resolves the name of every peer of every socket.
  Object.assign(process.report, { excludeNetwork: true })
  const { userLimits } = process.report.getReport() as { userLimits?: { open_files?: { soft?: unknown } } }
  const soft = userLimits?.open_files?.soft
  return soft === 'unlimited' ? Infinity : typeof soft === 'number' ? soft : undefined
}

/** Listens on `host`, connects, and sends a byte there and back. Resolves to what went wrong. Never rejects. */
async function connectProblem(host: string): Promise<string | undefined> {
  const server = net.createServer(socket => void socket.on('error', () => undefined).pipe(socket))
  const signal = AbortSignal.timeout(DEADLINE_MS)
  let client: net.Socket | undefined
  try {
    await listen(server, host)
    client = net.connect((server.address() as net.AddressInfo).port, host)
    client.write('x')
    const [bytes] = (await once(client, 'data', { signal })) as [Buffer]
    return bytes.toString() === 'x' ? undefined : 'the echoed data does not match the data sent'
  } catch (error) {
    return signal.aborted ? `no answer within ${DEADLINE_MS / 1000} s` : (error as Error).message
  } finally {
    client?.destroy()
    await close(server)
  }
}

async function listen(server: net.Server, host: string): Promise<void> {
  server.listen(0, host)
  await once(server, 'listening')
}

const close = (server: net.Server) =>
  new Promise<void>(resolve => (server.listening ? server.close(() => resolve()) : resolve()))
