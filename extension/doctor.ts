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
import type { Actions } from './lazily.ts'
import { slowly } from './slowly.ts'

/** It takes about a second; where processes have to be ended, a few more. */
const DEADLINE_MS = 60_000

interface Parts {
  dist: string
  /** The lab workspace, if a folder of the window is one. */
  workspace: () => Promise<vscode.Uri | undefined>
  log: Log
}

/** What the command does. It resolves to the report, or to undefined when there is none. */
export function doctorAction(parts: Parts): Actions<'doctor'> {
  const doctor = async () => {
    try {
      const report = await examine(parts, false)
      // Who calls the command gets the report, also while the list is open.
      void show(parts, report).catch((error: unknown) => showError(parts.log, error))
      return report
    } catch (error) {
      showError(parts.log, error)
      return undefined
    }
  }
  return { doctor }
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
    t('Checking whether this machine can run the labs'),
    signal => run(dist, args, signal),
    'abort',
  )
  const report = parseDoctorReport(parsed(output))
  if (!report) throw new Error(t('The doctor did not return a report. Check the log, or reinstall P2P Lab.'))
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
      else reject(new Error(t('Could not run the doctor: {0}', stderr.trim() || String(error?.message))))
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
    label: `$(trash) ${t('End Leftover Processes…')}`,
    run: () => endLeftovers(parts, report),
  }
  const copy = {
    label: `$(copy) ${t('Copy Results')}`,
    run: () => vscode.env.clipboard.writeText(asText(report)),
  }
  const again = {
    label: `$(refresh) ${t('Check Again')}`,
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
  const title = report.ok ? t('P2P Lab: This machine can run the labs') : t('P2P Lab: Found problems')
  const placeHolder = t('Results and suggested fixes')
  const chosen = await vscode.window.showQuickPick(items, { title, placeHolder, matchOnDetail: true })
  await chosen?.run?.()
}

function levelName(level: Finding['level']): string {
  switch (level) {
    case 'ok':
      return t('OK')
    case 'warning':
      return t('warning')
    case 'problem':
      return t('problem')
  }
}

async function endLeftovers(parts: Parts, { leftovers }: DoctorReport): Promise<void> {
  const end = t('End Processes')
  const question = t('End the processes that earlier runs of P2P Lab left behind ({0})?', leftovers.length)
  const names = leftovers.map(({ kind, pid }) => `${kind} ${pid}`).join(', ')
  const detail = t(
    '{0}. The programs that started them are gone. Processes that belong to open windows and terminals keep running.',
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
