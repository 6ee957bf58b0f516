/** What a symptom says by itself, whatever the check is about: the likely misconception. */

export const SENT = 'do you send each request at once, as a frame with the id and the bytes?'
export const NO_QUEUE =
  'does a request wait for the reply to another? Send it at once. If requests wait on all connections, use the one with the fewest.'
export const FAILS =
  'what makes the request fail? The server accepts connections, and has not ended the one that this request needs.'
export const EARLY = 'do you return before the reply has come? Only the server knows the bytes of the reply.'
export const INVENTED =
  'where does the result come from? Without a whole reply, a request has no result: let it fail.'
export const WAITS =
  'do you find the request by the id of the reply, and finish it with the bytes after the id? Without that, it waits forever.'
export const PIECES =
  'do you put the pieces of the reply together (exercise 1.2), and return the bytes after its id?'
export const ID_TOO = 'do you return the id, too? The result is only what comes after it.'
export const BY_ID =
  'do you find the request by the id of the reply? The first reply need not belong to the first request, because the server sends each reply when it is ready.'
export const STRAY =
  'what happens when no request waits under the id of a reply? Ignore the reply: it can be late, or a copy.'

export const WHOLE =
  'do you write each frame whole before another one begins? When several requests write to one connection at the same time, the pieces of their frames must not mix.'

export const COUNT =
  'do you count all open connections, and not only those on which no request waits? And do you count a connection from the moment when you begin to connect? While you await one, other requests come in and find too few. Open another one only while they are fewer than maxConnections.'
