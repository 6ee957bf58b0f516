# Another correct program, in Python 3 (3.9 or newer) with nothing but its standard library. Check it with
#     p2plab check 4.4 --program "python3 /path/to/replica.py"     (on Windows: "py -3 C:\path\to\replica.py")
# One asyncio loop does everything; a thread only waits for commands.
import asyncio
import json
import os
import secrets
import struct
import sys
import threading
import time

RETRY_S = 0.05
MAX_FRAME = 1024 * 1024
MAX_INTEGER = 2**53 - 1


def control(**line):
    print(json.dumps(line), flush=True)


def frame(message):
    body = json.dumps(message).encode("utf-8")
    return struct.pack(">I", len(body)) + body


async def read_frame(reader):
    """The next JSON object. Raises ValueError if it is none, and IncompleteReadError at the end."""
    (length,) = struct.unpack(">I", await reader.readexactly(4))
    if length > MAX_FRAME:
        raise ValueError("a frame is too long")
    message = json.loads((await reader.readexactly(length)).decode("utf-8"))
    if not isinstance(message, dict):
        raise ValueError("a frame is not an object")
    return message


def is_natural(value):
    return type(value) is int and 0 <= value <= MAX_INTEGER


def count_of(value):
    if not isinstance(value, dict) or not isinstance(value.get("replica"), str):
        raise ValueError("not a count")
    if not is_natural(value.get("plus")) or not is_natural(value.get("minus")):
        raise ValueError("not a count")
    return {name: value[name] for name in ("replica", "plus", "minus")}


def entry_of(value):
    if not isinstance(value, dict) or not isinstance(value.get("key"), str) or "value" not in value:
        raise ValueError("not an entry")
    if value["value"] is not None and not isinstance(value["value"], str):
        raise ValueError("not an entry")
    if not is_natural(value.get("time")) or not isinstance(value.get("replica"), str):
        raise ValueError("not an entry")
    return {name: value[name] for name in ("key", "value", "time", "replica")}


def parse(message):
    """The counts and entries of a message. Raises ValueError if it is not a state."""
    counts, entries = message.get("counts"), message.get("entries")
    if message.get("type") != "state" or not isinstance(counts, list) or not isinstance(entries, list):
        raise ValueError("not a state")
    return [count_of(count) for count in counts], [entry_of(entry) for entry in entries]


