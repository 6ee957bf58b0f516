import assert from 'node:assert/strict'
import { compiledFolder, homeFolder, networksFolder, type Machine } from '../../../network/user-folders.ts'

type Platform = 'linux' | 'darwin' | 'win32'
const HOMES = { linux: '/home/ada', darwin: '/Users/ada', win32: 'C:\\Users\\ada' }

const machine = (
  platform: NodeJS.Platform,
  env: Record<string, string> = {},
  listedHome: Machine['listedHome'] = () => HOMES[platform as Platform] ?? '/home/ada',
): Machine => ({ env, platform, listedHome })

const unlisted = () => {
  throw new Error('ENOENT: no such file or directory, uv_os_get_passwd')
}

describe("the folders of a user's programs", () => {
  it('are where each system keeps them', () => {
    const folders = (platform: NodeJS.Platform) => [
      networksFolder(machine(platform)),
      compiledFolder(machine(platform)),
    ]
    assert.deepEqual(folders('linux'), [
      '/home/ada/.local/share/p2plab/networks',
      '/home/ada/.cache/p2plab/compiled',
    ])
    assert.deepEqual(folders('freebsd'), folders('linux'))
    assert.deepEqual(folders('darwin'), [
      '/Users/ada/Library/Application Support/p2plab/networks',
      '/Users/ada/Library/Caches/p2plab/compiled',
    ])
    assert.deepEqual(folders('win32'), [
      'C:\\Users\\ada\\AppData\\Roaming\\p2plab\\networks',
      'C:\\Users\\ada\\AppData\\Local\\p2plab\\compiled',
    ])
  })

  it('are where the variables of the system say', () => {
    assert.equal(networksFolder(machine('linux', { XDG_DATA_HOME: '/data' })), '/data/p2plab/networks')
    assert.equal(compiledFolder(machine('linux', { XDG_CACHE_HOME: '/cache' })), '/cache/p2plab/compiled')
    assert.equal(
      networksFolder(machine('win32', { APPDATA: 'D:\\Roaming' })),
      'D:\\Roaming\\p2plab\\networks',
    )
    assert.equal(
      networksFolder(machine('win32', { APPDATA: '\\\\server\\ada' })),
      '\\\\server\\ada\\p2plab\\networks',
    )
    assert.equal(
      compiledFolder(machine('win32', { LOCALAPPDATA: 'D:/Local' })),
      'D:\\Local\\p2plab\\compiled',
    )
    assert.equal(homeFolder(machine('linux', { HOME: '/elsewhere' })), '/elsewhere')
    assert.equal(homeFolder(machine('win32', { USERPROFILE: 'E:\\ada', HOME: '/c/ada' })), 'E:\\ada')
    // macOS has no such variables.
    assert.equal(
      networksFolder(machine('darwin', { XDG_DATA_HOME: '/data' })),
      networksFolder(machine('darwin')),
    )
  })

  it('are what our own variables name', () => {
    const env = { P2PLAB_NETWORKS: '/n', P2PLAB_CACHE: '/c', XDG_DATA_HOME: '/d', XDG_CACHE_HOME: '/d' }
    assert.equal(networksFolder(machine('linux', env)), '/n')
    assert.equal(compiledFolder(machine('linux', env)), '/c')
  })

  for (const [platform, values] of Object.entries({
    linux: ['', '.', 'data', './data', '~/data', 'C:\\data'],
    darwin: ['', 'data', '../data'],
    win32: ['', 'data', '.\\data', '\\data', '/data', 'C:data'],
  }))
    it(`are never below the current folder: empty and relative values do not count, ${platform}`, () => {
      const names = ['HOME', 'USERPROFILE', 'APPDATA', 'LOCALAPPDATA', 'XDG_DATA_HOME', 'XDG_CACHE_HOME']
      for (const value of values)
        for (const name of [...names, 'P2PLAB_NETWORKS', 'P2PLAB_CACHE']) {
          const odd = machine(platform as Platform, { [name]: value })
          const plain = machine(platform as Platform)
          for (const folder of [homeFolder, networksFolder, compiledFolder])
            assert.equal(folder(odd), folder(plain), `${name}=${value}`)
        }
    })

  it('are not there for a user who is in no list and has no HOME, unless they are named', () => {
    for (const platform of ['linux', 'darwin', 'win32'] as const)
      for (const listedHome of [unlisted, () => '', () => '.']) {
        for (const folder of [homeFolder, networksFolder, compiledFolder])
          assert.equal(folder(machine(platform, { HOME: '', USERPROFILE: '' }, listedHome)), undefined)
      }
    assert.equal(
      compiledFolder(machine('linux', { XDG_CACHE_HOME: '/cache' }, unlisted)),
      '/cache/p2plab/compiled',
    )
    assert.equal(networksFolder(machine('linux', { P2PLAB_NETWORKS: '/n' }, unlisted)), '/n')
  })
})
