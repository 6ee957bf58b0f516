import { defineExercise, op } from '../../exercise/define.ts'
import { address, boundPort, bytes, host, port, text, texts } from '../../exercise/fields.ts'

const such = '/noise'

export default defineExercise({
  title: 'Which protocol?',
  builds: 'multistream-select, with which libp2p peers agree on the protocol that they will speak',
  comesNext:
    'Two peers can only talk if they speak the same protocol. In {exercise}, your programs agree on one, as libp2p does on every connection and every stream.',
  buildsOn: ['2.1'],
  ops: {
    listen: op({
      args: { host: host(), port: port(), protocols: texts({ such }) },
      result: { port: boundPort() },
      returns: 'the port it really listens on',
    }),
    dial: op({
      args: {
        peer: address(),
        protocols: texts({ such, note: 'the one that you like best comes first' }),
        bytes: bytes(),
      },
      result: { protocol: text({ such }), reply: bytes() },
      returns:
        'the protocol, and the bytes that came back on it; an error if there is no protocol in common, if an answer breaks the rules, or if the connection ends too early',
    }),
  },
  checks: {
    header: 'Sends the header at once, byte for byte',
    answers: 'Answers a proposal with itself or with na',
    proposes: 'Proposes one protocol after another',
    together: 'Answers proposals that arrive together',
    'every-cut': 'Reads lines from a stream cut at every offset',
    behind: 'Leaves the bytes behind the agreed line to the protocol',
    longest: 'Reads lines of 1,024 bytes, and refuses longer ones',
    malformed: 'Refuses what is not a line, and what is not an answer',
    none: 'Ends cleanly without a protocol in common',
    libp2p: "Agrees with libp2p's own implementation, both ways",
  },
})
