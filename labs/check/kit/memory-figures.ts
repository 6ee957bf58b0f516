/** What is known of the memory of a process, or of several together. */

/** In bytes. */
export interface Memory {
  /** What it has for itself now: in physical memory, on Windows also in the page file. */
  resident: number
  /** The most that it ever had for itself; on macOS what is now. */
  peak: number
  /**
   * What it was promised: memory that it may write to, also what it has not touched yet. Not what it only reserved, as V8 does
   * with many gigabytes of addresses. On Windows the most that ever was. macOS does not say: there it is the address space.
   */
  committed: number
}
