// Derived from the folders of the labs (scripts/derive/): `npm run build` writes it, `npm run check` refuses a stale one.
import type { LoadedExercise } from '../check/kit/check.ts'

export const DERIVED_CHECKS: Readonly<Record<string, () => Promise<LoadedExercise>>> = {
  '1.1': async () => ({
    definition: (await import('../1-tcp/1-echo/exercise.ts')).default,
    checks: (await import('../1-tcp/1-echo/checks/index.ts')).checks,
  }),
  '1.2': async () => ({
    definition: (await import('../1-tcp/2-frames/exercise.ts')).default,
    checks: (await import('../1-tcp/2-frames/checks/index.ts')).checks,
  }),
  '1.3': async () => ({
    definition: (await import('../1-tcp/3-room/exercise.ts')).default,
    checks: (await import('../1-tcp/3-room/checks/index.ts')).checks,
  }),
  '1.4': async () => ({
    definition: (await import('../1-tcp/4-limits/exercise.ts')).default,
    checks: (await import('../1-tcp/4-limits/checks/index.ts')).checks,
  }),
  '1.5': async () => ({
    definition: (await import('../1-tcp/5-pool/exercise.ts')).default,
    checks: (await import('../1-tcp/5-pool/checks/index.ts')).checks,
  }),
  '1.6': async () => ({
    definition: (await import('../1-tcp/6-backpressure/exercise.ts')).default,
    checks: (await import('../1-tcp/6-backpressure/checks/index.ts')).checks,
  }),
  '1.7': async () => ({
    definition: (await import('../1-tcp/7-udp/exercise.ts')).default,
    checks: (await import('../1-tcp/7-udp/checks/index.ts')).checks,
  }),
  '1.8': async () => ({
    definition: (await import('../1-tcp/8-libp2p-echo/exercise.ts')).default,
    checks: (await import('../1-tcp/8-libp2p-echo/checks/index.ts')).checks,
  }),
  '2.1': async () => ({
    definition: (await import('../2-protocol/1-integers-on-the-wire/exercise.ts')).default,
    checks: (await import('../2-protocol/1-integers-on-the-wire/checks/index.ts')).checks,
  }),
  '2.2': async () => ({
    definition: (await import('../2-protocol/2-envelope/exercise.ts')).default,
    checks: (await import('../2-protocol/2-envelope/checks/index.ts')).checks,
  }),
  '2.3': async () => ({
    definition: (await import('../2-protocol/3-serialization/exercise.ts')).default,
    checks: (await import('../2-protocol/3-serialization/checks/index.ts')).checks,
  }),
  '2.4': async () => ({
    definition: (await import('../2-protocol/4-handshake/exercise.ts')).default,
    checks: (await import('../2-protocol/4-handshake/checks/index.ts')).checks,
  }),
  '2.5': async () => ({
    definition: (await import('../2-protocol/5-liveness/exercise.ts')).default,
    checks: (await import('../2-protocol/5-liveness/checks/index.ts')).checks,
  }),
  '2.6': async () => ({
    definition: (await import('../2-protocol/6-noise/exercise.ts')).default,
    checks: (await import('../2-protocol/6-noise/checks/index.ts')).checks,
  }),
  '2.7': async () => ({
    definition: (await import('../2-protocol/7-which-protocol/exercise.ts')).default,
    checks: (await import('../2-protocol/7-which-protocol/checks/index.ts')).checks,
  }),
  '2.8': async () => ({
    definition: (await import('../2-protocol/8-on-libp2p-requests/exercise.ts')).default,
    checks: (await import('../2-protocol/8-on-libp2p-requests/checks/index.ts')).checks,
  }),
  '3.1': async () => ({
    definition: (await import('../3-discovery/1-bootstrap/exercise.ts')).default,
    checks: (await import('../3-discovery/1-bootstrap/checks/index.ts')).checks,
  }),
  '3.2': async () => ({
    definition: (await import('../3-discovery/2-multicast-dns/exercise.ts')).default,
    checks: (await import('../3-discovery/2-multicast-dns/checks/index.ts')).checks,
  }),
  '3.3': async () => ({
    definition: (await import('../3-discovery/3-xor-and-buckets/exercise.ts')).default,
    checks: (await import('../3-discovery/3-xor-and-buckets/checks/index.ts')).checks,
  }),
  '3.4': async () => ({
    definition: (await import('../3-discovery/4-iterative-lookup/exercise.ts')).default,
    checks: (await import('../3-discovery/4-iterative-lookup/checks/index.ts')).checks,
  }),
  '3.5': async () => ({
    definition: (await import('../3-discovery/5-swim/exercise.ts')).default,
    checks: (await import('../3-discovery/5-swim/checks/index.ts')).checks,
  }),
  '3.6': async () => ({
    definition: (await import('../3-discovery/6-connection-manager/exercise.ts')).default,
    checks: (await import('../3-discovery/6-connection-manager/checks/index.ts')).checks,
  }),
  '3.7': async () => ({
    definition: (await import('../3-discovery/7-nat-traversal/exercise.ts')).default,
    checks: (await import('../3-discovery/7-nat-traversal/checks/index.ts')).checks,
  }),
  '3.8': async () => ({
    definition: (await import('../3-discovery/8-on-libp2p-local-network/exercise.ts')).default,
    checks: (await import('../3-discovery/8-on-libp2p-local-network/checks/index.ts')).checks,
  }),
  '4.1': async () => ({
    definition: (await import('../4-state/1-flooding/exercise.ts')).default,
    checks: (await import('../4-state/1-flooding/checks/index.ts')).checks,
  }),
  '4.2': async () => ({
    definition: (await import('../4-state/2-lazy-gossip/exercise.ts')).default,
    checks: (await import('../4-state/2-lazy-gossip/checks/index.ts')).checks,
  }),
  '4.3': async () => ({
    definition: (await import('../4-state/3-anti-entropy/exercise.ts')).default,
    checks: (await import('../4-state/3-anti-entropy/checks/index.ts')).checks,
  }),
  '4.4': async () => ({
    definition: (await import('../4-state/4-replicated-state/exercise.ts')).default,
    checks: (await import('../4-state/4-replicated-state/checks/index.ts')).checks,
  }),
  '4.5': async () => ({
    definition: (await import('../4-state/5-chain-consensus/exercise.ts')).default,
    checks: (await import('../4-state/5-chain-consensus/checks/index.ts')).checks,
  }),
  '4.6': async () => ({
    definition: (await import('../4-state/6-majority-consensus/exercise.ts')).default,
    checks: (await import('../4-state/6-majority-consensus/checks/index.ts')).checks,
  }),
  '4.7': async () => ({
    definition: (await import('../4-state/7-on-libp2p-gossip/exercise.ts')).default,
    checks: (await import('../4-state/7-on-libp2p-gossip/checks/index.ts')).checks,
  }),
  '4.8': async () => ({
    definition: (await import('../4-state/8-mini-p2p-network/exercise.ts')).default,
    checks: (await import('../4-state/8-mini-p2p-network/checks/index.ts')).checks,
  }),
}
