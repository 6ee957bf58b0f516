import * as vscode from 'vscode'

/** The context keys that when clauses of package.json read. A key that was never set is false there. */
export interface ContextKeys {
  /** Phase of the network. */
  'p2plab.phase': 'none' | 'starting' | 'ready' | 'stopping' | 'stopped'
  /** Parts of the network are cut off from each other. */
  'p2plab.partitioned': boolean
  /** Some link has a fault. */
  'p2plab.faultyLinks': boolean
  /** Nodes come and go. */
  'p2plab.churn': boolean
  /** Other computers can join the network. */
  'p2plab.shared': boolean
  /** Its nodes are copies of a learner's program. */
  'p2plab.program': boolean
  /** The network's metrics are answered. */
  'p2plab.metrics': boolean
  /** The network is being recorded. */
  'p2plab.recording': boolean
  /** A folder of this window is a lab workspace. */
  'p2plab.labWorkspace': boolean
  /** More than one is. */
  'p2plab.severalLabWorkspaces': boolean
  /** The ids of the items of the Testing view whose last run left packets that can be saved. */
  'p2plab.captures': readonly string[]
  /** The check whose transcript is shown left packets that can be saved. */
  'p2plab.transcriptCapture': boolean
  /** The same check has a report of what happened. */
  'p2plab.transcriptReport': boolean
  /** The active editor shows the learner's file of an exercise. */
  'p2plab.activeExercise': boolean
  /** The walkthrough's steps; see walkthrough.ts. */
  'p2plab.done.workspace': boolean
  'p2plab.done.network': boolean
  'p2plab.done.broadcast': boolean
  'p2plab.done.exercise': boolean
  'p2plab.done.kill': boolean
}

const set = new Map<keyof ContextKeys, unknown>()

/** Each call is a message to another process: what did not change is not sent. */
export function setContext<K extends keyof ContextKeys>(key: K, value: ContextKeys[K]): void {
  if (set.get(key) === value) return
  set.set(key, value)
  void vscode.commands.executeCommand('setContext', key, value)
}
