import { defineMistakes } from '../../../exercise/mistakes.ts'

export default defineMistakes({
  'adds-nodes-that-others-name': {
    caughtBy: 'refresh',
    says: [
      'but it has not answered',
      'your own id is never in your table',
      'a ping to the node that answers',
    ],
    why: 'The nodes in an answer go straight into the table, as if they had answered themselves.',
    naive: true,
    edits: [['this.#meet(contact)\n', 'void this.table.answered(contact, one => this.answers(one))\n']],
  },
  'adds-whoever-asks': {
    caughtBy: 'newcomers',
    says: ['this node has only claimed its id', 'A query only claims an id'],
    why: 'A node that asks is added at once. It is pinged, too, but nobody waits for its answer.',
    naive: true,
    edits: [
      [
        '    this.#meet({ id, ...from })\n',
        '    this.#meet({ id, ...from })\n    void this.table.answered({ id, ...from }, one => this.answers(one))\n',
      ],
    ],
  },
  'answers-more-than-queries': {
    caughtBy: 'hostile',
    says: 'Only a query is answered',
    why: 'Everything that is no response is taken for a query.',
    edits: [["if (kind === 'q')", "if (kind !== 'r')"]],
  },
  'asks-again-while-it-waits': {
    caughtBy: 'newcomers',
    says: 'do you remember whom you are asking already',
    why: 'Each query of an unknown node causes one more ping to it.',
    edits: [['if (!this.#isAsking(contact)) void', 'void']],
  },
  'asks-everybody-in-the-answer': {
    caughtBy: 'refresh',
    says: 'one answer could make you send hundreds of queries',
    why: 'Every node that an answer names is pinged, however many these are.',
    edits: [['decodeContacts(nodes).slice(0, this.#settings.k)', 'decodeContacts(nodes)']],
  },
  'believes-any-id': {
    caughtBy: 'newcomers',
    says: 'do you compare the id in the answer',
    why: 'Whoever answers at the address is added, with the id that it then has.',
    edits: [['if (!id || (to.id && !id.equals(to.id)))', 'if (!id)']],
  },
  'believes-any-source': {
    caughtBy: 'newcomers',
    says: 'an answer counts only from the address that you asked',
    why: 'An answer with the right transaction id counts, wherever it comes from.',
    naive: true,
    edits: [['if (!waiting || !isAt(waiting.to, from)) return', 'if (!waiting) return']],
  },
  'believes-responses-that-nobody-asked-for': {
    caughtBy: 'newcomers',
    says: [
      'do you add whoever sends a response',
      'an answer belongs to the query',
      'an answer counts only from the address that you asked',
    ],
    why: 'Each response is a sign of life, whether it answers a query or not.',
    edits: [
      [
        '    if (!waiting || !isAt(waiting.to, from)) return\n',
        "    const sender = kind === 'r' && isDictionary(message.r) ? idIn(message.r.id) : undefined\n    if (sender) void this.table.answered({ id: sender, ...from }, one => this.answers(one))\n    if (!waiting || !isAt(waiting.to, from)) return\n",
      ],
    ],
  },
  'counts-queries-from-elsewhere': {
    caughtBy: 'good',
    says: 'everybody can claim its id',
    why: 'A query is a sign of life of the node whose id it has, wherever it comes from.',
    naive: true,
    edits: [['if (entry && isAt(entry, contact)) entry', 'if (entry) entry']],
  },
  'decodes-transaction-ids-as-text': {
    caughtBy: 'ping',
    says: 'Decoded as text, bytes from 0x80 on become others',
    why: 'The transaction id is kept as a string, which is UTF-8.',
    edits: [
      [
        'this.#receiveQuery(message, message.t, from)',
        'this.#receiveQuery(message, Buffer.from(message.t.toString()), from)',
      ],
    ],
  },
  'drops-the-newcomer-in-any-case': {
    caughtBy: 'questionable',
    says: 'the newcomer takes the place of the node that failed twice',
    why: 'The failed node is removed, and the newcomer is left to come back another time.',
    edits: [['other !== entry)\n        return true', 'other !== entry)\n        return false']],
  },
  'failures-of-earlier-newcomers-count': {
    caughtBy: 'questionable',
    says: 'two failures are two in a row',
    why: 'A node that has failed once keeps that failure, and loses its place with one lost ping, although it has answered since.',
    naive: true,
    edits: [
      ['  seen: number\n}', '  seen: number\n  failures: number\n}'],
      ['{ ...contact, seen: now }', '{ ...contact, seen: now, failures: 0 }'],
      [
        'if (this.#isGood(entry) || (await ping(entry)) || (await ping(entry))) continue\n',
        'if (this.#isGood(entry)) continue\n        while (!(await ping(entry)) && ++entry.failures < 2);\n        if (entry.failures < 2) continue\n',
      ],
    ],
  },
  'ids-of-any-length': {
    caughtBy: 'hostile',
    says: 'strings of exactly 20 bytes',
    why: 'Any string of bytes is taken for an id.',
    edits: [['Buffer.isBuffer(value) && value.length === ID_BYTES', 'Buffer.isBuffer(value)']],
  },
  'keeps-silent-about-other-methods': {
    caughtBy: 'hostile',
    says: 'tell it that you do not know the method',
    why: 'A query with an unknown method is ignored.',
    edits: [["} else return refuse(METHOD_UNKNOWN, 'method unknown')", '} else return']],
  },
  'leaves-the-asker-out': {
    caughtBy: 'closest',
    says: 'its answer does not leave it out',
    why: 'The answer to find_node names all good nodes but the one that asks.',
    naive: true,
    edits: [
      [
        'const nodes = encodeContacts(this.table.closest(target, this.#settings.k))',
        'const others = this.table.closest(target, this.#settings.k + 1).filter(other => !other.id.equals(id))\n      const nodes = encodeContacts(others.slice(0, this.#settings.k))',
      ],
    ],
  },
  'looks-in-one-bucket': {
    caughtBy: 'closest',
    says: 'do you look in all buckets',
    why: 'The nearest nodes are taken to be in the bucket of the target, however few are there.',
    naive: true,
    edits: [
      [
        'this.#buckets.flatMap(({ entries }) => entries.filter(entry => this.#isGood(entry)))',
        'this.#bucketOf(target).entries.filter(entry => this.#isGood(entry))',
      ],
    ],
  },
  'looks-for-pings-by-the-id': {
    caughtBy: 'known-id',
    says: 'Do you look for pings under way by the id alone',
    why: 'While a ping to an id is under way, nobody else who claims it is pinged.',
    edits: [['to.id?.equals(contact.id) && isAt(to, contact)', 'to.id?.equals(contact.id)']],
  },
  'moves-a-node-that-asks': {
    caughtBy: 'known-id',
    says: 'an id in the table keeps its address',
    why: 'The address of a node is where its last query came from.',
    edits: [
      [
        'if (entry && isAt(entry, contact)) entry.seen = performance.now()',
        'if (entry) Object.assign(entry, contact, { seen: performance.now() })',
      ],
    ],
  },
  'most-recently-seen-first': {
    caughtBy: 'all-good',
    says: 'the least recently seen node comes first',
    why: 'The questionable nodes are sorted the other way round.',
    edits: [['one.seen - other.seen', 'other.seen - one.seen']],
  },
  'newcomers-inherit-the-time': {
    caughtBy: 'questionable',
    says: 'Does it start with the time when',
    why: 'A newcomer takes over the entry of the node that failed, with the time when that was last seen: it is questionable at once.',
    naive: true,
    edits: [
      ['await this.#makeRoom(bucket, ping)', 'await this.#makeRoom(bucket, ping, contact)'],
      [
        '#makeRoom(bucket: Bucket, ping: (contact: Contact) => Promise<boolean>)',
        '#makeRoom(bucket: Bucket, ping: (contact: Contact) => Promise<boolean>, newcomer: Contact)',
      ],
      [
        'bucket.entries = bucket.entries.filter(other => other !== entry)\n        return true',
        'Object.assign(entry, newcomer)\n        bucket.changed = performance.now()\n        return false',
      ],
    ],
  },
  'no-retry': {
    caughtBy: 'questionable',
    says: 'a node that does not answer is asked once more',
    why: 'One lost datagram costs a node its place.',
    edits: [[' || (await ping(entry)) || (await ping(entry))', ' || (await ping(entry))']],
  },
  'numbers-instead-of-xor': {
    caughtBy: 'closest',
    says: ['sorted by the difference of the ids', 'do you sort all nodes of the table'],
    why: 'The distance is taken to be the difference of the ids as numbers.',
    edits: [
      [
        '  Buffer.compare(xor(one.id, target), xor(other.id, target))',
        "  {\n    const far = ({ id }: Contact) => {\n      const gap = BigInt(`0x${id.toString('hex')}`) - BigInt(`0x${Buffer.from(target).toString('hex')}`)\n      return gap < 0n ? -gap : gap\n    }\n    return far(one) < far(other) ? -1 : 1\n  }",
      ],
    ],
  },
  'one-timer-for-all-buckets': {
    caughtBy: 'refresh',
    says: 'each bucket has a time of its own',
    why: 'All buckets are refreshed together, whether they have changed or not.',
    edits: [
      ['      if (now - bucket.changed < ms) return []\n', ''],
      [
        'setInterval(() => this.#refresh(), Math.max(refreshMs / 10, 1))',
        'setInterval(() => this.#refresh(), refreshMs)',
      ],
    ],
  },
  'pings-from-a-list': {
    caughtBy: 'all-good',
    says: 'look whether a node is good when its turn comes',
    why: 'The questionable nodes are listed once, and one that has sent a query since is pinged, too.',
    edits: [
      ['of [...bucket.entries].sort(', 'of bucket.entries.filter(entry => !this.#isGood(entry)).sort('],
      ['if (this.#isGood(entry) || ', 'if ('],
    ],
  },
  'pings-good-nodes': {
    caughtBy: 'all-good',
    says: 'only questionable nodes are pinged for a newcomer',
    why: "The paper's rule: the least recently seen node is pinged, even if it is good.",
    edits: [['if (this.#isGood(entry) || ', 'if (']],
  },
  'ports-in-little-endian': {
    caughtBy: 'closest',
    says: 'the ports are not: they are big-endian',
    why: 'The port is written with its less significant byte first.',
    edits: [['port >> 8, port & 0xff', 'port & 0xff, port >> 8']],
  },
  'queries-count-as-changes': {
    caughtBy: 'refresh',
    says: 'do queries count as changes of a bucket',
    why: 'A node that asks often keeps its bucket from ever being refreshed.',
    naive: true,
    edits: [
      [
        'if (entry && isAt(entry, contact)) entry.seen = performance.now()',
        'if (entry && isAt(entry, contact)) this.#bucketOf(entry.id).changed = entry.seen = performance.now()',
      ],
    ],
  },
  'refreshes-a-bucket-by-its-own-nodes': {
    caughtBy: 'refresh',
    says: 'a bucket without nodes is refreshed, too',
    why: 'A bucket is refreshed by the nodes in it, so an empty one stays empty.',
    naive: true,
    edits: [
      [
        'this.table.contacts().sort(byDistance(target))\n      if (!nearest) return',
        'this.table.contacts().filter(({ id }) => this.table.isTogether(id, target)).sort(byDistance(target))\n      if (!nearest) continue',
      ],
      [
        '  #split(): void {\n',
        '  isTogether(one: Buffer, other: Buffer): boolean {\n    return this.#bucketOf(one) === this.#bucketOf(other)\n  }\n\n  #split(): void {\n',
      ],
    ],
  },
  'refreshes-by-good-nodes': {
    caughtBy: 'refresh',
    says: 'good or questionable',
    why: 'A questionable node is not asked, so a table that nobody talks to is never refreshed.',
    naive: true,
    edits: [['this.table.contacts().sort(byDistance(target))\n', 'this.table.closest(target, 1)\n']],
  },
  'refreshes-until-somebody-answers': {
    caughtBy: 'refresh',
    says: 'when you refresh it, also if nobody answers',
    why: 'A refresh does not count as a change, so it comes again with each tick of the timer.',
    edits: [['      bucket.changed = now\n      return [randomId', '      return [randomId']],
  },
  'returns-questionable-nodes': {
    caughtBy: 'good',
    says: 'find_node returns only good ones',
    why: 'All nodes in the table are returned, however long ago they were seen.',
    edits: [['entries.filter(entry => this.#isGood(entry))', 'entries']],
  },
  'serves-two-newcomers-at-once': {
    caughtBy: 'questionable',
    says: ['others wait or are dropped', 'another newcomer finds the same bucket'],
    why: 'Each newcomer looks for a place on its own, while the other one waits for answers.',
    naive: true,
    edits: [['    if (bucket.isChecking) return false\n', '']],
  },
  'splits-before-it-has-to': {
    caughtBy: 'splits',
    says: 'a bucket is split only when a newcomer finds it full',
    why: 'A bucket is split as soon as it is full.',
    edits: [
      [
        '    bucket.changed = performance.now()\n',
        '    bucket.changed = performance.now()\n    if (bucket.entries.length === this.#k && bucket === this.#buckets.at(-1)) this.#split()\n',
      ],
    ],
  },
  'splits-once': {
    caughtBy: 'splits',
    says: 'is split, as often as it takes',
    why: 'After one split, the half with the own id is full as often as not, and the newcomer is dropped.',
    edits: [['while (bucket.entries.length >= this.#k &&', 'if (bucket.entries.length >= this.#k &&']],
  },
})
