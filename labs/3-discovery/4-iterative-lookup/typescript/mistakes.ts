import { defineMistakes } from '../../../exercise/mistakes.ts'

export default defineMistakes({
  'accepts-any-source': {
    caughtBy: 'spoofed',
    says: 'do you compare the address and the port',
    why: 'A message counts wherever it comes from, as long as its transaction ID fits.',
    naive: true,
    edits: [
      ["const key = `${t.toString('hex')} ${addressOf(to)}`", "const key = t.toString('hex')"],
      [
        "this.#waiting.get(`${message.t.toString('hex')} ${addressOf(from)}`)?.(message)",
        "this.#waiting.get(message.t.toString('hex'))?.(message)",
      ],
    ],
  },
  'accepts-any-transaction': {
    caughtBy: 'spoofed',
    says: 'do you compare all bytes of t',
    why: 'Each node is asked once, so whatever it sends is taken for the answer.',
    edits: [
      ["const key = `${t.toString('hex')} ${addressOf(to)}`", 'const key = addressOf(to)'],
      [
        "this.#waiting.get(`${message.t.toString('hex')} ${addressOf(from)}`)?.(message)",
        'this.#waiting.get(addressOf(from))?.(message)',
      ],
    ],
  },
  'accepts-short-ids': {
    caughtBy: 'broken',
    says: ['id must be 20 bytes', 'without an id of 20 bytes'],
    why: 'The length of an ID is not looked at.',
    naive: true,
    edits: [[' || id.length !== 20', '']],
  },
  'asks-again': {
    caughtBy: 'answered',
    says: 'Others go on naming a dead node',
    why: 'A node that failed is forgotten, so it is asked again when somebody names it.',
    naive: true,
    edits: [[' || this.#asked.has(address)) return', ') return']],
  },
  'asks-all-that-it-knows': {
    caughtBy: 'budget',
    says: 'Do you look only at its first k',
    why: 'Nodes are asked in the order of the list, also those behind the k closest.',
    naive: true,
    edits: [['this.#list.slice(0, k).find(', 'this.#list.find(']],
  },
  'asks-for-ipv4-nodes': {
    caughtBy: 'closest',
    says: 'as another argument',
    why: 'It sends want, an argument of BEP 32 that other clients send, too.',
    edits: [['a: { id, target } }', "a: { id, target, want: ['n4'] } }"]],
  },
  'asks-itself': {
    caughtBy: 'closest',
    says: 'do you leave out your own ID',
    why: 'Others name the asker, and it counts as one of the closest.',
    edits: [['contact.id.equals(this.#options.id) || ', '']],
  },
  'believes-the-named-id': {
    caughtBy: 'liars',
    says: 'What others say of it is hearsay',
    why: 'The ID of a node is the one that it was named with, and only that of a seed comes from its answer.',
    naive: true,
    edits: [['      candidate.id = id\n', '      if (candidate.id === target) candidate.id = id\n']],
  },
  'closes-nothing': {
    caughtBy: 'at-once',
    says: 'do you close the socket at the end of each lookup',
    why: 'Each lookup leaves its socket open.',
    edits: [['    this.#socket.close()\n', '    this.#socket.unref()\n']],
  },
  'compares-as-floating-point': {
    caughtBy: 'closest',
    says: ['do you go on until', 'do you sort by the XOR'],
    why: 'The distance is a number of JavaScript, which has 53 bits: neighbors that differ only in their last bytes are equally far.',
    naive: true,
    edits: [
      [
        '      this.#list.sort(byDistance(target))\n',
        `      const rank = (id: Buffer) => Number(BigInt('0x' + id.toString('hex')) ^ BigInt('0x' + target.toString('hex')))
      this.#list.sort((a, b) => rank(a.id) - rank(b.id))
`,
      ],
    ],
  },
  'compares-eight-bytes': {
    caughtBy: 'closest',
    says: ['do you go on until', 'do you sort by the XOR'],
    why: 'The distance is a number of 64 bits, which is enough for as many nodes.',
    naive: true,
    edits: [
      [
        '      this.#list.sort(byDistance(target))\n',
        `      const rank = (id: Buffer) => Number(id.readBigUInt64BE() ^ target.readBigUInt64BE())
      this.#list.sort((a, b) => rank(a.id) - rank(b.id))
`,
      ],
    ],
  },
  'counts-errors-as-answers': {
    caughtBy: 'broken',
    says: 'is as good as no answer',
    why: 'A node that sends an error is there, so it is taken for one that has answered and knows nobody.',
    edits: [
      ['parseAnswer(message)', 'parseAnswer(message, target)'],
      [
        'function parseAnswer({ y, r }: DecodedDictionary): Answer {\n',
        "function parseAnswer({ y, r }: DecodedDictionary, target: Buffer): Answer {\n  if (String(y) === 'e') return { id: target, nodes: [] }\n",
      ],
    ],
  },
  'crashes-on-garbage': {
    caughtBy: 'spoofed',
    says: 'bencode',
    why: 'A datagram that is not bencode throws in the listener of the socket, which ends the program.',
    edits: [
      [
        '    let message: Decoded\n    try {\n      message = decodeBencode(bytes)\n    } catch {\n      return\n    }\n',
        '    const message: Decoded = decodeBencode(bytes)\n',
      ],
    ],
  },
  'ends-with-the-closest': {
    caughtBy: 'closest',
    says: 'also if an answer brought nothing closer',
    why: 'When the closest node has answered, nothing closer can come, so the lookup ends.',
    naive: true,
    edits: [
      [
        "this.#isOver = closest.every(({ state }) => state === 'answered')",
        "this.#isOver = this.#inFlight === 0 || closest.slice(0, 1).every(({ state }) => state === 'answered')",
      ],
      ['this.#done(closest)', "this.#done(closest.filter(({ state }) => state === 'answered'))"],
    ],
  },
  'gives-up-early': {
    caughtBy: 'time-outs',
    says: 'does each query wait timeoutMs',
    why: 'A node gets only half of the time.',
    edits: [['does not answer`)), timeoutMs)', 'does not answer`)), timeoutMs / 2)']],
  },
  'goes-on-after-the-end': {
    caughtBy: 'in-flight',
    says: 'no more queries after lookup has returned',
    why: 'An answer that comes after the end leads to more queries, over the socket that all lookups share.',
    edits: [
      ['    if (this.#isOver) return\n', ''],
      ['/** Finds the k nodes', 'const client = new Client()\n\n/** Finds the k nodes'],
      ['  const client = new Client()\n  try {', '  try {'],
      ['    client.close()\n', ''],
    ],
  },
  'ignores-alpha': {
    caughtBy: 'in-flight',
    says: 'send the next one only when one has ended',
    why: 'All of the k closest are asked at once.',
    edits: [['while (this.#inFlight < alpha) {', 'while (this.#inFlight < k + alpha) {']],
  },
  'ignores-the-timeout': {
    caughtBy: 'time-outs',
    says: [
      'every query have a timer of its own',
      'does every query that ends',
      'does each query wait timeoutMs for its answer',
    ],
    why: 'The timeout is a constant, as in the library that it was copied from.',
    edits: [['does not answer`)), timeoutMs)', 'does not answer`)), 2_000)']],
  },
  'keeps-the-first-address': {
    caughtBy: 'liars',
    says: 'so that a lie does not replace what others say',
    why: 'The list has one entry for each ID: the address that was named first.',
    naive: true,
    edits: [
      [
        'other.id.equals(contact.id) && addressOf(other) === address)) return',
        'other.id.equals(contact.id))) return',
      ],
    ],
  },
  'keeps-the-first-id': {
    caughtBy: 'liars',
    says: 'so that a lie does not replace what others say',
    why: 'The list has one entry for each address: the ID that was named first.',
    naive: true,
    edits: [
      [
        'other.id.equals(contact.id) && addressOf(other) === address)) return',
        'addressOf(other) === address)) return',
      ],
    ],
  },
  'keeps-the-dead': {
    caughtBy: 'answered',
    says: 'do you remove nodes from the list that do not answer',
    why: 'A node that does not answer is done, too, and stays in the list.',
    naive: true,
    edits: [
      [
        '      this.#list = this.#list.filter(other => other !== candidate)\n',
        "      candidate.state = 'answered'\n",
      ],
    ],
  },
  'keeps-the-last-id': {
    caughtBy: 'liars',
    says: 'Do you keep both until the address is asked',
    why: 'The list has one entry for each address: the ID that was named last.',
    naive: true,
    edits: [
      [
        '    if (this.#list.some(other => other.id.equals(contact.id) && addressOf(other) === address)) return\n',
        `    const seeds = new Set(this.#options.seeds)
    this.#list = this.#list.filter(other => addressOf(other) !== address || seeds.has(address))
`,
      ],
    ],
  },
  'leaks-slots': {
    caughtBy: 'time-outs',
    says: 'does every query that ends',
    why: 'A query that fails is never subtracted from those in flight.',
    edits: [
      ['    this.#inFlight--\n', ''],
      ['      candidate.id = id\n', '      candidate.id = id\n      this.#inFlight--\n'],
    ],
  },
  'one-lookup-at-a-time': {
    caughtBy: 'at-once',
    says: 'does a lookup wait until another one has ended',
    why: 'A lookup begins when the one before has ended.',
    edits: [
      ['/** Finds the k nodes', 'let before: Promise<unknown> = Promise.resolve()\n\n/** Finds the k nodes'],
      [
        'const closest = await new Promise<Candidate[]>(resolve => new Search(client, options, resolve).advance())\n',
        `const turn = before.then(() => new Promise<Candidate[]>(resolve => new Search(client, options, resolve).advance()))
    before = turn
    const closest = await turn
`,
      ],
    ],
  },
  'one-memory-for-all': {
    caughtBy: 'at-once',
    says: ['does each lookup have a list of its own', 'from its own answer'],
    why: 'What was asked is remembered for all lookups together.',
    naive: true,
    edits: [
      ['  readonly #asked = new Set<string>()\n', '  readonly #asked = asked\n'],
      ['/** One lookup. */\n', 'const asked = new Set<string>()\n\n/** One lookup. */\n'],
      [
        "({ state }) => state === 'unasked')\n",
        "one => one.state === 'unasked' && !asked.has(addressOf(one)))\n",
      ],
      [
        "closest.every(({ state }) => state === 'answered')",
        "closest.every(one => one.state === 'answered' || (one.state === 'unasked' && asked.has(addressOf(one))))",
      ],
    ],
  },
  'one-timer-for-all': {
    caughtBy: 'time-outs',
    says: 'does every query have a timer of its own',
    why: 'One timer ends all queries, and each new query starts it again.',
    edits: [
      [
        '        timer = setTimeout(() => reject(new Error(`${addressOf(to)} does not answer`)), timeoutMs)\n',
        `        this.#failing.set(key, reject)
        clearTimeout(this.#timer)
        this.#timer = setTimeout(() => {
          for (const fail of this.#failing.values()) fail(new Error('no answer'))
        }, timeoutMs)
`,
      ],
      ['    let timer: NodeJS.Timeout | undefined\n', ''],
      ['      clearTimeout(timer)\n', '      this.#failing.delete(key)\n'],
      [
        '  constructor() {\n    // Where',
        '  readonly #failing = new Map<string, (error: Error) => void>()\n  #timer: NodeJS.Timeout | undefined\n\n  constructor() {\n    // Where',
      ],
    ],
  },
  'one-transaction-for-all': {
    caughtBy: 'spoofed',
    says: 'a transaction ID of its own for each query in flight',
    why: 'All queries have the same transaction ID, because the address tells them apart.',
    edits: [
      ['const t = randomBytes(4)\n', 't ??= randomBytes(4)\n'],
      ['/** Sends queries', 'let t: Buffer | undefined\n\n/** Sends queries'],
    ],
  },
  'puts-seeds-last': {
    caughtBy: 'liars',
    says: 'count as the closest until it has answered',
    why: 'The ID of a seed is not known, so the seed counts as the farthest until it has answered.',
    naive: true,
    edits: [
      [
        'const { seeds, target: id } = options\n',
        'const { seeds, target } = options\n    const id = Buffer.from(target.map(byte => ~byte))\n',
      ],
    ],
  },
  'removes-the-renamed': {
    caughtBy: 'liars',
    says: ['it answered with its own', 'a liar has named the ID of this node'],
    why: 'A node that answers with another ID than others named is taken for a liar.',
    edits: [
      [
        '      candidate.id = id\n',
        "      if (candidate.id !== target && !candidate.id.equals(id)) throw new Error('another ID')\n      candidate.id = id\n",
      ],
    ],
  },
  'seeds-get-the-named-id': {
    caughtBy: 'liars',
    says: 'whatever others say of its address',
    why: 'A seed gets the ID that others name for its address, although it has not answered yet.',
    edits: [
      [
        '    this.#list.push({ ...contact, ',
        `    const seed = this.#list.find(other => addressOf(other) === address && other.id === this.#options.target)
    if (seed) seed.id = contact.id
    else this.#list.push({ ...contact, `,
      ],
    ],
  },
  'sorts-by-id': {
    caughtBy: 'closest',
    says: ['do you go on until', 'do you sort by the XOR'],
    why: 'The list is sorted by ID, not by distance to the target.',
    edits: [
      [
        '      this.#list.sort(byDistance(target))\n',
        '      this.#list.sort((a, b) => Buffer.compare(a.id, b.id))\n',
      ],
    ],
  },
  'stops-at-a-stranger': {
    caughtBy: 'spoofed',
    says: 'keep waiting until the timeout',
    why: 'A message with the right transaction ID from the wrong place ends the query.',
    edits: [
      [
        "    this.#waiting.get(`${message.t.toString('hex')} ${addressOf(from)}`)?.(message)\n",
        `    const t = message.t.toString('hex')
    for (const [key, settle] of this.#waiting)
      if (key.startsWith(t)) settle(key.endsWith(\` \${addressOf(from)}\`) ? message : {})
`,
      ],
    ],
  },
  'takes-all-of-an-answer': {
    caughtBy: 'flood',
    says: 'one liar decides how long you look',
    why: 'All nodes of an answer are added to the list, however many there are.',
    naive: true,
    edits: [['nodes.sort(byDistance(target)).slice(0, k)', 'nodes.sort(byDistance(target))']],
  },
  'takes-the-first-of-an-answer': {
    caughtBy: 'flood',
    says: 'do you sort the nodes of an answer by distance',
    why: 'The first k nodes of an answer are taken, as if they were sorted.',
    edits: [['nodes.sort(byDistance(target)).slice(0, k)', 'nodes.slice(0, k)']],
  },
  'waits-after-an-error': {
    caughtBy: 'broken',
    says: 'end its query at once',
    why: 'Only a good answer ends a query. After an error, and after an answer without id or nodes, the timeout does.',
    naive: true,
    edits: [
      [
        '        this.#waiting.set(key, resolve)\n',
        `        this.#waiting.set(key, message => {
          try {
            parseAnswer(message)
            resolve(message)
          } catch {}
        })
`,
      ],
    ],
  },
  'waits-for-the-round': {
    caughtBy: 'in-flight',
    says: 'stands still with one slow node',
    why: 'The next queries are sent when all of the last round have ended.',
    naive: true,
    edits: [
      [
        '    while (this.#inFlight < alpha) {\n',
        '    if (this.#inFlight > 0) return\n    while (this.#inFlight < alpha) {\n',
      ],
    ],
  },
})
