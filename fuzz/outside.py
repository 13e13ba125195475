#!/usr/bin/env python3
"""Sends mutated requests over TLS to the real binary and holds what comes back against what was promised.

    .build/venv/bin/python fuzz/outside.py --requests 200000 --seed 1

No answer is a fault of the server's, every refusal has its documented shape in the type that it says, the process lives, and
its memory and descriptors stay what they were. `--connection N` with the seed sends that one connection again.
"""

import argparse
import os
import random
import socket
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
os.environ.setdefault("SWITCHYARD_BINARY", str(ROOT / ".build/release/switchyard"))
sys.path.insert(0, str(ROOT / "Tests/Outside"))

import cbor2  # noqa: E402
import hpack  # noqa: E402

import formats  # noqa: E402
import items  # noqa: E402
from server import Server  # noqa: E402

PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
DATA, HEADERS, RESET, SETTINGS, GOAWAY, WINDOW_UPDATE, CONTINUATION = 0, 1, 3, 4, 7, 8, 9
END_STREAM, END_HEADERS, PADDED, PRIORITY = 1, 4, 8, 32
CANCEL = 8
REQUESTS = 48  # of one connection
ANSWER_MAX = 10.0  # seconds
MEMORY_GROWTH_MAX = 16 << 20  # bytes, from a third of the way to the end
BUSY = {"QUEUE_FULL", "UNAVAILABLE", "TOO_MANY_FEEDS", "OVERLOADED"}  # the names of a 503

METHODS = ["GET", "POST", "HEAD", "OPTIONS", "PUT", "PATCH", "DELETE", "TRACE", "CONNECT", "get", "", "G T"]
PATHS = ["/health", "/metrics", "/api/v1/openapi", "/api/runs", "/api/runs/{run}", "/api/runs/{run}/events", "/api/runs/{run}/stream",
         "/api/runs/{run}/cancel", "/api/sessions/s_fuzz/runs", "/api/runs/run_none", "/", "*", ""]
ROWS = [("GET", path) for path in PATHS if path != "/api/runs" and not path.endswith("cancel")] + \
    [("POST", "/api/runs")] * 6 + [("POST", "/api/runs/{run}/cancel")]
QUERIES = ["", "", "", "?limit=5", "?limit=-1", "?limit=%00", "?cursor=3", "?cursor=earliest", "?include_tokens=maybe", "?a=b&a=b", "?%zz", "?" + "x=1&" * 90]
TYPES = ["application/json", "application/cbor", "text/markdown", "application/json; charset=latin1", "multipart/form-data", "a/b;c=\"", ""]
ACCEPTS = ["*/*"] * 8 + ["application/json", "application/cbor", "text/markdown", "text/event-stream", "application/cbor-seq", "application/json-seq",
           "application/problem+json", "image/png", "application/json;q=0", "a/b;q=9,,;", "text/*;q=0.5, application/cbor;q=0.501"]
SCRAPS = [b"\x00", b"\xff", b"%2f", b"%00", b"..", b"//", b"\r\n", b" ", b"\t", "水".encode(), b"a" * 300, b"'", b'"', b"{}", b"*/*", b";q=", b"-1", b"18446744073709551616"]
VALUES = ["s_fuzz", "s_a/b", "", 7, None, [], {}, "x" * 200, True, 1.5]


def frame(kind, flags, stream, payload=b""):
    return len(payload).to_bytes(3) + bytes([kind, flags]) + (stream & 0xffffffff).to_bytes(4) + payload


@dataclass
class Answer:
    fields: dict = field(default_factory=dict)
    body: bytearray = field(default_factory=bytearray)
    is_over: bool = False


