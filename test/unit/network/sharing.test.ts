import assert from 'node:assert/strict'
import type { NetworkInterfaceInfo } from 'node:os'
import fc from 'fast-check'
import { NetworkError } from '../../../network/failure.ts'
import { planSharing } from '../../../network/orchestrator/sharing.ts'
import { fingerprint, readJoinCode, writeJoinCode, type JoinCode } from '../../../network/share/join-code.ts'
import { chooseAddress, lanAddresses } from '../../../network/share/lan.ts'
import { parseOffer } from '../../../network/share/offer.ts'
import { remotePeers, unhealthy } from '../../../network/state.ts'
import { line, listening, linked, peerId, ready, startedEvent, stateOf } from '../../kit/network-state.ts'

const byte = fc.integer({ min: 0, max: 255 })
const codes = fc.record({
  host: fc.tuple(fc.integer({ min: 1, max: 223 }), byte, byte, byte).map(parts => parts.join('.')),
  port: fc.integer({ min: 1, max: 65_535 }),
  fingerprint: fc
    .array(byte, { minLength: 10, maxLength: 10 })
    .map(bytes => Buffer.from(bytes).toString('hex')),
})
const problemOf = (text: string): string => {
  const read = readJoinCode(text)
  assert.ok('problem' in read, text)
  assert.match(read.problem, /^\S[^\n]*\.$/)
  return read.problem
}
const example: JoinCode = { host: '192.168.1.5', port: 49_321, fingerprint: '00112233445566778899' }

describe('a join code', () => {
  it('says again what was written, however it is typed', () => {
    fc.assert(
      fc.property(codes, code => {
        const text = writeJoinCode(code)
        assert.match(text, /^([0-9A-HJKMNP-TV-Z]{4}-){7}[0-9A-HJKMNP-TV-Z]{4}$/)
        assert.deepEqual(readJoinCode(text), { ...code })
        const typed = text.toLowerCase().replaceAll('-', ' ').replaceAll('0', 'o').replaceAll('1', 'l')
        assert.deepEqual(readJoinCode(` ${typed}\n`), { ...code })
      }),
    )
  })

  it('is what docs/contract.md says it is', () => {
    assert.equal(writeJoinCode(example), '070A-G085-R2MG-0492-6D25-ASKQ-H2CX-7YZ8')
    assert.equal(fingerprint('12D3KooWQeZh'), '740a4d0ad256f4ba5dfd')
  })

  it('is refused with a mistake in it: a wrong character, two that are swapped, one too few', () => {
    const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
    fc.assert(
      fc.property(codes, fc.nat(31), fc.nat(31), (code, at, other) => {
        const text = writeJoinCode(code).replaceAll('-', '')
        const wrong = text.slice(0, at) + alphabet[other]! + text.slice(at + 1)
        if (wrong !== text) assert.match(problemOf(wrong), /mistyped/)
        const swapped = text.slice(0, at) + (text[at + 1] ?? '') + text[at]! + text.slice(at + 2)
        if (swapped !== text) assert.match(problemOf(swapped), /mistyped/)
        assert.match(problemOf(text.slice(1)), /has 32 letters and digits, but this one has 31/)
      }),
    )
    assert.match(problemOf(''), /this one has 0/)
    assert.match(problemOf('U'.repeat(32)), /"U" cannot occur in a join code/)
  })

  it('of a later version says to update, and one without an address is refused', () => {
    const bytes = (text: string) => readJoinCode(text)
    assert.ok('problem' in bytes('0'.repeat(32)))
    assert.match(
      problemOf(writeJoinCode({ ...example, host: '224.0.0.1' })),
      /does not contain the address of a computer/,
    )
    assert.match(
      problemOf(writeJoinCode({ ...example, port: 0 })),
      /does not contain the address of a computer/,
    )
  })
})

