# Another right program, in Python 3 (3.9 or newer) with nothing but its standard library. Check it with
#     p2plab check 1.3 --program "python3 /path/to/room.py"        (on Windows: "py -3 C:\path\to\room.py")
# The checker writes one JSON command a line to our standard input, and we answer on standard output.
import asyncio
import json
import os
import sys

room = set()  # the writers of all members


def tell(**line):
    print(json.dumps(line), flush=True)


async def member(reader, writer):
    room.add(writer)
    try:
        while True:
            # Half a frame waits here. Meanwhile the event loop serves the other members.
            header = await reader.readexactly(4)
            body = await reader.readexactly(int.from_bytes(header, "big"))
            for other in room:
                # write() without drain(): who reads slowly keeps nobody else waiting.
                if other is not writer:
                    other.write(header + body)
    except (EOFError, ConnectionError):
        pass  # the member left, with or without a goodbye
    finally:
        room.discard(writer)
        writer.close()


async def listen(host, port):
    server = await asyncio.start_server(member, host, port)
    return {"port": server.sockets[0].getsockname()[1]}


async def main():
    tell(p2plab="ready", contract=1)
    # Reading a line blocks, so a thread of its own does it.
    while line := await asyncio.to_thread(sys.stdin.readline):
        command = json.loads(line)
        if command["op"] != "listen":
            tell(p2plab="error", id=command["id"], message="unknown op " + command["op"])
            continue
        try:
            tell(p2plab="reply", id=command["id"], result=await listen(**command["args"]))
        except OSError as error:
            tell(p2plab="error", id=command["id"], message=str(error))
    # The end of standard input means stop, at once: connections that are open end with us.
    os._exit(0)


asyncio.run(main())
