/** `p2plab watch` in a terminal: it clears and draws anew, takes single keys, and ends with its terminal. */
import assert from 'node:assert/strict'
import { readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { stripVTControlCharacters } from 'node:util'
import { loadPack, programsOf, type LabsPack } from '../../../labs/pack.ts'
import { planWorkspace, writeWorkspace } from '../../../labs/workspace/workspace.ts'
import { gone } from '../../kit/alive.ts'
import { endConversations, noTerminal, typeTo, type Conversation } from '../../kit/conversation.ts'
import { dist, existing, folderWith, removeFolders } from '../../kit/labs.ts'

const CLEAR = '\u001b[H\u001b[2J'
/** A program that says where it is and never gets ready. */
const STUCK =
  "import { writeFileSync } from 'node:fs'\nwriteFileSync('pid', `${process.pid}`)\nprocess.stdout.write('\\u001b[2Jgone? ')\nfor (;;);\n"

/** The number in a file that is still to be written. */
async function numberIn(name: string): Promise<number> {
  const deadline = AbortSignal.timeout(60_000)
  for (;;) {
    deadline.throwIfAborted()
    const text = await readFile(name, 'utf8').catch(() => '')
    if (text !== '') return Number(text)
    await wait(10)
  }
}

describe('p2plab watch in a terminal', function () {
  this.timeout(120_000)
  let pack: LabsPack
  before(async function () {
    const why = noTerminal()
    if (why !== undefined) {
      console.log(`    ${why}`)
      this.skip()
    }
    pack = await loadPack(dist)
  })
  afterEach(endConversations)
  after(removeFolders)

  const { file } = existing('1.1')
  async function lab(text?: string): Promise<string> {
    const dir = await folderWith()
    await writeWorkspace(dir, await planWorkspace(pack, dir), { overwrite: [] })
    if (text !== undefined) await writeFile(path.join(dir, file), text)
    return dir
  }
  const begun = () => `${programsOf(pack, '1.1', 'typescript').starter}console.log('mine')\n`
  /** The command itself, not what runs the terminal. */
  const pidOf = async (talk: Conversation) => Number((await talk.hearError(/^(\d+)\r?\n/))[1])
  const screenOf = ({ out }: Conversation) => out.slice(out.lastIndexOf(CLEAR) + CLEAR.length)

  it('clears it and draws anew, and takes single keys', async () => {
    const dir = await lab()
    const talk = typeTo(['watch'], { cwd: dir })
    await talk.hear(/is still the starter/)
    assert.ok(talk.out.includes(CLEAR))
    await writeFile(path.join(dir, file), begun())
    await talk.hear(/Checking: 1 of \d/)
    await talk.hear(/Exercise 1\.1: fail\. 0 of \d checks passed[^]*q.* quit\r\n/)
    const screen = screenOf(talk)
    assert.match(screen, /1\.1 Echo: 1-tcp\/1-echo\.ts/)
    assert.match(screen, /✗ fail {2}Listens on the given host and port/)
    assert.match(screen, /Your program wrote:\r\n {4}mine\r\n/)
    assert.match(screen, /0 of \d+ exercises passed\./)
    talk.say('h')
    await talk.hear(/Hint 1 of 3 for 1\.1 Echo/)
    talk.say('l')
    await talk.hear(/> 1\.1 {2}Echo +✗ failed; 0 of \d checks\r\n/)
    assert.doesNotMatch(screenOf(talk), /Hint 1/)
    // An arrow is no key of ours: it only closes the list.
    talk.say('\u001b[A')
    await talk.hear(/✗ fail {2}Listens on the given host and port[^]*q.* quit\r\n/)
    talk.say('n')
    await talk.hear(/1\.2 Frames: 1-tcp\/2-frames\.ts/)
    // Where nothing can stop it, Ctrl-Z changes nothing.
    talk.say('\u001a')
    talk.say('q')
    assert.equal(await talk.over, 0)
  })

  it('breaks lines between keys and words, and takes a terminal that does not know its size for a usual one', async () => {
    const dir = await lab()
    for (const [columns, keys] of [
      [40, 'h hint   s solution   l list\r\nn next exercise   q quit\r\n'],
      [0, 'h hint   s solution   l list   n next exercise   q quit\r\n'],
    ] as const) {
      const talk = typeTo(['watch'], { cwd: dir }, { columns, rows: columns && 24 })
      await talk.hear(/q.* quit\r\n/)
      const screen = stripVTControlCharacters(screenOf(talk))
      assert.ok(screen.endsWith(keys), JSON.stringify(screen))
      const longest = Math.max(...screen.split('\r\n').map(line => line.length))
      assert.ok(longest <= (columns || 80) && longest > 30, `${longest} of ${columns} columns`)
      talk.say('q')
      assert.equal(await talk.over, 0)
    }
  })

  it('ends at Ctrl-C and at q in the middle of a check, and leaves nothing running', async () => {
    for (const [key, status] of [
      ['\u0003', 130],
      ['q', 0],
    ] as const) {
      const dir = await lab(STUCK)
      const talk = typeTo(['watch'], { cwd: dir })
      const programs = [await pidOf(talk), await numberIn(path.join(dir, 'pid'))]
      talk.say(key)
      assert.equal(await talk.over, status)
      await gone(programs)
    }
  })

  it('ends when its terminal goes, with everything it started', async () => {
    const dir = await lab(STUCK)
    const talk = typeTo(['watch'], { cwd: dir })
    const programs = [await pidOf(talk), await numberIn(path.join(dir, 'pid'))]
    talk.child.stdin!.end()
    await talk.over
    await gone(programs)
  })

  it('prints lines and moves no cursor with NO_COLOR, and in a terminal that cannot', async () => {
    for (const env of [{ NO_COLOR: '1' }, { TERM: 'dumb' }]) {
      const dir = await lab(begun())
      const talk = typeTo(['watch'], { cwd: dir, env })
      await talk.hear(/Checking 1\.1 Echo[^]*✗ fail[^]*Exercise 1\.1: fail/)
      talk.say('h')
      await talk.hear(/Hint 1 of 3/)
      talk.say('q')
      assert.equal(await talk.over, 0)
      assert.doesNotMatch(talk.out, /\u001b/)
    }
  })
})
