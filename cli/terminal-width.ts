/** A terminal that does not know its size says 0, as under some program that starts it: then it is taken for one of 80 columns. */
const UNKNOWN = 80

/** The columns of the terminal that standard output goes to; undefined where that is no terminal. */
export const terminalWidth = (): number | undefined =>
  process.stdout.isTTY ? process.stdout.columns || UNKNOWN : undefined
