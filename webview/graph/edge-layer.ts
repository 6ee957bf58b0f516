/**
 * The links as a picture of their own, painted again only when something about them changed. While a message travels only
 * the message moves; hundreds of links would take most of every frame.
 */
import type { Camera, Size } from './camera.ts'
import { paintEdges } from './paint-edges.ts'
import type { Picture } from './picture.ts'

export interface EdgeLayer {
  /** Draws the links of `picture`. `moved` counts how often nodes have moved. */
  draw(ctx: CanvasRenderingContext2D, picture: Picture, camera: Camera, size: Size, moved: number): void
}

export function createEdgeLayer(): EdgeLayer {
  const canvas = document.createElement('canvas')
  const own = canvas.getContext('2d')!
  let painted: readonly unknown[] = []
  return {
    draw(ctx, picture, { x, y, k }, size, moved) {
      const { width, height } = ctx.canvas
      const { scene, selected, palette, shown } = picture
      const wanted = [scene, selected, palette, shown !== undefined, x, y, k, width, height, moved]
      if (wanted.some((value, i) => value !== painted[i])) {
        painted = wanted
        canvas.width = width
        canvas.height = height
        own.scale(width / size.width, height / size.height)
        paintEdges(own, picture)
      }
      ctx.drawImage(canvas, 0, 0, size.width, size.height)
    },
  }
}
