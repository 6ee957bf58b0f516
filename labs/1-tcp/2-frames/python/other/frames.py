# Another right program, in Python 3 (3.8 or newer) with nothing but its standard library. Check it with
#     p2plab check 1.2 --program "python3 /path/to/frames.py"        (on Windows: "py -3 C:\path\to\frames.py")
# The checker writes one JSON command a line to our standard input, and we answer on standard output.
import json
import socket
import struct
import sys
import threading


def tell(**line):
    print(json.dumps(line), flush=True)


def read_exactly(client, length):
    """That many bytes, in however many pieces they come; None when the client ends before."""
    pieces = []
    while length > 0:
        piece = client.recv(min(length, 65536))
        if not piece:
            return None
        pieces.append(piece)
        length -= len(piece)
    return b"".join(pieces)


def serve(client):
    """Runs in a thread of its own for each client, so it may simply wait for bytes."""
    try:
        with client:
            while header := read_exactly(client, 4):
                (length,) = struct.unpack(">I", header)  # > is big-endian, I is u32
                body = read_exactly(client, length)
                if body is None:
                    return
                client.sendall(header + body[::-1])
    except OSError:
        pass  # the client vanished


def accept(server):
    while True:
        client, _ = server.accept()
        threading.Thread(target=serve, args=(client,), daemon=True).start()


def listen(host, port):
    server = socket.create_server((host, port))
    threading.Thread(target=accept, args=(server,), daemon=True).start()
    return {"port": server.getsockname()[1]}


tell(p2plab="ready", contract=1)
for line in sys.stdin:
    command = json.loads(line)
    if command["op"] != "listen":
        tell(p2plab="error", id=command["id"], message="unknown op " + command["op"])
        continue
    try:
        tell(p2plab="reply", id=command["id"], result=listen(**command["args"]))
    except OSError as error:
        tell(p2plab="error", id=command["id"], message=str(error))
# The end of standard input means stop: the threads are daemons and end with us.
