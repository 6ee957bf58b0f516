import { defineMistakes } from '../../../exercise/mistakes.ts'

export default defineMistakes({
  'answers-short-pings': {
    caughtBy: 'adds-up',
    says: 'fewer than 8 bytes is malformed',
    why: 'A ping is answered with what it has, however little that is.',
    edits: [['if (payload.length < NONCE) this', "if (payload.length < NONCE && command === 'pong') this"]],
  },
  'any-pong-will-do': {
    caughtBy: 'round-trip',
    says: ['do you keep each ping that waits, by its nonce', 'does each ping have a time of its own'],
    why: 'A pong answers the ping that waits longest, whatever its nonce.',
    edits: [
      [
        '    const ping = this.#waiting.get(nonce)\n',
        '    const [first] = this.#waiting.keys()\n    if (first !== undefined) nonce = first\n    const ping = this.#waiting.get(nonce)\n',
      ],
    ],
  },
  'attempts-prolong-the-ban': {
    caughtBy: 'ban-ends',
    says: 'do not make it longer',
    why: 'Whoever tries to connect in the meantime is banned anew.',
    naive: true,
    edits: [
      [
        '    if (isBanned(keyOf(socket.remoteAddress!, socket.remotePort!, rules))) socket.destroy()\n',
        '    const key = keyOf(socket.remoteAddress!, socket.remotePort!, rules)\n    if (isBanned(key)) {\n      bans.set(key, performance.now() + rules.banMs)\n      socket.destroy()\n    }\n',
      ],
    ],
  },
  'bans-at-the-limit': {
    caughtBy: 'adds-up',
    says: 'Equal is not greater',
    why: 'A score that is just banScore is too much already.',
    edits: [['if (score > this.#rules.banScore)', 'if (score >= this.#rules.banScore)']],
  },
  'bans-everybody-there': {
    caughtBy: 'ban-by',
    says: 'peers with the same address and another port are other peers',
    why: 'The ban is always of the address.',
    naive: true,
    edits: [["return banBy === 'address' ? host : `${host}:${port}`", 'return host']],
  },
  'bans-forever': {
    caughtBy: 'ban-ends',
    says: 'forget a ban when it is over',
    why: 'Nobody looks whether the ban is over.',
    edits: [['  if (performance.now() < until) return true\n', '  if (until > 0) return true\n']],
  },
  'bans-on-the-first-mistake': {
    caughtBy: 'adds-up',
    says: 'greater than banScore, not before',
    why: 'Any misbehavior is too much, as in Bitcoin Core.',
    edits: [['if (score > this.#rules.banScore)', 'if (score > 0)']],
  },
  'bans-the-port-alone': {
    caughtBy: 'ban-by',
    says: 'that is the address without the port',
    why: 'The ban is always of the address and port, so the peer comes back from another one.',
    edits: [["return banBy === 'address' ? host : `${host}:${port}`", 'return `${host}:${port}`']],
  },
  'closes-one-connection': {
    caughtBy: 'ban-by',
    says: 'a ban closes all connections that have its key',
    why: 'Only the connection on which the peer misbehaved is closed.',
    naive: true,
    edits: [
      [
        '  for (const connection of connections.values()) if (connection.key === key) connection.closeForBan()\n',
        '',
      ],
      [
        'if (score > this.#rules.banScore) ban(this.key, this.#rules)',
        'if (score > this.#rules.banScore) {\n      ban(this.key, this.#rules)\n      this.closeForBan()\n    }',
      ],
    ],
  },
  'compares-what-is-there': {
    caughtBy: 'wrong-pong',
    says: 'is malformed, and answers nothing',
    why: 'A nonce matches when it begins like one that waits.',
    naive: true,
    edits: [
      [
        '      if (payload.length < NONCE) this',
        "      const begin = payload.toString('hex')\n      const match = [...this.#waiting.keys()].find(nonce => {\n        const bytes = Buffer.alloc(NONCE)\n        bytes.writeBigUInt64LE(nonce)\n        return command === 'pong' && begin !== '' && bytes.toString('hex').startsWith(begin)\n      })\n      if (match !== undefined) this.#receivePong(match)\n      else if (payload.length < NONCE) this",
      ],
    ],
  },
  'connects-before-it-looks': {
    caughtBy: 'ban-by',
    says: 'do you look for a ban before you connect',
    why: 'The program looks for a ban when it is connected already.',
    edits: [
      [
        "  if (isBanned(keyOf(host, port, rules))) throw new Error(`${peer} is banned`)\n  const socket = net.connect(port, host)\n  await once(socket, 'connect')\n",
        "  const socket = net.connect(port, host)\n  await once(socket, 'connect')\n  if (isBanned(keyOf(host, port, rules))) {\n    socket.destroy()\n    throw new Error(`${peer} is banned`)\n  }\n",
      ],
    ],
  },
  'counts-late-pongs': {
    caughtBy: 'unanswered',
    says: 'does a ping count once',
    why: 'A ping that timed out is forgotten, and its pong comes as one that answers nothing.',
    naive: true,
    edits: [['    this.#late = [...this.#late, nonce].slice(-MOST_PINGS)\n', '']],
  },
  'counts-the-unknown': {
    caughtBy: 'adds-up',
    says: 'only what the table lists costs points',
    why: 'Every message that is not known is taken for an attack.',
    edits: [
      [
        '      else this.#receivePong(payload.readBigUInt64LE())\n    }\n',
        "      else this.#receivePong(payload.readBigUInt64LE())\n    } else this.#misbehaved('malformed')\n",
      ],
    ],
  },
  'counts-time-outs-again': {
    caughtBy: 'unanswered',
    says: ['each ping that times out costs 20 points, once', 'does a ping count once'],
    why: 'The timer goes on, and counts the same ping each time.',
    edits: [
      ['const timer = setTimeout(', 'const timer = setInterval('],
      ['    this.#waiting.get(nonce)!.resolve(null)\n', '    this.#waiting.get(nonce)?.resolve(null)\n'],
    ],
  },
  'cuts-off-the-score': {
    caughtBy: 'adds-up',
    says: 'rounded, not cut off',
    why: 'The score is rounded down.',
    edits: [['score: Math.round(score)', 'score: Math.floor(score)']],
  },
  'decays-a-fixed-amount': {
    caughtBy: 'decays',
    says: 'half of the decaying points are left',
    why: 'The score falls by as many points in each half-life.',
    naive: true,
    edits: [
      [
        '    this.#decaying *= 2 ** (-(now - this.#at) / this.#halfLifeMs)\n',
        '    this.#decaying = Math.max(0, this.#decaying - (50 * (now - this.#at)) / this.#halfLifeMs)\n',
      ],
    ],
  },
  'decays-from-the-beginning': {
    caughtBy: 'decays',
    says: 'with the time since you last did this',
    why: 'The time of the last decay is not noted, so the same time counts again.',
    edits: [['    this.#at = now\n', '']],
  },
  'dials-the-banned': {
    caughtBy: 'ban-by',
    says: 'look for a ban before you connect',
    why: 'Bans are only for those that connect.',
    naive: true,
    edits: [['  if (isBanned(keyOf(host, port, rules))) throw new Error(`${peer} is banned`)\n', '']],
  },
  'echoes-all-of-it': {
    caughtBy: 'pong',
    says: 'Ignore what is behind it',
    why: 'A pong has all of the payload of its ping.',
    edits: [["this.#send('pong', payload.subarray(0, NONCE))", "this.#send('pong', payload)"]],
  },
  'ends-politely': {
    caughtBy: 'adds-up',
    says: 'waits for a peer that never ends its own side',
    why: 'The connection of a banned peer is half closed, and the peer decides when it is over.',
    edits: [
      [
        '    this.#isBanned = true\n    this.#socket.destroy()\n',
        '    this.#isBanned = true\n    this.#socket.end()\n',
      ],
    ],
  },
  'free-pongs': {
    caughtBy: 'wrong-pong',
    says: 'a pong that answers no ping costs 10 points',
    why: 'Pongs that answer nothing are ignored, as in Bitcoin Core.',
    edits: [["    } else this.#misbehaved('pong')\n", '    }\n']],
  },
  'handshake-before-the-ban': {
    caughtBy: 'ban-by',
    says: 'as soon as you accept it',
    why: 'A banned peer is refused only when the handshake is complete.',
    naive: true,
    edits: [
      [
        '    if (isBanned(keyOf(socket.remoteAddress!, socket.remotePort!, rules))) socket.destroy()\n    else run',
        '    run',
      ],
      [
        '        connection.isReady = true\n',
        "        if (direction === 'inbound' && isBanned(connection.key)) return void socket.destroy()\n        connection.isReady = true\n",
      ],
    ],
  },
  'keeps-the-timers': {
    caughtBy: 'over',
    says: 'stop the timers of the pings that wait',
    why: 'Pings time out although their connection is over.',
    naive: true,
    edits: [
      [
        '    for (const { timer, reject } of this.#waiting.values()) {\n      clearTimeout(timer)\n',
        '    for (const { reject } of this.#waiting.values()) {\n',
      ],
    ],
  },
  'late-pings-of-all-connections': {
    caughtBy: 'unanswered',
    says: 'A pong is free only from the peer that was asked',
    why: 'The nonces of late pings are kept for all connections together.',
    edits: [
      ['class Connection {\n', 'let late: bigint[] = []\n\nclass Connection {\n'],
      ['else if (this.#late.includes(nonce)) {', 'else if (late.includes(nonce)) {'],
      ['this.#late = this.#late.filter(late => late !== nonce)', 'late = late.filter(one => one !== nonce)'],
      [
        'this.#late = [...this.#late, nonce].slice(-MOST_PINGS)',
        'late = [...late, nonce].slice(-5 * MOST_PINGS)',
      ],
      ['  /** Nonces of pings that timed out. */\n  #late: bigint[] = []\n', ''],
    ],
  },
  'late-pings-still-wait': {
    caughtBy: 'unanswered',
    says: '16 pings wait',
    why: 'Pings that timed out count among the 16 that may wait.',
    edits: [
      [
        '    if (this.#waiting.size >= MOST_PINGS) throw',
        '    if (this.#waiting.size + this.#late.length >= MOST_PINGS) throw',
      ],
    ],
  },
  'late-pongs-are-always-free': {
    caughtBy: 'unanswered',
    says: 'A second one with the same nonce answers nothing',
    why: 'A late nonce stays remembered, so its pong may come again and again.',
    naive: true,
    edits: [['      this.#late = this.#late.filter(late => late !== nonce)\n', '']],
  },
  'lets-all-decay': {
    caughtBy: 'decays',
    says: 'do not decay',
    why: 'The points that last decay, too.',
    edits: [
      [
        '    this.#at = now\n',
        '    this.#lasting *= 2 ** (-(now - this.#at) / this.#halfLifeMs)\n    this.#at = now\n',
      ],
    ],
  },
  'never-decays': {
    caughtBy: 'decays',
    says: 'half of the decaying points are left',
    why: 'Points only add up.',
    edits: [['    this.#decaying *= 2 ** (-(now - this.#at) / this.#halfLifeMs)\n', '']],
  },
  'never-reads-again': {
    caughtBy: 'flood',
    says: 'go on reading when the peer has taken its pongs',
    why: 'A peer that did not read once is never heard again.',
    edits: [["    this.#socket.once('drain', () => this.#socket.resume())\n", '']],
  },
  'no-limit-of-pings': {
    caughtBy: 'round-trip',
    says: '16 pings of a connection may wait',
    why: 'A peer that answers nothing gets pings without end.',
    edits: [['const MOST_PINGS = 16\n', 'const MOST_PINGS = 1000\n']],
  },
  'nonces-as-numbers': {
    caughtBy: 'wrong-pong',
    says: 'compare all 64 bits of the nonce',
    why: 'Nonces are numbers, which are not exact beyond 2^53.',
    naive: true,
    edits: [
      [
        '    const nonce = payload.readBigUInt64LE()\n',
        '    const nonce = BigInt(Number(payload.readBigUInt64LE()))\n',
      ],
      [
        'this.#receivePong(payload.readBigUInt64LE())',
        'this.#receivePong(BigInt(Number(payload.readBigUInt64LE())))',
      ],
    ],
  },
  'nonces-that-count': {
    caughtBy: 'round-trip',
    says: 'draw eight random bytes for each ping',
    why: 'Each ping has the next number as its nonce.',
    naive: true,
    edits: [
      ['const NONCE = 8\n', 'const NONCE = 8\nlet last = 0n\n'],
      [
        '    const payload = randomBytes(NONCE)\n',
        '    const payload = Buffer.alloc(NONCE)\n    payload.writeBigUInt64LE(++last)\n',
      ],
    ],
  },
  'null-for-the-end': {
    caughtBy: 'over',
    says: 'it is not a time-out',
    why: 'A ping whose connection is over returns null.',
    edits: [
      [
        '    for (const { timer, reject } of this.#waiting.values()) {\n',
        '    for (const { timer, resolve } of this.#waiting.values()) {\n',
      ],
      ['      reject(new Error(`the connection to ${this.name} is over`))\n', '      resolve(null)\n'],
    ],
  },
  'one-nonce-at-a-time': {
    caughtBy: 'round-trip',
    says: 'In one variable, each new ping replaces the one before',
    why: 'Only the last ping is known.',
    naive: true,
    edits: [
      ['      this.#waiting.set(nonce,', '      this.#waiting.clear()\n      this.#waiting.set(nonce,'],
    ],
  },
  'one-score-for-all': {
    caughtBy: 'adds-up',
    says: 'does each connection have a score of its own',
    why: 'All connections share one score.',
    edits: [
      [
        '    this.#score = new Score(rules.halfLifeMs)\n',
        '    this.#score = score ??= new Score(rules.halfLifeMs)\n',
      ],
      ['const NONCE = 8\n', 'const NONCE = 8\nlet score: Score | undefined\n'],
    ],
  },
  'one-score-for-an-address': {
    caughtBy: 'ban-by',
    says: 'begin with a score of 0 on each connection',
    why: 'Connections with the same key share a score.',
    naive: true,
    edits: [
      [
        '    this.#score = new Score(rules.halfLifeMs)\n',
        '    this.#score = scores.get(this.key) ?? new Score(rules.halfLifeMs)\n    scores.set(this.key, this.#score)\n',
      ],
      ['const NONCE = 8\n', 'const NONCE = 8\nconst scores = new Map<string, Score>()\n'],
    ],
  },
  'one-table-for-all': {
    caughtBy: 'wrong-pong',
    says: "Another peer's pong answers none of them",
    why: 'The pings of all connections wait in one table.',
    naive: true,
    edits: [
      ['  readonly #waiting = new Map<bigint, Ping>()\n', '  readonly #waiting = waiting\n'],
      ['class Connection {\n', 'const waiting = new Map<bigint, Ping>()\n\nclass Connection {\n'],
    ],
  },
  'one-time-for-all': {
    caughtBy: 'round-trip',
    says: 'does each ping have a time of its own',
    why: 'The time of sending is kept once, for the last ping.',
    naive: true,
    edits: [
      ['  #isBanned = false\n', '  #isBanned = false\n  #sent = 0\n'],
      [
        "      this.#send('ping', payload)\n",
        "      this.#sent = performance.now()\n      this.#send('ping', payload)\n",
      ],
      ['performance.now() - ping.sent', 'performance.now() - this.#sent'],
    ],
  },
  'one-timer-for-all': {
    caughtBy: 'unanswered',
    says: 'does each ping have a timer of its own',
    why: 'When a ping times out, all that wait are given up.',
    naive: true,
    edits: [
      [
        'const timer = setTimeout(() => this.#timedOut(nonce), this.#rules.pingTimeoutMs)',
        'const timer = setTimeout(() => {\n        for (const waiting of this.#waiting.keys()) this.#timedOut(waiting)\n      }, this.#rules.pingTimeoutMs)',
      ],
      [
        '    this.#waiting.get(nonce)!.resolve(null)\n',
        '    const ping = this.#waiting.get(nonce)!\n    clearTimeout(ping.timer)\n    ping.resolve(null)\n',
      ],
    ],
  },
  'pauses-nobody': {
    caughtBy: 'flood',
    says: 'reading from a peer that takes no pongs',
    why: 'Pongs that nobody reads pile up in memory.',
    naive: true,
    edits: [
      [
        '    if (hasRoom || this.#socket.isPaused()) return\n',
        '    if (hasRoom || this.#rules.banScore >= 0) return\n',
      ],
    ],
  },
  'pings-wait-forever': {
    caughtBy: 'over',
    says: 'does the end of a connection end the pings',
    why: 'Nobody tells the pings that their connection is over.',
    edits: [
      [
        '      clearTimeout(timer)\n      reject(new Error(`the connection to ${this.name} is over`))\n',
        '      clearTimeout(timer)\n',
      ],
    ],
  },
  'remembers-one-late-ping': {
    caughtBy: 'unanswered',
    says: 'the last 16 pings that timed out',
    why: 'Only the last ping that timed out is remembered.',
    edits: [['[...this.#late, nonce].slice(-MOST_PINGS)', '[nonce]']],
  },
  'remembers-whole-pings': {
    caughtBy: 'flood',
    says: 'needs little memory for pings that it has answered',
    why: 'The nonces that it remembers are parts of the messages that they came in, which stay in memory with them.',
    edits: [
      ['  #isBanned = false\n', '  #isBanned = false\n  #answered: Buffer[] = []\n'],
      [
        "      else if (command === 'ping') this.#send",
        "      else if (command === 'ping' && this.#answered.push(payload.subarray(0, NONCE)) > 0) this.#send",
      ],
    ],
  },
  'restarts-all-timers': {
    caughtBy: 'unanswered',
    says: 'which later pings do not restart',
    why: 'Each ping gives those before it the full time again.',
    naive: true,
    edits: [
      [
        '      const timer = setTimeout(() => this.#timedOut(nonce), this.#rules.pingTimeoutMs)\n',
        '      for (const [other, ping] of this.#waiting) {\n        clearTimeout(ping.timer)\n        ping.timer = setTimeout(() => this.#timedOut(other), this.#rules.pingTimeoutMs)\n      }\n      const timer = setTimeout(() => this.#timedOut(nonce), this.#rules.pingTimeoutMs)\n',
      ],
    ],
  },
  'restarts-the-clock': {
    caughtBy: 'decays',
    says: 'the others decay also while only lasting ones are added',
    why: 'The time is noted for points that last, but the others do not decay then.',
    naive: true,
    edits: [
      [
        '    this.#decaying *= 2 ** (-(now - this.#at) / this.#halfLifeMs)\n',
        '    if (!lasts) this.#decaying *= 2 ** (-(now - this.#at) / this.#halfLifeMs)\n',
      ],
    ],
  },
  'skips-zero': {
    caughtBy: 'pong',
    says: 'also when the nonce is 0',
    why: 'A nonce of 0 is taken for none, and the ping is not answered.',
    naive: true,
    edits: [
      [
        "else if (command === 'ping') this",
        "else if (command === 'ping' && payload.readBigUInt64LE() === 0n) return\n      else if (command === 'ping') this",
      ],
    ],
  },
  'tells-of-the-refused': {
    caughtBy: 'ban-by',
    says: 'no events about a connection that was refused',
    why: 'Each connection that a banned peer tries is told about.',
    edits: [
      [
        '    if (isBanned(keyOf(socket.remoteAddress!, socket.remotePort!, rules))) socket.destroy()\n',
        "    const { remoteAddress: host, remotePort: port } = socket\n    if (isBanned(keyOf(host!, port!, rules))) {\n      emit('closed', { connection: `${host}:${port}`, reason: 'banned' })\n      socket.destroy()\n    }\n",
      ],
    ],
  },
  'tells-one-reason': {
    caughtBy: 'over',
    says: 'pass on the reason of runConnection',
    why: 'A connection that no ban has closed has always ended.',
    edits: [["reason: this.#isBanned ? 'banned' : reason", "reason: this.#isBanned ? 'banned' : 'ended'"]],
  },
  'time-outs-last': {
    caughtBy: 'decays',
    says: 'all others do',
    why: 'The points of a time-out do not decay.',
    naive: true,
    edits: [['timeout: { points: 20, lasts: false }', 'timeout: { points: 20, lasts: true }']],
  },
  'time-outs-never-ban': {
    caughtBy: 'unanswered',
    says: 'points of a time-out count as any others',
    why: 'Only what a peer sends can lead to a ban.',
    naive: true,
    edits: [
      ['if (score > this.#rules.banScore)', "if (reason !== 'timeout' && score > this.#rules.banScore)"],
    ],
  },
})
