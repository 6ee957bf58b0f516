/**
 * The suites of test/host/suites that depend on VS Code most, inside the oldest one that we promise to work on: its API, its Node, its TypeScript, its
 * debugger. What the others try is our own code above the same API. Each version is a file of its own, so that both can run at once.
 */
import { MINIMUM } from '../../scripts/vscode/versions.ts'
import { describeInVSCode } from './harness/in-vscode.ts'

describeInVSCode(MINIMUM, ['activation', 'network', 'exercises', 'debug', 'doctor'])
