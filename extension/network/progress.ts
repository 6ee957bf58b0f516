/** Asks for what takes a while, and shows that it is under way. Which operations these are, network/operations/ says. */
import type { NameWithProgress, OperationOf, Results } from '../../network/operations/table.ts'
import { t } from '../l10n.ts'
import { slowly, type OnCancel } from '../slowly.ts'
import type { NetworkService } from './service.ts'

const TITLES: { readonly [N in NameWithProgress]: (operation: OperationOf<N>) => string } = {
  stopAll: () => t('Stopping the network'),
  addNode: () => t('Adding a node'),
  stopNode: ({ node }) => t('Stopping {0}', node),
  restartNode: ({ node }) => t('Restarting {0}', node),
  partition: () => t('Splitting the network'),
  heal: () => t('Healing the network'),
  stopChurn: () => t('Waiting for the last killed node to restart'),
  addHostile: () => t('Adding a hostile node'),
}

/** See slowly.ts. With `undo` it can be cancelled: what it has done is undone. */
export function requestSlowly<O extends OperationOf<NameWithProgress>>(
  service: NetworkService,
  operation: O,
  undo?: OnCancel<Results[O['op']]>,
): Promise<Results[O['op']]> {
  const title = TITLES[operation.op] as (operation: O) => string
  return slowly(title(operation), () => service.request(operation), undo)
}
