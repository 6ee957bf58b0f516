/** `p2plab network up`: starts a network and keeps it until Ctrl-C. */
import { createNetwork, type Network } from '../network/orchestrator/network.ts'
import { string } from './arguments.ts'
import { EXIT, UsageError, type Command } from './command.ts'
import { dist } from './installation.ts'
import { networkOptions, readNetworkOptions } from './network-options.ts'
import { progressLine } from './progress-line.ts'
import { recordOption, recordTo } from './recording.ts'

export const network: Command = {
  name: 'network',
  summary: 'Start a local network and keep it until Ctrl-C.',
  usage:
    'network up [--nodes 10] [--topology random] [--discovery mdns|assigned] [--record FILE] [--seed N] [--json]',
  positionals: ['up'],
  options: {
    ...networkOptions,
    ...recordOption,
  },
  async run({ values, positionals, signal }) {
    if (positionals[0] !== 'up')
      throw new UsageError(`"network ${positionals[0]}" is not a command. Try: network up`)
    const options = readNetworkOptions(values)
    const network = createNetwork({ dist })
    const stopRecording = await recordTo(string(values, 'record'), network)
    const line = progressLine()
    try {
      line.follow(network)
      const { readyMs } = await network.start(options, { startedAt: performance.timeOrigin, signal })
      process.stdout.write(
        values['json'] ? `${JSON.stringify(asJson(network, readyMs))}\n` : asText(network, readyMs),
      )
      await new Promise(resolve => signal.addEventListener('abort', resolve, { once: true }))
      return EXIT.pass
    } finally {
      line.end()
      await network.stopAll()
      await stopRecording()
    }
  },
}

const asJson = ({ state }: Network, readyMs: number) => ({
  readyMs,
  topology: state.topology,
  discovery: state.discovery,
  nodes: Object.values(state.nodes).map(({ name, pid, peerId, addresses, phase }) => ({
    name,
    phase,
    pid,
    peerId,
    addresses,
  })),
})

function asText({ state }: Network, readyMs: number): string {
  const nodes = Object.values(state.nodes)
  const found = state.discovery === 'mdns' ? 'discovered by mDNS' : 'assigned addresses'
  const rows = nodes.map(n =>
    [
      n.name.padEnd(5),
      String(n.pid ?? '-').padEnd(8),
      `${n.mesh.length} mesh`.padEnd(8),
      n.addresses[0] ?? n.phase,
    ].join(' '),
  )
  return `${nodes.length} nodes (${state.topology}, ${found}) ready in ${readyMs} ms\n${rows.join('\n')}\nPress Ctrl-C to stop.\n`
}
