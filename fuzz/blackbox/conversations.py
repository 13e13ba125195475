"""Conversations of a connection: the bytes a client sends in its turns, some of them damaged."""

import zlib
from dataclasses import dataclass, field

import hpack

from blackbox import frames, requests
from blackbox.frames import frame

REQUESTS = 48  # of one connection
CONTINUATIONS_MAX = 6  # more are abuse
LONG = 1000  # bytes of a value that Python takes long to compress


@dataclass
class Turn:
    """Bytes that are sent at once, and the streams that have to be over before the next turn."""

    bytes: bytes
    awaited: list = field(default_factory=list)


@dataclass
class Conversation:
    turns: list
    # The request of each stream.
    asked: dict
    is_damaged: bool

    def text(self):
        """One line a turn: its bytes, packed, in hexadecimal, and its streams; `parse` reads it back."""
        return "".join(f"{zlib.compress(turn.bytes, 9).hex()} {','.join(map(str, turn.awaited))}\n" for turn in self.turns)


def parse(text):
    turns = []
    for line in text.splitlines():
        data, _, streams = line.partition(" ")
        turns.append(Turn(zlib.decompress(bytes.fromhex(data)), [int(stream) for stream in streams.split(",") if stream]))
    # Nothing is known of the requests, so nothing is said about who has to be answered.
    return Conversation(turns, {}, is_damaged=True)


def conversation(chance):
    """Whole requests in turns of several; in some the last turn holds damaged frames."""
    encoder, asked, turns = hpack.Encoder(), {}, [Turn(frames.OPENING)]
    is_damaged = chance.random() < 0.25
    streams = list(range(1, 2 * REQUESTS, 2))
    if is_damaged:
        streams = streams[:chance.randrange(2, REQUESTS)]
    while streams:
        count = chance.choice([1, 4, 16, REQUESTS])
        pieces, now = [], streams[:count]
        streams = streams[count:]
        for stream in now:
            asked[stream] = requests.request(chance)
            if is_damaged and not streams and chance.random() < 0.02:
                asked[stream].fields.append(requests.ENDLESS)
            pieces.append(written(chance, encoder, stream, asked[stream]))
        if is_damaged and not streams:
            turns.append(Turn(b"".join(damaged(chance, interleaved(chance, pieces)))))
        else:
            turns.append(Turn(b"".join(interleaved(chance, pieces)), now))
    return Conversation(turns, asked, is_damaged)


