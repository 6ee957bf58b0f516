/**
 * The folders of the user who runs us: the one place that knows where each system keeps what. Only Node's own modules are imported:
 * the runner of a learner's file asks, too.
 *
 * A variable that is empty or a relative path counts as not set, as https://specifications.freedesktop.org/basedir-spec/latest/ has it:
 * it would be a folder of wherever we happen to be started, such as a lab workspace.
 */
import { userInfo } from 'node:os'
import path from 'node:path'

export interface Machine {
  env: NodeJS.ProcessEnv
  platform: NodeJS.Platform
  /** The home folder in the system's list of users. Throws where this user is not in it, as in some containers. */
  listedHome(): string
}

const thisMachine = (): Machine => ({
  env: process.env,
  platform: process.platform,
  listedHome: () => userInfo().homedir,
})

/** Absolute, or undefined where the user has none. */
export function homeFolder({ env, platform, listedHome }: Machine = thisMachine()): string | undefined {
  const given = absolute(env[platform === 'win32' ? 'USERPROFILE' : 'HOME'], platform)
  if (given !== undefined) return given
  try {
    return absolute(listedHome(), platform)
  } catch {
    return undefined
  }
}

/**
 * Where saved networks are: our part of the folder for what a user's programs must not lose, or what P2PLAB_NETWORKS names. Absolute, or
 * undefined where there is no such folder. It need not exist.
 */
export const networksFolder = (machine: Machine = thisMachine()): string | undefined =>
  absolute(machine.env['P2PLAB_NETWORKS'], machine.platform) ?? below(machine, DATA, 'networks')

/** Where compiled code is kept: our part of the folder for what can be made again, or what P2PLAB_CACHE names. As above. */
export const compiledFolder = (machine: Machine = thisMachine()): string | undefined =>
  absolute(machine.env['P2PLAB_CACHE'], machine.platform) ?? below(machine, CACHE, 'compiled')

/** Where packets of checks are until they are saved or forgotten: our part of the folder for what can be made again. As above. */
export const capturesFolder = (machine: Machine = thisMachine()): string | undefined =>
  below(machine, CACHE, 'captures')

/** The variable that names a folder of the system, and where it is in the home folder otherwise. */
interface Place {
  variable?: string
  inHome: readonly string[]
}
type Places = Record<'linux' | 'darwin' | 'win32', Place>

const DATA: Places = {
  linux: { variable: 'XDG_DATA_HOME', inHome: ['.local', 'share'] },
  darwin: { inHome: ['Library', 'Application Support'] },
  win32: { variable: 'APPDATA', inHome: ['AppData', 'Roaming'] },
}
const CACHE: Places = {
  linux: { variable: 'XDG_CACHE_HOME', inHome: ['.cache'] },
  darwin: { inHome: ['Library', 'Caches'] },
  win32: { variable: 'LOCALAPPDATA', inHome: ['AppData', 'Local'] },
}

function below(machine: Machine, places: Places, folder: string): string | undefined {
  const { env, platform } = machine
  const { variable, inHome } = places[platform === 'win32' || platform === 'darwin' ? platform : 'linux']
  const { join } = pathOf(platform)
  const given = variable === undefined ? undefined : absolute(env[variable], platform)
  const home = given === undefined ? homeFolder(machine) : undefined
  const base = given ?? (home === undefined ? undefined : join(home, ...inHome))
  return base === undefined ? undefined : join(base, 'p2plab', folder)
}

const pathOf = (platform: NodeJS.Platform) => (platform === 'win32' ? path.win32 : path.posix)

function absolute(value: string | undefined, platform: NodeJS.Platform): string | undefined {
  if (value === undefined || !pathOf(platform).isAbsolute(value)) return undefined
  // "\folder" is on whichever drive is the current one.
  return platform === 'win32' && !/^([a-z]:|[\\/]{2})/i.test(value) ? undefined : value
}
