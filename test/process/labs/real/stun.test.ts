/**
 * A STUN implementation of others (npm: stun) behind our NATs, as in the tests of RFC 5780, and with the solution of 3.7: as its observer, and as
 * the peer that it punches to, in both directions.
 */
import assert from 'node:assert/strict'
import dgram from 'node:dgram'
import { openGateway } from '../../../../labs/check/nat/gateway.ts'
import {
  BEHAVIORS,
  createNat,
  hostOf,
  type Behavior,
  type NatOptions,
} from '../../../../labs/check/nat/nat.ts'
import { createWorld, type World } from '../../../../labs/check/nat/world.ts'
import { createRandom } from '../../../../labs/check/kit/random.ts'
import { createTranscript } from '../../../../labs/check/transcript/transcript.ts'
import { wrapUdp } from '../../../../labs/exercise/socks-udp.ts'
import { encodeStun } from '../../../../labs/exercise/stun.ts'
import { openBehindNat } from '../../../../labs/learner/behind-nat.ts'
import { playRendezvous } from '../../../../labs/3-discovery/7-nat-traversal/checks/rendezvous.ts'
import { removeFolders } from '../../../kit/labs.ts'
import { startSolution } from '../../../kit/running-solution.ts'
import { foreignEnd } from '../../../kit/stun.ts'

const [HOST_A, HOST_B] = ['192.0.2.1', '192.0.2.2']
const [A, A_OTHER, B] = [`${HOST_A}:3478`, `${HOST_A}:3479`, `${HOST_B}:3478`] as const
const OUTSIDE = '203.0.113.1'
const PEER = '198.51.100.1'

