/** What a learner's file can import with nothing installed. */
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import path from 'node:path'
import { promisify } from 'node:util'
import { PACKAGES } from '../../../../labs/learner/packages.ts'
import { dist, folderWith, removeFolders } from '../../../kit/labs.ts'

const run = promisify(execFile)

/** What the file prints when it is loaded, in a workspace with these other files. */
async function output(source: string, files: Record<string, string> = {}): Promise<string> {
  const cwd = await folderWith({ 'learner.ts': source, ...files })
  const child = run(process.execPath, [path.join(dist, 'learner.mjs'), 'learner.ts'], { cwd })
  child.child.stdin?.end()
  const { stdout } = await child
  return stdout
    .split('\n')
    .filter(line => line !== '' && !line.startsWith('{"p2plab"'))
    .join('\n')
}

describe('The packages that come with the extension', () => {
  after(removeFolders)

  for (const name of Object.keys(PACKAGES)) {
    it(`can be imported: ${name}`, async () => {
      // eslint-disable-next-line no-restricted-syntax -- the name of a package
      const here = Object.keys(await import(name)).sort()
      assert.ok(here.length > 0)
      const there = await output(
        `import * as all from '${name}'\nconsole.log(Object.keys(all).sort().join())`,
      )
      assert.equal(there, here.join())
    })
  }

  it('share their classes', async () => {
    const source = `
      import { noise } from '@chainsafe/libp2p-noise'
      import { yamux } from '@chainsafe/libp2p-yamux'
      import { UnsupportedProtocolError } from '@libp2p/interface'
      import { tcp } from '@libp2p/tcp'
      import { isMultiaddr } from '@multiformats/multiaddr'
      import { createLibp2p } from 'libp2p'
      const start = (listen: string[]) => createLibp2p({
        addresses: { listen }, transports: [tcp()], connectionEncrypters: [noise()], streamMuxers: [yamux()],
      })
      const [a, b] = [await start(['/ip4/127.0.0.1/tcp/0']), await start([])]
      console.log(isMultiaddr(a.getMultiaddrs()[0]))
      try {
        await b.dialProtocol(a.getMultiaddrs(), '/nothing')
      } catch (error) {
        console.log(error instanceof UnsupportedProtocolError)
      }
      await Promise.all([a.stop(), b.stop()])`
    assert.equal(await output(source), 'true\ntrue')
  })

  it('are named when another one is imported', async () => {
    const failed = output(`import { echo } from '@libp2p/utils'\nconsole.log(echo)`)
    await assert.rejects(
      failed,
      /the package @libp2p\/utils is not installed.*come with P2P Lab: .*@libp2p\/interface.*libp2p/,
    )
  })

  it('leave alone what a learner installed by themselves, and what that imports', async () => {
    const printed = await output(
      `import { name, createLibp2p } from 'mine'\nconsole.log(name, createLibp2p)`,
      {
        'node_modules/mine/package.json': '{"name":"mine","type":"module","exports":"./index.js"}',
        'node_modules/mine/index.js': `export const name = 'mine'\nexport { createLibp2p } from 'libp2p'\n`,
        'node_modules/libp2p/package.json': '{"name":"libp2p","type":"module","exports":"./index.js"}',
        'node_modules/libp2p/index.js': `export const createLibp2p = 'theirs'\n`,
      },
    )
    assert.equal(printed, 'mine theirs')
  })
})
