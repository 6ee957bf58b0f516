/**
 * A check's message as elements. Its lines are sentences, some with a word in front that says what they are
 * ("Expected:"), and, indented, bytes and times in columns: those keep their columns, and scroll where there is no room.
 */
import { h } from '../dom.ts'

const LEADS = /^(Expected|Got|Perhaps|Seed|On the wire|Your program printed):/

/** Below this, what is long is folded away. */
const FOLDED = /^(On the wire|Your program printed):/

export function messageElements(text: string): HTMLElement[] {
  const blocks: HTMLElement[] = []
  const lines = text.trimEnd().split('\n')
  for (let at = 0; at < lines.length;) {
    const line = lines[at++]!
    const columns: string[] = []
    while (at < lines.length && /^\s/.test(lines[at]!)) columns.push(lines[at++]!)
    if (columns.length === 0) blocks.push(h('p', {}, ...sentence(line)))
    else if (FOLDED.test(line))
      blocks.push(h('details', {}, h('summary', {}, ...sentence(line)), table(columns)))
    else blocks.push(h('p', {}, ...sentence(line)), table(columns))
  }
  return blocks
}

function sentence(line: string): (Node | string)[] {
  const lead = LEADS.exec(line)?.[0]
  return lead === undefined ? [line] : [h('strong', {}, lead), line.slice(lead.length)]
}

function table(lines: string[]): HTMLElement {
  const margin = Math.min(...lines.map(line => line.search(/\S|$/)))
  return h('pre', { class: 'columns', tabindex: 0 }, lines.map(line => line.slice(margin)).join('\n'))
}
