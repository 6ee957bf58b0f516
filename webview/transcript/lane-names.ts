/** What stands above the lanes of a transcript: names that fit, and that can be told from each other. */

/** Letters of a name above its lane. */
const LONGEST = 16

/**
 * The names in the same order, each of at most 16 letters, the sign for what is left out included. Names that begin alike lose what they have in
 * common, and the others their end.
 */
export function shortNames(names: readonly string[]): string[] {
  return names.map(name => {
    if (name.length <= LONGEST) return name
    const common = Math.max(0, ...names.map(other => (other === name ? 0 : sharedWords(name, other))))
    // Words in front come back as long as there is room.
    const starts = [...name.matchAll(/(?<= )\S/g)].map(({ index }) => index)
    const fitting = starts.find(start => start <= common && name.length - start < LONGEST)
    const rest = common < LONGEST / 2 ? name : `…${name.slice(fitting ?? common)}`
    return rest.length <= LONGEST ? rest : `${rest.slice(0, LONGEST - 1)}…`
  })
}

/** How many letters of whole words both begin with. */
function sharedWords(a: string, b: string): number {
  let same = 0
  while (same < Math.min(a.length, b.length) && a[same] === b[same]) same++
  return a.lastIndexOf(' ', same - 1) + 1
}
