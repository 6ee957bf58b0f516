/** The labs' Markdown in a terminal: paragraphs fitted to its width, everything else as it stands. */

/** Longer lines are hard to read. Columns. */
const LONGEST = 100
/** What no line break may change: code, tables, lists, headings, quotations, indented text. */
const FIXED = /^(?:```|\||#|>|\s|[-*+] |\d+[.)] )/

/** `width` is that of the terminal; left out, the text stays as it is. Ends with a line feed. */
export function prose(markdown: string, width?: number): string {
  const text = `${markdown.trim()}\n`
  if (width === undefined) return text
  return text.replace(/[^\n]+(?:\n[^\n]+)*/g, block =>
    FIXED.test(block) || block.includes('\n```') ? block : wrapped(block, Math.min(width, LONGEST)),
  )
}

function wrapped(paragraph: string, width: number): string {
  const lines: string[] = []
  let line = ''
  for (const word of paragraph.split(/\s+/)) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line)
      line = word
    } else line = line === '' ? word : `${line} ${word}`
  }
  return [...lines, line].join('\n')
}
