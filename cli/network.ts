/** `p2plab network up`: starts a network and keeps it until Ctrl-C. `p2plab network list`: the saved ones. */
import type { Network } from '../network/orchestrator/network.ts'
import type { StartOptions } from '../network/start-options.ts'
import {
  listNetworks,
  loadNetwork,
  makeSavedFolder,
  newNameProblem,
  savedFolder,
  saveNetwork,
  startOptionsOf,
} from '../network/saved-networks.ts'
import { cut, quoted, string } from './arguments.ts'
import { EXIT, UsageError, type Arguments, type Command } from './command.ts'
import { metricsOption, readMetrics } from './metrics-option.ts'
import { networkOptions, readNetworkOptions } from './network-options.ts'
import { isUnread } from './endings.ts'
import { nodeRows } from './node-rows.ts'
import { programOption, readProgram } from './program-option.ts'
import { recordOption } from './record-option.ts'
import { withNetwork } from './with-network.ts'
import { HELP, typedCommands } from './typed-commands.ts'
import { followRemote } from './remote-line.ts'
import { readJoin, readShare, shareOption, sharingJson, sharingText } from './sharing-options.ts'

export const network: Command = {
  name: 'network',
  summary: 'Start a local network and keep it running until Ctrl+C.',
  usage:
    'network list | join CODE [--nodes 3] | up [--nodes 10] [--topology random] [--discovery mdns|assigned] [--program ID [--workspace DIR]] [--production-values] [--save NAME | --load NAME] [--record FILE] [--metrics [PORT]] [--share [ADDRESS]] [--keep-running] [--seed N] [--json]',
  positionals: ['up, join or list'],
  rest: 'CODE',
  options: {
    ...networkOptions,
    ...recordOption,
    ...metricsOption,
    ...shareOption,
    ...programOption,
    save: {
      type: 'string',
      value: 'NAME',
      description: 'Save the identities, links and settings under this name.',
    },
    load: {
      type: 'string',
      value: 'NAME',
      description: 'Start a saved network with the same identities.',
    },
    'keep-running': {
      type: 'boolean',
      description:
        'Keep running when the terminal closes, or when the shell or program that started it ends.',
    },
  },
  notes: `The network stops on Ctrl+C, when its terminal closes, and when the shell or program that started it ends, unless you use --keep-running.\n\nWhile the network runs, standard input accepts commands, one per line:\n${HELP}`,
  async run({ values, positionals, signal }) {
    const [action, ...words] = positionals
    if (action !== 'up' && action !== 'join' && action !== 'list')
      throw new UsageError(
        `${quoted(`network ${action}`)} is not a command. Try: network up, network join, or network list`,
      )
    if (action !== 'join' && words[0] !== undefined)
      throw new UsageError(`Unexpected argument ${quoted(words[0])}.`)
    if (action === 'list') return list(values)
    // A code that was pasted with spaces.
    const code = words.length === 0 ? undefined : words.join(' ')
    const options =
      action === 'join'
        ? readJoin(code, values)
        : {
            ...(await optionsFor(values)),
            ...readMetrics(values),
            ...readShare(values),
            ...(await readProgram(values)),
          }
    const save = string(values, 'save')
    const taken = save === undefined ? [] : await listNetworks(savedFolder())
    const problem = save === undefined ? undefined : newNameProblem(save, taken)
    if (problem !== undefined) throw new UsageError(`--save: ${problem}.`)
    if (save !== undefined && taken.includes(save))
      throw new UsageError(`--save ${save}: a saved network with that name already exists. Use another name.`)
    if (save !== undefined) await makeSavedFolder(savedFolder())
    return await withNetwork(values, async network => {
      const { readyMs } = await network.start(options, { startedAt: performance.timeOrigin, signal })
      if (save !== undefined) await saveNetwork(savedFolder(), { name: save, ...network.definition() })
      process.stdout.write(
        values['json'] ? `${JSON.stringify(asJson(network, readyMs))}\n` : asText(network, readyMs),
      )
      const unfollow = followRemote(network)
      const print = (text: string) => (values['json'] ? process.stderr : process.stdout).write(text)
      const interrupted = new Promise(resolve => signal.addEventListener('abort', resolve, { once: true }))
      await Promise.race([interrupted, typedCommands({ network, signal, print })])
      unfollow()
      // Ctrl+C is how it ends. That nobody reads it any more is not.
      return isUnread(signal) ? EXIT.interrupted : EXIT.pass
    })
  },
}

/** What is saved decides what a loaded network is: options that would contradict it are refused. */
async function optionsFor(values: Arguments['values']): Promise<StartOptions> {
  const name = string(values, 'load')
  if (name === undefined) return readNetworkOptions(values)
  const other = [...Object.keys(networkOptions), 'save'].find(o => o !== 'json' && values[o] !== undefined)
  if (other)
    throw new UsageError(`--load does not accept --${other}, because a saved network keeps its settings.`)
  try {
    return startOptionsOf(await loadNetwork(savedFolder(), name))
  } catch (error) {
    throw new UsageError(`--load: ${cut((error as Error).message)}.`)
  }
}

async function list(values: Arguments['values']): Promise<number> {
  const names = await listNetworks(savedFolder())
  const text = names.length > 0 ? names.map(name => `${name}\n`).join('') : 'There are no saved networks.\n'
  process.stdout.write(values['json'] ? `${JSON.stringify(names)}\n` : text)
  return EXIT.pass
}

const asJson = ({ state }: Network, readyMs: number) => ({
  readyMs,
  topology: state.topology,
  discovery: state.discovery,
  ...(state.program !== undefined && { program: state.program }),
  ...(state.mdns && { mdns: state.mdns }),
  ...(state.metrics === undefined ? {} : { metrics: state.metrics }),
  ...sharingJson(state),
  nodes: Object.values(state.nodes).map(({ name, pid, peerId, addresses, phase }) => ({
    name,
    phase,
    pid,
    peerId,
    addresses,
  })),
})

function asText({ state }: Network, readyMs: number): string {
  const found =
    state.program !== undefined
      ? `your program of exercise ${state.program}`
      : state.discovery === 'mdns'
        ? 'discovered through mDNS'
        : 'assigned addresses'
  const first = `${Object.keys(state.nodes).length} nodes (${state.topology}, ${found}) ready in ${readyMs} ms`
  const { mdns } = state
  const tag = mdns === undefined ? '' : `mDNS: service tag ${mdns.serviceTag}, UDP port ${mdns.port}\n`
  const metrics = state.metrics === undefined ? '' : `Metrics: ${state.metrics}\n`
  return `${first}\n${nodeRows(state)}${tag}${metrics}${sharingText(state)}Press Ctrl+C to stop${process.stdin.isTTY ? ', or type a command (help lists them)' : ''}.\n`
}
