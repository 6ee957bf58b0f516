// Derived from the folders of the labs (scripts/derive/): `npm run build` writes it, `npm run check` refuses a stale one.
export const DERIVED_PACKAGES: readonly string[] = [
  "@chainsafe/libp2p-noise",
  "@chainsafe/libp2p-yamux",
  "@libp2p/gossipsub",
  "@libp2p/gossipsub/score",
  "@libp2p/identify",
  "@libp2p/interface",
  "@libp2p/mdns",
  "@libp2p/tcp",
  "@multiformats/multiaddr",
  "libp2p",
  "uint8arraylist"
]
