/** The numbers of the network: the important ones as they are at the moment shown, and four plots over time. */
import type { NetworkState } from '../../network/state.ts'
import { h, setText } from '../dom.ts'
import type { Palette } from '../graph/palette.ts'
import { span } from '../format.ts'
import { createPlot, type Line } from './plot.ts'
import { percentile, type MessageNumbers, type Series } from './series.ts'

/** The propagation is told over so many messages: one alone says little, and old ones say nothing of now. */
const LATEST = 20

export interface NumbersOptions {
  palette(): Palette
  /** Where the view looks, milliseconds since the epoch; undefined in the present. */
  moment(): number | undefined
  onTime(at: number): void
}

export interface Numbers {
  readonly element: HTMLElement
  /** `state` is the network at the moment shown, the series is of the whole log, which ends at `to`. Clocks count from `zero`. */
  update(series: Series, state: NetworkState, to: number, zero: number): void
  redraw(): void
}

export function createNumbers(options: NumbersOptions): Numbers {
  let origin = 0
  const tile = (name: string, about: string) => {
    const value = h('dd')
    const element = h(
      'div',
      { title: about },
      h('dt', {}, name),
      value,
      h('dd', { class: 'quiet about' }, about),
    )
    return { element, set: (text: string) => setText(value, text) }
  }
  const tiles = {
    deliveries: tile('Deliveries', 'Messages that a node received for the first time.'),
    duplicates: tile('Duplicates', 'Copies of messages that a node already had: the price of a mesh.'),
    cost: tile('Copies per delivery', 'Copies received for each new message. A tree would give 1.'),
    p50: tile('Propagation p50', `Half of the deliveries were faster, for the last ${LATEST} messages.`),
    p99: tile('Propagation p99', `One delivery in a hundred was slower, for the last ${LATEST} messages.`),
    discovery: tile('Discovery', 'Time from the start until every node knew another node.'),
    ready: tile('Mesh ready', 'Time from the start until the gossip mesh was healthy.'),
  }
  const plot = (title: string, about: string, unit: string, lines: readonly Line[]) =>
    createPlot({
      title,
      about,
      unit,
      lines,
      palette: options.palette,
      cursor() {
        const at = options.moment()
        return at === undefined ? undefined : (at - origin) / 1_000
      },
      onTime: seconds => options.onTime(origin + seconds * 1_000),
    })
  const rates = plot('Arrivals per second', 'Message copies received in each second.', '', [
    { name: 'deliveries', color: 'mesh', looks: 'line' },
    { name: 'duplicates', color: 'hop', looks: 'dashed' },
  ])
  const spread = plot('Propagation by message', 'Time from publishing a message until it arrived.', ' ms', [
    { name: 'p50', color: 'mesh', looks: 'dots' },
    { name: 'p99', color: 'hop', looks: 'rings' },
  ])
  const cost = plot('Copies per delivery', 'Copies received for each delivery, by message.', '', [
    { name: 'copies per delivery', color: 'mesh', looks: 'dots' },
  ])
  const gathering = plot(
    'Average peers per node',
    'Peers that each node discovered and has in its mesh.',
    '',
    [
      { name: 'discovered', color: 'hop', looks: 'dashed' },
      { name: 'in the mesh', color: 'mesh', looks: 'line' },
    ],
  )
  const plots = [rates, spread, cost, gathering]
  const element = h(
    'div',
    { class: 'numbers', tabindex: 0, role: 'group', 'aria-label': 'Numbers' },
    h('dl', { class: 'tiles' }, ...Object.values(tiles).map(t => t.element)),
    h('div', { class: 'plots' }, ...plots.map(p => p.element)),
  )

  return {
    element,
    redraw: () => plots.forEach(p => p.redraw()),
    update(series, state, to, zero) {
      origin = zero
      const { received, duplicates, rejected } = state.totals
      tiles.deliveries.set(received.toLocaleString('en'))
      tiles.duplicates.set(duplicates.toLocaleString('en'))
      tiles.cost.set(received === 0 ? '–' : ((received + duplicates + rejected) / received).toFixed(2))
      const delays = latestDelays(series.messages, state.at)
      const [p50, p99] = [percentile(delays, 0.5), percentile(delays, 0.99)]
      tiles.p50.set(p50 === undefined ? '–' : span(p50))
      tiles.p99.set(p99 === undefined ? '–' : span(p99))
      tiles.discovery.set(series.discoveryMs === undefined ? '–' : span(series.discoveryMs))
      tiles.ready.set(state.readyMs === undefined ? '–' : span(state.readyMs))

      const seconds = (at: number) => (at - origin) / 1_000
      const first = Math.min(
        series.gathering[0]?.at ?? Infinity,
        series.seconds[0]?.at ?? Infinity,
        series.messages[0]?.at ?? Infinity,
      )
      const range = {
        min: Math.max(0, Number.isFinite(first) ? seconds(first) : 0),
        max: Math.max(1, seconds(to)),
      }
      // The second that is under way would look like a drop.
      const whole = series.seconds.filter(s => s.at + 1_000 <= to || series.seconds.length === 1)
      rates.update(
        // In the middle of its second, and in the picture also where that is not over yet.
        [
          whole.map(s => seconds(Math.min(s.at + 500, to))),
          whole.map(s => s.deliveries),
          whole.map(s => s.duplicates),
        ],
        range,
        most(
          'Peak per second',
          whole.map(s => s.deliveries),
          n => `${n.toLocaleString('en')} deliveries`,
        ),
      )
      const messages = series.messages.filter(m => m.delays.length > 0).sort((a, b) => a.at - b.at)
      const times = messages.map(m => seconds(m.at))
      const [half, most99] = [0.5, 0.99].map(part => messages.map(m => percentile(m.delays, part)!)) as [
        number[],
        number[],
      ]
      spread.update([times, half, most99], range, most('Slowest p99', most99, span))
      const copies = messages.map(m => m.copies / m.delays.length)
      cost.update(
        [times, copies],
        range,
        most('Most', copies, n => n.toFixed(2)),
      )
      const points = [...series.gathering, ...series.gathering.slice(-1).map(g => ({ ...g, at: to }))]
      gathering.update(
        [points.map(g => seconds(g.at)), points.map(g => g.discovered), points.map(g => g.mesh)],
        range,
        points.length === 0 ? '' : `Currently ${points.at(-1)!.mesh.toFixed(1)} in the mesh.`,
      )
    },
  }
}

/** Sorted, of the last messages that were published by then; what arrived later is left out. */
function latestDelays(messages: readonly MessageNumbers[], at: number): number[] {
  return messages
    .filter(m => m.at <= at)
    .slice(-LATEST)
    .flatMap(m => m.delays.filter(ms => m.at + ms <= at))
    .sort((a, b) => a - b)
}

function most(name: string, values: readonly number[], text: (value: number) => string): string {
  if (values.length === 0) return 'No data yet.'
  return `${name}: ${text(values.reduce((a, b) => Math.max(a, b), 0))}.`
}
