/** The checker's libp2p peers on a local network: multicast DNS, identify, and what they announce. */
import assert from 'node:assert/strict'
import { randomInt } from 'node:crypto'
import {
  createPeer,
  openMdnsTap,
  type FoundPeer,
  type IdentifiedPeer,
  type MdnsAnswer,
  type MdnsTap,
  type Peer,
  type PeerOptions,
} from '../../../../network/node/peer.ts'
import { multicastProblem } from '../../../../network/orchestrator/multicast-probe.ts'
import { Inconclusive } from '../../../../labs/check/kit/finding.ts'
import { keptPort, listenFault } from '../../../../labs/check/peers/kept-port.ts'
import { freePort } from '../../../../labs/check/peers/local-network.ts'
import { noMulticast } from '../../../../labs/check/peers/no-multicast.ts'
import { skipBecause } from '../../../kit/platform.ts'

const listenFaultOf = (port: number) => (error: unknown) => listenFault(error, 'node A', port)

describe('Peers on a local network', () => {
  const peers: Peer[] = []
  const taps: MdnsTap[] = []
  let port: number
  let serviceTag: string
  before(async function () {
    const problem = await multicastProblem(randomInt(20_000, 30_000))
    if (problem !== undefined) skipBecause(this, problem)
  })
  beforeEach(() => {
    port = randomInt(20_000, 30_000)
    serviceTag = `_test-${randomInt(2 ** 40).toString(36)}._udp.local`
  })
  afterEach(async () => {
    await Promise.all(peers.splice(0).map(peer => peer.stop()))
    await Promise.all(taps.splice(0).map(tap => tap.stop()))
  })

  const start = async (seed: number, options: Partial<PeerOptions> & { name?: string } = {}) => {
    const { name, ...others } = options
    const found: FoundPeer[] = []
    let wake = () => {}
    const onFound = (peer: FoundPeer) => {
      found.push(peer)
      wake()
    }
    const mdns = { serviceTag, port, onFound, ...(name !== undefined && { name }) }
    const peer = await createPeer({ seed: Buffer.alloc(32, seed), listen: true, mdns, ...others })
    peers.push(peer)
    const finds = (id: string) =>
      new Promise<FoundPeer>(resolve => {
        wake = () => {
          const one = found.find(other => other.id === id)
          if (one) resolve(one)
        }
        wake()
      })
    return { peer, found, finds }
  }

  const listen = async () => {
    const heard: (MdnsAnswer | string)[] = []
    let wake = () => {}
    const note = (what: MdnsAnswer | string) => {
      heard.push(what)
      wake()
    }
    const tap = await openMdnsTap({ port, onQuestion: note, onAnswer: note })
    taps.push(tap)
    const until = (condition: () => boolean) =>
      new Promise<void>(resolve => {
        wake = () => {
          if (condition()) resolve()
        }
        wake()
      })
    return { tap, heard, until }
  }

  it('answer whoever asks, under their name, and find each other by the answers', async () => {
    const { tap, heard, until } = await listen()
    const one = await start(1, { name: 'a'.repeat(40) })
    const other = await start(2)
    await one.peer.appear()
    await other.peer.appear()
    tap.ask(serviceTag)
    const [inOne, inOther] = await Promise.all([one.finds(other.peer.id), other.finds(one.peer.id)])
    assert.deepEqual(
      inOther.addresses.map(address => `${address}/p2p/${one.peer.id}`),
      one.peer.addresses,
    )
    assert.equal(inOne.id, other.peer.id)
    await until(() => heard.length === 3)
    assert.equal(heard[0], serviceTag)
    const named = heard.find(what => typeof what !== 'string' && what.name === 'a'.repeat(40))
    assert.deepEqual(named, {
      serviceTag,
      name: 'a'.repeat(40),
      texts: one.peer.addresses.map(address => `dnsaddr=${address}`),
    })
  })

  it('ask nobody, and do not answer before they appear, nor for another service tag', async () => {
    const { tap, heard, until } = await listen()
    const one = await start(1)
    const hidden = await start(2)
    await one.peer.appear()
    tap.ask('_other._udp.local')
    tap.ask(serviceTag)
    await until(() => heard.some(what => typeof what !== 'string'))
    assert.deepEqual(heard.slice(0, 2), ['_other._udp.local', serviceTag])
    assert.equal(heard.length, 3)
    assert.deepEqual(hidden.found, [])
  })

  it('keep their connections, and answer no more, when they disappear', async () => {
    const { tap, heard, until } = await listen()
    const one = await start(1)
    const other = await start(2)
    await one.peer.appear()
    await other.peer.appear()
    await other.peer.dial(one.peer.addresses[0]!)
    await one.peer.disappear()
    tap.ask(serviceTag)
    await until(() => heard.length === 2)
    assert.deepEqual(
      heard.map(what => typeof what !== 'string' && what.texts),
      [false, other.peer.addresses.map(address => `dnsaddr=${address}`)],
    )
    assert.equal(other.peer.connectionsWith(one.peer.id), 1)
  })

  it('announce the address that they are told to, where another peer then proves to be another', async () => {
    const { tap } = await listen()
    const victim = await start(1)
    const address = victim.peer.addresses[0]!.replace(/\/p2p\/\w+$/, '')
    const liar = await start(2, { listen: false, announces: address })
    const other = await start(3)
    await liar.peer.appear()
    await other.peer.appear()
    tap.ask(serviceTag)
    const { id, addresses } = await other.finds(liar.peer.id)
    assert.deepEqual(addresses, [address])
    await assert.rejects(other.peer.dial(`${address}/p2p/${id}`), /does not match/)
    assert.deepEqual([victim.peer.reached(), victim.peer.accepted()], [1, 0])
  })

  it('tell in identify who they are, for each connection, and close one of two', async () => {
    const one = await start(1, { agent: 'one/1.0' })
    const other = await start(2, { agent: 'other/2.0' })
    const mute = await start(3)
    const told: IdentifiedPeer[] = []
    let wake = () => {}
    other.peer.onIdentified(peer => {
      told.push(peer)
      wake()
    })
    await mute.peer.dial(other.peer.addresses[0]!)
    const address = other.peer.addresses[0]!
    await one.peer.dial(address)
    await one.peer.dial(address)
    assert.equal(one.peer.connectionsWith(other.peer.id), 1)
    await one.peer.dial(address, { anew: true })
    assert.equal(one.peer.connectionsWith(other.peer.id), 2)
    await new Promise<void>(resolve => {
      wake = () => {
        if (told.length === 2) resolve()
      }
      wake()
    })
    assert.deepEqual(
      told.map(({ id, agent }) => [id, agent]),
      [
        [one.peer.id, 'one/1.0'],
        [one.peer.id, 'one/1.0'],
      ],
    )
    assert.ok(told[0]!.protocols.includes('/ipfs/id/1.0.0'))
    await one.peer.hangUp(other.peer.id)
    assert.equal(one.peer.connectionsWith(other.peer.id), 1)
    assert.equal(other.peer.accepted(), 3)
  })

  it('come back at a port that is kept for them, and say so when somebody else has it', async () => {
    const kept = await keptPort()
    for (let times = 0; times < 2; times++) {
      const { peer } = await start(1, { listen: kept })
      assert.match(peer.addresses[0]!, new RegExp(`/tcp/${kept}/`))
      await peer.stop()
    }
    await start(2, { listen: kept })
    const error = await start(1, { listen: kept }).then(() => assert.fail(), listenFaultOf(kept))
    assert.ok(error instanceof Inconclusive)
    assert.match(error.message, new RegExp(`^another program has taken port ${kept} .* node A .*Check again`))
  })

  it('are missed with the reason and words for what to do, on each system', async function () {
    assert.match(noMulticast('why', 'darwin'), /Local Network/)
    assert.match(noMulticast('why', 'win32'), /firewall/)
    assert.match(noMulticast('why', 'linux'), /multicast on/)
    // As Windows binds it, a socket of Linux hears no packet of the group.
    if (process.platform !== 'linux') return
    await assert.rejects(freePort('win32'), error => {
      assert.ok(error instanceof Inconclusive)
      assert.match(
        error.message,
        /^multicast does not work .* \(.* did not arrive .*\)\. .*check again\..*Doctor/,
      )
      return true
    })
  })
})
