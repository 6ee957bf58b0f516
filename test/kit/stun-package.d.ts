/** What our tests need of the npm package stun, which has no types of its own. */
declare module 'stun' {
  import type { EventEmitter } from 'node:events'

  export interface StunMessage {
    transactionId: Buffer
    getXorAddress(): { address: string; port: number } | undefined
    getUsername(): string | undefined
  }

  export interface StunRequest extends StunMessage {
    addXorAddress(host: string, port: number): void
    addUsername(name: string): void
  }

  interface Package {
    createMessage(type: number, transactionId?: Buffer): StunRequest
    StunServer: new (socket: EventEmitter) => EventEmitter & {
      send(message: StunRequest, port: number, host: string): boolean
    }
    constants: Readonly<
      Record<'STUN_BINDING_REQUEST' | 'STUN_BINDING_RESPONSE', number> &
        Record<'STUN_EVENT_BINDING_REQUEST' | 'STUN_EVENT_BINDING_RESPONSE', string>
    >
  }

  const stun: Package
  export default stun
}
