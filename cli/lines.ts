/** The lines of standard input, or of another stream, each of bounded length. */
import { createLineSplitter } from '../network/lines.ts'
import { isUtf16, WrongEncoding } from '../network/written-text.ts'

/** A broadcast's text has 10,000 characters at most, of up to 4 bytes each. Bytes. */
export const MAX_LINE = 65_536

/**
 * Without their ends. `undefined` stands for a line that is too long. Ends with the stream, also where that breaks. @throws WrongEncoding
 */
export async function* lines(
  stream: AsyncIterable<Buffer>,
  longest = MAX_LINE,
): AsyncGenerator<string | undefined> {
  const splitter = createLineSplitter(longest, isUtf16)
  let tooLong = false
  try {
    for await (const chunk of stream) {
      for (const { text, ends } of splitter.push(chunk)) {
        if (ends) yield tooLong ? undefined : text
        tooLong = !ends
      }
    }
  } catch (error) {
    if (error instanceof WrongEncoding) throw error
    // A terminal that went away.
    return
  }
  const rest = splitter.rest()
  if (tooLong) yield undefined
  else if (rest !== '') yield rest
}
