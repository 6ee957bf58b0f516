/**
 * P2P Lab: Doctor. It looks in a process of its own, the command line's: nothing here opens a socket or lists processes.
 * What it found is a list that can be read with the keyboard; what can be done about it is at its end.
 */
import * as vscode from 'vscode'
import { execFile } from 'node:child_process'
import path from 'node:path'
import { parseDoctorReport, type DoctorReport, type Finding } from '../doctor/report.ts'
import { nodeEnvironment } from '../network/fork.ts'
import { Cancelled, showError, type Log } from './errors.ts'
import { t } from './l10n.ts'
import { slowly } from './slowly.ts'

/** It takes about a second; where processes have to be ended, a few more. */
const DEADLINE_MS = 60_000

interface Parts {
  dist: string
  /** The lab workspace, if a folder of the window is one. */
  workspace: () => Promise<vscode.Uri | undefined>
  log: Log
}

export function doctorCommand(parts: Parts): vscode.Disposable {
  return vscode.commands.registerCommand('p2plab.doctor', async () => {
    try {
      const report = await examine(parts, false)
      // Who calls the command gets the report, also while the list is open.
      void show(parts, report).catch((error: unknown) => showError(parts.log, error))
      return report
    } catch (error) {
      showError(parts.log, error)
      return undefined
    }
  })
}

async function examine({ dist, workspace, log }: Parts, end: boolean): Promise<DoctorReport> {
  const at = await workspace()
  const args = [
    'doctor',
    '--json',
    ...(at ? ['--workspace', at.fsPath] : []),
    ...(end ? ['--end-leftovers'] : []),
  ]
  const output = await slowly(
    t('Looking whether this machine can run the labs'),
    signal => run(dist, args, signal),
    'abort',
  )
  const report = parseDoctorReport(parsed(output))
  if (!report) throw new Error(t('The doctor gave no report. Look into the log, or install P2P Lab again.'))
  const all = { ...report, findings: [versionFinding(), ...report.findings] }
  for (const { level, title, text } of all.findings)
    log[level === 'ok' ? 'info' : 'warn'](`${title}: ${text}`)
  return all
}

/** Resolves to what it printed. Its exit status is in the report, too. */
function run(dist: string, args: readonly string[], signal: AbortSignal): Promise<string> {
  const options = { env: nodeEnvironment(), signal, timeout: DEADLINE_MS, windowsHide: true }
  const command = [path.join(dist, 'cli.mjs'), ...args]
  return new Promise((resolve, reject) => {
    execFile(process.execPath, command, options, (error, stdout, stderr) => {
      if (signal.aborted) reject(new Cancelled())
      else if (stdout !== '') resolve(stdout)
      else reject(new Error(t('The doctor could not be run: {0}', stderr.trim() || String(error?.message))))
    })
  })
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** The manifest keeps older ones away, so this is to be told rather than judged. */
const versionFinding = (): Finding => ({
  id: 'vscode',
  title: 'VS Code',
  level: 'ok',
  text: t('VS Code {0} on {1}.', vscode.version, vscode.env.remoteName ?? process.platform),
})

const ICONS = { ok: 'pass', warning: 'warning', problem: 'error' } as const

async function show(parts: Parts, report: DoctorReport): Promise<void> {
  const end = {
    label: `$(trash) ${t('End the Processes of Earlier Runs…')}`,
    run: () => endLeftovers(parts, report),
  }
  const copy = {
    label: `$(copy) ${t('Copy the Results')}`,
    run: () => vscode.env.clipboard.writeText(asText(report)),
  }
  const again = {
    label: `$(refresh) ${t('Look Again')}`,
    run: async () => show(parts, await examine(parts, false)),
  }
  const separator = { label: '', kind: vscode.QuickPickItemKind.Separator }
  const items: (vscode.QuickPickItem & { run?: () => unknown })[] = [
    ...report.findings.map(({ level, title, text, remedy }) => ({
      label: `$(${ICONS[level]}) ${title}`,
      description: levelName(level),
      detail: remedy === undefined ? text : `${text} ${remedy}`,
    })),
    separator,
    ...(report.leftovers.length > 0 ? [end] : []),
    copy,
    again,
  ]
  const title = report.ok
    ? t('P2P Lab: this machine can run the labs')
    : t('P2P Lab: something is in the way')
  const placeHolder = t('What was looked at, and what can be done')
  const chosen = await vscode.window.showQuickPick(items, { title, placeHolder, matchOnDetail: true })
  await chosen?.run?.()
}

function levelName(level: Finding['level']): string {
  switch (level) {
    case 'ok':
      return t('all right')
    case 'warning':
      return t('warning')
    case 'problem':
      return t('problem')
  }
}

async function endLeftovers(parts: Parts, { leftovers }: DoctorReport): Promise<void> {
  const end = t('End Them')
  const question = t('End {0} processes that earlier runs of P2P Lab have left?', leftovers.length)
  const names = leftovers.map(({ kind, pid }) => `${kind} ${pid}`).join(', ')
  const detail = t(
    '{0}. What started them is gone; nothing of a window or terminal that is open is ended.',
    names,
  )
  if ((await vscode.window.showWarningMessage(question, { modal: true, detail }, end)) !== end) return
  await show(parts, await examine(parts, true))
}

const asText = ({ findings }: DoctorReport): string =>
  findings
    .map(
      ({ level, title, text, remedy }) =>
        `${level}: ${title}: ${text}${remedy === undefined ? '' : ` ${remedy}`}\n`,
    )
    .join('')