def written(chance, encoder, stream, request):
    """The frames of a request: its head in a list of its own, then its body."""
    block = b"".join(
        # What stands for a secret is not compressed, so that it can be put in its place.
        encoder.encode([pair], huffman=chance.random() < 0.5 and len(pair[1]) < LONG and not holds_stand_in(pair)) for pair in request.fields)
    size = chance.choice([frames.SIZE_MAX] * 4 + [max(len(block) // CONTINUATIONS_MAX, chance.randrange(20, 2000))])
    pieces = [b"".join(frames.head(block, stream, request.body is None, size))]
    if request.body is not None:
        size = frames.SIZE_MAX if len(request.body) > 500 or chance.random() < 0.8 else chance.randrange(10, 600)
        pieces += frames.body(request.body, stream, size)
    return pieces


def holds_stand_in(pair):
    return any(part.encode() in pair[1] for part in (requests.TOKEN, *requests.RUNS))


def interleaved(chance, pieces):
    """The frames of several streams, heads in their order and bodies mixed into one another."""
    waiting, out = [], []
    for piece in pieces:
        out.append(piece[0])
        waiting += [iter(piece[1:])] if piece[1:] else []
        while waiting and chance.random() < 0.6:
            take(chance, waiting, out)
    while waiting:
        take(chance, waiting, out)
    return out


def take(chance, waiting, out):
    body = chance.choice(waiting)
    piece = next(body, None)
    if piece is None:
        waiting.remove(body)
    else:
        out.append(piece)


# Frames that are wrong, and some that are only strange; `s` is any number of a stream.
STRANGE = [
    lambda c, s: frame(c.randrange(256), c.randrange(256), s, c.randbytes(c.randrange(20))),
    lambda c, s: frame(frames.SETTINGS, 0, 0, c.randbytes(c.choice([5, 6, 6, 12]))),
    lambda c, s: frame(frames.SETTINGS, frames.ACK, 0, c.choice([b"", b"x"])),
    lambda c, s: frame(frames.SETTINGS, 0, 0, b"\x00\x04" + c.choice([b"\x80\x00\x00\x00", b"\x00\x00\x00\x00", b"\x7f\xff\xff\xff"])),
    lambda c, s: frame(frames.SETTINGS, 0, 0, b"\x00\x01" + c.choice([b"\x00\x00\x00\x00", b"\xff\xff\xff\xff"])),
    lambda c, s: frame(frames.WINDOW_UPDATE, 0, c.choice([0, s]), c.choice([bytes(4), b"\x7f\xff\xff\xff", b"\x00\x00\x00\x01", b"\x01"])),
    lambda c, s: frame(frames.PING, c.randrange(2), c.choice([0, s]), bytes(c.choice([7, 8, 8, 9]))),
    lambda c, s: frame(frames.RESET, 0, c.choice([0, s]), c.choice([bytes(4), b"\xff" * 4, b"\x00"])),
    lambda c, s: frame(frames.PRIORITY, 0, s, s.to_bytes(4) + b"\x10"),
    lambda c, s: frame(frames.PUSH_PROMISE, 4, s, b"\x00\x00\x00\x02\x82"),
    lambda c, s: frame(frames.GOAWAY, 0, c.choice([0, s]), bytes(c.choice([7, 8, 20]))),
    lambda c, s: frame(frames.CONTINUATION, 4, s, b"\x82"),
    lambda c, s: frame(frames.DATA, c.choice([0, 1, 8, 9]), c.choice([0, s]), c.choice([b"", b"\xff", b"x" * 100])),
    lambda c, s: frame(frames.HEADERS, c.choice([0, 1, 4, 5, 13, 37]), c.choice([0, 2, s, 2**31 - 1]), c.randbytes(c.randrange(30))),
    lambda c, s: frame(frames.HEADERS, 5, 97, c.choice([b"\xff" * 20, b"\x3f\xe1\xff\xff\x0f", b"\x82\x86\x84\x41\x8a\xff", b"\xbe", b"\x80", b"\x00" * 8])),
    lambda c, s: frame(frames.DATA, 0, s, bytes(16385)),
    lambda c, s: b"\xff\xff\xff" + frame(frames.DATA, 0, s)[3:],
    lambda c, s: frames.PREFACE,
    lambda c, s: frame(frames.PING, 0, 0, bytes(8)) * c.choice([10, 500, 5000]),
    lambda c, s: frame(frames.SETTINGS, 0, 0) * c.choice([10, 2000]),
    lambda c, s: frame(frames.DATA, 0, s) * c.choice([10, 2000]),
]


def damaged(chance, pieces):
    pieces = list(pieces)
    for _ in range(chance.choice([1, 1, 2, 5])):
        place = chance.randrange(len(pieces))
        piece = pieces[place]
        at = chance.randrange(max(1, min(len(piece), chance.choice([9, 100_000]))))
        match chance.randrange(8):
            case 0: pieces[place] = piece[:at]
            case 1: pieces[place] = piece[:at] + chance.randbytes(1) + piece[at + 1:]
            case 2: pieces[place] = piece[:at] + chance.choice(requests.SCRAPS) + piece[at:]
            case 3: pieces.insert(place, piece)
            case 4: pieces[place], pieces[0] = pieces[0], piece
            case 5: del pieces[place:]
            case _: pieces.insert(place, chance.choice(STRANGE)(chance, 2 * chance.randrange(REQUESTS + 2) + chance.choice([1, 1, 0])))
        if not pieces:
            break
    return pieces
