import assert from 'node:assert/strict'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { thirdPartyNotices } from '../../../scripts/package/notices.ts'

const MIT = 'Permission is hereby granted, free of charge, to any person'

describe('The third-party notices', () => {
  let root: string

  beforeEach(async () => {
    root = await mkdtemp(path.join(tmpdir(), 'p2plab-notices-'))
  })
  afterEach(() => rm(root, { recursive: true, force: true }))

  async function addPackage(folder: string, license: string, files: Record<string, string>): Promise<string> {
    const at = path.join(root, 'node_modules', folder)
    await mkdir(at, { recursive: true })
    const name = folder.replace(/^.*node_modules\//, '')
    await writeFile(path.join(at, 'package.json'), JSON.stringify({ name, version: '1.2.3', license }))
    for (const [file, text] of Object.entries(files)) await writeFile(path.join(at, file), text)
    return `node_modules/${folder}/lib/index.js`
  }

  it('name each package once, with its version, licence and text, and leave our own files out', async () => {
    const inputs = [
      'network/state.ts',
      await addPackage('plain', 'MIT', { 'license.md': `MIT © somebody\n${MIT}` }),
      await addPackage('@scope/name', 'ISC', { LICENCE: 'ISC of somebody else', 'NOTICE.txt': 'Thank you.' }),
      await addPackage('@scope/name/node_modules/plain', 'MIT', { LICENSE: `MIT © somebody\n${MIT}` }),
    ]
    const { text, packages } = await thirdPartyNotices(root, [...inputs, ...inputs])
    assert.equal(packages, 2)
    assert.equal(text.split('plain 1.2.3 (MIT)').length, 2)
    for (const part of ['@scope/name 1.2.3 (ISC)', 'ISC of somebody else', 'Thank you.', 'MIT © somebody']) {
      assert(text.includes(part), part)
    }
    assert(!text.includes('network/'))
  })

  it('bring the whole Apache licence for a package that came without a text or only names it', async () => {
    const inputs = [
      await addPackage('silent', 'Apache-2.0 OR MIT', {}),
      await addPackage('short', 'Apache-2.0', { LICENSE: 'Licensed under the Apache License, Version 2.0' }),
    ]
    const { text } = await thirdPartyNotices(root, inputs)
    assert.match(
      text,
      /short 1\.2\.3 \(Apache-2\.0\)\nsilent 1\.2\.3 \(Apache-2\.0 OR MIT\)\n-+\n\nApache License/,
    )
    assert.equal(text.split('TERMS AND CONDITIONS FOR USE').length, 2, 'one text for both')
  })

  it('cannot be made when a package has no licence text and none is known for it', async () => {
    const input = await addPackage('bare', 'MIT', { 'README.md': MIT })
    await assert.rejects(thirdPartyNotices(root, [input]), /no licence text for bare@1\.2\.3 \(MIT\)/)
  })
})
