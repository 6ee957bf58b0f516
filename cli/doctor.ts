/** `p2plab doctor`: whether this machine can run the labs, and what to do where it cannot. */
import { realpathSync, statSync } from 'node:fs'
import path from 'node:path'
import { styleText } from 'node:util'
import { examine } from '../doctor/examine.ts'
import type { Finding } from '../doctor/report.ts'
import { quoted, string } from './arguments.ts'
import { EXIT, UsageError, type Command } from './command.ts'
import { dist } from './installation.ts'

export const doctor: Command = {
  name: 'doctor',
  summary: 'Check whether this machine can run the labs.',
  usage: 'doctor [--workspace DIR] [--end-leftovers] [--json]',
  options: {
    workspace: {
      type: 'string',
      value: 'DIR',
      description: 'The lab workspace. Default: the current folder.',
    },
    'end-leftovers': { type: 'boolean', description: 'End processes left by earlier runs.' },
    json: { type: 'boolean', description: 'Print one JSON object and nothing else.' },
  },
  async run({ values }) {
    const folder = string(values, 'workspace')
    const workspace = path.resolve(folder ?? '.')
    if (!statSync(workspace, { throwIfNoEntry: false })?.isDirectory()) {
      throw new UsageError(
        `The folder ${quoted(folder ?? '.')} does not exist. Set --workspace to the folder of the lab workspace.`,
      )
    }
    const report = await examine({
      dist: realpathSync(dist),
      workspace,
      given: folder !== undefined,
      endLeftovers: values['end-leftovers'] === true,
    })
    process.stdout.write(values['json'] ? `${JSON.stringify(report)}\n` : report.findings.map(line).join(''))
    return report.ok ? EXIT.pass : EXIT.fail
  },
}

const MARK = { ok: '✓', warning: '!', problem: '✗' } as const
const COLOUR = { ok: 'green', warning: 'yellow', problem: 'red' } as const

function line({ level, title, text, remedy }: Finding): string {
  const head = `${MARK[level]} ${level.padEnd(7)}  ${title}`
  const shown = process.stdout.isTTY ? styleText(COLOUR[level], head) : head
  return `${shown}: ${text}\n${remedy === undefined ? '' : `    ${remedy}\n`}`
}
