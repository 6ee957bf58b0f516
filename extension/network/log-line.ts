import type { NetworkEvent } from '../../network/events.ts'

export interface LogLine {
  level: 'trace' | 'debug' | 'info' | 'warn' | 'error'
  text: string
}

/** One event as a line of the log. Info is what a user did or must know, debug is links, trace is traffic. */
export function logLine(event: NetworkEvent): LogLine {
  switch (event.type) {
    case 'network-started': {
      const { requested, topology, discovery, network } = event
      return {
        level: 'info',
        text: `Network ${network}: ${requested} nodes, ${topology}, discovery ${discovery}`,
      }
    }
    case 'network-ready':
      return { level: 'info', text: `Network ready after ${Math.round(event.readyMs)} ms` }
    case 'metrics-listening':
      return { level: 'info', text: `Metrics for Prometheus at ${event.url}` }
    case 'shared':
      return { level: 'info', text: `Shared at ${event.address}, join code ${event.code}` }
    case 'joined':
      return { level: 'info', text: `Joined the network at ${event.address}` }
    case 'network-stopping':
      return { level: 'info', text: 'Network stopping' }
    case 'network-stopped':
      return { level: 'info', text: 'Network stopped' }
    case 'notice':
      return { level: event.level === 'warning' ? 'warn' : event.level, text: event.text }
    case 'node-listening':
      return {
        level: 'info',
        text: `${event.node} listening, pid ${event.pid}, ${event.addresses.join(' ')}`,
      }
    case 'node-stopped':
      return { level: 'info', text: `${event.node} stopped` }
    case 'node-killed':
      return { level: 'info', text: `${event.node} killed (${event.how})` }
    case 'node-crashed': {
      const lines = [`${event.node} crashed: ${event.step}: ${event.cause} ${event.remedy}`, ...event.log]
      return { level: 'error', text: lines.join('\n    ') }
    }
    case 'dial-failed':
      return {
        level: 'warn',
        text: `${event.node} could not dial ${event.peer}: ${event.cause} ${event.remedy}`,
      }
    case 'published':
      return { level: 'info', text: `${event.node} published ${event.message}, ${event.bytes} bytes` }
    case 'received':
    case 'duplicate':
    case 'rejected':
      return { level: 'trace', text: `${event.node} ${event.type} ${event.message} from ${event.from}` }
    case 'mesh':
      return { level: 'trace', text: `${event.node} mesh ${event.peers.length}` }
    case 'node-paused':
      return { level: 'info', text: `${event.node} paused (${event.how})` }
    case 'node-resumed':
      return { level: 'info', text: `${event.node} resumed` }
    case 'partitioned': {
      const groups = event.groups.map(({ name, nodes }) => `${name}: ${nodes.join(' ')}`)
      return { level: 'info', text: `Network split into ${groups.join('; ')}` }
    }
    case 'healed':
      return { level: 'info', text: 'Network healed' }
    case 'link-fault':
      return { level: 'info', text: `Link ${event.a} ${event.b}: ${JSON.stringify(event.faults)}` }
    case 'link-fault-cleared':
      return { level: 'info', text: `Link ${event.a} ${event.b}: faults cleared` }
    case 'link-acted': {
      const { a, b, bytes, delayed, lost, paced, resets } = event
      return {
        level: 'debug',
        text: `Link ${a} ${b}: ${bytes} bytes, ${delayed} delayed, ${lost} lost, ${paced} held back, ${resets} resets`,
      }
    }
    case 'churn-started':
      return { level: 'info', text: `Churn: ${event.perMinute} nodes per minute, seed ${event.seed}` }
    case 'churn-stopped':
      return { level: 'info', text: `Churn ended after ${event.turns} nodes` }
    case 'scenario-step': {
      const { step, of, title, outcome, detail } = event
      return {
        level: outcome === 'failed' ? 'warn' : 'info',
        text: `Step ${step} of ${of}, ${title}: ${outcome}${detail === '' ? '' : `, ${detail}`}`,
      }
    }
    case 'scores':
      return { level: 'debug', text: `${event.node} scores of ${event.scores.length} peers changed` }
    case 'node-starting':
    case 'node-stopping':
    case 'node-degree':
      return { level: 'debug', text: `${event.node} ${event.type.slice('node-'.length)}` }
    case 'subscribed':
    case 'unsubscribed':
      return {
        level: 'debug',
        text: `${event.peer ?? event.node} ${event.type}${event.peer ? `, ${event.node} heard` : ''}`,
      }
    case 'reported':
      return { level: 'info', text: `${event.node} reported ${event.event} ${event.data}` }
    case 'frame':
      return {
        level: 'trace',
        text: `${event.node} sent ${event.kind} to ${event.peer}, ${event.bytes} bytes${event.lost ? ', lost' : ''}`,
      }
    case 'note':
      return { level: 'info', text: `Note: ${event.text}` }
    case 'recording-started':
      return { level: 'info', text: `Recording to ${event.file}` }
    case 'recording-stopped':
      return event.problem === undefined
        ? { level: 'info', text: `Recording to ${event.file} ended` }
        : { level: 'warn', text: `Recording to ${event.file} stopped: ${event.problem}` }
    case 'recorded-network':
    case 'recorded-node':
    case 'recorded-message':
    case 'check-lane':
    case 'check-transmission':
    case 'check-left-out':
      return { level: 'trace', text: event.type }
    default:
      return { level: 'debug', text: `${event.node} ${event.type} ${event.peer}` }
  }
}
