# Another correct program, in Python 3 (3.9 or newer) with nothing but its standard library. Check it with
#     p2plab check 2.4 --program "python3 /path/to/handshake.py"        (on Windows: "py -3 C:\path\to\handshake.py")
# The checker writes one JSON command a line to our standard input, and we answer on standard output.
import hashlib
import json
import os
import re
import socket
import struct
import sys
import threading
import time

# < is little-endian: magic 4, command 12, length u32, checksum 4
HEADER = struct.Struct("<4s12sI4s")
MAX_PAYLOAD = 4_000_000
COMMAND = re.compile(rb"([\x20-\x7e]+)\x00*")
# version i32, services u64, time i64, two addresses of 26 bytes, nonce u64
VERSION = struct.Struct("<iQq26x26xQ")
PROTOCOL_VERSION = 70016
MIN_VERSION = 31800
MAX_USER_AGENT = 256

printing = threading.Lock()
nonces = set()


class Over(Exception):
    """The connection is over, for the reason that it has as its argument."""


def tell(**line):
    with printing:
        print(json.dumps(line), flush=True)


def event(name, **data):
    tell(p2plab="event", event=name, data=data)


def checksum(payload):
    return hashlib.sha256(hashlib.sha256(payload).digest()).digest()[:4]


def compact_size(data, at):
    """The number at this place, and where it ends."""
    first = data[at]
    if first < 0xFD:
        return first, at + 1
    length = {0xFD: 2, 0xFE: 4, 0xFF: 8}[first]
    if len(data) < at + 1 + length:
        raise Over("malformed")
    return int.from_bytes(data[at + 1 : at + 1 + length], "little"), at + 1 + length


def decode_version(payload):
    try:
        version, _services, _time, nonce = VERSION.unpack_from(payload)
        length, at = compact_size(payload, VERSION.size)
        if length > MAX_USER_AGENT:
            raise Over("malformed")
        agent = payload[at : at + length].decode(errors="replace")
        (height,) = struct.unpack_from("<i", payload, at + length)
    except (struct.error, IndexError):
        raise Over("malformed")
    return version, nonce, agent, height


class Connection:
    """Runs in a thread of its own, so it may simply wait for bytes."""

    def __init__(self, sock, direction, own):
        self.sock = sock
        self.direction = direction
        self.own = own
        self.magic = bytes.fromhex(own["magic"])
        self.name = "%s:%d" % sock.getpeername()
        self.nonce = int.from_bytes(os.urandom(8), "little")
        self.deadline = time.monotonic() + own["timeoutMs"] / 1000
        self.peer = None
        self.done = threading.Event()

    def read(self, length):
        data = bytearray()
        while len(data) < length:
            if self.deadline is not None:
                left = self.deadline - time.monotonic()
                if left <= 0:
                    raise Over("timeout")
                self.sock.settimeout(left)
            else:
                self.sock.settimeout(None)
            try:
                piece = self.sock.recv(min(length - len(data), 1 << 16))
            except socket.timeout:
                raise Over("timeout")
            except OSError:
                raise Over("ended")
            if not piece:
                raise Over("ended")
            data += piece
        return bytes(data)

    def receive(self):
        """The next good message."""
        while True:
            start, field, length, check = HEADER.unpack(self.read(HEADER.size))
            if start != self.magic or length > MAX_PAYLOAD:
                raise Over("malformed")
            payload = self.read(length)
            command = COMMAND.fullmatch(field)
            if command is not None and check == checksum(payload):
                return command[1].decode(), payload

    def wait_for(self, wanted):
        """The payload of the next message with this command; others are ignored."""
        while True:
            command, payload = self.receive()
            if command == wanted:
                return payload

    def send(self, command, payload=b""):
        try:
            self.sock.sendall(HEADER.pack(self.magic, command.encode(), len(payload), checksum(payload)) + payload)
        except OSError:
            raise Over("ended")

    def send_version(self):
        nonces.add(self.nonce)
        agent = self.own["userAgent"].encode()
        size = bytes([len(agent)]) if len(agent) < 0xFD else b"\xfd" + struct.pack("<H", len(agent))
        fixed = VERSION.pack(PROTOCOL_VERSION, int(self.own["services"]), int(time.time()), self.nonce)
        self.send("version", fixed + size + agent + struct.pack("<iB", self.own["height"], 1))

    def shake_hands(self):
        if self.direction == "outbound":
            self.send_version()
        version, nonce, agent, height = decode_version(self.wait_for("version"))
        if nonce in nonces:
            raise Over("self")
        if version < MIN_VERSION:
            raise Over("old")
        if self.direction == "inbound":
            self.send_version()
        self.send("verack")
        self.wait_for("verack")
        self.deadline = None
        self.peer = {"version": min(version, PROTOCOL_VERSION), "userAgent": agent, "height": height}

    def run(self):
        try:
            self.shake_hands()
            event("peer", connection=self.name, direction=self.direction, **self.peer)
            self.done.set()
            while True:
                self.receive()  # whatever comes after the handshake is ignored
        except Over as over:
            reason = str(over)
        nonces.discard(self.nonce)
        self.sock.close()
        event("closed", connection=self.name, reason=reason)
        self.done.set()


def accept(server, own):
    while True:
        client, _ = server.accept()
        try:
            connection = Connection(client, "inbound", own)
        except OSError:
            client.close()  # it is gone already
            continue
        threading.Thread(target=connection.run, daemon=True).start()


def listen(host, port, **own):
    server = socket.create_server((host, port), backlog=100)
    threading.Thread(target=accept, args=(server, own), daemon=True).start()
    return {"port": server.getsockname()[1]}


def connect(peer, **own):
    host, port = peer.rsplit(":", 1)
    sock = socket.create_connection((host, int(port)))
    connection = Connection(sock, "outbound", own)
    threading.Thread(target=connection.run, daemon=True).start()
    connection.done.wait()
    if connection.peer is None:
        raise ValueError("the connection was closed before the handshake was complete")
    return connection.peer


OPS = {"listen": listen, "connect": connect}


def answer(command):
    """In a thread of its own: connect takes as long as its peer does, and other commands come in the meantime."""
    try:
        tell(p2plab="reply", id=command["id"], result=OPS[command["op"]](**command["args"]))
    except (OSError, ValueError) as error:
        tell(p2plab="error", id=command["id"], message=str(error))


tell(p2plab="ready", contract=1)
for line in sys.stdin:
    command = json.loads(line)
    if command["op"] in OPS:
        threading.Thread(target=answer, args=(command,), daemon=True).start()
    else:
        tell(p2plab="error", id=command["id"], message="unknown op " + command["op"])
# The end of standard input means stop: the threads are daemons and end with us.
