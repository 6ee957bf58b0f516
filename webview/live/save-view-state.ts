/** Keeps what the user chose, so that a hidden, moved or reloaded panel comes back as it was. */
import { throttled } from '../frame.ts'
import { nothingSaved } from '../view-state.ts'
import type { Model } from './model.ts'
import type { LiveParts } from './parts.ts'

const SAVE_EVERY_MS = 400
/** For what was just done to take effect: a page that is hidden gets no time to save. */
const SAVE_SOON_MS = 50

export interface ViewStateSaver {
  save(): void
  /** The user has done something. */
  saveSoon(): void
  saveNow(): void
  /** Takes over what was saved, when it is about this network. */
  restore(): void
}

export function createViewStateSaver(model: Model, parts: () => LiveParts): ViewStateSaver {
  const saveNow = () => {
    const { layout, graph } = parts()
    const positions = Object.fromEntries(
      [...layout.positions].map(([name, { x, y }]): [string, [number, number]] => [
        name,
        [round(x), round(y)],
      ]),
    )
    const { camera, autoFit } = graph
    const { source, cursor } = model
    if (source.recorded && source.hasNetwork()) model.saved.at = cursor.at
    model.host.save({ ...model.saved, positions, pinned: [...layout.pinned], camera, autoFit })
  }
  return {
    saveNow,
    saveSoon: throttled(SAVE_SOON_MS, saveNow, SAVE_SOON_MS),
    save: throttled(SAVE_EVERY_MS, saveNow, SAVE_EVERY_MS),
    restore() {
      const { network } = model.feed.state
      if (model.saved.network !== network) model.saved = nothingSaved(network, model.saved)
      const { positions, pinned, camera, autoFit } = model.saved
      model.stage.clear()
      parts().layout.reset(
        Object.entries(positions).map(([name, [x, y]]) => [name, { x, y }]),
        pinned,
      )
      parts().graph.setCamera(camera, autoFit)
    },
  }
}

const round = (x: number) => Math.round(x * 1_000) / 1_000
