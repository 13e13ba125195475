"""Encodings of CBOR as honest encoders make them: heads wider than needed, strings in chunks, containers without a length."""

import struct

import cbor2

WIDTHS = [(1 << 8, 24, 1), (1 << 16, 25, 2), (1 << 32, 26, 4), (1 << 64, 27, 8)]
FLOATS = [(0xf9, ">e"), (0xfa, ">f"), (0xfb, ">d")]
HEAD, CONTENT = "head", "content"
BREAK = (HEAD, b"\xff")


def head(chance, major, argument):
    """A head in any width that holds its argument, mostly the shortest."""
    forms = [bytes([major << 5 | argument])] if argument < 24 else []
    forms += [bytes([major << 5 | code]) + argument.to_bytes(size) for end, code, size in WIDTHS if argument < end]
    return HEAD, forms[0] if chance.random() < 0.6 else chance.choice(forms)


def tokens(chance, value):
    """The value as pairs of what a part is, head or content of a string, and its bytes; text keys stay in their order."""
    match value:
        case None | bool():
            return [(HEAD, {None: b"\xf6", True: b"\xf5", False: b"\xf4"}[value])]
        case int() if -1 << 64 <= value < 1 << 64 and chance.random() < 0.9:
            return [head(chance, *((0, value) if value >= 0 else (1, -1 - value)))]
        case int():
            number = value if value >= 0 else -1 - value
            content = bytes(chance.randrange(3)) + number.to_bytes((number.bit_length() + 7) // 8)
            return [head(chance, 6, 2 if value >= 0 else 3), *string(chance, 2, [bytes([byte]) for byte in content])]
        case float():
            return [(HEAD, chance.choice(list(widths(value))))]
        case bytes():
            return string(chance, 2, [bytes([byte]) for byte in value])
        case str():
            return string(chance, 3, [character.encode() for character in value])
        case list():
            return container(chance, 4, len(value), [tokens(chance, element) for element in value])
        case dict():
            return container(chance, 5, len(value), [tokens(chance, part) for pair in value.items() for part in pair])
        case cbor2.CBORTag():
            return [head(chance, 6, value.tag), *tokens(chance, value.value)]
    raise AssertionError(f"{value!r} has no encoding here")


def widths(number):
    """Each encoding that keeps the number, the shortest first."""
    for initial, form in FLOATS:
        try:
            content = struct.pack(form, number)
        except OverflowError:
            continue
        if struct.unpack(form, content)[0] == number:
            yield bytes([initial]) + content


def string(chance, major, units):
    """A string whose chunks end only between units."""
    if chance.random() < 0.7:
        return [head(chance, major, sum(map(len, units))), (CONTENT, b"".join(units))]
    parts, rest = [(HEAD, bytes([major << 5 | 31]))], units
    while rest or chance.random() < 0.2:
        count = chance.randrange(len(rest) + 1)
        parts += [head(chance, major, sum(map(len, rest[:count]))), (CONTENT, b"".join(rest[:count]))]
        rest = rest[count:]
    return [*parts, BREAK]


def container(chance, major, count, elements):
    inside = [token for element in elements for token in element]
    if chance.random() < 0.7:
        return [head(chance, major, count), *inside]
    return [(HEAD, bytes([major << 5 | 31])), *inside, BREAK]


def joined(parts):
    return b"".join(content for _, content in parts)


def encoded(chance, value):
    return joined(tokens(chance, value))


def ends(parts):
    """For each length that is too short for the item, the name of the fault that it makes."""
    names = []
    for part, content in parts:
        # Before the first byte of a head a whole item is missing; before content, the rest of its string.
        names += ["eof-string"] * len(content) if part == CONTENT else \
            ["eof-items", *["eof-head"] * (len(content) - 1)]
    return list(enumerate(names))[1:]
