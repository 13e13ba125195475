"""Frames of HTTP/2 (RFC 9113 §4.1, §6) as bytes, right or wrong."""

DATA, HEADERS, PRIORITY, RESET, SETTINGS, PUSH_PROMISE, PING, GOAWAY, WINDOW_UPDATE, CONTINUATION = range(10)
END_STREAM, ACK, END_HEADERS, PADDED, HAS_PRIORITY = 1, 1, 4, 8, 32
PROTOCOL_ERROR, INTERNAL_ERROR, CANCEL, ENHANCE_YOUR_CALM = 1, 2, 8, 11
SIZE_MAX = 16384

PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"


def frame(kind, flags, stream, payload=b""):
    return len(payload).to_bytes(3) + bytes([kind, flags]) + (stream & 0xffffffff).to_bytes(4) + payload


# Streams of a megabyte, and a connection of sixteen.
OPENING = PREFACE + frame(SETTINGS, 0, 0, b"\x00\x04\x00\x10\x00\x00") + frame(WINDOW_UPDATE, 0, 0, (1 << 24).to_bytes(4))


def head(block, stream, ends, size=SIZE_MAX):
    """A head's frames, none longer than `size`."""
    parts = [block[start:start + size] for start in range(0, len(block), size)] or [b""]
    for number, part in enumerate(parts):
        flags = END_HEADERS if number == len(parts) - 1 else 0
        yield frame(HEADERS, flags | (END_STREAM if ends else 0), stream, part) if number == 0 \
            else frame(CONTINUATION, flags, stream, part)


def body(content, stream, size=SIZE_MAX):
    """A body's frames, none longer than `size`; the last ends the stream."""
    parts = [content[start:start + size] for start in range(0, len(content), size)] or [b""]
    for number, part in enumerate(parts):
        yield frame(DATA, END_STREAM if number == len(parts) - 1 else 0, stream, part)


def taken(data):
    """The frames at the beginning of `data` as kind, flags, stream and payload, and what is left of it."""
    found, place = [], 0
    while len(data) >= place + 9 and len(data) >= place + 9 + int.from_bytes(data[place:place + 3]):
        end = place + 9 + int.from_bytes(data[place:place + 3])
        found.append((data[place + 3], data[place + 4], int.from_bytes(data[place + 5:place + 9]), data[place + 9:end]))
        place = end
    return found, data[place:]
