import { defineExercise, op } from '../../exercise/define.ts'
import { address, boundPort, bytes, host, port } from '../../exercise/fields.ts'

export default defineExercise({
  title: 'Echo',
  builds: 'a TCP server and client: binary safe, half-close, many clients',
  ops: {
    listen: op({
      args: { host: host(), port: port() },
      result: { port: boundPort() },
      returns: 'the port it really listens on',
    }),
    send: op({
      args: { peer: address(), bytes: bytes() },
      result: { bytes: bytes() },
      returns: 'all that came back',
    }),
    stop: op({}),
  },
  checks: {
    'port-zero': 'Listens on the given host and port',
    'every-byte': 'Echoes every byte unchanged',
    megabyte: 'Echoes a megabyte',
    'half-close': 'Sends everything back before it closes',
    clients: 'Serves 20 clients at once',
    reset: 'Keeps serving when clients break their connections',
    stop: 'Refuses connections after stop',
    'client-sends': 'The client sends every byte, then half-closes',
    'client-receives': 'The client receives every byte from a slow server',
  },
})
