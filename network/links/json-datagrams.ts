/** The wire format of programs that speak JSON over UDP, one object in each datagram: that of exercise 3.5. */
import { BadUnit, type WireFormat } from './unit.ts'

/** Each chunk is a datagram. */
export const jsonDatagrams: WireFormat = {
  begins: () => true,
  decoder: () => ({
    push(datagram) {
      const text = datagram.toString('utf8')
      let value: unknown
      try {
        value = JSON.parse(text)
      } catch {
        throw new BadUnit(`a datagram that is not JSON: ${text.slice(0, 100)}`)
      }
      if (typeof value !== 'object' || value === null || Array.isArray(value))
        throw new BadUnit(`a datagram that is not a JSON object: ${text.slice(0, 100)}`)
      const { type } = value as { type?: unknown }
      return [{ bytes: datagram, value, label: typeof type === 'string' ? type : '?' }]
    },
  }),
}
