import { defineMistakes } from '../../../exercise/mistakes.ts'

const P4 = 'P4 only'

export default defineMistakes({
  'accepts-anything-in-the-validator': {
    caughtBy: 'malformed',
    says: 'does your validator return the verdict that it tells',
    why: 'The validator tells the verdict, and always returns accept.',
    edits: [['    return verdict\n', '    return TopicValidatorResult.Accept\n']],
  },
  'ignores-what-is-malformed': {
    caughtBy: 'malformed',
    says: 'Got: the verdict ignore',
    why: 'Its author takes ignoring for the safe choice.',
    edits: [
      ['return { verdict: TopicValidatorResult.Reject }', 'return { verdict: TopicValidatorResult.Ignore }'],
    ],
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
  'takes-any-json-for-an-object': {
    caughtBy: 'malformed',
    says: 'Where it throws, gossipsub ignores the message',
    why: 'null is JSON, too, and has no fields: the validator throws.',
    naive: true,
    edits: [["  if (typeof value !== 'object' || value === null) return undefined\n", '']],
  },
  'takes-bytes-that-are-not-utf-8': {
    caughtBy: 'malformed',
    says: 'Is it a JSON object in UTF-8?',
    why: 'A decoder without fatal puts U+FFFD in place of wrong bytes.',
    naive: true,
    edits: [["new TextDecoder('utf-8', { fatal: true })", 'new TextDecoder()']],
  },
  'takes-unsafe-integers': {
    caughtBy: 'malformed',
    says: '2^53 - 1?',
    why: 'Number.isInteger takes 2^53, which stands for two integers.',
    naive: true,
    edits: [['Number.isSafeInteger(value)', 'Number.isInteger(value)']],
  },
  'takes-negative-heights': {
    caughtBy: 'malformed',
    says: 'from 0 to 2^53 - 1?',
    why: 'An integer is enough for its author.',
    naive: true,
    edits: [[' && Number(value) >= 0', '']],
  },
  'takes-upper-case-hashes': {
    caughtBy: 'malformed',
    says: '64 lower-case hex digits',
    why: 'One hash has then several spellings.',
    naive: true,
    edits: [['{64}$/', '{64}$/i']],
  },
  'finds-a-hash-anywhere': {
    caughtBy: 'malformed',
    says: '64 lower-case hex digits',
    why: 'The pattern has no end, so that it finds 64 digits among 65.',
    naive: true,
    edits: [['{64}$/', '{64}/']],
  },
  'takes-anything-that-reads-as-a-hash': {
    caughtBy: 'malformed',
    says: '64 lower-case hex digits',
    why: 'test() makes a string of whatever it is given: of a list with one hash, too.',
    naive: true,
    edits: [
      ["typeof hash !== 'string' || !/^[0-9a-f]{64}$/.test(hash)", '!/^[0-9a-f]{64}$/.test(String(hash))'],
      ['return { height, hash, time }', 'return { height, hash: String(hash), time }'],
    ],
  },
  'does-not-look-at-the-time': {
    caughtBy: 'malformed',
    says: 'Is the time an integer',
    why: 'Only the fields that are told later are checked.',
    naive: true,
    edits: [
      ['|| !isWhole(time)', ''],
      ['return { height, hash, time }', 'return { height, hash, time: Number(time) }'],
    ],
  },
  'counts-characters': {
    caughtBy: 'malformed',
    says: 'Its bytes count, not its characters',
    why: 'The length of the text is compared, in UTF-16.',
    naive: true,
    edits: [['data.length > MOST_BYTES', 'new TextDecoder().decode(data).length > MOST_BYTES']],
  },
  'takes-1024-bytes-for-too-long': {
    caughtBy: 'malformed',
    says: 'at most 1024 bytes',
    why: 'At most becomes less than.',
    naive: true,
    edits: [['data.length > MOST_BYTES', 'data.length >= MOST_BYTES']],
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
  'takes-the-same-height-again': {
    caughtBy: 'heights',
    says: 'a second time, with the verdict ignore',
    why: 'Only smaller heights are old for its author.',
    edits: [['if (height <= (', 'if (height < (']],
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
  'rejects-other-times': {
    caughtBy: 'clocks',
    says: 'is ignored, not rejected',
    why: 'A wrong time looks like a lie.',
    edits: [
      [
        '> driftMs) return { verdict: TopicValidatorResult.Ignore }',
        '> driftMs) return { verdict: TopicValidatorResult.Reject }',
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
  'takes-any-future': {
    caughtBy: 'clocks',
    says: 'before or after it',
    why: 'Only old messages look wrong.',
    naive: true,
    edits: [['Math.abs(time - Date.now())', 'Date.now() - time']],
  },
  'takes-the-drift-for-seconds': {
    caughtBy: 'clocks',
    says: 'driftMs milliseconds',
    why: 'The drift is taken for seconds.',
    naive: true,
    edits: [['createJudge(driftMs)\n', 'createJudge(driftMs * 1000)\n']],
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
  'forgets-ids-at-once': {
    caughtBy: 'once',
    says: 'what gossipsub remembers of IDs',
    why: 'Its author wants to look again at what came too early, and lets gossipsub forget.',
    naive: true,
    edits: [['heartbeatInterval: heartbeatMs,', 'heartbeatInterval: heartbeatMs,\n        seenTTL: 0,']],
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
  'tells-the-peer-for-the-origin': {
    caughtBy: 'joins',
    says: 'Their origin and sequenceNumber tell which they are',
    why: 'The first argument of the validator is taken for the origin.',
    edits: [
      ['(_peer, message)', '(peer, message)'],
      ['const origin = message.from.toString()', 'const origin = peer.toString()'],
    ],
  },
  'scores-no-topic': {
    caughtBy: 'costs',
    says: P4,
    why: 'The scores are left at their defaults, which know no topic.',
    naive: true,
    edits: [['          topics: { [topic]: onlyInvalidMessages() },\n', '']],
  },
  'scores-by-the-defaults': {
    caughtBy: 'costs',
    says: P4,
    why: 'createTopicScoreParams is taken to know best.',
    naive: true,
    edits: [
      [
        'createTopicScoreParams({\n    topicWeight: 1,\n    timeInMeshWeight: 0,\n    firstMessageDeliveriesWeight: 0,\n    meshMessageDeliveriesWeight: 0,\n    meshFailurePenaltyWeight: 0,\n    invalidMessageDeliveriesWeight: -1,\n    invalidMessageDeliveriesDecay: 0.99,\n  })',
        'createTopicScoreParams()',
      ],
    ],
  },
  'forgives-in-a-second': {
    caughtBy: 'costs',
    says: 'its decay 0.99',
    why: 'The decay of P4 is left at its default, 0.3 each second.',
    naive: true,
    edits: [['    invalidMessageDeliveriesDecay: 0.99,\n', '']],
  },
  'leaves-the-topic-its-weight': {
    caughtBy: 'costs',
    says: 'the weight of the topic 1',
    why: 'The weight of the topic is left at its default, 0.5.',
    naive: true,
    edits: [['    topicWeight: 1,\n', '']],
  },
  'counts-ten-for-each': {
    caughtBy: 'costs',
    says: 'is the weight of P4 -1',
    why: 'Its author wants to be strict.',
    naive: true,
    edits: [['invalidMessageDeliveriesWeight: -1,', 'invalidMessageDeliveriesWeight: -10,']],
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
  'announces-the-time-of-its-start': {
    caughtBy: 'announces',
    says: 'when announce was called',
    why: 'The time is taken once.',
    naive: true,
    edits: [
      ['time: Date.now() }', 'time: STARTED }'],
      ['const MOST_BYTES', 'const STARTED = Date.now()\nconst MOST_BYTES'],
    ],
  },
  'punishes-the-address': {
    caughtBy: 'crowd',
    says: 'IPColocationFactorWhitelist',
    why: 'P6 is left as it is, so that the 11th peer costs all of them their place.',
    naive: true,
    edits: [["          IPColocationFactorWhitelist: new Set(['127.0.0.1']),\n", '']],
  },
  'subscribes-to-nothing': {
    caughtBy: 'joins',
    says: 'does it subscribe to the topic of join',
    why: 'A validator is taken for a subscription.',
    edits: [['  pubsub.subscribe(topic)\n', '']],
  },
  'dials-nobody': {
    caughtBy: 'joins',
    says: 'dial each node that it finds',
    why: 'Its author expects gossipsub to dial.',
    edits: [['  dialWhatItFinds(node)\n', '']],
  },
  'stops-when-it-is-alone': {
    caughtBy: 'churn',
    says: 'go on asking in mDNS',
    why: 'Without peers there is no network, so it unsubscribes and stops.',
    naive: true,
    edits: [
      [
        '    node.peerStore.delete(detail).catch(() => {})\n',
        '    node.peerStore.delete(detail).catch(() => {})\n    if (node.getPeers().length === 0) void node.stop()\n',
      ],
    ],
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
})
