/**
 * The nodes of a network as processes: started, ended in good order or not, and missed when they end by themselves.
 * Each of these becomes an event.
 */
import { now } from '../clock.ts'
import type { NetworkEvent } from '../events.ts'
import type { FromNode, NodeSpec } from '../node-messages.ts'
import type { Usage } from '../usage.ts'
import { startNodeProcess, type NodeKind, type NodeProcess, type NodeProcessOptions } from './node-process.ts'
import type { EventRecord } from './record.ts'
import { createWaiting } from './waiting.ts'

/** A node that does not stop in good order within this is killed. Milliseconds. */
const STOP_DEADLINE_MS = 8_000

export interface Member {
  spec: NodeSpec
  process: NodeProcess
  /** What we asked for; an end that nobody asked for is a crash. */
  asked?: 'stop' | 'kill'
  /** Still there, as far as we know. */
  running: boolean
}

export interface MembersOptions {
  /** The folder with the bundles. */
  dist: string
  /** Of the processes that are started from now on. */
  kind(): NodeKind
  /** An event of a node, with what follows from it. */
  derived(event: NetworkEvent): readonly NetworkEvent[]
  record: EventRecord
  /** An answer of a node that is not about its life. */
  answered(
    message: Exclude<
      FromNode,
      { type: 'events' | 'up' | 'clock' | 'rehearsed' | 'usage' | 'metrics' | 'ended' | 'failed' }
    >,
  ): void
  /** A node is gone, for whatever reason. `cause` is a sentence's end. */
  left(name: string, cause: string): void
}

export interface Members {
  get(name: string): Member | undefined
  readonly names: readonly string[]
  readonly processes: ReadonlySet<NodeProcess>
  isUp(name: string): boolean
  /** The running nodes of a process. */
  namesIn(process: NodeProcess): string[]
  /** A process for one node, or for several: one that waits, if there is one of this kind. */
  startProcess(alone?: boolean): NodeProcess
  /** Has so many processes wait for nodes of libp2p: they load while whoever wants a network still says which. Those that wait already count. */
  prepare(count: number, alone: boolean): readonly NodeProcess[]
  /** Ends those that still wait. */
  endPrepared(): void
  /** Starts a node in the process; its end, should it not even get up, is an event. */
  startNode(spec: NodeSpec, process: NodeProcess, degree: number): void
  /** Ends one node and resolves when it is gone. */
  endNode(name: string, how: 'stop' | 'kill'): Promise<void>
  /** Ends all nodes in good order. Resolves when no process is left. */
  endAll(): Promise<void>
  /** The processes that can answer: up, and not stopped by us. */
  awake(): NodeProcess[]
  /** Of all node processes together. */
  usage(): Promise<Usage>
}

export function createMembers({ dist, kind, derived, record, answered, left }: MembersOptions): Members {
  const members = new Map<string, Member>()
  const processes = new Set<NodeProcess>()
  const { add } = record

  const namesIn = (process: NodeProcess) =>
    [...members].filter(([, m]) => m.process === process && m.running).map(([name]) => name)
  const isListening = (name: string) => record.state.nodes[name]?.phase === 'listening'

  const launch = (options: NodeProcessOptions): NodeProcess => {
    const process = startNodeProcess(dist, options, {
      events: events => add(...events.flatMap(derived)),
      message(message) {
        switch (message.type) {
          case 'ended':
            return ended(message.node)
          case 'rehearsed':
            return waiting.rehearsed(process)
          case 'failed': {
            const { node, step, cause } = message
            return crashed(node, step, cause)
          }
          default:
            return answered(message)
        }
      },
      exit(how) {
        waiting.gone(process)
        processes.delete(process)
        for (const name of namesIn(process)) {
          if (members.get(name)?.asked) ended(name)
          else crashed(name, isListening(name) ? 'run' : 'start the node process', how)
        }
      },
    })
    return process
  }
  const waiting = createWaiting(alone => launch({ kind: 'node', alone }))
  const startProcess = (alone = true): NodeProcess => {
    const wanted = kind()
    const ready = wanted === 'node' ? waiting.take(alone) : undefined
    const process = ready ?? launch({ kind: wanted, alone })
    processes.add(process)
    return process
  }

  /** A node is gone as we asked. */
  const ended = (name: string) => {
    const member = members.get(name)
    if (!member?.running) return
    member.running = false
    if (member.asked === 'kill') {
      // The process of a program outlives it.
      const how = processes.has(member.process) && !member.spec.program ? 'sockets' : 'SIGKILL'
      add({ type: 'node-killed', at: now(), node: name, how })
    } else {
      add({ type: 'node-stopped', at: now(), node: name })
    }
    gone(name, member, 'it ended')
  }
  const crashed = (name: string, step: string, cause: string) => {
    const member = members.get(name)
    if (!member?.running) return
    member.running = false
    const log = member.process.log.slice(-20)
    const remedy = 'Restart the node. The rest of the network keeps running'
    add({ type: 'node-crashed', at: now(), node: name, step, cause, remedy, log })
    gone(name, member, cause)
  }
  const gone = (name: string, member: Member, cause: string) => {
    left(name, cause)
    if (namesIn(member.process).length === 0) member.process.end()
  }

  const endNode = async (name: string, how: 'stop' | 'kill') => {
    const member = members.get(name)
    if (!member?.running) return
    member.asked = how
    const isGone = record.until(() => !member.running, AbortSignal.timeout(STOP_DEADLINE_MS))
    const alone = namesIn(member.process).length === 1
    // A process that never got up does not listen to messages.
    // What runs a program kills it, and is not the program.
    const itself = how === 'kill' && alone && !member.spec.program
    if (itself || !member.process.isUp) member.process.kill()
    else member.process.send({ type: how, node: name })
    if (how === 'stop') add({ type: 'node-stopping', at: now(), node: name })
    await isGone.catch(() => {
      const text = `${name} did not shut down cleanly and was killed.`
      add({ type: 'notice', at: now(), level: 'warning', text })
      member.process.kill()
      return record.until(() => !member.running, AbortSignal.timeout(STOP_DEADLINE_MS))
    })
  }

  const awake = () =>
    [...processes].filter(
      p =>
        !namesIn(p).some(
          name => record.state.nodes[name]?.paused === 'SIGSTOP' && !members.get(name)?.spec.program,
        ),
    )

  return {
    get: name => members.get(name),
    get names() {
      return [...members.keys()]
    },
    processes,
    isUp: name => members.get(name)?.running === true,
    namesIn,
    startProcess,
    prepare: waiting.prepare,
    endPrepared: waiting.end,
    startNode(spec, process, degree) {
      members.set(spec.name, { spec, process, running: true })
      add({
        type: 'node-starting',
        at: now(),
        node: spec.name,
        degree,
        ...(spec.hostile && { hostile: spec.hostile.kind }),
      })
      // Not awaited: a process that never gets up must not hold up the rest, and one that ends is reported by its `exit`.
      process.up.then(
        () => process.send({ type: 'start', spec }),
        () => undefined,
      )
    },
    endNode,
    async endAll() {
      await Promise.all([...members.keys()].map(name => endNode(name, 'stop').catch(() => undefined)))
      const left = [...processes]
      for (const process of left) process.end()
      await Promise.all(left.map(process => process.gone))
      members.clear()
    },
    awake,
    async usage() {
      const all = await Promise.all(awake().map(process => process.usage()))
      const sum = (key: keyof Usage) => all.reduce((total, u) => total + (u?.[key] ?? 0), 0)
      return { rss: sum('rss'), cpuMs: sum('cpuMs') }
    },
  }
}
