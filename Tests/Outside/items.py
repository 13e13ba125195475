"""Items of CBOR made by chance: values that every codec knows, and bytes with one fault in a known place."""

import struct
from dataclasses import dataclass

import cbor2

TEXTS = ["", "a", "é", "水", "𝄞", "\x00", "\x1f\x7f", "\u2028", "\ufeff", '"\\/', "e\u0301", "a" * 30, "\ud7ff\ue000", "`|<>"]
FLOATS = [0.0, -0.0, 1.0, 1.5, 0.1, -1e-7, 1e21, 1e22, 65504.0, 65505.0, 5e-324, 2.2250738585072014e-308, 6e-8, 3.4028234663852886e38,
          1.7976931348623157e308, 9007199254740993.0]
EDGES = [0, 23, 24, 255, 256, 65535, 65536, 2**31, 2**32 - 1, 2**32, 2**53, 2**53 + 1, 2**63 - 1, 2**63, 2**64 - 1, 2**64, 2**70, 2**200]


def integer(chance):
    number = chance.choice(EDGES) if chance.random() < 0.5 else chance.getrandbits(chance.randrange(1, 80))
    return number if chance.random() < 0.5 else -1 - number


def double(chance):
    if chance.random() < 0.5:
        return chance.choice(FLOATS)
    number = struct.unpack(">d", chance.randbytes(8))[0]
    return number if abs(number) < float("inf") else 0.5


def text(chance):
    if chance.random() < 0.6:
        return chance.choice(TEXTS)
    return "".join(chr(chance.choice([chance.randrange(0x20, 0x7f), chance.randrange(0xa0, 0xd800), chance.randrange(0x10000, 0x10ffff)]))
                   for _ in range(chance.randrange(12)))


def value(chance, depth=4, leaves=(integer, double, text)):
    """A value of JSON: what `leaves` make, null, booleans, lists and objects."""
    kind = chance.randrange(8 if depth else 5)
    match kind:
        case 0: return chance.choice([None, True, False])
        case 5 | 6: return [value(chance, depth - 1, leaves) for _ in range(chance.randrange(5))]
        case 7: return {text(chance): value(chance, depth - 1, leaves) for _ in range(chance.randrange(5))}
    return chance.choice(leaves)(chance)


@dataclass
class Malformed:
    """Bytes that are no item, with the name of the fault and the place of the offending byte."""

    bytes: bytes
    kind: str
    offset: int

    def within(self, before, after=b""):
        """The same inside of what opens with `before` and ends with `after`; bytes that end too early stay the end."""
        end = b"" if self.kind.startswith("eof") else after
        return Malformed(before + self.bytes + end, self.kind, self.offset + len(before))


def head(major, argument):
    return cbor2.dumps(argument)[:1].translate(bytes((byte & 0x1f) | major << 5 for byte in range(256))) + cbor2.dumps(argument)[1:]


def cut(chance, whole, kind):
    """A beginning of `whole` that is not all of it, at least one byte."""
    part = whole[:chance.randrange(1, len(whole))]
    return Malformed(part, kind, len(part))


# Each fault with what makes it, from the RFC's appendix F; where a break or an end stands decides its name.
FAULTS = {
    "eof-head": lambda c: cut(c, bytes([c.randrange(6) << 5 | 24 + c.randrange(4)]) + bytes(1), "eof-head"),
    "eof-string": lambda c: Malformed(*(lambda b: (b, "eof-string", len(b)))(
        head(c.choice([2, 3]), c.choice([2, 30, 2**16, 2**40, 2**64 - 1])) + b"a")),
    "eof-items": lambda c: Malformed(*(lambda b: (b, "eof-items", len(b)))(
        head(4, c.choice([2, 30, 2**32, 2**64 - 1])) + b"\x00")),
    "eof-items-indefinite": lambda c: Malformed(*(lambda b: (b, "eof-items", len(b)))(c.choice([b"\x9f", b"\xbf", b"\x5f", b"\x9f\x00"]))),
    "reserved-ai": lambda c: Malformed(bytes([c.randrange(8) << 5 | c.randrange(28, 31)]), "reserved-ai", 0),
    "bad-simple": lambda c: Malformed(bytes([0xf8, c.randrange(32)]), "bad-simple", 1),
    "bad-chunk-type": lambda c: Malformed(c.choice([b"\x5f\x61a\xff", b"\x7f\x41a\xff", b"\x5f\x00\xff", b"\x7f\x80\xff"]), "bad-chunk-type", 1),
    "nested-indef-chunk": lambda c: Malformed(c.choice([b"\x5f\x5f\xff\xff", b"\x7f\x7f\xff\xff"]), "nested-indef-chunk", 1),
    "break-in-definite": lambda c: Malformed(*c.choice([(b"\x81\xff", "break-in-definite", 1), (b"\xa1\x00\xff", "break-in-definite", 2),
                                                        (b"\x82\x00\xff", "break-in-definite", 2)])),
    "odd-map-break": lambda c: Malformed(b"\xbf\x00\xff", "odd-map-break", 2),
    "indef-int-or-tag": lambda c: Malformed(bytes([c.choice([0x1f, 0x3f, 0xdf])]), "indef-int-or-tag", 0),
    "duplicate-key": lambda c: Malformed(b"\xa2\x61a\x00\x61a\x00", "duplicate-key", 4),
    "invalid-utf8": lambda c: Malformed(*c.choice([(b"\x62\xc3\x28", "invalid-utf8", 1), (b"\x61\xff", "invalid-utf8", 1),
                                                   (b"\x63\xed\xa0\x80", "invalid-utf8", 1)])),
    "tag-0": lambda c: Malformed(*c.choice([(b"\xc0\x00", "wrong-type", 1), (b"\xc0\x61x", "bad-timestamp", 1)])),
    "tag-1": lambda c: Malformed(b"\xc1\x61x", "wrong-type", 1),
    "tag-2": lambda c: Malformed(c.choice([b"\xc2\x00", b"\xc3\x61x"]), "wrong-type", 1),
    "tag-37": lambda c: Malformed(*c.choice([(b"\xd8\x25\x00", "wrong-type", 2), (b"\xd8\x25\x41\x00", "bad-bytes", 2)])),
}


def malformed(chance, name):
    """A fault of that name inside of whole items, at any depth."""
    fault = FAULTS[name](chance)
    for _ in range(chance.randrange(4)):
        element, key = cbor2.dumps(value(chance, 1)), cbor2.dumps("k")
        before, after = chance.choice([
            (head(4, 2) + element, b""), (b"\x9f" + element, b"\xff"), (b"\xa1" + key, b""), (b"\xbf" + key, b"\xff"),
            (head(6, 44), b"")])
        fault = fault.within(before, after)
    return fault
