/**
 * Networks kept by name: identities, links and settings, so that the same network can be started again another day. One JSON file each
 * in a folder of the user's. The identities are private keys of nodes that listen on this machine only; the files are for their
 * owner's eyes all the same.
 */
import { mkdir, readdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import * as v from 'valibot'
import { DISCOVERIES, PLANS } from './events.ts'
import { NetworkError } from './failure.ts'
import { isReservedName } from './file-names.ts'
import { MAX_NODES } from './limits.ts'
import type { StartOptions } from './start-options.ts'
import { networksFolder } from './user-folders.ts'
import { readWritten, WrongEncoding } from './written-text.ts'

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

/** The folder of saved networks. Throws a NetworkError where there is none for this user. */
export function savedFolder(): string {
  const folder = networksFolder()
  if (folder !== undefined) return folder
  throw new NetworkError({
    step: 'find the saved networks',
    cause: 'this user has no home folder',
    remedy: 'Set HOME, or set P2PLAB_NETWORKS to the absolute path of a folder for the saved networks',
  })
}

const EXTENSION = '.p2pnetwork.json'

/** What is wrong with a name, or undefined. It becomes part of a file's name on every system. */
export const nameProblem = (name: string): string | undefined =>
  /^[A-Za-z0-9][A-Za-z0-9_-]{0,59}$/.test(name)
    ? undefined
    : `"${name.slice(0, 60)}" is not a valid name: use up to 60 letters, digits, - and _, starting with a letter or digit`

/**
 * What is wrong with a name for a network that is to be saved beside those of the names `taken`, or undefined. A folder of saved
 * networks may go to another computer, so it is the same on every system: no name of a device, and none that differs from another
 * in case only. That a name is taken is for whoever writes to find out.
 */
export function newNameProblem(name: string, taken: readonly string[]): string | undefined {
  if (isReservedName(name)) return `"${name}" is not a valid name: it is a reserved device name on Windows`
  const same = taken.find(other => other !== name && other.toLowerCase() === name.toLowerCase())
  if (same !== undefined)
    return `a saved network named ${same} already exists, and many computers do not distinguish names by case`
  return nameProblem(name)
}

/** Writes a network under a name that is new. Resolves to the file. Rejects with a NetworkError when there is one already. */
export async function saveNetwork(
  folder: string,
  network: Omit<SavedNetwork, 'p2pnetwork' | 'savedAt'>,
): Promise<string> {
  const file = fileOf(folder, network.name)
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const problem = newNameProblem(network.name, await listNetworks(folder))
  if (problem !== undefined)
    throw new NetworkError({ step: 'save the network', cause: problem, remedy: 'Take another name' })
  const text = `${JSON.stringify({ p2pnetwork: VERSION, savedAt: new Date().toISOString(), ...network })}\n`
  try {
    await writeFile(file, text, { flag: 'wx', mode: 0o600 })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    const cause = `a saved network named ${network.name} already exists`
    throw new NetworkError({
      step: 'save the network',
      cause,
      remedy: `Use another name, or delete ${file}`,
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
    text = await readWritten(file)
  } catch (error) {
    if (error instanceof WrongEncoding)
      throw refuse(`${file} is not as it was saved: ${error.message}`, 'Or delete it')
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    const names = await listNetworks(folder)
    const remedy = names.length > 0 ? `Use one of ${names.join(', ')}` : 'There are no saved networks yet'
    throw refuse(`there is no saved network named ${name}`, remedy)
  }
  const result = v.safeParse(savedNetwork, parsed(text))
  if (result.success) return result.output
  const place = v.getDotPath(result.issues[0]) ?? 'the file'
  throw refuse(`${file} is damaged (${place}: ${result.issues[0].message})`, 'Delete or repair it')
}

/** The names, sorted. */
export async function listNetworks(folder: string): Promise<string[]> {
  const files = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return []
    throw error
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
