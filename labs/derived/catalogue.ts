// Derived from the folders of the labs (scripts/derive/): `npm run build` writes it, `npm run check` refuses a stale one.
import type { ExerciseEntry, LabEntry } from '../exercise/entry.ts'

export const DERIVED_LABS: readonly LabEntry[] = [
  {
    "lab": 1,
    "title": "TCP and UDP"
  }
]

export const DERIVED_EXERCISES: readonly ExerciseEntry[] = [
  {
    "id": "1.1",
    "title": "Echo",
    "lab": 1,
    "builds": "a TCP server and client: binary safe, half-close, many clients",
    "comesNext": "",
    "buildsOn": [],
    "tracks": [
      "typescript"
    ],
    "folder": "1-tcp/1-echo",
    "ops": [
      "listen",
      "send",
      "stop"
    ],
    "bytes": {
      "send": [
        "bytes"
      ]
    },
    "checks": [
      {
        "id": "port-zero",
        "title": "Listens on the given host and port"
      },
      {
        "id": "every-byte",
        "title": "Echoes every byte unchanged"
      },
      {
        "id": "megabyte",
        "title": "Echoes a megabyte"
      },
      {
        "id": "half-close",
        "title": "Sends everything back before it closes"
      },
      {
        "id": "clients",
        "title": "Serves 20 clients at once"
      },
      {
        "id": "reset",
        "title": "Keeps serving when clients break their connections"
      },
      {
        "id": "stop",
        "title": "Refuses connections after stop"
      },
      {
        "id": "client-sends",
        "title": "The client sends every byte, then half-closes"
      },
      {
        "id": "client-receives",
        "title": "The client receives every byte from a slow server"
      }
    ]
  },
  {
    "id": "1.2",
    "title": "Frames",
    "lab": 1,
    "builds": "messages on a stream: a length prefix, however the stream splits and joins them",
    "comesNext": "So far, the bytes are one endless stream. In {exercise}, you put a length in front of each message, so that the other side knows where it ends.",
    "buildsOn": [],
    "tracks": [
      "typescript"
    ],
    "folder": "1-tcp/2-frames",
    "ops": [
      "listen"
    ],
    "bytes": {},
    "checks": [
      {
        "id": "one-frame",
        "title": "Answers a frame with its bytes reversed"
      },
      {
        "id": "every-cut",
        "title": "Decodes a stream cut at every offset"
      },
      {
        "id": "byte-by-byte",
        "title": "Decodes a stream that arrives byte by byte"
      },
      {
        "id": "coalesced",
        "title": "Answers many frames that arrive together"
      },
      {
        "id": "frame-and-a-half",
        "title": "Answers a frame when half of the next has arrived"
      },
      {
        "id": "empty",
        "title": "Answers an empty frame"
      },
      {
        "id": "large",
        "title": "Answers a large frame"
      },
      {
        "id": "reset",
        "title": "Keeps serving when clients break their connections"
      }
    ]
  },
  {
    "id": "1.3",
    "title": "Room",
    "lab": 1,
    "builds": "a concurrent server: a message from one peer reaches all others, whatever any single peer does",
    "comesNext": "So far, each client talks only to your server. In {exercise}, your server forwards every frame to all other clients, with the decoder that you have just built.",
    "buildsOn": [
      "1.2"
    ],
    "tracks": [
      "typescript"
    ],
    "folder": "1-tcp/3-room",
    "ops": [
      "listen"
    ],
    "bytes": {},
    "checks": [
      {
        "id": "others",
        "title": "Forwards each frame to all other clients"
      },
      {
        "id": "not-back",
        "title": "Sends no frame back to its sender"
      },
      {
        "id": "fifty",
        "title": "Keeps 50 clients apart when frames arrive in pieces"
      },
      {
        "id": "order",
        "title": "Keeps the order of each sender"
      },
      {
        "id": "stalled",
        "title": "Keeps running while one client is stuck in mid-frame"
      },
      {
        "id": "slow-reader",
        "title": "Keeps running while one client does not read"
      },
      {
        "id": "leaves",
        "title": "Ends its side when a client ends"
      },
      {
        "id": "dead",
        "title": "Keeps running when clients vanish"
      }
    ]
  },
  {
    "id": "1.4",
    "title": "Limits",
    "lab": 1,
    "builds": "a server that no client can monopolize: a maximum frame length, timeouts, a connection cap",
    "comesNext": "All these clients meant no harm. In {exercise}, some are hostile: your server learns to refuse frames that are too long, peers that are too slow, and too many connections.",
    "buildsOn": [
      "1.2"
    ],
    "tracks": [
      "typescript"
    ],
    "folder": "1-tcp/4-limits",
    "ops": [
      "listen"
    ],
    "bytes": {},
    "checks": [
      {
        "id": "up-to-the-limit",
        "title": "Answers frames up to the limit"
      },
      {
        "id": "empty",
        "title": "Answers empty frames"
      },
      {
        "id": "too-long",
        "title": "Disconnects on a length over the limit, before the body arrives"
      },
      {
        "id": "huge-length",
        "title": "Allocates no memory for a length of ff ff ff ff"
      },
      {
        "id": "handshake",
        "title": "Disconnects clients that send no first frame in time"
      },
      {
        "id": "idle",
        "title": "Disconnects only the clients that stop sending frames"
      },
      {
        "id": "slow-loris",
        "title": "Disconnects clients that trickle bytes"
      },
      {
        "id": "cap",
        "title": "Accepts no more connections than the cap"
      },
      {
        "id": "counts-down",
        "title": "Frees a place after every kind of disconnect"
      },
      {
        "id": "siege",
        "title": "Serves good clients while others attack"
      }
    ]
  },
  {
    "id": "1.5",
    "title": "Pool",
    "lab": 1,
    "builds": "a client that shares a few connections among many requests, with replies in any order",
    "comesNext": "In {exercise}, you write the client again: many requests share a few connections, and each reply must find its request.",
    "buildsOn": [
      "1.2"
    ],
    "tracks": [
      "typescript"
    ],
    "folder": "1-tcp/5-pool",
    "ops": [
      "open",
      "request"
    ],
    "bytes": {
      "request": [
        "bytes"
      ]
    },
    "checks": [
      {
        "id": "request",
        "title": "Sends a request and returns its reply"
      },
      {
        "id": "reuse",
        "title": "Reuses a free connection"
      },
      {
        "id": "spreads",
        "title": "Spreads requests over all connections"
      },
      {
        "id": "out-of-order",
        "title": "Matches each reply to its request by id"
      },
      {
        "id": "stray",
        "title": "Ignores unexpected replies"
      },
      {
        "id": "cap",
        "title": "Keeps to the cap with 200 requests at once"
      },
      {
        "id": "broken",
        "title": "Survives connections that end in the middle of a reply"
      },
      {
        "id": "refused",
        "title": "Reports an error when no server listens"
      },
      {
        "id": "server-closes",
        "title": "Drops connections that the server has closed"
      },
      {
        "id": "idle",
        "title": "Closes idle connections, but no busy ones"
      }
    ]
  },
  {
    "id": "1.6",
    "title": "Backpressure",
    "lab": 1,
    "builds": "a server that buffers no more than its readers consume, and stops without losing data",
    "comesNext": "So far, nothing slowed you down. In {exercise}, the other side stops reading. Your server must wait without filling its memory, and still stop in time.",
    "buildsOn": [
      "1.2"
    ],
    "tracks": [
      "typescript"
    ],
    "folder": "1-tcp/6-backpressure",
    "ops": [
      "listen",
      "stop"
    ],
    "bytes": {},
    "checks": [
      {
        "id": "blocks",
        "title": "Answers each request with its blocks, in order"
      },
      {
        "id": "slow-reader",
        "title": "Sends every block exactly once to a slow reader"
      },
      {
        "id": "half-close",
        "title": "Sends all answers to a client that has ended its side"
      },
      {
        "id": "paused",
        "title": "Uses little memory while a reader pauses"
      },
      {
        "id": "asks-without-reading",
        "title": "Takes no more requests from a client that does not read"
      },
      {
        "id": "others",
        "title": "Serves other clients while readers are stuck"
      },
      {
        "id": "vanished",
        "title": "Keeps running, and can stop, when readers vanish"
      },
      {
        "id": "stop-drains",
        "title": "Stops without losing data in transit"
      },
      {
        "id": "stop-idle",
        "title": "Ends idle connections at stop and refuses new clients"
      },
      {
        "id": "stop-stuck",
        "title": "Stops in time even if a peer is stuck"
      }
    ]
  },
  {
    "id": "1.7",
    "title": "UDP",
    "lab": 1,
    "builds": "requests and replies over a network that loses, duplicates and reorders datagrams",
    "comesNext": "TCP did a lot for you here: every byte arrived once and in order. In {exercise}, you can rely on none of that. Your program retries and remembers instead.",
    "buildsOn": [],
    "tracks": [
      "typescript"
    ],
    "folder": "1-tcp/7-udp",
    "ops": [
      "listen",
      "request"
    ],
    "bytes": {},
    "checks": [
      {
        "id": "adds-up",
        "title": "Adds the amounts and replies to the client that asked"
      },
      {
        "id": "lost-reply",
        "title": "Replies again when its reply was lost"
      },
      {
        "id": "late-copy",
        "title": "Recognizes a late copy of a request"
      },
      {
        "id": "same-id",
        "title": "Keeps two clients with the same id apart"
      },
      {
        "id": "garbage",
        "title": "Ignores everything that is not a request"
      },
      {
        "id": "storm",
        "title": "Counts each request once on a bad network"
      },
      {
        "id": "retries",
        "title": "Retries until a reply arrives"
      },
      {
        "id": "gives-up",
        "title": "Gives up after the last try"
      },
      {
        "id": "reordered",
        "title": "Matches the replies to many requests"
      },
      {
        "id": "spoofed",
        "title": "Accepts nothing but the reply from the server it asked"
      }
    ]
  },
  {
    "id": "1.8",
    "title": "On libp2p: echo",
    "lab": 1,
    "builds": "the same echo as a libp2p protocol, which a real libp2p node dials",
    "comesNext": "You have now done by hand what network libraries do. In {exercise}, you write the echo once more, on libp2p, where connections are encrypted and carry many streams.",
    "buildsOn": [],
    "tracks": [
      "typescript"
    ],
    "folder": "1-tcp/8-libp2p-echo",
    "ops": [
      "listen",
      "send"
    ],
    "bytes": {
      "send": [
        "bytes"
      ]
    },
    "checks": [
      {
        "id": "dialled",
        "title": "Answers a libp2p node that dials it"
      },
      {
        "id": "megabyte",
        "title": "Echoes a megabyte on one stream"
      },
      {
        "id": "half-close",
        "title": "Sends everything back before it ends the stream"
      },
      {
        "id": "keeps-connection",
        "title": "Keeps the connection when a stream ends"
      },
      {
        "id": "ten-streams",
        "title": "Serves 10 streams on one connection"
      },
      {
        "id": "reset",
        "title": "Keeps running when a stream is reset"
      },
      {
        "id": "slow-reader",
        "title": "Waits for a peer that does not read"
      },
      {
        "id": "unknown-protocol",
        "title": "Refuses unknown protocols"
      },
      {
        "id": "client",
        "title": "The client sends every byte and receives the whole answer"
      },
      {
        "id": "identity",
        "title": "Sends nothing to a peer with another identity"
      }
    ]
  }
]