class Fuzzer:
    """One seed: its connections and what they found."""

    def __init__(self, server, seed):
        self.server, self.seed = server, seed
        self.runs, self.answered, self.statuses, self.faults = ["run_none"], 0, {}, []

    # -- making

    def request(self, chance):
        """Fields, and a body or nothing."""
        method, path = chance.choice(ROWS) if chance.random() < 0.8 else (chance.choice(METHODS), chance.choice(PATHS))
        posts = method == "POST" and chance.random() < 0.9
        path = path.replace("{run}", chance.choice(self.runs)) + ("" if posts else chance.choice(QUERIES))
        head = [(":method", method), (":scheme", "https"), (":authority", "localhost"), (":path", path)]
        fields = {"authorization": f"Bearer {self.server.token}", "x-org-id": "acme", "x-user-id": "u1", "accept": chance.choice(ACCEPTS),
                  "content-type": chance.choice(TYPES[:2] if chance.random() < 0.7 else TYPES)}
        for name, values in {"last-event-id": ["1", "0", "9@x", "earliest", "-1"], "idempotency-key": ["k", '"k"', '"', "k" * 300],
                             "x-correlation-id": ["c", "é", ""], "content-encoding": ["gzip", "identity"], "x-project-id": ["p", " "],
                             "cookie": ["a=b"], "te": ["trailers", "gzip"], "connection": ["close"], "content-length": ["5", "x"]}.items():
            if chance.random() < 0.03:
                fields[name] = chance.choice(values)
        listed = [(name, value) for name, value in fields.items() if chance.random() < 0.98]
        if chance.random() < 0.15:
            head, listed = self.damaged_fields(chance, head, listed)
        if not posts and chance.random() < 0.9:
            return head + listed, None
        body, format = self.body(chance)
        if chance.random() < 0.8:
            listed = [(name, format if name == "content-type" else value) for name, value in listed]
        return head + listed, body

    @staticmethod
    def damaged_fields(chance, head, listed):
        every = head + listed
        place = chance.randrange(len(every))
        name, value = every[place]
        value = value.encode()
        at = chance.randrange(len(value) + 1)
        change = [(name, value[:at] + chance.choice(SCRAPS) + value[at:]), (name, value[:at]), (name.upper(), value),
                  (name.encode() + chance.choice(SCRAPS), value)]
        every[place] = chance.choice(change)
        if chance.random() < 0.2:
            every.append(chance.choice(every))
        return every, []

    @staticmethod
    def body(chance):
        value = {"input": chance.choice(["2 + 2", "x", "", "水" * 50]), "session_key": chance.choice(VALUES) if chance.random() < 0.3 else "s_fuzz"}
        if chance.random() < 0.3:
            value[chance.choice(["metadata", "llm_config", "timeout_ms", "agent_id", "other"])] = items.value(chance)
        format = chance.choice(formats.BODIES)
        bytes_ = formats.encode(value, format)
        if chance.random() < 0.1:
            fault = items.malformed(chance, chance.choice(list(items.FAULTS)))
            return fault.within(b"\xa2\x65input\x61x\x68metadata").bytes, formats.CBOR
        if chance.random() < 0.3:
            at = chance.randrange(len(bytes_))
            bytes_ = chance.choice([bytes_[:at], bytes_[:at] + chance.choice(SCRAPS) + bytes_[at:], bytes_[:at] + bytes([chance.randrange(256)]) + bytes_[at + 1:]])
        return bytes_, format

    def conversation(self, chance):
        """The bytes of a connection, and the streams that it opens; some are damaged as a whole."""
        encoder = hpack.Encoder()
        out = [PREFACE, frame(SETTINGS, 0, 0, b"\x00\x04\x00\x10\x00\x00"), frame(WINDOW_UPDATE, 0, 0, (1 << 24).to_bytes(4))]
        for stream in range(1, 2 * REQUESTS, 2):
            fields, body = self.request(chance)
            block = encoder.encode(fields)
            flags = END_HEADERS | (END_STREAM if body is None else 0)
            if chance.random() < 0.1 and len(block) > 1:
                at = chance.randrange(1, len(block))
                out += [frame(HEADERS, flags & ~END_HEADERS, stream, block[:at]), frame(CONTINUATION, END_HEADERS, stream, block[at:])]
            else:
                out.append(frame(HEADERS, flags, stream, block))
            while body is not None:
                at = chance.randrange(len(body) + 1) if chance.random() < 0.2 else len(body)
                part, body = body[:at], body[at:] or None
                out.append(frame(DATA, END_STREAM if body is None else 0, stream, part[:16384]))
        is_damaged = chance.random() < 0.15
        if is_damaged:
            for _ in range(chance.randrange(1, 4)):
                place = chance.randrange(3, len(out))
                piece = out[place]
                at = chance.randrange(len(piece))
                out[place] = chance.choice([piece[:at], piece[:at] + bytes([chance.randrange(256)]) + piece[at + 1:],
                                            piece[:at] + chance.choice(SCRAPS) + piece[at:], frame(chance.randrange(14), chance.randrange(256),
                                                                                                  chance.randrange(100), chance.randbytes(chance.randrange(20)))])
        return b"".join(out), is_damaged

    # -- sending and judging

    def connection(self, number):
        chance = random.Random(f"{self.seed}/{number}")
        data, is_damaged = self.conversation(chance)
        answers, goaway = self.exchange(data, is_damaged)
        over = [answer for answer in answers.values() if answer.fields]
        self.answered += len(over)
        if not is_damaged and not goaway and len(answers) < REQUESTS:
            self.faults.append((number, f"{REQUESTS - len(answers)} requests have no answer and no reset"))
        for answer in over:
            try:
                self.judge(answer)
            except Exception as error:  # whatever a decoder says of an answer is a finding
                self.faults.append((number, f"{error!r}: {answer.fields} {bytes(answer.body[:300])!r}"))

    def judge(self, answer):
        status = int(answer.fields[":status"])
        self.statuses[status] = self.statuses.get(status, 0) + 1
        type_ = answer.fields.get("content-type", "")
        if status < 400 or not answer.body:
            assert status < 500, "an answer of 500 or more without a body"
            if status == 201 and len(self.runs) < 40:
                self.runs.append(formats.decode(bytes(answer.body), type_)["run_id"] if "markdown" not in type_ else "run_none")
            return
        value = formats.decode(bytes(answer.body), type_)
        error = value["error"] if "error" in value else value
        assert error.get("code") and error.get("message") or error.get("title"), "a refusal of another shape"
        assert status < 500 or status == 503 and error["code"] in BUSY, "a fault of the server's"

    def exchange(self, data, is_damaged):
        """Sends all and takes what comes until every stream is over; the answers by stream, and whether a GOAWAY came."""
        answers, goaway, decoder, rest = {}, False, hpack.Decoder(), b""
        decoder.max_header_list_size = 1 << 20
        with socket.create_connection(self.server.address) as plain, self.server.tls.wrap_socket(plain, server_hostname="localhost") as tls:
            tls.settimeout(0.3 if is_damaged else ANSWER_MAX)
            try:
                tls.sendall(data)
                while sum(answer.is_over for answer in answers.values()) < REQUESTS:
                    received = tls.recv(65536)
                    if not received:
                        break
                    rest += received
                    while len(rest) >= 9 and len(rest) >= 9 + int.from_bytes(rest[:3]):
                        size, kind, flags = int.from_bytes(rest[:3]), rest[3], rest[4]
                        stream, payload = int.from_bytes(rest[5:9]), rest[9:9 + size]
                        rest = rest[9 + size:]
                        goaway = goaway or kind == GOAWAY
                        answer = answers.setdefault(stream, Answer()) if stream else Answer()
                        if kind == HEADERS:
                            assert flags & END_HEADERS and not flags & (PADDED | PRIORITY)
                            answer.fields.update(decoder.decode(payload))
                            if answer.fields.get("content-type", "").split(";")[0] in formats.FEEDS and not flags & END_STREAM:
                                tls.sendall(frame(RESET, 0, stream, CANCEL.to_bytes(4)))
                                answer.is_over = True
                        elif kind == DATA:
                            answer.body += payload
                        if kind == RESET or kind in (HEADERS, DATA) and flags & END_STREAM:
                            answer.is_over = True
            except (TimeoutError, ConnectionError, OSError):
                pass
        return {stream: answer for stream, answer in answers.items() if answer.is_over}, goaway


