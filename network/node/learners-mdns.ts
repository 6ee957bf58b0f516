/**
 * What a learner's file imports as `@libp2p/mdns`: the package's own, with its options, but on the loopback interface only. A
 * program that a learner is still writing must not show up on the network of a school.
 */
import { mdns as everywhere } from '@libp2p/mdns'
import { onLoopback } from './on-loopback.ts'

export const mdns =
  (init: Parameters<typeof everywhere>[0] = {}): ReturnType<typeof everywhere> =>
  components => {
    const discovery = everywhere(init)(components)
    onLoopback(discovery)
    return discovery
  }
