// Derived from the folders of the labs (scripts/derive/): `npm run build` writes it, `npm run check` refuses a stale one.
import type { ExerciseEntry, LabEntry } from '../catalogue.ts'

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
    "file": "1-tcp/1-echo.ts",
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
        "title": "Listens on a free port and says which"
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
        "id": "stop",
        "title": "Refuses connections after stop"
      },
      {
        "id": "client-sends",
        "title": "The client sends every byte, then half-closes"
      },
      {
        "id": "client-receives",
        "title": "The client gets every byte of a slow server"
      }
    ]
  },
  {
    "id": "1.2",
    "title": "Frames",
    "lab": 1,
    "builds": "messages on a stream: a length prefix, cut and joined in every way",
    "comesNext": "So far the bytes are one endless stream. In {exercise} you put a length in front of each message, so that the other side knows where it ends.",
    "buildsOn": [],
    "tracks": [
      "typescript"
    ],
    "folder": "1-tcp/2-frames",
    "file": "1-tcp/2-frames.ts",
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
        "title": "Understands a stream cut at every offset"
      },
      {
        "id": "byte-by-byte",
        "title": "Understands a stream that comes byte by byte"
      },
      {
        "id": "coalesced",
        "title": "Answers many frames that arrive together"
      },
      {
        "id": "frame-and-a-half",
        "title": "Answers a frame while half of the next is there"
      },
      {
        "id": "empty",
        "title": "Answers an empty frame"
      },
      {
        "id": "large",
        "title": "Answers a large frame"
      }
    ]
  },
  {
    "id": "1.3",
    "title": "Room",
    "lab": 1,
    "builds": "a concurrent server: a message from one peer to all others, whatever a single peer does",
    "comesNext": "Each client still talks to your server alone. In {exercise} your server passes every frame on to all the others, and uses the decoder that you have just built.",
    "buildsOn": [
      "1.2"
    ],
    "tracks": [
      "typescript"
    ],
    "folder": "1-tcp/3-room",
    "file": "1-tcp/3-room.ts",
    "ops": [
      "listen"
    ],
    "bytes": {},
    "checks": [
      {
        "id": "others",
        "title": "Passes each frame on to all others"
      },
      {
        "id": "not-back",
        "title": "Sends no frame back to its sender"
      },
      {
        "id": "fifty",
        "title": "Keeps 50 clients apart whose frames come in pieces"
      },
      {
        "id": "order",
        "title": "Keeps the order of each sender"
      },
      {
        "id": "stalled",
        "title": "Goes on while one client is stuck in mid-frame"
      },
      {
        "id": "slow-reader",
        "title": "Goes on while one client does not read"
      },
      {
        "id": "dead",
        "title": "Goes on when clients are gone"
      }
    ]
  },
  {
    "id": "1.4",
    "title": "Limits",
    "lab": 1,
    "builds": "a server that no client can take for itself: longest frame, time-outs, a cap on connections",
    "comesNext": "All these clients meant well. In {exercise} some do not: your server learns to refuse frames that are too long, peers that are too slow, and connections that are too many.",
    "buildsOn": [
      "1.2"
    ],
    "tracks": [
      "typescript"
    ],
    "folder": "1-tcp/4-limits",
    "file": "1-tcp/4-limits.ts",
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
        "title": "Closes on a length over the limit, before the body"
      },
      {
        "id": "huge-length",
        "title": "Takes no memory for a length of ff ff ff ff"
      },
      {
        "id": "handshake",
        "title": "Closes who sends no first frame in time"
      },
      {
        "id": "idle",
        "title": "Closes who sends no more frames, and nobody else"
      },
      {
        "id": "slow-loris",
        "title": "Closes who sends a byte now and then"
      },
      {
        "id": "cap",
        "title": "Takes no more connections than the cap"
      },
      {
        "id": "counts-down",
        "title": "Has a place again after every kind of ending"
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
    "builds": "a client that shares few connections among many requests, with replies in any order",
    "comesNext": "In {exercise} you are the client again: many requests share a few connections, and each reply must find its own request.",
    "buildsOn": [
      "1.2"
    ],
    "tracks": [
      "typescript"
    ],
    "folder": "1-tcp/5-pool",
    "file": "1-tcp/5-pool.ts",
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
        "title": "Uses a free connection again"
      },
      {
        "id": "spreads",
        "title": "Spreads requests over all connections"
      },
      {
        "id": "out-of-order",
        "title": "Finds the request of each reply by its id"
      },
      {
        "id": "stray",
        "title": "Ignores replies that nobody waits for"
      },
      {
        "id": "cap",
        "title": "Holds the cap under 200 requests"
      },
      {
        "id": "broken",
        "title": "Survives connections that end in the middle of a reply"
      },
      {
        "id": "refused",
        "title": "Says so when nobody listens"
      },
      {
        "id": "server-closes",
        "title": "Leaves connections that the server has closed"
      },
      {
        "id": "idle",
        "title": "Closes idle connections, and no busy ones"
      }
    ]
  },
  {
    "id": "1.6",
    "title": "Backpressure",
    "lab": 1,
    "builds": "a server that holds no more than its readers take, and stops without losing anything",
    "comesNext": "Nothing slowed you down so far. In {exercise} the other side stops reading, and your server must wait without filling its memory, and still stop in time.",
    "buildsOn": [
      "1.2"
    ],
    "tracks": [
      "typescript"
    ],
    "folder": "1-tcp/6-backpressure",
    "file": "1-tcp/6-backpressure.ts",
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
        "title": "Sends a slow reader every block once"
      },
      {
        "id": "paused",
        "title": "Holds little in memory while a reader pauses"
      },
      {
        "id": "asks-without-reading",
        "title": "Takes no more requests from a client that does not read"
      },
      {
        "id": "others",
        "title": "Serves others while readers are stuck"
      },
      {
        "id": "vanished",
        "title": "Goes on, and can stop, when readers vanish"
      },
      {
        "id": "stop-drains",
        "title": "Stops without losing what is being sent"
      },
      {
        "id": "stop-idle",
        "title": "Ends idle connections at stop and takes nobody new"
      },
      {
        "id": "stop-stuck",
        "title": "Stops in time although a peer is stuck"
      }
    ]
  },
  {
    "id": "1.7",
    "title": "UDP",
    "lab": 1,
    "builds": "request and reply over a network that loses, doubles and reorders datagrams",
    "comesNext": "TCP did much for you here: every byte came, once and in order. In {exercise} nothing of that is given, and your program sends again and remembers instead.",
    "buildsOn": [],
    "tracks": [
      "typescript"
    ],
    "folder": "1-tcp/7-udp",
    "file": "1-tcp/7-udp.ts",
    "ops": [
      "listen",
      "request"
    ],
    "bytes": {},
    "checks": [
      {
        "id": "adds-up",
        "title": "Adds up and replies to whoever asked"
      },
      {
        "id": "lost-reply",
        "title": "Replies again when its reply was lost"
      },
      {
        "id": "late-copy",
        "title": "Knows a request again that comes late"
      },
      {
        "id": "same-id",
        "title": "Keeps two clients apart that chose the same id"
      },
      {
        "id": "garbage",
        "title": "Leaves alone what is no request"
      },
      {
        "id": "storm",
        "title": "Has one effect per request on a bad network"
      },
      {
        "id": "retries",
        "title": "Asks again until a reply comes"
      },
      {
        "id": "gives-up",
        "title": "Gives up after the last try"
      },
      {
        "id": "reordered",
        "title": "Finds the reply to each of many requests"
      },
      {
        "id": "spoofed",
        "title": "Believes nobody but the server it asked"
      }
    ]
  },
  {
    "id": "1.8",
    "title": "On libp2p: echo",
    "lab": 1,
    "builds": "the same echo as a libp2p protocol, dialled by a real libp2p node",
    "comesNext": "You have now done by hand what network libraries do. In {exercise} you write the echo once more, on libp2p, where connections are encrypted and carry many streams.",
    "buildsOn": [],
    "tracks": [
      "typescript"
    ],
    "folder": "1-tcp/8-libp2p-echo",
    "file": "1-tcp/8-libp2p-echo.ts",
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
        "title": "Goes on when a stream is reset"
      },
      {
        "id": "slow-reader",
        "title": "Waits for a peer that does not read"
      },
      {
        "id": "unknown-protocol",
        "title": "Refuses protocols it does not know"
      },
      {
        "id": "client",
        "title": "The client sends every byte, and gets every byte of the answer"
      },
      {
        "id": "identity",
        "title": "Sends nothing to a peer of another identity"
      }
    ]
  }
]
