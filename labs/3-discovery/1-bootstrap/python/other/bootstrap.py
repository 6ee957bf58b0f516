# Another correct program, in Python 3 (3.9 or newer) with nothing but its standard library. Check it with
#     p2plab check 3.1 --program "python3 /path/to/bootstrap.py"        (on Windows: "py -3 C:\path\to\bootstrap.py")
# The checker writes one JSON command a line to our standard input, and we answer on standard output. One event loop does everything, so
# nothing has to be locked.
import asyncio
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
MAX_USER_AGENT = 256
# time u32, services u64, IP 16. The port behind them is the only integer in big-endian.
SEEN = struct.Struct("<IQ16s")
PORT = struct.Struct(">H")
ENTRY = SEEN.size + PORT.size
IPV4 = bytes(10) + b"\xff\xff"
MAX_ADDR = 1000
SERVICES = 9  # a full node with witnesses

nonces = set()


class Over(Exception):
    """The connection has to end."""


def tell(**line):
    print(json.dumps(line), flush=True)


def checksum(payload):
    return hashlib.sha256(hashlib.sha256(payload).digest()).digest()[:4]


def compact_size(number):
    if number < 0xFD:
        return bytes([number])
    return b"\xfd" + struct.pack("<H", number)


def read_compact_size(data, at=0):
    """The number at this place, and where it ends."""
    if len(data) <= at:
        raise Over
    width = {0xFD: 2, 0xFE: 4, 0xFF: 8}.get(data[at], 0)
    if len(data) < at + 1 + width:
        raise Over
    number = int.from_bytes(data[at + 1 : at + 1 + width], "little") if width else data[at]
    if width and number < {2: 0xFD, 4: 1 << 16, 8: 1 << 32}[width]:
        raise Over
    return number, at + 1 + width


def encode_version(nonce):
    agent = b"/p2plab-python:3.1/"
    return VERSION.pack(70016, SERVICES, int(time.time()), nonce) + compact_size(len(agent)) + agent + struct.pack("<iB", 0, 1)


def decode_version(payload):
    """The version and the nonce."""
    if len(payload) < VERSION.size:
        raise Over
    version, _services, _time, nonce = VERSION.unpack_from(payload)
    length, at = read_compact_size(payload, VERSION.size)
    if length > MAX_USER_AGENT or len(payload) < at + length + 4:
        raise Over
    return version, nonce


def encode_addr(entries):
    """Entries are (time, services, (host, port))."""
    encoded = [
        SEEN.pack(seen, services, IPV4 + socket.inet_aton(host)) + PORT.pack(port)
        for seen, services, (host, port) in entries
    ]
    return compact_size(len(entries)) + b"".join(encoded)


def decode_addr(payload):
    """Those that can be dialed here."""
    number, at = read_compact_size(payload)
    if number > MAX_ADDR or len(payload) < at + number * ENTRY:
        raise Over
    entries = []
    for start in range(at, at + number * ENTRY, ENTRY):
        seen, services, ip = SEEN.unpack_from(payload, start)
        (port,) = PORT.unpack_from(payload, start + SEEN.size)
        if ip.startswith(IPV4 + b"\x7f") and port != 0:
            entries.append((seen, services, (socket.inet_ntoa(ip[12:]), port)))
    return entries


class Connection:
    def __init__(self, node, reader, writer, inbound):
        self.node = node
        self.reader = reader
        self.writer = writer
        self.inbound = inbound
        self.name = "%s:%d" % writer.get_extra_info("peername")[:2]
        writer.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def send(self, command, payload=b""):
        header = HEADER.pack(self.node.magic, command.encode(), len(payload), checksum(payload))
        self.writer.write(header + payload)

    async def receive(self):
        """The next good message."""
        while True:
            start, field, length, check = HEADER.unpack(await self.reader.readexactly(HEADER.size))
            if start != self.node.magic or length > MAX_PAYLOAD:
                raise Over
            payload = await self.reader.readexactly(length)
            command = COMMAND.fullmatch(field)
            if command is not None and check == checksum(payload):
                return command[1].decode(), payload

    async def wait_for(self, wanted):
        while True:
            command, payload = await self.receive()
            if command == wanted:
                return payload

    async def shake_hands(self):
        nonce = int.from_bytes(os.urandom(8), "little")
        nonces.add(nonce)
        try:
            if not self.inbound:
                self.send("version", encode_version(nonce))
            version, theirs = decode_version(await self.wait_for("version"))
            if theirs in nonces or version < 31800:
                raise Over
            if self.inbound:
                self.send("version", encode_version(nonce))
            self.send("verack")
            await self.wait_for("verack")
        finally:
            nonces.discard(nonce)

    async def run(self, on_ready):
        """Up to the end of the connection."""
        try:
            await asyncio.wait_for(self.shake_hands(), self.node.timeout)
            on_ready(self)
            direction = "inbound" if self.inbound else "outbound"
            tell(p2plab="event", event="peer", data={"connection": self.name, "direction": direction})
            asked = False
            while True:
                command, payload = await self.receive()
                if command == "addr":
                    self.node.note(decode_addr(payload))
                elif command == "getaddr" and self.inbound and not asked:
                    asked = True
                    entries = self.node.entries()
                    if entries:
                        self.send("addr", encode_addr(entries))
        except (Over, OSError, EOFError, asyncio.TimeoutError):
            pass
        finally:
            self.writer.close()


