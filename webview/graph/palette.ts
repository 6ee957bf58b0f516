/**
 * The graph's colours. They are defined once, in style/colors.css, from VS Code's theme: the canvas reads them from there.
 */
const NAMES = {
  background: '--p2p-background',
  border: '--p2p-border',
  ink: '--p2p-ink',
  quiet: '--p2p-quiet',
  node: '--p2p-node',
  nodeInk: '--p2p-node-ink',
  nodeBorder: '--p2p-node-border',
  mesh: '--p2p-mesh',
  link: '--p2p-link',
  hop: '--p2p-hop',
  hopInk: '--p2p-hop-ink',
  holder: '--p2p-holder',
  holderInk: '--p2p-holder-ink',
  bad: '--p2p-bad',
  focus: '--p2p-focus',
  font: '--p2p-font',
} as const

export type Palette = { [K in keyof typeof NAMES]: string } & {
  /** Of nodes that have ended, and of links that are not the matter just now. In high contrast both stay clear. */
  fadedAlpha: number
  quietAlpha: number
  /** Of lines that only help to read the times. */
  gridAlpha: number
}

export function readPalette(): Palette {
  const style = getComputedStyle(document.body)
  const colors = Object.fromEntries(
    Object.entries(NAMES).map(([key, name]) => [key, style.getPropertyValue(name).trim()]),
  ) as { [K in keyof typeof NAMES]: string }
  const highContrast = document.body.matches('[class*="vscode-high-contrast"]')
  return {
    ...colors,
    fadedAlpha: highContrast ? 1 : 0.6,
    quietAlpha: highContrast ? 0.65 : 0.4,
    gridAlpha: highContrast ? 0.3 : 1,
  }
}

/** Calls back when VS Code changes the theme: it sets classes on body and variables on html. */
export function onThemeChange(changed: () => void): void {
  const observer = new MutationObserver(changed)
  observer.observe(document.body, { attributes: true, attributeFilter: ['class', 'data-vscode-theme-kind'] })
  observer.observe(document.documentElement, { attributes: true, attributeFilter: ['style', 'class'] })
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', changed)
}
