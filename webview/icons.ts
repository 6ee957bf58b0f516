/** Icons, 16 by 16, drawn with the text's colour. Decoration: the button they are in carries the name. */
import { h, svg } from './dom.ts'

const PATHS = {
  play: 'M4.5 2.8v10.4L13 8z',
  pause: 'M5.5 3.5v9M10.5 3.5v9',
  stepBack: 'M12 3.5v9L6 8zM3.8 3.5v9',
  stepForth: 'M4 3.5v9L10 8zM12.2 3.5v9',
  previousMark: 'M12.5 3.5 8 8l4.5 4.5M8 3.5 3.5 8 8 12.5',
  nextMark: 'M3.5 3.5 8 8l-4.5 4.5M8 3.5 12.5 8 8 12.5',
  note: 'M2.5 3h11v8H8l-3 2.6V11H2.5zM5 6h6M5 8.3h4',
  broadcast:
    'M8 9.6a1.6 1.6 0 1 0 0-3.2 1.6 1.6 0 0 0 0 3.2M4.7 11.3a4.7 4.7 0 0 1 0-6.6M11.3 4.7a4.7 4.7 0 0 1 0 6.6M2.6 13.4a7.6 7.6 0 0 1 0-10.8M13.4 2.6a7.6 7.6 0 0 1 0 10.8',
  add: 'M8 3v10M3 8h10',
  remove: 'M3 8h10',
  stop: 'M4 4h8v8H4z',
  kill: 'M4 4l8 8M12 4l-8 8',
  restart: 'M12.8 8A4.8 4.8 0 1 1 11 4.3M11.4 1.6v3h-3',
  log: 'M3.5 4h9M3.5 8h9M3.5 12h6',
  fit: 'M2.5 6V2.5H6M10 2.5h3.5V6M13.5 10v3.5H10M6 13.5H2.5V10',
  follow: 'M8 2.5v11M2.5 8H6M13.5 8H10M4.3 6 6.3 8l-2 2M11.7 6l-2 2 2 2',
  condense: 'M3 3h10M3 13h10M3 8h10M8 3.8v2.6M8 12.2V9.6',
  bolt: 'M9 1.8 3.8 9H8l-1 5.2L12.2 7H8z',
  link: 'M6.8 9.2a2.6 2.6 0 0 0 3.7 0l2-2a2.6 2.6 0 0 0-3.7-3.7l-.9.9M9.2 6.8a2.6 2.6 0 0 0-3.7 0l-2 2a2.6 2.6 0 0 0 3.7 3.7l.9-.9',
  copy: 'M5.5 5.5v-3h8v8h-3M2.5 5.5h8v8h-8z',
  save: 'M3 3h8l2 2v8H3zM5.5 3v3.5h4.5V3M5 13V9.5h6V13',
  close: 'M4 4l8 8M12 4l-8 8',
  hint: 'M6 13.2h4M6.5 11.2c0-1.6-2.3-2.4-2.3-5a3.8 3.8 0 0 1 7.6 0c0 2.6-2.3 3.4-2.3 5z',
  book: 'M8 4.2C6.8 3.2 4.9 2.8 2.5 2.8v9.6c2.4 0 4.3.4 5.5 1.4 1.2-1 3.1-1.4 5.5-1.4V2.8c-2.4 0-4.3.4-5.5 1.4zv9.4',
  next: 'M6 3.5 10.5 8 6 12.5',
  previous: 'M10 3.5 5.5 8l4.5 4.5',
  file: 'M4 1.8h5L12.5 5v9.2H4zM9 1.8V5h3.5',
  bug: 'M8 13.5a3.5 3.5 0 0 0 3.5-3.5V8a3.5 3.5 0 0 0-7 0v2A3.5 3.5 0 0 0 8 13.5zM5.8 5.2a2.2 2.2 0 0 1 4.4 0M1.8 9h2.7M11.5 9h2.7M2.4 4.8l2.4 1.6M13.6 4.8l-2.4 1.6M2.4 13.2l2.4-1.6M13.6 13.2l-2.4-1.6',
  wire: 'M3 2.5v11M13 2.5v11M3 5.5h8M8.8 3.6 11 5.5 8.8 7.4M13 10.5H5M7.2 8.6 5 10.5l2.2 1.9',
  network:
    'M4 6a2 2 0 1 0 0-4 2 2 0 0 0 0 4M12 6a2 2 0 1 0 0-4 2 2 0 0 0 0 4M8 14a2 2 0 1 0 0-4 2 2 0 0 0 0 4M6 4h4M5 5.8l2 4.4M11 5.8l-2 4.4',
  passed: 'M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12M5.3 8.2l2 2 3.6-4',
  failed: 'M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12M5.7 5.7l4.6 4.6M10.3 5.7l-4.6 4.6',
  unclear: 'M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12M6.2 6.4a1.8 1.8 0 1 1 2.6 1.7c-.6.3-.8.6-.8 1.2M8 11.4v.2',
  'not-run': 'M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12',
  running: 'M8 2a6 6 0 1 1-6 6',
  changed: 'M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12M8 4.6V8l2.4 1.6',
  info: 'M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12M8 7.3v3.9M8 4.9v.3',
  warning: 'M8 2.2 14.4 13.4H1.6zM8 6.4v3.3M8 11.4v.3',
  error: 'M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12M5.7 5.7l4.6 4.6M10.3 5.7l-4.6 4.6',
} as const
export type Icon = keyof typeof PATHS
const SOLID: ReadonlySet<Icon> = new Set<Icon>(['play', 'stop'])

export const icon = (name: Icon): SVGElement =>
  svg(
    'svg',
    { class: SOLID.has(name) ? 'icon solid' : 'icon', viewBox: '0 0 16 16', 'aria-hidden': 'true' },
    svg('path', { d: PATHS[name] }),
  )

/** A button that is only an icon; `label` is its name and its tooltip. */
export const iconButton = (name: Icon, label: string, onclick: () => void): HTMLButtonElement =>
  h(
    'button',
    { type: 'button', class: 'icon-button', title: label, 'aria-label': label, onclick },
    icon(name),
  )
