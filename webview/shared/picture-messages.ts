/** A picture of a page that the user wants to save. Shared with extension/. */

export interface SavePicture {
  type: 'savePicture'
  /** Of the file, without its ending: lower-case letters and hyphens. */
  name: string
  /** The bytes in base64. */
  png: string
  svg: string
}

/** Of each of the two; the picture of 200 nodes on a large screen is a tenth of this. Characters. */
const MOST = 50_000_000

/** The message, or undefined when `value` is not one. Never throws. */
export function parseSavePicture(value: unknown): SavePicture | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  const { type, name, png, svg } = value as Record<string, unknown>
  if (type !== 'savePicture' || typeof name !== 'string' || !/^[a-z][a-z-]{0,60}$/.test(name))
    return undefined
  if (typeof png !== 'string' || png.length > MOST || !/^[A-Za-z0-9+/]+={0,2}$/.test(png)) return undefined
  if (typeof svg !== 'string' || svg.length > MOST || !svg.startsWith('<svg ')) return undefined
  return { type, name, png, svg }
}
