import assert from 'node:assert/strict'
import type { Socket } from 'node:net'
import { createCapture, MAX_CHECK_BYTES, type Capture } from '../../../../labs/check/capture/capture.ts'
import { TCP, tcpPacket, udpPacket } from '../../../../labs/check/capture/ip.ts'
import { packetsOf } from '../../../../labs/check/capture/packets.ts'
import { fileHeader, packetBlock } from '../../../../labs/check/capture/pcapng.ts'
import { blocksOf } from '../../../kit/pcapng.ts'

const socket = (localPort: number, remotePort: number) =>
  ({ localAddress: '127.0.0.1', localPort, remoteAddress: '127.0.0.1', remotePort }) as Socket

/** What a capture comes to, read again. */
const ends = [
  { host: '127.0.0.1', port: 1 },
  { host: '127.0.0.1', port: 2 },
] as const

const packets = (capture: Capture) => {
  const { parts, count } = packetsOf(capture, 'a check')!
  const blocks = blocksOf(Buffer.concat(parts))
  assert.equal(blocks.length, count)
  return blocks
}
const text = (options: Map<number, Buffer[]>, code: number) => options.get(code)?.map(String)
/** One's complement: over what carries its own checksum it is 0. */
const sum = (bytes: Buffer) => {
  let all = 0
  for (let i = 0; i < bytes.length; i += 2) all += (bytes[i]! << 8) | (bytes[i + 1] ?? 0)
  while (all > 0xffff) all = (all & 0xffff) + Math.floor(all / 0x10000)
  return all
}

