/** Colours as every program that opens an SVG file knows them: themes use color-mix() and other new notations. */
export function createColors(): (css: string) => string {
  const canvas = document.createElement('canvas')
  canvas.width = canvas.height = 1
  const ctx = canvas.getContext('2d', { willReadFrequently: true })!
  const known = new Map<string, string>()
  return css => {
    let plain = known.get(css)
    if (plain === undefined) {
      ctx.clearRect(0, 0, 1, 1)
      ctx.fillStyle = css
      ctx.fillRect(0, 0, 1, 1)
      const [r = 0, g = 0, b = 0, a = 255] = ctx.getImageData(0, 0, 1, 1).data
      const hex = [r, g, b].map(value => value.toString(16).padStart(2, '0')).join('')
      plain = a === 255 ? `#${hex}` : `rgba(${r},${g},${b},${(a / 255).toFixed(3)})`
      known.set(css, plain)
    }
    return plain
  }
}
