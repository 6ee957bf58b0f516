/** The guide in a real browser, on the very page the extension makes; see view-page.ts. */
import type { Page } from 'playwright-core'
import type { FromGuide, Guide, ToGuide } from '../../../webview/shared/guide-messages.ts'
import { guideHtml } from '../../../webview/shared/html.ts'
import { withPage, type OpenOptions } from './open-page.ts'

export interface GuidePage {
  page: Page
  /** Sends the guide, or none, as the extension does. */
  show(guide?: Guide): Promise<void>
  raw(message: unknown): Promise<void>
  /** What the guide posted since the page was opened, but for `ready`. */
  posted(): Promise<FromGuide[]>
  complaints: string[]
}

/** Call it in a describe: gives the function that opens the guide; see open-page.ts. */
export function withGuide(): (options?: OpenOptions) => Promise<GuidePage> {
  const open = withPage<FromGuide>(guideHtml, 'guide', { width: 620, height: 900 })
  return async options => {
    const { send, ...opened } = await open(options)
    return {
      ...opened,
      raw: send,
      show: guide => send({ type: 'show', ...(guide && { guide }) } satisfies ToGuide),
    }
  }
}

/** The guide of an exercise of which nothing was tried yet. */
export const fresh: Guide = {
  id: '1.2',
  title: 'Frames',
  lab: 'Lab 1: TCP and UDP',
  number: 2,
  of: 8,
  state: 'not-run',
  text: '# 1.2 Frames\n\nWhy it matters.\n\n## The task\n\n| op | result |\n| --- | --- |\n| `listen` | a port |\n\n[RFC 9293](https://www.rfc-editor.org/rfc/rfc9293)\n\n```\n00 00 00 05\n```\n',
  file: '1-tcp/2-frames.ts',
  checks: [
    { id: 'one-frame', title: 'Answers a frame', state: 'not-run' },
    { id: 'every-cut', title: 'Understands every cut', state: 'not-run' },
    { id: 'empty', title: 'Answers an empty frame', state: 'not-run' },
  ],
  asked: true,
  hints: [],
  allHints: 3,
  solution: 'closed',
  passed: 'Your decoder finds every message.\n\nNext, frames go to everybody.',
  needs: [],
  previous: { id: '1.1', title: 'Echo' },
  next: { id: '1.3', title: 'Room' },
  trusted: true,
  checkOnSave: false,
}

export const running: Guide = {
  ...fresh,
  state: 'running',
  checks: fresh.checks.map((check, i) => (i === 0 ? { ...check, state: 'running' } : check)),
}

export const failed: Guide = {
  ...fresh,
  state: 'failed',
  seed: 42,
  checks: [
    { id: 'one-frame', title: 'Answers a frame', state: 'passed' },
    {
      id: 'every-cut',
      title: 'Understands every cut',
      state: 'failed',
      message: 'Expected: 5 bytes.\nGot: 3.',
      captured: true,
    },
    { id: 'empty', title: 'Answers an empty frame', state: 'failed', message: 'Expected: a frame.' },
  ],
}

export const passed: Guide = {
  ...fresh,
  state: 'passed',
  seed: 43,
  solution: 'open',
  checks: fresh.checks.map(check => ({ ...check, state: 'passed' })),
}
