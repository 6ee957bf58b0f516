import { defineMistakes } from '../../../exercise/mistakes.ts'

export default defineMistakes({
  'answers-before-it-learns': {
    caughtBy: 'refutes',
    says: 'Take over the updates of a message first',
    why: 'The updates of a message are taken over when it has been answered.',
    edits: [
      [
        '    for (const update of message.updates) this.#apply(update)\n',
        '    setImmediate(() => {\n      for (const update of message.updates) this.#apply(update)\n    })\n',
      ],
    ],
  },
  'answers-for-others': {
    caughtBy: 'answers',
    says: 'do you compare the target with your own name',
    why: 'Every ping is answered, whomever it is for.',
    edits: [['        if (message.target !== this.#me.node) return\n', '']],
  },
  'any-ack-counts': {
    caughtBy: 'half-open',
    says: 'does only an ack with the seq of your ping count',
    why: 'Any ack answers the pings that wait.',
    naive: true,
    edits: [
      [
        '        this.#waiting.get(message.seq)?.()\n',
        '        for (const answer of this.#waiting.values()) answer()\n',
      ],
    ],
  },
  'any-datagram-is-life': {
    caughtBy: 'half-open',
    says: 'does only an ack with the seq of your ping count',
    why: 'A member is there when anything came from it since its ping.',
    naive: true,
    edits: [
      ['  #joined = false\n', '  #joined = false\n  readonly #heard = new Set<string>()\n'],
      ['    switch (message.type) {\n', '    this.#heard.add(message.from)\n    switch (message.type) {\n'],
      ['    let acked = false\n', '    let acked = false\n    this.#heard.delete(node)\n'],
      ['      if (!acked) this.#apply(', '      if (!acked && !this.#heard.has(node)) this.#apply('],
    ],
  },
  'asks-the-relays-at-once': {
    caughtBy: 'slow',
    says: 'do you ask others only if no ack has come',
    why: 'The ping-reqs go out together with the ping.',
    edits: [
      ['    this.#after(timeoutMs, () => {\n      if (acked) return\n', '    this.#after(0, () => {\n'],
    ],
  },
  'asks-suspects': {
    caughtBy: 'slow',
    says: 'do you ask only others that are alive',
    why: 'Everyone who is not dead is asked to ping a member.',
    edits: [
      [
        "filter(other => other.state === 'alive' && other.node !== node)",
        "filter(other => other.state !== 'dead' && other.node !== node)",
      ],
    ],
  },
  'asks-the-first-three': {
    caughtBy: 'load',
    says: 'do you pick the three anew in each round',
    why: 'Three others are three others.',
    edits: [['shuffle(alive).slice(0, RELAYS)', 'alive.slice(0, RELAYS)']],
  },
  'begins-a-period-after-each-round': {
    caughtBy: 'load',
    says: 'do you begin a round every periodMs',
    why: 'The next round begins a period after the last one was judged.',
    edits: [
      [
        '    setInterval(() => this.#round(), rules.periodMs)\n',
        '    this.#after(rules.periodMs, () => this.#round())\n',
      ],
      [
        '    if (!target) return\n    const { node, address } = target\n',
        '    const next = () => this.#after(this.#rules.periodMs, () => this.#round())\n    if (!target) return next()\n    const { node, address } = target\n',
      ],
      [
        "      if (!acked) this.#apply({ ...target, state: 'suspect' })\n",
        "      if (!acked) this.#apply({ ...target, state: 'suspect' })\n      next()\n",
      ],
    ],
  },
  'counts-only-others': {
    caughtBy: 'load',
    says: 'yourself included',
    why: 'The size of the group is how many others there are.',
    edits: [['Math.log10(this.#others.size + 2)', 'Math.log10(this.#others.size + 1)']],
  },
  'counts-on-for-newer-updates': {
    caughtBy: 'load',
    says: 'begin anew',
    why: 'How often an update was sent is noted by member, and stays when a newer one comes.',
    edits: [
      [
        '    this.#gossip.set(node, { update, sent: 0 })\n    emit',
        '    this.#gossip.set(node, { update, sent: this.#gossip.get(node)?.sent ?? 0 })\n    emit',
      ],
    ],
  },
  'dead-at-once': {
    caughtBy: 'killed',
    says: 'is suspect first',
    why: 'A member that does not answer is dead.',
    edits: [["this.#apply({ ...target, state: 'suspect' })", "this.#apply({ ...target, state: 'dead' })"]],
  },
  'drops-late-timers': {
    caughtBy: 'frozen',
    says: 'do you let a timer run once more',
    why: 'A timer that was late does nothing.',
    edits: [['this.#after(ms, then)\n      else then()', 'return\n      then()']],
  },
  'forgets-the-dead': {
    caughtBy: 'overrides',
    says: 'do you keep a member that is suspect or dead',
    why: 'A dead member is deleted.',
    naive: true,
    edits: [
      [
        '    this.#others.set(node, update)\n',
        "    if (state === 'dead') this.#others.delete(node)\n    else this.#others.set(node, update)\n",
      ],
      [
        "    const isThere = (node: string) => this.#others.get(node)!.state !== 'dead'\n",
        '    const isThere = (node: string) => this.#others.has(node)\n',
      ],
    ],
  },
  'gives-relays-timeout-ms': {
    caughtBy: 'slow',
    says: 'does any ack with the seq of your ping count',
    why: 'The relays have timeoutMs, as the member itself had.',
    edits: [
      [
        '    this.#after(periodMs, () => {\n      if (!acked)',
        '    this.#after(2 * timeoutMs, () => {\n      if (!acked)',
      ],
    ],
  },
  'gossips-in-the-order-of-arrival': {
    caughtBy: 'load',
    says: 'do you sort by how often an update was sent',
    why: 'The oldest updates go first, until they are through.',
    naive: true,
    edits: [['      .sort((a, b) => a.sent - b.sent)\n', '']],
  },
  'gossips-without-a-limit': {
    caughtBy: 'load',
    says: 'limited size',
    why: 'All that is to be passed on goes into each datagram.',
    edits: [['\n      .slice(0, MOST_UPDATES - warning.length)', '']],
  },
  'joins-once': {
    caughtBy: 'joins',
    says: 'do you send it again',
    why: 'The join is sent once, and gets lost.',
    naive: true,
    edits: [['      this.#after(rules.periodMs, join)\n', '']],
  },
  'judges-late-timers': {
    caughtBy: 'frozen',
    says: 'Do you notice that a timer is late',
    why: 'A time-out is a time-out.',
    naive: true,
    edits: [
      [
        '      if (performance.now() - due > this.#rules.timeoutMs) this.#after(ms, then)\n      else then()',
        '      then()',
      ],
    ],
  },
  'keeps-the-incarnation': {
    caughtBy: 'overrides',
    says: 'A suspicion raises the incarnation',
    why: 'A suspicion changes the state alone.',
    naive: true,
    edits: [
      [
        '    this.#others.set(node, update)\n',
        "    const raised = known && state !== 'alive' ? { ...update, incarnation: known.incarnation } : update\n    this.#others.set(node, raised)\n",
      ],
    ],
  },
  'knows-no-late-ack': {
    caughtBy: 'slow',
    says: 'does any ack with the seq of your ping count',
    why: 'An ack after timeoutMs is too late.',
    edits: [['this.#ping(node, address, 2 * periodMs,', 'this.#ping(node, address, timeoutMs,']],
  },
  'leaves-out-the-dead': {
    caughtBy: 'joins',
    says: 'dead members, so that no old update',
    why: 'A newcomer learns only of those that are there.',
    edits: [
      ['updates: this.members() })', "updates: this.members().filter(({ state }) => state !== 'dead') })"],
    ],
  },
  'makes-a-new-order-for-news': {
    caughtBy: 'load',
    says: ['whatever news come', 'A ping tells a suspect that it is one'],
    why: 'Each update that wins begins a new lap.',
    edits: [["    emit('member', update)\n", "    emit('member', update)\n    this.#lap = []\n"]],
  },
  'never-shuffles': {
    caughtBy: 'load',
    says: 'do you shuffle the members again',
    why: 'All laps have the same order.',
    edits: [
      [
        'this.#lap = shuffle([...this.#others.keys()].filter(isThere))',
        'this.#lap = [...this.#others.keys()].filter(isThere)',
      ],
    ],
  },
  'one-relay': {
    caughtBy: 'killed',
    says: 'do you ask three different others',
    why: 'One relay is enough.',
    edits: [['const RELAYS = 3', 'const RELAYS = 1']],
  },
  'pings-no-suspects': {
    caughtBy: 'load',
    says: 'do you leave out only those that are dead',
    why: 'A suspect is as good as dead.',
    edits: [["this.#others.get(node)!.state !== 'dead'\n", "this.#others.get(node)!.state === 'alive'\n"]],
  },
  'pings-everyone': {
    caughtBy: 'load',
    says: 'do you ping one member in each round',
    why: 'Each round is for all members.',
    edits: [
      [
        '    setInterval(() => this.#round(), rules.periodMs)\n',
        '    setInterval(() => {\n      for (let i = 0; i < this.#others.size; i++) this.#round()\n    }, rules.periodMs)\n',
      ],
    ],
  },
  'pings-the-dead': {
    caughtBy: 'killed',
    says: 'do you leave dead members out',
    why: 'Dead members stay in the rounds.',
    edits: [
      [
        "    const isThere = (node: string) => this.#others.get(node)!.state !== 'dead'\n",
        '    const isThere = (node: string) => this.#others.has(node)\n',
      ],
    ],
  },
  'picks-at-random': {
    caughtBy: 'load',
    says: ['do you go through the members in random order', 'do you leave out only those that are dead'],
    why: 'Each round pings anyone.',
    naive: true,
    edits: [['    this.#lap = this.#lap.filter(isThere)\n', '    this.#lap = []\n']],
  },
  'refutes-too-low': {
    caughtBy: 'refutes',
    says: 'with the incarnation of that update plus 1',
    why: 'The own incarnation plus 1 is taken for enough.',
    naive: true,
    edits: [
      [
        'this.#me = { ...this.#me, incarnation: incarnation + 1 }',
        'this.#me = { ...this.#me, incarnation: this.#me.incarnation + 1 }',
      ],
    ],
  },
  'relays-with-their-seq': {
    caughtBy: 'answers',
    says: 'ping the target of a ping-req with a seq of your own',
    why: 'A relay pings with the seq that it was given.',
    edits: [
      [
        "        this.#ping(message.target, message.address, this.#rules.periodMs, () =>\n          this.#send(message.from, source, { type: 'ack', seq: message.seq }),\n        )\n        return\n",
        "        this.#waiting.set(message.seq, () =>\n          this.#send(message.from, source, { type: 'ack', seq: message.seq }),\n        )\n        return this.#send(message.target, message.address, {\n          type: 'ping',\n          seq: message.seq,\n          target: message.target,\n        })\n",
      ],
    ],
  },
  'suspects-without-relays': {
    caughtBy: 'slow',
    says: ['do you ask three others with a ping-req', 'nobody whom you could ask'],
    why: 'Whoever does not answer in time is suspect.',
    edits: [
      [
        "      if (acked) return\n      const alive = [...this.#others.values()].filter(other => other.state === 'alive' && other.node !== node)\n      for (const relay of shuffle(alive).slice(0, RELAYS))\n        this.#send(relay.node, relay.address, { type: 'ping-req', seq, target: node, address })\n",
        "      if (!acked) this.#apply({ ...target, state: 'suspect' })\n",
      ],
    ],
  },
  'suspects-when-there-is-nobody-to-ask': {
    caughtBy: 'slow',
    says: 'nobody whom you could ask',
    why: 'Where there is nobody to ask, the round is over after timeoutMs.',
    edits: [
      [
        '      for (const relay of shuffle(alive)',
        "      if (alive.length === 0) return this.#apply({ ...target, state: 'suspect' })\n      for (const relay of shuffle(alive)",
      ],
    ],
  },
  'suspicion-starts-anew': {
    caughtBy: 'suspicion',
    says: 'must not start the time anew',
    why: 'Each copy of a suspicion gives its member the whole time again.',
    naive: true,
    edits: [
      ['  #joined = false\n', '  #joined = false\n  readonly #suspected = new Map<string, number>()\n'],
      [
        '    const known = this.#others.get(node)\n',
        "    const known = this.#others.get(node)\n    if (state === 'suspect') this.#suspected.set(node, performance.now())\n",
      ],
      [
        "    this.#after(this.#rules.suspicionMs, () => this.#apply({ ...update, state: 'dead' }))\n",
        "    const look = () => {\n      const left = this.#suspected.get(node)! + this.#rules.suspicionMs - performance.now()\n      if (left > 5) this.#after(left, look)\n      else this.#apply({ ...update, state: 'dead' })\n    }\n    this.#after(this.#rules.suspicionMs, look)\n",
      ],
    ],
  },
  'timer-kills-the-next-suspect': {
    caughtBy: 'suspicion',
    says: 'to refute',
    why: 'When its time is over, whoever is suspect is dead, also if it has refuted in between.',
    naive: true,
    edits: [
      [
        "this.#apply({ ...update, state: 'dead' }))\n",
        "{\n      const now = this.#others.get(node)!\n      if (now.state === 'suspect') this.#apply({ ...now, state: 'dead' })\n    })\n",
      ],
    ],
  },
  'warns-on-top': {
    caughtBy: 'load',
    says: 'is one of the six',
    why: 'The update about a suspect that it gets itself comes on top of six others.',
    edits: [['MOST_UPDATES - warning.length', 'MOST_UPDATES']],
  },
  'warns-nobody': {
    caughtBy: 'suspicion',
    says: 'tell it so',
    why: 'Suspects hear of it by chance.',
    naive: true,
    edits: [
      [
        "    const warning = receiver && receiver.state !== 'alive' ? [receiver] : []\n",
        '    const warning: SwimUpdate[] = []\n',
      ],
      ['    const receiver = this.#others.get(to)\n', '    void to\n'],
    ],
  },
})