describe('the address of a shared network', () => {
  const lan = [{ address: '192.168.1.5', interface: 'eth0', virtual: false }]
  const docker = { address: '172.17.0.1', interface: 'docker0', virtual: true }
  const two = [...lan, { address: '10.0.0.7', interface: 'wlan0', virtual: false }, docker]
  const of = (address: string, more: object = {}) => [
    { address, family: 'IPv4', internal: false, mac: '3c:22:fb:00:00:01', netmask: '', cidr: null, ...more },
  ]
  const listed = (interfaces: Record<string, object[]>) =>
    lanAddresses(interfaces as NodeJS.Dict<NetworkInterfaceInfo[]>).map(a => [a.interface, a.virtual])
  const refused = (asked: string | undefined, all: typeof lan, sentence: RegExp) =>
    assert.throws(
      () => chooseAddress(asked, all),
      error => error instanceof NetworkError && sentence.test(error.message),
    )

  it('is the only one, or the one that was asked for', () => {
    assert.equal(chooseAddress(undefined, lan), '192.168.1.5')
    assert.equal(chooseAddress('172.17.0.1', two), '172.17.0.1')
  })

  it('is that of the only real adapter, where the others are virtual', () => {
    assert.equal(chooseAddress(undefined, [docker, ...lan]), '192.168.1.5')
    assert.equal(chooseAddress(undefined, [docker]), '172.17.0.1')
  })

  it('is listed after the real ones where the adapter is virtual, by its name or its hardware address', () => {
    assert.deepEqual(
      listed({
        'vEthernet (WSL (Hyper-V firewall))': of('172.29.64.1'),
        'VMware Network Adapter VMnet8': of('192.168.80.1'),
        'Ethernet 3': of('192.168.56.1', { mac: '0a:00:27:00:00:0e' }),
        'Ethernet 4': of('169.254.3.4'),
        'Loopback Pseudo-Interface 1': of('127.0.0.1', { internal: true }),
        'Wi-Fi': of('192.168.1.5'),
        WLAN: of('192.168.1.6'),
      }),
      [
        ['Wi-Fi', false],
        ['WLAN', false],
        ['vEthernet (WSL (Hyper-V firewall))', true],
        ['VMware Network Adapter VMnet8', true],
        ['Ethernet 3', true],
      ],
    )
    const names = ['utun3', 'bridge100', 'awdl0', 'en0', 'docker0', 'br-1f2e3d', 'eth0', 'enp3s0', 'wlp2s0']
    assert.deepEqual(
      listed(Object.fromEntries(names.map((name, i) => [name, of(`10.0.0.${i + 1}`)])))
        .filter(([, virtual]) => !virtual)
        .map(([name]) => name),
      ['en0', 'eth0', 'enp3s0', 'wlp2s0'],
    )
  })

  it('is asked for where there are several, and must be one of them', () => {
    refused(
      undefined,
      two,
      /several addresses\. Choose one: 192\.168\.1\.5 \(eth0\), 10\.0\.0\.7 \(wlan0\), 172\.17\.0\.1 \(docker0, virtual\)$/,
    )
    refused(
      '10.0.0.1',
      lan,
      /10\.0\.0\.1 is not an address of this computer\. Choose from: 192\.168\.1\.5 \(eth0\)$/,
    )
    refused(undefined, [], /not connected to a local network/)
  })

  it('is none for who joins, with few nodes', () => {
    const code = writeJoinCode(example)
    assert.deepEqual(planSharing({ nodes: 3, topology: 'full' }), {})
    assert.deepEqual(planSharing({ nodes: 3, topology: 'full', join: code }), { code: example })
    const refused = (options: Parameters<typeof planSharing>[0], sentence: RegExp) =>
      assert.throws(() => planSharing(options), sentence)
    refused({ nodes: 6, topology: 'full', join: code }, /at most 5/)
    refused({ nodes: 3, topology: 'full', join: 'x' }, /has 32 letters and digits/)
    refused({ nodes: 3, topology: 'full', join: code, share: {} }, /cannot be shared itself/)
  })
})

describe('what a node answers who joins', () => {
  const peers = [{ peer: peerId(1), addresses: ['/ip4/10.0.0.1/tcp/4001'] }]
  const text = (value: unknown) => JSON.stringify(value)

  it('is a topic and where some nodes are, on that computer only', () => {
    assert.deepEqual(parseOffer(text({ topic: 't', peers }), '10.0.0.1'), { topic: 't', peers })
    assert.equal(parseOffer(text({ topic: 't', peers }), '10.0.0.2'), undefined)
  })

  it('is refused in any other form', () => {
    const host = '10.0.0.1'
    for (const value of [
      null,
      {},
      { topic: 't', peers: [] },
      { topic: 't'.repeat(300), peers },
      { topic: 't', peers: Array.from({ length: 9 }, () => peers[0]) },
      { topic: 't', peers: [{ peer: 'me', addresses: ['/ip4/10.0.0.1/tcp/4001'] }] },
      ...[
        '/ip4/10.0.0.1/udp/4001',
        '/dns4/10.0.0.1/tcp/1',
        '/ip4/10.0.0.1/tcp/4001/ws',
        '/ip4/10.0.0.1/tcp/4001/p2p/x/p2p-circuit',
      ].map(address => ({ topic: 't', peers: [{ peer: peerId(1), addresses: [address] }] })),
    ])
      assert.equal(parseOffer(text(value), host), undefined, text(value))
    assert.equal(parseOffer('{', host), undefined)
    fc.assert(fc.property(fc.string(), any => parseOffer(any, host) === undefined))
  })
})

describe('the state of a network that others have joined', () => {
  const shared = { type: 'shared', at: 8, code: 'X', address: '10.0.0.1:4001' } as const
  const connected = {
    type: 'connected',
    at: 9,
    node: 'n2',
    peer: peerId(9),
    direction: 'inbound',
    address: '/ip4/10.0.0.2/tcp/1',
  } as const

  it('has their nodes as remote peers, and only while it is shared', () => {
    const state = stateOf(...line(), shared, connected)
    assert.deepEqual(remotePeers(state), [
      { peer: peerId(9), address: connected.address, nodes: ['n2'], mesh: [] },
    ])
    assert.deepEqual(remotePeers(stateOf(...line(), connected)), [])
    assert.deepEqual(
      remotePeers(stateOf(...line(), shared, connected, { type: 'network-stopped', at: 10 })),
      [],
    )
  })

  it('is as healthy as its own nodes: a way over a remote peer is none, and what that has in its mesh is not known', () => {
    const mesh = (n: number, ...peers: number[]) =>
      ({ type: 'mesh', at: 9, node: `n${n}`, topic: 't', peers: peers.map(peerId) }) as const
    const ring = [
      startedEvent(3),
      ...[1, 2, 3].flatMap(listening),
      ...linked([1, 2], [2, 3], [1, 3]),
      ready,
      shared,
    ]
    assert.equal(unhealthy(stateOf(...ring, connected, mesh(2, 1, 3, 9))), undefined)
    const apart = [startedEvent(2), ...[1, 2].flatMap(listening), ...linked([1, 2]), ready, shared]
    assert.equal(
      unhealthy(stateOf(...apart, mesh(1, 8, 9), mesh(2, 8, 9))),
      'the mesh has no path from n1 to n2',
    )
  })
})
