/** The live view as a person uses it: start a network from the palette, read its tables. */
import type { Frame, Page } from 'playwright-core'
import { answer, runCommand, webviewFrame } from './workbench.ts'

/** Starts so many nodes with what the palette proposes for all else, and gives the view once they are ready. */
export async function startNetwork(page: Page, nodes: number): Promise<Frame> {
  await runCommand(page, 'P2P Lab: Start Local Network…')
  return answerStart(page, nodes)
}

/** The same, where something else has made the question come up. */
export async function answerStart(page: Page, nodes: number): Promise<Frame> {
  await answer(page, /Start Local Network/, String(nodes))
  await answer(page, new RegExp(`${nodes} nodes`))
  const view = await webviewFrame(page, 'main[data-page=network]')
  await view.getByText(/^Ready in/).waitFor()
  return view
}

export interface NodeRow {
  name: string
  state: string
  pid: number
  discovered: number
  received: number
}

/** What the table of nodes says. */
export async function nodeRows(view: Frame): Promise<NodeRow[]> {
  const grid = view.getByRole('grid', { name: 'Nodes' })
  const titles = await grid.getByRole('columnheader').allTextContents()
  const rows = await grid.locator('tr[data-key]').all()
  return Promise.all(
    rows.map(async row => {
      const cells = await row.locator('th, td').allTextContents()
      const cell = (title: string) => cells[titles.indexOf(title)] ?? ''
      return {
        name: cell('Node'),
        // Before the state stands its sign.
        state: cell('State').replace(/^\P{L}+/u, ''),
        pid: Number(cell('PID')),
        discovered: Number(cell('Disc.')),
        received: Number(cell('Recv.')),
      }
    }),
  )
}

/** Broadcasts a text from the view's button and waits until its table says that so many of so many nodes have it. */
export async function broadcast(page: Page, view: Frame, text: string, receivers: number): Promise<void> {
  await view.getByRole('button', { name: 'Broadcast' }).click()
  await answer(page, /Broadcast/, text)
  await messageRow(view, text)
    .filter({ hasText: `${receivers} of ${receivers}` })
    .waitFor()
}

export const messageRow = (view: Frame, text: string) =>
  view.getByRole('grid', { name: 'Messages' }).getByRole('row').filter({ hasText: text })
