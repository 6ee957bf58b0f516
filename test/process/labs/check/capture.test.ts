/** Packet captures of real checks, read by Wireshark's own dissectors. */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { randomInt } from 'node:crypto'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { multicastProblem } from '../../../../network/orchestrator/multicast-probe.ts'
import { p2plab } from '../../../kit/cli.ts'
import { checkFile, folderWith, removeFolders, workspaceOf } from '../../../kit/labs.ts'
import { blocksOf } from '../../../kit/pcapng.ts'
import { skipBecause } from '../../../kit/platform.ts'
import { wrongProgram } from '../../../kit/programs.ts'
import { needTshark, tshark } from '../../../kit/tshark.ts'

/** No dissector of what happens to have a port that the system gave out. */
const PLAIN = ['tcp', 'udp'].flatMap(protocol => ['-d', `${protocol}.port==1-65535,data`])
const BAD =
  '_ws.malformed || tcp.analysis.flags || ip.checksum.status==0 || tcp.checksum.status==0 || udp.checksum.status==0'

describe('p2plab check --pcap', () => {
  after(removeFolders)
  let workspace: string
  before(async () => void (workspace = await workspaceOf('solution.ts')))

  const capture = async (id: string, ...args: string[]) => {
    const folder = await folderWith({})
    const file = path.join(folder, 'check.pcapng')
    const cache = path.join(folder, 'cache')
    const env = { XDG_CACHE_HOME: cache, LOCALAPPDATA: cache }
    const ran = await p2plab(['check', id, '--workspace', workspace, '--pcap', file, ...args], folder, env)
    return { ...ran, file, captures: path.join(cache, 'p2plab', 'captures') }
  }

  /** The port that each SYN goes to. */
  const dialed = (file: string) =>
    tshark(file, '-Y', 'tcp.flags.syn==1 && tcp.flags.ack==0', '-T', 'fields', '-e', 'tcp.dstport')

  describe('read by tshark', () => {
    before(async function () {
      await needTshark(this)
    })

    it('1.1: every byte that came back is that which was sent, and nothing is wrong with any packet', async () => {
      const { file, status, errors } = await capture('1.1', '--only', 'every-byte')
      assert.equal(status, 0, errors)
      assert.deepEqual(await tshark(file, ...PLAIN, '-Y', BAD), [])
      const [port] = await dialed(file)
      const bytes = async (filter: string) =>
        (await tshark(file, '-Y', `tcp.len>0 && ${filter}`, '-T', 'fields', '-e', 'tcp.payload')).join('')
      const sent = await bytes(`tcp.dstport==${port}`)
      assert.ok(sent.length >= 2 * 256)
      assert.equal(await bytes(`tcp.srcport==${port}`), sent)
      const [comment] = await tshark(file, '-c', '1', '-T', 'fields', '-e', 'frame.comment')
      assert.match(comment!, /^Echoes every byte unchanged \(every-byte\)/)
    })

    it('1.1: ends, resets and refusals are there', async () => {
      const { file, status, errors } = await capture('1.1')
      assert.equal(status, 0, errors)
      assert.deepEqual(await tshark(file, ...PLAIN, '-Y', BAD), [])
      const flags = new Set(await tshark(file, '-T', 'fields', '-e', 'tcp.flags.str'))
      for (const one of ['S', 'A··S', 'A···F', 'A··R'])
        assert.ok(
          [...flags].some(flag => [...one].every(letter => flag.includes(letter))),
          `${one} of ${[...flags].join(' ')}`,
        )
    })

    it('1.7: datagrams, and the faults between', async () => {
      const { file, status, errors } = await capture('1.7')
      assert.equal(status, 0, errors)
      assert.deepEqual(await tshark(file, ...PLAIN, '-Y', BAD), [])
      assert.ok((await tshark(file, '-Y', 'udp')).length > 100)
      assert.ok((await tshark(file, '-Y', 'frame.comment contains "lost, on the way to"')).length > 0)
    })

    it('3.2: every message is multicast DNS, from 127.0.0.1 to the group', async function () {
      const problem = await multicastProblem(randomInt(20_000, 30_000))
      if (problem !== undefined) skipBecause(this, `multicast does not work on this machine (${problem})`)
      const { file, status, errors } = await capture('3.2', '--only', 'answers')
      assert.equal(status, 0, errors)
      // tshark knows multicast DNS by its port, 5353, and the group of a check has another one.
      const named = ['-d', 'udp.port==1-65535,mdns']
      assert.deepEqual(await tshark(file, ...named, '-Y', `${BAD} || !mdns`), [])
      const fields = ['ip.src', 'ip.dst', 'dns.flags.response', 'dns.qry.name', 'dns.resp.name']
      const lines = await tshark(file, ...named, '-T', 'fields', ...fields.flatMap(field => ['-e', field]))
      const packets = lines.map(line => line.split('\t'))
      for (const [source, group] of packets) {
        assert.equal(source, '127.0.0.1')
        assert.match(group!, /^239\.255\./)
      }
      const asked = packets.filter(([, , response]) => /^(0|False)$/.test(response!))
      assert.ok(asked.some(([, , , name]) => name === '_p2plab._udp.local'))
      const answered = packets.filter(([, , response]) => /^(1|True)$/.test(response!))
      assert.ok(answered.some(([, , , , names]) => names!.split(',').includes('_p2plab._udp.local')))
      assert.equal(asked.length + answered.length, packets.length)
    })

    for (const [id, check, expected] of [
      ['2.2', 'verack', ['verack']],
      // What real nodes have sent, and what the program answers.
      ['2.4', 'recorded', ['version', 'verack', 'sendaddrv2', 'wtxidrelay', 'sendcmpct', 'getaddr']],
    ] as const) {
      it(`${id}: the bitcoin dissector names the messages, by itself and when it is told the port`, async () => {
        const { file, status, errors } = await capture(id, '--only', check)
        assert.equal(status, 0, errors)
        assert.deepEqual(await tshark(file, '-Y', BAD), [])
        const commands = async (...args: string[]) => {
          const lines = await tshark(file, ...args, '-Y', 'bitcoin', '-T', 'fields', '-e', 'bitcoin.command')
          return new Set(lines.flatMap(line => line.split(',')))
        }
        assert.ok((await commands()).has('verack'))
        const ports = await dialed(file)
        const told = await commands(...ports.flatMap(port => ['-d', `tcp.port==${port},bitcoin`]))
        assert.deepEqual(
          expected.filter(one => !told.has(one)),
          [],
        )
      })
    }
  })

  interface Carried {
    there: string
    back: string
  }

  /** What each connection of a cluster carried, as hex, by the link's name: between the dialer and the checker, and between the checker and the target. */
  const carried = async (file: string) => {
    const fields = ['tcp.stream', 'tcp.srcport', 'tcp.payload', 'frame.comment']
    const args = fields.flatMap(field => ['-e', field])
    const streams = new Map<string, { dialer: string; bytes: Carried }>()
    const links = new Map<string, { dialer: Carried[]; target: Carried[] }>()
    for (const line of await tshark(file, ...PLAIN, '-T', 'fields', ...args)) {
      const [number, from, payload, comment = ''] = line.split('\t') as [string, string, string, string?]
      const stream = streams.get(number) ?? { dialer: from, bytes: { there: '', back: '' } }
      if (!streams.has(number)) {
        streams.set(number, stream)
        const [, link, dialer, side] = /((n\d) → n\d), between (n\d) and the checker/.exec(comment) ?? []
        assert.ok(link, `${number}: ${comment}`)
        const both = links.get(link) ?? { dialer: [], target: [] }
        links.set(link, both)
        both[dialer === side ? 'dialer' : 'target'].push(stream.bytes)
      }
      stream.bytes[stream.dialer === from ? 'there' : 'back'] += payload
    }
    return links
  }

  it('4.1: a connection through a link of a cluster is there twice, and what one node sent is what the other got', async function () {
    await needTshark(this)
    const { file, status, errors } = await capture('4.1', '--only', 'shapes')
    assert.equal(status, 0, errors)
    assert.deepEqual(await tshark(file, ...PLAIN, '-Y', BAD), [])
    const links = await carried(file)
    assert.ok(links.size > 10, `${links.size} links`)
    for (const [link, { dialer, target }] of links) {
      // A node that dials one that is not up yet is refused, and dials again.
      const through = dialer.filter(({ there }) => there !== '')
      assert.ok(through.length > 0, link)
      assert.deepEqual(target, through, link)
    }
  })

  for (const [id, check, expected] of [
    ['4.2', 'network', ['version', 'verack', 'inv', 'getdata', 'tx']],
    ['4.5', 'split', ['version', 'verack', 'sendheaders', 'getheaders', 'headers']],
  ] as const) {
    it(`${id}: the bitcoin dissector names all that the nodes of a cluster say to each other`, async function () {
      await needTshark(this)
      const { file, status, errors } = await capture(id, '--only', check)
      assert.equal(status, 0, errors)
      const named = ['-d', 'tcp.port==1-65535,bitcoin']
      // A tx of 4.2 carries data that is not a transaction.
      assert.deepEqual(await tshark(file, ...named, '-Y', `(${BAD}) && !(bitcoin.command == "tx")`), [])
      assert.deepEqual(await tshark(file, ...named, '-Y', 'tcp.len>0 && !bitcoin && !tcp.segment'), [])
      const said = await tshark(file, ...named, '-Y', 'bitcoin', '-T', 'fields', '-e', 'bitcoin.command')
      const commands = new Set(said.flatMap(line => line.split(',')))
      assert.deepEqual(
        expected.filter(one => !commands.has(one)),
        [],
      )
    })
  }

  it('3.7: the stun dissector names the messages on both sides of the NAT, and the address in them', async function () {
    await needTshark(this)
    const { file, status, errors } = await capture('3.7', '--only', 'rewritten-address')
    assert.equal(status, 0, errors)
    const fields = ['ip.src', 'ip.dst', 'udp.srcport', 'stun.type', 'stun.att.ipv4', 'stun.att.port']
    const lines = await tshark(file, '-T', 'fields', ...fields.flatMap(field => ['-e', field]))
    const packets = lines.map(line => line.split('\t')).filter(([, , , type]) => type !== '')
    const requests = packets.filter(([, , , type]) => type === '0x0001')
    const [inside, outside] = [requests[0]![0]!, requests.find(([from]) => !from!.startsWith('10.'))![0]!]
    assert.equal(inside, '10.0.0.1')
    const responses = packets.filter(
      ([, to, , type]) => type === '0x0101' && (to === inside || to === outside),
    )
    // Six exchanges; on a busy machine, a request is sent again before its answer came.
    assert.ok(responses.length >= 6, `${responses.length} responses`)
    for (const [, to, , , addresses] of responses) {
      // MAPPED-ADDRESS is what the NAT has made of it, XOR-MAPPED-ADDRESS what it was.
      assert.equal(addresses, `${to},${outside}`)
    }
    assert.deepEqual(await tshark(file, '-Y', '_ws.malformed || udp.checksum.status==0'), [])
  })

  it('leaves nothing but the file', async () => {
    const { file, captures } = await capture('1.1', '--only', 'every-byte')
    assert.equal((await readFile(file)).readUInt32LE(0), 0x0a0d0d0a)
    assert.deepEqual(await readdir(captures), [])
  })

  it('says on standard error where the capture is, and how many packets it has', async () => {
    const { file, errors } = await capture('1.1', '--only', 'every-byte')
    const packets = blocksOf(await readFile(file)).filter(({ type }) => type === 6)
    assert.equal(errors, `Saved ${packets.length} packets as ${file}.\n`)
  })

  it('names the steps on the packets that the checker sent with them', async () => {
    const { file, errors, status } = await capture('1.7', '--only', 'same-id')
    assert.equal(status, 0, errors)
    const told = blocksOf(await readFile(file)).flatMap(({ type, options }) => {
      const [comment] = options.get(1) ?? []
      return type === 6 && comment ? [{ comment: String(comment), direction: options.get(2)![0]![0] }] : []
    })
    const OUTBOUND = 2
    for (const { comment, direction } of told) assert.equal(direction, OUTBOUND, comment)
    const steps = ['Client 1 sent a request.', 'sent a request each', 'again.', 'again.']
    assert.equal(told.length, steps.length)
    for (const [i, words] of steps.entries()) assert.ok(told[i]!.comment.includes(words), told[i]!.comment)
  })

  it('says on the last packet of a failed check what it expected and got', async () => {
    const folder = await folderWith({ '1-tcp/1-echo.ts': await wrongProgram('1.1', 'decodes-utf8') })
    const args = ['check', '1.1', '--only', 'every-byte', '--pcap', 'check.pcapng']
    const { status, errors } = await p2plab(args, folder)
    assert.equal(status, 1, errors)
    const last = blocksOf(await readFile(path.join(folder, 'check.pcapng'))).at(-1)!
    assert.match(String(last.options.get(1)?.[0]), /^(.*\n)*fail: The checker .+\nExpected: .+\nGot: .+$/)
  })

  it('removes what a process that was killed has left, and nothing of one that runs', async () => {
    const folder = await folderWith({})
    const cache = path.join(folder, 'cache')
    const captures = path.join(cache, 'p2plab', 'captures')
    const gone = spawn(process.execPath, ['-e', ''], { windowsHide: true })
    await once(gone, 'close')
    for (const name of [`${gone.pid}-a`, `${process.pid}-b`]) {
      await mkdir(path.join(captures, name, '1'), { recursive: true })
      await writeFile(path.join(captures, name, '1', 'check.packets'), 'packets')
    }
    const args = ['check', '1.1', '--only', 'every-byte', '--workspace', workspace, '--pcap', 'a.pcapng']
    const env = { XDG_CACHE_HOME: cache, LOCALAPPDATA: cache }
    const { status, errors } = await p2plab(args, folder, env)
    assert.equal(status, 0, errors)
    assert.deepEqual(await readdir(captures), [`${process.pid}-b`])
    assert.deepEqual(await readdir(path.join(captures, `${process.pid}-b`, '1')), ['check.packets'])
  })

  it('judges as ever where the packets cannot be written, and says why', async () => {
    const captureIn = path.join(await folderWith({}), 'missing')
    const { verdict, checks } = await checkFile('1.1', workspace, { only: ['every-byte'], captureIn })
    assert.equal(verdict, 'pass')
    const { packets, bytes, problem } = checks[0]!.capture!
    assert.deepEqual([packets, bytes], [0, 0])
    assert.match(problem!, /^Could not keep the packets \(the file or folder does not exist\)\. /)
  })

  it('never overwrites a file', async () => {
    const folder = await folderWith({ 'there.pcapng': 'mine' })
    const file = path.join(folder, 'there.pcapng')
    const ran = await p2plab(['check', '1.1', '--workspace', workspace, '--pcap', file], folder)
    assert.equal(ran.status, 2)
    assert.match(ran.errors, /^--pcap .*: the file already exists\. Name a new file\.\n$/)
    assert.equal(await readFile(file, 'utf8'), 'mine')
  })

  it('says when the folder is missing', async () => {
    const ran = await p2plab(['check', '1.1', '--workspace', workspace, '--pcap', 'no/x.pcapng'], workspace)
    assert.equal(ran.status, 2)
    assert.match(ran.errors, /the folder does not exist\. Name an existing folder\.\n$/)
  })

  it('says why libp2p exercises cannot be captured', async () => {
    const { status, errors, file } = await capture('1.8')
    assert.equal(status, 2)
    assert.match(errors, /^--pcap cannot capture exercise 1\.8: libp2p encrypts/)
    assert.equal(existsSync(file), false)
  })

  it('says when nothing was sent, and keeps no empty file', async () => {
    const { status, errors, file } = await capture('2.1', '--only', 'published')
    assert.equal(status, 0)
    assert.match(errors, /the checks sent nothing over TCP or UDP, so there is no capture\.\n$/)
    assert.equal(existsSync(file), false)
  })

  it('keeps the captures out of --json', async () => {
    const { out } = await capture('1.1', '--only', 'every-byte', '--json')
    assert.equal(out.includes('capture'), false)
  })
})
