/** The page of a transcript in a real browser, as the extension makes it; see view-page.ts. */
import type { Page } from 'playwright-core'
import type { WireEvent } from '../../../network/events.ts'
import { transcriptHtml } from '../../../webview/shared/html.ts'
import type { FromTranscript, ShownTranscript } from '../../../webview/shared/transcript-messages.ts'
import { withPage, type OpenOptions } from './open-page.ts'

export interface TranscriptPage {
  page: Page
  show(shown: ShownTranscript): Promise<void>
  /** What the page posted, but for `ready`. */
  posted(): Promise<FromTranscript[]>
}

/** Call it in a describe: gives the function that opens the page; see open-page.ts. */
export function withTranscript(): (options?: OpenOptions) => Promise<TranscriptPage> {
  const open = withPage<FromTranscript>(transcriptHtml, 'transcript', { width: 1000, height: 720 })
  return async options => {
    const { page, send, posted } = await open(options)
    return { page, posted, show: shown => send({ type: 'show', shown }) }
  }
}

const at = 1_795_000_000_000
const one = 'client 1'

/** One transmission of every kind, a pause, and a gap. */
export const events: WireEvent[] = [
  { type: 'check-lane', at, lane: 'checker', role: 'checker' },
  { type: 'check-lane', at, lane: one, role: 'connection' },
  { type: 'check-lane', at, lane: 'the network', role: 'network' },
  { type: 'check-lane', at, lane: 'client 2', role: 'connection' },
  { type: 'check-lane', at, lane: 'program', role: 'program' },
  {
    type: 'check-transmission',
    at,
    from: 'checker',
    to: 'program',
    kind: 'control',
    text: 'listen {"port":0}',
  },
  {
    type: 'check-transmission',
    at: at + 3.2,
    from: 'program',
    to: 'checker',
    kind: 'control',
    text: 'port 49321',
  },
  {
    type: 'check-transmission',
    at: at + 4,
    from: one,
    to: 'program',
    kind: 'connect',
    text: 'connected to port 49321',
  },
  {
    type: 'check-transmission',
    at: at + 4.5,
    from: one,
    to: 'program',
    kind: 'bytes',
    bytes: 1_000,
    head: '68656c6c6f'.repeat(12),
    parts: 3,
    until: at + 6,
  },
  {
    type: 'check-transmission',
    at: at + 7,
    from: 'program',
    to: one,
    kind: 'bytes',
    bytes: 5,
    head: '68656c6cff',
  },
  { type: 'check-transmission', at: at + 8, from: one, to: 'program', kind: 'fin' },
  { type: 'check-transmission', at: at + 308, from: 'program', to: one, kind: 'rst' },
  { type: 'check-left-out', at: at + 309, transmissions: 37 },
  {
    type: 'check-transmission',
    at: at + 310,
    from: 'client 2',
    to: 'program',
    kind: 'datagram',
    bytes: 2,
    head: '0001',
  },
  {
    type: 'check-transmission',
    at: at + 311,
    from: 'the network',
    to: 'program',
    kind: 'fault',
    fault: 'lost',
    bytes: 2,
  },
  {
    type: 'check-transmission',
    at: at + 312,
    from: 'client 2',
    to: 'program',
    kind: 'open',
    text: '/p2plab/echo/1.0.0',
  },
  { type: 'check-transmission', at: at + 313, from: 'client 2', to: 'program', kind: 'refused' },
  { type: 'check-transmission', at: at + 314, from: 'program', to: 'client 2', kind: 'close' },
]

export const failedRun: ShownTranscript = {
  exercise: { id: '1.1', title: 'Echo' },
  check: { id: 'half-close', title: 'Half-closes' },
  checks: [
    { id: 'half-close', title: 'Half-closes', state: 'failed' },
    { id: 'many', title: 'Serves many', state: 'passed' },
    { id: 'stop', title: 'Stops' },
  ],
  run: { state: 'failed', seed: 42, ms: 315, message: 'Expected: a FIN.\nGot: a reset.\nSeed: 42', events },
}
