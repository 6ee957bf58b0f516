// Checks the types of every room with the room's own tsconfig: what a room may use is part of the design.
import { spawnSync } from 'node:child_process'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)))
const tsc = path.join(root, 'node_modules/typescript/bin/tsc')
let failed = 0
for (const room of ['network', 'labs', 'doctor', 'cli', 'extension', 'webview', 'scripts', 'test', 'bench']) {
  const result = spawnSync(process.execPath, [tsc, '--pretty', 'false', '-p', path.join(root, room)], {
    stdio: 'inherit',
    windowsHide: true,
  })
  if (result.status !== 0) {
    console.error(`types: ${room}/ has errors`)
    failed++
  }
}
process.exit(failed ? 1 : 0)