describe('packet captures', () => {
  it('begin with a section and one interface', () => {
    const header = fileHeader(['Exercise 1.1 Echo, seed 7', 'pass: é'])
    assert.equal(header.subarray(0, 4).toString('hex'), '0a0d0d0a')
    assert.equal(header.readUInt32LE(8), 0x1a2b3c4d)
    const [section, one, ...rest] = blocksOf(header)
    assert.deepEqual(text(section!.options, 1), ['Exercise 1.1 Echo, seed 7', 'pass: é'])
    assert.deepEqual(text(section!.options, 4), ['P2P Lab'])
    assert.equal(one!.type, 1)
    assert.deepEqual(text(one!.options, 2), ['p2plab'])
    assert.deepEqual(one!.options.get(9), [Buffer.from([6])])
    assert.equal(rest.length, 0)
  })

  it('have packets with their time in microseconds, both lengths, a comment and a direction', () => {
    const at = 1_769_860_800_123.456
    const block = Buffer.concat(
      packetBlock({
        at,
        head: Buffer.from([1, 2, 3]),
        payload: Buffer.from([4, 5]),
        missing: 7,
        inbound: true,
        comment: '⚡ lost',
      }),
    )
    const time = (BigInt(block.readUInt32LE(12)) << 32n) | BigInt(block.readUInt32LE(16))
    assert.equal(time, 1_769_860_800_123_456n)
    const [only] = blocksOf(block)
    assert.deepEqual([only!.captured, only!.original], [5, 12])
    assert.deepEqual(only!.packet, Buffer.from([1, 2, 3, 4, 5]))
    assert.deepEqual(text(only!.options, 1), ['⚡ lost'])
    assert.deepEqual(only!.options.get(2), [Buffer.from([1, 0, 0, 0])])
  })

  it('cut a comment that is too long for an option between characters', () => {
    const comment = '⚡'.repeat(30_000)
    const nothing = { head: Buffer.alloc(0), payload: Buffer.alloc(0), missing: 0 }
    const [only] = blocksOf(Buffer.concat(packetBlock({ at: 0, ...nothing, inbound: false, comment })))
    assert.equal(text(only!.options, 1)![0], '⚡'.repeat(21_845))
  })

  for (const [from, to, length] of [
    ['127.0.0.1', '127.0.0.1', 5],
    ['::1', 'fe80::12:34', 6],
    ['127.0.0.1', '10.0.0.255', 65_495],
  ] as const) {
    it(`have right checksums from ${from} to ${to}, of ${length} bytes`, () => {
      const ends = [
        { host: from, port: 4001 },
        { host: to, port: 4002 },
      ] as const
      const payload = Buffer.alloc(length, 0xff)
      const tcp = tcpPacket({
        from: ends[0],
        to: ends[1],
        flags: TCP.ACK,
        seq: 1,
        ack: 2,
        payload,
        length,
      })
      const udp = udpPacket(...ends, payload, length)
      for (const [{ head, payload }, protocol] of [
        [tcp, 6],
        [udp, 17],
      ] as const) {
        const packet = Buffer.concat([head, payload])
        const v6 = packet[0]! >> 4 === 6
        if (!v6) assert.equal(sum(packet.subarray(0, 20)), 0xffff)
        const inner = packet.subarray(v6 ? 40 : 20)
        const pseudo = Buffer.from([0, protocol, inner.length >> 8, inner.length & 0xff])
        assert.equal(sum(Buffer.concat([packet.subarray(v6 ? 8 : 12, v6 ? 40 : 20), pseudo, inner])), 0xffff)
      }
    })
  }

  it('keep the original length of payload beyond the bound', () => {
    const capture = createCapture()
    const wire = capture.accepted(socket(1000, 2000))
    wire.data('from program', Buffer.alloc(MAX_CHECK_BYTES - 10, 1))
    wire.data('to program', Buffer.alloc(100, 2))
    wire.data('to program', Buffer.alloc(100, 3))
    const data = packets(capture).filter(({ original }) => original === 140)
    assert.deepEqual(
      data.map(({ captured }) => captured),
      [50, 40],
    )
  })

  it('share the bound of a run', () => {
    const run = { left: 8 }
    createCapture(run).datagram('to program', ends[0], ends[1], Buffer.alloc(6))
    const second = createCapture(run)
    second.datagram('to program', ends[0], ends[1], Buffer.alloc(6))
    assert.equal(second.events()[0]!.bytes.length, 2)
    assert.equal(run.left, 0)
  })

  it('say when a check did too much to capture', () => {
    const capture = createCapture(undefined, 3)
    for (let i = 0; i < 5; i++) capture.datagram('to program', ends[0], ends[1], Buffer.from([i]))
    const blocks = packets(capture)
    assert.equal(blocks.length, 3)
    assert.match(text(blocks.at(-1)!.options, 1)![0]!, /was not captured/)
  })

  it('show a refused connection as SYN and RST, with a port that nothing else has', () => {
    const capture = createCapture()
    capture.asks(65_535).refused('refused')
    const blocks = packets(capture)
    assert.deepEqual(
      blocks.map(({ packet }) => packet[33]),
      [TCP.SYN, TCP.RST | TCP.ACK],
    )
    assert.equal(blocks[0]!.packet.readUInt16BE(20), 65_534)
    assert.equal(blocks[1]!.packet.readUInt32BE(28), blocks[0]!.packet.readUInt32BE(24) + 1)
  })

  it('leave out what the checker sends to itself, and what comes after the end', () => {
    const capture = createCapture()
    capture.accepted(socket(1000, 2000))
    capture.leaveOut(2000)
    capture.stop()
    capture.datagram('to program', ends[0], ends[1], Buffer.from([1]))
    assert.equal(packetsOf(capture, 'a check'), undefined)
  })

  describe('say what the checker did', () => {
    const comments = (capture: Capture) => capture.events().map(({ comment }) => comment)
    const send = (capture: Capture) => capture.datagram('to program', ends[0], ends[1], Buffer.from([1]))
    const come = (capture: Capture) => capture.datagram('from program', ends[0], ends[1], Buffer.from([2]))
    const nextTurn = () => new Promise(resolve => setImmediate(resolve))

    it('on the packet that it sends next', async () => {
      const capture = createCapture()
      send(capture)
      capture.step('sends the second')
      send(capture)
      await nextTurn()
      capture.step('waits')
      await nextTurn()
      come(capture)
      assert.deepEqual(comments(capture), [undefined, 'sends the second', 'waits'])
    })

    it('on the packet that it has just sent, when it sends no other', async () => {
      const capture = createCapture()
      const sent = send(capture)
      await nextTurn()
      sent()
      capture.step('has sent')
      come(capture)
      capture.step('has an answer')
      send(capture)
      capture.step('has sent again')
      await nextTurn()
      send(capture)
      capture.step('has sent the last')
      capture.stop()
      assert.deepEqual(comments(capture), [
        'has sent',
        undefined,
        'has an answer\nhas sent again',
        'has sent the last',
      ])
    })

    it('and on the last packet how the check ended', () => {
      const capture = createCapture()
      capture.accepted(socket(1000, 2000)).data('to program', Buffer.from([1]))
      const blocks = blocksOf(Buffer.concat(packetsOf(capture, 'a check', 'fail: Got: nothing.')!.parts))
      assert.deepEqual(
        blocks.map(({ options }) => text(options, 1)?.[0]),
        ['a check', undefined, undefined, undefined, 'fail: Got: nothing.'],
      )
    })
  })
})
