/**
 * Whether a folder is in a share, as \\server\share\lab and \\wsl$\Ubuntu\home\anna are. cmd.exe, which runs command lines on
 * Windows, goes to C:\Windows instead of such a folder.
 */
export const isNetworkFolder = (dir: string, platform: NodeJS.Platform = process.platform): boolean =>
  platform === 'win32' && /^(?:[\\/]{2}[^\\/?.]|[\\/]{2}\?[\\/]UNC[\\/])/i.test(dir)

/** What to do about it, a sentence. */
export const MAP_IT =
  'Map the share to a drive letter (net use P: \\\\server\\share), or take a folder on this computer.'
