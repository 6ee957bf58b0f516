/** Updates and messages in failure messages. */
import type { SwimMessage, SwimUpdate } from '../../../exercise/swim-message.ts'
import { oneLine } from '../../../preview.ts'

/** "ada-3f suspect, incarnation 4". */
export const shown = ({ node, state, incarnation }: SwimUpdate): string =>
  `${node} ${state}, incarnation ${incarnation}`

export const shownAll = (updates: readonly SwimUpdate[]): string =>
  updates.length === 0 ? 'no updates' : updates.map(shown).join('; ')

export const shownMessage = (message: SwimMessage): string => oneLine(JSON.stringify(message), 300)

export const said = (value: unknown): string => `${oneLine(JSON.stringify(value) ?? 'nothing', 200)}.`

export const isSame = (a: SwimUpdate | undefined, b: SwimUpdate | undefined): boolean =>
  a?.node === b?.node &&
  a?.address === b?.address &&
  a?.state === b?.state &&
  a?.incarnation === b?.incarnation
