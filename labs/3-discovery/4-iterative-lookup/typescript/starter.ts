// Exercise 3.4: Iterative lookup. Write Client, then lookup with its help, and check in between.
import { randomBytes } from 'node:crypto'
import dgram from 'node:dgram'
import { decodeBencode, encodeBencode, parseAddress } from 'p2plab'
// From exercise 3.3: nodes.sort(byDistance(target)), and decodeContacts(nodes), which takes the string of an answer apart.
import {
  byDistance,
  decodeContacts,
  type Address,
  type Contact,
} from '../../3-xor-and-buckets/typescript/starter.ts'

export interface Options {
  /** Your own ID. */
  id: Buffer
  target: Buffer
  /** Addresses: use parseAddress. */
  seeds: string[]
  k: number
  alpha: number
  timeoutMs: number
}

/** What a node answers: its own ID, and whom it knows. */
interface Answer {
  id: Buffer
  nodes: Contact[]
}

/** Sends queries from a socket of its own. */
class Client {
  readonly #socket = dgram.createSocket('udp4')

  /**
   * Send find_node to the node at this address. Resolve to its answer. Reject if it sends an error, or an answer without id or nodes, or
   * nothing within timeoutMs.
   */
  async findNode(to: Address, { id, target, timeoutMs }: Options): Promise<Answer> {
    throw new Error('findNode is not written yet')
  }

  close(): void {
    this.#socket.close()
  }
}

/** A node in your list. */
interface Candidate extends Contact {
  state: 'unasked' | 'asked' | 'answered'
}

/** Find the k nodes closest to the target. Return each as its ID in hex, a space and its address, closest first. */
export async function lookup(options: Options): Promise<{ nodes: string[] }> {
  throw new Error('lookup is not written yet')
}
