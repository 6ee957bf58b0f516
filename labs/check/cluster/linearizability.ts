/**
 * Whether a history of client operations is linearizable (Herlihy and Wing, 1990): whether there is an order in which each operation takes effect at
 * one moment between its call and its answer, and gives the results that were seen. The search is that of Wing and Gong (1993) with the memory of
 * Lowe (2017), as in porcupine: each set of operations already done is looked at once for each state.
 */

export interface Operation<I, O> {
  input: I
  /** Undefined when no answer came: it may have taken effect at any time after its call, or never. */
  output: O | undefined
  /** On one clock. `answeredAt` is Infinity when no answer came. */
  calledAt: number
  answeredAt: number
}

export interface Model<S, I, O> {
  initial: S
  /** The state after the operation, or undefined when it cannot have given this output in this state. */
  step(state: S, input: I, output: O | undefined): S | undefined
  /** Equal states have equal keys. */
  key(state: S): string
}

export type Linearizability<I, O> =
  | { verdict: 'linearizable'; order: Operation<I, O>[] }
  /** `longest`: the operations of the longest order that is possible; `stuck`: those of which none can come next. */
  | { verdict: 'not linearizable'; longest: Operation<I, O>[]; stuck: Operation<I, O>[] }
  /** The search was given up after `most` steps: nothing is known. */
  | { verdict: 'unknown' }

/** Steps of the search, by default: about a second. */
const MOST_STEPS = 1_000_000

/** Never throws. `most` bounds the work. */
export function linearizability<S, I, O>(
  model: Model<S, I, O>,
  history: readonly Operation<I, O>[],
  most = MOST_STEPS,
): Linearizability<I, O> {
  const operations = [...history].sort((a, b) => a.calledAt - b.calledAt)
  const words = Math.max(1, Math.ceil(operations.length / 32))
  const done = new Uint32Array(words)
  const seen = new Set<string>()
  const order: number[] = []
  let longest: number[] = []
  let steps = 0
  const needed = operations.filter(({ output }) => output !== undefined).length

  const isDone = (i: number) => ((done[i >>> 5]! >>> (i & 31)) & 1) === 1
  const mark = (i: number) => void (done[i >>> 5]! ^= 1 << (i & 31))

  /** Operations that may come next: called before the first answer of those that are not done. */
  const candidates = (): number[] => {
    let first = Infinity
    const open: number[] = []
    for (let i = 0; i < operations.length; i++) {
      const operation = operations[i]!
      if (operation.calledAt > first) break
      if (isDone(i)) continue
      open.push(i)
      first = Math.min(first, operation.answeredAt)
    }
    return open.filter(i => operations[i]!.calledAt <= first)
  }

  interface Frame {
    state: S
    next: number[]
    at: number
    answered: number
  }
  const stack: Frame[] = [{ state: model.initial, next: candidates(), at: 0, answered: 0 }]
  while (stack.length > 0) {
    const frame = stack.at(-1)!
    if (frame.answered === needed) {
      return { verdict: 'linearizable', order: order.map(i => operations[i]!) }
    }
    if (frame.at === frame.next.length) {
      stack.pop()
      const last = order.pop()
      if (last !== undefined) mark(last)
      continue
    }
    if (++steps > most) return { verdict: 'unknown' }
    const i = frame.next[frame.at++]!
    const { input, output } = operations[i]!
    const state = model.step(frame.state, input, output)
    if (state === undefined) continue
    mark(i)
    const memory = `${done.join()}/${model.key(state)}`
    if (seen.has(memory)) {
      mark(i)
      continue
    }
    seen.add(memory)
    order.push(i)
    if (order.length > longest.length) longest = [...order]
    stack.push({
      state,
      next: candidates(),
      at: 0,
      answered: frame.answered + (output === undefined ? 0 : 1),
    })
  }
  done.fill(0)
  for (const i of longest) mark(i)
  return {
    verdict: 'not linearizable',
    longest: longest.map(i => operations[i]!),
    stuck: candidates().map(i => operations[i]!),
  }
}

export type RegisterInput<T> =
  | { op: 'read' }
  | { op: 'write'; value: T }
  /** Writes `value` where the register is `expected`. */
  | { op: 'cas'; expected: T; value: T }

/** Of a read, what it found; of a write, nothing that counts; of a compare-and-set, whether it wrote. */
export type RegisterOutput<T> = { value?: T; ok?: boolean }

/** A register with read, write and compare-and-set, and this value at first. */
export const register = <T extends string | number | null>(
  initial: T,
): Model<T, RegisterInput<T>, RegisterOutput<T>> => ({
  initial,
  key: state => JSON.stringify(state),
  step(state, input, output) {
    switch (input.op) {
      case 'read':
        return output === undefined || output.value === state ? state : undefined
      case 'write':
        return input.value
      case 'cas': {
        const equal = state === input.expected
        if (output?.ok !== undefined && output.ok !== equal) return undefined
        return equal ? input.value : state
      }
    }
  },
})
