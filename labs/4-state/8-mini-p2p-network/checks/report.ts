/** What happened to a network, as a Markdown text with a picture: one lane a node. */

export interface Happening {
  /** Milliseconds, on any clock. */
  at: number
  what: string
}

/** A node was in this state for a while. */
export interface Stretch {
  node: string
  /** Milliseconds, on the same clock. `to` is left out where it lasted to the end. */
  from: number
  to?: number
  state: keyof typeof MARKS
}

export interface Recovery {
  after: string
  ms: number
}

export interface Story {
  nodes: readonly string[]
  began: number
  ended: number
  electionMs: number
  happenings: readonly Happening[]
  stretches: readonly Stretch[]
  recoveries: readonly Recovery[]
  /** `lost`: acknowledged, and not applied. `unknown`: also those that nobody answered. */
  commands: { acknowledged: number; lost: number; refused: number; unknown: number }
  /** How many messages of each kind the nodes sent each other. */
  messages: ReadonlyMap<string, number>
  /** Messages of a stranger. */
  lies: number
}

/** The later a mark, the more it hides the others. */
const MARKS = { leads: 'L', slow: '~', 'cut off': '/', paused: '=', down: 'x' } as const
const ORDER = Object.keys(MARKS) as Stretch['state'][]
const COLUMNS = 40

/** In electionMs, with one decimal. */
export const inElections = (ms: number, electionMs: number): string => (ms / electionMs).toFixed(1)

/** Without a heading of its own. */
export function reportText(story: Story): string {
  const { began, ended, electionMs, commands } = story
  const seconds = (at: number) => `${((at - began) / 1000).toFixed(2)} s`
  const total = [...story.messages.values()].reduce((sum, count) => sum + count, 0)
  const answered = commands.acknowledged
  return [
    '## What happened',
    '',
    '```',
    ...lanes(story),
    '```',
    '',
    `Each line is a node, from 0 to ${seconds(ended)}: ${ORDER.map(state => `\`${MARKS[state]}\` ${state}`).join(', ')}.`,
    '',
    ...table(
      ['At', 'What'],
      story.happenings.map(({ at, what }) => [seconds(at), what]),
    ),
    '',
    '## Recovery',
    '',
    `From each fault to the first answer to a command that was given after it. \`electionMs\` was ${electionMs}.`,
    '',
    ...table(
      ['After', 'Milliseconds', 'In electionMs'],
      story.recoveries.map(({ after, ms }) => [after, ms.toFixed(0), inElections(ms, electionMs)]),
    ),
    '',
    '## Commands',
    '',
    ...table(
      ['Acknowledged', 'Of those lost', 'Refused', 'Unknown'],
      [[answered, commands.lost, commands.refused, commands.unknown].map(String)],
    ),
    '',
    '## Messages',
    '',
    ...table(
      ['Kind', 'Sent'],
      [...story.messages].sort((a, b) => b[1] - a[1]).map(([kind, count]) => [kind, String(count)]),
    ),
    '',
    `${total} in all${answered > 0 ? `, ${(total / answered).toFixed(1)} for each command that was acknowledged` : ''}. A stranger sent ${story.lies} more.`,
    '',
  ].join('\n')
}

function lanes({ nodes, began, ended, stretches }: Story): string[] {
  const width = Math.max(...nodes.map(node => node.length))
  const step = Math.max(1, ended - began) / COLUMNS
  return nodes.map(node => {
    const own = stretches.filter(stretch => stretch.node === node)
    const cells = Array.from({ length: COLUMNS }, (_, column) => {
      const [from, to] = [began + column * step, began + (column + 1) * step]
      const states = own.filter(stretch => stretch.from < to && (stretch.to ?? ended) > from)
      const shown = ORDER.findLast(state => states.some(stretch => stretch.state === state))
      return shown ? MARKS[shown] : '·'
    })
    return `${node.padEnd(width)}  ${cells.join('')}`
  })
}

const table = (head: readonly string[], rows: readonly (readonly string[])[]): string[] =>
  [head, head.map(() => '---'), ...rows].map(
    cells => `| ${cells.map(cell => cell.replaceAll('|', '\\|')).join(' | ')} |`,
  )
