import axe from 'axe-core'
import type { Page } from 'playwright-core'

/** What depends on the theme: all else is the same page in other colours. */
const OF_COLOUR = ['color-contrast', 'link-in-text-block']

/** What axe-core finds that keeps people out, one line each. `colours`: only what another theme can change. */
export async function barriers(page: Page, only?: 'colours'): Promise<string[]> {
  await page.evaluate(axe.source)
  const { violations } = await page.evaluate(
    rules =>
      (window as unknown as { axe: typeof axe }).axe.run(document, {
        resultTypes: ['violations'],
        ...(rules && { runOnly: rules }),
      }),
    only && OF_COLOUR,
  )
  return violations
    .filter(v => v.impact === 'serious' || v.impact === 'critical')
    .flatMap(v => v.nodes.map(n => `${v.id}: ${n.html.slice(0, 160)} ${n.failureSummary ?? ''}`))
}
