/** The help texts, made from the table of commands. */
import type { Command, Option } from './command.ts'

export function help(commands: readonly Command[]): string {
  const width = Math.max(...commands.map(c => c.name.length))
  const rows = commands.map(c => `  ${c.name.padEnd(width)}  ${c.summary}`)
  return [
    'P2P Lab: learn peer-to-peer networking by building it.',
    '',
    'Usage: p2plab COMMAND [OPTIONS]',
    '',
    'Commands:',
    ...rows,
    '',
    'Run p2plab COMMAND --help for the options of a command, or p2plab --version for the version.',
    '',
  ].join('\n')
}

function placeholder({ type, value = 'VALUE' }: Option): string {
  if (type === 'boolean') return ''
  return type === 'optional' ? ` [${value}]` : ` ${value}`
}

export function helpFor(command: Command): string {
  const options = Object.entries(command.options).map(
    ([name, o]) => [`--${name}${placeholder(o)}`, o.description] as const,
  )
  const width = Math.max(0, ...options.map(([flag]) => flag.length))
  const rows = options.map(([flag, description]) => `  ${flag.padEnd(width)}  ${description}`)
  const notes = command.notes === undefined ? '' : `\n${command.notes}`
  return `${[`Usage: p2plab ${command.usage}`, '', command.summary, '', 'Options:', ...rows, ''].join('\n')}${notes}`
}
