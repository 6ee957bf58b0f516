import { defineMistakes } from '../../../exercise/mistakes.ts'

export default defineMistakes({
  'answers-known-answers': {
    caughtBy: 'silent',
    says: 'the answers in a question are those that are known already',
    why: 'The answers in a question are not looked at, so everybody repeats what the one who asks already knows.',
    naive: true,
    edits: [['isAsked(record) && !isKnown(record)', 'isAsked(record)']],
  },
  'answers-responses': {
    caughtBy: 'silent',
    says: 'Only questions get answers',
    why: 'Whether a message is a response is looked at only when browsing.',
    edits: [
      [
        'if (!message.isResponse) this.#answer(message)\n    else if (this.#isBrowsing)',
        'this.#answer(message)\n    if (message.isResponse && this.#isBrowsing)',
      ],
    ],
  },
  'answers-the-first-question': {
    caughtBy: 'answers',
    says: 'a message can have several questions',
    why: 'Nearly all messages have one question, so the others are forgotten.',
    edits: [['questions.some(\n', 'questions.slice(0, 1).some(\n']],
  },
  'asks-at-a-fixed-pace': {
    caughtBy: 'own',
    says: 'do you double the wait each time',
    why: 'The wait stays the same, so many programs that browse fill the network with questions.',
    edits: [['this.browse(Math.min(2 * queryMs, HOUR_MS))', 'this.browse(queryMs)']],
  },
  'believes-questions': {
    caughtBy: 'finds',
    says: 'Only responses count',
    why: 'Every message is searched for instances, so what somebody has heard long ago comes back to life.',
    naive: true,
    edits: [['else if (this.#isBrowsing)', 'if (this.#isBrowsing)']],
  },
  'bounds-jumps-by-the-beginning': {
    caughtBy: 'malformed',
    says: ['a pointer must lead to before the place', 'part of it to which the last jump led'],
    why: 'All pointers are held against the beginning of the name, but two before that can lead to each other.',
    edits: [['at = start = target', 'at = target']],
  },
  'bounds-jumps-by-the-pointer': {
    caughtBy: 'malformed',
    says: 'a pointer must lead to before the place',
    why: 'A pointer only has to lead backward from where it is, so it can lead into its own name, where bytes of a label count as lengths.',
    edits: [['if (target >= start)', 'if (target >= at)']],
  },
  'checks-for-pointers-to-themselves': {
    caughtBy: 'malformed',
    says: 'a pointer must lead to before the place',
    why: 'Only a pointer to itself is refused, but two that point to each other are a loop, too.',
    edits: [['if (target >= start)', 'if (target === at)']],
  },
  'compares-letters-exactly': {
    caughtBy: 'answers',
    says: 'only in the case of ASCII letters',
    why: 'Names are compared as they are, but DNS has never known a difference between upper and lower case.',
    edits: [['label.replace(/[A-Z]/g, letter => letter.toLowerCase())', 'label']],
  },
  'compares-the-whole-class': {
    caughtBy: 'answers',
    says: 'do you compare the class with 1',
    why: 'The top bit of the class has another meaning in multicast DNS, so 8001 is class 1, too.',
    edits: [['(all & ~TOP_BIT) === IN', 'all === IN']],
  },
  'compresses-whole-names': {
    caughtBy: 'announces',
    says: 'where the rest of it begins behind each of its labels',
    why: 'Only a name that was there as a whole becomes a pointer, and none that only ends like another one.',
    edits: [['const known = earlier.get(rest)', 'const known = i === 0 ? earlier.get(rest) : undefined']],
  },
  'counts-characters': {
    caughtBy: 'announces',
    says: 'Do you count bytes',
    why: 'The length of a label is counted in characters, and an é has two bytes.',
    edits: [
      [
        'if (label.length < 1 || label.length > MAX_LABEL)',
        'if (labels[i]!.length < 1 || labels[i]!.length > MAX_LABEL)',
      ],
    ],
  },
  'doubles-before-the-first-wait': {
    caughtBy: 'goodbye',
    says: 'the first wait is queryMs',
    why: 'The wait is doubled before it is used, so the second question comes after twice the time.',
    edits: [
      [
        'setTimeout(() => void this.browse(Math.min(2 * queryMs, HOUR_MS)), queryMs)',
        'queryMs = Math.min(2 * queryMs, HOUR_MS)\n    setTimeout(() => void this.browse(queryMs), queryMs)',
      ],
    ],
  },
  'ends-behind-the-jump': {
    caughtBy: 'names',
    says: 'behind the first pointer, wherever that leads',
    why: 'The end is where the reading stopped, but that can be anywhere once a pointer was followed.',
    edits: [['      end ??= at + 2\n', '']],
  },
  'finds-itself': {
    caughtBy: 'own',
    says: 'Do you know your own instances by their names',
    why: 'A member of a group hears what it sends, so the program takes itself for a candidate.',
    edits: [['if (isOurs || !isSame(', 'if (!isSame(']],
  },
  'flushes-the-others': {
    caughtBy: 'announces',
    says: 'Its top bit says that no other record has this name and type',
    why: 'The top bit is set in the PTR record, too, so others forget all other instances of the service.',
    edits: [["type: 'PTR', class: IN, ttl, target: name }", "type: 'PTR', ...ours, target: name }"]],
  },
  'forgets-at-once': {
    caughtBy: 'goodbye',
    // Which of the two comes to light first is up to the machine.
    says: ['The candidate is lost one second later', 'Do you stop the timer that runs'],
    why: 'A goodbye is taken at its word, so nobody can contradict it.',
    naive: true,
    edits: [['this.#keep(target, Math.max(1, ttl))', 'this.#keep(target, ttl)']],
  },
  'ignores-what-it-sent': {
    caughtBy: 'own',
    says: 'because others hear the answer',
    why: 'Everything that comes back is dropped, so nobody hears of the program when it asks itself.',
    edits: [
      [
        '    const socket = await this.#socket\n',
        '    this.#sent = bytes\n    const socket = await this.#socket\n',
      ],
      ['  #isBrowsing = false\n', '  #isBrowsing = false\n  #sent = Buffer.alloc(0)\n'],
      [
        '    let message: DnsMessage\n',
        '    if (bytes.equals(this.#sent)) return\n    let message: DnsMessage\n',
      ],
    ],
  },
  'joins-with-dots': {
    caughtBy: 'silent',
    says: 'do you join labels with dots',
    why: 'Names are compared as text with dots, but a label can have dots in it.',
    edits: [
      ['JSON.stringify(name.map(', '(name.map('],
      ['letter.toLowerCase())))', "letter.toLowerCase())).join('.'))"],
    ],
  },
  'jumps-ten-times': {
    caughtBy: 'names',
    says: 'Is there another limit for jumps',
    why: 'Loops end at a number of jumps that seemed large enough, but a valid name can have more.',
    edits: [
      ['  let length = 1\n', '  let length = 1\n  let jumps = 0\n'],
      ['if (target >= start)', 'if (++jumps > 10 || target >= start)'],
    ],
  },
  'keeps-the-old-timer': {
    caughtBy: 'goodbye',
    says: 'Do you stop the timer that runs',
    why: 'A new PTR record starts a timer, and the one of the goodbye before runs on.',
    naive: true,
    edits: [['    clearTimeout(candidate.timer)\n', '']],
  },
  'keeps-answering': {
    caughtBy: 'goodbye',
    says: 'does withdraw stop the answers for this instance',
    why: 'The goodbye is sent, but the records stay, so the next question brings the instance back.',
    edits: [['    this.#announced.delete(keyOf(name))\n', '']],
  },
  'keeps-the-timer-of-the-old-address': {
    caughtBy: 'goodbye',
    says: 'Do you stop the timer that runs',
    why: 'A candidate with another address or id replaces the one before, whose timer runs on.',
    naive: true,
    edits: [['    clearTimeout(known?.timer)\n', '']],
  },
  'keeps-what-it-could-not-send': {
    caughtBy: 'announces',
    says: ['is not announced', 'ended', 'an error that nothing caught'],
    why: 'The records are kept before they are written, so an instance that announce has refused spoils the answers from then on.',
    naive: true,
    edits: [
      [
        '    await this.send({ isResponse: true, answers: records })\n    this.#announced.set(keyOf(name), records)\n',
        '    this.#announced.set(keyOf(name), records)\n    await this.send({ isResponse: true, answers: records })\n',
      ],
    ],
  },
  'knows-candidates-by-the-exact-name': {
    caughtBy: 'finds',
    says: 'names are the same if they differ only in the case',
    why: 'Candidates are kept by their names as they came, so another spelling of a name is a new candidate.',
    edits: [
      ['const known = this.#candidates.get(keyOf(name))', 'const known = this.#candidates.get(`${name}`)'],
      ['this.#candidates.set(keyOf(name)', 'this.#candidates.set(`${name}`'],
      [
        'const candidate = this.#candidates.get(keyOf(name))',
        'const candidate = this.#candidates.get(`${name}`)',
      ],
      ['this.#candidates.delete(keyOf(name))', 'this.#candidates.delete(`${name}`)'],
    ],
  },
  'knows-peers-by-their-id': {
    caughtBy: 'finds',
    says: 'an id is a claim',
    why: 'A second instance with a known id counts as the same peer, so whoever is first keeps the other one out.',
    edits: [
      [
        '    clearTimeout(known?.timer)\n',
        '    if ([...this.#candidates.values()].some(other => other !== known && other.id === id)) return\n    clearTimeout(known?.timer)\n',
      ],
    ],
  },
  'lets-the-timer-overflow': {
    caughtBy: 'goodbye',
    says: 'How many milliseconds does your timer take at most',
    why: 'A timer in Node takes 31 bits of milliseconds, and fires at once if it gets more.',
    edits: [['Math.min(1000 * seconds, LONGEST_TIMER_MS)', '1000 * seconds']],
  },
  'lowers-all-letters': {
    caughtBy: 'silent',
    says: 'only ASCII letters have no case',
    why: 'The letters of all alphabets are lowered, so two names count as one.',
    naive: true,
    edits: [['label.replace(/[A-Z]/g, letter => letter.toLowerCase())', 'label.toLowerCase()']],
  },
  'reads-answers-only': {
    caughtBy: 'real',
    says: 'They can be answers and additional records',
    why: 'Only the answers are read, but others send three of the four records as additional ones.',
    edits: [['[...answers, ...authorities, ...additionals].filter(isIn)', '[...answers].filter(isIn)']],
  },
  'reads-names-of-any-length': {
    caughtBy: 'malformed',
    says: 'a name has at most 255 bytes',
    why: 'Nothing counts the bytes of a name, so pointers make it as long as the sender likes.',
    edits: [['    if (length > MAX_NAME) throw new Error(`the name has more than ${MAX_NAME} bytes`)\n', '']],
  },
  'reads-pointers-of-one-byte': {
    caughtBy: 'names',
    says: 'which has 14 bits',
    why: 'The first byte of a pointer is taken for a mark only, which goes well in the first 256 bytes of a message.',
    naive: true,
    edits: [['message.readUInt16BE(at) & 0x3fff', 'message[at + 1]!']],
  },
  'shares-candidates-between-groups': {
    caughtBy: 'finds',
    says: 'Does each have its own candidates',
    why: 'All groups have one list of candidates, so an instance in two of them moves to and fro.',
    edits: [
      ['  readonly #candidates = new Map<string, Candidate>()\n', ''],
      ['class Group {\n', 'const candidates = new Map<string, Candidate>()\n\nclass Group {\n'],
      ['const known = this.#candidates.get', 'const known = candidates.get'],
      ['this.#candidates.set', 'candidates.set'],
      ['const candidate = this.#candidates.get', 'const candidate = candidates.get'],
      ['this.#candidates.delete', 'candidates.delete'],
    ],
  },
  'stops-at-junk': {
    caughtBy: 'junk',
    says: ['Do you catch the error', 'an error that nothing caught', 'ended'],
    why: 'Nobody catches the error of a malformed message, so any member of the group can end the program.',
    edits: [['    } catch {\n      return\n    }\n', '    } finally {\n      // Nothing.\n    }\n']],
  },
  'takes-any-known-answer': {
    caughtBy: 'silent',
    says: 'and its TTL',
    why: 'A known answer counts however old it is, so it expires before anybody renews it.',
    edits: [[' &&\n          other.ttl >= record.ttl / 2', '']],
  },
  'takes-more-than-half': {
    caughtBy: 'silent',
    says: 'with at least half of your ttl',
    why: 'A known answer with exactly half of the TTL is answered once more.',
    edits: [['other.ttl >= record.ttl / 2', 'other.ttl > record.ttl / 2']],
  },
  'takes-the-end-for-zero': {
    caughtBy: 'malformed',
    says: 'Behind the end of the message there is nothing',
    why: 'A name that the message cuts off counts as complete.',
    edits: [
      ["if (first === undefined) throw new Error('the name is cut')\n    if (first === 0)", 'if (!first)'],
    ],
  },
  'withdraws-by-the-exact-name': {
    caughtBy: 'goodbye',
    says: 'Do you look for the instance as you compare names',
    why: 'Only questions are compared without regard to case, so withdraw does not find the instance.',
    edits: [
      [
        '    const records = this.#announced.get(keyOf(name))\n',
        '    const records = this.#announced.get(keyOf(name))\n    if (records?.[1]?.name[0] !== name[0]) throw new Error(`${name[0]} is not announced`)\n',
      ],
    ],
  },
  'writes-names-in-full': {
    caughtBy: 'announces',
    says: 'do you remember where each name begins',
    why: 'No name becomes a pointer, so messages are much larger than they need to be.',
    edits: [
      [
        '    if (known !== undefined) return Buffer.concat([...parts, Buffer.of(POINTER | (known >> 8), known & 0xff)])\n',
        '    if (known !== undefined && false) return Buffer.alloc(0)\n',
      ],
    ],
  },
})
