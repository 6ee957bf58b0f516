/**
 * The links as a picture of their own, painted again only when something about them changed. While a message travels only
 * the message moves; hundreds of links would take most of every frame.
 */
import type { DrawingContext } from '../draw/drawing-context.ts'
import type { Camera, Size } from './camera.ts'
import { paintEdges } from './paint-edges.ts'
import { paintCuts } from './paint-faults.ts'
import { paintGroups } from './paint-groups.ts'
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
      const { scene, selected, link, palette, shown } = picture
      const wanted = [scene, selected, link, palette, shown !== undefined, x, y, k, width, height, moved]
      if (wanted.some((value, i) => value !== painted[i])) {
        painted = wanted
        canvas.width = width
        canvas.height = height
        own.scale(width / size.width, height / size.height)
        paintLinks(own, picture)
      }
      ctx.drawImage(canvas, 0, 0, size.width, size.height)
    },
  }
}

/** All that lies below what moves: the groups of a split, the links, and where they are cut. */
export function paintLinks(ctx: DrawingContext, picture: Picture): void {
  paintGroups(ctx, picture)
  paintEdges(ctx, picture)
  paintCuts(ctx, picture)
}
