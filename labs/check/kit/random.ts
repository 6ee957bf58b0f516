/**
 * Random numbers that a seed decides, so that a failing check can be run again with the same bytes. Splitting by
 * name gives each check its own stream: leaving checks out does not change what the others send.
 *
 * sfc32 (Chris Doty-Humphrey, PractRand), seeded by FNV-1a over the seed and the names, and stirred.
 */
export interface Random {
  /** A whole number from `min` to `max`, both included. */
  int(min: number, max: number): number
  bytes(length: number): Buffer
  pick<T>(items: readonly T[]): T
  /** A new array in random order. */
  shuffle<T>(items: readonly T[]): T[]
  /** `bytes` cut at random places into at most `pieces` pieces, none of them empty. */
  cut(bytes: Buffer, pieces: number): Buffer[]
  /** An independent stream: the same name gives the same one, whatever was drawn before. */
  split(name: string): Random
}

export function createRandom(seed: number, path = ''): Random {
  const next = sfc32(`${seed}/${path}`)
  const int = (min: number, max: number) => min + Math.floor((next() / 2 ** 32) * (max - min + 1))
  const shuffle = <T>(items: readonly T[]): T[] => {
    const result = [...items]
    for (let i = result.length - 1; i > 0; i--) {
      const j = int(0, i)
      ;[result[i], result[j]] = [result[j]!, result[i]!]
    }
    return result
  }
  return {
    int,
    shuffle,
    pick: items => items[int(0, items.length - 1)]!,
    split: name => createRandom(seed, `${path}/${name}`),
    bytes(length) {
      const words = new Uint32Array(Math.ceil(length / 4))
      for (let i = 0; i < words.length; i++) words[i] = next()
      return Buffer.from(words.buffer, 0, length)
    },
    cut(bytes, pieces) {
      const places = new Set<number>()
      for (let i = 1; i < pieces && bytes.length > 1; i++) places.add(int(1, bytes.length - 1))
      const edges = [0, ...[...places].sort((a, b) => a - b), bytes.length]
      return edges.slice(1).map((end, i) => bytes.subarray(edges[i], end))
    },
  }
}

/** Returns a function that draws a number from 0 to 2^32 - 1. */
function sfc32(seed: string): () => number {
  let [a, b, c, counter] = [fnv1a(seed, 1), fnv1a(seed, 2), fnv1a(seed, 3), 1]
  const next = () => {
    const sum = (a + b + counter) | 0
    counter = (counter + 1) | 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) | 0
    c = ((c << 21) | (c >>> 11)) + sum
    return sum >>> 0
  }
  for (let i = 0; i < 15; i++) next()
  return next
}

function fnv1a(text: string, salt: number): number {
  let hash = 0x811c9dc5 ^ salt
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193)
  return hash | 0
}
