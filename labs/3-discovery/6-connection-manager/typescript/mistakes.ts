import { defineMistakes } from '../../../exercise/mistakes.ts'

const RULE = "      if (other.direction === 'outbound' && own > id) return false\n"
const WAIT = '      longest * (0.5 + Math.random() / 2),\n'
const LONGEST = '    const longest = Math.min(maxBackoffMs, backoffMs * 2 ** (failures - 1))\n'
const UNPROTECTED = 'const youngest = [...this.#slots.keys()].findLast(id => !this.#isProtected(id))'
const FULL = '    if (this.#slots.size < max) return true\n'

export default defineMistakes({
  'backs-off-evenly': {
    caughtBy: 'backoff',
    says: 'It doubles with each failure',
    why: 'Each wait is as much longer as the one before.',
    naive: true,
    edits: [[LONGEST, '    const longest = Math.min(maxBackoffMs, backoffMs * failures)\n']],
  },
  'believes-any-id': {
    caughtBy: 'hello',
    says: 'whom did you dial?',
    why: 'A dialed peer can be anybody.',
    edits: [
      [
        '        if (answered !== id) return link.close()\n',
        '        if (answered === this.#options.id) return link.close()\n',
      ],
    ],
  },
  'closes-its-own': {
    caughtBy: 'collision',
    says: 'your dial wins',
    why: 'Whoever is dialed gives up its own dial, on both sides.',
    naive: true,
    edits: [[RULE, '']],
  },
  'compares-numbers': {
    caughtBy: 'collision',
    says: 'compare all of both texts',
    why: 'Ids are compared as numbers, which are not exact beyond 2^53.',
    naive: true,
    edits: [
      [
        RULE,
        "      if (other.direction === 'outbound' && Number(`0x${own}`) > Number(`0x${id}`)) return false\n",
      ],
    ],
  },
  'counts-only-connected': {
    caughtBy: 'cap',
    says: 'Dials under way count',
    why: 'Dials under way are not counted when somebody connects.',
    naive: true,
    edits: [[FULL, '    if (this.peers().length < max) return true\n']],
  },
  'counts-only-dials': {
    caughtBy: 'target',
    says: 'inbound connections, before you dial one more',
    why: 'The target is for outbound connections alone.',
    naive: true,
    edits: [
      [
        '      if (this.#slots.size >= this.#options.target) return\n',
        "      const dialed = [...this.#slots.values()].filter(({ direction }) => direction === 'outbound')\n      if (dialed.length >= this.#options.target) return\n",
      ],
    ],
  },
  'dials-after-each-wait': {
    caughtBy: 'once',
    says: 'look whether the peer has a slot by now',
    why: 'When a wait is over, its peer is dialed, whatever has happened in the meantime.',
    naive: true,
    edits: [
      [
        '        this.#waits.delete(id)\n        this.fill()\n',
        '        this.#waits.delete(id)\n        const peer = this.#options.peers.find(known => known.id === id)\n        if (peer && this.#slots.size < this.#options.target) this.#dial(peer)\n',
      ],
    ],
  },
  'dials-again-whom-it-closed': {
    caughtBy: 'protected',
    says: 'as after any other end',
    why: 'Only peers that failed have to wait.',
    edits: [['    this.#release(youngest)\n', '    this.#slots.delete(youngest)\n']],
  },
  'dials-protected-peers-anyway': {
    caughtBy: 'groups',
    says: 'only when it dials you',
    why: 'The limit of a group is not for protected peers, whoever dials.',
    naive: true,
    edits: [
      ['if (isFree && this.#hasShare(id))', 'if (isFree && (this.#isProtected(id) || this.#hasShare(id)))'],
    ],
  },
  'ends-politely': {
    caughtBy: 'hello',
    says: ['if the peer never closes its own side', 'helloMs, from the beginning'],
    why: 'A connection is half closed, and the peer decides when it is over.',
    naive: true,
    edits: [
      ['  close(): void {\n    this.#socket.destroy()\n', '  close(): void {\n    this.#socket.end()\n'],
    ],
  },
  'frees-the-slot-of-the-winner': {
    caughtBy: 'collision',
    says: 'does the connection that lost leave the slot alone',
    why: 'Any connection that ends frees the slot of its peer.',
    naive: true,
    edits: [
      [
        '    if (this.#slots.get(id)?.link !== link) return\n',
        '    if (!this.#slots.has(id) || !link) return\n',
      ],
    ],
  },
  'greets-before-it-decides': {
    caughtBy: 'cap',
    says: 'decide before you send it',
    why: 'Every inbound connection gets a hello, and those that are refused are closed afterwards.',
    edits: [
      [
        '        if (!this.#admits(id)) return link.close()\n        peer = id\n',
        '        link.sendHello(this.#options.id)\n        if (!this.#admits(id)) return link.close()\n        peer = id\n',
      ],
      [
        '        this.#failures.delete(id)\n        link.sendHello(this.#options.id)\n',
        '        this.#failures.delete(id)\n',
      ],
    ],
  },
  'groups-only-when-dialing': {
    caughtBy: 'groups',
    says: 'before you accept or dial',
    why: 'Inbound connections of a group are not limited.',
    naive: true,
    edits: [['    if (!this.#isProtected(id) && !this.#hasShare(id)) return false\n', '']],
  },
  'jitter-on-top': {
    caughtBy: 'backoff',
    says: ['does each peer have a row', 'do you draw a new random number', 'does a hello end the row'],
    why: 'The random part comes on top of the longest wait.',
    naive: true,
    edits: [[WAIT, '      longest * (1 + Math.random() / 2),\n']],
  },
  'keeps-the-clock': {
    caughtBy: 'hello',
    says: 'stop the clock of a connection',
    why: 'A connection is closed after helloMs although its hello has come.',
    edits: [['      onHello: id => {\n        clearTimeout(timer)\n', '      onHello: id => {\n']],
  },
  'keeps-the-timer-of-an-old-wait': {
    caughtBy: 'backoff',
    says: 'clear the timer of the wait before',
    why: 'The peer dials, the row is over, and the timer of its last wait runs on: it ends the first wait of the next row.',
    naive: true,
    edits: [['    clearTimeout(this.#waits.get(id))\n', '']],
  },
  'limits-protected-peers': {
    caughtBy: 'protected',
    says: 'even if its group is full',
    why: 'The limit of a group is for protected peers, too.',
    naive: true,
    edits: [
      [
        '    if (!this.#isProtected(id) && !this.#hasShare(id)) return false\n',
        '    if (!this.#hasShare(id)) return false\n',
      ],
    ],
  },
  'makes-room-by-age': {
    caughtBy: 'protected',
    says: 'the youngest slot',
    why: 'The oldest connection has to go.',
    edits: [[UNPROTECTED, 'const youngest = [...this.#slots.keys()].find(id => !this.#isProtected(id))']],
  },
  'never-refills': {
    caughtBy: 'target',
    says: 'look for somebody else to dial',
    why: 'Peers are dialed only at the start.',
    edits: [['    this.#release(id)\n    this.fill()\n', '    this.#release(id)\n']],
  },
  'never-starts-anew': {
    caughtBy: 'backoff',
    says: 'does a hello end the row of failures?',
    why: 'Failures are counted for ever.',
    naive: true,
    edits: [
      [
        '        slot.isConnected = true\n        this.#failures.delete(id)\n',
        '        slot.isConnected = true\n',
      ],
    ],
  },
  'new-slot-after-a-restart': {
    caughtBy: 'protected',
    says: 'has its slot, and the age of it',
    why: 'The new connection of a peer that has restarted is the youngest.',
    edits: [['      other.link.close()\n', '      this.#slots.delete(id)\n      other.link.close()\n']],
  },
  'no-jitter': {
    caughtBy: 'backoff',
    says: 'Without jitter',
    why: 'Each wait is as long as it may be.',
    naive: true,
    edits: [[WAIT, '      longest,\n']],
  },
  'no-limit-of-waits': {
    caughtBy: 'backoff',
    says: ['longer than maxBackoffMs'],
    why: 'Waits double for ever.',
    edits: [[LONGEST, '    const longest = backoffMs * 2 ** (failures - 1) + 0 * maxBackoffMs\n']],
  },
  'no-wait': {
    caughtBy: 'backoff',
    says: 'half of the wait is certain',
    why: 'A peer that fails is dialed again after a random time, from nothing on.',
    naive: true,
    edits: [[WAIT, '      longest * Math.random(),\n']],
  },
  'one-row-for-all': {
    caughtBy: 'backoff',
    says: ['a row of failures of its own', 'of this peer in a row'],
    why: 'The failures of all peers are counted together.',
    naive: true,
    edits: [
      [
        '    const failures = (this.#failures.get(id) ?? 0) + 1\n    this.#failures.set(id, failures)\n',
        "    const failures = (this.#failures.get('') ?? 0) + 1\n    this.#failures.set('', failures)\n",
      ],
      [
        '        slot.isConnected = true\n        this.#failures.delete(id)\n',
        "        slot.isConnected = true\n        this.#failures.delete('')\n",
      ],
    ],
  },
  'protected-over-max': {
    caughtBy: 'protected',
    says: 'max holds for protected peers, too',
    why: 'Protected peers do not count.',
    edits: [
      [
        '    return this.#isProtected(id) && this.#makesRoom()\n',
        '    if (this.#isProtected(id)) this.#makesRoom()\n    return this.#isProtected(id)\n',
      ],
    ],
  },
  'refills-when-its-own-dials-end': {
    caughtBy: 'target',
    says: 'does the end of an inbound connection lead to a dial',
    why: 'A dial that ends is followed by another one, and inbound connections come and go.',
    edits: [
      [
        '    this.#release(id)\n    this.fill()\n',
        "    const { direction } = this.#slots.get(id)!\n    this.#release(id)\n    if (direction === 'outbound') this.fill()\n",
      ],
    ],
  },
  'refuses-a-restart': {
    caughtBy: 'once',
    says: 'has restarted',
    why: 'Whoever has a connection gets no other.',
    edits: [[RULE, "      if (other.direction === 'inbound' || own > id) return false\n"]],
  },
  'slot-when-connected': {
    caughtBy: 'target',
    says: 'do you count dials under way',
    why: 'A peer has its slot when it has answered.',
    naive: true,
    edits: [
      [
        '    this.#slots.set(id, slot)\n    link.sendHello(this.#options.id)\n',
        '    link.sendHello(this.#options.id)\n',
      ],
      [
        '        slot.isConnected = true\n',
        '        slot.isConnected = true\n        this.#slots.set(id, slot)\n',
      ],
    ],
  },
  'starts-the-clock-again': {
    caughtBy: 'hello',
    says: 'It does not start again with each byte',
    why: 'The time-out is one of silence.',
    naive: true,
    edits: [
      [
        '        if (peer !== undefined) this.#closed(peer, link)\n      },\n    })\n    const timer = setTimeout(() => link.close(), this.#options.helloMs)\n',
        "        if (peer !== undefined) this.#closed(peer, link)\n      },\n    })\n    const timer = setTimeout(() => link.close(), this.#options.helloMs)\n    socket.on('data', () => {\n      if (peer === undefined) timer.refresh()\n    })\n",
      ],
    ],
  },
  'unknown-ids-have-no-group': {
    caughtBy: 'groups',
    says: 'ids that are not in peers form a group',
    why: 'Only known peers have a group.',
    naive: true,
    edits: [['    return taken.length <', '    return group === undefined || taken.length <']],
  },
})
