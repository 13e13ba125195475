"""Requests of every row of the interface, most of them with something wrong, made by chance."""

import json
from dataclasses import dataclass

import cbor2

import formats
import items
import spellings

# What stands for the secrets and names of one server, as long as they are, so that a conversation is the same bytes for each.
TOKEN = "sy_" + "T" * 43
RUNS = [f"run_{number:026}" for number in range(1, 4)]

# path, the methods of its row, whether it is a feed
ROWS = [
    ("/api/runs", "POST", False), ("/api/runs/{run}", "GET", False), ("/api/runs/{run}/events", "GET", False),
    ("/api/runs/{run}/stream", "GET", True), ("/api/runs/{run}/cancel", "POST", False), ("/api/sessions/s_fuzz/runs", "GET", False),
    ("/health", "GET", False), ("/metrics", "GET", False), ("/api/v1/openapi", "GET", False),
]
WEIGHTS = [8, 4, 4, 3, 2, 2, 1, 1, 1]
METHODS = ["GET", "POST", "HEAD", "OPTIONS", "PUT", "PATCH", "DELETE", "TRACE", "QUERY", "get"]
ILLEGAL_METHODS = ["", "G T", "CONNECT", "GET\r", "G\x00"]
PATHS = ["/", "//", "/api", "/api/runs/", "/api/runs/run_none", "/api/runs/run_none/events", "/api/runs/%72un_x", "/api/runs/run_x/..", "/api/v1/none",
         "/api/v1/", "/api/sessions/x/runs", "/api/runs/run_" + "a" * 65, "/api/runs/" + "a" * 9000, "/%", "/%ff", "/;", "/a?b?c", "/api/runs#x"]
ILLEGAL_PATHS = ["", "*", "api/runs", "http://x/", "/a b", "/\x00"]
CURSORS = ["0", "3", "earliest", "latest", "-1", "01", "1.0", "9" * 19, "9" * 40, "1@x", "@", "%00", "%D9%A1", "1,2", "", "null", "x" * 200]
QUERIES = ["limit=5", "limit=-1", "limit=1001", "limit=%00", "include_tokens=true", "include_tokens=maybe", "type=run.*", "type=%25", "page=2", "page=0",
           "ready=1", "a=b&a=b", "%zz", "&".join(["x=1"] * 70), "org_id=o2", "user_id=u1", "input=x", "=", "&&", "\u6c34", "a" * 9000]
TYPES = ["application/json", "application/cbor", "text/markdown", "application/json; charset=latin1", "application/json; charset=utf-8",
         "multipart/form-data", "application/cbor-seq", "a/b;c=\"", "", "application/json, application/cbor"]
ACCEPTS = ["*/*", "application/json", "application/cbor", "text/markdown", "text/event-stream", "application/cbor-seq", "application/json-seq",
           "application/problem+json", "image/png", "application/json;q=0", "a/b;q=9,,;", "text/*;q=0.5, application/cbor;q=0.501", "", ",", "*/*;q=0.0000",
           "application/json;charset=latin1", "text/markdown;q=1;x=\"a,b\"", ", ".join(["a/b"] * 200)]
# Fields that are right, and what else may stand in them; None leaves the field out.
FIELDS = {
    "authorization": (f"Bearer {TOKEN}", [None, "", "Bearer", "Bearer ", "Basic eDp5", f"bearer {TOKEN}", f"Bearer  {TOKEN}", f"Bearer {TOKEN}x",
                                          "Bearer sy_" + "U" * 43, f"Bearer {TOKEN}, Bearer {TOKEN}", "Bearer " + "x" * 5000, "Bearer \u6c34"]),
    "x-org-id": ("o1", [None, "", "o2", "a b", "\u00e9", "o" * 129, "o1,o2", "../o1"]),
    "x-user-id": ("u1", [None, "", "u2", "a/b", "u" * 129]),
    "accept": (None, ACCEPTS),
    "content-type": (None, TYPES),
    "x-project-id": (None, ["p1", " ", "{}", "p" * 129]),
    "x-workspace-id": (None, ["o1", "o2", ""]),
    "last-event-id": (None, CURSORS),
    "idempotency-key": (None, ["k", '"k"', '"', "k" * 300, "", "\u6c34"]),
    "x-correlation-id": (None, ["c", "\u00e9", "", "c" * 300, "0193b5f0-0000-7000-8000-000000000000"]),
    "content-encoding": (None, ["gzip", "identity", "br, gzip", ""]),
    "cookie": (None, ["a=b", ""]),
    "expect": (None, ["100-continue"]),
    "range": (None, ["bytes=0-1"]),
    "if-none-match": (None, ["*"]),
    "origin": (None, ["null", "https://example.org"]),
    "priority": (None, ["u=9", "u=1, i"]),
    "x-long": (None, ["y" * 17_000]),
}
# A head beyond four times its limit gets no answer (proto-notes/10-transport.md).
ENDLESS = (b"x-long", b"y" * 70_000)
# Fields for which RFC 9113 §8.1.1 and §8.2.2 let the stream be reset instead of answered.
ILLEGAL_FIELDS = [("connection", "close"), ("te", "gzip"), ("content-length", "x"), ("content-length", "5"), ("content-length", "9" * 30), ("Upper", "x"),
                  ("", "x"), ("a b", "x"), ("x", "a\r\nb"), ("x", "\x00"), ("transfer-encoding", "chunked"), (":other", "x"), (":path", "/"), ("host", "other"),
                  ("x", " a "), ("upgrade", "h2c")]
