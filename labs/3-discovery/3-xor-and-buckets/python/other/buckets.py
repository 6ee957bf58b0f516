"""Exercise 3.3 in Python 3: a node of BitTorrent's DHT, with asyncio and a bencode of its own."""
import asyncio
import json
import os
import socket
import sys
import threading
import time


def bencode(value):
    if isinstance(value, int):
        return b"i%de" % value
    if isinstance(value, bytes):
        return b"%d:%s" % (len(value), value)
    if isinstance(value, list):
        return b"l" + b"".join(map(bencode, value)) + b"e"
    return b"d" + b"".join(bencode(key) + bencode(value[key]) for key in sorted(value)) + b"e"


def bdecode(data):
    """The value that all of these bytes are. Raises ValueError where they are none."""
    value, end = _value(data, 0, 0)
    if end != len(data):
        raise ValueError("bytes behind the value")
    return value


def _value(data, at, depth):
    if depth > 100:
        raise ValueError("nested too deep")
    kind = data[at:at + 1]
    if kind == b"i":
        end = data.index(b"e", at)
        if end - at > 20:
            raise ValueError("a long integer")
        return int(data[at + 1:end]), end + 1
    if kind in (b"l", b"d"):
        items, at = [], at + 1
        while data[at:at + 1] != b"e":
            item, at = _value(data, at, depth + 1)
            items.append(item)
        if kind == b"l":
            return items, at + 1
        keys = items[::2]
        if len(items) % 2 or not all(isinstance(key, bytes) for key in keys):
            raise ValueError("keys are strings")
        return dict(zip(keys, items[1::2])), at + 1
    colon = data.index(b":", at, at + 11)
    if not data[at:colon].isdigit():
        raise ValueError("no value")
    end = colon + 1 + int(data[at:colon])
    if end > len(data):
        raise ValueError("cut off")
    return data[colon + 1:end], end


def is_id(value):
    return isinstance(value, bytes) and len(value) == 20


def xor(one, other):
    return int.from_bytes(one, "big") ^ int.from_bytes(other, "big")


class Entry:
    def __init__(self, id, address):
        self.id, self.address, self.seen = id, address, time.monotonic()


class Bucket:
    def __init__(self, entries=()):
        self.entries = list(entries)
        self.changed = time.monotonic()
        self.checking = False


