# Another correct program, in Python 3 (3.9 or newer) with nothing but its standard library. Check it with
#     p2plab check 2.7 --program "python3 /path/to/which_protocol.py"        (on Windows: "py -3 C:\path\to\which_protocol.py")
# The checker writes one JSON command a line to our standard input, and we answer on standard output.
import json
import socket
import sys
import threading

HEADER = "/multistream/1.0.0"
MAX_LINE = 1024

printing = threading.Lock()


def tell(**line):
    with printing:
        print(json.dumps(line), flush=True)


class Bad(Exception):
    """The other side breaks the rules, or ends too early."""


def read_exactly(connection, length):
    """That many bytes, in however many pieces they come. It reads no byte more, so nothing behind a line is lost."""
    data = bytearray()
    while len(data) < length:
        piece = connection.recv(min(length - len(data), 1 << 16))
        if not piece:
            raise Bad("the connection ended")
        data += piece
    return bytes(data)


def read_length(connection):
    value = 0
    for i in range(9):
        byte = read_exactly(connection, 1)[0]
        value |= (byte & 0x7F) << 7 * i
        if byte < 0x80:
            if byte == 0 and i > 0:
                raise Bad("the length is longer than needed")
            return value
    raise Bad("the length does not end")


def read_line(connection):
    length = read_length(connection)
    if length > MAX_LINE:
        raise Bad("a line of %d bytes" % length)
    line = read_exactly(connection, length)
    if not line.endswith(b"\n"):
        raise Bad("a line without a newline")
    return line[:-1].decode("utf-8", "replace")


def encode_line(text):
    line = text.encode("utf-8") + b"\n"
    length = len(line)
    prefix = bytearray()
    while length > 0x7F:
        prefix.append(length & 0x7F | 0x80)
        length >>= 7
    return bytes(prefix) + bytes([length]) + line


def expect_header(connection):
    line = read_line(connection)
    if line != HEADER:
        raise Bad("%r instead of the header" % line)


def serve(connection, protocols):
    """Runs in a thread of its own for each connection, so it may simply wait for bytes."""
    try:
        with connection:
            connection.sendall(encode_line(HEADER))
            expect_header(connection)
            while (proposal := read_line(connection)) not in protocols:
                connection.sendall(encode_line("na"))
            connection.sendall(encode_line(proposal))
            while data := connection.recv(1 << 16):
                connection.sendall(data)
    except (OSError, Bad):
        pass  # the peer vanished, or speaks something else


def accept(server, protocols):
    while True:
        connection, _ = server.accept()
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        threading.Thread(target=serve, args=(connection, protocols), daemon=True).start()


def listen(host, port, protocols):
    server = socket.create_server((host, port), backlog=100)
    threading.Thread(target=accept, args=(server, protocols), daemon=True).start()
    return {"port": server.getsockname()[1]}


def agree(connection, protocols):
    for protocol in protocols:
        connection.sendall(encode_line(protocol))
        answer = read_line(connection)
        if answer == protocol:
            return protocol
        if answer != "na":
            raise Bad("the answer %r" % answer)
    raise Bad("no protocol in common")


def dial(peer, protocols, bytes):
    data = bytearray.fromhex(bytes)
    host, port = peer.rsplit(":", 1)
    with socket.create_connection((host, int(port))) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        connection.sendall(encode_line(HEADER))
        expect_header(connection)
        protocol = agree(connection, protocols)
        connection.sendall(data)
        return {"protocol": protocol, "reply": read_exactly(connection, len(data)).hex()}


OPS = {"listen": listen, "dial": dial}


def run(command):
    """In a thread of its own for each command: dial waits for its peer, while other commands come."""
    try:
        tell(p2plab="reply", id=command["id"], result=OPS[command["op"]](**command["args"]))
    except (OSError, Bad) as error:
        tell(p2plab="error", id=command["id"], message=str(error))


tell(p2plab="ready", contract=1)
for line in sys.stdin:
    command = json.loads(line)
    if command["op"] not in OPS:
        tell(p2plab="error", id=command["id"], message="unknown op " + command["op"])
        continue
    threading.Thread(target=run, args=(command,), daemon=True).start()
# The end of standard input means stop: the threads are daemons and end with us.
