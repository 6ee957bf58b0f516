/**
 * Networks kept by name: identities, links and settings, so that the same network can be started again another day. One JSON file each
 * in a folder of the user's. The identities are private keys of nodes that listen on this machine only; the files are for their
 * owner's eyes all the same.
 */
import { access, constants, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import path from 'node:path'
import * as v from 'valibot'
import { DISCOVERIES, PLANS } from './events.ts'
import { NetworkError } from './failure.ts'
import { fileProblem, type FileProblem } from './file-problem.ts'
import { MAX_NODES, type StartOptions } from './protocol.ts'
import { cut, quoted } from './words.ts'

const VERSION = 1
const position = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(MAX_NODES))

const savedNetwork = v.object({
  p2pnetwork: v.literal(VERSION),
  name: v.string(),
  savedAt: v.string(),
  topology: v.picklist(PLANS),
  discovery: v.picklist(DISCOVERIES),
  production: v.optional(v.boolean()),
  limitPerSecond: v.optional(v.number()),
  /** Of n1, n2, …: 32 bytes as hex, the seed of the Ed25519 key. */
  identities: v.pipe(
    v.array(v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/))),
    v.minLength(1),
    v.maxLength(MAX_NODES),
  ),
  links: v.array(v.tuple([position, position])),
})
export type SavedNetwork = v.InferOutput<typeof savedNetwork>

/** The folder of saved networks: where the system keeps the data of a user's programs, or what P2PLAB_NETWORKS names. */
export function savedFolder(env = process.env, platform = process.platform, home = homedir()): string {
  if (env['P2PLAB_NETWORKS']) return path.resolve(env['P2PLAB_NETWORKS'])
  const base =
    platform === 'win32'
      ? (env['APPDATA'] ?? path.join(home, 'AppData', 'Roaming'))
      : platform === 'darwin'
        ? path.join(home, 'Library', 'Application Support')
        : (env['XDG_DATA_HOME'] ?? path.join(home, '.local', 'share'))
  return path.join(base, 'p2plab', 'networks')
}

const EXTENSION = '.p2pnetwork.json'

/** What is wrong with a name, or undefined. It becomes part of a file's name on every system. */
export const nameProblem = (name: string): string | undefined =>
  /^[A-Za-z0-9][A-Za-z0-9_-]{0,59}$/.test(name)
    ? undefined
    : `${quoted(name)} cannot be a name: take up to 60 letters, digits, - and _, beginning with a letter or digit`

const unsaved = ({ cause, remedy }: FileProblem) =>
  new NetworkError({ step: 'save the network', cause, remedy })

/** Makes the folder where there is none: for whoever wants to know before a network starts. Rejects with a NetworkError. */
export async function makeSavedFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 })
    await access(folder, constants.W_OK)
  } catch (error) {
    const { cause, remedy } = fileProblem(error)
    throw unsaved({ cause: `${folder} cannot be written: ${cause}`, remedy })
  }
}

/** Writes a network under a name that is new. Resolves to the file. Rejects with a NetworkError when there is one already, or it cannot be written. */
export async function saveNetwork(
  folder: string,
  network: Omit<SavedNetwork, 'p2pnetwork' | 'savedAt'>,
): Promise<string> {
  const file = fileOf(folder, network.name)
  await makeSavedFolder(folder)
  const text = `${JSON.stringify({ p2pnetwork: VERSION, savedAt: new Date().toISOString(), ...network })}\n`
  try {
    await writeFile(file, text, { flag: 'wx', mode: 0o600 })
  } catch (error) {
    const { cause, remedy } = fileProblem(error)
    // What was begun is not whole.
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') {
      await rm(file, { force: true }).catch(() => undefined)
      throw unsaved({ cause: `${file} cannot be written: ${cause}`, remedy })
    }
    throw unsaved({
      cause: `there is a saved network ${network.name} already`,
      remedy: `Take another name, or delete ${file}`,
    })
  }
  return file
}

/** The saved network. Rejects with a NetworkError when there is none of that name or its file is damaged. */
export async function loadNetwork(folder: string, name: string): Promise<SavedNetwork> {
  const refuse = (cause: string, remedy: string) =>
    new NetworkError({ step: 'load the network', cause, remedy })
  const file = fileOf(folder, name)
  let text: string
  try {
    text = await readFile(file, 'utf8')
  } catch (error) {
    const { cause, remedy: advice } = fileProblem(error)
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT')
      throw refuse(`${file} cannot be read: ${cause}`, advice)
    const names = await listNetworks(folder)
    const remedy = names.length > 0 ? `Take one of ${names.join(', ')}` : 'None is saved yet'
    throw refuse(`there is no saved network ${name}`, remedy)
  }
  const result = v.safeParse(savedNetwork, parsed(text))
  if (result.success) return result.output
  const place = v.getDotPath(result.issues[0]) ?? 'the file'
  const issue = cut(result.issues[0].message, 200)
  throw refuse(`${file} is damaged (${cut(place, 100)}: ${issue})`, 'Delete it, or put it right')
}

/** The names, sorted. */
export async function listNetworks(folder: string): Promise<string[]> {
  const files = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return []
    const { cause, remedy } = fileProblem(error)
    throw new NetworkError({
      step: 'list the saved networks',
      cause: `${folder} cannot be read: ${cause}`,
      remedy,
    })
  })
  return files.flatMap(file => (file.endsWith(EXTENSION) ? [file.slice(0, -EXTENSION.length)] : [])).sort()
}

/** What there is to know of a saved network before it is started: no identities. */
export interface SavedSummary {
  name: string
  file: string
  /** Why it cannot be started, as a sentence's end. Then there is nothing else to say about it. */
  problem?: string
  about?: Pick<SavedNetwork, 'savedAt' | 'topology' | 'discovery'> & { nodes: number; production: boolean }
}

/** All that are there, sorted by name; also those whose file is damaged. */
export async function summarizeNetworks(folder: string): Promise<SavedSummary[]> {
  const names = await listNetworks(folder)
  return await Promise.all(
    names.map(async name => {
      const file = path.join(folder, `${name}${EXTENSION}`)
      try {
        const {
          savedAt,
          topology,
          discovery,
          production = false,
          identities,
        } = await loadNetwork(folder, name)
        return { name, file, about: { savedAt, topology, discovery, production, nodes: identities.length } }
      } catch (error) {
        const problem = error instanceof NetworkError ? error.failure.cause : (error as Error).message
        return { name, file, problem }
      }
    }),
  )
}

/** What starts the network again. */
export const startOptionsOf = (saved: SavedNetwork): StartOptions => ({
  nodes: saved.identities.length,
  topology: saved.topology,
  discovery: saved.discovery,
  links: saved.links,
  identities: saved.identities,
  ...(saved.production === undefined ? {} : { production: saved.production }),
  ...(saved.limitPerSecond === undefined ? {} : { limitPerSecond: saved.limitPerSecond }),
})

function fileOf(folder: string, name: string): string {
  const problem = nameProblem(name)
  if (problem)
    throw new NetworkError({ step: 'find the saved network', cause: problem, remedy: 'Choose another name' })
  return path.join(folder, `${name}${EXTENSION}`)
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
