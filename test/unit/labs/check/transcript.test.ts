import assert from 'node:assert/strict'
import fc from 'fast-check'
import { parseEvent, SHOWN_BYTES, TRANSMISSIONS, type Transmission } from '../../../../network/events.ts'
import { initialState, reduce } from '../../../../network/state.ts'
import { parseFromCheck } from '../../../../labs/check/protocol.ts'
import {
  createTranscript,
  MAX_WIRE_EVENTS,
  type Transcript,
} from '../../../../labs/check/transcript/transcript.ts'
import { transcriptLines } from '../../../../labs/check/transcript/text.ts'

const transmissions = (transcript: Transcript): Transmission[] =>
  transcript.events().filter(event => event.type === 'check-transmission')

/** One of everything. */
function sample(): Transcript {
  const transcript = createTranscript()
  transcript.control('to program', 'listen {}')
  transcript.note('to program', 'connection 1', 'connect', 'connected to port 7')
  transcript.bytes('to program', 'connection 1', Buffer.from('hello'))
  transcript.datagram('from program', 'client 1', Buffer.from([0xff, 0x41]))
  transcript.fault('from program', 'lost, on the way to the client', 2)
  transcript.control('to program', 'send {}', 'program 2')
  transcript.note('from program', 'connection 2', 'fin', 'end (FIN)')
  return transcript
}

describe('the transcript of a check, as events', () => {
  it('declares each lane once and before it is used', () => {
    const events = sample().events()
    const lanes = events.flatMap(event =>
      event.type === 'check-lane' ? [`${event.role}: ${event.lane}`] : [],
    )
    assert.deepEqual(lanes, [
      'checker: checker',
      'connection: connection 1',
      'connection: client 1',
      'network: the network',
      'connection: connection 2',
      'program: program',
      'program: program 2',
    ])
    assert.ok(events.slice(0, lanes.length).every(({ type }) => type === 'check-lane'))
  })

  it('says from where to where, what, how many bytes, how they began, and what the network did', () => {
    const told = transmissions(sample()).map(({ type: _type, at: _at, ...rest }) => rest)
    assert.deepEqual(told.slice(1), [
      { from: 'connection 1', to: 'program', kind: 'connect', text: 'connected to port 7' },
      { from: 'connection 1', to: 'program', kind: 'bytes', bytes: 5, head: '68656c6c6f' },
      { from: 'program', to: 'client 1', kind: 'datagram', bytes: 2, head: 'ff41' },
      {
        from: 'program',
        to: 'the network',
        kind: 'fault',
        bytes: 2,
        fault: 'lost, on the way to the client',
      },
      { from: 'checker', to: 'program 2', kind: 'control', text: 'send {}' },
      { from: 'program 2', to: 'connection 2', kind: 'fin', text: 'end (FIN)' },
    ])
  })

  it('has the times of one clock, in order', () => {
    const before = performance.timeOrigin + performance.now()
    const times = transmissions(sample()).map(({ at }) => at)
    assert.deepEqual(
      times,
      [...times].sort((a, b) => a - b),
    )
    assert.ok(times[0]! >= before && times.at(-1)! <= performance.timeOrigin + performance.now())
  })

  it('is made of events of the network format, which change nothing about a network', () => {
    const events = sample().events()
    for (const event of events) {
      assert.deepEqual(parseEvent(event), event)
      assert.deepEqual(reduce(initialState, event), { ...initialState, count: 1, at: event.at })
    }
  })

  it('stays small enough for its border, whatever happens', () => {
    const way = fc.constantFrom('to program' as const, 'from program' as const)
    const who = fc.string({ minLength: 1, maxLength: 64 })
    const what = fc.string({ maxLength: 2000 })
    const step = fc.oneof(
      fc.tuple(fc.constant('bytes' as const), way, who, fc.uint8Array({ maxLength: 200 })),
      fc.tuple(fc.constant('datagram' as const), way, who, fc.uint8Array({ maxLength: 200 })),
      fc.tuple(fc.constant('note' as const), way, who, fc.constantFrom(...TRANSMISSIONS), what),
      fc.tuple(fc.constant('fault' as const), way, what, fc.option(fc.nat(), { nil: undefined })),
      fc.tuple(fc.constant('control' as const), way, what),
    )
    fc.assert(
      fc.property(fc.array(step, { maxLength: 500 }), steps => {
        const transcript = createTranscript()
        for (const [name, ...rest] of steps) (transcript[name] as (...args: unknown[]) => void)(...rest)
        const events = transcript.events()
        const result = { id: 'a', title: 'A', verdict: 'pass', ms: 1, transcript: events }
        assert.ok(events.length <= MAX_WIRE_EVENTS)
        assert.notEqual(parseFromCheck({ type: 'check-finished', result }), undefined)
        assert.ok(transcriptLines(events).length <= 6 * events.length)
      }),
    )
  })

  it('says where it is cut, and how much is missing', () => {
    const transcript = createTranscript()
    for (let i = 0; i < 1000; i++) transcript.bytes('to program', `client ${i}`, Buffer.alloc(1000, i))
    const events = transcript.events()
    const cut = events.findIndex(({ type }) => type === 'check-left-out')
    assert.equal(events.length, MAX_WIRE_EVENTS - 14)
    assert.deepEqual(events.slice(cut).length, 101)
    const [event] = events.slice(cut)
    assert.equal(event?.type === 'check-left-out' && event.transmissions, 800)
    assert.match(transcriptLines(events).join('\n'), /… 800 transmissions left out …/)
  })

  it('counts all bytes of a run and keeps the first', () => {
    const transcript = createTranscript()
    for (let i = 0; i < 300; i++) transcript.bytes('from program', 'a', Buffer.from([i]))
    const [run] = transmissions(transcript)
    assert.equal(run!.bytes, 300)
    assert.equal(run!.parts, 300)
    assert.ok(run!.until! >= run!.at)
    assert.equal(run!.head, Buffer.from(Array.from({ length: SHOWN_BYTES }, (_, i) => i)).toString('hex'))
  })
})

describe('the transcript of a check, as text', () => {
  it('shows hex beside text, and marks faults', () => {
    const text = transcriptLines(sample().events()).map(line => line.replace(/^ *[\d.]+ ms/, 'T'))
    assert.deepEqual(text, [
      'T  checker → program  listen {}',
      'T  checker → program  connection 1: connected to port 7',
      'T  checker → program  connection 1: 5 bytes',
      '                00000000  68 65 6c 6c 6f                                    |hello|',
      'T  program → checker  client 1: datagram of 2 bytes',
      '                00000000  ff 41                                             |.A|',
      'T  program → checker  ⚡ the network: lost, on the way to the client (2 bytes)',
      'T  checker → program 2  send {}',
      'T  program 2 → checker  connection 2: end (FIN)',
    ])
  })

  it('is empty without events', () => assert.deepEqual(transcriptLines([]), []))
})
