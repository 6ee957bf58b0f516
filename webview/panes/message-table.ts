/** The messages as a table, newest first. Selecting one shows its way on the graph. */
import { progress, type MessageState } from '../../network/state.ts'
import { createGrid, type Grid } from './grid.ts'
import { TERMS } from './terms.ts'
import { bytesText, span } from '../format.ts'

export function createMessageTable(options: {
  /** Nothing can be broadcast: it is a recording. */
  recorded: boolean
  onSelect(id: string): void
}): Grid<MessageState> {
  return createGrid<MessageState>({
    label: 'Messages',
    empty: options.recorded
      ? 'No messages up to this point.'
      : 'No messages yet. Broadcast one and watch it travel.',
    key: m => m.id,
    onSelect: options.onSelect,
    columns: [
      { title: 'No.', fullTitle: 'Message number', text: m => m.number.toLocaleString('en') },
      { title: 'From', text: m => m.publisher ?? (m.origin ? `…${m.origin.slice(-8)}` : '?') },
      { title: 'Content', text: contentText },
      { title: 'Reached', fullTitle: 'Nodes reached', numeric: true, text: reached },
      {
        title: 'Dup.',
        fullTitle: 'Duplicates received',
        explanation: TERMS.Duplicate,
        numeric: true,
        text: m => String(m.duplicates),
      },
      {
        title: 'Slowest',
        fullTitle: 'Time until the slowest node received it',
        explanation: TERMS.Propagation,
        numeric: true,
        text: slowest,
      },
    ],
  })
}

/** The text of a message, or its size where it is not text. */
export const contentText = (m: MessageState): string =>
  m.text === undefined ? bytesText(m.bytes) : m.text.length > 80 ? `“${m.text.slice(0, 79)}…”` : `“${m.text}”`

function reached(m: MessageState): string {
  const { reached, expected } = progress(m)
  return `${reached} of ${expected}`
}

function slowest(m: MessageState): string {
  const { reached, slowestMs } = progress(m)
  return reached > 0 ? span(slowestMs) : '–'
}
