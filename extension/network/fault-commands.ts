/**
 * The commands that break a network on purpose, and mend it. Each resolves when what it did is so, not when it was asked,
 * and asks nothing that it was given (see api.ts).
 */
import type { Group, Hostility, LinkFaults } from '../../network/events.ts'
import { liveNodes } from '../../network/state.ts'
import { t } from '../l10n.ts'
import type { Actions } from '../lazily.ts'
import { slowly } from '../slowly.ts'
import {
  askChurn,
  askFaultyLinks,
  askFaults,
  askHostility,
  askLinks,
  askParts,
  type Link,
} from './ask-faults.ts'
import { isRunning, nodeOfTarget, pickNode, type Target } from './pick-node.ts'
import { requestSlowly } from './progress.ts'
import { NothingRuns, type NetworkService } from './service.ts'

export function faultActions(service: NetworkService) {
  const pick = pickNode(service)
  const needsNodes = () => {
    if (liveNodes(service.state).length === 0) throw new NothingRuns()
  }
  const setFaults = async (links: readonly Link[], faults: LinkFaults) => {
    for (const { a, b } of links) await service.request({ op: 'setLinkFault', a, b, faults })
  }
  const clearFaults = async (links: readonly Link[]) => {
    for (const { a, b } of links) await service.request({ op: 'clearLinkFault', a, b })
  }

  return {
    pauseNode: async (target?: Target) => {
      const node = await pick(target, t('Pause Node'), n => isRunning(n) && !n.paused)
      return await service.request({ op: 'pauseNode', node })
    },
    resumeNode: async (target?: Target) => {
      const node = await pick(target, t('Resume Node'), n => n.paused !== undefined)
      return await service.request({ op: 'resumeNode', node })
    },
    splitNetwork: async (given?: { groups?: Group[] }) => {
      needsNodes()
      const groups = given?.groups ?? (await askParts(service.state))
      return await requestSlowly(service, { op: 'partition', groups })
    },
    healNetwork: () => requestSlowly(service, { op: 'heal' }),
    // From a tree's menu the second argument is its selection, which has neither links nor faults.
    setLinkFault: async (target?: Target, given?: { links?: Link[]; faults?: LinkFaults }) => {
      needsNodes()
      const title = t('Slow Down or Break Links')
      const links =
        given?.links ?? linksOf(target) ?? (await askLinks(service.state, title, nodeOfTarget(target)))
      const faults = given?.faults ?? (await askFaults(title))
      await slowly(t('Adding faults to {0} links', links.length), () => setFaults(links, faults))
    },
    clearLinkFault: async (given?: { links?: Link[] } | Target) => {
      needsNodes()
      const links = linksOf(given) ?? (await askFaultyLinks(service.state, t('Clear Link Faults')))
      await slowly(t('Clearing link faults'), () => clearFaults(links))
    },
    startChurn: async (given?: { perMinute?: number }) => {
      needsNodes()
      const perMinute = given?.perMinute ?? (await askChurn())
      return await service.request({ op: 'startChurn', perMinute })
    },
    stopChurn: () => requestSlowly(service, { op: 'stopChurn' }),
    addHostileNode: async (given?: { kind?: Hostility }) => {
      needsNodes()
      const kind = given?.kind ?? (await askHostility())
      return await requestSlowly(service, { op: 'addHostile', kind })
    },
  } satisfies Actions
}

/** The links that a command was given, or the one that its context menu is about. */
function linksOf(given: { links?: Link[] } | Target): Link[] | undefined {
  if (typeof given !== 'object') return undefined
  if ('links' in given) return given.links
  return 'a' in given && given.a !== undefined && given.b !== undefined
    ? [{ a: given.a, b: given.b }]
    : undefined
}
