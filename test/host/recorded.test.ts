/** What is not a running network, in the real VS Code: recordings in their editor, and the transcript of a check. */
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { copyFile, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import { exercise } from '../../labs/catalogue.ts'
import { loadPack } from '../../labs/pack.ts'
import { trackOf } from '../../labs/workspace/track.ts'
import { initialState, reduce } from '../../network/state.ts'
import { readTrace } from '../../network/trace.ts'
import { fillLabWorkspace } from '../../scripts/vscode/lab.ts'
import { root } from '../../scripts/vscode/paths.ts'
import { TEST_MS } from '../kit/deadlines.ts'
import { blocksOf } from '../kit/pcapng.ts'
import { screenshot } from './harness/browser.ts'
import { openFromExplorer, showLabs } from './harness/side-bar.ts'
import { sharedWorkbench } from './harness/shared-workbench.ts'
import { answerFile, notification, runCommand, webviewFrame } from './harness/workbench.ts'

const SAVE = 'Save Packet Capture…'

describe('in VS Code', function () {
  this.timeout(TEST_MS)
  let folder: string
  let cache: string
  let trace: string
  const file = trackOf(exercise('1.1')!, 'typescript').file

  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'p2plab-recorded-'))
    cache = await mkdtemp(path.join(tmpdir(), 'p2plab-cache-'))
    await fillLabWorkspace(folder)
    trace = path.join(folder, 'demo.p2ptrace')
    const cli = path.join(root, 'dist/cli.mjs')
    await promisify(execFile)(process.execPath, [
      cli,
      'scenario',
      'run',
      'first-broadcast',
      '--record',
      trace,
    ])
    // The same, cut in the middle of a line: whoever wrote it was interrupted.
    const whole = await readFile(trace)
    await writeFile(path.join(folder, 'torn.p2ptrace'), whole.subarray(0, whole.lastIndexOf('{') + 5))
    await copyFile(path.join(folder, 'package.json'), path.join(folder, 'broken.p2ptrace'))
  })
  const window = sharedWorkbench(() => ({
    name: 'recorded',
    folder,
    env: { XDG_CACHE_HOME: cache },
    settings: { 'workbench.colorTheme': 'Default Dark Modern' },
  }))
  after(async () => {
    for (const made of [folder, cache]) await rm(made, { recursive: true, force: true, maxRetries: 5 })
  })

  it('a recording opens in the live view from the explorer, a broken one says what is wrong, and both stay open', async () => {
    let state = initialState
    /** Since the network was started: before that a scenario says that it begins. */
    let events = 0
    for await (const item of readTrace(trace)) {
      if (item.kind !== 'event') continue
      state = reduce(state, item.event)
      events = item.event.type === 'network-started' ? 1 : events + 1
    }
    const nodes = Object.keys(state.nodes)
    const { page } = window()
    // At once: the file is open before it is known that its folder is a lab workspace.
    await openFromExplorer(page, file)
    await webviewFrame(page, '.guide h1')

    // Until VS Code knows the extension it opens the file as text.
    await page.locator('.activitybar').getByRole('tab', { name: 'P2P Lab' }).waitFor()
    await openFromExplorer(page, 'demo.p2ptrace')
    const view = await webviewFrame(page, '.recording-name')
    await view.getByRole('heading', { name: 'demo.p2ptrace' }).waitFor()
    await view
      .getByText(new RegExp(`· ${nodes.length} nodes · .* · ${events.toLocaleString('en')} events$`))
      .waitFor()
    await view.getByRole('button', { name: 'End', exact: true }).click()
    await view.getByText('At this moment: Stopped').waitFor()
    for (const name of nodes)
      await view.getByRole('row', { name: new RegExp(`^${name} .*stopped`) }).waitFor()
    const messages = view.getByRole('grid', { name: 'Messages' }).getByRole('row')
    assert.equal(await messages.count(), 1 + state.messages.length)
    for (const part of ['Space-time', 'Numbers', 'Events', 'Graph']) {
      await view.getByRole('tab', { name: part }).click()
      await view.getByRole('tabpanel', { name: part }).waitFor()
    }
    assert.equal(
      await view.getByRole('button', { name: /^(Start|Stop|Kill|Broadcast|Add Node|LIVE)/ }).count(),
      0,
    )
    await view.getByRole('slider', { name: 'Time position' }).press('ArrowLeft')
    const moment = `event ${(events - 1).toLocaleString('en')} of ${events.toLocaleString('en')}`
    await view.getByText(moment).waitFor()
    await screenshot(page, 'recorded-1')

    await openFromExplorer(page, 'broken.p2ptrace')
    const broken = await webviewFrame(page, '.empty h2:text("Cannot open broken.p2ptrace")')
    await broken
      .getByText('Could not read this recording: it is not a trace: its first line must be')
      .waitFor()
    await openFromExplorer(page, 'torn.p2ptrace')
    const torn = await webviewFrame(page, '.recording-name:text("torn.p2ptrace")')
    await torn.getByText(/^The last line is incomplete and was skipped/).waitFor()

    await page.locator('.tab', { hasText: 'demo.p2ptrace' }).click()
    const again = await webviewFrame(page, '.recording-name:text("demo.p2ptrace")')
    await again.getByText(moment).waitFor()
    await writeFile(trace, '{"type":"network-stopping","at":1}\n', { flag: 'a' })
    await again.getByText('The file changed after it was read.', { exact: false }).waitFor()
    await again.getByRole('button', { name: 'Reload' }).click()
    await again
      .getByText(`event ${(events - 1).toLocaleString('en')} of ${(events + 1).toLocaleString('en')}`)
      .waitFor()
  })

  it('a check’s transcript opens from the guide', async () => {
    const { checks } = exercise('1.1')!
    const { solution } = (await loadPack(path.join(root, 'dist'))).exercises['1.1']!.programs.typescript!
    const wrong = solution.replace(
      'socket.pipe(socket)',
      "socket.on('data', data => socket.write(data.toString()))",
    )
    assert.notEqual(wrong, solution)
    await writeFile(path.join(folder, file), wrong)
    const { page } = window()
    await runCommand(page, 'View: Close All Editors')
    await showLabs(page)
    await page.getByRole('treeitem', { name: /1\.1 Echo/ }).click()
    const guide = await webviewFrame(page, '.guide h1')
    await guide.getByRole('button', { name: 'Check', exact: true }).click()
    await guide.locator('header[data-state=failed]').waitFor()
    const check = guide.locator('.checks li[data-state=failed] details[open]')
    const title = (await check.locator('.name').innerText()).trim()
    assert(checks.some(c => c.title === title))
    await check.getByRole('button', { name: `Transcript: ${title}` }).click()
    const transcript = await webviewFrame(page, '.transcript-header h1')
    await transcript.getByRole('heading', { name: `1.1 Echo: ${title}` }).waitFor()
    await transcript.getByRole('row', { name: /checker → program control listen/ }).waitFor()
    await transcript
      .getByRole('row', { name: /→ program bytes \d/ })
      .first()
      .click()
    await transcript
      .getByRole('group', { name: 'First bytes' })
      .getByText(/^0000 /)
      .waitFor()
    await screenshot(page, 'transcript-1')
  })

  it('what a check has sent is saved from its transcript, the guide and the Testing view, and goes with the window', async () => {
    const { solution } = (await loadPack(path.join(root, 'dist'))).exercises['1.1']!.programs.typescript!
    await writeFile(path.join(folder, file), solution)
    const { page } = window()
    await runCommand(page, 'View: Close All Editors')
    const packetsIn = async (name: string) => {
      const blocks = blocksOf(await readFile(path.join(folder, name)))
      return blocks.filter(({ type }) => type === 6).length.toLocaleString('en')
    }
    /** Answers the dialog, which proposes a name with the exercise, the check where it is of one, and the time. */
    const saveAs = async (name: string) => {
      await page.waitForFunction(() =>
        /p2plab-1\.1-(?:[a-z-]+-)?\d{4}-\d\d-\d\d-\d{4}(-\d)?\.pcapng$/.test(
          document.querySelector<HTMLInputElement>('.quick-input-widget input[type=text]')?.value ?? '',
        ),
      )
      await answerFile(page, /Save Packet Capture/, path.join(folder, name))
      const toast = await notification(page, new RegExp(`packets as ${name}`))
      await toast.getByText(`Saved ${await packetsIn(name)} packets as ${name}.`).waitFor()
      await toast.getByRole('button', { name: 'Reveal in Explorer View' }).waitFor()
      await screenshot(page, `captures-${name}`)
      await toast.getByRole('button', { name: 'Clear Notification' }).click()
    }
    await showLabs(page)
    await page.getByRole('treeitem', { name: /1\.1 Echo/ }).click()
    const guide = await webviewFrame(page, '.guide h1')
    await guide.getByRole('button', { name: 'Check', exact: true }).click()
    await guide.locator('header[data-state=passed]').waitFor()
    await guide.locator('details.fold > summary').first().click()
    const check = guide.locator('.checks li').nth(1)
    await check.locator('summary').click()
    const title = (await check.locator('.name').innerText()).trim()
    await check.getByRole('button', { name: `Packet Capture…: ${title}` }).click()
    await saveAs('guide.pcapng')

    await check.getByRole('button', { name: `Transcript: ${title}` }).click()
    await webviewFrame(page, '.transcript-header h1')
    await page.locator('.editor-actions').getByRole('button', { name: SAVE }).click()
    await saveAs('transcript.pcapng')
    // The same check.
    assert.equal(await packetsIn('transcript.pcapng'), await packetsIn('guide.pcapng'))
    // From the palette it is that which the user looks at.
    await runCommand(page, `P2P Lab: ${SAVE}`)
    await saveAs('palette.pcapng')
    assert.equal(await packetsIn('palette.pcapng'), await packetsIn('guide.pcapng'))

    await runCommand(page, 'Testing: Focus on Test Explorer View')
    const tree = page.locator('.test-explorer-tree')
    const menuOf = async (name: RegExp) => {
      const menu = page.locator('.context-view .actions-container')
      for (;;) {
        await tree.getByRole('treeitem', { name }).first().click({ button: 'right' })
        await menu.getByText('Run Test', { exact: true }).waitFor()
        // While the tree fills itself, the row under the pointer can be another one by now.
        const [row = ''] = await tree.locator('.monaco-list-row.focused').allInnerTexts()
        if (name.test(row)) return menu
        await page.keyboard.press('Escape')
        await menu.waitFor({ state: 'hidden' })
      }
    }
    const menu = await menuOf(/1\.1 Echo/)
    await screenshot(page, 'captures-menu')
    await menu.getByText(SAVE).click()
    await saveAs('all.pcapng')
    const all = await menuOf(/1\.2 Frames/)
    assert.equal(await all.getByText(SAVE).count(), 0)
    await page.keyboard.press('Escape')

    const captures = path.join(cache, 'p2plab', 'captures')
    const [mine] = await readdir(captures)
    assert(mine !== undefined)
    // Other than a reload of the browser's page it waits until the window's layout is stored.
    const reloaded = page.waitForEvent('load')
    await runCommand(page, 'Developer: Reload Window')
    await reloaded
    // Only when the extension is there again can it fill its page: on a busy machine that takes a step of its own.
    await page
      .locator('.statusbar')
      .getByText(/Lab 1 · /)
      .waitFor()
    const restored = await webviewFrame(page, '.transcript-header h1')
    await restored.getByRole('heading', { name: `1.1 Echo: ${title}` }).waitFor()
    await restored.getByRole('heading', { name: 'No transcript for this check' }).waitFor()
    assert.equal(await page.locator('.editor-actions').getByRole('button', { name: SAVE }).count(), 0)
    while ((await readdir(captures)).includes(mine)) await page.waitForTimeout(100)
    await runCommand(page, `P2P Lab: ${SAVE}`)
    const toast = await notification(page, /You have not checked 1\.1 Echo.* in this window yet\./)
    await toast.getByRole('button', { name: 'Check Now' }).waitFor()
    await restored.getByRole('button', { name: 'Check Now' }).click()
    await restored.getByRole('row', { name: /checker → program control listen/ }).waitFor()
  })
})
