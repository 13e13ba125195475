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
# The clock of a process ticks each 10 ms.
BARS_TIMES = 10
MEMORY_FACTOR, MEMORY_FREE = 32, 8 * MEBIBYTE
ROOM = MEBIBYTE - 64
FIELD = b"\xa2\x65input\x61x\x68metadata"
JSON_FIELD = b'{"input":"x","metadata":'


def filled(part, count=ROOM):
    """Whole parts, so that what stands around them is well-formed if it means to be."""
    return part * (count // len(part))


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
    "one text": cbor2.dumps("水" * (ROOM // 3 - 8)),
    "arrays of 62 levels": b"\x9f" + filled(b"\x81" * 61 + b"\x00") + b"\xff",
    "tags of 62 levels": b"\x9f" + filled(b"\xc6" * 61 + b"\x00") + b"\xff",
    "small maps": b"\x9f" + filled(b"\xa2\x61a\x00\x61b\x00") + b"\xff",
    "texts of a byte": b"\x9f" + filled(b"\x61a") + b"\xff", "tagged texts": b"\x9f" + filled(b"\xc0\x74" + b"2025-01-02T03:04:05Z") + b"\xff",
    "bignums that are small": b"\x9f" + filled(b"\xc2\x41\x01") + b"\xff", "short chunks": b"\x9f" + filled(b"\x7f\x61a\xff") + b"\xff",
    "keys of many lengths": keys(30_000, lambda number: cbor2.dumps(f"{number:x}".rjust(number % 60, "k"))),
    "keys that are bytes": keys(115_000, lambda number: b"\x43" + number.to_bytes(3)),
    "maps that are keys": keys(110_000, lambda number: b"\xa1" + cbor2.dumps(number) + b"\x00"),
    "keys that fall": keys(100_000, lambda number: cbor2.dumps(1_000_000 - number)),
}
JSON = {
    "arrays in arrays": filled(b"["), "objects in objects": filled(b'{"a":'), "empty arrays": b"[" + filled(b"[],") + b"0]",
    "digits": filled(b"9"), "decimals": b"0." + filled(b"1"), "an exponent": b"1e" + filled(b"9"),
    "exponents": b"[" + filled(b"1e308,") + b"0]", "escapes": b'"' + filled(b"\\u0041") + b'"',
    "names that are alike": b"{" + b"".join(b'"%s%06d":0,' % (b"a" * 60, number) for number in range(12_000)) + b'"z":0}',
    "spaces": filled(b" "), "a string": b'"' + filled(b"a") + b'"', "surrogates": b'"' + filled(b"\\ud83d\\ude00") + b'"',
    "arrays of 62 levels": b"[" + filled(b"[" * 60 + b"]" * 60 + b",", ROOM - 240) + b"0]",
    "objects": b"[" + filled(b'{"a":0,"b":0},') + b"0]", "numbers": b"[" + filled(b"0,") + b"0]", "longs": b"[" + filled(b"9" * 40 + b",") + b"0]",
    "names of many lengths": b"{" + b"".join(b'"%s":0,' % f"{number:x}".rjust(number % 60, "k").encode() for number in range(25_000)) + b'"z":0}',
}
# A whole body, so that what is known of fields does not help.
WHOLE = {
    (formats.CBOR, "unknown fields"): keys(90_000, lambda number: cbor2.dumps(f"a{number:07}")),
    (formats.CBOR, "a field of many chunks"): b"\xa1\x65input\x7f" + filled(b"\x61a") + b"\xff",
    (formats.CBOR, "a name of many chunks"): b"\xa1\x7f" + filled(b"\x61a") + b"\xff\x00",
    (formats.JSON, "unknown fields"): b"{" + b"".join(b'"a%07d":0,' % number for number in range(80_000)) + b'"z":0}',
    (formats.JSON, "a field of escapes"): b'{"input":"' + filled(b"\\u0041") + b'"}',
    (formats.JSON, "a name of escapes"): b'{"' + filled(b"\\u0041") + b'":0}',
    (formats.JSON, "members of models"): b'{"input":"x","llm_config":{' + filled(b'"provider":"mock",') + b'"z":0}}',
}
BOMBS = [(formats.CBOR, name, FIELD + bomb) for name, bomb in CBOR.items()] \
    + [(formats.JSON, name, JSON_FIELD + bomb + b"}") for name, bomb in JSON.items()] \
    + [(format, name, bomb) for (format, name), bomb in WHOLE.items()]


@pytest.mark.parametrize("format,body", [(format, body[:MEBIBYTE]) for format, _, body in BOMBS],
                         ids=[f"{format.split('/')[1]}: {name}" for format, name, _ in BOMBS])
def test_a_bomb_costs_what_its_length_allows(request, format, body):
    # What one bomb has made room for is there for the next: measured strictly, each has a server of its own.
    server = request.getfixturevalue("server" if os.environ.get("BARS") else "shared")
    process = Path("/proc") / str(server.process.pid)
    server.post("/api/runs", {"input": "x"})
    # 5 makes the peak of memory what it is now, proc(5).
    (process / "clear_refs").write_text("5")
    memory, time = peak(process), spent(process)
    answer = server.post("/api/runs", body=body, format=format)
    assert answer.status in (201, 400, 413), answer.status
    grown = peak(process) - memory
    assert grown <= MEMORY_FACTOR * len(body) + MEMORY_FREE
    if os.environ.get("BARS"):
        for _ in range(BARS_TIMES - 1):
            assert server.post("/api/runs", body=body, format=format).status == answer.status
        cost = (spent(process) - time) * MEBIBYTE / max(len(body), MEBIBYTE // 8) / BARS_TIMES
        kind = answer.error["details"].get("kind") if answer.status == 400 else None
        print(f"{cost:.0f} ms a MiB, {grown // 1024} KiB, {answer.status} {kind}")
        assert cost <= CPU_MS_PER_MIB
    assert server.get("/health").status == 200


def peak(process):
    """Bytes of resident memory at the most."""
    line = next(line for line in (process / "status").read_text().splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) * 1024


def spent(process):
    """Milliseconds of processor time."""
    fields = (process / "stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) * 1000 // os.sysconf("SC_CLK_TCK")
