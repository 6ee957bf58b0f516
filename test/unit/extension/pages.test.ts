import assert from 'node:assert/strict'
import { guideHtml, transcriptHtml, viewHtml } from '../../../webview/shared/html.ts'

describe("The HTML of the webviews' pages", () => {
  const options = { scriptUri: 's', startUri: 't', styleUri: 'c', cspSource: 'p', nonce: 'n' }

  it('says which page it is, so that nobody takes one for another', () => {
    const pages = [
      viewHtml(options),
      viewHtml(options, 'recording'),
      guideHtml(options),
      transcriptHtml(options),
    ]
    const names = pages.map(html => /<main id="app" data-page="(\w+)">/.exec(html)?.[1])
    assert.deepEqual(names, ['network', 'recording', 'guide', 'transcript'])
  })
})