describe('the npm package stun', function () {
  this.timeout(120_000)
  let ends: (() => unknown)[] = []
  afterEach(async () => {
    for (const end of ends.reverse()) await end()
    ends = []
  })
  after(removeFolders)

  /** A world with a STUN server of the package at each address, and a NAT whose gateway is a real socket. */
  const open = async (options: NatOptions) => {
    const world = createWorld()
    const nat = createNat(OUTSIDE, options, createRandom(1))
    for (const host of [HOST_A, HOST_B]) {
      world.host(host, host, ({ from, to, bytes }) =>
        foreignEnd((answer, at) => world.send({ from: to, to: at, bytes: answer })).arrived(bytes, from),
      )
    }
    return { world, nat, gateway: await gatewayOf(world, nat) }
  }
  const gatewayOf = async (world: World, nat: ReturnType<typeof createNat>) => {
    const broken = (error: Error) => {
      throw error
    }
    const owner = {
      transcript: createTranscript(),
      onEnd: (end: () => unknown) => void ends.push(end),
      broken,
    }
    return (await openGateway(owner, world, nat)).address
  }
  /** A client of the package, on a real socket behind the gateway. */
  const clientOf = async (gateway: string) => {
    const socket = await openBehindNat(gateway)
    ends.push(() => socket.close())
    const client = foreignEnd((bytes, to) => socket.send(bytes, to))
    socket.onDatagram((bytes, from) => client.arrived(bytes, from))
    return { ...client, socket }
  }

  describe('behind a NAT, finds out', () => {
    const behaviors = { mapping: 'Endpoint-Independent', filtering: 'Endpoint-Independent' } as const

    for (const mapping of BEHAVIORS) {
      it(`${mapping} mapping, by the tests of RFC 5780, section 4.3`, async () => {
        const { gateway } = await open({ ...behaviors, mapping })
        const client = await clientOf(gateway)
        const first = await client.ask(A)
        assert.equal(hostOf(first!), OUTSIDE)
        assert.equal(await client.ask(A), first)
        const [second, third] = [await client.ask(B), await client.ask(A_OTHER)]
        const found: Behavior =
          second === first ? BEHAVIORS[0] : third === first ? BEHAVIORS[1] : BEHAVIORS[2]
        assert.equal(found, mapping)
      })
    }

    for (const filtering of BEHAVIORS) {
      it(`${filtering} filtering, by the tests of section 4.4`, async () => {
        const { world, gateway } = await open({ ...behaviors, filtering })
        const client = await clientOf(gateway)
        const outside = (await client.ask(A))!
        const got: string[] = []
        client.socket.onDatagram((_, from) => got.push(from))
        const bytes = encodeStun({ class: 'indication', transactionId: Buffer.alloc(12) })
        for (const from of [B, A_OTHER, A]) world.send({ from, to: outside, bytes })
        // What the NAT let in came before this answer.
        await client.ask(A)
        const found = got.includes(B) ? BEHAVIORS[0] : got.includes(A_OTHER) ? BEHAVIORS[1] : BEHAVIORS[2]
        assert.equal(found, filtering)
        assert.ok(got.includes(A))
      })
    }

    it('nothing of a fragment: FRAG other than 0 is dropped', async () => {
      const { world, gateway } = await open(behaviors)
      const seen: string[] = []
      world.watch(({ to }) => void (hostOf(to) === HOST_A && seen.push(to)))
      const client = await clientOf(gateway)
      const fragment = wrapUdp(A_OTHER, encodeStun({ class: 'request', transactionId: Buffer.alloc(12) }))
      fragment[2] = 1
      const raw = dgram.createSocket('udp4')
      ends.push(() => raw.close())
      const port = Number(gateway.split(':')[1])
      await new Promise(resolve => raw.send(fragment, port, '127.0.0.1', resolve))
      await client.ask(A)
      assert.deepEqual(seen, [A])
    })
  })

  for (const asks of ['the solution', 'the package'] as const) {
    it(`observes the solution of 3.7, and is punched to when ${asks} asks for it`, async () => {
      const { world, nat, gateway } = await open({
        mapping: 'Address and Port-Dependent',
        filtering: 'Address and Port-Dependent',
      })
      const rendezvous = playRendezvous(world, '192.0.2.9:4000', createRandom(2))
      const solution = await startSolution('3.7')
      ends.push(() => solution.stop())
      const times = { tries: 20, tryMs: 500, keepAliveMs: 600_000 }
      const { address } = await solution.call(
        'start',
        { gateway, name: 'alice', observers: [A, B], rendezvous: rendezvous.address, ...times },
        60_000,
      )
      assert.equal(hostOf(address as string), nat.host)

      // The peer looks at addresses only, so a path is there: its requests come back from where the solution's come.
      const home = createNat(
        PEER,
        { mapping: 'Endpoint-Independent', filtering: 'Address-Dependent' },
        createRandom(3),
      )
      let session: string | undefined
      const bob = foreignEnd(
        (bytes, to) => node.send(bytes, to),
        (request, from) => {
          if (request.getUsername() !== session) return false
          answered ??= bob.ask(from, session)
          return true
        },
      )
      let answered: Promise<string | undefined> | undefined
      const node = world.inside(home, '10.0.0.9:7000', (bytes, from) => {
        if (bytes[0] !== 0x7b) return bob.arrived(bytes, from)
        const message = JSON.parse(Buffer.from(bytes).toString()) as Record<string, string>
        if (message['type'] !== 'introduce' || session !== undefined) return
        session = message['session']
        void bob.ask(message['address']!, session)
      })
      const announced = await bob.ask(A)
      const say = (message: object) => node.send(Buffer.from(JSON.stringify(message)), rendezvous.address)
      say({ type: 'register', name: 'bob', address: announced })

      if (asks === 'the solution')
        assert.deepEqual(await solution.call('connect', { peer: 'bob' }, 60_000), { path: 'punched' })
      else say({ type: 'connect', peer: 'alice' })
      assert.deepEqual((await solution.told.next('connected')).data, { peer: 'bob', path: 'punched' })
      // The package reads the solution's answer, too: the address in it is the peer's own.
      assert.equal(await answered, announced)
      assert.ok(bob.asked.every(({ username }) => username === session))
    })
  }
})
