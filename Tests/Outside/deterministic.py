"""What RFC 8949 §4.2.1 leaves of the encodings of an item: one, and whether some bytes are it."""

import math
import struct

import cbor2

import spellings


def is_deterministic(data):
    """Whether the bytes are one item in the only encoding that RFC 8949 §4.2.1 leaves it."""
    try:
        return deterministic(data, 0) == len(data)
    except (AssertionError, IndexError, struct.error):
        return False


def deterministic(data, start):
    """The end of the item that begins at `start`; what has another encoding fails."""
    major, code = data[start] >> 5, data[start] & 31
    place = start + 1
    if major == 7:
        return scalar(data, start)
    assert code < 28, "no reserved head and no indefinite length"
    argument = code
    if code >= 24:
        size = 1 << (code - 24)
        argument = int.from_bytes(data[place:place + size])
        assert argument >= (24 if size == 1 else 1 << 4 * size), "a head longer than it need be"
        place += size
    match major:
        case 2 | 3:
            place += argument
            assert place <= len(data)
        case 4:
            for _ in range(argument):
                place = deterministic(data, place)
        case 5:
            last = b""
            for _ in range(argument):
                end = deterministic(data, place)
                assert last < data[place:end], "keys that are unsorted or alike"
                last, place = data[place:end], deterministic(data, end)
        case 6:
            end = deterministic(data, place)
            # §3.4.3: a bignum stands only for what no integer holds, and does not begin with zeros.
            assert argument not in (2, 3) or data[place] >> 5 == 2 and len(cbor2.loads(data[place:end]).lstrip(b"\0")) > 8
            assert argument not in (2, 3) or cbor2.loads(data[place:end])[0] != 0
            place = end
    return place


def scalar(data, start):
    """The end of a simple value or a floating-point number."""
    code = data[start] & 31
    if code < 24:
        return start + 1
    if code == 24:
        assert data[start + 1] >= 32
        return start + 2
    size = 1 << (code - 24)
    whole = data[start:start + 1 + size]
    number = struct.unpack({2: ">e", 4: ">f", 8: ">d"}[size], whole[1:])[0]
    assert whole == (b"\xf9\x7e\x00" if math.isnan(number) else next(spellings.widths(number))), "not the shortest form"
    return start + 1 + size
