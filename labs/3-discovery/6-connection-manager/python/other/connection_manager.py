# Another correct program, in Python 3 (3.9 or newer) with nothing but its standard library. Check it with
#     p2plab check 3.6 --program "python3 /path/to/connection_manager.py"        (on Windows: "py -3 C:\path\to\connection_manager.py")
# There is a thread for each connection, and one lock around the table of slots.
import json
import random
import re
import socket
import struct
import sys
import threading
import time

MOST = 1024  # bytes of a hello


def control(**line):
    # One write: two threads must not mix their lines.
    sys.stdout.write(json.dumps(line) + "\n")
    sys.stdout.flush()


def read_exactly(sock, length, deadline):
    data = b""
    while len(data) < length:
        left = deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError
        sock.settimeout(left)
        chunk = sock.recv(length - len(data))
        if not chunk:
            raise EOFError
        data += chunk
    return data


def read_hello(sock, deadline):
    """The id of the other side; None if its first frame is not a hello, or not complete in time."""
    try:
        (length,) = struct.unpack(">I", read_exactly(sock, 4, deadline))
        hello = json.loads(read_exactly(sock, length, deadline)) if length <= MOST else None
        if isinstance(hello, dict) and hello.get("type") == "hello" and re.fullmatch("[0-9a-f]{16}", hello.get("id")):
            return hello["id"]
    except (OSError, EOFError, ValueError, TypeError):
        pass
    return None


def drain(sock):
    """Until the connection is over. Nothing behind the hello is for us."""
    sock.settimeout(None)
    try:
        while sock.recv(65536):
            pass
    except OSError:
        pass


def close(sock):
    """Also wakes the thread that reads from it."""
    try:
        sock.shutdown(socket.SHUT_RDWR)
    except OSError:
        pass
    sock.close()


class Slot:
    def __init__(self, sock, direction, age):
        self.sock, self.direction, self.age = sock, direction, age
        self.connected = direction == "inbound"


class Manager:
    def __init__(self, args):
        self.args = args
        self.own = args["id"]
        self.groups = {peer["id"]: peer["group"] for peer in args["peers"]}
        self.lock = threading.RLock()
        self.slots = {}
        self.failures = {}
        self.due = {}
        self.taken = 0  # slots so far: the greatest number is the youngest

    def take(self, peer, sock, direction):
        self.taken += 1
        self.slots[peer] = Slot(sock, direction, self.taken)

    def is_crowded(self, peer):
        group = self.groups.get(peer)
        return sum(self.groups.get(other) == group for other in self.slots) >= self.args["maxPerGroup"]

    def fill(self):
        with self.lock:
            for peer in self.args["peers"]:
                if len(self.slots) >= self.args["target"]:
                    return
                name = peer["id"]
                waits = self.due.get(name, 0) > time.monotonic()
                if name == self.own or name in self.slots or waits or self.is_crowded(name):
                    continue
                sock = socket.socket()
                self.take(name, sock, "outbound")
                threading.Thread(target=self.dial, args=(name, peer["address"], sock), daemon=True).start()

    def send_hello(self, sock):
        body = json.dumps({"type": "hello", "id": self.own}).encode()
        sock.sendall(struct.pack(">I", len(body)) + body)

    def deadline(self):
        return time.monotonic() + self.args["helloMs"] / 1000

    def dial(self, peer, address, sock):
        deadline = self.deadline()
        host, port = address.rsplit(":", 1)
        try:
            sock.settimeout(self.args["helloMs"] / 1000)
            sock.connect((host, int(port)))
            self.send_hello(sock)
            if read_hello(sock, deadline) == peer and self.is_connected(peer, sock):
                drain(sock)
        except OSError:
            pass
        close(sock)
        self.free(peer, sock)

    def is_connected(self, peer, sock):
        with self.lock:
            if peer not in self.slots or self.slots[peer].sock is not sock:
                return False
            self.slots[peer].connected = True
            self.failures.pop(peer, None)
            return True

    def accept(self, sock):
        peer = read_hello(sock, self.deadline())
        if peer is not None and self.admits(peer, sock):
            drain(sock)
            self.free(peer, sock)
        close(sock)

    def admits(self, peer, sock):
        with self.lock:
            if peer == self.own:
                return False
            slot = self.slots.get(peer)
            if slot:
                if slot.direction == "outbound" and self.own > peer:
                    return False
                close(slot.sock)
                slot.sock, slot.direction, slot.connected = sock, "inbound", True
            elif self.has_room(peer):
                self.take(peer, sock, "inbound")
            else:
                return False
            self.failures.pop(peer, None)
            try:
                self.send_hello(sock)
            except OSError:
                pass  # Its end comes next.
            return True

    def has_room(self, peer):
        is_protected = peer in self.args["protectedIds"]
        if not is_protected and self.is_crowded(peer):
            return False
        if len(self.slots) < self.args["max"]:
            return True
        others = [other for other in self.slots if other not in self.args["protectedIds"]]
        if not is_protected or not others:
            return False
        youngest = max(others, key=lambda other: self.slots[other].age)
        close(self.release(youngest).sock)
        return True

    def free(self, peer, sock):
        with self.lock:
            # The slot may belong to another connection by now.
            if peer in self.slots and self.slots[peer].sock is sock:
                self.release(peer)
        self.fill()

    def release(self, peer):
        self.failures[peer] = self.failures.get(peer, 0) + 1
        longest = min(self.args["maxBackoffMs"], self.args["backoffMs"] * 2 ** (self.failures[peer] - 1)) / 1000
        wait = random.uniform(longest / 2, longest)
        self.due[peer] = time.monotonic() + wait
        timer = threading.Timer(wait, self.fill)
        timer.daemon = True
        timer.start()
        return self.slots.pop(peer)

    def peers(self):
        with self.lock:
            return [{"id": peer, "direction": slot.direction} for peer, slot in self.slots.items() if slot.connected]


def serve(server, manager):
    while True:
        sock, _ = server.accept()
        threading.Thread(target=manager.accept, args=(sock,), daemon=True).start()


manager = None
control(p2plab="ready", contract=1)
for line in sys.stdin:
    command = json.loads(line)
    if command["op"] == "start":
        args = command["args"]
        manager = Manager(args)
        server = socket.create_server((args["host"], args["port"]), backlog=128)
        threading.Thread(target=serve, args=(server, manager), daemon=True).start()
        manager.fill()
        control(p2plab="reply", id=command["id"], result={"port": server.getsockname()[1]})
    elif command["op"] == "peers":
        control(p2plab="reply", id=command["id"], result={"peers": manager.peers() if manager else []})
    else:
        control(p2plab="error", id=command["id"], message="unknown op " + command["op"])
