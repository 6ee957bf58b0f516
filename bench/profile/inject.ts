/**
 * Runs first in the programs that a bench bundles for a profile, and in no others: profiles the process from its start to its end, into
 * the folder that P2PLAB_BENCH_PROFILE names.
 */
import { writeFileSync } from 'node:fs'
import { Session } from 'node:inspector'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

const folder = process.env['P2PLAB_BENCH_PROFILE']
if (folder !== undefined) {
  const name = path.basename(fileURLToPath(import.meta.url), '.mjs')
  const session = new Session()
  session.connect()
  session.post('Profiler.enable')
  session.post('Profiler.start')
  process.once('exit', () => {
    // Answered before `post` returns, as all of its questions to its own thread.
    session.post('Profiler.stop', (error, { profile }) => {
      if (!error)
        writeFileSync(path.join(folder, `${name}-${process.pid}.cpuprofile`), JSON.stringify(profile))
    })
  })
}
