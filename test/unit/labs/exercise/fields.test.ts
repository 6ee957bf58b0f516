import assert from 'node:assert/strict'
import { contractTable, functionType } from '../../../../labs/exercise/contract.ts'
import { defineExercise, op } from '../../../../labs/exercise/define.ts'
import {
  bigInteger,
  bytes,
  integer,
  maybe,
  oneOf,
  orNull,
  records,
  text,
} from '../../../../labs/exercise/fields.ts'
import { asReadIn } from '../../../../labs/exercise/in-node.ts'
import { onTheChannel, parseResult } from '../../../../labs/exercise/op.ts'

const { decode } = defineExercise({
  title: 'Made up',
  builds: 'nothing',
  ops: {
    decode: op({
      args: { format: oneOf('a', 'b'), bytes: bytes() },
      result: { value: orNull(bigInteger(), 'not yet'), length: maybe(integer({ min: 1 })) },
    }),
  },
  checks: {},
}).ops

describe('an integer beyond 2^53', () => {
  const valueOf = (value: unknown) => parseResult(decode, { value })

  it('is decimal text on the control channel, and a bigint for a check', () => {
    assert.deepEqual(onTheChannel({ value: 2n ** 64n - 1n, list: [1n] }), {
      value: '18446744073709551615',
      list: ['1'],
    })
    assert.deepEqual(valueOf('18446744073709551615').values, { value: 2n ** 64n - 1n })
    assert.deepEqual(valueOf('-7').values, { value: -7n })
    assert.deepEqual(valueOf(null).values, { value: null })
  })

  it('is not a number, also where a number is exact, and the hint says what it is instead', () => {
    const { got, hint } = valueOf(515).misfit!
    assert.equal(got, 'value: the number 515.')
    assert.match(asReadIn('typescript', hint!), /do you return a Number\?.*return a bigint: 515n\.$/)
    assert.match(asReadIn('other', hint!), /do you return a JSON number\?.*decimal text.*"515"\.$/)
    for (const unfit of [0, 2 ** 53, 0.5, '', '0x10', '007', '1e3', ' 1', '9'.repeat(200), true, [], {}])
      assert.match(valueOf(unfit).misfit!.expected, /where value is an integer/, JSON.stringify(unfit))
  })

  it('has its type in the function, and what may be left out too', () => {
    const result = '{ value: bigint | null; length?: number }'
    assert.equal(
      functionType(decode),
      `(args: { format: 'a' | 'b'; bytes: Buffer }) => Promise<${result}> | ${result}`,
    )
    assert.match(contractTable({ decode })[2]!, /`format` \(`a` or `b`\)/)
  })
})

describe('a list of objects', () => {
  const { peers } = defineExercise({
    title: 'Made up',
    builds: 'nothing',
    ops: { peers: op({ args: {}, result: { peers: records({ id: text(), way: oneOf('in', 'out') }) } }) },
    checks: {},
  }).ops
  const parsed = (value: unknown) => parseResult(peers, { peers: value })

  it('has its fields, and leaves out what has no field', () => {
    assert.deepEqual(parsed([]).values, { peers: [] })
    assert.deepEqual(parsed([{ id: 'a', way: 'in', more: 1 }]).values, { peers: [{ id: 'a', way: 'in' }] })
  })

  it('says what each of its fields must be when one is not', () => {
    for (const unfit of [
      undefined,
      null,
      {},
      ['a'],
      [{ id: 'a' }],
      [{ id: 1, way: 'in' }],
      [{ id: 'a', way: 'up' }],
    ])
      assert.match(
        parsed(unfit).misfit!.expected,
        /where peers is a list of \{ id, way \}, where id is text, and way is in or out\.$/,
        JSON.stringify(unfit),
      )
  })

  it('is an array of objects in TypeScript, and one word in the table', () => {
    assert.match(functionType(peers), /\{ id: string; way: 'in' \| 'out' \}\[\]/)
    assert.equal(records({ id: text(), way: text() }).short, 'list of `{ id, way }`')
  })
})
