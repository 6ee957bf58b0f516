/** A file imported as `inline:./x.ts` is bundled by scripts/build.mjs and comes as a string: a worker's source. */
declare module 'inline:*' {
  const source: string
  export default source
}
