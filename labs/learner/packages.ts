/**
 * The packages of others that a learner's file can import with nothing installed: each is a bundle under dist/libp2p/,
 * made by scripts/build.mjs, and its types come with the workspace (scripts/pack-types.mjs). The bundles share their
 * common parts, so that a class is the same one in all of them. Which they are, the exercises say (exercise.ts).
 */
import { DERIVED_PACKAGES } from '../derived/packages.ts'

/** @libp2p/tcp is in tcp.mjs, @chainsafe/libp2p-noise in noise.mjs. */
const bundleOf = (name: string) => name.replace(/^@[^/]+\//, '').replace(/^libp2p-/, '')

/** The name of the bundle by the name of the package. */
export const PACKAGES: Readonly<Record<string, string>> = Object.fromEntries(
  DERIVED_PACKAGES.map(name => [name, bundleOf(name)]),
)
