/** The sentences of Save Packet Capture…. Pure. */
import { t } from '../l10n.ts'
import type { Obstacle, Saveable } from './packets.ts'
import { MAX_KEPT_BYTES } from './store.ts'

const LIMIT = `${MAX_KEPT_BYTES / 1024 / 1024} MiB`

/** `name` is that of an exercise, "2.2 Envelope", or of a check, "2.2 Envelope: Answers". */
export function obstacleText(obstacle: Obstacle, name: string): string {
  switch (obstacle.kind) {
    case 'libp2p':
      return t('{0} has no packet capture, because libp2p encrypts its connections.', name)
    case 'not run':
      return t(
        'You have not checked {0} in this window yet. Check it first, and then save its packets.',
        name,
      )
    case 'nothing sent':
      return obstacle.passed
        ? t('{0} sends nothing over TCP or UDP, so there are no packets to save.', name)
        : t(
            'The last run of {0} ended before it sent anything over TCP or UDP. See its results, and check again.',
            name,
          )
    case 'dropped':
      return t('P2P Lab no longer has the packets of {0}. Check it again, and then save them.', name)
    case 'not kept':
      return t('There are no packets of {0} to save. {1} Then check it again.', name, obstacle.problem)
  }
}

/** `file` as the user knows it. */
export function savedText(file: string, { run, packets, dropped, notKept }: Saveable): string {
  const saved =
    packets === 1
      ? t('Saved 1 packet as {0}.', file)
      : t('Saved {0} packets as {1}.', packets.toLocaleString('en'), file)
  const of = run.checks.length
  return [
    saved,
    dropped > 0 &&
      t(
        'The packets of {0} of {1} checks are missing, because P2P Lab keeps at most {2} of packets.',
        dropped,
        of,
        LIMIT,
      ),
    notKept && t('The packets of {0} of {1} checks are missing. {2}', notKept.checks, of, notKept.problem),
  ]
    .filter(text => typeof text === 'string')
    .join(' ')
}
