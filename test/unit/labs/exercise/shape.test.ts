/** What the runner makes of the arguments of an op, which it knows as data, beside the schemas that they come from. */
import assert from 'node:assert/strict'
import * as v from 'valibot'
import { EXERCISES } from '../../../../labs/catalogue.ts'
import { loadDefinition } from '../../../../labs/check/engine/load-definition.ts'
import { fits, shapeOf } from '../../../../labs/exercise/shape.ts'
import { badCalls } from '../../../kit/bad-arguments.ts'

describe('the shape of an argument', () => {
  it('is the one that its schema describes, for every op', async () => {
    for (const { id } of EXERCISES) {
      const { ops } = (await loadDefinition(id))!
      const values = [...badCalls(ops)].flatMap(({ args }) => Object.values(args))
      for (const { name, args } of Object.values(ops)) {
        for (const [key, { schema }] of Object.entries(args)) {
          const shape = JSON.parse(JSON.stringify(shapeOf(schema))) as ReturnType<typeof shapeOf>
          assert.notEqual(shape.is, 'anything', `${id} ${name} ${key}`)
          for (const value of [...new Set(values)])
            assert.equal(
              fits(shape, value),
              v.is(schema, value),
              `${id} ${name} ${key}: ${String(value).slice(0, 40)}`,
            )
        }
      }
    }
  })
})
