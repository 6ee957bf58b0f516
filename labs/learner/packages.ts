/**
 * The packages of others that a learner's file can import with nothing installed: all are in dist/libp2p/packages.mjs,
 * made by scripts/build.mjs, and their types come with the workspace (scripts/pack-types.mjs). They are one file because the package
 * has few; it shares its parts with the node process, so that a class is the same one in both. Which they are, the exercises say (exercise.ts).
 */
import { DERIVED_PACKAGES } from '../derived/packages.ts'

/** @libp2p/tcp is exported as tcp, @chainsafe/libp2p-noise as noise, and a part of a package, @libp2p/gossipsub/score, as gossipsub_score. */
const nameOf = (name: string) =>
  name
    .replace(/^@[^/]+\//, '')
    .replace(/^libp2p-/, '')
    .replaceAll('/', '_')

/** Under which name that file exports a package. */
export const PACKAGES: Readonly<Record<string, string>> = Object.fromEntries(
  DERIVED_PACKAGES.map(name => [name, nameOf(name)]),
)
