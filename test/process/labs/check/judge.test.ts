/** What becomes of a check: each way in which it can end, with a real program. */
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import type { CheckContext } from '../../../../labs/check/kit/check.ts'
import { expectBytes } from '../../../../labs/check/kit/expect.ts'
import { worst } from '../../../../labs/check/engine/run.ts'
import { VERDICTS } from '../../../../labs/check/protocol.ts'
import { withJudge } from '../../../kit/judge.ts'

/** An echo that dies of the byte 0x78 ('x'). */
const PROGRAM = `
import net from 'node:net'
export const listen = () => new Promise(resolve => {
  const server = net.createServer(socket => {
    socket.on('error', () => {})
    socket.on('data', chunk => {
      if (chunk.includes('x')) throw new Error('an x')
      socket.write(chunk)
    })
  })
  server.listen(0, '127.0.0.1', () => resolve({ port: (server.address() as net.AddressInfo).port }))
})
`

describe('A check ends with the verdict', () => {
  const judged = withJudge(PROGRAM)

  it('pass when it returns', async () => {
    const { verdict, message } = await judged(async t => {
      const { port } = await t.program.call('listen', {})
      const peer = await t.sockets.connect(port as number)
      void peer.write(Buffer.from('hello'))
      assert.deepEqual(await peer.read(5), { bytes: Buffer.from('hello'), stop: 'enough' })
    })
    assert.deepEqual([verdict, message], ['pass', undefined])
  })

  it('fail with its message, the bytes and the op', async () => {
    const { verdict, message, diff, op } = await judged(async t => {
      t.doing('The checker looked.')
      await t.program.call('listen', {})
      const bytes = { expected: Buffer.from('a'), actual: Buffer.from('b') }
      t.fail({ expected: 'this.', got: 'that.', bytes })
    })
    assert.equal(verdict, 'fail')
    assert.match(message!, /^The checker looked\.\nExpected: this\.\nGot: that\.\n/)
    assert.match(diff!.expected, /61/)
    assert.match(diff!.actual, /62/)
    assert.equal(op, 'listen')
  })

  it('fail with how much came, also when that is more than was expected', async () => {
    const { message } = await judged(async t => {
      const { port } = await t.program.call('listen', {})
      const peer = await t.sockets.connect(port as number)
      void peer.write(Buffer.alloc(736, 'a'))
      await expectBytes(t, peer, { what: 'the bytes', bytes: Buffer.alloc(402, 'b'), hint: () => undefined })
    })
    assert.match(message!, /^Got: 736 bytes\.$/m)
  })

  it('fail when it would never end, because something always comes, and never what it waits for', async () => {
    const check = async (t: CheckContext) => {
      const { port } = await t.program.call('listen', {})
      const peer = await t.sockets.connect(port as number)
      let came = ''
      while (came !== 'done') {
        void peer.write(Buffer.from('more'))
        const { bytes, stop } = await peer.read(4)
        if (stop !== 'enough') return
        came = bytes.toString()
        t.doing(`The checker read "${came}".`)
      }
    }
    const { verdict, message } = await judged(check, { longestMs: 300 })
    assert.equal(verdict, 'fail')
    assert.match(message!, /^Got: after 0 s, it still waits: your program goes on sending/m)
  })

  it('fail when what comes keeps the checker so busy that its time stands still', async () => {
    const check = async (t: CheckContext) => {
      const { port } = await t.program.call('listen', {})
      const peer = await t.sockets.connect(port as number)
      for (;;) {
        void peer.write(Buffer.from('more'))
        const { bytes, stop } = await peer.read(4)
        if (stop !== 'enough') return
        for (let i = 0; i < 5_000; i++) createHash('sha256').update(bytes).digest()
      }
    }
    const { verdict, message } = await judged(check, { mostWorkMs: 300 })
    assert.equal(verdict, 'fail')
    assert.match(message!, /^Got: so many messages that the checker has worked for 0 s\.$/m)
  })

  it('inconclusive when the fault cannot be shown to have hit', async () => {
    const { verdict, message } = await judged(async t => {
      t.doing('The checker cut a link.')
      t.inconclusive('no byte was on its way.')
    })
    assert.equal(verdict, 'inconclusive')
    assert.match(message!, /^The checker cut a link\.\nNothing is proven: no byte was on its way\.\n/)
  })

  it('error when the check itself is broken, which it says', async () => {
    const { verdict, message } = await judged(() => Promise.reject(new TypeError('a bug of ours')))
    assert.equal(verdict, 'error')
    assert.match(message!, /not your program's fault: TypeError: a bug of ours/)
  })

  it('fail with why the program ended, when that is why a connection was lost', async () => {
    const { verdict, message } = await judged(async t => {
      t.doing('The checker sent an x.')
      const { port } = await t.program.call('listen', {})
      const peer = await t.sockets.connect(port as number)
      void peer.write(Buffer.from('x'))
      const { stop } = await peer.read(1)
      t.fail({ expected: 'an x.', got: `no x, ${stop}.`, lost: true })
    })
    assert.equal(verdict, 'fail')
    assert.match(message!, /^The checker sent an x\.$/m)
    assert.match(
      message!,
      /Got: your program exited with status 1: an error that nothing caught\. 1-tcp\/1-echo\.ts:7:\d+: an x/,
    )
  })

  it('fail at once when the program ends while the check waits for something else', async () => {
    const { verdict, message } = await judged(async t => {
      const { port } = await t.program.call('listen', {})
      const peer = await t.sockets.connect(port as number)
      void peer.write(Buffer.from('x'))
      await new Promise(() => {})
    })
    assert.equal(verdict, 'fail')
    assert.match(message!, /your program exited with status 1/)
  })

  it('fail when another copy of the program ends', async () => {
    const { message } = await judged(async t => {
      const other = await t.another()
      const { port } = await other.call('listen', {})
      const peer = await t.sockets.connect(port as number)
      void peer.write(Buffer.from('x'))
      await new Promise(() => {})
    })
    assert.match(message!, /your program exited with status 1/)
  })
})

describe('The verdict of an exercise', () => {
  it('is the worst of its checks: error before fail before inconclusive before pass', () => {
    const order = ['error', 'fail', 'inconclusive', 'pass'] as const
    assert.deepEqual([...VERDICTS].sort(), [...order].sort())
    for (const [i, bad] of order.entries()) {
      for (const good of order.slice(i)) {
        assert.equal(worst([{ verdict: good }, { verdict: bad }, { verdict: good }]), bad)
      }
    }
    assert.equal(worst([]), 'pass')
  })
})
