/** Which Node runs us, as far as it matters. Imports nothing: an entry asks before it loads what an older Node cannot even link. */

/** The first Node that strips types without a flag, and has what libp2p 3 needs. */
export const MIN_NODE = '22.18'

export interface NodeProblem {
  text: string
  remedy: string
}

/** Two sentences, or undefined when `version` is new enough. */
export function nodeProblem(version: string = process.versions.node): NodeProblem | undefined {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  // Node 23 got type stripping without a flag in 23.6.
  const enough = major > 23 || (major === 23 && minor >= 6) || (major === 22 && minor >= 18)
  if (enough) return undefined
  return {
    text: `Node ${version} is too old for the exercises and for libp2p.`,
    remedy: `Use Node ${MIN_NODE} or newer. In VS Code, that means version 1.104 or newer.`,
  }
}
