import { defineMistakes } from '../../../exercise/mistakes.ts'

export default defineMistakes({
  'answers-everyone': {
    caughtBy: 'strangers',
    says: 'do you answer only requests whose USERNAME is a session',
    why: 'Every Binding request gets an answer, as from a STUN server.',
    naive: true,
    edits: [
      [
        '    // A stranger, or a peer that the rendezvous has not introduced yet: it tries again.\n    if (!session) return\n    this.#stun({ class:',
        '    this.#stun({ class:',
      ],
      [
        '    if (session.path || session.candidates',
        '    if (!session || session.path || session.candidates',
      ],
    ],
  },
  'answers-the-announced-address': {
    caughtBy: 'endpoint-independent',
    says: ['at the address that it came from', 'ask, answer, and ask where'],
    why: 'Answers go to the address in the introduction, and not to where the request came from.',
    naive: true,
    edits: [
      [
        "this.#stun({ class: 'success', transactionId, xorMappedAddress: from }, from)",
        "this.#stun({ class: 'success', transactionId, xorMappedAddress: from }, [...session.candidates][0]!)",
      ],
    ],
  },
  'asks-once': {
    caughtBy: 'observed',
    says: [
      'that start returns',
      'asks again',
      'to ask is to send up to tries times',
      'the rendezvous does not answer',
    ],
    why: 'Nothing is sent a second time.',
    edits: [
      [
        '    for (let i = 0; i < tries; i++) {\n      send()\n',
        '    send()\n    for (let i = 0; i < tries; i++) {\n',
      ],
    ],
  },
  'asks-only-where-requests-come-from': {
    caughtBy: 'endpoint-independent',
    says: 'Do you go on asking at the announced one, too',
    why: 'The address that a request came from takes the place of the announced one.',
    naive: true,
    edits: [
      [
        '    session.candidates.add(from)\n    this.#punch(session, from)\n',
        '    session.candidates.clear()\n    session.candidates.add(from)\n    this.#punch(session, from)\n',
      ],
    ],
  },
  'asks-observers-in-turn': {
    caughtBy: 'observed',
    says: 'do you wait for one observer before you ask the next',
    why: 'Each observer is asked when the one before has answered, or was given up.',
    edits: [
      [
        '    const answers = await Promise.all(observers.map(observer => this.#observe(observer)))\n',
        '    const answers: (string | undefined)[] = []\n    for (const observer of observers) answers.push(await this.#observe(observer))\n',
      ],
    ],
  },
  'believes-any-introduction': {
    caughtBy: 'strangers',
    says: [
      'do you look at where an introduction comes from',
      'Do you believe only the rendezvous',
      'whom only a stranger has introduced',
    ],
    why: 'It does not matter who introduces.',
    naive: true,
    edits: [['    if (from !== this.#options.rendezvous) return\n', '']],
  },
  'believes-any-registration': {
    caughtBy: 'observed',
    says: 'Only the rendezvous can register you',
    why: 'It does not matter who says that the node is registered.',
    naive: true,
    edits: [
      [
        '    if (from !== this.#options.rendezvous) return\n',
        "    if (from !== this.#options.rendezvous && type !== 'registered') return\n",
      ],
    ],
  },
  'believes-any-response': {
    caughtBy: 'strangers',
    says: 'does a response count only if its transaction ID',
    why: 'While requests are under way, any success response is taken for the answer.',
    naive: true,
    edits: [
      [
        '      const candidate = session.sent.get(id)\n',
        '      const candidate = session.sent.get(id) ?? [...session.candidates][0]\n',
      ],
    ],
  },
  'calls-a-request-punched': {
    caughtBy: 'port-dependent',
    says: ['a path is punched when a response', 'the punched path', 'which get through'],
    why: 'A request that got in is taken for a path, although only one direction works.',
    naive: true,
    edits: [
      [
        '    session.candidates.add(from)\n    this.#punch(session, from)\n',
        '    session.candidates.add(from)\n    session.address ??= from\n    this.#answer(`response of ${session.id}`, true)\n    this.#punch(session, from)\n',
      ],
    ],
  },
  'changes-its-mind': {
    caughtBy: 'endpoint-independent',
    says: 'a response that comes after the last wait is too late',
    why: 'A response that comes when the path is relayed makes it punched after all.',
    naive: true,
    edits: [
      [
        '      if (candidate === undefined || session.path) continue\n      session.address ??= candidate\n',
        "      if (candidate === undefined || session.path === 'punched') continue\n      session.address ??= candidate\n      if (session.path) {\n        session.path = 'punched'\n        emit('connected', { peer: session.peer, path: 'punched' })\n      }\n",
      ],
    ],
  },
  'copy-answers-connect': {
    caughtBy: 'strangers',
    says: 'a copy answers nothing',
    why: 'A copy of an earlier introduction is taken for the answer to a connect of now.',
    naive: true,
    edits: [
      [
        '    if (this.#sessions.has(id)) return\n',
        '    const known = this.#sessions.get(id)\n    if (known) return this.#answer(`introduction to ${peer}`, known)\n',
      ],
    ],
  },
  'counters-for-ids': {
    caughtBy: 'observed',
    says: 'do you draw randomBytes(12) for each observer',
    why: 'Transaction IDs are numbers that count.',
    edits: [
      [
        '    const transactionId = randomBytes(12)\n    const response',
        '    const transactionId = Buffer.alloc(12)\n    transactionId.writeUInt32BE(++counter, 8)\n    const response',
      ],
      ['let node: Node | undefined\n', 'let counter = 0\nlet node: Node | undefined\n'],
    ],
  },
  'decides-twice': {
    caughtBy: 'strangers',
    says: ['do you ignore an introduction whose session you know', 'one event connected for each session'],
    why: 'A copy of an introduction begins everything anew.',
    naive: true,
    edits: [['    if (this.#sessions.has(id)) return\n', '']],
  },
  'dies-of-bad-json': {
    caughtBy: 'strangers',
    says: ['ended', 'exited', 'JSON'],
    why: 'Whatever arrives is taken for JSON.',
    edits: [
      [
        '  try {\n    return Object(JSON.parse(bytes.toString())) as Message\n  } catch {\n    return {}\n  }\n',
        '  return JSON.parse(bytes.toString()) as Message\n',
      ],
    ],
  },
  'drops-early-data': {
    caughtBy: 'endpoint-independent',
    says: 'also while your own path is not decided',
    why: 'Data is dropped until the own path is decided, although the other side may have decided before.',
    naive: true,
    edits: [['if (known && isHex(bytes)) emit(', 'if (known?.path && isHex(bytes)) emit(']],
  },
  'first-observer-wins': {
    caughtBy: 'lying-observer',
    says: 'each observer has one vote',
    why: 'The first answer is believed.',
    naive: true,
    edits: [
      [
        '  const host = mostFrequent(addresses.map(hostOf))\n  return mostFrequent(addresses.filter(address => hostOf(address) === host))\n',
        '  return addresses[0]!\n',
      ],
    ],
  },
  'forgets-earlier-tries': {
    caughtBy: 'endpoint-independent',
    says: 'Do you remember all that you sent, until the path is decided',
    why: "Only the last request to each address is remembered, so an answer that takes longer than a try is a stranger's.",
    naive: true,
    edits: [
      [
        "    sent.set(transactionId.toString('hex'), candidate)\n",
        "    for (const [id, to] of sent) if (to === candidate) sent.delete(id)\n    sent.set(transactionId.toString('hex'), candidate)\n",
      ],
    ],
  },
  'forgets-old-sessions': {
    caughtBy: 'same-port',
    says: 'do you keep each session, by its ID',
    why: 'A peer has one session: a new introduction takes the place of the one before.',
    naive: true,
    edits: [
      [
        '    this.#sessions.set(id, session)\n',
        '    for (const [old, other] of this.#sessions) if (other.peer === peer) this.#sessions.delete(old)\n    this.#sessions.set(id, session)\n',
      ],
    ],
  },
  'forgets-the-peers': {
    caughtBy: 'keep-alive',
    says: ['do you send something to each punched address', 'do you answer requests also'],
    why: 'Only the mapping for the rendezvous is kept alive.',
    naive: true,
    edits: [
      [
        "        if (path === 'punched') this.#stun(",
        "        if (path === 'punched' && keepAliveMs < 0) this.#stun(",
      ],
    ],
  },
  'forgets-the-rendezvous': {
    caughtBy: 'keep-alive',
    says: 'do you register again in each period',
    why: 'Only punched paths are kept alive.',
    naive: true,
    edits: [['    setInterval(() => {\n      register()\n', '    setInterval(() => {\n']],
  },
  'invents-a-path': {
    caughtBy: 'address-dependent',
    says: ['a path is punched when a response', 'the punched path'],
    why: 'The announced address is believed to work, whether or not anyone answers.',
    edits: [
      [
        "session.path = session.address === undefined ? 'relayed' : 'punched'",
        "session.address ??= [...session.candidates][0]!\n    session.path = 'punched'",
      ],
    ],
  },
  'is-silent-when-relayed': {
    caughtBy: 'endpoint-independent',
    says: 'do you answer each request with a session of yours, at any time',
    why: 'Where the relay is the path, there seems to be nothing left to answer.',
    naive: true,
    edits: [
      [
        '    if (!session) return\n    this.#stun({ class:',
        "    if (!session || session.path === 'relayed') return\n    this.#stun({ class:",
      ],
    ],
  },
  'keeps-alive-in-seconds': {
    caughtBy: 'keep-alive',
    says: 'keepAliveMs is in milliseconds',
    why: 'The period is taken for seconds.',
    edits: [['    }, keepAliveMs)\n', '    }, keepAliveMs * 1000)\n']],
  },
  'keeps-alive-the-last-peer': {
    caughtBy: 'keep-alive',
    says: 'do you send something to each punched address',
    why: 'One punched address is remembered, the last one.',
    naive: true,
    edits: [
      [
        "      for (const { path, address, id } of this.#sessions.values())\n        if (path === 'punched') this.#stun({ class: 'indication', username: id }, address!)\n",
        "      const last = [...this.#sessions.values()].findLast(({ path }) => path === 'punched')\n      if (last) this.#stun({ class: 'indication', username: last.id }, last.address!)\n",
      ],
    ],
  },
  'keeps-alive-the-newest-session': {
    caughtBy: 'keep-alive',
    says: 'also where one peer has two',
    why: 'Where a peer has several punched addresses, only the newest gets an indication.',
    naive: true,
    edits: [
      [
        '      for (const { path, address, id } of this.#sessions.values())\n',
        '      const newest = new Map([...this.#sessions.values()].map(one => [one.peer, one]))\n      for (const { path, address, id } of newest.values())\n',
      ],
    ],
  },
  'keeps-asking': {
    caughtBy: 'endpoint-independent',
    says: ['Do you stop asking once the path is decided', 'do you ignore an introduction whose session'],
    why: 'All tries are planned at once, and no response stops them.',
    naive: true,
    edits: [
      [
        '    await this.#ask(`response of ${session.id}`, () => {\n      for (const candidate of session.candidates) this.#punch(session, candidate)\n    })\n',
        '    const { tries, tryMs } = this.#options\n    const punch = () => {\n      for (const candidate of session.candidates) this.#punch(session, candidate)\n    }\n    for (let i = 0; i < tries; i++) setTimeout(punch, i * tryMs)\n    await this.#ask(`response of ${session.id}`, () => {})\n',
      ],
      [
        "import { setTimeout as sleep } from 'node:timers/promises'\n",
        "import { setTimeout } from 'node:timers'\nimport { setTimeout as sleep } from 'node:timers/promises'\n",
      ],
    ],
  },
  'keeps-asking-observers': {
    caughtBy: 'observed',
    says: 'Do you know the answer to each request that you sent, and stop when it comes',
    why: 'Whoever answers is asked as often as who does not.',
    edits: [
      [
        '    for (let i = 0; i < tries; i++) {\n      send()\n      const first = await Promise.race([answer, sleep(tryMs, undefined)])\n      if (first !== undefined) return first\n    }\n    return undefined\n',
        '    let first: T | undefined\n    for (let i = 0; i < tries; i++) {\n      send()\n      await sleep(tryMs)\n    }\n    return Promise.race([answer, sleep(0, first)])\n',
      ],
    ],
  },
  'knows-the-rendezvous-by-its-host': {
    caughtBy: 'strangers',
    says: [
      'do you look at where an introduction comes from, host and port',
      'whose host and port you know',
      'whom only a stranger has introduced',
    ],
    why: 'The port is not compared, so whoever else is at that host can speak for the rendezvous.',
    naive: true,
    edits: [
      [
        '    if (from !== this.#options.rendezvous) return\n',
        '    if (hostOf(from) !== hostOf(this.#options.rendezvous)) return\n',
      ],
    ],
  },
  'one-id-for-all-candidates': {
    caughtBy: 'endpoint-independent',
    says: ['Each request needs a transaction ID of its own', 'the punched path'],
    why: 'All requests of a session have the same transaction ID, so nobody knows which one was answered.',
    naive: true,
    edits: [
      [
        "    const transactionId = randomBytes(12)\n    sent.set(transactionId.toString('hex'), candidate)\n",
        "    const known = [...sent.keys()][0]\n    const transactionId = known === undefined ? randomBytes(12) : Buffer.from(known, 'hex')\n    if (known === undefined) sent.set(transactionId.toString('hex'), candidate)\n",
      ],
    ],
  },
  'one-vote-for-each-answer': {
    caughtBy: 'lying-observer',
    says: 'each observer has one vote, however often it answers',
    why: 'Answers are counted, and not observers.',
    naive: true,
    edits: [
      [
        '    const answers = await Promise.all(observers.map(observer => this.#observe(observer)))\n    const address = vote(answers.filter(answer => answer !== undefined))\n',
        '    await Promise.all(observers.map(observer => this.#observe(observer)))\n    const address = vote(this.#reported)\n',
      ],
      [
        '  readonly #sessions = new Map<string, Session>()\n',
        '  readonly #sessions = new Map<string, Session>()\n  readonly #reported: string[] = []\n',
      ],
      [
        '    this.#answer(id, response)\n',
        '    this.#answer(id, response)\n    if (response.xorMappedAddress) this.#reported.push(response.xorMappedAddress)\n',
      ],
    ],
  },
  'only-the-announced-address': {
    caughtBy: 'endpoint-independent',
    says: ["the address that the peer's requests come from", 'ask, answer, and ask where'],
    why: 'The peer is asked only where the rendezvous says that it is.',
    naive: true,
    edits: [['    session.candidates.add(from)\n    this.#punch(session, from)\n', '']],
  },
  'only-who-asked-punches': {
    caughtBy: 'endpoint-independent',
    says: ['do both sides ask', 'do you answer each request', 'which get through'],
    why: 'The one who was called waits for the other.',
    naive: true,
    edits: [
      [
        '      for (const candidate of session.candidates) this.#punch(session, candidate)\n',
        '      if (!this.#asked.has(session.peer)) return\n      for (const candidate of session.candidates) this.#punch(session, candidate)\n',
      ],
      [
        '  readonly #sessions = new Map<string, Session>()\n',
        '  readonly #sessions = new Map<string, Session>()\n  readonly #asked = new Set<string>()\n',
      ],
      [
        "    const asking = () => this.#tell({ type: 'connect', peer })\n",
        "    const asking = () => this.#tell({ type: 'connect', peer })\n    this.#asked.add(peer)\n",
      ],
    ],
  },
  'path-where-the-response-came-from': {
    caughtBy: 'endpoint-independent',
    says: 'and not the one that the response came from',
    why: 'A response comes from the peer, so that must be where it is.',
    naive: true,
    edits: [
      [
        '  #responded(response: StunMessage): void {\n',
        '  #responded(response: StunMessage, from: string): void {\n',
      ],
      ['      session.address ??= candidate\n', '      session.address ??= from\n'],
      [
        "    else if (stun?.class === 'success') this.#responded(stun)\n",
        "    else if (stun?.class === 'success') this.#responded(stun, from)\n",
      ],
    ],
  },
  'punches-for-a-late-copy': {
    caughtBy: 'strangers',
    says: 'do you ignore an introduction whose session you know',
    why: 'A copy is ignored only until the path is decided.',
    naive: true,
    edits: [
      [
        '    if (this.#sessions.has(id)) return\n',
        '    const known = this.#sessions.get(id)\n    if (known && !known.path) return\n',
      ],
    ],
  },
  'reads-mapped-address': {
    caughtBy: 'rewritten-address',
    says: 'do you read XOR-MAPPED-ADDRESS',
    why: 'MAPPED-ADDRESS has the same address, unless a middlebox rewrites it.',
    naive: true,
    edits: [['    return response?.xorMappedAddress\n', '    return response?.mappedAddress\n']],
  },
  'relays-everything': {
    caughtBy: 'endpoint-independent',
    says: 'data goes to the punched address',
    why: 'The path is punched, and then not used.',
    edits: [
      ["this.#tell(data, session.path === 'punched' ? session.address : undefined)", 'this.#tell(data)'],
    ],
  },
  'returns-before-it-is-registered': {
    caughtBy: 'observed',
    says: ['that start returns when', 'the rendezvous does not answer'],
    why: 'One registration is sent, and nobody waits for the answer.',
    edits: [
      [
        "    if (!(await this.#ask('registered', register))) throw new Error('the rendezvous does not answer')\n",
        '    register()\n',
      ],
    ],
  },
  'sends-before-it-is-decided': {
    caughtBy: 'endpoint-independent',
    says: 'is not decided yet',
    why: 'While the path is not decided, data goes to the rendezvous.',
    naive: true,
    edits: [['one => one.peer === peer && one.path)', 'one => one.peer === peer)']],
  },
  'sends-on-the-oldest-session': {
    caughtBy: 'same-port',
    says: 'do you send on the newest session whose path is decided',
    why: 'Data goes to where the peer was first, also when it has moved.',
    naive: true,
    edits: [
      ['.findLast(one => one.peer === peer && one.path)', '.find(one => one.peer === peer && one.path)'],
    ],
  },
  'sends-only-on-the-newest-session': {
    caughtBy: 'strangers',
    says: 'An error is right only where there is none',
    why: 'While a new session is not decided, send fails, although the one before has a path.',
    naive: true,
    edits: [
      [
        '.findLast(one => one.peer === peer && one.path)\n    if (!session) throw',
        '.findLast(one => one.peer === peer)\n    if (!session?.path) throw',
      ],
    ],
  },
  'sessions-by-port': {
    caughtBy: 'same-port',
    says: [
      'each can reach the other',
      'with the peer',
      'straight to',
      'the punched path',
      'for data of',
      'follows from its session',
      'the event message',
    ],
    why: 'Peers are told apart by the port that data comes from.',
    naive: true,
    edits: [
      [
        '      const known = this.#sessions.get(String(session))\n',
        "      const known =\n        [...this.#sessions.values()].find(one => one.address?.split(':')[1] === from.split(':')[1]) ??\n        this.#sessions.get(String(session))\n",
      ],
    ],
  },
  'stops-answering': {
    caughtBy: 'keep-alive',
    says: [
      'do you answer requests also when your own path is decided',
      'with a session of yours, at any time',
    ],
    why: 'Once the own path is decided, requests are ignored.',
    naive: true,
    edits: [
      [
        '    if (!session) return\n    this.#stun({ class:',
        '    if (!session || session.path) return\n    this.#stun({ class:',
      ],
    ],
  },
  'takes-any-bytes': {
    caughtBy: 'strangers',
    says: 'do you look whether bytes is a text of hex digits',
    why: 'Whatever stands in bytes is taken for hex.',
    naive: true,
    edits: [
      ['if (known && isHex(bytes)) emit(', 'if (known) emit('],
      ["bytes: Buffer.from(bytes, 'hex') })", "bytes: Buffer.from(String(bytes), 'hex') })"],
    ],
  },
  'takes-the-first-port': {
    caughtBy: 'lying-observer',
    says: 'of the addresses with this host the one that most report',
    why: 'The host is voted on, and the port is that of the first observer which reports this host.',
    naive: true,
    edits: [
      [
        '  return mostFrequent(addresses.filter(address => hostOf(address) === host))\n',
        '  return addresses.find(address => hostOf(address) === host)!\n',
      ],
    ],
  },
  'votes-on-whole-addresses': {
    caughtBy: 'lying-observer',
    says: 'First take the host that most report',
    why: 'Where all addresses differ, the first one is as good as any.',
    naive: true,
    edits: [
      [
        '  const host = mostFrequent(addresses.map(hostOf))\n',
        '  const host = hostOf(mostFrequent(addresses))\n',
      ],
    ],
  },
})
