/**
 * The names of the files in a zip archive, from its central directory (APPNOTE.TXT 4.3.12): each header is
 * 46 bytes, with the lengths of name, extra field and comment at 28, 30 and 32, and then these three.
 *
 * @throws when it is no zip archive, or one of the large kind (zip64).
 */
export function zipEntries(archive: Buffer): string[] {
  const end = archive.lastIndexOf(Buffer.from([0x50, 0x4b, 0x05, 0x06]))
  if (end < 0) throw new Error('expected a zip archive, found no end of central directory')
  const count = archive.readUInt16LE(end + 10)
  let at = archive.readUInt32LE(end + 16)
  if (count === 0xffff || at === 0xffffffff) throw new Error('expected a zip archive, found zip64')
  return Array.from({ length: count }, () => {
    const name = archive.readUInt16LE(at + 28)
    const rest = archive.readUInt16LE(at + 30) + archive.readUInt16LE(at + 32)
    const start = at + 46
    at = start + name + rest
    return archive.toString('utf8', start, start + name)
  })
}
