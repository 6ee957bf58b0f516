/** A node that does harm: an ordinary libp2p node that publishes what it should not. */
import { randomBytes } from 'node:crypto'
import type { NodeSpec } from '../node-messages.ts'
import { INVALID } from './validator.ts'

/** Publishes until the returned function is called. A publish that fails, for want of peers, is not repeated. */
export function attack(
  { kind, perSecond }: NonNullable<NodeSpec['hostile']>,
  publish: (data: Uint8Array) => Promise<unknown>,
): () => void {
  let number = 0
  const message = () =>
    kind === 'invalid' ? Buffer.concat([INVALID, randomBytes(16)]) : Buffer.from(`spam ${++number}`, 'utf8')
  const timer = setInterval(() => void publish(message()).catch(() => undefined), 1_000 / perSecond)
  return () => clearInterval(timer)
}
