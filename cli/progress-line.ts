/** One line on standard error that is written over, and the notices above it. Silent where standard error is no terminal. */
import type { Network } from '../network/orchestrator/network.ts'
import { liveNodes } from '../network/state.ts'

export interface ProgressLine {
  /** Shows how far the start of a network is, and prints its notices and crashes. */
  follow(network: Network): void
  show(text: string): void
  end(): void
}

/** Not where NO_COLOR is set or the terminal is a simple one: it would show the sequences. */
const takesEscapes = (stream: NodeJS.WriteStream): boolean => stream.isTTY && stream.getColorDepth() > 1

export function progressLine(): ProgressLine {
  const terminal = takesEscapes(process.stderr)
  let shown = false
  const clear = () => {
    if (shown) process.stderr.write('\r\u001b[K')
    shown = false
  }
  const print = (text: string) => {
    clear()
    process.stderr.write(`${text}\n`)
  }
  const show = (text: string) => {
    if (!terminal) return
    process.stderr.write(`\r\u001b[K${text}`)
    shown = true
  }
  let unsubscribe: () => void = () => undefined
  return {
    follow(network) {
      unsubscribe = network.subscribe((_first, events) => {
        for (const event of events) {
          if (event.type === 'notice') print(event.text)
          if (event.type === 'node-crashed') {
            print(`${event.node} crashed: ${event.step}: ${event.cause}`)
            for (const line of event.log) print(`    ${line}`)
          }
        }
        const { phase, requested } = network.state
        if (phase === 'starting') show(`${liveNodes(network.state).length} of ${requested} nodes listening`)
      })
    },
    show,
    end() {
      unsubscribe()
      clear()
    },
  }
}
