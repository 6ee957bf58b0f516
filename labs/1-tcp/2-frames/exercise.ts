import { defineExercise, op } from '../../exercise/define.ts'
import { boundPort, host, port } from '../../exercise/fields.ts'

export default defineExercise({
  title: 'Frames',
  builds: 'messages on a stream: a length prefix, however the stream splits and joins them',
  comesNext:
    'So far, the bytes are one endless stream. In {exercise}, you put a length in front of each message, so that the other side knows where it ends.',
  ops: {
    listen: op({
      args: { host: host(), port: port() },
      result: { port: boundPort() },
      returns: 'the port it really listens on',
    }),
  },
  checks: {
    'one-frame': 'Answers a frame with its bytes reversed',
    'every-cut': 'Decodes a stream cut at every offset',
    'byte-by-byte': 'Decodes a stream that arrives byte by byte',
    coalesced: 'Answers many frames that arrive together',
    'frame-and-a-half': 'Answers a frame when half of the next has arrived',
    empty: 'Answers an empty frame',
    large: 'Answers a large frame',
    reset: 'Keeps serving when clients break their connections',
  },
})
