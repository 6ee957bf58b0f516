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
    { is: 'file', label: t('From a file…'), description: t('the links that you wrote, as JSON') },
    { is: 'separator', label: t('options') },
    {
      is: 'production',
      label: production ? t('Production values: on') : t('Production values: off'),
      description: t("libp2p's own defaults, made for the internet, to see what they do on one machine"),
    },
    {
      is: 'seed',
      label: seed === undefined ? t('Seed: drawn at random') : t('Seed: {0}', seed),
      description: t('the same seed makes the same network'),
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
        description: t('each node connects to the next: the longest way for a message'),
      }
    case 'ring':
      return { label: t('Ring'), description: t('a line whose ends are joined') }
    case 'star':
      return { label: t('Star'), description: t('every node connects to the first: kill that one and see') }
    case 'grid':
      return { label: t('Grid'), description: t('rows and columns: each node connects to those beside it') }
    case 'tree':
      return {
        label: t('Tree'),
        description: t('a root, two children each: every link that fails cuts a branch off'),
      }
    case 'full':
      return { label: t('Full'), description: t('every node connects to every other: many connections') }
  }
}
