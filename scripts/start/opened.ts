/** An open VS Code. */
export interface Opened {
  closed: Promise<unknown>
  end(): Promise<void>
}
