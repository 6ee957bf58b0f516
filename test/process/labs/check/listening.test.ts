/** Every op that is told to listen on 127.0.0.1: a program that listens on all interfaces is told so, over TCP, UDP and IPv6. */
import assert from 'node:assert/strict'
import type { Check } from '../../../../labs/check/kit/check.ts'
import { boundAddress, boundPort, host, port, text } from '../../../../labs/exercise/fields.ts'
import { skipBecause } from '../../../kit/platform.ts'
import { withJudge } from '../../../kit/judge.ts'

/** Says what it listens on, and how many have connected. */
const PROGRAM = `
import dgram from 'node:dgram'
import net from 'node:net'
let clients = 0
const tcp = host => new Promise(resolve => {
  const server = net.createServer(() => clients++)
  server.listen(0, host, () => resolve({ port: (server.address() as net.AddressInfo).port }))
})
export const listen = ({ host }) => tcp(host)
export const everywhere = () => tcp('0.0.0.0')
export const ipv6 = () => tcp('::')
export const multiaddr = async () => ({ address: '/ip4/127.0.0.1/tcp/' + (await tcp('0.0.0.0') as { port: number }).port + '/p2p/x' })
const udp = host => new Promise(resolve => {
  const socket = dgram.createSocket('udp4')
  socket.bind(0, host, () => resolve({ port: socket.address().port }))
})
export const udpListen = ({ host }) => udp(host)
export const udpEverywhere = () => udp('0.0.0.0')
export const seen = async () => ({ clients })
`

const args = { host: host(), port: port() }
const given = { host: '127.0.0.1', port: 0 }
const op = (name: string, protocol: 'tcp' | 'udp' = 'tcp') => ({
  name,
  args,
  result: { port: boundPort(protocol) },
})

describe('A program that is told to listen on 127.0.0.1', () => {
  const judged = withJudge(PROGRAM)
  before(function () {
    if (process.platform === 'darwin') skipBecause(this, 'macOS has no second loopback address')
  })

  const isTold = (call: Check) => async () => {
    const { verdict, message } = await judged(call)
    assert.equal(verdict, 'fail', message)
    assert.match(
      message!,
      /Then it tried the port that \w+ returned, \d+, at another address of this computer\.$/m,
    )
    assert.match(
      message!,
      /^Expected: that your program listens on 127\.0\.0\.1 only, the host that it was given\.$/m,
    )
    assert.match(message!, /^Got: it also listens on 127\.[\d.]+: your program listens on all interfaces\.$/m)
  }

  it('and does so passes, and has seen no client', async () => {
    const { verdict, message } = await judged(async t => {
      await t.call(op('listen'), given)
      await t.call(op('udpListen', 'udp'), given)
      assert.deepEqual(await t.program.call('seen', {}), { clients: 0 })
    })
    assert.equal(verdict, 'pass', message)
  })

  it(
    'is told when it listens on all interfaces',
    isTold(async t => void (await t.call(op('everywhere'), given))),
  )
  it(
    'is told when it listens on ::',
    isTold(async t => void (await t.call(op('ipv6'), given))),
  )
  it(
    'is told when the check asks where an error is an answer',
    isTold(async t => void (await t.ask(op('everywhere'), given))),
  )
  it(
    'is told when it answers with a multiaddr',
    isTold(async t => {
      const address = { name: 'multiaddr', args: { address: text() }, result: { address: boundAddress() } }
      await t.call(address, { address: '/ip4/127.0.0.1/tcp/0' })
    }),
  )
  it('is told over UDP, without a datagram', async function () {
    if (process.platform === 'win32') skipBecause(this, 'Windows lets two sockets share the port')
    await isTold(async t => void (await t.call(op('udpEverywhere', 'udp'), given)))()
  })
})
