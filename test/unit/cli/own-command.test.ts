import assert from 'node:assert/strict'
import { ownCommand } from '../../../cli/own-command.ts'

describe('A command that a message suggests', () => {
  const before = process.env['npm_lifecycle_event']
  afterEach(() => {
    if (before === undefined) delete process.env['npm_lifecycle_event']
    else process.env['npm_lifecycle_event'] = before
  })

  it('is p2plab, with the workspace that was named', () => {
    delete process.env['npm_lifecycle_event']
    assert.equal(ownCommand('hint 1.1'), 'p2plab hint 1.1')
    assert.equal(ownCommand('hint 1.1', { workspace: 'my-labs' }), 'p2plab hint 1.1 --workspace my-labs')
    assert.equal(ownCommand('watch', { workspace: 'my labs' }), 'p2plab watch --workspace "my labs"')
  })

  it('is the script of npm in a clone, where there is no p2plab', () => {
    process.env['npm_lifecycle_event'] = 'p2plab'
    assert.equal(ownCommand('hint 1.1'), 'npm run -s p2plab -- hint 1.1')
  })
})
