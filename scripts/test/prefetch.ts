/** Gets every VS Code that the tests need: both versions for the host suites, the server for the run through the UI. */
import { ensureCodeServer } from '../vscode/code-server.ts'
import { ensureVSCode } from '../vscode/ensure.ts'
import { CURRENT, VERSIONS } from '../vscode/versions.ts'

for (const version of VERSIONS) await ensureVSCode(version, console.log)
await ensureCodeServer(CURRENT, console.log)
