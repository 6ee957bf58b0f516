/** The suites of test/host/suites, inside the oldest VS Code that we promise to work on. Each version is a file of its own, so that both can run at once. */
import { MINIMUM } from '../../scripts/vscode/versions.ts'
import { describeInVSCode } from './harness/in-vscode.ts'

describeInVSCode(MINIMUM)
