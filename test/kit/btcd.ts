/**
 * A real Bitcoin node for tests: btcd (https://github.com/btcsuite/btcd), built by Go and kept outside of the project. It runs on regtest, where
 * it talks to nobody but those who are named to it.
 */
import { execFile, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import { freePort } from './free-port.ts'
import { folderWith } from './labs.ts'

const VERSION = 'v0.26.2'
const run = promisify(execFile)
/** Building takes a minute of processor time, and as long as the network takes. */
const BUILD_MS = 10 * 60_000

/** In front of every message of regtest: 0xdab5bffa in wire/protocol.go, little-endian. */
export const REGTEST = 'fabfb5da'

let built: Promise<string> | undefined

/** Where the program is, or why there is none, as a sentence. Builds it once. */
export async function btcd(): Promise<
  { program: string; reason?: never } | { program?: never; reason: string }
> {
  const folder = path.join(homedir(), '.cache', 'p2plab-test', `btcd-${VERSION}`)
  const program = path.join(folder, process.platform === 'win32' ? 'btcd.exe' : 'btcd')
  built ??= existsSync(program) ? Promise.resolve(program) : build(folder, program)
  try {
    return { program: await built }
  } catch (error) {
    const why = (error as Error).message.split('\n')[0]!
    return { reason: `left out: btcd, a Bitcoin node, cannot be built with Go on this machine (${why})` }
  }
}

async function build(folder: string, program: string): Promise<string> {
  await mkdir(folder, { recursive: true })
  await run('go', ['install', `github.com/btcsuite/btcd@${VERSION}`], {
    env: { ...process.env, GOBIN: folder },
    timeout: BUILD_MS,
  })
  return program
}

export interface Node {
  /** 127.0.0.1:PORT */
  address: string
  /** Resolves to the match of `text` in its log, also in what it wrote before. Rejects when it ends, or after a minute. */
  logged(text: RegExp): Promise<RegExpExecArray>
  /** Calls a method of its JSON-RPC: https://github.com/btcsuite/btcd/blob/master/docs/json_rpc_api.md. Rejects with what it calls an error. */
  rpc(method: string, ...params: unknown[]): Promise<unknown>
  end(): Promise<void>
}

const DEADLINE_MS = 60_000
/** On loopback, of a node that lives for one test. */
const RPC_USER = 'test'

export interface NodeOptions {
  /** HOST:PORT that it dials, instead of listening. */
  connect?: string
  /** HOST:PORT that it knows, as if it had been there; it listens, and dials none of them. */
  known?: readonly string[]
  /** Its log has each field of each message. */
  trace?: boolean
  /** An address of regtest's, to which the blocks pay that its `generate` makes. */
  pays?: string
}

/** As its address manager does: addrmgr/addrmanager.go, serializedAddrManager. */
async function writeKnown(dir: string, known: readonly string[]): Promise<void> {
  const now = Math.floor(Date.now() / 1000)
  const buckets = (count: number) => Array.from({ length: count }, () => [] as string[])
  const seen = {
    TimeStamp: now,
    LastAttempt: now,
    LastSuccess: now,
    Services: 9,
    SrcServices: 9,
    Attempts: 0,
  }
  await mkdir(path.join(dir, 'regtest'), { recursive: true })
  await writeFile(
    path.join(dir, 'regtest', 'peers.json'),
    JSON.stringify({
      Version: 2,
      Key: Array.from({ length: 32 }, () => 0),
      Addresses: known.map(address => ({ Addr: address, Src: address, ...seen })),
      NewBuckets: buckets(1024),
      TriedBuckets: [known, ...buckets(63)],
    }),
  )
}

/** Starts a node. Resolves when it listens, where it does so. */
export async function startBtcd(
  program: string,
  { connect, known, trace, pays }: NodeOptions = {},
): Promise<Node> {
  const dir = await folderWith()
  if (known) await writeKnown(dir, known)
  const address = `127.0.0.1:${await freePort()}`
  const rpcAddress = `127.0.0.1:${await freePort()}`
  const child = spawn(program, [
    '--regtest',
    '--notls',
    `--rpclisten=${rpcAddress}`,
    `--rpcuser=${RPC_USER}`,
    `--rpcpass=${RPC_USER}`,
    '--nodnsseed',
    `--debuglevel=${trace ? 'trace' : 'debug'}`,
    `--datadir=${dir}`,
    `--logdir=${dir}`,
    `--configfile=${path.join(dir, 'btcd.conf')}`,
    ...(connect === undefined ? [`--listen=${address}`] : [`--connect=${connect}`, '--nolisten']),
    // Every ten seconds when left out.
    '--trickleinterval=100ms',
    ...(pays === undefined ? [] : [`--miningaddr=${pays}`]),
    // With somebody to connect to, it dials nobody else.
    ...(known ? [`--connect=127.0.0.1:${await freePort()}`] : []),
  ])
  let log = ''
  const looks = new Set<() => void>()
  const more = (text: string) => {
    log += text
    for (const look of looks) look()
  }
  child.stdout.setEncoding('utf8').on('data', more)
  child.stderr.setEncoding('utf8').on('data', more)
  const gone = new Promise<void>(resolve => child.once('close', () => resolve()))
  const node: Node = {
    address,
    logged(text) {
      const found = new Promise<RegExpExecArray>(resolve => {
        const look = () => {
          const match = text.exec(log)
          if (!match) return
          looks.delete(look)
          resolve(match)
        }
        looks.add(look)
        look()
      })
      const failed = (why: string) => Promise.reject(new Error(`${why}: ${text} is not in the log:\n${log}`))
      const late = new Promise<void>(resolve =>
        AbortSignal.timeout(DEADLINE_MS).addEventListener('abort', () => resolve()),
      )
      return Promise.race([found, gone.then(() => failed('btcd ended')), late.then(() => failed('too late'))])
    },
    async rpc(method, ...params) {
      const response = await fetch(`http://${rpcAddress}`, {
        method: 'POST',
        headers: { authorization: `Basic ${Buffer.from(`${RPC_USER}:${RPC_USER}`).toString('base64')}` },
        body: JSON.stringify({ jsonrpc: '1.0', id: 1, method, params }),
      })
      const { result, error } = (await response.json()) as { result: unknown; error: unknown }
      if (error) throw new Error(`btcd's ${method}: ${JSON.stringify(error)}`)
      return result
    },
    async end() {
      child.kill('SIGKILL')
      await gone
    },
  }
  await node.logged(/RPC server listening on/)
  if (connect === undefined) await node.logged(/Server listening on/)
  return node
}
