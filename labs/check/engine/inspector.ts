/** What Node's inspector says on a program's standard error, told apart from what the program says. */

export interface InspectorWatch {
  /** A debugger can attach to this port of 127.0.0.1. */
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
export function inspectorFilter(watch: InspectorWatch): { push(text: string): string; end(): string } {
  let rest = ''
  const own = (line: string): boolean => {
    const port = LISTENING.exec(line)?.[1]
    if (port !== undefined) watch.listening(Number(port))
    else if (ATTACHED.test(line)) watch.attached()
    else return !OTHER.test(line)
    return false
  }
  return {
    push(text) {
      const lines = (rest + text).split('\n')
      rest = lines.pop()!
      return lines
        .filter(line => own(line.replace(/\r$/, '')))
        .map(line => `${line}\n`)
        .join('')
    },
    end() {
      const last = rest
      rest = ''
      return last !== '' && own(last) ? last : ''
    },
  }
}
