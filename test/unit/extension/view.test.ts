import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { commandOf, type CommandMessage } from '../../../extension/view/view-commands.ts'
import { parseFromView } from '../../../webview/shared/view-messages.ts'

describe('the buttons of the live view', () => {
  const manifest = JSON.parse(
    readFileSync(path.resolve(import.meta.dirname, '../../../package.json'), 'utf8'),
  )
  const contributed: string[] = manifest.contributes.commands.map((c: { command: string }) => c.command)
  const bare: CommandMessage['type'][] = [
    'startNetwork',
    'stopNetwork',
    'addNode',
    'splitNetwork',
    'healNetwork',
    'setLinkFault',
    'clearLinkFault',
    'startChurn',
    'stopChurn',
    'addHostileNode',
    'runScenario',
  ]
  const ofNode: CommandMessage['type'][] = [
    'broadcast',
    'stopNode',
    'killNode',
    'restartNode',
    'pauseNode',
    'resumeNode',
    'showLog',
  ]

  it('are commands of the palette, each with what the view knows', () => {
    for (const type of [...bare, ...ofNode]) {
      const message = parseFromView(ofNode.includes(type) ? { type, node: 'n3' } : { type })
      assert(message, `${type} is no message`)
      const { command, args } = commandOf(message as CommandMessage)
      assert(contributed.includes(command), `${command} is not contributed`)
      assert.deepEqual(
        args.filter(a => a !== undefined),
        ofNode.includes(type) ? ['n3'] : [],
      )
    }
  })

  it('name the link that was selected, where the command looks for it', () => {
    const link = { links: [{ a: 'n1', b: 'n2' }] }
    assert.deepEqual(commandOf({ type: 'setLinkFault', a: 'n1', b: 'n2' }), {
      command: 'p2plab.setLinkFault',
      args: [undefined, link],
    })
    assert.deepEqual(commandOf({ type: 'clearLinkFault', a: 'n1', b: 'n2' }).args, [link])
    assert.equal(parseFromView({ type: 'setLinkFault', a: 'n1; rm', b: 'n2' }), undefined)
  })
})
