import assert from 'node:assert/strict'
import { bitcoinMessages, BitcoinMessage } from '../../../../network/links/bitcoin-messages.ts'
import { BadUnit } from '../../../../network/links/unit.ts'
import { envelope } from '../../../../labs/2-protocol/shared/envelope.ts'

describe('the wire format of Bitcoin messages', () => {
  const magic = Buffer.from('fabfb5da', 'hex')
  const format = bitcoinMessages(magic)
  const message = (command: string, payload = Buffer.alloc(0)) => envelope({ magic, command, payload })

  it('reads messages however the stream is cut', () => {
    const sent = [
      message('version', Buffer.alloc(100, 7)),
      message('verack'),
      message('inv', Buffer.alloc(37)),
    ]
    const stream = Buffer.concat(sent)
    for (const size of [1, 2, 23, 24, 25, 60, stream.length]) {
      const decoder = format.decoder()
      const units = []
      for (let at = 0; at < stream.length; at += size)
        units.push(...decoder.push(stream.subarray(at, at + size)))
      assert.deepEqual(
        units.map(({ label }) => label),
        ['version', 'verack', 'inv'],
      )
      assert.deepEqual(Buffer.concat(units.map(({ bytes }) => bytes)), stream)
      assert.deepEqual(
        units.map(({ value }) => (value as BitcoinMessage).payload.length),
        [100, 0, 37],
      )
    }
  })

  it('reads a payload of 4,000,000 bytes, and refuses a longer one by its header', () => {
    const decoder = format.decoder()
    const longest = message('block', Buffer.alloc(4_000_000))
    let units = 0
    for (let at = 0; at < longest.length; at += 65_536)
      units += decoder.push(longest.subarray(at, at + 65_536)).length
    assert.equal(units, 1)
    const header = longest.subarray(0, 24)
    header.writeUInt32LE(4_000_001, 16)
    assert.throws(() => decoder.push(header), BadUnit)
  })

  it('refuses another magic, a wrong checksum and a malformed command', () => {
    const wrong = (at: number) => {
      const bytes = message('ping', Buffer.alloc(8))
      bytes[at]! ^= 0xff
      return () => format.decoder().push(bytes)
    }
    assert.throws(wrong(0), /magic/)
    assert.throws(wrong(20), /checksum/)
    assert.throws(wrong(4), /command/)
    assert.throws(wrong(15), /command/)
  })

  it('knows a connection of its network by the beginning of a version', () => {
    const version = message('version', Buffer.alloc(86))
    assert.equal(format.begins(version.subarray(0, 15), 'n1'), undefined)
    assert.equal(format.begins(version.subarray(0, 16), 'n1'), true)
    assert.equal(format.begins(message('verack'), 'n1'), false)
    assert.equal(bitcoinMessages(Buffer.from('f9beb4d9', 'hex')).begins(version, 'n1'), false)
  })

  it('shows a message with its payload in hex, and cuts a long one', () => {
    const shown = (payload: Buffer) => JSON.stringify(new BitcoinMessage('inv', payload))
    assert.equal(shown(Buffer.of(1, 2)), '{"command":"inv","payload":"0102"}')
    assert.equal(shown(Buffer.alloc(0)), '{"command":"inv"}')
    assert.match(shown(Buffer.alloc(60)), /"(00){48}… \(60 bytes\)"/)
  })
})
