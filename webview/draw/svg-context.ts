/** Writes what is drawn as SVG: lines, shapes and texts, in the order in which they were drawn. */
import type { DrawingContext } from './drawing-context.ts'

export interface SvgContext extends DrawingContext {
  /** The whole file. */
  text(title: string): string
}

interface Style {
  fillStyle: DrawingContext['fillStyle']
  strokeStyle: DrawingContext['strokeStyle']
  lineWidth: number
  lineCap: CanvasLineCap
  lineJoin: CanvasLineJoin
  globalAlpha: number
  font: string
  textAlign: CanvasTextAlign
  textBaseline: CanvasTextBaseline
  dash: number[]
  /** Groups that were opened since the last save: a clip is a group. */
  groups: number
}

const ANCHORS: Partial<Record<CanvasTextAlign, string>> = { center: 'middle', right: 'end', end: 'end' }

/** `color` makes any CSS colour one that every program reads: see colors.ts. */
export function createSvgContext(
  size: { width: number; height: number },
  background: string,
  color: (css: string) => string,
): SvgContext {
  const parts: string[] = []
  const stack: Style[] = []
  let path = ''
  let clips = 0
  let style: Style = {
    fillStyle: '#000',
    strokeStyle: '#000',
    lineWidth: 1,
    lineCap: 'butt',
    lineJoin: 'miter',
    globalAlpha: 1,
    font: '10px sans-serif',
    textAlign: 'start',
    textBaseline: 'alphabetic',
    dash: [],
    groups: 0,
  }
  const alpha = () => (style.globalAlpha < 1 ? ` opacity="${n(style.globalAlpha)}"` : '')
  const strokeAttributes = () =>
    ` stroke="${escape(color(String(style.strokeStyle)))}" stroke-width="${n(style.lineWidth)}"` +
    (style.dash.length > 0 ? ` stroke-dasharray="${style.dash.map(n).join(' ')}"` : '') +
    (style.lineCap === 'butt' ? '' : ` stroke-linecap="${style.lineCap}"`) +
    (style.lineJoin === 'miter' ? '' : ` stroke-linejoin="${style.lineJoin}"`)
  const word = (text: string, x: number, y: number, paint: string) => {
    const [, weight = '400', px = '10', family = 'sans-serif'] =
      /^(?:(\d+|bold|normal)\s+)?([\d.]+)px\s+(.*)$/.exec(style.font) ?? []
    const anchor = ANCHORS[style.textAlign]
    parts.push(
      `<text x="${n(x)}" y="${n(y)}" font-family="${escape(family)}" font-size="${px}" font-weight="${weight}"` +
        (anchor ? ` text-anchor="${anchor}"` : '') +
        (style.textBaseline === 'middle' ? ' dominant-baseline="central"' : '') +
        `${paint}${alpha()}>${escape(text)}</text>`,
    )
  }
  const ctx: SvgContext = {
    ...style,
    setLineDash: segments => void (style.dash = [...segments]),
    beginPath: () => void (path = ''),
    moveTo: (x, y) => void (path += `M${n(x)} ${n(y)}`),
    // As on a canvas, the first point of a path is where it begins.
    lineTo: (x, y) => void (path += `${path === '' ? 'M' : 'L'}${n(x)} ${n(y)}`),
    closePath: () => void (path += 'Z'),
    arc: (x, y, r) =>
      void (path += `M${n(x - r)} ${n(y)}a${n(r)} ${n(r)} 0 1 0 ${n(2 * r)} 0a${n(r)} ${n(r)} 0 1 0 ${n(-2 * r)} 0Z`),
    rect: (x, y, w, hgt) => void (path += `M${n(x)} ${n(y)}h${n(w)}v${n(hgt)}h${n(-w)}Z`),
    roundRect: (x, y, w, hgt, r) => {
      const corner = (dx: number, dy: number) => `a${n(r)} ${n(r)} 0 0 1 ${n(dx)} ${n(dy)}`
      path +=
        `M${n(x + r)} ${n(y)}h${n(w - 2 * r)}${corner(r, r)}v${n(hgt - 2 * r)}${corner(-r, r)}` +
        `h${n(2 * r - w)}${corner(-r, -r)}v${n(2 * r - hgt)}${corner(r, -r)}Z`
    },
    stroke: () => path && parts.push(`<path d="${path}" fill="none"${strokeAttributes()}${alpha()}/>`),
    fill: () =>
      path && parts.push(`<path d="${path}" fill="${escape(color(String(style.fillStyle)))}"${alpha()}/>`),
    clip() {
      clips++
      style.groups++
      parts.push(`<clipPath id="c${clips}"><path d="${path}"/></clipPath><g clip-path="url(#c${clips})">`)
    },
    fillText: (text, x, y) => word(text, x, y, ` fill="${escape(color(String(style.fillStyle)))}"`),
    strokeText: (text, x, y) => word(text, x, y, ` fill="none"${strokeAttributes()}`),
    save() {
      stack.push({ ...style })
      style.groups = 0
    },
    restore() {
      parts.push('</g>'.repeat(style.groups))
      style = stack.pop() ?? style
    },
    text: title =>
      `<svg xmlns="http://www.w3.org/2000/svg" width="${n(size.width)}" height="${n(size.height)}" ` +
      `viewBox="0 0 ${n(size.width)} ${n(size.height)}" role="img"><title>${escape(title)}</title>` +
      `<rect width="100%" height="100%" fill="${escape(color(background))}"/>${parts.join('\n')}</svg>\n`,
  }
  for (const key of Object.keys(style) as (keyof Style)[])
    if (key in ctx)
      Object.defineProperty(ctx, key, {
        get: () => style[key],
        set: (value: never) => (style[key] = value),
      })
  return ctx
}

/** Hundredths of a pixel are enough. */
const n = (x: number): string => String(Math.round(x * 100) / 100)

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }
const escape = (text: string): string => text.replace(/[&<>"]/g, c => ENTITIES[c] ?? c)
