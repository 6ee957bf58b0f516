import assert from 'node:assert/strict'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { NetworkError } from '../../../network/failure.ts'
import { isReservedName } from '../../../network/file-names.ts'
import { listNetworks, saveNetwork } from '../../../network/saved-networks.ts'
import { createTrace } from '../../../network/trace/writer.ts'

describe('A name that becomes a file', () => {
  let folder: string
  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'p2plab-names-'))
  })
  afterEach(() => rm(folder, { recursive: true, force: true }))

  it('is no device of Windows', () => {
    for (const name of ['CON', 'nul', 'Aux.p2ptrace', 'com1', 'LPT9.tar.gz', 'prn .txt', 'COM²'])
      assert.ok(isReservedName(name), name)
    for (const name of ['console', 'null', 'com', 'com10', 'my-aux.p2ptrace', 'lpt'])
      assert.ok(!isReservedName(name), name)
  })

  it('of a saved network is none of a device, and none that is another’s in other case, on any system', async () => {
    const save = (name: string) =>
      saveNetwork(folder, { name, topology: 'ring', discovery: 'assigned', identities: [], links: [] })
    const refused = (sentence: RegExp) => (error: unknown) =>
      error instanceof NetworkError && sentence.test(error.message)
    await save('Ring')
    await assert.rejects(save('ring'), refused(/a saved network named Ring already exists/))
    await assert.rejects(save('Ring'), refused(/a saved network named Ring already exists/))
    await assert.rejects(save('NUL'), refused(/a reserved device name on Windows/))
    assert.deepEqual(await listNetworks(folder), ['Ring'])
  })

  it('of a recording is none of a device on Windows', async () => {
    await assert.rejects(
      createTrace(path.join(folder, 'nul.p2ptrace'), { platform: 'win32' }),
      /nul\.p2ptrace is the name of a device on Windows: take another name$/,
    )
    assert.deepEqual(await readdir(folder), [])
    await (await createTrace(path.join(folder, 'nul.p2ptrace'), { platform: 'linux' })).close()
    assert.deepEqual(await readdir(folder), ['nul.p2ptrace'])
  })
})
