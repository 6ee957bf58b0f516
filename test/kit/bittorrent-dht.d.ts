/** What the tests use of bittorrent-dht 11, which has no types of its own. */
declare module 'bittorrent-dht' {
  import type { EventEmitter } from 'node:events'

  interface Options {
    /** Addresses of nodes to begin with; false for the first node of a network. */
    bootstrap: readonly string[] | false
    host?: string
    nodeId?: Uint8Array
  }

  /** Events: "listening", "ready" when it has joined, "error", "warning". */
  export default class DHT extends EventEmitter {
    constructor(options: Options)
    readonly nodeId: Uint8Array
    listen(port: number, host: string, onListening?: () => void): void
    address(): { address: string; port: number }
    addNode(node: { host: string; port: number }): void
    /** Its routing table. */
    readonly nodes: { count(): number; toArray(): readonly { id: Uint8Array; host: string; port: number }[] }
    destroy(onDestroyed?: () => void): void
  }
}
