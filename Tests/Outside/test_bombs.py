"""Small bodies that ask for much: refused or taken, at a cost that their length allows.

Memory is checked always. `BARS=1` checks the processor's time as well, which another tenant of the machine can spoil.
"""

import os
from pathlib import Path

import cbor2
import pytest

import formats

MEBIBYTE = 1 << 20
CPU_MS_PER_MIB = 100
MEMORY_FACTOR, MEMORY_FREE = 32, 8 * MEBIBYTE
ROOM = MEBIBYTE - 64
FIELD = b"\xa2\x65input\x61x\x68metadata"
JSON_FIELD = b'{"input":"x","metadata":'


def filled(part, count=ROOM):
    return (part * (count // len(part) + 1))[:count]


def keys(count, make):
    return b"\xbf" + b"".join(make(number) + b"\x00" for number in range(count)) + b"\xff"


def collisions(number):
    """Keys of one length that differ in their last bytes alone."""
    return cbor2.dumps("a" * 60 + f"{number:06}")


CBOR = {
    "arrays in arrays": filled(b"\x81"), "endless arrays": filled(b"\x9f"), "endless maps": filled(b"\xbf\x00"),
    "tags in tags": filled(b"\xc1"), "self-described": filled(b"\xd9\xd9\xf7"),
    "an array of 2^64": b"\x9b" + b"\xff" * 8 + filled(b"\x00"), "a map of 2^64": b"\xbb" + b"\xff" * 8 + filled(b"\x00"),
    "a text of 2^63": b"\x7b\x7f" + b"\xff" * 7 + filled(b"a"), "arrays of 2^32": filled(b"\x9a\xff\xff\xff\xff"),
    "empty arrays": b"\x9f" + filled(b"\x80") + b"\xff", "empty maps": b"\x9f" + filled(b"\xa0") + b"\xff",
    "one-byte chunks": b"\x7f" + filled(b"\x61a") + b"\xff", "empty chunks": b"\x5f" + filled(b"\x40") + b"\xff",
    "small integers": b"\x9f" + filled(b"\x00") + b"\xff", "halves": b"\x9f" + filled(b"\xf9\x3c\x01") + b"\xff",
    "a bignum": b"\xc2\x5a" + (ROOM - 16).to_bytes(4) + filled(b"\xff", ROOM - 16),
    "bignums": b"\x9f" + filled(b"\xc2\x49" + b"\xff" * 9) + b"\xff", "keys that are alike": keys(12_000, collisions),
    "keys that are numbers": keys(100_000, cbor2.dumps),
    "maps as keys": filled(b"\xa1" * 63), "keys of keys": b"\xbf" + filled(b"\xa1\xa1\xa1\xa1\x00\x00\x00\x00") + b"\xff",
    "one text": b"\x7a" + (ROOM - 8).to_bytes(4) + filled("水".encode(), ROOM - 8)[:ROOM - 8],
}
JSON = {
    "arrays in arrays": filled(b"["), "objects in objects": filled(b'{"a":'), "empty arrays": b"[" + filled(b"[],") + b"0]",
    "digits": filled(b"9"), "decimals": b"0." + filled(b"1"), "an exponent": b"1e" + filled(b"9"),
    "exponents": b"[" + filled(b"1e308,") + b"0]", "escapes": b'"' + filled(b"\\u0041") + b'"',
    "names that are alike": b"{" + b"".join(b'"%s%06d":0,' % (b"a" * 60, number) for number in range(12_000)) + b'"z":0}',
    "spaces": filled(b" "), "a string": b'"' + filled(b"a") + b'"', "surrogates": b'"' + filled(b"\\ud83d\\ude00") + b'"',
}
BOMBS = [(format, name, field + bomb) for format, field, bombs in
         ((formats.CBOR, FIELD, CBOR), (formats.JSON, JSON_FIELD, JSON)) for name, bomb in bombs.items()]


@pytest.mark.parametrize("format,body", [(format, body[:MEBIBYTE]) for format, _, body in BOMBS],
                         ids=[f"{format.split('/')[1]}: {name}" for format, name, _ in BOMBS])
def test_a_bomb_costs_what_its_length_allows(shared, format, body):
    process = Path("/proc") / str(shared.process.pid)
    shared.post("/api/runs", {"input": "x"})
    # 5 makes the peak of memory what it is now, proc(5).
    (process / "clear_refs").write_text("5")
    memory, time = peak(process), spent(process)
    answer = shared.post("/api/runs", body=body, format=format)
    assert answer.status in (201, 400, 413), answer.status
    assert peak(process) - memory <= MEMORY_FACTOR * len(body) + MEMORY_FREE
    if os.environ.get("BARS"):
        cost = (spent(process) - time) * MEBIBYTE / max(len(body), MEBIBYTE // 8)
        print(f"{cost:.0f} ms a MiB, {(peak(process) - memory) // 1024} KiB, {answer.status}")
        assert cost <= CPU_MS_PER_MIB


def peak(process):
    """Bytes of resident memory at the most."""
    line = next(line for line in (process / "status").read_text().splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) * 1024


def spent(process):
    """Milliseconds of processor time."""
    fields = (process / "stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) * 1000 // os.sysconf("SC_CLK_TCK")
