/** The second step of Start Local Network…: the topologies, and what else can be chosen. Knows no vscode. */
import { TOPOLOGIES, type Topology } from '../../network/events.ts'
import { t } from '../l10n.ts'

export interface StartItem {
  is: Topology | 'file' | 'separator' | 'production' | 'seed'
  label: string
  description?: string
}

/** `preferred` comes first: Enter takes it. */
export function startItems(
  preferred: Topology,
  { production, seed }: { production: boolean; seed: number | undefined },
): StartItem[] {
  const order = [preferred, ...TOPOLOGIES.filter(other => other !== preferred)]
  return [
    ...order.map(topology => ({ is: topology, ...describeTopology(topology) })),
    { is: 'file', label: t('From a file…'), description: t('links from a JSON file') },
    { is: 'separator', label: t('options') },
    {
      is: 'production',
      label: production ? t('Production values: on') : t('Production values: off'),
      description: t('the defaults of libp2p for the internet, to see how they behave on one machine'),
    },
    {
      is: 'seed',
      label: seed === undefined ? t('Seed: random') : t('Seed: {0}', seed),
      description: t('the same seed gives the same network'),
    },
  ]
}

function describeTopology(topology: Topology): { label: string; description: string } {
  switch (topology) {
    case 'random':
      return {
        label: t('Random'),
        description: t('each node connects to a few others, like most real networks'),
      }
    case 'line':
      return {
        label: t('Line'),
        description: t('each node connects to the next; messages travel the longest way'),
      }
    case 'ring':
      return { label: t('Ring'), description: t('a line with its ends joined') }
    case 'star':
      return { label: t('Star'), description: t('every node connects to the first; kill that one and watch') }
    case 'grid':
      return { label: t('Grid'), description: t('rows and columns; each node connects to its neighbors') }
    case 'tree':
      return {
        label: t('Tree'),
        description: t('a root with two children per node; every failed link cuts off a branch'),
      }
    case 'full':
      return { label: t('Full'), description: t('every node connects to every other; many connections') }
  }
}
