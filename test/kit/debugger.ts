/** A debugger without an editor: Node's inspector protocol over a WebSocket. https://chromedevtools.github.io/devtools-protocol/v8/ */
import { setTimeout as wait } from 'node:timers/promises'

export interface Debugger {
  send(method: string, params?: object): Promise<Record<string, unknown>>
  /** The next event of that name, from now on. */
  next(method: string): Promise<Record<string, unknown>>
  close(): void
}

interface Message {
  id?: number
  method?: string
  params?: Record<string, unknown>
  result?: Record<string, unknown>
  error?: { message: string }
}

/** Attaches to the inspector on this port of 127.0.0.1. */
export async function attach(port: number): Promise<Debugger> {
  const targets = (await (await fetch(`http://127.0.0.1:${port}/json/list`)).json()) as {
    webSocketDebuggerUrl: string
  }[]
  const socket = new WebSocket(targets[0]!.webSocketDebuggerUrl)
  await new Promise((resolve, reject) => {
    socket.addEventListener('open', resolve)
    socket.addEventListener('error', () => reject(new Error(`no inspector on port ${port}`)))
  })
  let lastId = 0
  const answers = new Map<number, (message: Message) => void>()
  const waiting: { method: string; resolve(params: Record<string, unknown>): void }[] = []
  socket.addEventListener('message', ({ data }) => {
    const message = JSON.parse(String(data)) as Message
    if (message.id !== undefined) return answers.get(message.id)?.(message)
    const at = waiting.findIndex(({ method }) => method === message.method)
    if (at >= 0) waiting.splice(at, 1)[0]!.resolve(message.params ?? {})
  })
  return {
    send: (method, params = {}) =>
      new Promise((resolve, reject) => {
        const id = ++lastId
        answers.set(id, ({ result, error }) =>
          error ? reject(new Error(error.message)) : resolve(result ?? {}),
        )
        socket.send(JSON.stringify({ id, method, params }))
      }),
    next: method => new Promise(resolve => waiting.push({ method, resolve })),
    close: () => socket.close(),
  }
}

/** Sets a breakpoint in the file, lets the program run, and resolves when it stands there. `line` counts from 1. */
export async function stopAt(port: number, file: RegExp, line: number): Promise<Debugger> {
  const session = await attach(port)
  await session.send('Runtime.enable')
  await session.send('Debugger.enable')
  await session.send('Debugger.setBreakpointByUrl', { urlRegex: file.source, lineNumber: line - 1 })
  const paused = session.next('Debugger.paused')
  await session.send('Runtime.runIfWaitingForDebugger')
  await paused
  return session
}

/** For a test that something long makes no difference: this is what is long. */
export const hold = (ms: number): Promise<void> => wait(ms)
