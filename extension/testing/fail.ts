import * as vscode from 'vscode'
import { sentence } from '../errors.ts'

/** An exercise that could not be run at all. */
export function fail(
  run: vscode.TestRun,
  item: vscode.TestItem,
  error: unknown,
  location?: vscode.Location,
): void {
  const message = new vscode.TestMessage(sentence(error))
  if (location) message.location = location
  run.errored(item, message)
}
