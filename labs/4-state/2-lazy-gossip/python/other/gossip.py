# Another correct program, in Python 3 (3.9 or newer) with nothing but its standard library. Check it with
#     p2plab check 4.2 --program "python3 /path/to/gossip.py"        (on Windows: "py -3 C:\path\to\gossip.py")
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
# type u32, id
ENTRY = struct.Struct("<I32s")
MSG_TX = 1
MAX_ENTRIES = 50_000
HANDSHAKE_S = 60

nonces = set()


class Over(Exception):
    """The connection has to end."""


def tell(**line):
    print(json.dumps(line), flush=True)


def double_sha256(data):
    return hashlib.sha256(hashlib.sha256(data).digest()).digest()


def checksum(payload):
    return double_sha256(payload)[:4]


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
    agent = b"/p2plab-python:4.2/"
    return VERSION.pack(70016, 1, int(time.time()), nonce) + compact_size(len(agent)) + agent + struct.pack("<iB", 0, 1)


def decode_version(payload):
    """The version and the nonce."""
    if len(payload) < VERSION.size:
        raise Over
    version, _services, _time, nonce = VERSION.unpack_from(payload)
    length, at = read_compact_size(payload, VERSION.size)
    if length > MAX_USER_AGENT or len(payload) < at + length + 4:
        raise Over
    return version, nonce


def encode_inventory(ids):
    return compact_size(len(ids)) + b"".join(ENTRY.pack(MSG_TX, each) for each in ids)


def decode_inventory(payload):
    """The ids of transactions."""
    number, at = read_compact_size(payload)
    if number > MAX_ENTRIES or len(payload) < at + number * ENTRY.size:
        raise Over
    entries = ENTRY.iter_unpack(payload[at : at + number * ENTRY.size])
    return [each for kind, each in entries if kind == MSG_TX]


class Connection:
    def __init__(self, node, reader, writer, inbound):
        self.node = node
        self.reader = reader
        self.writer = writer
        self.inbound = inbound
        self.news = {}  # ids, in the order in which they became new
        self.announcing = None
        self.announced = set()  # of those that we wait for
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

    async def run(self):
        """Up to the end of the connection."""
        try:
            await asyncio.wait_for(self.shake_hands(), HANDSHAKE_S)
            self.node.connections.add(self)
            while True:
                command, payload = await self.receive()
                if command == "tx":
                    self.node.learn(payload, self)
                elif command in ("inv", "getdata", "notfound"):
                    getattr(self, "on_" + command)(decode_inventory(payload))
        except (Over, OSError, EOFError, asyncio.TimeoutError):
            pass
        finally:
            self.writer.close()
            if self.announcing:
                self.announcing.cancel()
            self.node.leave(self)

    def on_inv(self, ids):
        ask = []
        for each in ids:
            self.news.pop(each, None)
            if self.node.may_ask(self, each):
                ask.append(each)
        if ask:
            self.send("getdata", encode_inventory(ask))

    def on_getdata(self, ids):
        for each in ids:
            if each in self.node.data:
                self.send("tx", self.node.data[each])
        lacks = [each for each in ids if each not in self.node.data]
        if lacks:
            self.send("notfound", encode_inventory(lacks))

    def on_notfound(self, ids):
        for each in ids:
            wish = self.node.wishes.get(each)
            if wish and wish.asked is self:
                wish.go_on()

    def tell_later(self, each):
        self.news[each] = True
        if not self.announcing:
            self.announcing = self.node.later(self.node.announce_ms, self.tell_now)

    def tell_now(self):
        self.announcing = None
        ids, self.news = list(self.news), {}
        for at in range(0, len(ids), MAX_ENTRIES):
            self.send("inv", encode_inventory(ids[at : at + MAX_ENTRIES]))


class Wish:
    """Data that we wait for."""

    def __init__(self, node, wanted, first):
        self.node = node
        self.id = wanted
        self.asked = first
        self.queue = []
        self.timer = node.later(node.request_ms, self.go_on)

    def go_on(self):
        """The connection that was asked does not have it."""
        self.timer.cancel()
        if not self.queue:
            return self.node.forget(self.id)
        self.asked = self.queue.pop(0)
        self.timer = self.node.later(self.node.request_ms, self.go_on)
        self.asked.send("getdata", encode_inventory([self.id]))


class Node:
    def __init__(self, magic, announceMs, requestMs, retryMs, maxAnnounced):
        self.magic = bytes.fromhex(magic)
        self.announce_ms = announceMs
        self.request_ms = requestMs
        self.retry = retryMs / 1000
        self.max_announced = maxAnnounced
        self.connections = set()
        self.data = {}
        self.wishes = {}

    def later(self, milliseconds, do):
        return asyncio.get_running_loop().call_later(milliseconds / 1000, do)

    def may_ask(self, connection, each):
        """Notes an announcement. True: nobody was asked yet."""
        if each in self.data or each in connection.announced:
            return False
        if len(connection.announced) >= self.max_announced:
            return False
        connection.announced.add(each)
        if each in self.wishes:
            self.wishes[each].queue.append(connection)
            return False
        self.wishes[each] = Wish(self, each, connection)
        return True

    def forget(self, each):
        wish = self.wishes.pop(each, None)
        if wish:
            wish.timer.cancel()
            for connection in self.connections:
                connection.announced.discard(each)

    def learn(self, data, source=None):
        each = double_sha256(data)
        if source:
            source.news.pop(each, None)
        if each not in self.data:
            self.data[each] = bytes(data)
            tell(p2plab="event", event="delivered", data={"id": each.hex(), "payload": data.hex()})
            for connection in self.connections:
                if connection is not source and each not in connection.announced:
                    connection.tell_later(each)
            self.forget(each)
        return each

    def leave(self, connection):
        self.connections.discard(connection)
        for each in list(connection.announced):
            wish = self.wishes[each]
            if wish.asked is connection:
                wish.go_on()
            else:
                wish.queue.remove(connection)

    async def accept(self, reader, writer):
        await Connection(self, reader, writer, inbound=True).run()

    async def keep_dialing(self, host, port):
        while True:
            try:
                reader, writer = await asyncio.open_connection(host, port)
                await Connection(self, reader, writer, inbound=False).run()
            except OSError:
                pass  # nobody is there
            await asyncio.sleep(self.retry)


node = None
tasks = []


async def start(host, port, peers, **options):
    global node, server
    node = Node(**options)
    server = await asyncio.start_server(node.accept, host, port)
    for peer in peers:
        there, number = peer.rsplit(":", 1)
        tasks.append(asyncio.ensure_future(node.keep_dialing(there, int(number))))
    return {"port": server.sockets[0].getsockname()[1]}


async def publish(payload):
    return {"id": node.learn(bytes.fromhex(payload)).hex()}


OPS = {"start": start, "publish": publish}


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