class Node(asyncio.DatagramProtocol):
    def __init__(self, id, k, goodMs, refreshMs, timeoutMs, **_):
        self.id, self.k = id, k
        self.good, self.refresh_after, self.timeout = goodMs / 1000, refreshMs / 1000, timeoutMs / 1000
        # Bucket i is for ids that share exactly i bits with ours, the last one for all that share more.
        self.buckets = [Bucket()]
        self.waiting = {}
        self.meeting = set()
        self.tasks = set()

    def spawn(self, work):
        """A task that nobody refers to can be collected before it is done."""
        task = asyncio.ensure_future(work)
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)

    def connection_made(self, transport):
        self.transport = transport
        self.spawn(self.keep_fresh())

    # The table

    def bucket_of(self, id):
        return self.buckets[min(160 - xor(id, self.id).bit_length(), len(self.buckets) - 1)]

    def find(self, id):
        return next((entry for entry in self.bucket_of(id).entries if entry.id == id), None)

    def entries(self):
        return [entry for bucket in self.buckets for entry in bucket.entries]

    def is_good(self, entry):
        return time.monotonic() - entry.seen < self.good

    async def answered(self, id, address):
        if id == self.id:
            return
        entry = self.find(id)
        if entry:
            if entry.address == address:
                entry.seen = self.bucket_of(id).changed = time.monotonic()
            return
        newcomer = Entry(id, address)
        while len(self.bucket_of(id).entries) >= self.k and self.bucket_of(id) is self.buckets[-1]:
            self.split()
        bucket = self.bucket_of(id)
        if len(bucket.entries) < self.k or await self.make_room(bucket):
            bucket.entries.append(newcomer)
            bucket.changed = time.monotonic()

    def split(self):
        bit = len(self.buckets) - 1
        entries = self.buckets.pop().entries
        far = [entry for entry in entries if 160 - xor(entry.id, self.id).bit_length() == bit]
        self.buckets += [Bucket(far), Bucket(entry for entry in entries if entry not in far)]

    async def make_room(self, bucket):
        if bucket.checking:
            return False
        bucket.checking = True
        try:
            for entry in sorted(bucket.entries, key=lambda entry: entry.seen):
                if self.is_good(entry) or await self.ping(entry) or await self.ping(entry):
                    continue
                bucket.entries.remove(entry)
                return True
            return False
        finally:
            bucket.checking = False

    # Queries of ours

    async def query(self, id, address, method, **arguments):
        """The response of this node, or None."""
        t = os.urandom(3)
        answer = self.waiting[t] = asyncio.get_running_loop().create_future()
        answer.address = address
        arguments = {key.encode(): value for key, value in arguments.items()}
        self.send({b"t": t, b"y": b"q", b"q": method, b"a": {b"id": self.id, **arguments}}, address)
        try:
            values = await asyncio.wait_for(answer, self.timeout)
        except asyncio.TimeoutError:
            return None
        finally:
            del self.waiting[t]
        if not isinstance(values, dict) or values.get(b"id") != id:
            return None
        # In a task of its own: it may ping others, and whoever asks does not wait for that.
        self.spawn(self.answered(id, address))
        await asyncio.sleep(0)
        return values

    async def ping(self, entry):
        return await self.query(entry.id, entry.address, b"ping") is not None

    async def meet(self, id, address):
        if id == self.id or address[1] == 0 or self.find(id) or (id, address) in self.meeting:
            return
        self.meeting.add((id, address))
        await self.query(id, address, b"ping")
        self.meeting.discard((id, address))

    async def keep_fresh(self):
        while True:
            await asyncio.sleep(min(self.refresh_after / 10, 60))
            for bit, bucket in enumerate(self.buckets):
                if time.monotonic() - bucket.changed < self.refresh_after:
                    continue
                bucket.changed = time.monotonic()
                self.spawn(self.refresh(self.random_id(bit)))

    def random_id(self, bit):
        """Shares so many bits with ours, and no more, unless it is for the last bucket."""
        length = 160 - bit
        distance = int.from_bytes(os.urandom(20), "big") % 2 ** length
        if bit < len(self.buckets) - 1:
            distance |= 1 << (length - 1)
        return (int.from_bytes(self.id, "big") ^ distance).to_bytes(20, "big")

    async def refresh(self, target):
        entries = self.entries()
        if not entries:
            return
        nearest = min(entries, key=lambda entry: xor(entry.id, target))
        values = await self.query(nearest.id, nearest.address, b"find_node", target=target)
        nodes = values.get(b"nodes") if values else None
        if not isinstance(nodes, bytes):
            return
        for at in range(0, min(len(nodes) // 26, self.k) * 26, 26):
            address = (socket.inet_ntoa(nodes[at + 20:at + 24]), int.from_bytes(nodes[at + 24:at + 26], "big"))
            self.spawn(self.meet(nodes[at:at + 20], address))

    # What comes in

    def send(self, message, address):
        self.transport.sendto(bencode(message), address)

    def datagram_received(self, data, address):
        try:
            message = bdecode(data)
        except ValueError:
            return
        if not isinstance(message, dict) or not isinstance(message.get(b"t"), bytes):
            return
        kind = message.get(b"y")
        if kind == b"q":
            self.answer(message, address)
            return
        waiting = self.waiting.get(message[b"t"])
        if waiting and waiting.address == address and not waiting.done() and kind in (b"r", b"e"):
            waiting.set_result(message.get(b"r"))

    def answer(self, message, address):
        def reply(rest):
            self.send({b"t": message[b"t"], **rest}, address)

        arguments = message.get(b"a")
        arguments = arguments if isinstance(arguments, dict) else {}
        id, target, method = arguments.get(b"id"), arguments.get(b"target"), message.get(b"q")
        if method not in (b"ping", b"find_node"):
            return reply({b"y": b"e", b"e": [204, b"method unknown"]})
        if not is_id(id) or (method == b"find_node" and not is_id(target)):
            return reply({b"y": b"e", b"e": [203, b"ids have 20 bytes"]})
        values = {b"id": self.id}
        if method == b"find_node":
            good = sorted(filter(self.is_good, self.entries()), key=lambda entry: xor(entry.id, target))
            values[b"nodes"] = b"".join(
                entry.id + socket.inet_aton(entry.address[0]) + entry.address[1].to_bytes(2, "big")
                for entry in good[:self.k]
            )
        reply({b"y": b"r", b"r": values})
        entry = self.find(id)
        if not entry:
            self.spawn(self.meet(id, address))
        elif entry.address == address:
            entry.seen = time.monotonic()


def control(**line):
    print(json.dumps({"p2plab": line.pop("kind"), **line}), flush=True)


async def main():
    loop = asyncio.get_running_loop()
    commands = asyncio.Queue()

    def read():
        for line in sys.stdin:
            loop.call_soon_threadsafe(commands.put_nowait, line)
        loop.call_soon_threadsafe(commands.put_nowait, None)

    threading.Thread(target=read, daemon=True).start()
    control(kind="ready", contract=1)
    node = None
    while (line := await commands.get()) is not None:
        command = json.loads(line)
        args = command["args"]
        try:
            if command["op"] == "listen":
                args["id"] = bytes.fromhex(args["id"])
                transport, node = await loop.create_datagram_endpoint(
                    lambda: Node(**args), local_addr=(args["host"], args["port"]))
                result = {"port": transport.get_extra_info("sockname")[1]}
            elif command["op"] == "table" and node:
                nodes = ["%s %s:%d" % (entry.id.hex(), *entry.address) for entry in node.entries()]
                result = {"buckets": len(node.buckets), "nodes": nodes}
            else:
                raise ValueError("unknown op " + command["op"])
            control(kind="reply", id=command["id"], result=result)
        except (OSError, ValueError) as error:
            control(kind="error", id=command["id"], message=str(error))


asyncio.run(main())
