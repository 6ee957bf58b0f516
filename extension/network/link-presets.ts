/** Faults of a link that are worth seeing, and reading those that a user types. Knows no vscode. */
import * as v from 'valibot'
import { linkFaults, type LinkFaults } from '../../network/events.ts'
import { t } from '../l10n.ts'

export interface LinkPreset {
  label: string
  description: string
  faults: LinkFaults
}

export const linkPresets = (): LinkPreset[] => [
  {
    label: t('Far away'),
    description: t('100 ms each way, like a link across an ocean'),
    faults: { latencyMs: 100, jitterMs: 10 },
  },
  {
    label: t('Slow'),
    description: t('1 s each way, like an overloaded link'),
    faults: { latencyMs: 1_000 },
  },
  {
    label: t('Lossy'),
    description: t('loses 5% of the segments; each retransmission takes 200 ms or more'),
    faults: { loss: 0.05 },
  },
  {
    label: t('Narrow'),
    description: t('8 kB per second, so large messages take long'),
    faults: { bytesPerSecond: 8_000 },
  },
]

/** As in "latency 200, jitter 50, loss 0.05, bandwidth 32000". */
const NAMES: Record<string, keyof LinkFaults> = {
  latency: 'latencyMs',
  jitter: 'jitterMs',
  loss: 'loss',
  bandwidth: 'bytesPerSecond',
}

/** The faults, or a sentence that says what is wrong and what is accepted. */
export function parseLinkFaults(text: string): LinkFaults | string {
  const wanted = t(
    'Enter faults such as: latency 200, jitter 50, loss 0.05, bandwidth 32000 (ms, ms, 0 to 1, bytes per second).',
  )
  const faults: Record<string, number> = {}
  for (const part of text.split(',').filter(piece => piece.trim() !== '')) {
    const [, name = '', value = ''] = /^\s*([a-z]+)\s*[ =:]\s*([\d.]+)\s*$/i.exec(part) ?? []
    const key = NAMES[name.toLowerCase()]
    if (!key) return t('“{0}” is not valid. {1}', part.trim(), wanted)
    faults[key] = Number(value)
  }
  const parsed = v.safeParse(linkFaults, faults)
  if (!parsed.success || Object.keys(faults).length === 0) return wanted
  return parsed.output
}

/** "200 ms, ± 50 ms, 5 % lost, 32 kB/s". */
export function describeFaults({ latencyMs, jitterMs, loss, bytesPerSecond }: LinkFaults): string {
  return [
    latencyMs !== undefined && t('{0} ms', latencyMs),
    jitterMs !== undefined && t('± {0} ms', jitterMs),
    loss !== undefined && t('{0}% lost', Math.round(loss * 1000) / 10),
    bytesPerSecond !== undefined && t('{0} kB/s', Math.round(bytesPerSecond / 100) / 10),
  ]
    .filter(part => part !== false)
    .join(', ')
}
