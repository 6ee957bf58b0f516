import * as vscode from 'vscode'
import path from 'node:path'
import { DISCOVERIES, TOPOLOGIES, type Discovery, type Topology } from '../network/topologies.ts'
import { MAX_NODES } from '../network/limits.ts'
import { homeFolder } from '../network/user-folders.ts'

/** What all of our settings begin with. */
export const SETTINGS = 'p2plab'

export interface Settings {
  /** 1 to MAX_NODES. */
  nodes: number
  topology: Topology
  /** Undefined means that the network process chooses. */
  discovery: Discovery | undefined
  /** libp2p's own defaults instead of those for one machine. */
  productionValues: boolean
  openView: boolean
  /** Start networks with an endpoint for Prometheus. */
  metrics: boolean
  /** Absolute path; undefined where it would be in the home folder of a user who has none. */
  labsFolder: string | undefined
  openGuide: boolean
  checkOnSave: boolean
}

/** The settings as they are now. A value in settings.json may be anything: what is not allowed becomes the default. */
export function readSettings(): Settings {
  const config = vscode.workspace.getConfiguration(SETTINGS)
  const nodes = config.get<unknown>('network.nodes')
  const topology = config.get<unknown>('network.topology')
  const discovery = config.get<unknown>('network.discovery')
  const folder = config.get<unknown>('labs.folder')
  return {
    nodes: Number.isInteger(nodes) && Number(nodes) >= 1 && Number(nodes) <= MAX_NODES ? Number(nodes) : 10,
    topology: TOPOLOGIES.find(known => known === topology) ?? 'random',
    discovery: DISCOVERIES.find(known => known === discovery),
    productionValues: config.get<unknown>('network.productionValues') === true,
    openView: config.get<unknown>('network.openView') !== false,
    metrics: config.get<unknown>('network.metrics') === true,
    labsFolder: absolute(typeof folder === 'string' && folder.trim() !== '' ? folder.trim() : '~/p2p-lab'),
    openGuide: config.get<unknown>('labs.openGuide') !== false,
    checkOnSave: config.get<unknown>('labs.checkOnSave') === true,
  }
}

/** Of the user, not of the workspace: the files of a lab workspace are the learner's. */
export const setCheckOnSave = (on: boolean): Thenable<void> =>
  vscode.workspace
    .getConfiguration(SETTINGS)
    .update('labs.checkOnSave', on, vscode.ConfigurationTarget.Global)

function absolute(folder: string): string | undefined {
  if (path.isAbsolute(folder)) return path.resolve(folder)
  const home = homeFolder()
  return home === undefined
    ? undefined
    : path.resolve(
        home,
        folder.replace(/^~(?=$|[\\/])/, () => home),
      )
}
