/** `p2plab list`: the exercises. */
import { EXERCISES, LABS } from '../labs/catalogue.ts'
import { EXIT, type Command } from './command.ts'

export const list: Command = {
  name: 'list',
  summary: 'List the exercises.',
  usage: 'list [--json]',
  options: { json: { type: 'boolean', description: 'Print one JSON array and nothing else.' } },
  run({ values }) {
    process.stdout.write(values['json'] ? asJson() : asText())
    return Promise.resolve(EXIT.pass)
  },
}

const asJson = () =>
  `${JSON.stringify(
    EXERCISES.map(({ id, title, lab, tracks, file }) => ({
      id,
      title,
      lab,
      labTitle: LABS.find(l => l.lab === lab)?.title,
      tracks,
      file,
    })),
  )}\n`

function asText(): string {
  const width = Math.max(0, ...EXERCISES.map(e => e.title.length))
  return LABS.map(({ lab, title }) => {
    const rows = EXERCISES.filter(e => e.lab === lab).map(
      e => `  ${e.id}  ${e.title.padEnd(width)}  ${e.tracks.join(', ')}\n`,
    )
    return `Lab ${lab}: ${title}\n${rows.join('')}`
  }).join('\n')
}
