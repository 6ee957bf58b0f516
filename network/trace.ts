/**
 * The recording of a network: NDJSON, one header line, then one event a line, as they were reduced.
 *
 *     {"p2ptrace":1,"createdAt":"2026-01-31T12:00:00.000Z"}      the name of the format and its version
 *     {"type":"network-started","at":…}
 *     {"stopped":"no space left on device"}                      the last line, where the recording could not go on
 *     {"dropped":12}                                             instead of events, in traces of older versions
 *
 * A reader skips lines that it does not know, and a last line that is torn.
 */
export { createTrace } from './trace/writer.ts'
export { readTrace, TraceError, type TraceItem } from './trace/reader.ts'
