import { defineMistakes } from '../../../exercise/mistakes.ts'

const P4 = 'P4 only'

export default defineMistakes({
  'accepts-anything-in-the-validator': {
    caughtBy: 'malformed',
    says: 'does your validator return the verdict that it tells',
    why: 'The validator tells the verdict, and always returns accept.',
    edits: [['    return verdict\n', '    return TopicValidatorResult.Accept\n']],
  },
  'lets-json-throw': {
    caughtBy: 'malformed',
    says: 'Where it throws, gossipsub ignores the message',
    why: 'Nobody catches what JSON.parse throws, so that gossipsub ignores the message.',
    naive: true,
    edits: [
      [
        "  let value: unknown\n  try {\n    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(data))\n  } catch {\n    return undefined\n  }\n",
        "  const value: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(data))\n",
      ],
    ],
  },
  'takes-bytes-that-are-not-utf-8': {
    caughtBy: 'malformed',
    says: 'is it a JSON object in UTF-8?',
    why: 'A decoder without fatal puts U+FFFD in place of wrong bytes.',
    naive: true,
    edits: [["new TextDecoder('utf-8', { fatal: true })", 'new TextDecoder()']],
  },
  'takes-unsafe-integers': {
    caughtBy: 'malformed',
    says: ['2^53 - 1?', 'whose time is 2^53, with the verdict reject'],
    why: 'Number.isInteger takes 2^53, which stands for two integers.',
    naive: true,
    edits: [['Number.isSafeInteger(value)', 'Number.isInteger(value)']],
  },
  'counts-no-white-space': {
    caughtBy: 'malformed',
    says: ['most of them spaces', 'Its bytes count'],
    why: 'What JSON.stringify makes of the object is measured, in place of what came.',
    naive: true,
    edits: [
      ['  if (data.length > MOST_BYTES) return undefined\n', ''],
      [
        "  if (typeof value !== 'object' || value === null) return undefined",
        "  if (typeof value !== 'object' || value === null) return undefined\n  if (Buffer.byteLength(JSON.stringify(value)) > MOST_BYTES) return undefined",
      ],
    ],
  },
  'refuses-more-fields': {
    caughtBy: 'malformed',
    says: 'more fields if its origin likes',
    why: 'The object must have exactly three fields, so that no later version can add one.',
    naive: true,
    edits: [
      [
        "  if (typeof value !== 'object' || value === null) return undefined",
        "  if (typeof value !== 'object' || value === null || Object.keys(value).length !== 3) return undefined",
      ],
    ],
  },
  'rejects-old-heights': {
    caughtBy: 'heights',
    says: 'an old height is no fault of whoever passes it on',
    why: 'Whatever is not accepted is rejected.',
    edits: [
      [
        'if (height <= (heights.get(origin) ?? -1)) return { verdict: TopicValidatorResult.Ignore }',
        'if (height <= (heights.get(origin) ?? -1)) return { verdict: TopicValidatorResult.Reject }',
      ],
    ],
  },
  'has-one-height-for-all': {
    caughtBy: 'heights',
    says: 'the first of its origin',
    why: 'A chain has one height, so its author keeps one.',
    edits: [
      ['heights.get(origin)', "heights.get('chain')"],
      ['heights.set(origin, height)', "heights.set('chain', height)"],
    ],
  },
  'has-a-height-for-each-peer': {
    caughtBy: 'heights',
    says: 'an old height is no fault of whoever passes it on',
    why: 'The first argument of the validator is taken for the origin. It is the peer that has sent the message.',
    naive: true,
    edits: [
      ['(_peer, message)', '(peer, message)'],
      ['judge(origin, message.data)', 'judge(peer.toString(), message.data)'],
    ],
  },
  'begins-above-0': {
    caughtBy: 'heights',
    says: 'is 0 a height like any other',
    why: 'An origin without a height is at height 0.',
    naive: true,
    edits: [['?? -1', '?? 0']],
  },
  'remembers-what-it-ignores': {
    caughtBy: 'heights',
    says: 'do you remember a height only when you accept it',
    why: 'The height is remembered before the time is looked at.',
    naive: true,
    edits: [
      [
        '    if (Math.abs(time',
        '    const before = heights.get(origin) ?? -1\n    heights.set(origin, Math.max(before, height))\n    if (Math.abs(time',
      ],
      ['if (height <= (heights.get(origin) ?? -1))', 'if (height <= before)'],
      ['    heights.set(origin, height)\n', ''],
    ],
  },
  'waits-before-it-remembers': {
    caughtBy: 'heights',
    says: 'in one go',
    why: 'Something is waited for between comparing and remembering, so that messages side by side are all new.',
    naive: true,
    edits: [
      ['topic, (_peer, message) => {', 'topic, async (_peer, message) => {'],
      ['= judge(origin, message.data)', '= await judge(origin, message.data)'],
      ['  return (\n    origin: string,', '  return async (\n    origin: string,'],
      [
        '): { verdict: TopicValidatorResult; announcement?: Announcement } => {',
        '): Promise<{ verdict: TopicValidatorResult; announcement?: Announcement }> => {',
      ],
      [
        '    heights.set(origin, height)\n',
        '    await new Promise(resolve => setTimeout(resolve, 20))\n    heights.set(origin, height)\n',
      ],
    ],
  },
  'keeps-few-origins': {
    caughtBy: 'heights',
    says: 'for good?',
    why: 'To save memory, only the heights of the last eight origins are kept.',
    naive: true,
    edits: [
      [
        '    heights.set(origin, height)\n',
        '    heights.delete(origin)\n    heights.set(origin, height)\n    if (heights.size > 8) heights.delete(heights.keys().next().value!)\n',
      ],
    ],
  },
  'takes-any-past': {
    caughtBy: 'clocks',
    says: 'before or after it',
    why: 'Only messages from the future look wrong.',
    naive: true,
    edits: [['Math.abs(time - Date.now())', 'time - Date.now()']],
  },
  'names-messages-by-their-bytes': {
    caughtBy: 'once',
    says: 'do you leave the ID of a message as it is',
    why: 'The ID is a hash of the bytes, as in Ethereum: what is published anew is then no new message.',
    naive: true,
    edits: [
      ['import { noise }', "import { createHash } from 'node:crypto'\nimport { noise }"],
      [
        'heartbeatInterval: heartbeatMs,',
        "heartbeatInterval: heartbeatMs,\n        msgIdFn: ({ data }) => createHash('sha256').update(data).digest(),",
      ],
    ],
  },
  'forgets-ids-soon': {
    caughtBy: 'once',
    says: 'what gossipsub remembers of IDs',
    why: 'Its author wants to look again at what came too early, and lets gossipsub forget after three heartbeats.',
    naive: true,
    edits: [
      [
        'heartbeatInterval: heartbeatMs,',
        'heartbeatInterval: heartbeatMs,\n        seenTTL: 3 * heartbeatMs,',
      ],
    ],
  },
  'publishes-what-it-accepts': {
    caughtBy: 'relays',
    says: 'do you leave passing on to gossipsub',
    why: 'Its author does not know that gossipsub passes on by itself.',
    edits: [
      [
        '    return verdict\n',
        '    if (announcement) void pubsub.publish(topic, message.data)\n    return verdict\n',
      ],
    ],
  },
  'tells-it-and-ignores-it': {
    caughtBy: 'relays',
    says: 'What is accepted, gossipsub passes on by itself',
    why: 'The application has the announcement, so its author lets the message end here.',
    edits: [
      [
        '    return verdict\n',
        '    return verdict === TopicValidatorResult.Accept ? TopicValidatorResult.Ignore : verdict\n',
      ],
    ],
  },
  'scores-no-topic': {
    caughtBy: 'costs',
    says: P4,
    why: 'The scores are left at their defaults, which know no topic.',
    naive: true,
    edits: [['          topics: { [topic]: onlyInvalidMessages() },\n', '']],
  },
  'lets-good-messages-count': {
    caughtBy: 'costs',
    says: 'a peer has credit to lose',
    why: 'P2 is left as it is, so that good messages pay for bad ones.',
    naive: true,
    edits: [['    firstMessageDeliveriesWeight: 0,\n', '']],
  },
  'has-a-heartbeat-of-its-own': {
    caughtBy: 'costs',
    says: 'is heartbeatMs the time between two heartbeats',
    why: "Its author leaves heartbeatMs unused, so that gossipsub's heartbeat comes once a second.",
    naive: true,
    edits: [['        heartbeatInterval: heartbeatMs,\n', '']],
  },
  'forgives-in-a-second': {
    caughtBy: 'costs',
    says: 'its decay 0.99',
    why: 'The decay of P4 is left at its default, 0.3 each second.',
    naive: true,
    edits: [['    invalidMessageDeliveriesDecay: 0.99,\n', '']],
  },
  'announces-text': {
    caughtBy: 'announces',
    says: 'does your own announcement keep the rules',
    why: 'The height is published as a string, which other nodes reject.',
    edits: [['JSON.stringify(announcement)', 'JSON.stringify({ ...announcement, height: String(height) })']],
  },
  'announces-seconds': {
    caughtBy: 'announces',
    says: 'with the milliseconds since 1970',
    why: 'The time is in seconds, as in many other protocols.',
    naive: true,
    edits: [['time: Date.now() }', 'time: Math.floor(Date.now() / 1000) }']],
  },
  'punishes-the-address': {
    caughtBy: 'crowd',
    says: 'IPColocationFactorWhitelist',
    why: 'P6 is left as it is, so that the 11th peer costs all of them their place.',
    naive: true,
    edits: [["          IPColocationFactorWhitelist: new Set(['127.0.0.1']),\n", '']],
  },
  'returns-before-it-subscribes': {
    caughtBy: 'joins',
    says: ['does it subscribe to the topic of join', 'Let join return only then'],
    why: 'Its author gives the others some seconds to connect before the node subscribes.',
    edits: [['  pubsub.subscribe(topic)\n', '  setTimeout(() => pubsub.subscribe(topic), 5_000)\n']],
  },
  'forgets-no-lost-peer': {
    caughtBy: 'churn',
    says: 'forget a node that is gone',
    why: 'A lost peer stays in the peer store, so that libp2p never tells of it again.',
    naive: true,
    edits: [
      [
        "  node.addEventListener('peer:disconnect', ({ detail }) => {\n    node.peerStore.delete(detail).catch(() => {})\n  })\n",
        '',
      ],
    ],
  },
  'forgets-heights-of-lost-peers': {
    caughtBy: 'churn',
    says: 'when its connection closes',
    why: 'The height of an origin goes with its connection, although others still have its old announcements.',
    naive: true,
    edits: [
      [
        '  dialWhatItFinds(node)\n',
        "  dialWhatItFinds(node)\n  node.addEventListener('peer:disconnect', ({ detail }) => judge.forget(detail.toString()))\n",
      ],
      ['  return (\n    origin: string,', '  const judge = (\n    origin: string,'],
      [
        '    return { verdict: TopicValidatorResult.Accept, announcement }\n  }\n',
        '    return { verdict: TopicValidatorResult.Accept, announcement }\n  }\n  return Object.assign(judge, { forget: (origin: string) => heights.delete(origin) })\n',
      ],
    ],
  },
})
