/** 1048576 becomes "1,048,576". */
export const number = (n: number): string =>
  // For a whole one not by Intl: loading that takes 6 ms, in each process that says one.
  Number.isInteger(n) ? String(n).replaceAll(/\B(?=(\d{3})+$)/g, ',') : n.toLocaleString('en-US')

/** "1 byte", "12 bytes", "3 frames". */
export const count = (n: number, noun: string): string => `${number(n)} ${noun}${n === 1 ? '' : 's'}`