class Node:
    def __init__(self, magic, maxPeers, maxHeard, timeoutMs):
        self.magic = bytes.fromhex(magic)
        self.max_peers = maxPeers
        self.max_heard = maxHeard
        self.timeout = timeoutMs / 1000
        # By (host, port): [time, services]
        self.heard = {}
        self.answered = {}
        self.dialed = set()
        self.tasks = set()

    async def listen(self, host, port):
        server = await asyncio.start_server(self.accept, host, port)
        self.server = server
        self.self = server.sockets[0].getsockname()[:2]
        return self.self[1]

    async def accept(self, reader, writer):
        await Connection(self, reader, writer, inbound=True).run(lambda connection: None)

    def note(self, entries):
        for seen, services, place in entries:
            if place == self.self:
                continue
            now = int(time.time())
            if seen > now + 600:
                seen = now - 5 * 86400
            known = self.answered.get(place) or self.heard.get(place)
            if known:
                known[0] = max(known[0], seen)
            elif len(self.heard) < self.max_heard:
                self.heard[place] = [seen, services]
        self.dial_more()

    def dial_more(self):
        for place in self.heard:
            if len(self.dialed) >= self.max_peers:
                return
            if place not in self.dialed:
                self.dialed.add(place)
                task = asyncio.ensure_future(self.dial(place))
                self.tasks.add(task)  # or it may be collected while it runs
                task.add_done_callback(self.tasks.discard)

    async def dial(self, place):
        def ready(connection):
            self.answered[place] = [int(time.time()), self.heard.pop(place)[1]]
            connection.send("addr", encode_addr([(int(time.time()), SERVICES, self.self)]))
            connection.send("getaddr")

        try:
            reader, writer = await asyncio.wait_for(asyncio.open_connection(*place), self.timeout)
            await Connection(self, reader, writer, inbound=False).run(ready)
        except (OSError, asyncio.TimeoutError):
            pass  # nobody is there
        self.dialed.discard(place)
        self.heard.pop(place, None)
        self.dial_more()

    def entries(self):
        both = list(self.answered.items()) + list(self.heard.items())
        return [(seen, services, place) for place, (seen, services) in both[:MAX_ADDR]]

    def known(self):
        return {
            "heard": ["%s:%d" % place for place in self.heard],
            "answered": ["%s:%d" % place for place in self.answered],
        }


node = None


async def start(host, port, seeds, **options):
    global node
    node = Node(**options)
    bound = await node.listen(host, port)
    places = [(seed.rsplit(":", 1)[0], int(seed.rsplit(":", 1)[1])) for seed in seeds]
    node.note([(int(time.time()), SERVICES, place) for place in places if place[0].startswith("127.") and place[1] != 0])
    return {"port": bound}


async def known():
    return node.known()


OPS = {"start": start, "known": known}


async def answer(command):
    try:
        if command["op"] not in OPS:
            raise ValueError("unknown op " + command["op"])
        tell(p2plab="reply", id=command["id"], result=await OPS[command["op"]](**command["args"]))
    except (OSError, ValueError) as error:
        tell(p2plab="error", id=command["id"], message=str(error))


def read_commands(loop, end):
    """In a thread: standard input cannot be awaited everywhere."""
    for line in sys.stdin:
        asyncio.run_coroutine_threadsafe(answer(json.loads(line)), loop)
    loop.call_soon_threadsafe(end.set)


async def main():
    end = asyncio.Event()
    threading.Thread(target=read_commands, args=(asyncio.get_running_loop(), end), daemon=True).start()
    tell(p2plab="ready", contract=1)
    await end.wait()
    os._exit(0)  # The end of standard input means stop, whatever is under way.


asyncio.run(main())
