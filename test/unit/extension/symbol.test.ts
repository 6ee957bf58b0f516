import assert from 'node:assert/strict'
import fc from 'fast-check'
import { findFunction } from '../../../extension/testing/symbol.ts'

const declarations = [
  'export async function listen({ host, port }) {',
  'export function listen(args) {',
  'async function listen() {',
  'function listen() {',
  'export const listen = async () => {',
  '  let listen = 1',
  'export default async function listen() {',
  'export function* listen() {',
  'def listen(host, port):',
  'async def listen(host, port):',
]

describe("the place of the learner's function", () => {
  for (const declaration of declarations) {
    it(`is found in: ${declaration}`, () => {
      const source = `import net from 'node:net'\n// listen here\n${declaration}\n}\nlisten()`
      const start = declaration.indexOf('listen')
      assert.deepEqual(findFunction(source, 'listen'), { line: 2, start, end: start + 6 })
    })
  }

  it('is not found where the name is only used, or is part of another name', () => {
    for (const source of ['listen()', 'function listener() {}', 'const listen2 = 1', 'x.listen = 1', '']) {
      assert.equal(findFunction(source, 'listen'), undefined, source)
    }
  })

  it('is not a declaration inside a block comment', () => {
    const source = '/*\nfunction listen() {}\n*/\nfunction listen() {}'
    assert.equal(findFunction(source, 'listen')?.line, 3)
  })

  it('is the same with Windows line ends', () => {
    assert.deepEqual(findFunction('// a\r\nfunction stop() {}\r\n', 'stop'), { line: 1, start: 9, end: 13 })
  })

  it('always holds the name, whatever the source', () => {
    const part = fc.oneof(
      fc.string(),
      fc.constantFrom('function send(', '\n', '/*', '*/', 'export const send'),
    )
    fc.assert(
      fc.property(fc.array(part), parts => {
        const source = parts.join('')
        const found = findFunction(source, 'send')
        if (found) assert.equal(source.split(/\r?\n/)[found.line]!.slice(found.start, found.end), 'send')
      }),
    )
  })
})
