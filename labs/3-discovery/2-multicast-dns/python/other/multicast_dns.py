# Another correct program, in Python 3 (3.9 or newer) with nothing but its standard library. Check it with
#     p2plab check 3.2 --program "python3 /path/to/multicast_dns.py"        (on Windows: "py -3 C:\path\to\multicast_dns.py")
# The checker writes one JSON command a line to our standard input, and we answer on standard output. The sockets and the rest of the
# format, which p2plab has for TypeScript, are written out here.
import json
import socket
import struct
import sys
import threading

LOOPBACK = "127.0.0.1"
SERVICE = ("_p2plab", "_udp", "local")
A, PTR, TXT, SRV, ANY = 1, 12, 16, 33, 255
IN, TOP_BIT = 1, 0x8000
RESPONSE = 0x8400
HOUR = 3600

# One message, timer or command at a time.
turn = threading.RLock()
printing = threading.Lock()


def tell(**line):
    with printing:
        print(json.dumps(line), flush=True)


class Malformed(Exception):
    pass


def read_name(message, offset):
    labels, end, at, start, length = [], None, offset, offset, 1
    while True:
        if at >= len(message):
            raise Malformed("the name is cut")
        first = message[at]
        if first == 0:
            return tuple(labels), at + 1 if end is None else end
        if first >= 0xC0:
            if at + 1 >= len(message):
                raise Malformed("the pointer is cut")
            target = (first & 0x3F) << 8 | message[at + 1]
            # Every jump leads farther to the front.
            if target >= start:
                raise Malformed("the pointer does not lead backward")
            if end is None:
                end = at + 2
            at = start = target
            continue
        if first > 63:
            raise Malformed("neither a label nor a pointer")
        label = message[at + 1 : at + 1 + first]
        length += 1 + first
        if len(label) < first or length > 255:
            raise Malformed("the label is cut, or the name too long")
        labels.append(label.decode("utf-8", "replace"))
        at += 1 + first


class Writer:
    def __init__(self):
        self.bytes = bytearray()
        self.names = {}

    def pack(self, layout, *values):
        self.bytes += struct.pack(">" + layout, *values)

    def name(self, labels):
        for i, label in enumerate(labels):
            known = self.names.get(labels[i:])
            if known is not None:
                return self.pack("H", 0xC000 | known)
            self.names[labels[i:]] = len(self.bytes)
            encoded = label.encode("utf-8")
            if not 1 <= len(encoded) <= 63:
                raise ValueError("%r has %d bytes: a label has 1 to 63" % (label, len(encoded)))
            self.bytes += bytes([len(encoded)]) + encoded
        self.bytes.append(0)

    def record(self, name, kind, cls, ttl, data):
        self.name(name)
        self.pack("HHIH", kind, cls, ttl, 0)
        start = len(self.bytes)
        if kind == PTR:
            self.name(data)
        elif kind == SRV:
            self.pack("HHH", 0, 0, data[0])
            self.name(data[1])
        else:
            self.bytes += data
        struct.pack_into(">H", self.bytes, start - 2, len(self.bytes) - start)


def encode(flags, questions=(), answers=(), additionals=()):
    writer = Writer()
    writer.pack("HHHHHH", 0, flags, len(questions), len(answers), 0, len(additionals))
    for name, kind, cls in questions:
        writer.name(name)
        writer.pack("HH", kind, cls)
    for record in [*answers, *additionals]:
        writer.record(*record)
    return bytes(writer.bytes)


def decode(message):
    """The flags, the questions, and a list of records for each section. Names in data are read here: pointers need the message."""

    def unpack(layout, at):
        try:
            return struct.unpack_from(">" + layout, message, at)
        except struct.error:
            raise Malformed("the message is cut")

    _, flags, *counts = unpack("HHHHHH", 0)
    at, questions, sections = 12, [], ([], [], [])
    for _ in range(counts[0]):
        name, at = read_name(message, at)
        questions.append((name, *unpack("HH", at)))
        at += 4
    for count, section in zip(counts[1:], sections):
        for _ in range(count):
            name, at = read_name(message, at)
            kind, cls, ttl, length = unpack("HHIH", at)
            at += 10
            data = message[at : at + length]
            if len(data) < length:
                raise Malformed("the data is cut")
            if kind == PTR:
                data, end = read_name(message, at)
            elif kind == SRV:
                port = unpack("HHH", at)[2]
                target, end = read_name(message, at + 6)
                data = (port, target)
            else:
                end = at + length
            if end != at + length or (kind == A and length != 4):
                raise Malformed("the data has another length")
            at = end
            section.append((name, kind, cls, ttl, data))
    return flags, questions, sections


def lower(name):
    """Only ASCII letters have no case."""
    return tuple("".join(c.lower() if c.isascii() else c for c in label) for label in name)


def id_in(data):
    while data:
        text, data = data[1 : 1 + data[0]], data[1 + data[0] :]
        key, _, value = text.partition(b"=")
        if key.lower() == b"id":
            return value.decode("utf-8", "replace")
    return None


