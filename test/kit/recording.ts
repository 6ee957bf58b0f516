/** A recording on its way from the file into the view's log: both ends of the editor, without VS Code and a browser between. */
import { once, EventEmitter } from 'node:events'
import { recordingFeed } from '../../extension/view/recording/feed.ts'
import { createRecordedFeed, type RecordedFeed } from '../../webview/recorded/feed.ts'

/** Resolves when the view has all that it will get. */
export async function openRecording(file: string | undefined, partSize?: number): Promise<RecordedFeed> {
  const over = new EventEmitter()
  const host = recordingFeed(
    { name: 'demo.p2ptrace', file },
    message => {
      // As a message crosses the border of the webview.
      view.receive(JSON.parse(JSON.stringify(message)))
      if (view.recording.phase !== 'reading') over.emit('over')
    },
    partSize,
  )
  const view = createRecordedFeed(message => {
    if (message.type !== 'ready' && message.type !== 'more') return
    // Not within the call that posts: the view gets its answer later, as in VS Code.
    queueMicrotask(() => void host.receive(message).catch(error => over.emit('error', error)))
  })
  const ended = once(over, 'over')
  view.ask()
  await ended
  host.stop()
  return view
}
