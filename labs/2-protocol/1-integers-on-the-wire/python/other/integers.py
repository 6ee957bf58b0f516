# Another correct program, in Python 3 (3.9 or newer) with nothing but its standard library. Check it with
#     p2plab check 2.1 --program "python3 /path/to/integers.py"        (on Windows: "py -3 C:\path\to\integers.py")
# The checker writes one JSON command a line to our standard input, and we answer on standard output.
# Integers of any size are decimal text there, and bytes are hex.
import json
import sys

WIDTHS = {0xFD: (2, 0xFD), 0xFE: (4, 0x1_0000), 0xFF: (8, 0x1_0000_0000)}


def encode_compact_size(value):
    if not 0 <= value < 1 << 64:
        raise ValueError("does not fit a CompactSize")
    for first, (width, smallest) in reversed(WIDTHS.items()):
        if value >= smallest:
            return bytes([first]) + value.to_bytes(width, "little")
    return bytes([value])


def decode_compact_size(data):
    if not data:
        return None
    if data[0] not in WIDTHS:
        return data[0], 1
    width, smallest = WIDTHS[data[0]]
    if len(data) < 1 + width:
        return None
    value = int.from_bytes(data[1 : 1 + width], "little")
    if value < smallest:
        raise ValueError("longer than needed")
    return value, 1 + width


def encode_varint(value):
    if not 0 <= value < 1 << 63:
        raise ValueError("does not fit a varint")
    groups = []
    while value > 0x7F:
        groups.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*groups, value])


def decode_varint(data):
    value = 0
    for i, byte in enumerate(data[:9]):
        value |= (byte & 0x7F) << 7 * i
        if byte < 0x80:
            if byte == 0 and i > 0:
                raise ValueError("longer than needed")
            return value, i + 1
    if len(data) >= 9:
        raise ValueError("more than nine bytes")
    return None


def encode(format, value):
    encoder = encode_compact_size if format == "compactsize" else encode_varint
    return {"bytes": encoder(int(value)).hex()}


def decode(format, bytes):
    decoder = decode_compact_size if format == "compactsize" else decode_varint
    decoded = decoder(bytearray.fromhex(bytes))
    if decoded is None:
        return {"value": None}
    return {"value": str(decoded[0]), "length": decoded[1]}


OPS = {"encode": encode, "decode": decode}


def tell(**line):
    print(json.dumps(line), flush=True)


tell(p2plab="ready", contract=1)
for line in sys.stdin:
    command = json.loads(line)
    op = OPS.get(command["op"])
    if op is None:
        tell(p2plab="error", id=command["id"], message="unknown op " + command["op"])
        continue
    try:
        tell(p2plab="reply", id=command["id"], result=op(**command["args"]))
    except ValueError as error:
        tell(p2plab="error", id=command["id"], message=str(error))