def resources(server):
    """Bytes of resident memory, and open descriptors."""
    process = Path("/proc") / str(server.process.pid)
    line = next(line for line in (process / "status").read_text().splitlines() if line.startswith("VmRSS"))
    return int(line.split()[1]) * 1024, len(list((process / "fd").iterdir()))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--requests", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--connection", type=int, help="send this connection alone")
    arguments = parser.parse_args()
    count = -(-arguments.requests // REQUESTS)
    numbers = range(count) if arguments.connection is None else [arguments.connection]
    with tempfile.TemporaryDirectory(prefix="switchyard-") as folder:
        server = Server(Path(folder) / "data", "--access-log", "off", "--queue-max", "100000000", "--feeds-per-caller-max", "1000").start()
        fuzzer = Fuzzer(server, arguments.seed)
        memory = None
        for number in numbers:
            fuzzer.connection(number)
            if server.process.poll() is not None:
                fuzzer.faults.append((number, f"the process ended with {server.process.returncode}"))
                break
            if number == count // 3:
                memory, descriptors = resources(server)
        if memory is not None and server.process.poll() is None:
            grown, left = resources(server)
            print(f"memory {memory >> 20} MiB at a third, {grown >> 20} MiB at the end; descriptors {descriptors}, {left}")
            if grown - memory > MEMORY_GROWTH_MAX or left > descriptors + 4:
                fuzzer.faults.append((count, "memory or descriptors grow"))
        server.dispose()
    print(f"seed {arguments.seed}: {len(numbers) * REQUESTS} requests, {fuzzer.answered} answers, "
          + ", ".join(f"{status}: {times}" for status, times in sorted(fuzzer.statuses.items())))
    for number, fault in fuzzer.faults[:20]:
        print(f"connection {number}: {fault}")
    print(f"{len(fuzzer.faults)} faults")
    return 1 if fuzzer.faults else 0


if __name__ == "__main__":
    sys.exit(main())
