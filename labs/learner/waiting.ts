/** The line with which the runner says on standard error that its main thread waits for a debugger. The checker takes it out. */
export const WAITING = 'P2P Lab: The program waits for a debugger.'
