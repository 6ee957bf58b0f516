/** libp2p's own implementation, js-libp2p, as the other side. */
import type { CheckContext } from '../../../check/kit/check.ts'
import { happens } from '../../../check/kit/patience.ts'
import { libp2pNegotiator, type Negotiator } from '../../../check/peers/libp2p.ts'
import exercise from '../exercise.ts'
import { listen, shown, someProtocols } from './house.ts'

/** How long it may take while the program shows that it runs. */
const DIAL_MS = 2_000

export async function withLibp2p(t: CheckContext): Promise<void> {
  const [theirs, common, also, mine] = someProtocols(t, 4) as [string, string, string, string]
  const library = await libp2pNegotiator(t, [theirs, common, also])
  const port = await listen(t, [mine, also, common])
  await itDials(t, library, { port, protocols: [theirs, common, also], common })
  await itListens(t, library, [mine, also, common], also)
  await itListens(t, library, [common], common)
}

/** The library proposes in its own order, and the first that the program speaks is agreed on. */
async function itDials(
  t: CheckContext,
  library: Negotiator,
  { port, protocols, common }: { port: number; protocols: readonly string[]; common: string },
): Promise<void> {
  const bytes = t.random.bytes(t.random.int(20, 200))
  t.doing(
    `libp2p dialed your program with its own multistream-select, for the protocols ${shown(protocols)}, and sent ${bytes.length} bytes.`,
  )
  const expected = `that both agree on ${common}, and the bytes come back.`
  const failed = (got: string): never =>
    t.fail({
      op: 'listen',
      expected,
      got,
      hint: 'libp2p sends its header with its first proposal, and each further proposal after na. If other checks fail, too, begin with those: each of them is about one thing.',
      lost: true,
    })
  const dialing = library.dial(port, bytes).catch((error: unknown) => failed(`${(error as Error).message}.`))
  if (!(await happens(dialing, { ms: DIAL_MS, signOfLife: t.program.signOfLife })))
    failed('libp2p still waits for an answer, or for the bytes.')
  const { protocol, reply } = await dialing
  if (protocol !== common) failed(`${protocol}.`)
  if (!reply.equals(bytes)) failed('other bytes.')
}

async function itListens(
  t: CheckContext,
  { address }: Negotiator,
  protocols: readonly string[],
  common: string,
): Promise<void> {
  const bytes = t.random.bytes(t.random.int(20, 200))
  t.doing(
    `The checker called dial with the protocols ${shown(protocols)} for libp2p's own multistream-select, which speaks ${common}.`,
  )
  const { result, error } = await t.ask(exercise.ops.dial, {
    peer: address,
    protocols: [...protocols],
    bytes,
  })
  if (result?.protocol === common && result.reply.equals(bytes)) return
  t.fail({
    op: 'dial',
    expected: `the protocol ${common}, and the same ${bytes.length} bytes back.`,
    got:
      result === undefined
        ? `an error: ${error}.`
        : result.protocol === common
          ? 'other bytes.'
          : `the protocol ${result.protocol}.`,
    hint: 'libp2p sends its header only when it has got yours. If other checks fail, too, begin with those: each of them is about one thing.',
    lost: true,
  })
}
