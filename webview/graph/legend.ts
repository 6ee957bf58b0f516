/** What the lines and shapes of the graph mean. The samples are drawn with the same colours, through classes. */
import { h, svg } from '../dom.ts'
import { LEADER_SIGN } from '../panes/words.ts'
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

const sample = (kind: string, line: string, mark: string) =>
  svg(
    'svg',
    { class: `sample ${kind}`, viewBox: '0 0 28 14', 'aria-hidden': 'true' },
    svg('path', { class: 'fault-line', d: line }),
    svg('path', { class: 'fault-mark', d: mark }),
  )

/** The outline of a star. */
const spikes = (x: number, y: number, outer: number, inner: number): string =>
  `M${Array.from({ length: 18 }, (_, i) => {
    const [r, angle] = [i % 2 === 0 ? outer : inner, (i * Math.PI) / 9 - Math.PI / 2]
    return `${(x + r * Math.cos(angle)).toFixed(1)} ${(y + r * Math.sin(angle)).toFixed(1)}`
  }).join('L')}z`

const fanout = () =>
  svg(
    'svg',
    { class: 'sample', viewBox: '0 0 28 14', 'aria-hidden': 'true' },
    svg('path', { class: 'line-fanout', d: 'M2 7h23' }),
    svg('path', { class: 'fanout-head', d: 'M20 3l6 4-6 4' }),
  )

/** The last: of nodes of one kind only, gossipsub's or copies of a learner's program. */
const ENTRIES: [() => SVGElement, string, (Term | undefined)?, ('libp2p' | 'program')?][] = [
  [() => line('line-dialling'), 'Dialing', 'Dialing'],
  [() => line('line-connection'), 'Connection', 'Connection'],
  [() => line('line-one-way'), 'Grafted on one side', 'Graft', 'libp2p'],
  [() => line('line-mutual'), 'Gossip mesh', 'Mesh', 'libp2p'],
  [() => sample('fault-cut', 'M2 7h9M17 7h9', 'M10 10.5l2-7M16 10.5l2-7'), 'Cut by a split', 'Partition'],
  [() => sample('fault-zigzag', 'M2 7h4M22 7h4', 'M6 7l1.5 3 3-6.5 3 6.5 3-6.5 3 6.5 1.5-3'), 'Faulty link'],
  [fanout, 'Fanout', 'Fanout', 'libp2p'],
  [hop, 'Last hop of a message', 'Last hop'],
  [() => shape('starting', circle), 'Starting'],
  [() => shape('listening', circle), 'Listening'],
  [() => shape('paused', circle, ['path', { d: 'M12.3 4.5v5M15.7 4.5v5' }]), 'Paused'],
  [() => shape('stopped', ['rect', { x: '9', y: '2', width: '10', height: '10', rx: '2' }]), 'Stopped'],
  [() => shape('killed', circle, ['path', { d: 'M10.5 3.5l7 7M17.5 3.5l-7 7' }]), 'Killed'],
  [() => shape('crashed', ['path', { d: 'M14 1.5l6 10.5H8z' }]), 'Crashed'],
  [
    () =>
      shape('hostile', ['path', { d: spikes(14, 7, 7, 4.6) }], ['circle', { cx: '14', cy: '7', r: '3.6' }]),
    'Hostile',
    'Hostile node',
    'libp2p',
  ],
  [
    () => shape('group', ['rect', { x: '2', y: '1.5', width: '24', height: '11', rx: '5.5' }]),
    'Split group',
    'Partition',
  ],
  [
    () =>
      svg(
        'svg',
        { class: 'sample', viewBox: '0 0 28 14', 'aria-hidden': 'true' },
        svg(
          'text',
          { class: 'leader-sign', x: 14, y: 11, 'text-anchor': 'middle', fill: 'currentColor' },
          LEADER_SIGN,
        ),
      ),
    'Leader, with its term',
    undefined,
    'program',
  ],
  [() => shape('foreign', ['path', { d: 'M14 1l6 6-6 6-6-6z' }]), 'Foreign peer', undefined, 'libp2p'],
]

export function createLegend(open: boolean, onToggle: (open: boolean) => void): HTMLElement {
  const legend = h(
    'details',
    { class: 'legend', open, ontoggle: () => onToggle(legend.open) },
    h('summary', {}, 'Legend'),
    h(
      'ul',
      {},
      ...ENTRIES.map(([sample, text, term, only]) =>
        h('li', { title: term && TERMS[term], 'data-only': only }, sample(), h('span', {}, text)),
      ),
    ),
    h(
      'details',
      { class: 'terms' },
      h('summary', {}, 'Glossary'),
      h(
        'div',
        { class: 'terms-list', tabindex: 0, role: 'group', 'aria-label': 'Glossary' },
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
