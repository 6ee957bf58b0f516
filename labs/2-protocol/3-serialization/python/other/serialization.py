# Another correct program, in Python 3 (3.9 or newer) with nothing but its standard library. Check it with
#     p2plab check 2.3 --program "python3 /path/to/serialization.py"        (on Windows: "py -3 C:\path\to\serialization.py")
# The checker writes one JSON command a line to our standard input, and we answer on standard output. Values are text in CBOR's
# diagnostic notation there: {1: "one", h'0aff': [true, null]}.
import json
import re
import sys

UNSIGNED, NEGATIVE, BYTES, TEXT, ARRAY, MAP, TAG, SIMPLE = range(8)
MAX_DEPTH = 64


class Map:
    """Pairs of a key and a value. A dict would take 1 and True for one key, and cannot have a list as a key."""

    def __init__(self, pairs):
        self.pairs = pairs


# ---- bytes


def head(kind, number):
    if number < 24:
        return bytes([kind << 5 | number])
    for info, width in ((24, 1), (25, 2), (26, 4), (27, 8)):
        if number < 1 << 8 * width:
            return bytes([kind << 5 | info]) + number.to_bytes(width, "big")


def encode_value(value):
    if value is False:
        return b"\xf4"
    if value is True:
        return b"\xf5"
    if value is None:
        return b"\xf6"
    if isinstance(value, int):
        return head(UNSIGNED, value) if value >= 0 else head(NEGATIVE, -1 - value)
    if isinstance(value, bytes):
        return head(BYTES, len(value)) + value
    if isinstance(value, str):
        data = value.encode("utf-8")
        return head(TEXT, len(data)) + data
    if isinstance(value, list):
        return head(ARRAY, len(value)) + b"".join(map(encode_value, value))
    pairs = {encode_value(key): encode_value(item) for key, item in value.pairs}
    # Python compares bytes as CBOR wants it: byte by byte.
    return head(MAP, len(pairs)) + b"".join(key + pairs[key] for key in sorted(pairs))


class Reader:
    def __init__(self, data):
        self.data, self.at = data, 0

    def take(self, length):
        if length > len(self.data) - self.at:
            raise ValueError("the bytes end too early")
        self.at += length
        return self.data[self.at - length : self.at]

    def head(self):
        first = self.take(1)[0]
        kind, info = first >> 5, first & 31
        if info < 24:
            return kind, info, info
        if info == 31:
            return kind, info, None
        if info > 27:
            raise ValueError("reserved")
        return kind, info, int.from_bytes(self.take(1 << info - 24), "big")

    def items(self, count, read):
        """`read` for each of them; None: until the break."""
        if count is None:
            items = []
            while self.data[self.at : self.at + 1] != b"\xff":
                items.append(read())
            self.at += 1
            return items
        # Nothing is allocated for `count`: the first item that is not there ends it.
        items = []
        for _ in range(count):
            items.append(read())
        return items

    def string(self, kind, number):
        decode = (lambda data: data.decode("utf-8")) if kind == TEXT else bytes
        if number is not None:
            return decode(self.take(number))

        def piece():
            inner, _, length = self.head()
            if inner != kind or length is None:
                raise ValueError("a piece of another kind")
            return decode(self.take(length))

        return ("" if kind == TEXT else b"").join(self.items(None, piece))

    def value(self, depth=0):
        kind, info, number = self.head()
        if kind in (ARRAY, MAP) and depth == MAX_DEPTH:
            raise ValueError("nested too deeply")
        if kind in (BYTES, TEXT):
            return self.string(kind, number)
        if kind == ARRAY:
            return self.items(number, lambda: self.value(depth + 1))
        if kind == MAP:
            pairs = self.items(number, lambda: (self.value(depth + 1), self.value(depth + 1)))
            if len({encode_value(key) for key, _ in pairs}) < len(pairs):
                raise ValueError("a key that is there twice")
            return Map(pairs)
        if number is not None and kind == UNSIGNED:
            return number
        if number is not None and kind == NEGATIVE:
            return -1 - number
        if kind == SIMPLE and info in (20, 21, 22):
            return {20: False, 21: True, 22: None}[info]
        raise ValueError("a tag, a float or another simple value")

    def skip(self, depth=0):
        """Returns the bytes of the next item, whatever it is."""
        begin = self.at
        if depth > MAX_DEPTH:
            raise ValueError("nested too deeply")
        kind, _, number = self.head()
        if kind in (BYTES, TEXT):
            # As bytes: a text that is kept need not be valid UTF-8.
            self.take(number) if number is not None else self.items(None, lambda: self.skip(depth + 1))
        elif kind == ARRAY:
            self.items(number, lambda: self.skip(depth + 1))
        elif kind == MAP:
            self.items(number, lambda: (self.skip(depth + 1), self.skip(depth + 1)))
        elif number is None:
            raise ValueError("a head that no item has")
        elif kind == TAG:
            self.skip(depth + 1)
        return self.data[begin : self.at]

    def end(self):
        if self.at < len(self.data):
            raise ValueError("bytes follow the value")


