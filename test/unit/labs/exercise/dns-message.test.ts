/** The messages of exercise 3.2, held against dns-packet, which multicast-dns stands on. */
import assert from 'node:assert/strict'
import { createRequire } from 'node:module'
import { decodeDns, encodeDns, type DnsMessage } from '../../../../labs/exercise/dns-message.ts'
import {
  strictReader,
  writeCompressed,
  writeInFull,
} from '../../../../labs/3-discovery/2-multicast-dns/checks/names.ts'

interface Packet {
  type: string
  id: number
  flags: number
  questions: object[]
  answers: object[]
  authorities: object[]
  additionals: object[]
}
const load = createRequire(createRequire(import.meta.url).resolve('multicast-dns'))
const dnsPacket = load('dns-packet') as { decode(bytes: Buffer): Packet; encode(packet: object): Buffer }

const read = () => strictReader().readName
const SERVICE = ['_p2plab', '_udp', 'local']
const NAME = ['Ada', ...SERVICE]

const message: DnsMessage = {
  isResponse: true,
  questions: [],
  answers: [{ name: SERVICE, type: 'PTR', class: 1, ttl: 120, target: NAME }],
  authorities: [{ name: ['node-7', 'local'], type: 'A', class: 0x8001, ttl: 0, address: '127.0.0.1' }],
  additionals: [
    { name: NAME, type: 'SRV', class: 0x8001, ttl: 2 ** 31 - 1, port: 4001, target: ['node-7', 'local'] },
    { name: NAME, type: 'TXT', class: 0x8001, ttl: 1, entries: { id: 'a=b=' } },
  ],
}

describe('a DNS message', () => {
  for (const [how, writeName] of Object.entries({
    'in full': writeInFull,
    'with pointers': writeCompressed,
  })) {
    it(`with its names ${how} is what dns-packet reads`, () => {
      const bytes = encodeDns(message, writeName)
      assert.deepEqual(
        JSON.parse(JSON.stringify(decodeDns(bytes, read()))),
        JSON.parse(JSON.stringify(message)),
      )
      const { id, type, flags, answers, authorities, additionals } = dnsPacket.decode(bytes)
      assert.deepEqual([id, type, flags], [0, 'response', 0x0400])
      const name = NAME.join('.')
      const unique = { class: 'IN', flush: true }
      assert.deepEqual(answers, [
        { name: SERVICE.join('.'), type: 'PTR', ttl: 120, class: 'IN', flush: false, data: name },
      ])
      assert.deepEqual(authorities, [
        { name: 'node-7.local', type: 'A', ttl: 0, ...unique, data: '127.0.0.1' },
      ])
      const data = { priority: 0, weight: 0, port: 4001, target: 'node-7.local' }
      assert.deepEqual(additionals, [
        { name, type: 'SRV', ttl: 2 ** 31 - 1, ...unique, data },
        { name, type: 'TXT', ttl: 1, ...unique, data: [Buffer.from('id=a=b=')] },
      ])
    })
  }

  it('with questions, and records of types that have no name here, is read', () => {
    const bytes = dnsPacket.encode({
      type: 'query',
      questions: [
        { name: 'node-7.local', type: 'AAAA' },
        { name: 'node-7.local', type: 'ANY' },
      ],
      additionals: [{ name: 'node-7.local', type: 'AAAA', ttl: 9, data: '::1' }],
    })
    const name = ['node-7', 'local']
    assert.deepEqual(decodeDns(bytes, read()), {
      isResponse: false,
      questions: [
        { name, type: 'other', class: 1 },
        { name, type: 'ANY', class: 1 },
      ],
      answers: [],
      authorities: [],
      additionals: [{ name, type: 'other', class: 1, ttl: 9 }],
    })
  })

  it('reads the first of several entries with one key, in any case, and those without a value', () => {
    const data = ['ID=one', 'id=two', 'flag', '=none', '__proto__=x']
    const bytes = dnsPacket.encode({ type: 'response', answers: [{ name: 'a.local', type: 'TXT', data }] })
    const [record] = decodeDns(bytes, read()).answers
    assert.ok(record?.type === 'TXT')
    assert.deepEqual(Object.entries(record.entries), [
      ['id', 'one'],
      ['flag', ''],
      ['__proto__', 'x'],
    ])
  })

  it('is refused where it is cut, at every place', () => {
    for (const writeName of [writeInFull, writeCompressed]) {
      const bytes = encodeDns(message, writeName)
      for (let length = 0; length < bytes.length; length++)
        assert.throws(() => decodeDns(bytes.subarray(0, length), read()), Error, String(length))
    }
  })

  it('is refused when data has another length than it says, and when something does not fit', () => {
    const bytes = encodeDns({ answers: [message.authorities[0]!] }, writeInFull)
    bytes.writeUInt16BE(3, bytes.length - 6)
    assert.throws(() => decodeDns(bytes, read()), /does not have the 3 bytes that it says/)
    const write = (record: object) => () => encodeDns({ answers: [record as never] }, writeInFull)
    const [a] = message.authorities
    assert.throws(write({ ...a, address: 'localhost' }), /"localhost" is not an IPv4 address/)
    assert.throws(write({ ...a, ttl: -1 }), RangeError)
    assert.throws(write({ ...a, type: 'other' }), /type "other" cannot be written/)
    const entries = { id: 'x'.repeat(253) }
    assert.throws(
      write({ ...a, type: 'TXT', entries }),
      /entry id of a TXT record has 256 bytes: at most 255 fit/,
    )
  })
})
