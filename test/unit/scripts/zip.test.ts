import assert from 'node:assert/strict'
import fc from 'fast-check'
import { zipEntries } from '../../../scripts/package/zip.ts'

/** A zip archive of empty files: local headers left out, since names are read from the central directory. */
function archive(names: readonly string[], comment = ''): Buffer {
  const headers = names.map(name => {
    const bytes = Buffer.from(name)
    const header = Buffer.alloc(46)
    header.writeUInt32LE(0x02014b50, 0)
    header.writeUInt16LE(bytes.length, 28)
    header.writeUInt16LE(4, 30)
    return Buffer.concat([header, bytes, Buffer.from('xtra')])
  })
  const directory = Buffer.concat(headers)
  const end = Buffer.alloc(22)
  end.writeUInt32LE(0x06054b50, 0)
  end.writeUInt16LE(names.length, 10)
  end.writeUInt32LE(directory.length, 12)
  end.writeUInt32LE(0, 16)
  end.writeUInt16LE(comment.length, 20)
  return Buffer.concat([directory, end, Buffer.from(comment)])
}

describe('The names in a zip archive', () => {
  it('come in their order, whatever they are and whatever comment follows', () => {
    const name = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 80 })
    fc.assert(
      fc.property(
        fc.array(name, { maxLength: 30 }),
        fc.stringMatching(/^[a-z ]{0,40}$/),
        (names, comment) => {
          assert.deepEqual(zipEntries(archive(names, comment)), names)
        },
      ),
    )
  })

  it('cannot be read from what is no zip archive', () => {
    assert.throws(() => zipEntries(Buffer.from('no archive')), /expected a zip archive/)
  })
})
