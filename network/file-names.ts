/** Windows takes these for devices, in either case and whatever suffix follows: what is written to NUL.txt is lost. */
const RESERVED = /^(?:con|prn|aux|nul|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³]) *(?:\.|$)/i

/** Whether a file's name, without its folder, cannot be a file on Windows. */
export const isReservedName = (name: string): boolean => RESERVED.test(name)
