/** The address that a program's libp2p node says it listens on. */
import { preview } from '../../preview.ts'
import type { CheckContext } from '../kit/check.ts'

/** The same multiaddr; fails when no peer could dial it. */
export function expectNodeAddress(t: CheckContext, address: string, op = 'listen'): string {
  const parts = /^\/ip4\/127\.0\.0\.1\/tcp\/(\d+)(\/p2p\/\w+)?$/.exec(address)
  const port = Number(parts?.[1])
  if (port > 0 && parts?.[2]) return address
  return t.fail({
    op,
    expected: `the address of your node, such as /ip4/127.0.0.1/tcp/49321/p2p/12D3Koo….`,
    got: `${preview(address)}.`,
    hint:
      port === 0
        ? 'tcp/0 asks for any free port. Once the node is listening, node.getMultiaddrs() returns its real port and its peer ID.'
        : 'do you return { address } with the text of the first multiaddr of node.getMultiaddrs()? It ends with the peer ID.',
  })
}
