// Derived from the folders of the labs (scripts/derive/): `npm run build` writes it, `npm run check` refuses a stale one.
import type { ExerciseEntry, LabEntry } from '../exercise/entry.ts'

export const DERIVED_LABS: readonly LabEntry[] = [
  {
    "lab": 1,
    "title": "TCP and UDP"
  },
  {
    "lab": 2,
    "title": "Message protocol"
  },
  {
    "lab": 3,
    "title": "Peer discovery"
  },
  {
    "lab": 4,
    "title": "Network state"
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
    "libp2p": true,
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
  },
  {
    "id": "2.1",
    "title": "Integers on the wire",
    "lab": 2,
    "builds": "integers as bytes, as Bitcoin and libp2p write them: short where they are small, exact up to 2^64",
    "comesNext": "Bytes now travel reliably between your programs. What do they mean? In {exercise}, you write and read the integers that real protocols use for lengths, counts and codes.",
    "buildsOn": [],
    "tracks": [
      "typescript"
    ],
    "folder": "2-protocol/1-integers-on-the-wire",
    "ops": [
      "encode",
      "decode"
    ],
    "checks": [
      {
        "id": "published",
        "title": "Encodes and decodes published examples"
      },
      {
        "id": "compactsize",
        "title": "Handles every width of a CompactSize"
      },
      {
        "id": "varint",
        "title": "Handles every width of a varint"
      },
      {
        "id": "truncated",
        "title": "Asks for more while bytes are missing"
      },
      {
        "id": "follows",
        "title": "Leaves the bytes behind the integer alone"
      },
      {
        "id": "shortest",
        "title": "Refuses an encoding that is longer than needed"
      },
      {
        "id": "endless",
        "title": "Refuses a varint of more than nine bytes"
      },
      {
        "id": "range",
        "title": "Refuses to encode what does not fit"
      }
    ]
  },
  {
    "id": "2.2",
    "title": "Envelope",
    "lab": 2,
    "builds": "Bitcoin's message envelope: which network, which command, how long, and a checksum",
    "comesNext": "You can write a number so that every peer reads the same one. In {exercise}, you put whole messages into the envelope that every Bitcoin node uses, and decide which ones to drop and when to disconnect.",
    "buildsOn": [],
    "tracks": [
      "typescript"
    ],
    "folder": "2-protocol/2-envelope",
    "ops": [
      "listen",
      "send"
    ],
    "checks": [
      {
        "id": "verack",
        "title": "Writes and reads a real verack, byte for byte"
      },
      {
        "id": "every-cut",
        "title": "Reads messages from a stream cut at every offset"
      },
      {
        "id": "together",
        "title": "Reads many messages that arrive together"
      },
      {
        "id": "magic",
        "title": "Disconnects a peer of another network"
      },
      {
        "id": "checksum",
        "title": "Drops a message with a wrong checksum, and nothing else"
      },
      {
        "id": "command",
        "title": "Drops a message whose command is malformed"
      },
      {
        "id": "longest",
        "title": "Reads a payload of exactly 4,000,000 bytes"
      },
      {
        "id": "too-long",
        "title": "Disconnects on a length over 4,000,000, before the payload"
      },
      {
        "id": "writes",
        "title": "Writes commands and payloads of every length"
      }
    ]
  },
  {
    "id": "2.3",
    "title": "Serialization",
    "lab": 2,
    "builds": "CBOR: structured values as bytes, one encoding for each value, and records that outlive their version",
    "comesNext": "The envelope does not care what is in its payload. In {exercise}, you fill it: numbers, text, lists and maps as bytes, so that two programs always write the same bytes for the same value.",
    "buildsOn": [],
    "tracks": [
      "typescript"
    ],
    "folder": "2-protocol/3-serialization",
    "ops": [
      "encode",
      "decode",
      "update"
    ],
    "checks": [
      {
        "id": "published",
        "title": "Encodes and decodes the examples of RFC 8949"
      },
      {
        "id": "shortest",
        "title": "Encodes every integer and length in its shortest form"
      },
      {
        "id": "order",
        "title": "Sorts the keys of a map by their bytes"
      },
      {
        "id": "text",
        "title": "Keeps text as it is, and refuses invalid UTF-8"
      },
      {
        "id": "keys",
        "title": "Takes any key, and refuses duplicates"
      },
      {
        "id": "refused",
        "title": "Refuses what is not exactly one value"
      },
      {
        "id": "depth",
        "title": "Refuses values that are nested too deeply, and survives"
      },
      {
        "id": "lengths",
        "title": "Allocates no memory for a length alone"
      },
      {
        "id": "update",
        "title": "Keeps the fields that it does not know, byte for byte"
      },
      {
        "id": "round-trip",
        "title": "Gets every value back that it encoded"
      }
    ]
  },
  {
    "id": "2.4",
    "title": "Handshake",
    "lab": 2,
    "builds": "Bitcoin's version handshake as a state machine, which a real node accepts",
    "comesNext": "In {exercise}, your program meets real Bitcoin nodes: before two of them talk, each says what it is, and decides whether to stay.",
    "buildsOn": [
      "2.2"
    ],
    "tracks": [
      "typescript"
    ],
    "folder": "2-protocol/4-handshake",
    "ops": [
      "listen",
      "connect"
    ],
    "checks": [
      {
        "id": "inbound",
        "title": "Answers a version with its own, then with a verack"
      },
      {
        "id": "outbound",
        "title": "Begins with its version when it connects"
      },
      {
        "id": "recorded",
        "title": "Completes the handshake with what real nodes send"
      },
      {
        "id": "early",
        "title": "Ignores what comes before the version, even a verack"
      },
      {
        "id": "between",
        "title": "Ignores other messages and a second version"
      },
      {
        "id": "versions",
        "title": "Disconnects versions that are too old, and agrees on the rest"
      },
      {
        "id": "malformed",
        "title": "Disconnects on a malformed version, but reads past its end"
      },
      {
        "id": "self",
        "title": "Notices that it talks to itself"
      },
      {
        "id": "both-dial",
        "title": "Keeps both connections when two nodes dial each other"
      },
      {
        "id": "timeout",
        "title": "Disconnects peers that do not complete the handshake in time"
      }
    ]
  },
  {
    "id": "2.5",
    "title": "Liveness and misbehavior",
    "lab": 2,
    "builds": "ping and pong, and a score that adds up, decays and bans, as in a Bitcoin node",
    "comesNext": "In {exercise}, your program finds out which of its peers are still there, and gets rid of those that misbehave.",
    "buildsOn": [
      "2.2",
      "2.4"
    ],
    "tracks": [
      "typescript"
    ],
    "folder": "2-protocol/5-liveness",
    "ops": [
      "listen",
      "connect",
      "ping"
    ],
    "checks": [
      {
        "id": "pong",
        "title": "Answers each ping with its nonce, even 0"
      },
      {
        "id": "round-trip",
        "title": "Measures the round trips of several pings at once"
      },
      {
        "id": "unanswered",
        "title": "Counts each unanswered ping once, and its late pong not at all"
      },
      {
        "id": "wrong-pong",
        "title": "Counts pongs that answer no ping"
      },
      {
        "id": "adds-up",
        "title": "Adds up the points of each connection, and bans above the limit"
      },
      {
        "id": "decays",
        "title": "Halves the points with each half-life, except those that last"
      },
      {
        "id": "ban-ends",
        "title": "Bans for a time, and not forever"
      },
      {
        "id": "ban-by",
        "title": "Bans an address, or an address and port"
      },
      {
        "id": "over",
        "title": "Gives up pings whose connection is over"
      },
      {
        "id": "flood",
        "title": "Serves a good peer in a flood of junk"
      }
    ]
  },
  {
    "id": "2.6",
    "title": "Noise",
    "lab": 2,
    "builds": "Noise XX with libp2p's payload: an encrypted connection to a peer that has proven its peer ID",
    "comesNext": "So far, anyone on the path can read and change your messages, and a peer can claim to be anyone. In {exercise}, you encrypt the connection and make the peer prove who it is, as every libp2p node does.",
    "buildsOn": [],
    "tracks": [
      "typescript"
    ],
    "folder": "2-protocol/6-noise",
    "ops": [
      "listen",
      "dial",
      "vector"
    ],
    "checks": [
      {
        "id": "vectors",
        "title": "Writes the messages of published test vectors"
      },
      {
        "id": "libp2p",
        "title": "Shakes hands with libp2p's own Noise, in both roles"
      },
      {
        "id": "listens",
        "title": "As listener, believes nothing before message 3"
      },
      {
        "id": "dials",
        "title": "As dialer, sends nothing before the peer has proven who it is"
      },
      {
        "id": "identity",
        "title": "Refuses a peer that does not prove its identity"
      },
      {
        "id": "middle",
        "title": "Refuses a man in the middle"
      },
      {
        "id": "flipped",
        "title": "Refuses a message with a flipped bit, wherever it is"
      },
      {
        "id": "replay",
        "title": "Refuses what is sent again, or back to where it came from"
      },
      {
        "id": "nonces",
        "title": "Never uses a nonce twice, in 300 messages each way"
      },
      {
        "id": "lengths",
        "title": "Sends and takes messages of up to 65,535 bytes"
      }
    ]
  },
  {
    "id": "2.7",
    "title": "Which protocol?",
    "lab": 2,
    "builds": "multistream-select, with which libp2p peers agree on the protocol that they will speak",
    "comesNext": "Two peers can only talk if they speak the same protocol. In {exercise}, your programs agree on one, as libp2p does on every connection and every stream.",
    "buildsOn": [
      "2.1"
    ],
    "tracks": [
      "typescript"
    ],
    "folder": "2-protocol/7-which-protocol",
    "ops": [
      "listen",
      "dial"
    ],
    "checks": [
      {
        "id": "header",
        "title": "Sends the header at once, byte for byte"
      },
      {
        "id": "answers",
        "title": "Answers a proposal with itself or with na"
      },
      {
        "id": "proposes",
        "title": "Proposes one protocol after another"
      },
      {
        "id": "together",
        "title": "Answers proposals that arrive together"
      },
      {
        "id": "every-cut",
        "title": "Reads lines from a stream cut at every offset"
      },
      {
        "id": "behind",
        "title": "Leaves the bytes behind the agreed line to the protocol"
      },
      {
        "id": "longest",
        "title": "Reads lines of 1,024 bytes, and refuses longer ones"
      },
      {
        "id": "malformed",
        "title": "Refuses what is not a line, and what is not an answer"
      },
      {
        "id": "none",
        "title": "Ends cleanly without a protocol in common"
      },
      {
        "id": "libp2p",
        "title": "Agrees with libp2p's own implementation, both ways"
      }
    ]
  },
  {
    "id": "2.8",
    "title": "On libp2p: requests",
    "lab": 2,
    "builds": "requests and answers in protobuf on libp2p, in two versions of one protocol",
    "comesNext": "You have built messages, handshakes, encryption and the choice of a protocol by hand. In {exercise}, libp2p does that part, and you write a protocol of your own on it.",
    "buildsOn": [
      "2.1"
    ],
    "tracks": [
      "typescript"
    ],
    "folder": "2-protocol/8-on-libp2p-requests",
    "ops": [
      "listen",
      "request"
    ],
    "libp2p": true,
    "checks": [
      {
        "id": "dialed",
        "title": "Answers the requests of a libp2p node that dials it"
      },
      {
        "id": "asks",
        "title": "Sends a request to a libp2p node and returns the answer"
      },
      {
        "id": "versions",
        "title": "Speaks the newest version that both sides know"
      },
      {
        "id": "cuts",
        "title": "Reads messages from a stream cut at every offset"
      },
      {
        "id": "unknown-fields",
        "title": "Ignores unknown fields"
      },
      {
        "id": "too-long",
        "title": "Resets the stream before a message that is too long arrives"
      },
      {
        "id": "silence",
        "title": "Resets the stream if a message is not whole in time"
      },
      {
        "id": "at-once",
        "title": "Handles several requests at once"
      },
      {
        "id": "aborted",
        "title": "Keeps running when a stream is reset or ends in the middle of a message"
      },
      {
        "id": "error-answer",
        "title": "Answers an error with a status, not with a reset"
      }
    ]
  },
  {
    "id": "3.1",
    "title": "Bootstrap and peer exchange",
    "lab": 3,
    "builds": "Bitcoin's getaddr and addr: from one seed address to a whole network, without believing everything",
    "comesNext": "In {exercise}, your node finds its peers by itself: it knows one address, and asks everybody it meets for more.",
    "buildsOn": [
      "2.1",
      "2.2",
      "2.4"
    ],
    "tracks": [
      "typescript"
    ],
    "folder": "3-discovery/1-bootstrap",
    "ops": [
      "start",
      "known"
    ],
    "network": {
      "dials": "found",
      "carrier": "tcp"
    },
    "checks": [
      {
        "id": "published",
        "title": "Reads and writes addresses as published, ports in big-endian"
      },
      {
        "id": "introduces",
        "title": "Tells each peer that it dials its own address, and asks for others"
      },
      {
        "id": "chain",
        "title": "Finds twelve peers in a chain from one seed"
      },
      {
        "id": "leaves-out",
        "title": "Leaves out itself, port 0 and what is not on this computer"
      },
      {
        "id": "max-peers",
        "title": "Dials each address once, and at most maxPeers at a time"
      },
      {
        "id": "dead",
        "title": "Forgets dead addresses, and waits for slow ones"
      },
      {
        "id": "too-many",
        "title": "Disconnects peers that send over 1,000 addresses, or too few bytes"
      },
      {
        "id": "answers",
        "title": "Answers the first getaddr of each peer that dialed it"
      },
      {
        "id": "times",
        "title": "Corrects times in the future, and keeps the later time"
      },
      {
        "id": "eclipse",
        "title": "Keeps those that answered in a flood of invented addresses"
      }
    ]
  },
  {
    "id": "3.2",
    "title": "Multicast DNS",
    "lab": 3,
    "builds": "finding peers on the local network, where nobody knows an address yet",
    "comesNext": "A node that knows a seed finds the others. In {exercise}, there is no seed: your program asks everybody on the local network at once.",
    "buildsOn": [],
    "tracks": [
      "typescript"
    ],
    "folder": "3-discovery/2-multicast-dns",
    "ops": [
      "readName",
      "announce",
      "withdraw",
      "browse"
    ],
    "checks": [
      {
        "id": "names",
        "title": "Reads names with and without pointers"
      },
      {
        "id": "malformed",
        "title": "Refuses malformed names, and ends with each of them"
      },
      {
        "id": "announces",
        "title": "Announces an instance in one compressed message"
      },
      {
        "id": "answers",
        "title": "Answers questions for each of its names"
      },
      {
        "id": "silent",
        "title": "Stays silent when it has nothing to say"
      },
      {
        "id": "real",
        "title": "Finds the instances of other implementations"
      },
      {
        "id": "finds",
        "title": "Finds several instances in one message"
      },
      {
        "id": "own",
        "title": "Answers its own questions, and ignores its own answers"
      },
      {
        "id": "goodbye",
        "title": "Forgets a candidate when its time is over"
      },
      {
        "id": "junk",
        "title": "Survives cut and random messages"
      }
    ]
  },
  {
    "id": "3.3",
    "title": "XOR and buckets",
    "lab": 3,
    "builds": "a node of BitTorrent's DHT: it answers queries, and keeps the right neighbors",
    "comesNext": "A network of millions is too large to know everybody. In {exercise}, your program decides whom to remember: few nodes far away, and many nearby.",
    "buildsOn": [],
    "tracks": [
      "typescript"
    ],
    "folder": "3-discovery/3-xor-and-buckets",
    "ops": [
      "listen",
      "table"
    ],
    "checks": [
      {
        "id": "ping",
        "title": "Answers pings, whatever bytes the transaction id has"
      },
      {
        "id": "hostile",
        "title": "Answers bad queries with an error, and ignores the rest"
      },
      {
        "id": "newcomers",
        "title": "Knows a node only after it has answered"
      },
      {
        "id": "closest",
        "title": "Returns the k closest nodes, nearest first"
      },
      {
        "id": "splits",
        "title": "Splits only the bucket around its own id"
      },
      {
        "id": "all-good",
        "title": "Drops a newcomer if all nodes are good or answer"
      },
      {
        "id": "questionable",
        "title": "Gives a newcomer the place of a questionable node that fails twice"
      },
      {
        "id": "known-id",
        "title": "Keeps a known id at its address"
      },
      {
        "id": "good",
        "title": "Returns only good nodes"
      },
      {
        "id": "refresh",
        "title": "Refreshes each bucket that has not changed"
      }
    ]
  },
  {
    "id": "3.4",
    "title": "Iterative lookup",
    "lab": 3,
    "builds": "a lookup that finds the closest nodes of BitTorrent's DHT, among dead nodes and liars",
    "comesNext": "Your node answers what others ask. In {exercise}, it asks: from one node that it knows, it finds those that are closest to a target.",
    "buildsOn": [
      "3.3"
    ],
    "tracks": [
      "typescript"
    ],
    "folder": "3-discovery/4-iterative-lookup",
    "ops": [
      "lookup"
    ],
    "checks": [
      {
        "id": "closest",
        "title": "Finds the k closest of 64 nodes, hop by hop"
      },
      {
        "id": "answered",
        "title": "Returns only nodes that answered, where 30% are dead"
      },
      {
        "id": "in-flight",
        "title": "Keeps alpha queries in flight, and never more"
      },
      {
        "id": "time-outs",
        "title": "Waits for dead nodes side by side"
      },
      {
        "id": "budget",
        "title": "Asks only the k closest that it knows, each address once"
      },
      {
        "id": "liars",
        "title": "Takes what others say of a node for hearsay"
      },
      {
        "id": "flood",
        "title": "Takes at most k nodes from an answer with 500"
      },
      {
        "id": "spoofed",
        "title": "Ignores answers with a wrong transaction ID or source"
      },
      {
        "id": "broken",
        "title": "Treats errors and malformed answers as no answer"
      },
      {
        "id": "at-once",
        "title": "Runs many lookups at once, and leaves nothing behind"
      }
    ]
  },
  {
    "id": "3.5",
    "title": "Is it alive? SWIM",
    "lab": 3,
    "builds": "a group that finds out which of its members failed: ping, ping-req, suspicion and incarnations, spread by gossip",
    "comesNext": "In {exercise}, your program keeps track of a whole group: it finds out within seconds which members failed, and costs no more when the group grows.",
    "buildsOn": [],
    "tracks": [
      "typescript"
    ],
    "folder": "3-discovery/5-swim",
    "ops": [
      "start",
      "members",
      "freeze"
    ],
    "network": {
      "dials": "found",
      "carrier": "udp"
    },
    "checks": [
      {
        "id": "joins",
        "title": "Joins through a seed, and tells everyone who joins later"
      },
      {
        "id": "answers",
        "title": "Answers pings, and pings for others"
      },
      {
        "id": "overrides",
        "title": "Lets the greater incarnation win, and never an old update"
      },
      {
        "id": "refutes",
        "title": "Refutes what others say about it, also after a restart"
      },
      {
        "id": "killed",
        "title": "Finds a member that was killed"
      },
      {
        "id": "half-open",
        "title": "Finds a member that only talks and does not answer"
      },
      {
        "id": "slow",
        "title": "Does not suspect a member that is slow or that others reach"
      },
      {
        "id": "suspicion",
        "title": "Gives a suspect time to refute, and lets a dead member come back"
      },
      {
        "id": "load",
        "title": "Sends no more when the group grows from 8 to 32"
      },
      {
        "id": "frozen",
        "title": "Suspects nobody because it stood still itself"
      }
    ]
  },
  {
    "id": "3.6",
    "title": "Connection manager",
    "lab": 3,
    "builds": "a node that holds its number of peers while they come, go, and dial it at the same time",
    "comesNext": "In {exercise}, your node holds its number of connections: it dials, refuses, makes room, and settles who stays when two nodes dial each other.",
    "buildsOn": [
      "1.2"
    ],
    "tracks": [
      "typescript"
    ],
    "folder": "3-discovery/6-connection-manager",
    "ops": [
      "start",
      "peers"
    ],
    "checks": [
      {
        "id": "target",
        "title": "Dials until it has its target, and no further"
      },
      {
        "id": "churn",
        "title": "Refills while 20 peers come and go"
      },
      {
        "id": "backoff",
        "title": "Backs off from each failed peer, doubling, with jitter"
      },
      {
        "id": "collision",
        "title": "Keeps the right one of two simultaneous dials"
      },
      {
        "id": "two-copies",
        "title": "Ends with one connection when two copies dial each other"
      },
      {
        "id": "once",
        "title": "Never has two connections to one peer"
      },
      {
        "id": "cap",
        "title": "Never has more than its maximum"
      },
      {
        "id": "groups",
        "title": "Gives no group more than its share"
      },
      {
        "id": "protected",
        "title": "Keeps protected peers, and makes room for them"
      },
      {
        "id": "hello",
        "title": "Waits for a right hello, but not forever"
      }
    ]
  },
  {
    "id": "3.7",
    "title": "NAT traversal",
    "lab": 3,
    "builds": "STUN, hole punching and a relay, so that two nodes behind NATs reach each other where they can",
    "comesNext": "Until now, every peer could be reached at its address. In {exercise}, your program and its peers sit behind NATs, where that is not so.",
    "buildsOn": [],
    "tracks": [
      "typescript"
    ],
    "folder": "3-discovery/7-nat-traversal",
    "ops": [
      "start",
      "connect",
      "send"
    ],
    "checks": [
      {
        "id": "observed",
        "title": "Learns its address from observers, some of which do not answer"
      },
      {
        "id": "rewritten-address",
        "title": "Reads the address that no middlebox rewrites"
      },
      {
        "id": "lying-observer",
        "title": "Outvotes an observer that lies"
      },
      {
        "id": "endpoint-independent",
        "title": "Punches where it can behind Endpoint-Independent mapping"
      },
      {
        "id": "address-dependent",
        "title": "Punches where it can behind Address-Dependent mapping"
      },
      {
        "id": "port-dependent",
        "title": "Punches where it can behind Address and Port-Dependent mapping"
      },
      {
        "id": "same-port",
        "title": "Keeps peers apart whose NATs chose the same port"
      },
      {
        "id": "strangers",
        "title": "Believes no stranger that its NAT lets in"
      },
      {
        "id": "keep-alive",
        "title": "Keeps its mappings alive"
      },
      {
        "id": "each-other",
        "title": "Reaches a copy of itself, and relays behind the same NAT"
      }
    ]
  },
  {
    "id": "3.8",
    "title": "On libp2p: the local network",
    "lab": 3,
    "builds": "a libp2p node that finds the nodes of a local network by multicast DNS, and is found by them",
    "comesNext": "You have found and kept peers by hand. In {exercise}, libp2p does the asking, and your node joins a network of nodes that somebody else wrote.",
    "buildsOn": [],
    "tracks": [
      "typescript"
    ],
    "folder": "3-discovery/8-on-libp2p-local-network",
    "ops": [
      "join",
      "peers"
    ],
    "libp2p": true,
    "checks": [
      {
        "id": "discovers",
        "title": "Finds a node of the local network and dials it"
      },
      {
        "id": "discovered",
        "title": "Answers when others ask, so that they can dial it"
      },
      {
        "id": "asks-again",
        "title": "Asks again, and finds nodes that come later"
      },
      {
        "id": "identify",
        "title": "Names its agent in identify, and expects the same of its peers"
      },
      {
        "id": "name",
        "title": "Has a name in mDNS that is not its peer ID"
      },
      {
        "id": "other-tag",
        "title": "Leaves nodes with another service tag alone"
      },
      {
        "id": "once",
        "title": "Dials each peer once, and no peer that has dialed it"
      },
      {
        "id": "claims",
        "title": "Believes no announcement before the node has proven its ID"
      },
      {
        "id": "lost",
        "title": "Survives the loss of the peer that it met first"
      }
    ]
  },
  {
    "id": "4.1",
    "title": "Flooding",
    "lab": 4,
    "builds": "a broadcast that reaches every node once, however many ways lead there, and that you watch in your own network",
    "comesNext": "In {exercise}, your program becomes one node of a network: copies of it pass on what is new to them, and you watch them do it.",
    "buildsOn": [],
    "tracks": [
      "typescript"
    ],
    "folder": "4-state/1-flooding",
    "ops": [
      "start",
      "publish"
    ],
    "network": {
      "dials": "both",
      "carrier": "tcp"
    },
    "checks": [
      {
        "id": "passes-on",
        "title": "Delivers what is new, and passes it on to everyone but its sender"
      },
      {
        "id": "publishes",
        "title": "Gives each of its own messages an id of its own, and tells everyone"
      },
      {
        "id": "links",
        "title": "Keeps a connection to every peer, and reads frames however they come"
      },
      {
        "id": "alone",
        "title": "Starts and publishes without any peer, and never gives an id twice"
      },
      {
        "id": "duplicates",
        "title": "Recognizes duplicates, however they come"
      },
      {
        "id": "window",
        "title": "Remembers exactly the last ids of its window"
      },
      {
        "id": "malformed",
        "title": "Ignores what is malformed, and keeps the connection"
      },
      {
        "id": "shapes",
        "title": "Reaches every node of a line, a ring, a grid, a tree and a random network once"
      },
      {
        "id": "comes",
        "title": "Reaches a node that comes later, and one whose connections were lost"
      }
    ]
  },
  {
    "id": "4.2",
    "title": "Lazy gossip",
    "lab": 4,
    "builds": "Bitcoin's inv, getdata and notfound: announcements for everybody, and the data once for each node",
    "comesNext": "In {exercise}, your nodes first tell each other what they have, and ask for what they lack: the data reaches each node once, also when some of them only promise it.",
    "buildsOn": [
      "2.1",
      "2.2",
      "2.4"
    ],
    "tracks": [
      "typescript"
    ],
    "folder": "4-state/2-lazy-gossip",
    "ops": [
      "start",
      "publish"
    ],
    "network": {
      "dials": "one",
      "carrier": "tcp"
    },
    "checks": [
      {
        "id": "published",
        "title": "Announces and sends a real transaction, byte for byte"
      },
      {
        "id": "asks",
        "title": "Asks for what it does not have, and delivers it once"
      },
      {
        "id": "batches",
        "title": "Collects announcements for announceMs"
      },
      {
        "id": "leaves-out",
        "title": "Announces nothing to peers that have it"
      },
      {
        "id": "answers",
        "title": "Answers getdata with tx and notfound"
      },
      {
        "id": "falls-back",
        "title": "Asks one peer at a time, and the next one if the data does not come"
      },
      {
        "id": "unsolicited",
        "title": "Names data by its hash, asked for or not"
      },
      {
        "id": "too-many",
        "title": "Remembers at most maxAnnounced ids for each peer"
      },
      {
        "id": "malformed",
        "title": "Disconnects peers that send malformed inventories"
      },
      {
        "id": "network",
        "title": "Sends the data to each node of a network once"
      }
    ]
  },
  {
    "id": "4.3",
    "title": "Anti-entropy",
    "lab": 4,
    "builds": "sets that grow apart while the network is split and find what differs in a few kilobytes, not by sending everything",
    "comesNext": "In {exercise}, your nodes bring each other up to date after a split, and find 10 of 10,000 items without sending the rest.",
    "buildsOn": [],
    "tracks": [
      "typescript"
    ],
    "folder": "4-state/3-anti-entropy",
    "ops": [
      "start",
      "put",
      "get",
      "status",
      "sync"
    ],
    "network": {
      "dials": "both",
      "carrier": "tcp"
    },
    "checks": [
      {
        "id": "digests",
        "title": "Digests its set to the digit, whatever order it came in"
      },
      {
        "id": "descends",
        "title": "Goes down where digests differ, and nowhere else"
      },
      {
        "id": "links",
        "title": "Keeps a connection to every peer, and reads frames however they come"
      },
      {
        "id": "exchanges",
        "title": "Asks for what it lacks, and sends what the peer lacks"
      },
      {
        "id": "hostile",
        "title": "Ignores what is malformed, and loses nothing to a peer that lies"
      },
      {
        "id": "halves",
        "title": "Brings two halves of 10,000 items together within 21,000 bytes, again and again"
      },
      {
        "id": "sides",
        "title": "Fills an empty node in either direction, and finds one item deep down"
      },
      {
        "id": "period",
        "title": "Begins a sync with every connected peer every syncMs"
      },
      {
        "id": "line",
        "title": "Spreads items over three nodes by itself, and is nearly silent when nothing differs"
      },
      {
        "id": "restart",
        "title": "Has everything again after SIGKILL, and does not fetch it from its peers"
      }
    ]
  },
  {
    "id": "4.4",
    "title": "Replicated state",
    "lab": 4,
    "builds": "a counter and a map that every node can change at any time, also while the network is split",
    "comesNext": "In {exercise}, every node may change the same data, even while it reaches nobody, and all nodes still agree in the end.",
    "buildsOn": [],
    "tracks": [
      "typescript"
    ],
    "folder": "4-state/4-replicated-state",
    "ops": [
      "start",
      "add",
      "set",
      "remove",
      "read"
    ],
    "network": {
      "dials": "both",
      "carrier": "tcp"
    },
    "checks": [
      {
        "id": "writes",
        "title": "Tells its peers of each write, and of nothing else"
      },
      {
        "id": "merges",
        "title": "Merges states in any order, any number of times"
      },
      {
        "id": "passes-on",
        "title": "Passes on what is new to it, and nothing else"
      },
      {
        "id": "connects",
        "title": "Keeps a connection to every peer, and sends its whole state on each new one"
      },
      {
        "id": "clocks",
        "title": "Lets the later write win, although clocks are an hour apart"
      },
      {
        "id": "removes",
        "title": "Keeps removed keys removed"
      },
      {
        "id": "restarts",
        "title": "Loses nothing that it stored when it is killed"
      },
      {
        "id": "new-replica",
        "title": "Becomes a new replica when its data is gone"
      },
      {
        "id": "split",
        "title": "Takes writes on both sides of a split, and agrees afterwards"
      },
      {
        "id": "malformed",
        "title": "Ignores malformed messages as a whole"
      }
    ]
  },
  {
    "id": "4.5",
    "title": "Chain consensus",
    "lab": 4,
    "builds": "Bitcoin's headers and proof of work: nodes that trust nobody agree on one chain, after a split, too",
    "comesNext": "Your nodes agree as long as all of them are honest. In {exercise}, anyone may join and say anything, and the chain with the most work decides.",
    "buildsOn": [
      "2.2",
      "2.4"
    ],
    "tracks": [
      "typescript"
    ],
    "folder": "4-state/5-chain-consensus",
    "ops": [
      "inspect",
      "start",
      "tip",
      "mine"
    ],
    "network": {
      "dials": "one",
      "carrier": "tcp"
    },
    "checks": [
      {
        "id": "published",
        "title": "Reads headers as published: hash, target and work"
      },
      {
        "id": "syncs",
        "title": "Asks each peer for headers until it has all of them"
      },
      {
        "id": "answers",
        "title": "Answers getheaders from the fork point, with 2,000 headers at most"
      },
      {
        "id": "refused",
        "title": "Disconnects on bad proof of work and malformed messages"
      },
      {
        "id": "orphan",
        "title": "Asks for missing parents, and keeps nothing until they come"
      },
      {
        "id": "most-work",
        "title": "Follows the most work, and on a tie what came first"
      },
      {
        "id": "times",
        "title": "Refuses headers that are too early or too late"
      },
      {
        "id": "spam",
        "title": "Keeps nothing of a chain with too little work"
      },
      {
        "id": "mines",
        "title": "Mines on its tip, and announces blocks to the peers that asked for it"
      },
      {
        "id": "split",
        "title": "Agrees on one chain after a split, and reports the reorganization"
      }
    ]
  },
  {
    "id": "4.6",
    "title": "Majority consensus",
    "lab": 4,
    "builds": "Raft's elections, log and commit rule: nodes that agree on one history although some of them are killed or cut off",
    "comesNext": "In {exercise}, nodes agree on one order of commands with Raft: a majority decides, and what it has decided survives crashes and splits.",
    "buildsOn": [],
    "tracks": [
      "typescript"
    ],
    "folder": "4-state/6-majority-consensus",
    "ops": [
      "start",
      "submit"
    ],
    "network": {
      "dials": "both",
      "carrier": "tcp"
    },
    "checks": [
      {
        "id": "links",
        "title": "Keeps a connection to each peer, and reads frames however they come"
      },
      {
        "id": "elects",
        "title": "Becomes leader with the votes of a majority, and of nothing less"
      },
      {
        "id": "votes",
        "title": "Votes once per term, and only for a log that is not behind"
      },
      {
        "id": "remembers",
        "title": "Keeps its vote and its log when it is killed right after it answers"
      },
      {
        "id": "timer",
        "title": "Lets the leader of the current term alone restart the election timer"
      },
      {
        "id": "log",
        "title": "Makes its log equal to the leader's, and commits no more than that"
      },
      {
        "id": "commits",
        "title": "Commits what a majority stores, entries of older terms only along with its own"
      },
      {
        "id": "clients",
        "title": "Answers clients when their own command is applied"
      },
      {
        "id": "survives",
        "title": "Goes on after kills and splits, and a minority decides nothing"
      },
      {
        "id": "linearizable",
        "title": "Looks like one register to its clients while leaders are killed and cut off"
      }
    ]
  },
  {
    "id": "4.7",
    "title": "On libp2p: gossip with a validator",
    "lab": 4,
    "builds": "a node of a gossipsub network that judges each message before it passes it on",
    "comesNext": "You have spread news and agreed on it by hand. In {exercise}, gossipsub does the spreading, and your node decides what deserves it.",
    "buildsOn": [],
    "tracks": [
      "typescript"
    ],
    "folder": "4-state/7-on-libp2p-gossip",
    "ops": [
      "join",
      "announce"
    ],
    "libp2p": true,
    "checks": [
      {
        "id": "joins",
        "title": "Finds the local network and becomes a member of the mesh"
      },
      {
        "id": "relays",
        "title": "Passes on what it accepts, as it came"
      },
      {
        "id": "malformed",
        "title": "Rejects malformed announcements"
      },
      {
        "id": "heights",
        "title": "Ignores heights that are not new, origin by origin"
      },
      {
        "id": "clocks",
        "title": "Ignores announcements from another time"
      },
      {
        "id": "once",
        "title": "Judges each message once"
      },
      {
        "id": "costs",
        "title": "Prunes a peer for a rejected message, not for ignored ones"
      },
      {
        "id": "announces",
        "title": "Announces heights that other nodes accept"
      },
      {
        "id": "crowd",
        "title": "Keeps many peers at one address"
      },
      {
        "id": "churn",
        "title": "Is a member of the mesh again after all its peers were killed"
      }
    ]
  },
  {
    "id": "4.8",
    "title": "Capstone: the Mini P2P Network",
    "lab": 4,
    "builds": "a whole network from what you have: nodes that find each other from one address, broadcast, and agree, while some of them fail and one of them lies",
    "comesNext": "In {exercise}, all of this becomes one network, which the checker breaks.",
    "buildsOn": [
      "4.6"
    ],
    "tracks": [
      "typescript"
    ],
    "folder": "4-state/8-mini-p2p-network",
    "ops": [
      "start",
      "publish",
      "submit"
    ],
    "network": {
      "dials": "found",
      "carrier": "tcp"
    },
    "checks": [
      {
        "id": "records",
        "title": "Signs a record of its own, and believes those of others by their signatures alone"
      },
      {
        "id": "dials",
        "title": "Dials the newest addresses that it knows, also after a restart without its seeds"
      },
      {
        "id": "floods",
        "title": "Delivers a broadcast once, and passes it on between members only"
      },
      {
        "id": "submits",
        "title": "Takes commands at every node, and hands them to the leader that it knows"
      },
      {
        "id": "unknown",
        "title": "Answers with an error where the outcome is unknown, and never sends a command twice"
      },
      {
        "id": "finds",
        "title": "Five nodes find each other from one seed, and one that comes back elsewhere"
      },
      {
        "id": "hostile",
        "title": "Keeps its leader and its term, whatever a stranger says"
      },
      {
        "id": "survives",
        "title": "Loses no acknowledged write while nodes are killed, paused, cut off and slow"
      }
    ]
  }
]
