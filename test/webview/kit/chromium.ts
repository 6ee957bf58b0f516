/**
 * A Chromium for tests, found where one is: named by P2PLAB_CHROMIUM, installed on the machine, or the one inside the
 * npm package @sparticuz/chromium (Linux x64), which needs nothing from the system's package manager.
 */
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { accessSync, constants, existsSync, readFileSync } from 'node:fs'
import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { chromium, type Browser, type LaunchOptions } from 'playwright-core'

const root = path.resolve(import.meta.dirname, '../../..')

/** Nothing but the page under test may go over the network, and no GPU is expected. */
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

const ON_PATH = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']

/**
 * Starts a headless Chromium; the caller closes it. P2PLAB_CHROMIUM is the path of an executable, or the word `npm` to
 * take the packaged one although another is installed. `options` are playwright's; its `args` come after ours, and its `env` goes over
 * what this process has, which `undefined` takes away.
 *
 * @throws when none of the places has one, with the places and what to do.
 */
export async function launchChromium(
  options: Omit<LaunchOptions, 'env'> & { env?: NodeJS.ProcessEnv } = {},
): Promise<Browser> {
  const { args = [], env, ...rest } = options
  const found = await findChromium(process.env['P2PLAB_CHROMIUM'])
  return chromium.launch({
    ...rest,
    ...('channel' in found ? { channel: found.channel } : { executablePath: found.file }),
    args: [...FLAGS, ...args],
    env: definedOnly({ ...process.env, ...('env' in found ? found.env : {}), ...env }),
  })
}

type Found = { file: string; env: Record<string, string> } | { file: string } | { channel: string }

async function findChromium(wanted: string | undefined): Promise<Found> {
  if (wanted && wanted !== 'npm') {
    assert(existsSync(wanted), `P2PLAB_CHROMIUM should be an executable, but ${wanted} does not exist`)
    return { file: wanted }
  }
  if (!wanted) {
    const installed = onPath()
    if (installed) return { file: installed }
    // Outside of PATH on these systems: playwright knows the usual places.
    if (process.platform === 'darwin') return { channel: 'chrome' }
    if (process.platform === 'win32') return { channel: 'msedge' }
  }
  if (process.platform === 'linux' && process.arch === 'x64') return packaged()
  throw new Error(
    `No Chromium found: expected one of ${ON_PATH.join(', ')} on PATH. Install one, or set P2PLAB_CHROMIUM to its path.`,
  )
}

function onPath(): string | undefined {
  const folders = ['/usr/bin', ...(process.env['PATH'] ?? '').split(path.delimiter)]
  return ON_PATH.flatMap(name => folders.map(folder => path.join(folder, name))).find(isExecutable)
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK)
    return true
  } catch {
    return false
  }
}

/**
 * The npm package holds the browser, the libraries that a bare Debian lacks (made for Amazon Linux 2023) and a font, all
 * packed. They are unpacked once into .vscode-test/, aside first, so that a run that is cut short leaves no half browser.
 */
async function packaged(): Promise<Found> {
  const manifest = path.join(root, 'node_modules/@sparticuz/chromium/package.json')
  assert(existsSync(manifest), 'the npm package @sparticuz/chromium is not installed: run npm install')
  const version = createHash('sha256').update(readFileSync(manifest)).digest('hex').slice(0, 12)
  const home = path.join(root, '.vscode-test', `chromium-${version}`)
  if (!existsSync(home)) await unpack(path.join(path.dirname(manifest), 'bin'), home)
  return {
    file: path.join(home, 'chromium'),
    env: {
      LD_LIBRARY_PATH: [path.join(home, 'al2023/lib'), process.env['LD_LIBRARY_PATH']]
        .filter(Boolean)
        .join(':'),
      FONTCONFIG_PATH: path.join(home, 'fonts'),
    },
  }
}

async function unpack(bin: string, home: string): Promise<void> {
  const { inflate } = await import('@sparticuz/chromium')
  await mkdir(path.dirname(home), { recursive: true })
  const aside = await mkdtemp(`${home}.`)
  // inflate() writes to os.tmpdir(), which it asks for before it returns.
  const before = process.env['TMPDIR']
  process.env['TMPDIR'] = aside
  const inflating = ['chromium.br', 'swiftshader.tar.br', 'al2023.tar.br', 'fonts.tar.br'].map(name =>
    inflate(path.join(bin, name)),
  )
  if (before === undefined) delete process.env['TMPDIR']
  else process.env['TMPDIR'] = before
  await Promise.all(inflating)
  await writeFile(path.join(aside, 'fonts/fonts.conf'), fontsConf(home))
  try {
    await rename(aside, home)
  } catch (error) {
    // Another run was faster: its copy is as good.
    await rm(aside, { recursive: true, force: true })
    if (!existsSync(home)) throw error
  }
}

/** The package's own names folders of AWS Lambda. The machine's fonts come first, where it has some. */
const fontsConf = (home: string): string => `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>/usr/share/fonts</dir>
  <dir>${path.join(home, 'fonts')}</dir>
  <cachedir>${path.join(home, 'fonts-cache')}</cachedir>
</fontconfig>
`

function definedOnly(env: NodeJS.ProcessEnv): Record<string, string> {
  return Object.fromEntries(
    Object.entries(env).filter((pair): pair is [string, string] => pair[1] !== undefined),
  )
}
