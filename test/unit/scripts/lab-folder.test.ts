import assert from 'node:assert/strict'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { labFolder } from '../../../scripts/start/lab-folder.ts'
import { root } from '../../../scripts/vscode/paths.ts'

describe('the folder that npm start opens', () => {
  it('is in no clone unless it was named', () => {
    assert.equal(labFolder(undefined, root, path.resolve('/home/ada')), path.resolve('/home/ada/p2p-lab'))
    assert.equal(labFolder(undefined, root, undefined), path.join(tmpdir(), 'p2p-lab'))
  })

  it('is the one that was named, from where npm was called', () => {
    assert.equal(labFolder('mine', path.resolve('/work'), undefined), path.resolve('/work/mine'))
    assert.equal(labFolder(path.resolve('/mine'), root, undefined), path.resolve('/mine'))
  })
})
