/** Between the checker and the program that it checks. */
export type Way = 'to program' | 'from program'
