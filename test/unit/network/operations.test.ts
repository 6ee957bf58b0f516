import assert from 'node:assert/strict'
import { OPERATIONS, perform, type Operation, type OperationName } from '../../../network/operations/table.ts'
import type { Context } from '../../../network/operations/operation.ts'
import { explainBadRequest, parseToNetwork } from '../../../network/protocol.ts'
import { initialState } from '../../../network/state.ts'

/** One of each, with all arguments: a new operation does not compile until it is here. */
const EXAMPLES: { [N in OperationName]: Omit<Extract<Operation, { op: N }>, 'op'> } = {
  start: { options: { nodes: 3, topology: 'ring', seed: 7 } },
  prepare: { nodes: 10 },
  endPrepared: {},
  waitReady: { withinMs: 5_000 },
  broadcast: { node: 'n1', text: 'hello', size: 5 },
  stopAll: {},
  snapshot: {},
  addNode: {},
  stopNode: { node: 'n2' },
  killNode: { node: 'n2' },
  restartNode: { node: 'n2' },
  pauseNode: { node: 'n2' },
  resumeNode: { node: 'n2' },
  log: { node: 'n2' },
  partition: { groups: [{ name: 'A', nodes: ['n1'] }] },
  heal: {},
  setLinkFault: { a: 'n1', b: 'n2', faults: { latencyMs: 5 } },
  clearLinkFault: { a: 'n1', b: 'n2' },
  startChurn: { perMinute: 30, turns: 2, downMs: 100, seed: 1 },
  stopChurn: {},
  addHostile: { kind: 'spam', perSecond: 20 },
  runScenario: { text: '{}' },
  scenarios: {},
  record: { file: '/tmp/a.p2ptrace' },
  addNote: { moment: 1_795_000_000_000, text: 'here it began' },
  stopRecording: {},
  saveNetwork: { name: 'ring' },
  loadNetwork: { name: 'ring' },
  savedNetworks: {},
}
const names = Object.keys(OPERATIONS) as OperationName[]

/** A network that only notes what it is asked, and by default has nothing to tell. */
function noted(answers: Record<string, unknown> = {}) {
  const calls: unknown[][] = []
  const network = new Proxy({} as Record<string, unknown>, {
    get: (_, name: string) =>
      name === 'state'
        ? initialState
        : (...given: unknown[]) => (calls.push([name, ...given]), answers[name]),
  })
  const context = {
    network,
    recorder: { settled: () => void calls.push(['settled']) },
    signal: new AbortController().signal,
  } as unknown as Context
  return { calls, ask: (operation: Operation) => perform(context, operation) }
}

describe('The operations of a network', () => {
  for (const op of names) {
    it(`${op} goes over the border as it is`, () => {
      const request = { type: 'request', id: 1, operation: { op, ...EXAMPLES[op] } }
      assert.deepEqual(parseToNetwork(request), request)
    })
  }

  it('are refused where an argument is missing or wrong, with the name of the argument', () => {
    const problem = (operation: object) => explainBadRequest({ type: 'request', id: 3, operation })?.problem
    assert.match(problem({ op: 'killNode' }) ?? '', /^operation\.node: /)
    assert.match(problem({ op: 'addHostile', kind: 'spam', perSecond: 0 }) ?? '', /^operation\.perSecond: /)
    assert.match(problem({ op: 'explode' }) ?? '', /^operation\.op: .*"explode"/)
    assert.match(problem({ op: 'toString' }) ?? '', /^operation\.op: /)
  })

  it('are done to the network, in the order in which they stand', async () => {
    const { calls, ask } = noted()
    await ask({ op: 'killNode', node: 'n3' })
    await ask({ op: 'setLinkFault', a: 'n1', b: 'n2', faults: { loss: 0.1 } })
    await ask({ op: 'addHostile', kind: 'invalid' })
    await ask({ op: 'stopAll' })
    assert.deepEqual(calls, [
      ['killNode', 'n3'],
      ['setLinkFault', 'n1', 'n2', { loss: 0.1 }],
      ['addHostile', 'invalid', undefined],
      ['stopAll'],
      ['settled'],
    ])
  })

  it('answer what came of it, or nothing but that it is done', async () => {
    const { ask } = noted({ addNode: { node: 'n9' }, log: ['a line'] })
    assert.deepEqual(await ask({ op: 'addNode' }), { node: 'n9' })
    assert.deepEqual(await ask({ op: 'log', node: 'n1' }), { lines: ['a line'] })
    assert.deepEqual(await ask({ op: 'snapshot' }), { state: initialState })
    assert.deepEqual(await ask({ op: 'heal' }), {})
  })

  it('say what is wrong where they cannot be done', async () => {
    const { calls, ask } = noted()
    await assert.rejects(ask({ op: 'record', file: '/tmp/x.p2ptrace' }), /no network is running/)
    await assert.rejects(ask({ op: 'saveNetwork', name: 'x' }), /no network is running/)
    await assert.rejects(ask({ op: 'runScenario', text: '{' }), /read the scenario: it is not valid JSON/)
    assert.deepEqual(calls, [])
  })

  it('start the network process where no network needs to run', () => {
    const starting = names.filter(op => OPERATIONS[op].startsProcess)
    assert.deepEqual(starting.sort(), [
      'loadNetwork',
      'prepare',
      'runScenario',
      'savedNetworks',
      'scenarios',
      'start',
    ])
  })
})
