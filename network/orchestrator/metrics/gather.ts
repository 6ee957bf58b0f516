/** The metrics of a network, as they are when somebody asks: what its node processes answer, and what the orchestrator knows. */
import { merge, sample, type Family } from '../../metrics/exposition.ts'
import type { NodeState } from '../../state.ts'
import type { Members } from '../members.ts'
import type { EventRecord } from '../record.ts'

/** A scrape waits no longer for a node process. Prometheus itself gives up after 10 s. Milliseconds. */
const ANSWER_MS = 3_000

export async function gather(record: EventRecord, members: Members, withinMs = ANSWER_MS): Promise<Family[]> {
  const deadline = AbortSignal.timeout(withinMs)
  const answers = await Promise.all(
    members.awake().map(async process => {
      const answer = await process.metrics(deadline)
      return answer ? [{ pid: process.pid ?? 0, ...answer }] : []
    }),
  )
  const answered = answers.flat()
  const heard = new Set(answered.flatMap(answer => answer.nodes))
  const nodes = Object.values(record.state.nodes)
  const silent = nodes.filter(n => n.phase === 'listening' && !heard.has(n.name))
  return merge([
    {
      name: 'p2plab_node_up',
      help: 'Whether the node is running and answered this scrape.',
      kind: 'gauge',
      samples: nodes.map(n => sample('p2plab_node_up', { node: n.name }, isUp(n, heard) ? 1 : 0)),
    },
    {
      name: 'p2plab_nodes_unanswered',
      help: `Running nodes that did not answer this scrape within ${withinMs / 1000} seconds.`,
      kind: 'gauge',
      samples: [sample('p2plab_nodes_unanswered', {}, silent.length)],
    },
    {
      name: 'p2plab_node_info',
      help: 'The process and the peer ID of a node that answered.',
      kind: 'gauge',
      samples: nodes
        .filter(n => isUp(n, heard))
        .map(n => sample('p2plab_node_info', { node: n.name, pid: n.pid ?? '', peer_id: n.peerId ?? '' }, 1)),
    },
    {
      name: 'p2plab_process_resident_memory_bytes',
      help: 'Resident memory of a node process, which can contain several nodes.',
      kind: 'gauge',
      samples: answered.map(a => sample('p2plab_process_resident_memory_bytes', { pid: a.pid }, a.rss)),
    },
    {
      name: 'p2plab_process_cpu_seconds_total',
      help: 'CPU time of a node process since it started.',
      kind: 'counter',
      samples: answered.map(a => sample('p2plab_process_cpu_seconds_total', { pid: a.pid }, a.cpuMs / 1000)),
    },
    ...answered.flatMap(answer => answer.families),
  ]).filter(({ samples }) => samples.length > 0)
}

const isUp = (node: NodeState, heard: ReadonlySet<string>) =>
  node.phase === 'listening' && heard.has(node.name)
