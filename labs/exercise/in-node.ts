/** Sentences that name the API of Node to the learners who use it, and to nobody else: a program may be written in any language. */
const NODE = /\u0001([^\u0001-\u0003]*)\u0002([^\u0001-\u0003]*)\u0003/g

/** A part of a message that names Node's API: learners of TypeScript read it, all others read `otherwise`. */
export const inNode = (node: string, otherwise = ''): string => `\u0001${node}\u0002${otherwise}\u0003`

/** The text with what its parts of `inNode` say to the reader. */
export const asReadIn = (language: 'typescript' | 'other', text: string): string =>
  text.replace(NODE, language === 'typescript' ? '$1' : '$2')
