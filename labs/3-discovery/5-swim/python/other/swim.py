# Another correct program, in Python 3 (3.9 or newer) with nothing but its standard library. Check it with
#     p2plab check 3.5 --program "python3 /path/to/swim.py"        (on Windows: "py -3 C:\path\to\swim.py")
# One thread does everything, and reads all that has arrived before it looks at the clock: so a program that stood still judges nobody by what it
# has not read. A second thread only waits for commands.
import heapq
import itertools
import json
import math
import queue
import random
import select
import socket
import sys
import threading
import time

RELAYS = 3
MOST_UPDATES = 6
RANK = {"alive": 0, "suspect": 1, "dead": 2}


def control(**line):
    print(json.dumps(line), flush=True)


def emit(event, data):
    control(p2plab="event", event=event, data=data)


def parse_address(address):
    host, port = address.rsplit(":", 1)
    return host, int(port)


def is_name(value):
    return isinstance(value, str) and value != ""


def is_count(value):
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def is_address(value):
    if not isinstance(value, str) or value.count(":") != 1:
        return False
    host, port = value.split(":")
    return host != "" and port.isdigit() and 0 < int(port) < 65536


def is_update(value):
    return (
        isinstance(value, dict)
        and is_name(value.get("node"))
        and is_address(value.get("address"))
        and value.get("state") in ("alive", "suspect", "dead")
        and is_count(value.get("incarnation"))
    )


def decode(datagram):
    """The message, or None if the datagram is not one."""
    try:
        message = json.loads(datagram.decode("utf-8"))
    except ValueError:
        return None
    if not isinstance(message, dict) or not is_name(message.get("from")):
        return None
    updates = message.get("updates")
    if not isinstance(updates, list) or not all(is_update(update) for update in updates):
        return None
    keys = ("node", "address", "state", "incarnation")
    message["updates"] = [{key: update[key] for key in keys} for update in updates]
    kind = message.get("type")
    if kind in ("join", "members"):
        return message
    if kind not in ("ping", "ping-req", "ack") or not is_count(message.get("seq")):
        return None
    if kind != "ack" and not is_name(message.get("target")):
        return None
    if kind == "ping-req" and not is_address(message.get("address")):
        return None
    return message


