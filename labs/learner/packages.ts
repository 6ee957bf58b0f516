/**
 * The packages of others that a learner's file can import with nothing installed: each is a bundle under dist/libp2p/,
 * made by scripts/build.mjs, and its types come with the workspace (scripts/pack-types.mjs). The bundles share their
 * common parts, so that a class is the same one in all of them.
 */

/** The name of the bundle by the name of the package. */
export const PACKAGES: Readonly<Record<string, string>> = {
  libp2p: 'libp2p',
  '@libp2p/interface': 'interface',
  '@libp2p/tcp': 'tcp',
  '@chainsafe/libp2p-noise': 'noise',
  '@chainsafe/libp2p-yamux': 'yamux',
  '@multiformats/multiaddr': 'multiaddr',
  uint8arraylist: 'uint8arraylist',
}