def decode_value(data):
    reader = Reader(data)
    value = reader.value()
    reader.end()
    return value


def update_record(data, changes):
    reader = Reader(data)
    kind, _, number = reader.head()
    if kind != MAP:
        raise ValueError("not a map")
    # By the shortest encoding of their keys: each entry as the bytes that it is.
    entries = {}

    def entry():
        begin = reader.at
        name = encode_value(reader.value(1))
        if name in entries:
            raise ValueError("a key that is there twice")
        reader.skip(1)
        entries[name] = data[begin : reader.at]

    reader.items(number, entry)
    reader.end()
    for key, value in changes.pairs:
        entries[encode_value(key)] = encode_value(key) + encode_value(value)
    return head(MAP, len(entries)) + b"".join(entries.values())


# ---- diagnostic notation


def write(value):
    if value is None or isinstance(value, bool):
        return json.dumps(value)
    if isinstance(value, bytes):
        return "h'%s'" % value.hex()
    if isinstance(value, list):
        return "[%s]" % ", ".join(map(write, value))
    if isinstance(value, Map):
        return "{%s}" % ", ".join("%s: %s" % (write(key), write(item)) for key, item in value.pairs)
    return str(value) if isinstance(value, int) else json.dumps(value)


TOKEN = re.compile(r"""\s*([\[\]{},:]|h'[0-9a-f]*'|"(?:[^"\\]|\\.)*"|-?\d+|true|false|null)""")
NAMES = {"true": True, "false": False, "null": None}


def read(text):
    tokens = TOKEN.findall(text)
    tokens.reverse()

    def items(end, item):
        found = []
        while tokens[-1] != end:
            found.append(item())
            if tokens[-1] == ",":
                tokens.pop()
        tokens.pop()
        return found

    def pair():
        key = value()
        tokens.pop()  # the colon
        return key, value()

    def value():
        token = tokens.pop()
        if token == "[":
            return items("]", value)
        if token == "{":
            return Map(items("}", pair))
        if token in NAMES:
            return NAMES[token]
        if token[0] == "h":
            return bytes.fromhex(token[2:-1])
        return json.loads(token) if token[0] == '"' else int(token)

    return value()


# ---- the ops


def encode(value):
    return {"bytes": encode_value(read(value)).hex()}


def decode(bytes):
    return {"value": write(decode_value(bytes_of(bytes)))}


def update(bytes, set):
    return {"bytes": update_record(bytes_of(bytes), read(set)).hex()}


bytes_of = bytes.fromhex
OPS = {"encode": encode, "decode": decode, "update": update}


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
    except (ValueError, TypeError) as error:
        tell(p2plab="error", id=command["id"], message=str(error))
