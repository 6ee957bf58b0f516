"""Exercise 4.3 in Python 3: threads, one queue for the work, and the transport by hand."""
import bisect, hashlib, json, os, queue, re, socket, struct, sys, threading, time

lock = threading.Lock()
HEX = "0123456789abcdef"


def control(**line):
    with lock:
        print(json.dumps(line), flush=True)


def frame(message):
    body = json.dumps(message).encode()
    return struct.pack(">I", len(body)) + body


def sha256(data):
    return hashlib.sha256(data).hexdigest()


class Link:
    """The connection to a peer that we dial, again and again."""

    def __init__(self, own, address):
        host, port = address.rsplit(":", 1)
        self.own, self.place, self.socket = own, (host, int(port)), None
        threading.Thread(target=self.run, daemon=True).start()

    def run(self):
        while True:
            try:
                sock = socket.create_connection(self.place)
                sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                # Before the first frame leaves: whoever has read it may rely on the connection.
                self.socket = sock
                sock.sendall(frame({"from": self.own}))
                while sock.recv(4096):
                    pass
            except OSError:
                pass
            self.socket = None
            time.sleep(0.05)

    def send(self, message):
        sock = self.socket
        if not sock:
            return False
        try:
            sock.sendall(frame(message))
            return True
        except OSError:
            return False


def texts(value, pattern):
    return isinstance(value, list) and all(isinstance(one, str) and re.fullmatch(pattern, one) for one in value)


class Node:
    def __init__(self, args):
        self.items, self.ids = {}, []
        os.makedirs(args["dataDir"], exist_ok=True)
        name = os.path.join(args["dataDir"], "items.txt")
        self.file = open(name, "a+b")
        self.file.seek(0)
        stored = self.file.read()
        end = stored.rfind(b"\n") + 1
        self.file.truncate(end)
        self.keep([bytes.fromhex(line.decode()) for line in stored[:end].split(b"\n")[:-1]])
        self.links = {peer["id"]: Link(args["id"], peer["address"]) for peer in args["peers"]}

    def keep(self, items):
        for item in items:
            self.items[sha256(item)] = item
        self.ids = sorted(self.items)

    def add(self, items):
        fresh = {sha256(item): item for item in items if sha256(item) not in self.items}
        if not fresh:
            return False
        self.file.write(b"".join(item.hex().encode() + b"\n" for item in fresh.values()))
        self.file.flush()
        os.fsync(self.file.fileno())
        self.keep(fresh.values())
        return True

    def under(self, prefix):
        return self.ids[bisect.bisect_left(self.ids, prefix) : bisect.bisect_left(self.ids, prefix + "g")]

    def digest(self, prefix):
        return sha256("".join(self.under(prefix)).encode())[:16]

    def digests(self, prefix):
        return {"type": "digests", "prefix": prefix, "hashes": [self.digest(prefix + digit) for digit in HEX]}

    def send(self, peer, message):
        link = self.links.get(peer)
        return bool(link and link.send(message))

    def give(self, peer, ids):
        found = [self.items[name].hex() for name in ids if name in self.items]
        for at in range(0, len(found), 1000):
            self.send(peer, {"type": "items", "items": found[at : at + 1000]})

    def receive(self, message, peer):
        kind, prefix, ids = message.get("type"), message.get("prefix"), message.get("ids")
        if kind == "want" and texts(ids, "[0-9a-f]{64}"):
            self.give(peer, ids)
        elif kind == "items" and texts(message.get("items"), "(?:[0-9a-f]{2}){0,256}"):
            if self.add([bytes.fromhex(item) for item in message["items"]]):
                control(p2plab="event", event="grew", data={"count": len(self.ids)})
        elif not isinstance(prefix, str) or not re.fullmatch("[0-9a-f]{0,64}", prefix):
            return
        elif kind == "ids" and texts(ids, prefix + "[0-9a-f]{%d}" % (64 - len(prefix))):
            theirs = set(ids)
            lacking = [name for name in theirs if name not in self.items]
            if lacking:
                self.send(peer, {"type": "want", "ids": lacking})
            self.give(peer, [name for name in self.under(prefix) if name not in theirs])
        elif kind == "digests" and len(prefix) < 64:
            hashes = message.get("hashes")
            if not texts(hashes, "[0-9a-f]{16}") or len(hashes) != 16:
                return
            for digit, digest in zip(HEX, hashes):
                below = prefix + digit
                if self.digest(below) != digest:
                    mine = self.under(below)
                    few = {"type": "ids", "prefix": below, "ids": mine}
                    self.send(peer, few if len(mine) <= 16 else self.digests(below))


work = queue.Queue()


def exactly(sock, length):
    data = b""
    while len(data) < length:
        more = sock.recv(length - len(data))
        if not more:
            raise EOFError
        data += more
    return data


def read(sock):
    try:
        sender = None
        while True:
            (length,) = struct.unpack(">I", exactly(sock, 4))
            if length > 1 << 20:
                break
            message = json.loads(exactly(sock, length))
            if sender is None:
                sender = message["from"]
            else:
                work.put(("message", message, sender))
    except (OSError, EOFError, ValueError, KeyError, TypeError):
        pass
    sock.close()


def accept(server):
    while True:
        sock, _ = server.accept()
        threading.Thread(target=read, args=(sock,), daemon=True).start()


def commands():
    for line in sys.stdin:
        work.put(("command", json.loads(line), None))
    work.put(("end", None, None))


def tick(every):
    while True:
        time.sleep(every)
        work.put(("tick", None, None))


def call(op, args):
    global node
    if op == "start":
        server = socket.create_server((args["host"], args["port"]))
        node = Node(args)
        threading.Thread(target=accept, args=(server,), daemon=True).start()
        threading.Thread(target=tick, args=(args["syncMs"] / 1000,), daemon=True).start()
        return {"port": server.getsockname()[1]}
    if op == "put":
        items = [bytes.fromhex(item) for item in args["items"]]
        if any(len(item) > 256 for item in items):
            raise ValueError("an item has at most 256 bytes")
        node.add(items)
        return {"ids": [sha256(item) for item in items]}
    if op == "get":
        item = node.items.get(args["id"])
        return {} if item is None else {"data": item.hex()}
    if op == "status":
        return {"count": len(node.ids), "digest": node.digest("")}
    if op == "sync":
        if not node.send(args["peer"], node.digests("")):
            raise ValueError(args["peer"] + " is not connected")
        return {}
    raise ValueError("unknown op " + op)


control(p2plab="ready", contract=1)
threading.Thread(target=commands, daemon=True).start()
node = None
while True:
    kind, item, sender = work.get()
    if kind == "end":
        break
    if kind == "message":
        node.receive(item, sender)
    elif kind == "tick":
        for peer in node.links:
            node.send(peer, node.digests(""))
    else:
        try:
            control(p2plab="reply", id=item["id"], result=call(item["op"], item.get("args", {})))
        except (OSError, KeyError, AttributeError, ValueError) as error:
            control(p2plab="error", id=item["id"], message=str(error))
