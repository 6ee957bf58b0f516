/**
 * Whether multicast works between two sockets on this machine's loopback interface. Asked before mDNS is chosen: where a firewall
 * or a missing permission swallows multicast, @libp2p/mdns only logs it and nodes would wait for ever.
 */
import type { Socket } from 'node:dgram'
import { randomBytes } from 'node:crypto'
import { GROUP, joinLoopbackGroup } from '../loopback-multicast.ts'

/** A packet over loopback takes well under a millisecond; this allows for a machine that is busy starting things. */
const DEADLINE_MS = 1_000
/** The packet is sent this often, because UDP may drop one. Milliseconds. */
const REPEAT_MS = 100

/**
 * Resolves to undefined when multicast works on `port` (of `group`, left out: that of multicast DNS), otherwise to the reason in plain
 * words. Never rejects. The sockets are those that nodes have on `platform`.
 */
export async function multicastProblem(
  port: number,
  platform: NodeJS.Platform = process.platform,
  group = GROUP,
): Promise<string | undefined> {
  const token = randomBytes(16)
  const joining: Promise<Socket>[] = []
  let repeat: NodeJS.Timeout | undefined
  try {
    joining.push(joinLoopbackGroup(group, port, platform), joinLoopbackGroup(group, port, platform))
    const [receiver, sender] = (await Promise.all(joining)) as [Socket, Socket]
    const heard = new Promise<true>(resolve => {
      receiver.on('message', message => message.equals(token) && resolve(true))
    })
    const send = () => sender.send(token, port, group, () => undefined)
    send()
    repeat = setInterval(send, REPEAT_MS)
    const result = await Promise.race([heard, delay(DEADLINE_MS)])
    return result ? undefined : 'a multicast packet sent on this machine did not arrive on this machine'
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  } finally {
    clearInterval(repeat)
    for (const joined of await Promise.allSettled(joining)) if ('value' in joined) joined.value.close()
  }
}

const delay = (ms: number) => new Promise<false>(resolve => setTimeout(resolve, ms, false).unref())
