/** Copies a picture, as it is on the screen, to the clipboard: as PNG, or as SVG made of lines and letters. */
import { h, setText } from '../dom.ts'
import { createColors } from './colors.ts'
import type { DrawingContext } from './drawing-context.ts'
import { createSvgContext } from './svg-context.ts'

/** Pixels of a PNG to one on the screen, so that it is sharp in a document. */
const SCALE = 2

export interface CopyOptions {
  size(): { width: number; height: number }
  background(): string
  /** In one sentence: the title of the SVG. */
  title(): string
  paint(ctx: DrawingContext): void
}

/** The two buttons, and a word on what came of it. */
export function copyButtons(options: CopyOptions): HTMLElement {
  const color = createColors()
  const told = h('span', { class: 'copy-told', 'aria-live': 'polite' })
  const button = (kind: string, copy: () => Promise<void>) =>
    h(
      'button',
      {
        type: 'button',
        class: 'icon-button copy-button',
        title: `Copy as ${kind}`,
        'aria-label': `Copy as ${kind}`,
        onclick() {
          copy().then(
            () => tell(`Copied the ${kind}`),
            (error: unknown) =>
              tell(`Could not copy: ${error instanceof Error ? error.message : String(error)}`),
          )
        },
      },
      kind,
    )
  let timer: number | undefined
  const tell = (text: string) => {
    setText(told, text)
    clearTimeout(timer)
    timer = window.setTimeout(() => setText(told, ''), 4_000)
  }
  const svg = async () => {
    const ctx = createSvgContext(options.size(), options.background(), color)
    options.paint(ctx)
    await navigator.clipboard.writeText(ctx.text(options.title()))
  }
  const png = async () => {
    const { width, height } = options.size()
    const canvas = document.createElement('canvas')
    canvas.width = Math.round(width * SCALE)
    canvas.height = Math.round(height * SCALE)
    const ctx = canvas.getContext('2d')!
    ctx.scale(SCALE, SCALE)
    ctx.fillStyle = options.background()
    ctx.fillRect(0, 0, width, height)
    options.paint(ctx)
    const blob = await new Promise<Blob>((resolve, reject) =>
      canvas.toBlob(
        made => (made ? resolve(made) : reject(new Error('the picture is too large'))),
        'image/png',
      ),
    )
    await navigator.clipboard.write([new ClipboardItem({ 'image/png': blob })])
  }
  return h(
    'span',
    { class: 'copy', role: 'group', 'aria-label': 'Copy Picture' },
    told,
    button('PNG', png),
    button('SVG', svg),
  )
}
