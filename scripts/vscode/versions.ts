/** The two versions of VS Code that we promise to work on: the oldest that `engines.vscode` allows, and today's. */

export interface VSCodeVersion {
  /** For people: "1.104". */
  name: string
  /** What @vscode/test-electron downloads. */
  desktop: string
  /** The npm package code-server of this version holds this VS Code's server. */
  codeServer: string
  /** The Node that this VS Code itself brings on a desktop; undefined where the project's own is as good. */
  node?: string
}

/** VS Code 1.104 runs on Node 22.18, the first one that strips types without a flag. */
export const MINIMUM: VSCodeVersion = {
  name: '1.104',
  desktop: '1.104.0',
  codeServer: '4.104.0',
  node: '22.18.0',
}

export const CURRENT: VSCodeVersion = { name: '1.139', desktop: '1.139.1', codeServer: '4.139.1' }

export const VERSIONS: readonly VSCodeVersion[] = [MINIMUM, CURRENT]
