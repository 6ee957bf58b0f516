import assert from 'node:assert/strict'
import { fewOf } from '../../exercises/few.ts'

const wrong = (name: string, check: string, naive = false) => ({ name, caught: { check, naive } })
const names = (programs: readonly { name: string }[]) => programs.map(({ name }) => name).join('')

describe('The wrong programs that a run of everything judges', () => {
  it('are, of each check, the naive ones, and two at least', () => {
    const one = [
      wrong('a', 'x'),
      wrong('b', 'x'),
      wrong('c', 'x', true),
      wrong('d', 'y', true),
      wrong('e', 'y', true),
      wrong('f', 'y', true),
      wrong('g', 'y'),
      wrong('h', 'z'),
    ]
    assert.equal(names(fewOf(one, true)), 'acdefh')
    assert.equal(names(fewOf(one, false)), 'abcdefgh')
  })
})
