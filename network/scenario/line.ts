/**
 * A step of a scenario as one line that somebody types: `kill n3`, `split n1,n2 | n3`, `link n1-n2 latency=100 loss=5%`. What a line
 * may say, and its limits, are those of schema.ts.
 */
import * as v from 'valibot'
import { cut, quoted } from '../words.ts'
import { steps, type Step } from './schema.ts'

/** For the help: the form of each line, and what it does. */
export const LINES: readonly (readonly [form: string, does: string])[] = [
  ['kill n3 n4 | 2 | 10%', 'kill nodes without warning: by name, number or share'],
  ['stop …, pause …', 'shut nodes down cleanly, or freeze them'],
  [
    'resume [n3], restart [n3]',
    'resume paused nodes, or start ended nodes again; all of them if you name none',
  ],
  ['add [2]', 'add nodes'],
  ['hostile spam|invalid [20]', 'add a hostile node that sends this many messages per second'],
  ['split n1,n2 | n3', 'split the network into groups; nodes that you do not name form one more group'],
  ['heal', 'heal the split and wait until the mesh is healthy'],
  [
    'link n1-n2 latency=100 jitter=20 loss=5% bandwidth=32000',
    'add faults to a link: ms, ms, share, bytes per second',
  ],
  ['link n1-n2 clear', 'clear the faults of a link'],
  ['churn 30/min', 'kill and restart one node after another'],
  ['churn stop', 'stop the churn and wait until the last node is back'],
  ['broadcast [from=n3] TEXT', 'publish a message, from a random node unless you name one'],
  ['ready', 'wait until the mesh is healthy'],
  ['wait 500', 'wait this many ms'],
]

export type ParsedLine = { step: Step } | { problem: string }

/** The step, or what is wrong with the line and what is accepted, as one sentence. `seed` decides what the line leaves open. */
export function parseLine(line: string, seed: number): ParsedLine {
  const text = line.trim()
  const [verb = '', ...words] = text.split(/\s+/)
  const rest = text.slice(verb.length).trim()
  const read = Object.hasOwn(VERBS, verb) ? VERBS[verb] : undefined
  if (!read) {
    const known = Object.keys(VERBS).join(', ')
    return {
      problem: `There is no command ${quoted(verb)}. The commands are ${known}, nodes, help and quit.`,
    }
  }
  const raw = read(words, rest, seed)
  if (typeof raw === 'string') return { problem: `${quoted(text)} is not valid. Write ${raw}.` }
  const result = v.safeParse(v.variant('do', steps), raw)
  if (result.success) return { step: result.output }
  const [issue] = result.issues
  return { problem: `${quoted(text)}: ${cut(v.getDotPath(issue) ?? verb, 60)}: ${cut(issue.message, 200)}.` }
}

/** The fields of a step as they were written, or how to write it. */
type Read = (words: string[], rest: string, seed: number) => object | string

const some =
  (name: string, optional: boolean): Read =>
  (words, rest, seed) => {
    const nodes = rest.split(/[\s,]+/).filter(Boolean)
    if (nodes.length === 0) return optional ? { do: name, seed } : `${name} n3, ${name} 2 or ${name} 10%`
    const [only] = words
    if (words.length === 1 && /^\d+$/.test(only!)) return { do: name, count: Number(only), seed }
    if (words.length === 1 && /^[\d.]+%$/.test(only!)) return { do: name, fraction: number(only!), seed }
    return { do: name, nodes }
  }

const alone =
  (name: string, step = name): Read =>
  words =>
    words.length === 0 ? { do: step } : `${name} alone`

const VERBS: Readonly<Record<string, Read>> = {
  kill: some('kill', false),
  stop: some('stop', false),
  pause: some('pause', false),
  resume: some('resume', true),
  restart: some('restart', true),
  add: ([count, more]) =>
    more === undefined ? { do: 'add', ...(count !== undefined && { count: number(count) }) } : 'add 2',
  hostile: ([kind, rate, more]) =>
    kind === undefined || more !== undefined
      ? 'hostile spam 20'
      : {
          do: 'hostile',
          kind: kind === 'spammer' ? 'spam' : kind,
          ...(rate !== undefined && { perSecond: number(rate.replace(/\/s$/, '')) }),
        },
  split: (_words, rest) => {
    const parts = rest.split('|').map(part => part.split(/[\s,]+/).filter(Boolean))
    if (parts.some(part => part.length === 0)) return 'split n1,n2 | n3'
    return {
      do: 'partition',
      groups: Object.fromEntries(
        parts.map((nodes, i) => [String.fromCharCode(65 + (i % 26)) + (i > 25 ? i : ''), nodes]),
      ),
    }
  },
  heal: alone('heal'),
  link: ([ends = '', ...faults]) => {
    const example = 'link n1-n2 latency=100 jitter=20 loss=5% bandwidth=32000, or link n1-n2 clear'
    const [a, b, more] = ends.split('-')
    if (!a || !b || more !== undefined || faults.length === 0) return example
    if (faults.length === 1 && faults[0] === 'clear') return { do: 'clearLinkFault', a, b }
    const fields: Record<string, number | string> = {}
    for (const fault of faults) {
      const [, name = '', value = ''] = /^(\w+)=(\S+)$/.exec(fault) ?? []
      const field = Object.hasOwn(FAULTS, name) ? FAULTS[name] : undefined
      if (field === undefined) return example
      fields[field] = number(value)
    }
    return { do: 'linkFault', a, b, ...fields }
  },
  churn: ([rate, more], _rest, seed) =>
    rate === undefined || more !== undefined
      ? 'churn 30/min, or churn stop'
      : rate === 'stop'
        ? { do: 'stopChurn' }
        : { do: 'churn', perMinute: number(rate.replace(/\/min$/, '')), seed },
  broadcast: ([first], rest, seed) => {
    const [, from] = /^from=(\S*)$/.exec(first ?? '') ?? []
    const text = from === undefined ? rest : rest.slice(first!.length).trim()
    return text === '' ? 'broadcast hello, or broadcast from=n3 hello' : { do: 'broadcast', text, from, seed }
  },
  ready: alone('ready', 'waitReady'),
  wait: ([ms, more]) =>
    ms === undefined || more !== undefined ? 'wait 500' : { do: 'wait', ms: number(ms) },
}

const FAULTS: Readonly<Record<string, string>> = {
  latency: 'latencyMs',
  jitter: 'jitterMs',
  loss: 'loss',
  bandwidth: 'bytesPerSecond',
}

/** "20", "5%", "0.05". What is no number stays as it is, so that whoever judges it can say what came. */
const number = (text: string): number | string =>
  /^\d+(\.\d+)?%$/.test(text)
    ? Number(text.slice(0, -1)) / 100
    : /^\d+(\.\d+)?$/.test(text)
      ? Number(text)
      : text
