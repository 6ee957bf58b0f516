/** Messages that the first rule of the text refuses, and those at its edges that it does not. */
import type { CheckContext } from '../../../check/kit/check.ts'
import { announcementOf, encoded, MOST_BYTES, newHash, ofBytes } from './announcement.ts'

interface Case {
  data: Buffer
  /** "an announcement without a height" */
  what: string
}

const UNSAFE = '9007199254740992'

/** In bytes, so that numbers are written as they are meant. `fields`: JSON of each; undefined leaves one out. */
const record = (fields: Readonly<Record<string, string | undefined>>): Buffer =>
  Buffer.from(
    `{${Object.entries(fields)
      .filter(([, value]) => value !== undefined)
      .map(([key, value]) => `"${key}":${value}`)
      .join(',')}}`,
  )

export function malformedCases(t: CheckContext): (Case & { hint: string })[] {
  const height = t.random.int(1_000, 1_000_000)
  const good = () => ({ height: String(height), hash: `"${newHash(t)}"`, time: String(Date.now()) })
  const hash = newHash(t)
  // With a letter, so that it has an upper case.
  const letters = `a${hash.slice(1)}`
  const whole = encoded(announcementOf(t, height))
  const all = (hint: string, cases: Readonly<Record<string, Buffer>>) =>
    Object.entries(cases).map(([what, data]) => ({ what, data, hint }))
  return [
    ...all('is it a JSON object in UTF-8?', {
      'an empty message': Buffer.alloc(0),
      'JSON that is cut off': whole.subarray(0, -t.random.int(1, 20)),
      'an announcement with something behind it': Buffer.concat([whole, Buffer.from(' ]')]),
      null: Buffer.from('null'),
      'a JSON string': Buffer.from('"812"'),
      'a JSON array': encoded([height, hash, Date.now()]),
      'an announcement with bytes that are not UTF-8 in another field': Buffer.concat([
        whole.subarray(0, -1),
        Buffer.from(',"note":"'),
        Buffer.of(t.random.pick([0x80, 0xc0, 0xfe, 0xff])),
        Buffer.from('"}'),
      ]),
    }),
    ...all('is the height an integer from 0 to 2^53 - 1?', {
      'an announcement without a height': record({ ...good(), height: undefined }),
      'an announcement whose height is a string': record({ ...good(), height: `"${height}"` }),
      'an announcement whose height is null': record({ ...good(), height: 'null' }),
      'an announcement whose height is -1': record({ ...good(), height: '-1' }),
      [`an announcement whose height is ${height}.5`]: record({ ...good(), height: `${height}.5` }),
      'an announcement whose height is 2^53': record({ ...good(), height: UNSAFE }),
    }),
    ...all('is the hash a string of exactly 64 lower-case hex digits?', {
      'an announcement without a hash': record({ ...good(), hash: undefined }),
      'an announcement whose hash is a number': record({ ...good(), hash: '1'.repeat(64) }),
      'an announcement whose hash is an array': record({ ...good(), hash: `["${hash}"]` }),
      'an announcement whose hash has 63 digits': record({ ...good(), hash: `"${hash.slice(1)}"` }),
      'an announcement whose hash has 65 digits': record({ ...good(), hash: `"${hash}0"` }),
      'an announcement whose hash has upper-case digits': record({
        ...good(),
        hash: `"${letters.toUpperCase()}"`,
      }),
      'an announcement whose hash has a letter g': record({ ...good(), hash: `"g${hash.slice(1)}"` }),
    }),
    ...all('is the time an integer from 0 to 2^53 - 1?', {
      'an announcement without a time': record({ ...good(), time: undefined }),
      'an announcement whose time is text': record({ ...good(), time: `"${new Date().toISOString()}"` }),
      'an announcement whose time is a string of digits': record({ ...good(), time: `"${Date.now()}"` }),
      'an announcement whose time has a fraction': record({ ...good(), time: `${Date.now()}.25` }),
      'an announcement whose time is negative': record({ ...good(), time: `-${Date.now()}` }),
      'an announcement whose time is 2^53': record({ ...good(), time: UNSAFE }),
    }),
    ...all(`is the message at most ${MOST_BYTES} bytes long? Its bytes count, not its characters.`, {
      'an announcement of 1,025 bytes': ofBytes(announcementOf(t, height), MOST_BYTES + 1),
      'an announcement of 1,100 bytes, with fewer than 1,024 characters': ofBytes(
        announcementOf(t, height),
        1_100,
        'é',
      ),
      'an announcement of 1,025 bytes, most of them spaces behind it': Buffer.concat([
        whole,
        Buffer.alloc(MOST_BYTES + 1 - whole.length, ' '),
      ]),
    }),
  ]
}

export function soundCases(t: CheckContext): Case[] {
  const height = t.random.int(1_000, 1_000_000)
  const announcement = announcementOf(t, height)
  const { hash, time } = announcementOf(t, height)
  return [
    { what: 'an announcement of 1,024 bytes', data: ofBytes(announcement, MOST_BYTES) },
    {
      what: 'an announcement with more fields',
      data: encoded({ version: 2, ...announcement, parent: null }),
    },
    { what: 'an announcement with its fields in another order', data: encoded({ time, hash, height }) },
    {
      what: 'an announcement with white space in it',
      data: Buffer.from(JSON.stringify(announcementOf(t, height), undefined, 2)),
    },
    { what: 'an announcement whose height is 0', data: encoded(announcementOf(t, 0)) },
    {
      what: 'an announcement whose height is 2^53 - 1',
      data: encoded(announcementOf(t, Number.MAX_SAFE_INTEGER)),
    },
  ]
}
