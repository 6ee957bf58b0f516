/** The suites of test/host/suites, inside today's VS Code. Each version is a file of its own, so that both can run at once. */
import { CURRENT } from '../../scripts/vscode/versions.ts'
import { describeInVSCode } from './harness/in-vscode.ts'

describeInVSCode(CURRENT)
