/** Networks of several computers on the command line: `network up --share [ADDRESS]` and `network join CODE`. */
import { isIPv4 } from 'node:net'
import { MAX_JOINING } from '../network/limits.ts'
import type { StartOptions } from '../network/start-options.ts'
import { readJoinCode } from '../network/share/join-code.ts'
import { remotePeers, type NetworkState } from '../network/state.ts'
import { integer, quoted, string } from './arguments.ts'
import { UsageError, type Arguments, type Option } from './command.ts'
import { readMetrics } from './metrics-option.ts'

const DEFAULT_JOINING = 3

export const shareOption: Readonly<Record<string, Option>> = {
  share: {
    type: 'optional',
    value: 'ADDRESS',
    description:
      'Let other computers on your local network join, and print a code for p2plab network join. Set ADDRESS if this computer has several addresses.',
  },
}

/** Throws UsageError. */
export function readShare(values: Arguments['values']): Pick<StartOptions, 'share'> {
  const address = string(values, 'share')
  if (address === undefined) return {}
  if (address !== '' && !isIPv4(address))
    throw new UsageError(`--share must be an IPv4 address of this computer, not ${quoted(address)}.`)
  return { share: address === '' ? {} : { address } }
}

/** What `network join CODE` starts. Throws UsageError. */
export function readJoin(code: string | undefined, values: Arguments['values']): StartOptions {
  if (code === undefined) throw new UsageError('CODE is missing. Usage: p2plab network join CODE [--nodes 3]')
  const read = readJoinCode(code)
  if ('problem' in read) throw new UsageError(read.problem)
  const known = ['nodes', 'metrics', 'record', 'seed', 'keep-running', 'json']
  const other = Object.keys(values).find(name => values[name] !== undefined && !known.includes(name))
  if (other !== undefined)
    throw new UsageError(`network join does not accept --${other}, because the shared network decides.`)
  const seed = integer(values, 'seed', 0, Number.MAX_SAFE_INTEGER)
  return {
    nodes: integer(values, 'nodes', 1, MAX_JOINING) ?? DEFAULT_JOINING,
    topology: 'full',
    join: code,
    ...(seed === undefined ? {} : { seed }),
    ...readMetrics(values),
  }
}

/** Lines about who else there is, each with its end. */
export function sharingText(state: NetworkState): string {
  const { shared, joined } = state
  const remote = remotePeers(state).map(r => `remote ${r.peer} ${r.address} (${r.nodes.join(', ')})\n`)
  const lines = [
    shared &&
      `Shared at ${shared.address}. Join code: ${shared.code}\nOn the other computer: p2plab network join ${shared.code}\n`,
    joined && `Joined the network at ${joined.address}\n`,
  ]
  return [...lines.filter(line => line !== undefined), ...remote].join('')
}

export const sharingJson = (state: NetworkState) => ({
  ...(state.shared && { shared: state.shared }),
  ...(state.joined && { joined: { address: state.joined.address } }),
  ...((state.shared ?? state.joined) && { remote: remotePeers(state) }),
})
