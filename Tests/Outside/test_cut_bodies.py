"""A body that ends anywhere is refused at its end, and one that comes in any pieces is judged as if it came whole.

`VALUES=100000` is the campaign; without it a sample is taken.
"""

import json

import pytest

import formats
import items
import reference
import spellings
from test_bad_input import JSON_BYTES
from test_codecs import FIELD, VALUES

BODIES_MAX = VALUES // 200
# One body has a request for each of its bytes.
LENGTH_MAX = 300
SPLIT_BODIES_MAX = max(1, VALUES // 2000)


def body(chance):
    return {"session_key": "s_cut", "input": items.text(chance) or "x", "metadata": items.value(chance)}


def refused(answer, kind, offset, whole):
    details = answer.error["details"]
    assert (answer.status, details["kind"], details["offset"]) == (400, kind, offset), (whole, details)


def test_cbor_that_ends_early_is_refused_at_its_end(shared, chance):
    for _ in range(BODIES_MAX):
        parts = spellings.tokens(chance, body(chance))
        whole = spellings.joined(parts)
        for length, kind in spellings.ends(parts)[:LENGTH_MAX]:
            refused(shared.post("/api/runs", body=whole[:length], format=formats.CBOR), kind, length, whole)


def test_json_that_ends_early_is_refused_at_its_end(shared, chance):
    for _ in range(BODIES_MAX):
        whole = json.dumps(body(chance), indent=chance.choice([None, 1])).encode()
        for length in range(1, min(len(whole), LENGTH_MAX)):
            refused(shared.post("/api/runs", body=whole[:length], format=formats.JSON), "eof", length, whole)


def in_pieces(server, body, format, pieces):
    """Status and details of the answer to a body that comes in pieces, one frame each."""
    with server.connect() as connection:
        for places in pieces:
            exchange = connection.ask("POST", "/api/runs", [*server.fields(), ("content-type", format)], ends=False)
            for start, end in zip([0, *places], [*places, len(body)]):
                connection.send(exchange, body[start:end], ends=False)
            connection.send(exchange, b"")
            connection.finish(exchange)
            error = json.loads(bytes(exchange.body)).get("error", {})
            details = error.get("details", {})
            yield exchange.status, error.get("code"), details.get("kind"), details.get("offset"), details.get("path")


def check_pieces(server, body, format):
    """In two pieces cut at each byte, and in pieces of one byte."""
    [whole] = in_pieces(server, body, format, [[]])
    places = range(1, min(len(body), LENGTH_MAX))
    for place, found in zip([*places, "each"], in_pieces(server, body, format, [*([place] for place in places), list(places)])):
        assert found == whole, (body, place)


@pytest.mark.parametrize("name", items.FAULTS)
def test_malformed_cbor_in_pieces(shared, chance, name):
    for _ in range(SPLIT_BODIES_MAX):
        check_pieces(shared, items.malformed(chance, name).within(FIELD).bytes, formats.CBOR)


@pytest.mark.parametrize("body", [row[0] for row in JSON_BYTES if len(row[0]) < LENGTH_MAX])
def test_malformed_json_in_pieces(shared, body):
    check_pieces(shared, body, formats.JSON)


@pytest.mark.parametrize("format", formats.BODIES)
def test_good_bodies_in_pieces(shared, chance, format):
    for _ in range(SPLIT_BODIES_MAX):
        value = body(chance)
        data = json.dumps(value).encode() if format == formats.JSON else spellings.encoded(chance, value)
        check_pieces(shared, data, format)


def test_shared_vectors_in_pieces(shared, chance):
    rows = [row for name in ("rfc8949_appendix_f.jsonl", "generated_small.jsonl")
            for row in reference.rows(f"vectors/cbor/{name}", "shared vectors of CBOR")]
    for row in rows if VALUES >= 100_000 else chance.sample(rows, 10):
        check_pieces(shared, bytes.fromhex(row["hex"]), formats.CBOR)
