/** Recordings of a network that runs. */
import path from 'node:path'
import * as v from 'valibot'
import { now } from '../clock.ts'
import { noteText } from '../events.ts'
import { NetworkError } from '../failure.ts'
import { needNetwork } from '../refusals.ts'
import { operation } from './operation.ts'

export const recordingOperations = {
  /** From the start of the running network on, as far as that is kept, to its end. `file` is absolute, and new. */
  record: operation({
    arguments: { file: v.pipe(v.string(), v.minLength(1), v.maxLength(4096)) },
    perform({ network, recorder }, { file }) {
      needNetwork(network.state)
      if (path.isAbsolute(file)) return recorder.start(file)
      throw new NetworkError({
        step: 'record the network',
        cause: `${file} is not an absolute path`,
        remedy: 'Use the absolute path of a new file',
      })
    },
  }),
  /** The user's own note about a moment (clock.ts). It is in every recording that has that moment's network. */
  addNote: operation({
    arguments: { moment: v.pipe(v.number(), v.finite()), text: noteText },
    perform({ network }, { moment, text }) {
      needNetwork(network.state)
      network.note({ type: 'note', at: now(), moment, text })
    },
  }),
  /** Resolves when the file is whole. */
  stopRecording: operation({ arguments: {}, perform: ({ recorder }) => recorder.stop() }),
}
