/** Copies a picture, as it is on the screen, to the clipboard, or has it saved: as PNG, or as SVG made of lines and letters. */
import { h, setText } from '../dom.ts'
import { iconButton } from '../icons.ts'
import type { SavePicture } from '../shared/picture-messages.ts'
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
  /** Of the file, see picture-messages.ts. */
  fileName: string
  save(picture: SavePicture): void
}

/** The buttons, and a word on what came of it. */
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
  const svgText = (): string => {
    const ctx = createSvgContext(options.size(), options.background(), color)
    options.paint(ctx)
    return ctx.text(options.title())
  }
  const pngBlob = (): Promise<Blob> => {
    const { width, height } = options.size()
    const canvas = document.createElement('canvas')
    canvas.width = Math.round(width * SCALE)
    canvas.height = Math.round(height * SCALE)
    const ctx = canvas.getContext('2d')!
    ctx.scale(SCALE, SCALE)
    ctx.fillStyle = options.background()
    ctx.fillRect(0, 0, width, height)
    options.paint(ctx)
    return new Promise((resolve, reject) =>
      canvas.toBlob(
        made => (made ? resolve(made) : reject(new Error('the picture is too large'))),
        'image/png',
      ),
    )
  }
  const svg = () => navigator.clipboard.writeText(svgText())
  const png = async () => navigator.clipboard.write([new ClipboardItem({ 'image/png': await pngBlob() })])
  const save = iconButton('save', 'Save Picture…', () => {
    const text = svgText()
    pngBlob()
      .then(base64)
      .then(bytes => options.save({ type: 'savePicture', name: options.fileName, png: bytes, svg: text }))
      .catch((error: unknown) =>
        tell(`Could not save: ${error instanceof Error ? error.message : String(error)}`),
      )
  })
  return h(
    'span',
    { class: 'copy', role: 'group', 'aria-label': 'Picture' },
    told,
    button('PNG', png),
    button('SVG', svg),
    save,
  )
}

/** The bytes of a blob in base64. */
const base64 = (blob: Blob): Promise<string> =>
  new Promise((resolve, reject) => {
    const reader = new FileReader()
    reader.onload = () => resolve(String(reader.result).replace(/^.*,/, ''))
    reader.onerror = () => reject(reader.error ?? new Error('the picture cannot be read'))
    reader.readAsDataURL(blob)
  })
