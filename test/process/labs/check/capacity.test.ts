/** What a system holds for a reader that does not read, also one that takes a write of any size, as Windows does. */
import assert from 'node:assert/strict'
import type { Socket } from 'node:net'
import { Duplex } from 'node:stream'
import { capacityOf, loopbackCapacity } from '../../../../labs/check/kit/capacity.ts'
import { createPeer } from '../../../../labs/check/peers/peer.ts'
import { createTranscript } from '../../../../labs/check/transcript/transcript.ts'

const KIB = 1024
const RECEIVE = 64 * KIB
const SEND = 128 * KIB

/**
 * A socket of Windows whose other side reads nothing until `read`: a write is taken whole while less than the send buffer is
 * pending beyond what the receiver has room for, and what Node has gathered meanwhile is one write.
 */
class WindowsSocket extends Duplex {
  held = 0
  #stuck: (() => void) | undefined
  setNoDelay() {}
  resetAndDestroy() {
    this.destroy()
  }
  #take(bytes: number, taken: () => void) {
    if (this.held >= RECEIVE + SEND) return void (this.#stuck = () => this.#take(bytes, taken))
    this.held += bytes
    setImmediate(taken)
  }
  override _read() {}
  override _write(chunk: Buffer, _encoding: string, taken: () => void) {
    this.#take(chunk.length, taken)
  }
  override _writev(chunks: { chunk: Buffer }[], taken: () => void) {
    this.#take(
      chunks.reduce((sum, { chunk }) => sum + chunk.length, 0),
      taken,
    )
  }
  read1(bytes: number) {
    this.held -= Math.min(bytes, this.held)
    const stuck = this.#stuck
    this.#stuck = undefined
    stuck?.()
  }
}

const peerOf = (socket: WindowsSocket) =>
  createPeer(socket as unknown as Socket, 'a peer', createTranscript())

/** Returns when the peer had every chance to write more. */
const settled = async (socket: WindowsSocket) => {
  for (let before = -1; before !== socket.held;) {
    before = socket.held
    for (let i = 0; i < 20; i++) await new Promise(setImmediate)
  }
}

describe('What a system holds for a reader that does not read', () => {
  it('is found, here', async () => {
    const bytes = await loopbackCapacity()
    assert.ok(bytes !== undefined && bytes > 32 * KIB, `${bytes}`)
  })

  it('is found where a write of any size is taken', async () => {
    const bytes = await capacityOf(new WindowsSocket() as unknown as Socket)
    assert.ok(
      bytes !== undefined && bytes >= RECEIVE + SEND && bytes <= RECEIVE + SEND + 16 * KIB,
      `${bytes}`,
    )
  })

  it('is not found where there is no limit, and the measurement ends', async () => {
    const taking = { write: (_: Buffer, taken: () => void) => (setImmediate(taken), true) }
    assert.equal(await capacityOf(taking as unknown as Socket), undefined)
  })

  it('is no more than that, and one piece, of what a peer writes, in one write or in many', async () => {
    for (const writes of [1, 32]) {
      const socket = new WindowsSocket()
      const peer = peerOf(socket)
      const bytes = Buffer.alloc((8 * 1024 * KIB) / writes)
      const all = Array.from({ length: writes }, () => peer.write(bytes))
      const ended = peer.end()
      await settled(socket)
      assert.ok(socket.held < RECEIVE + SEND + 64 * KIB, `${writes}: ${socket.held}`)
      assert.equal(socket.writableEnded, false)
      // When the reader reads, everything comes, and then the end.
      let read = 0
      while (!socket.writableFinished) {
        read += socket.held
        socket.read1(Infinity)
        await settled(socket)
      }
      await Promise.all([...all, ended])
      read += socket.held
      assert.equal(read, 8 * 1024 * KIB)
      socket.destroy()
    }
  })

  it('does not change the order of long and short writes', async () => {
    const socket = new WindowsSocket()
    const written: Buffer[] = []
    socket._writev = undefined as unknown as WindowsSocket['_writev']
    socket._write = (chunk: Buffer, _encoding: string, taken: () => void) => {
      written.push(chunk)
      setImmediate(taken)
    }
    const peer = peerOf(socket)
    const parts = [10, 200_000, 1, 65_536, 65_537, 3].map((length, i) => Buffer.alloc(length, i))
    await Promise.all(parts.map(part => peer.write(part)))
    assert.ok(Buffer.concat(written).equals(Buffer.concat(parts)))
    assert.ok(written.every(chunk => chunk.length <= 64 * KIB))
    socket.destroy()
  })

  it('keeps nobody waiting when the connection is gone', async () => {
    const socket = new WindowsSocket()
    const peer = peerOf(socket)
    const written = peer.write(Buffer.alloc(4 * 1024 * KIB))
    const ended = peer.end()
    await settled(socket)
    peer.destroy()
    await Promise.all([written, ended])
  })
})
