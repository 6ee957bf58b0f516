"""Exercise 4.1 in Python 3: threads, one queue for the work, and the transport by hand."""
import json, queue, re, socket, struct, sys, threading, time, uuid

lock = threading.Lock()


def control(**line):
    with lock:
        print(json.dumps(line), flush=True)


def frame(message):
    body = json.dumps(message).encode()
    return struct.pack(">I", len(body)) + body


class Link:
    """The connection to a peer that we dial, again and again."""

    def __init__(self, own, address):
        host, port = address.rsplit(":", 1)
        self.own, self.place, self.socket, self.lock = own, (host, int(port)), None, threading.Lock()
        threading.Thread(target=self.run, daemon=True).start()

    def run(self):
        while True:
            try:
                sock = socket.create_connection(self.place)
                sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                # Whoever sends waits until the first frame is out: nothing may come before it.
                with self.lock:
                    sock.sendall(frame({"from": self.own}))
                    self.socket = sock
                while sock.recv(4096):
                    pass
            except OSError:
                pass
            self.socket = None
            time.sleep(0.05)

    def send(self, message):
        with self.lock:
            try:
                if self.socket:
                    self.socket.sendall(frame(message))
            except OSError:
                pass


class Node:
    def __init__(self, args):
        self.window, self.seen = args["window"], {}
        self.links = {peer["id"]: Link(args["id"], peer["address"]) for peer in args["peers"]}

    def take(self, message, sender=None):
        if not isinstance(message, dict) or message.get("type") != "flood":
            return
        name, payload = message.get("id"), message.get("payload")
        if not isinstance(name, str) or not 1 <= len(name) <= 64:
            return
        if not isinstance(payload, str) or not re.fullmatch(r"(?:[0-9a-f]{2})*", payload):
            return
        if name in self.seen:
            return
        self.seen[name] = True
        if len(self.seen) > self.window:
            del self.seen[next(iter(self.seen))]
        control(p2plab="event", event="delivered", data={"id": name, "payload": payload})
        for peer, link in self.links.items():
            if peer != sender:
                link.send({"type": "flood", "id": name, "payload": payload})


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


control(p2plab="ready", contract=1)
threading.Thread(target=commands, daemon=True).start()
node = None
while True:
    kind, item, sender = work.get()
    if kind == "end":
        break
    if kind == "message":
        node.take(item, sender)
        continue
    op, args = item["op"], item.get("args", {})
    try:
        if op == "start":
            server = socket.create_server((args["host"], args["port"]))
            node = Node(args)
            threading.Thread(target=accept, args=(server,), daemon=True).start()
            control(p2plab="reply", id=item["id"], result={"port": server.getsockname()[1]})
        elif op == "publish":
            name = str(uuid.uuid4())
            node.take({"type": "flood", "id": name, "payload": args["payload"]})
            control(p2plab="reply", id=item["id"], result={"id": name})
        else:
            control(p2plab="error", id=item["id"], message="unknown op " + op)
    except (OSError, KeyError, AttributeError) as error:
        control(p2plab="error", id=item["id"], message=str(error))
