/** Exercise 3.2 and other implementations of multicast DNS, in both directions: multicast-dns for Node, and python-zeroconf. */
import assert from 'node:assert/strict'
import { randomInt } from 'node:crypto'
import { once } from 'node:events'
import multicastDns from 'multicast-dns'
import { multicastProblem } from '../../../../network/orchestrator/multicast-probe.ts'
import { multicastBind } from '../../../../network/loopback-multicast.ts'
import type { Program } from '../../../../labs/check/engine/program.ts'
import { removeFolders } from '../../../kit/labs.ts'
import { skipBecause } from '../../../kit/platform.ts'
import { startSolution } from '../../../kit/running-solution.ts'
import { startZeroconf, zeroconf, type Zeroconf } from '../../../kit/zeroconf.ts'

const SERVICE = '_p2plab._udp.local'
const ADA = { instance: 'Ada Lovelace', host: 'node-7', port: 4001, id: 'note=g=', ttl: 120 }

describe('the solution of 3.2 and other implementations', function () {
  this.timeout(120_000)
  const host = `239.255.${randomInt(1, 255)}.${randomInt(1, 255)}`
  let port: number
  let group: string
  let program: Program

  before(async function () {
    const problem = await multicastProblem(randomInt(20_000, 30_000))
    if (problem !== undefined) skipBecause(this, `multicast does not work on this machine (${problem})`)
  })
  beforeEach(async () => {
    port = randomInt(20_000, 30_000)
    group = `${host}:${port}`
    program = await startSolution('3.2')
  })
  afterEach(() => program?.stop())
  after(removeFolders)

  describe('multicast-dns', () => {
    let other: multicastDns.MulticastDNS
    beforeEach(async () => {
      other = multicastDns({ port, ip: host, interface: '127.0.0.1', bind: multicastBind(), ttl: 1 })
      await once(other, 'ready')
    })
    afterEach(() => new Promise<void>(resolve => other.destroy(resolve)))

    const response = async (fits: (packet: multicastDns.ResponsePacket) => boolean) => {
      for (;;) {
        const [packet] = (await once(other, 'response')) as [multicastDns.ResponsePacket]
        if (fits(packet)) return packet
      }
    }

    it('reads what it announces, answers and takes back', async () => {
      const announced = response(() => true)
      await program.call('announce', { group, ...ADA })
      const name = `${ADA.instance}.${SERVICE}`
      const expected = [
        { name: SERVICE, type: 'PTR', ttl: 120, class: 'IN', flush: false, data: name },
        {
          name,
          type: 'SRV',
          ttl: 120,
          class: 'IN',
          flush: true,
          data: { priority: 0, weight: 0, port: 4001, target: 'node-7.local' },
        },
        { name, type: 'TXT', ttl: 120, class: 'IN', flush: true, data: [Buffer.from('id=note=g=')] },
        { name: 'node-7.local', type: 'A', ttl: 120, class: 'IN', flush: true, data: '127.0.0.1' },
      ]
      assert.deepEqual((await announced).answers, expected)
      const answered = response(() => true)
      other.query([{ name: SERVICE, type: 'PTR' }])
      const { answers = [], additionals = [] } = await answered
      assert.deepEqual([...answers, ...additionals], expected)
      const goodbye = response(() => true)
      await program.call('withdraw', { group, instance: ADA.instance })
      assert.deepEqual(
        (await goodbye).answers,
        expected.map(record => ({ ...record, ttl: 0 })),
      )
    })

    it('is found when it is asked, and lost', async () => {
      const name = `Margaret Hamilton.${SERVICE}`
      const pointer = (ttl: number) => ({ name: SERVICE, type: 'PTR' as const, ttl, data: name })
      other.on('query', ({ questions = [] }) => {
        assert.deepEqual(
          questions.map(one => one.name),
          [SERVICE],
        )
        other.respond({
          answers: [pointer(120)],
          additionals: [
            { name, type: 'SRV', ttl: 120, data: { port: 1969, target: 'apollo.local' } },
            { name, type: 'TXT', ttl: 120, data: ['id=1202'] },
            { name: 'apollo.local', type: 'A', ttl: 120, data: '127.0.0.1' },
          ],
        })
      })
      await program.call('browse', { group, queryMs: 60_000 })
      const { data } = await program.told.next('candidate')
      assert.deepEqual(data, { instance: 'Margaret Hamilton', address: '127.0.0.1:1969', id: '1202' })
      other.respond([pointer(0)])
      assert.deepEqual((await program.told.next('lost')).data, { instance: 'Margaret Hamilton' })
    })
  })

  describe('python-zeroconf', () => {
    let modules: string
    let other: Zeroconf
    before(async function () {
      const found = await zeroconf()
      if (found.reason !== undefined) skipBecause(this, found.reason)
      modules = found.modules
    })
    afterEach(() => other?.end())

    it('finds it, is found by it, and each hears the goodbye of the other', async () => {
      await program.call('announce', { group, ...ADA })
      other = startZeroconf(modules, host, port)
      const name = `${ADA.instance}.${SERVICE}.`
      assert.deepEqual(await other.says(said => said.event === 'found' && said.name === name), {
        event: 'found',
        name,
        addresses: ['127.0.0.1'],
        port: ADA.port,
        entries: { id: ADA.id },
      })
      await other.says(({ event }) => event === 'announced')
      // It has announced itself already: now it is asked.
      await program.call('browse', { group, queryMs: 60_000 })
      const { data } = await program.told.next('candidate')
      assert.deepEqual(data, { instance: 'Grace Hopper', address: '127.0.0.1:4190', id: 'harvard=mark=1' })
      await program.call('withdraw', { group, instance: ADA.instance })
      await other.says(said => said.event === 'lost' && said.name === name)
      await other.leave()
      assert.deepEqual((await program.told.next('lost')).data, { instance: 'Grace Hopper' })
    })
  })
})
