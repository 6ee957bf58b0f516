/** What Node's inspector says on a program's standard error, told apart from what the program says. */
import { createLineSplitter } from '../../../network/lines.ts'
import { WAITING } from '../../learner/waiting.ts'

/** A longer line is the program's own, and goes on in parts. */
const LINE_BYTES = 64 * 1024

export interface InspectorWatch {
  /** The program waits for a debugger to attach to this port of 127.0.0.1. */
  listening(port: number): void
  /** One did. */
  attached(): void
}

/** What Node says, with what it does not say between the parts: https://github.com/nodejs/node, src/inspector_agent.cc and inspector_socket_server.cc. */
const LISTENING = /^Debugger listening on ws:\/\/127\.0\.0\.1:(\d+)\//
const ATTACHED = /^Debugger attached\.$/
const OTHER =
  /^(?:For help, see: https:\/\/nodejs\.org\/|Waiting for the debugger to disconnect\.\.\.|Debugger ending on ws:)/

/** Takes standard error as it comes, and returns what is the program's own: whole lines, the rest with `end`. */
export function inspectorFilter(watch: InspectorWatch): { push(chunk: Uint8Array): string; end(): string } {
  const splitter = createLineSplitter(LINE_BYTES)
  let ended = false
  let port: number | undefined
  const own = (line: string): boolean => {
    const named = LISTENING.exec(line)?.[1]
    if (named !== undefined) port = Number(named)
    // Not before: a debugger that comes earlier would not be noticed (labs/learner/inspect.ts).
    else if (port !== undefined && line === WAITING) watch.listening(port)
    else if (ATTACHED.test(line)) watch.attached()
    else return !OTHER.test(line)
    return false
  }
  return {
    push: chunk =>
      splitter
        .push(chunk)
        .filter(({ text }) => own(text))
        .map(({ text, ends }) => (ends ? `${text}\n` : text))
        .join(''),
    end() {
      const last = ended ? '' : splitter.rest()
      ended = true
      return last !== '' && own(last) ? last : ''
    },
  }
}
