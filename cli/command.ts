/** What a command of the `p2plab` command line is. main.ts holds the table of them; arguments.ts reads the options. */

export interface Option {
  /** 'optional' takes a value or none; without one it is the empty string. */
  type: 'string' | 'optional' | 'boolean'
  /** What stands for the value in the usage text, for example "N". Not for type 'boolean'. */
  value?: string
  description: string
}

export interface Arguments {
  /** By option name; a boolean option that was not given is left out. See `integer` and `oneOf` in arguments.ts. */
  values: Readonly<Record<string, string | boolean | undefined>>
  /** As many as the command has `positionals`, up to as many more as `optionalPositionals`, and more where it has a `rest`. */
  positionals: readonly string[]
  /** Aborted on Ctrl-C, SIGTERM and whatever else endings.ts knows: stop what was started, then return `EXIT.interrupted`. */
  signal: AbortSignal
}

export interface Command {
  /** The first word after `p2plab`. */
  name: string
  /** One line, for `p2plab --help`. */
  summary: string
  /** The whole call, without `p2plab`: 'check ID [--seed N]'. */
  usage: string
  /** Names of the arguments that must be there, in order: ['ID']. */
  positionals?: readonly string[]
  /** Names of those that may follow. */
  optionalPositionals?: readonly string[]
  /** What any number of further arguments are: 'DIR'. Left out: there are none. */
  rest?: string
  options: Readonly<Record<string, Option>>
  /** What else the help of this command says, below the options: whole lines. */
  notes?: string
  /** Resolves to the exit status. Throws UsageError for wrong use, which becomes one line and status 2. */
  run(args: Arguments): Promise<number>
}

/** Exit statuses of docs/contract.md. */
export const EXIT = {
  pass: 0,
  fail: 1,
  usage: 2,
  inconclusive: 3,
  /** A mistake of ours, or an output that cannot be written: EX_SOFTWARE of sysexits.h. */
  internal: 70,
  interrupted: 130,
  /** As of a program that SIGPIPE ended. */
  brokenPipe: 141,
} as const

/** Wrong use: the message says what is wrong and what is accepted, on one line. */
export class UsageError extends Error {}
