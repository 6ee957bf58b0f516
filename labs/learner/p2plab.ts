/** The module 'p2plab': what the learner's program can import. Its types, with the documentation, are in p2plab.d.ts. */
import type * as types from 'p2plab'
import * as bencode from '../exercise/bencode.ts'
import { formatDiagnostic as format, parseDiagnostic as parse } from '../exercise/diagnostic.ts'
import { decodeVersion as decode, encodeVersion as encode } from '../exercise/version-message.ts'
import * as blocks from '../exercise/header-messages.ts'
import * as payload from '../exercise/noise-payload.ts'
import * as primitives from '../exercise/noise-primitives.ts'
import * as swim from '../exercise/swim-message.ts'
import * as requests from '../exercise/request-messages.ts'
import * as dns from '../exercise/dns-message.ts'
import * as stun from '../exercise/stun.ts'
import { oneLine } from '../preview.ts'
import * as nat from './behind-nat.ts'
import { event } from './control.ts'
import { createJoinGroup } from './join-group.ts'
import { createOpenLinks } from './node-links.ts'
import * as log from './node-log.ts'
import * as storage from './node-storage.ts'
import { unfitData } from './results.ts'

export const emit: typeof types.emit = (name, data) => {
  const unfit = unfitData(data ?? {})
  if (unfit !== undefined) throw new Error(`emit('${oneLine(String(name), 60)}') was given ${unfit}`)
  event(String(name), data ?? {})
}

export const parseAddress: typeof types.parseAddress = address => {
  const parts = /^(?:\[([0-9a-fA-F:.]+)\]|([^:[\]\s]+)):(\d{1,5})$/.exec(String(address))
  const port = Number(parts?.[3])
  if (!parts || port > 65535) {
    throw new Error(
      `"${oneLine(String(address), 100)}" is not an address: expected HOST:PORT, for example 127.0.0.1:4001 or [::1]:4001.`,
    )
  }
  return { host: (parts[1] ?? parts[2])!, port }
}

export const parseDiagnostic: typeof types.parseDiagnostic = parse
export const formatDiagnostic: typeof types.formatDiagnostic = format

export const encodeVersion: typeof types.encodeVersion = encode
export const decodeVersion: typeof types.decodeVersion = decode
export const x25519KeyPair: typeof types.x25519KeyPair = primitives.x25519KeyPair
export const x25519: typeof types.x25519 = primitives.x25519
export const ed25519PublicKey: typeof types.ed25519PublicKey = primitives.ed25519PublicKey
export const ed25519Sign: typeof types.ed25519Sign = primitives.ed25519Sign
export const ed25519Verify: typeof types.ed25519Verify = primitives.ed25519Verify
export const noiseHkdf: typeof types.noiseHkdf = primitives.noiseHkdf
export const chachaEncrypt: typeof types.chachaEncrypt = primitives.chachaEncrypt
export const chachaDecrypt: typeof types.chachaDecrypt = primitives.chachaDecrypt
export const encodeNoisePayload: typeof types.encodeNoisePayload = payload.encodeNoisePayload
export const decodeNoisePayload: typeof types.decodeNoisePayload = payload.decodeNoisePayload
export const peerIdOf: typeof types.peerIdOf = payload.peerIdOf
export const encodeRequest: typeof types.encodeRequest = requests.encodeRequest
export const decodeRequest: typeof types.decodeRequest = requests.decodeRequest
export const encodeResponse: typeof types.encodeResponse = requests.encodeResponse
export const decodeResponse: typeof types.decodeResponse = requests.decodeResponse
export const decodeDns: typeof types.decodeDns = dns.decodeDns
export const encodeDns: typeof types.encodeDns = dns.encodeDns
export const joinGroup: typeof types.joinGroup = createJoinGroup(parseAddress)
export const encodeBencode: typeof types.encodeBencode = bencode.encodeBencode
export const decodeBencode: typeof types.decodeBencode = bencode.decodeBencode
export const encodeSwim: typeof types.encodeSwim = swim.encodeSwim
export const decodeSwim: typeof types.decodeSwim = swim.decodeSwim
export const encodeStun: typeof types.encodeStun = stun.encodeStun
export const decodeStun: typeof types.decodeStun = stun.decodeStun
export const openBehindNat: typeof types.openBehindNat = nat.openBehindNat
export const encodeHeader: typeof types.encodeHeader = blocks.encodeHeader
export const decodeHeader: typeof types.decodeHeader = blocks.decodeHeader
export const encodeHeaders: typeof types.encodeHeaders = blocks.encodeHeaders
export const decodeHeaders: typeof types.decodeHeaders = blocks.decodeHeaders
export const encodeGetHeaders: typeof types.encodeGetHeaders = blocks.encodeGetHeaders
export const decodeGetHeaders: typeof types.decodeGetHeaders = blocks.decodeGetHeaders
export const openLinks: typeof types.openLinks = createOpenLinks(parseAddress)
export const openStorage: typeof types.openStorage = storage.openStorage
export const openLog: typeof types.openLog = log.openLog
