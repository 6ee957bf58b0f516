/** The lines of standard input, or of another stream, each of bounded length. */
import { createDecoding, WrongEncoding } from '../network/written-text.ts'

/** A broadcast's text has 10,000 characters at most. Characters. */
export const MAX_LINE = 16_384

/**
 * Without their ends. `undefined` stands for a line that is too long. Ends with the stream, also where that breaks. @throws WrongEncoding
 */
export async function* lines(
  stream: AsyncIterable<Buffer>,
  longest = MAX_LINE,
): AsyncGenerator<string | undefined> {
  const decoder = createDecoding()
  let rest = ''
  let tooLong = false
  try {
    for await (const chunk of stream) {
      const parts = (rest + decoder.write(chunk)).split(/\r?\n/)
      rest = parts.pop()!
      for (const part of parts) {
        yield tooLong || part.length > longest ? undefined : part
        tooLong = false
      }
      if (rest.length > longest) {
        tooLong = true
        rest = ''
      }
    }
  } catch (error) {
    if (error instanceof WrongEncoding) throw error
    // A terminal that went away.
    return
  }
  rest += decoder.end()
  if (tooLong) yield undefined
  else if (rest !== '') yield rest
}