class Replica:
    def __init__(self, id, peers, dataDir, clockMs, **_):
        self.id = id
        self.clock_ms = clockMs
        self.peers = peers
        self.out = {}
        self.file = os.path.join(dataDir, "replica.json")
        self.counts = {}
        self.entries = {}
        self.replica = None
        if os.path.exists(self.file):
            with open(self.file, encoding="utf-8") as file:
                saved = json.load(file)
            self.replica = saved["replica"]
            self.counts = {count["replica"]: count for count in saved["counts"]}
            self.entries = {entry["key"]: entry for entry in saved["entries"]}
        if self.replica is None:
            self.replica = f"{id}-{secrets.token_hex(8)}"
            self.save()

    # --- the state

    def whole(self):
        return {"counts": list(self.counts.values()), "entries": list(self.entries.values())}

    def save(self):
        following = self.file + ".next"
        with open(following, "w", encoding="utf-8") as file:
            file.write(json.dumps({"replica": self.replica, **self.whole()}))
            file.flush()
            os.fsync(file.fileno())
        os.replace(following, self.file)

    def merge(self, counts, entries, source=None):
        new_counts, new_entries = {}, {}
        for count in counts:
            name = count["replica"]
            mine = self.counts.get(name, {"plus": 0, "minus": 0})
            plus, minus = max(mine["plus"], count["plus"]), max(mine["minus"], count["minus"])
            if (plus, minus) != (mine["plus"], mine["minus"]):
                self.counts[name] = new_counts[name] = {"replica": name, "plus": plus, "minus": minus}
        for entry in entries:
            mine = self.entries.get(entry["key"])
            if mine is None or (entry["time"], entry["replica"]) > (mine["time"], mine["replica"]):
                self.entries[entry["key"]] = new_entries[entry["key"]] = entry
        if not new_counts and not new_entries:
            return
        self.save()
        news = {"type": "state", "counts": list(new_counts.values()), "entries": list(new_entries.values())}
        for peer, writer in self.out.items():
            if peer != source:
                writer.write(frame(news))
        data = {"counter": self.counter(), "keys": len(self.present())}
        control(p2plab="event", event="changed", data=data)

    def counter(self):
        return sum(count["plus"] - count["minus"] for count in self.counts.values())

    def present(self):
        return [
            {"key": entry["key"], "value": entry["value"]}
            for entry in self.entries.values()
            if entry["value"] is not None
        ]

    # --- the ops

    def add(self, amount):
        mine = self.counts.get(self.replica, {"plus": 0, "minus": 0})
        total = {"replica": self.replica, "plus": mine["plus"], "minus": mine["minus"]}
        total["plus" if amount > 0 else "minus"] += abs(amount)
        self.merge([total], [])
        return {}

    def set(self, key, value):
        now = time.time_ns() // 1_000_000 + self.clock_ms
        latest = max((entry["time"] for entry in self.entries.values()), default=-1)
        stamp = {"time": max(now, latest + 1), "replica": self.replica}
        self.merge([], [{"key": key, "value": value, **stamp}])
        return stamp

    def remove(self, key):
        return self.set(key, None)

    def read(self):
        return {"counter": self.counter(), "entries": self.present()}

    # --- the links

    async def listen(self, host, port):
        server = await asyncio.start_server(self.accept, host, port)
        for peer in self.peers:
            keep(asyncio.ensure_future(self.dial(peer)))
        return server.sockets[0].getsockname()[1]

    async def accept(self, reader, writer):
        try:
            source = (await read_frame(reader)).get("from")
            if not isinstance(source, str):
                return
            while True:
                message = await read_frame(reader)
                try:
                    counts, entries = parse(message)
                except ValueError:
                    continue
                self.merge(counts, entries, source)
        except (ValueError, OSError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    async def dial(self, peer):
        host, port = peer["address"].rsplit(":", 1)
        while True:
            try:
                reader, writer = await asyncio.open_connection(host, int(port))
                writer.write(frame({"from": self.id}))
                writer.write(frame({"type": "state", **self.whole()}))
                self.out[peer["id"]] = writer
                try:
                    # It sends nothing here: what comes is the end.
                    while await reader.read(4096):
                        pass
                finally:
                    self.out.pop(peer["id"], None)
                    writer.close()
            except OSError:
                pass
            await asyncio.sleep(RETRY_S)


tasks = set()


def keep(task):
    """The loop itself holds tasks only weakly."""
    tasks.add(task)
    task.add_done_callback(tasks.discard)


async def answer(command, state):
    op, args = command["op"], command["args"]
    if op == "start":
        state["replica"] = Replica(**args)
        return {"port": await state["replica"].listen(args["host"], args["port"])}
    if op in ("add", "set", "remove", "read"):
        return getattr(state["replica"], op)(**args)
    raise LookupError(f"there is no op {op}")


async def main():
    loop = asyncio.get_running_loop()
    lines = asyncio.Queue()

    def read_commands():
        for line in sys.stdin:
            loop.call_soon_threadsafe(lines.put_nowait, line)
        loop.call_soon_threadsafe(lines.put_nowait, None)

    threading.Thread(target=read_commands, daemon=True).start()
    control(p2plab="ready", contract=1)
    state = {}
    while True:
        line = await lines.get()
        if line is None:
            return
        command = json.loads(line)
        try:
            control(p2plab="reply", id=command["id"], result=await answer(command, state))
        except Exception as error:
            control(p2plab="error", id=command["id"], message=f"{type(error).__name__}: {error}")


asyncio.run(main())
