# Another correct program, in Python 3 (3.9 or newer) with nothing but its standard library. Check it with
#     p2plab check 2.2 --program "python3 /path/to/envelope.py"        (on Windows: "py -3 C:\path\to\envelope.py")
# The checker writes one JSON command a line to our standard input, and we answer on standard output.
import hashlib
import json
import re
import socket
import struct
import sys
import threading

# < is little-endian: magic 4, command 12, length u32, checksum 4
HEADER = struct.Struct("<4s12sI4s")
MAX_PAYLOAD = 4_000_000
COMMAND = re.compile(rb"([\x20-\x7e]+)\x00*")

printing = threading.Lock()


def tell(**line):
    with printing:
        print(json.dumps(line), flush=True)


def checksum(payload):
    return hashlib.sha256(hashlib.sha256(payload).digest()).digest()[:4]


def read_exactly(client, length):
    """That many bytes, in however many pieces they come; None when the client ends before."""
    data = bytearray()
    while len(data) < length:
        piece = client.recv(min(length - len(data), 1 << 16))
        if not piece:
            return None
        data += piece
    return bytes(data)


def serve(client, address, magic):
    """Runs in a thread of its own for each client, so it may simply wait for bytes."""
    try:
        with client:
            while header := read_exactly(client, HEADER.size):
                start, field, length, check = HEADER.unpack(header)
                if start != magic or length > MAX_PAYLOAD:
                    return
                payload = read_exactly(client, length)
                if payload is None:
                    return
                command = COMMAND.fullmatch(field)
                if command is None or check != checksum(payload):
                    continue
                data = {"connection": "%s:%d" % address, "command": command[1].decode(), "length": length}
                if length <= 100_000:
                    data["payload"] = payload.hex()
                tell(p2plab="event", event="message", data=data)
    except OSError:
        pass  # the client vanished


def accept(server, magic):
    while True:
        client, address = server.accept()
        threading.Thread(target=serve, args=(client, address, magic), daemon=True).start()


def listen(host, port, magic):
    server = socket.create_server((host, port), backlog=100)
    threading.Thread(target=accept, args=(server, bytes.fromhex(magic)), daemon=True).start()
    return {"port": server.getsockname()[1]}


def send(peer, magic, command, payload):
    field = command.encode("ascii")
    if re.fullmatch(rb"[\x20-\x7e]{1,12}", field) is None:
        raise ValueError("a command has 1 to 12 printable ASCII characters")
    data = bytes.fromhex(payload)
    host, port = peer.rsplit(":", 1)
    with socket.create_connection((host, int(port))) as connection:
        connection.sendall(HEADER.pack(bytes.fromhex(magic), field, len(data), checksum(data)) + data)
    return {}


OPS = {"listen": listen, "send": send}

tell(p2plab="ready", contract=1)
for line in sys.stdin:
    command = json.loads(line)
    op = OPS.get(command["op"])
    if op is None:
        tell(p2plab="error", id=command["id"], message="unknown op " + command["op"])
        continue
    try:
        tell(p2plab="reply", id=command["id"], result=op(**command["args"]))
    except (OSError, ValueError) as error:
        tell(p2plab="error", id=command["id"], message=str(error))
# The end of standard input means stop: the threads are daemons and end with us.
