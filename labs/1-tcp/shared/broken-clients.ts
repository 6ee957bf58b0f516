/** Clients that break or end their connections in the middle of things beside one that means well: nobody but them may notice. */
import type { CheckContext } from '../../check/kit/check.ts'
import { inNode } from '../../check/kit/finding.ts'
import type { Peer } from '../../check/peers/peer.ts'

export interface Way {
  /** "Client 2 sent … and broke its connection", which is how it goes: with an RST, or with a FIN when `ends`. */
  what: string
  ends?: boolean
  /** Does so, up to the RST or FIN itself. `settled` resolves when the program has read what client 2 sent before. */
  prepare?(peer: Peer, settled: () => Promise<void>): unknown
}

export interface Beside {
  port: number
  ways: readonly Way[]
  /** Fails unless the program serves this client; `lost` is the hint for one that gets nothing although it was served before. */
  ask(peer: Peer, lost?: string): Promise<void>
}

/** Breaks a connection in each of the ways. After each, the client that stayed is served, and at last a new one. */
export async function breakBeside(t: CheckContext, { port, ways, ask }: Beside): Promise<void> {
  const stays = await t.sockets.connect(port, 'client 1')
  t.doing('The checker connected client 1, which sent a few bytes.')
  await ask(stays)
  // The second answer shows that the event loop has gone round since the first.
  const settled = async () => {
    for (let i = 0; i < 2; i++) await ask(stays, LOST)
  }
  let before = 'Client 1 stayed connected'
  for (const { what, ends = false, prepare } of t.random.shuffle(ways)) {
    const breaks = await enter(t, port, 'client 2', before)
    // Certainly accepted when it breaks: a connection that nobody took breaks for nobody.
    await ask(breaks, LOST)
    await prepare?.(breaks, settled)
    if (ends) void breaks.end()
    else breaks.reset()
    before = `${what} (${ends ? 'FIN' : 'RST'})`
    t.doing(`${before}. Client 1 stayed connected and sent a few bytes.`)
    await settled()
    breaks.destroy()
  }
  await ask(await enter(t, port, 'client 3', before), LOST)
}

async function enter(t: CheckContext, port: number, name: string, before: string): Promise<Peer> {
  t.doing(`${before}. Then ${name} tried to connect.`)
  const peer = await t.sockets.tryConnect(port, name)
  if (peer === 'refused') {
    return t.fail({
      op: 'listen',
      expected: 'that your program still accepts connections.',
      got: 'the connection was refused.',
      hint: LOST,
      lost: true,
    })
  }
  t.doing(`${before}. Then ${name} connected and sent a few bytes.`)
  return peer
}

const LOST = `a client that breaks or ends its connection must harm nobody else: handle ${inNode('the "error" event of its socket', 'the errors of its socket')}, and close that socket only.`