SCRAPS = [b"\x00", b"\xff", b"%2f", b"%00", b"..", b"//", b"\r\n", b" ", b"\t", "\u6c34".encode(), b"a" * 300, b"'", b'"', b"{}", b"*/*", b";q=", b"-1",
          b"18446744073709551616"]
VALUES = ["s_fuzz", "s_a/b", "", 7, None, [], {}, "x" * 200, True, 1.5, -(2**70), "\u6c34" * 50, b"\x00\xff", cbor2.undefined]
NAMES = ["input", "session_key", "metadata", "llm_config", "timeout_ms", "agent_id", "reason", "other", "Input"]
FIELD = b"\xa2\x65input\x61x\x68metadata"
# A stream's window (RFC 9113 §6.9.2), which nobody here waits for.
BODY_MAX = 65_535


@dataclass
class Request:
    """Fields, a body or nothing, and what may be expected of the answer."""

    method: str
    path: str
    # The row of the interface that it is for, or nothing where its path was changed.
    row: str | None
    is_legal: bool
    fields: list
    body: bytes | None

    @property
    def is_endless(self):
        return ENDLESS in self.fields


def request(chance):
    [(row, method, is_feed)] = chance.choices(ROWS, WEIGHTS)
    path, is_legal = row.replace("{run}", chance.choice(RUNS)), True
    if chance.random() < 0.08:
        row, path = None, chance.choice(PATHS)
    if chance.random() < 0.05:
        method = chance.choice(METHODS)
    if method == "GET" and chance.random() < 0.3 or chance.random() < 0.03:
        path += "?" + "&".join(chance.choice([chance.choice(QUERIES), f"cursor={chance.choice(CURSORS)}"]) for _ in range(chance.choice([1, 1, 2])))
    values = {name: right for name, (right, _) in FIELDS.items()}
    if is_feed and chance.random() < 0.7:
        values["accept"] = chance.choice(formats.FEEDS)
    elif chance.random() < 0.5:
        values["accept"] = chance.choice(formats.ANSWERS)
    body = None
    if method not in ("GET", "HEAD") and chance.random() < 0.95 or chance.random() < 0.02:
        body, values["content-type"] = content(chance)
        body = body[:BODY_MAX]
    if chance.random() < 0.4:
        name = chance.choice(list(FIELDS))
        values[name] = chance.choice(FIELDS[name][1])
    if chance.random() < 0.01:
        path, is_legal, row = chance.choice(ILLEGAL_PATHS), False, None
    if chance.random() < 0.01:
        method, is_legal = chance.choice(ILLEGAL_METHODS), False
    fields = [(":method", method), (":scheme", "https"), (":authority", "localhost"), (":path", path)]
    fields += [(name, value) for name, value in values.items() if value is not None]
    if chance.random() < 0.02:
        fields.append(chance.choice(ILLEGAL_FIELDS))
        is_legal = False
    if chance.random() < 0.02:
        fields.append(chance.choice(fields))
        is_legal = is_legal and not fields[-1][0].startswith(":")
    # RFC 9113 §8.2.1: a value neither begins nor ends with a space.
    is_legal = is_legal and all(value == value.strip() for _, value in fields)
    fields = [(name.encode(), value.encode()) for name, value in fields]
    if chance.random() < 0.03:
        place = chance.randrange(len(fields))
        fields[place] = damaged(chance, *fields[place])
        is_legal, row = False, None
    return Request(method, path, row, is_legal, fields, body)


def damaged(chance, name, value):
    at = chance.randrange(len(value) + 1)
    return chance.choice([(name, value[:at] + chance.choice(SCRAPS) + value[at:]), (name, value[:at]), (name.upper(), value),
                          (name + chance.choice(SCRAPS), value)])


def content(chance):
    """A body and its type, which may not be the one that it is in."""
    value = {"input": chance.choice(["2 + 2", "x", "", "\u6c34" * 50]), "session_key": "s_fuzz"}
    if chance.random() < 0.3:
        value[chance.choice(NAMES)] = chance.choice([chance.choice(VALUES), items.value(chance)])
    match chance.randrange(10):
        case 0:
            fault = items.malformed(chance, chance.choice(list(items.FAULTS)))
            return chance.choice([fault, fault.within(FIELD)]).bytes, formats.CBOR
        case 1:
            return items.text(chance).encode() * chance.choice([1, 1, 3000]), formats.MARKDOWN
        case 2 | 3 | 4 | 5:
            data, format = cbor2.dumps(value), formats.CBOR
            if chance.random() < 0.5 and not any(element is cbor2.undefined for element in value.values()):
                data = spellings.encoded(chance, value)
        case _:
            data, format = json.dumps(value, default=str, ensure_ascii=chance.random() < 0.5).encode(), formats.JSON
    if chance.random() < 0.3:
        at = chance.randrange(len(data) + 1)
        data = chance.choice([data[:at], data[:at] + chance.choice(SCRAPS) + data[at:], data[:at] + chance.randbytes(1) + data[at + 1:],
                              data * 2, data + b" " * 60_000])
    return data, format if chance.random() < 0.95 else chance.choice(TYPES)
