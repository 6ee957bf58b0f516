# Another right program, in Python 3 (3.9 or newer) with nothing but its standard library. Check it with
#     p2plab check 1.1 --program "python3 /path/to/echo.py"        (on Windows: "py -3 C:\path\to\echo.py")
# The checker writes one JSON command a line to our standard input, and we answer on standard output.
import asyncio
import json
import os
import sys

server = None


def tell(**line):
    print(json.dumps(line), flush=True)


async def echo(reader, writer):
    try:
        # read() returns b"" when the client has ended its side. Ours stays open until all is sent.
        while chunk := await reader.read(65536):
            writer.write(chunk)
            await writer.drain()  # waits while the client reads slowly
    except ConnectionError:
        pass  # the client vanished
    finally:
        writer.close()  # sends what is left first


async def listen(host, port):
    global server
    server = await asyncio.start_server(echo, host, port)
    return {"port": server.sockets[0].getsockname()[1]}


async def send(peer, bytes):
    host, _, port = peer.rpartition(":")
    reader, writer = await asyncio.open_connection(host.strip("[]"), int(port))
    writer.write(bytearray.fromhex(bytes))
    writer.write_eof()  # half-close: no more from us, but we go on reading
    answer = await reader.read(-1)  # everything until the peer ends
    writer.close()
    return {"bytes": answer.hex()}


async def stop():
    server.close()
    return {}


OPS = {"listen": listen, "send": send, "stop": stop}


async def answer(command):
    try:
        if command["op"] not in OPS:
            raise ValueError("unknown op " + command["op"])
        result = await OPS[command["op"]](**command["args"])
        tell(p2plab="reply", id=command["id"], result=result)
    except Exception as error:
        tell(p2plab="error", id=command["id"], message=str(error))


async def main():
    tell(p2plab="ready", contract=1)
    tasks = set()  # asyncio itself forgets a task that nobody holds
    # Reading a line blocks, so a thread of its own does it.
    while line := await asyncio.to_thread(sys.stdin.readline):
        # The next command does not wait for the answer to this one.
        task = asyncio.create_task(answer(json.loads(line)))
        tasks.add(task)
        task.add_done_callback(tasks.discard)
    # The end of standard input means stop, at once: connections that are open end with us.
    os._exit(0)


asyncio.run(main())
