import assert from 'node:assert/strict'
import { ESLint } from 'eslint'
import { root } from '../../../scripts/vscode/paths.ts'

describe('The lint rules', () => {
  const eslint = new ESLint({ cwd: root })
  const problems = async (text: string) => {
    const [result] = await eslint.lintText(text, { filePath: 'scripts/there-is-none.mjs' })
    return result!.messages.filter(({ ruleId }) => ruleId === 'no-restricted-syntax')
  }

  it('refuse to import a path, which Windows does not take', async () => {
    assert.equal((await problems('export const a = file => import(file)')).length, 1)
    assert.equal((await problems('export const a = name => import(`/somewhere/${name}.mjs`)')).length, 1)
    assert.deepEqual(await problems("export const a = () => import('node:path')"), [])
    assert.deepEqual(await problems('export const a = file => import(pathToFileURL(file).href)'), [])
  })

  it('refuse to start a program that would open a console on Windows', async () => {
    assert.equal((await problems("spawn('node', ['a.mjs'], { stdio: 'ignore' })")).length, 1)
    assert.deepEqual(await problems("spawn('node', ['a.mjs'], { stdio: 'ignore', windowsHide: true })"), [])
  })
})