class Group:
    def __init__(self, address):
        host, port = address.rsplit(":", 1)
        self.address = (host, int(port))
        self.announced, self.candidates, self.browsing = {}, {}, False
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if hasattr(socket, "SO_REUSEPORT") and sys.platform != "linux":
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        # On Linux, a socket that is bound to all addresses hears all groups on its port.
        where = {"win32": LOOPBACK, "linux": host}.get(sys.platform, "")
        self.socket.bind((where, int(port)))
        interface = socket.inet_aton(LOOPBACK)
        self.socket.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, socket.inet_aton(host) + interface)
        self.socket.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, interface)
        threading.Thread(target=self.listen, daemon=True).start()

    def send(self, message):
        self.socket.sendto(message, self.address)

    def listen(self):
        while True:
            message, source = self.socket.recvfrom(65536)
            if not source[0].startswith("127."):
                continue
            try:
                flags, questions, sections = decode(message)
            except Malformed:
                continue
            with turn:
                if not flags & 0x8000:
                    self.answer(questions, sections[0])
                elif self.browsing:
                    self.learn([r for section in sections for r in section if r[2] & ~TOP_BIT == IN])

    def answer(self, questions, known):
        for records in self.announced.values():
            answers = []
            for record in records:
                name, kind, _, ttl, data = record
                asked = any(
                    lower(q[0]) == lower(name) and q[1] in (kind, ANY) and q[2] & ~TOP_BIT == IN for q in questions
                )
                fresh = kind == PTR and any(
                    k[1] == PTR and lower(k[0]) == lower(name) and lower(k[4]) == lower(data) and 2 * k[3] >= ttl
                    for k in known
                )
                if asked and not fresh:
                    answers.append(record)
            if answers:
                self.send(encode(RESPONSE, (), answers, [r for r in records if r not in answers]))

    def learn(self, records):
        found = {(lower(name), kind): data for name, kind, _, _, data in records if kind in (A, TXT, SRV)}
        for name, kind, _, ttl, target in records:
            if kind != PTR or lower(name) != SERVICE or lower(target[1:]) != SERVICE:
                continue
            key = lower(target)
            if key in self.announced:
                continue
            known = self.candidates.get(key)
            srv, txt = found.get((key, SRV)), found.get((key, TXT))
            host = srv and found.get((lower(srv[1]), A))
            if ttl > 0 and host and txt is not None and id_in(txt) is not None:
                says = ("%s:%d" % (socket.inet_ntoa(host), srv[0]), id_in(txt))
                if known is None or known["says"] != says:
                    known = self.candidates.setdefault(key, {"timer": None})
                    known["says"] = says
                    data = {"instance": target[0], "address": says[0], "id": says[1]}
                    tell(p2plab="event", event="candidate", data=data)
            if known is not None:
                self.keep(key, target[0], known, max(1, ttl))

    def keep(self, key, instance, candidate, seconds):
        if candidate["timer"]:
            candidate["timer"].cancel()

        def over():
            with turn:
                # A timer may have gone off while something new was on its way.
                if candidate["timer"] is timer and self.candidates.pop(key, None):
                    tell(p2plab="event", event="lost", data={"instance": instance})

        timer = candidate["timer"] = later(seconds, over)

    def ask(self, wait):
        self.send(encode(0, [(SERVICE, PTR, IN)]))
        later(wait, lambda: self.ask(min(2 * wait, HOUR)))


def later(seconds, function):
    timer = threading.Timer(min(seconds, threading.TIMEOUT_MAX), function)
    timer.daemon = True
    timer.start()
    return timer


groups = {}


def group_at(address):
    if address not in groups:
        groups[address] = Group(address)
    return groups[address]


def op_read_name(message, offset):
    labels, end = read_name(bytes.fromhex(message), offset)
    return {"labels": labels, "end": end}


def announce(group, instance, host, port, id, ttl):
    name, target, ours = (instance, *SERVICE), (host, "local"), IN | TOP_BIT
    entry = b"id=" + id.encode("utf-8")
    records = [
        (SERVICE, PTR, IN, ttl, name),
        (name, SRV, ours, ttl, (port, target)),
        (name, TXT, ours, ttl, bytes([len(entry)]) + entry),
        (target, A, ours, ttl, socket.inet_aton(LOOPBACK)),
    ]
    group_at(group).send(encode(RESPONSE, (), records))
    group_at(group).announced[lower(name)] = records
    return {}


def withdraw(group, instance):
    records = group_at(group).announced.pop(lower((instance, *SERVICE)))
    goodbye = [(name, kind, cls, 0, data) for name, kind, cls, _, data in records]
    group_at(group).send(encode(RESPONSE, (), goodbye))
    return {}


def browse(group, queryMs):
    group_at(group).browsing = True
    group_at(group).ask(queryMs / 1000)
    return {}


OPS = {"readName": op_read_name, "announce": announce, "withdraw": withdraw, "browse": browse}

tell(p2plab="ready", contract=1)
for line in sys.stdin:
    command = json.loads(line)
    if command["op"] not in OPS:
        tell(p2plab="error", id=command["id"], message="unknown op " + command["op"])
        continue
    try:
        with turn:
            result = OPS[command["op"]](**command["args"])
        tell(p2plab="reply", id=command["id"], result=result)
    except (OSError, ValueError, KeyError, Malformed) as error:
        tell(p2plab="error", id=command["id"], message=str(error))
# The end of standard input means stop: the threads are daemons and end with us.
