/** What the fault commands ask. Each throws Cancelled when the user gives up. */
import * as vscode from 'vscode'
import { HOSTILITIES, type Group, type Hostility, type LinkFaults } from '../../network/events.ts'
import { edges, liveNodes, type NetworkState } from '../../network/state.ts'
import { Cancelled } from '../errors.ts'
import { t } from '../l10n.ts'
import { describeNode } from './labels.ts'
import { describeFaults, linkPresets, parseLinkFaults } from './link-presets.ts'
import { pickSeveral } from './pick-several.ts'
import { halves } from './split.ts'

async function picked<T>(choice: Thenable<T | undefined>): Promise<T> {
  const value = await choice
  if (value === undefined) throw new Cancelled()
  return value
}

/** The parts of a split; the nodes that none names are one more part. */
export async function askParts(state: NetworkState): Promise<Group[]> {
  const title = t('Split Network')
  const nodes = liveNodes(state)
  const by = (how: 'halves' | 'chosen', label: string, detail: string) => ({ how, label, detail })
  const { how } = await picked(
    vscode.window.showQuickPick(
      [
        by(
          'halves',
          t('Two halves'),
          nodes.length % 2 === 0
            ? t('{0} nodes on each side, chosen at random', nodes.length / 2)
            : t('{0} and {1} nodes, chosen at random', (nodes.length - 1) / 2, (nodes.length + 1) / 2),
        ),
        by('chosen', t('Selected nodes'), t('cut off from all other nodes')),
      ],
      { title, placeHolder: t('How should the network split? No message crosses until you heal it.') },
    ),
  )
  if (how === 'halves') return halves(nodes.map(({ name }) => name))
  const items = nodes.map(node => ({ label: node.name, description: describeNode(node, state) }))
  const chosen = await pickSeveral(items, {
    title,
    placeholder: t('Select the nodes to cut off from the others'),
    missing: t('Select at least one node, then press Enter'),
  })
  return [{ name: 'A', nodes: chosen.map(({ label }) => label) }]
}

export interface Link {
  a: string
  b: string
}

/** Links of `node`, or of any. Foreign peers have none of our links. */
export async function askLinks(state: NetworkState, title: string, node?: string): Promise<Link[]> {
  const links = edges(state).filter(
    ({ a, b }) => state.nodes[a] && state.nodes[b] && (node === undefined || a === node || b === node),
  )
  const items = links.map(link => ({
    label: `${link.a} – ${link.b}`,
    description: link.mesh === 'none' ? t('connection') : t('mesh'),
    picked: node !== undefined,
    link,
  }))
  if (items.length === 0) throw new Error(t('There are no links.'))
  const chosen = await pickSeveral(items, {
    title,
    placeholder: t('Select one or more links'),
    missing: missingLink(),
  })
  return chosen.map(({ link }) => link)
}

/** The links that have faults now. */
export async function askFaultyLinks(state: NetworkState, title: string): Promise<Link[]> {
  const items = Object.values(state.faultyLinks).map(({ a, b, faults }) => ({
    label: `${a} – ${b}`,
    description: describeFaults(faults),
    picked: true,
    link: { a, b },
  }))
  if (items.length === 0) throw new Error(t('There are no faulty links.'))
  const chosen = await pickSeveral(items, {
    title,
    placeholder: t('Which links should be restored?'),
    missing: missingLink(),
  })
  return chosen.map(({ link }) => link)
}

const missingLink = () => t('Select at least one link, then press Enter')

export async function askFaults(title: string): Promise<LinkFaults> {
  const own = {
    label: t('Other…'),
    description: t('custom latency, jitter, loss and bandwidth'),
    faults: undefined,
  }
  const { faults } = await picked(
    vscode.window.showQuickPick([...linkPresets(), own], {
      title,
      placeHolder: t('Which fault should these links have?'),
    }),
  )
  if (faults) return faults
  const text = await picked(
    vscode.window.showInputBox({
      title,
      value: 'latency 200, jitter 50',
      prompt: t('Latency and jitter in ms, loss from 0 to 1, bandwidth in bytes per second'),
      validateInput: typed => {
        const parsed = parseLinkFaults(typed)
        return typeof parsed === 'string' ? parsed : undefined
      },
    }),
  )
  return parseLinkFaults(text) as LinkFaults
}

export async function askHostility(): Promise<Hostility> {
  const words: Record<Hostility, { label: string; detail: string }> = {
    spam: { label: t('Spammer'), detail: t('publishes far too many messages') },
    invalid: { label: t('Invalid sender'), detail: t('publishes messages that the other nodes reject') },
  }
  const items = HOSTILITIES.map(hostility => ({ hostility, ...words[hostility] }))
  const options = { title: t('Add Hostile Node'), placeHolder: t('What should the node do?') }
  return (await picked(vscode.window.showQuickPick(items, options))).hostility
}

/** Kills a minute. */
export async function askChurn(): Promise<number> {
  const perMinute = (n: number, detail: string) => ({ n, label: t('{0} a minute', n), detail })
  const items = [
    perMinute(6, t('kills a node every ten seconds and restarts it')),
    perMinute(20, t('kills a node every three seconds')),
    perMinute(60, t('kills a node every second, with hardly any time to heal')),
  ]
  const options = { title: t('Start Churn'), placeHolder: t('How often should a node leave and come back?') }
  return (await picked(vscode.window.showQuickPick(items, options))).n
}