class Swim:
    def __init__(self, args):
        self.period = args["periodMs"] / 1000
        self.timeout = args["timeoutMs"] / 1000
        self.suspicion = args["suspicionMs"] / 1000
        self.seeds = args["seeds"]
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind((args["host"], args["port"]))
        self.socket.setblocking(False)
        self.port = self.socket.getsockname()[1]
        self.name = args["name"]
        self.me = {
            "node": self.name,
            "address": f"{args['host']}:{self.port}",
            "state": "alive",
            "incarnation": 0,
        }
        self.others = {}
        self.gossip = {}  # name -> [update, how often it was sent]
        self.acks = {}  # seq -> what to do
        self.seqs = itertools.count(1)
        self.lap = []
        self.joined = False
        self.timers = []
        self.order = itertools.count()
        self.join()
        self.after(self.period, self.round)

    # Time

    def after(self, seconds, action):
        heapq.heappush(self.timers, (time.monotonic() + seconds, next(self.order), action))

    def run_timers(self):
        while self.timers and self.timers[0][0] <= time.monotonic():
            heapq.heappop(self.timers)[2]()

    def wait(self):
        return max(0, self.timers[0][0] - time.monotonic()) if self.timers else 1

    # Knowledge

    def learn(self, update):
        node = update["node"]
        known = self.me if node == self.name else self.others.get(node)
        if known:
            mine, theirs = known["incarnation"], update["incarnation"]
            if theirs < mine or (theirs == mine and RANK[update["state"]] <= RANK[known["state"]]):
                return
        if node == self.name:
            self.me = dict(self.me, incarnation=update["incarnation"] + 1)
            self.gossip[node] = [self.me, 0]
            return
        self.others[node] = update
        self.gossip[node] = [update, 0]
        emit("member", update)
        if update["state"] == "suspect":
            self.after(self.suspicion, lambda: self.learn(dict(update, state="dead")))

    def members(self):
        return [self.me, *self.others.values()]

    def updates_for(self, node):
        receiver = self.others.get(node)
        updates = [receiver] if receiver and receiver["state"] != "alive" else []
        limit = 4 * math.ceil(math.log10(len(self.others) + 2))
        for item in sorted(self.gossip.values(), key=lambda item: item[1]):
            if len(updates) == MOST_UPDATES:
                break
            if item[0] in updates:
                continue
            updates.append(item[0])
            item[1] += 1
            if item[1] >= limit:
                del self.gossip[item[0]["node"]]
        return updates

    # Datagrams

    def post(self, address, message):
        try:
            self.socket.sendto(json.dumps(message).encode(), parse_address(address))
        except OSError as error:
            print(error, file=sys.stderr)

    def send(self, node, address, /, **message):
        self.post(address, dict(message, **{"from": self.name, "updates": self.updates_for(node)}))

    def ping(self, node, address, on_ack):
        seq = next(self.seqs)
        self.acks[seq] = on_ack
        self.after(2 * self.period, lambda: self.acks.pop(seq, None))
        self.send(node, address, type="ping", seq=seq, target=node)
        return seq

    def read(self):
        """All that has arrived."""
        while True:
            try:
                datagram, (host, port) = self.socket.recvfrom(65535)
            except BlockingIOError:
                return
            except OSError:
                continue  # Windows: nobody listens where the last datagram went.
            message = decode(datagram)
            if message:
                self.receive(message, f"{host}:{port}")

    def receive(self, message, source):
        for update in message["updates"]:
            self.learn(update)
        kind, sender = message["type"], message["from"]
        if kind == "ping" and message["target"] == self.name:
            self.send(sender, source, type="ack", seq=message["seq"])
        elif kind == "ping-req":
            seq = message["seq"]
            reply = lambda: self.send(sender, source, type="ack", seq=seq)
            self.ping(message["target"], message["address"], reply)
        elif kind == "ack":
            self.acks.pop(message["seq"], lambda: None)()
        elif kind == "join":
            self.post(source, {"type": "members", "from": self.name, "updates": self.members()})
        elif kind == "members":
            self.joined = True

    # What happens by itself

    def join(self):
        if self.joined:
            return
        for seed in self.seeds:
            self.post(seed, {"type": "join", "from": self.name, "updates": [self.me]})
        self.after(self.period, self.join)

    def round(self):
        self.after(self.period, self.round)
        there = [node for node, other in self.others.items() if other["state"] != "dead"]
        self.lap = [node for node in self.lap if node in there]
        if not self.lap:
            self.lap = random.sample(there, len(there))
        if not self.lap:
            return
        target = self.others[self.lap.pop()]
        node, address = target["node"], target["address"]
        acked = threading.Event()
        seq = self.ping(node, address, acked.set)

        def ask_others():
            if acked.is_set():
                return
            alive = [other for other in self.others.values() if other["state"] == "alive" and other["node"] != node]
            for relay in random.sample(alive, min(RELAYS, len(alive))):
                self.send(relay["node"], relay["address"], type="ping-req", seq=seq, target=node, address=address)

        def judge():
            if not acked.is_set():
                self.learn(dict(target, state="suspect"))

        self.after(self.timeout, ask_others)
        self.after(self.period, judge)


def read_commands(commands, wake):
    for line in sys.stdin:
        commands.put(line)
        wake.send(b"!")
    commands.put(None)
    wake.send(b"!")


def main():
    commands = queue.Queue()
    woken, wake = socket.socketpair()
    threading.Thread(target=read_commands, args=(commands, wake), daemon=True).start()
    swim = None
    control(p2plab="ready", contract=1)
    while True:
        sockets = [woken] + ([swim.socket] if swim else [])
        ready, _, _ = select.select(sockets, [], [], min(swim.wait(), 60) if swim else None)
        if swim:
            swim.read()
            swim.run_timers()
        if woken not in ready:
            continue
        woken.recv(1)
        line = commands.get()
        if line is None:
            return
        command = json.loads(line)
        op, args = command["op"], command["args"]
        try:
            if op == "start":
                swim = Swim(args)
                result = {"port": swim.port}
            elif op == "members":
                result = {"members": swim.members() if swim else []}
            elif op == "freeze":
                time.sleep(args["ms"] / 1000)
                result = {}
            else:
                raise ValueError(f"unknown op {op}")
            control(p2plab="reply", id=command["id"], result=result)
        except Exception as error:
            control(p2plab="error", id=command["id"], message=str(error))


main()
