import { defineMistakes } from '../../../exercise/mistakes.ts'

export default defineMistakes({
  'decodes-utf8': {
    caughtBy: 'every-byte',
    says: 'do the bytes become a string on the way',
    why: 'SetEncoding makes strings of the bytes, and what is no UTF-8 is replaced.',
    naive: true,
    file: true,
  },
  'destroys-on-end': {
    caughtBy: 'half-close',
    says: 'bytes were lost',
    why: 'The peer has ended, so the connection is taken for over while the echo still waits to be sent.',
    naive: true,
    file: true,
  },
  'fixed-port': {
    caughtBy: 'port-zero',
    says: 'is a port written into your code',
    why: "A port of one's own choice instead of the one that is given.",
    file: true,
  },
  'joins-as-text': {
    caughtBy: 'client-receives',
    says: 'are the pieces joined as bytes',
    why: 'Joining with += turns each piece into a string.',
    file: true,
  },
  'never-ends': {
    caughtBy: 'half-close',
    says: 'does your server end its side after the other side has ended',
    why: "AllowHalfOpen without ending one's own side.",
    file: true,
  },
  'never-half-closes': {
    caughtBy: 'client-sends',
    says: 'do you half-close after the bytes',
    why: 'Write without end, so the server waits for more.',
    file: true,
  },
  'resolves-on-first-chunk': {
    caughtBy: 'client-receives',
    says: 'do you resolve on the first "data" event',
    why: 'One data event is taken for the whole answer.',
    naive: true,
    file: true,
  },
  'returns-port-zero': {
    caughtBy: 'port-zero',
    says: 'server.address() says once the server listens',
    why: 'The port that was asked for is returned, not the one that the system gave.',
    file: true,
  },
  'serves-one-client': {
    caughtBy: 'clients',
    says: 'is every connection served, not only one',
    why: '"once" listens for a single connection.',
    naive: true,
    file: true,
  },
  'shares-one-socket': {
    caughtBy: 'clients',
    says: 'A variable shared by all connections holds only the last one',
    why: 'The socket is kept in one variable, so all answers go to the client that came last.',
    file: true,
  },
  'stop-does-nothing': {
    caughtBy: 'stop',
    says: 'the connection was accepted',
    why: 'Stop closes the connections and forgets the server.',
    file: true,
  },
})
