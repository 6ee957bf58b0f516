/** What the lines and shapes of the graph mean. The samples are drawn with the same colours, through classes. */
import { h, svg } from '../dom.ts'
import { TERMS, type Term } from '../panes/terms.ts'

const line = (kind: string) =>
  svg(
    'svg',
    { class: 'sample', viewBox: '0 0 28 14', 'aria-hidden': 'true' },
    svg('path', { class: kind, d: 'M2 7h24' }),
  )

const hop = () =>
  svg(
    'svg',
    { class: 'sample', viewBox: '0 0 28 14', 'aria-hidden': 'true' },
    svg('path', { class: 'line-hop', d: 'M2 7h19' }),
    svg('path', { class: 'hop-head', d: 'M26 7l-7-4v8z' }),
  )

const shape = (mark: string, ...parts: [string, Record<string, string>][]) =>
  svg(
    'svg',
    { class: `sample mark-${mark}`, viewBox: '0 0 28 14', 'aria-hidden': 'true' },
    ...parts.map(([tag, props]) => svg(tag, props)),
  )
const circle: [string, Record<string, string>] = ['circle', { cx: '14', cy: '7', r: '5.5' }]

const fanout = () =>
  svg(
    'svg',
    { class: 'sample', viewBox: '0 0 28 14', 'aria-hidden': 'true' },
    svg('path', { class: 'line-fanout', d: 'M2 7h23' }),
    svg('path', { class: 'fanout-head', d: 'M20 3l6 4-6 4' }),
  )

const ENTRIES: [() => SVGElement, string, Term?][] = [
  [() => line('line-dialling'), 'Dialling', 'Dialling'],
  [() => line('line-connection'), 'Connection', 'Connection'],
  [() => line('line-one-way'), 'Grafted by one side', 'Graft'],
  [() => line('line-mutual'), 'Gossip mesh', 'Mesh'],
  [fanout, 'Fanout', 'Fanout'],
  [hop, 'Last hop of a message', 'Last hop'],
  [() => shape('starting', circle), 'Starting'],
  [() => shape('listening', circle), 'Listening'],
  [() => shape('paused', circle, ['path', { d: 'M12.3 4.5v5M15.7 4.5v5' }]), 'Paused'],
  [() => shape('stopped', ['rect', { x: '9', y: '2', width: '10', height: '10', rx: '2' }]), 'Stopped'],
  [() => shape('killed', circle, ['path', { d: 'M10.5 3.5l7 7M17.5 3.5l-7 7' }]), 'Killed'],
  [() => shape('crashed', ['path', { d: 'M14 1.5l6 10.5H8z' }]), 'Crashed'],
  [() => shape('foreign', ['path', { d: 'M14 1l6 6-6 6-6-6z' }]), 'Foreign peer'],
]

export function createLegend(open: boolean, onToggle: (open: boolean) => void): HTMLElement {
  const legend = h(
    'details',
    { class: 'legend', open, ontoggle: () => onToggle(legend.open) },
    h('summary', {}, 'Legend'),
    h(
      'ul',
      {},
      ...ENTRIES.map(([sample, text, term]) =>
        h('li', { title: term && TERMS[term] }, sample(), h('span', {}, text)),
      ),
    ),
    h(
      'details',
      { class: 'terms' },
      h('summary', {}, 'What do the words mean?'),
      h(
        'div',
        { class: 'terms-list', tabindex: 0, role: 'group', 'aria-label': 'The field’s terms' },
        h(
          'dl',
          {},
          ...Object.entries(TERMS).map(([term, text]) => h('div', {}, h('dt', {}, term), h('dd', {}, text))),
        ),
      ),
    ),
  )
  return legend
}
