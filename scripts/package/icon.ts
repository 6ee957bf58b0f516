/** Draws media/icon.png from icon.svg: the marketplace takes no SVG. After a change: node scripts/package/icon.ts */
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { launchChromium } from '../../test/webview/kit/chromium.ts'
import { root } from '../vscode/paths.ts'

/** The marketplace shows it at 128 pixels; twice that is sharp on dense screens. */
const SIZE = 256

const svg = await readFile(path.join(import.meta.dirname, 'icon.svg'), 'utf8')
const browser = await launchChromium()
try {
  const page = await browser.newPage({ viewport: { width: SIZE, height: SIZE } })
  await page.setContent(`<style>body{margin:0}svg{display:block}</style>${svg}`)
  await page.screenshot({ path: path.join(root, 'media/icon.png'), omitBackground: true })
} finally {
  await browser.close()
}
