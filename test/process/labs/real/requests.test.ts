/** Exercise 2.8 and a whole node of another line of releases, libp2p 2, each asking the other. */
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import type { Program } from '../../../../labs/check/engine/program.ts'
import { startForeignNode, type ForeignNode } from '../../../kit/foreign-requests.ts'
import { removeFolders } from '../../../kit/labs.ts'
import { startSolution } from '../../../kit/running-solution.ts'

const V1 = '/p2plab/requests/1.0.0'
const V2 = '/p2plab/requests/2.0.0'
const GET = 1
const PUT = 2
const LIMITS = { maxBytes: 2 ** 20, timeoutMs: 60_000 }

describe('the solution of 2.8 and a node of libp2p 2', function () {
  this.timeout(2 * 60_000)
  /** More than Yamux has room for at once, and less than a control line may have in hex. */
  const value = randomBytes(400_000)
  let solution: Program
  let node: ForeignNode | undefined

  before(async () => void (solution = await startSolution('2.8')))
  afterEach(() => node?.stop())
  after(async () => {
    await solution.stop()
    await removeFolders()
  })

  it('understand each other when libp2p asks, in both versions', async () => {
    const listening = await solution.call('listen', { address: '/ip4/127.0.0.1/tcp/0', ...LIMITS })
    const peer = listening['address'] as string
    node = await startForeignNode([], () => ({}))
    const nothing = { status: 0, value: new Uint8Array(), revision: 0 }
    const ask = async (protocols: string[], fields: Parameters<ForeignNode['ask']>[2]) => {
      const answered = await node!.ask(peer, protocols, fields)
      return { ...answered, value: Uint8Array.from(answered.value) }
    }
    const key = 'Schlüssel'
    assert.deepEqual(await ask([V2, V1], { type: PUT, key, value }), {
      ...nothing,
      protocol: V2,
      revision: 1,
    })
    assert.deepEqual(await ask([V1], { type: PUT, key, value: Buffer.of(7) }), { ...nothing, protocol: V1 })
    assert.deepEqual(await ask([V2], { type: PUT, key, value, revision: 1 }), {
      ...nothing,
      protocol: V2,
      status: 2,
      revision: 2,
    })
    assert.deepEqual(await ask([V2, V1], { type: PUT, key, value, revision: 2 }), {
      ...nothing,
      protocol: V2,
      revision: 3,
    })
    assert.deepEqual(await ask([V1], { type: GET, key }), {
      ...nothing,
      protocol: V1,
      value: Uint8Array.from(value),
    })
    assert.deepEqual(await ask([V2], { type: GET, key: 'other' }), { ...nothing, protocol: V2, status: 1 })
  })

  for (const protocols of [[V1, V2], [V1]]) {
    const newest = protocols.at(-1)!
    it(`understand each other when the solution asks, and libp2p speaks ${protocols.join(' and ')}`, async () => {
      const asked: object[] = []
      node = await startForeignNode(protocols, (request, protocol) => {
        asked.push({ ...request, value: Buffer.from(request.value).toString('hex'), protocol })
        return request.type === GET ? { value, revision: 5 } : { status: 0 }
      })
      const args = { peer: node.address, key: '鍵', revision: 0, ...LIMITS }
      const put = { ...args, type: PUT, value: value.toString('hex') }
      // All fields are 0 or empty, so that the message has no bytes.
      assert.deepEqual(await solution.call('request', put), {
        protocol: newest,
        status: 0,
        value: '',
        revision: 0,
      })
      assert.deepEqual(await solution.call('request', { ...args, type: GET, value: '' }), {
        protocol: newest,
        status: 0,
        value: value.toString('hex'),
        // 1.0.0 does not know that field.
        revision: newest === V2 ? 5 : 0,
      })
      assert.deepEqual(asked, [
        { type: PUT, key: '鍵', value: value.toString('hex'), revision: 0, protocol: newest },
        { type: GET, key: '鍵', value: '', revision: 0, protocol: newest },
      ])
    })
  }
})
