"""Bodies with bytes changed anywhere have the verdict that another parser gives them.

`VALUES=100000` is the campaign; without it a sample is taken.
"""

import json

import pytest

import formats
import items
import reference
import spellings
from test_codecs import FIELD, VALUES
from test_vectors import has_other_keys

JSON_FIELD = b'{"input":"x","metadata":'
MUTATIONS = VALUES // 4
# Bytes that mean something to one of the parsers.
SCRAPS = [bytes([byte]) for byte in b'\xff\x00\x1c\x5f\x7f\x9f\xbf\xf8\x18\x1f\xc2\xd9\x80{}[],:"\\eE+-.019\xc3\xed\xf0 \n\t'] \
    + [b"\\u", b"\\ud83d", b"1e400", b"null", b"NaN", b"\xef\xbb\xbf", b"\xc0\x80", b"\xed\xa0\x80", b"\xf5\x80\x80\x80"]


def mutated(chance, data):
    for _ in range(chance.choice([1, 1, 1, 2, 4])):
        place, end = (chance.randrange(len(data) + 1) for _ in range(2))
        scrap = chance.choice([chance.randbytes(1), chance.choice(SCRAPS)])
        data = chance.choice([
            data[:place] + scrap + data[place:], data[:place] + scrap + data[place + 1:], data[:place] + data[place + 1:],
            data[:place], data[:place] + data[end:end + 8] + data[place:]])
    return data


def test_cbor(shared, chance):
    classify = reference.classify() or pytest.skip("the shared checker is not here")
    for _ in range(MUTATIONS):
        data = FIELD + mutated(chance, spellings.encoded(chance, items.value(chance, 2)))
        verdict = classify(data)
        answer = shared.post("/api/runs", body=data, format=formats.CBOR)
        if verdict["cls"] != "well-formed":
            details = answer.error["details"]
            assert answer.status == 400 and details["kind"] == verdict["kind"], (data.hex(), verdict, details)
            assert details["offset"] == verdict["err_off"], (data.hex(), verdict, details)
        elif not verdict["utf8_ok"] or verdict["dup_keys"]:
            assert answer.status == 400 and 0 <= answer.error["details"]["offset"] < len(data), (data.hex(), verdict)
        else:
            named = answer.status == 400 and answer.error["details"] == {"field": "metadata"}
            assert answer.status == 201 or named and has_other_keys(data[len(FIELD):]) or answer.error["details"]["kind"] in ("wrong-type", "bad-timestamp", "bad-bytes"), \
                (data.hex(), verdict, answer.body)


def is_json(data):
    """Whether Python, told to be strict, reads the bytes."""
    try:
        value = json.loads(data.decode(), object_pairs_hook=formats.distinct, parse_constant=formats.refuse, parse_float=finite)
        # Half of a surrogate pair is text to Python until it is encoded.
        json.dumps(value, ensure_ascii=False).encode()
    except (ValueError, AssertionError):
        return False
    return True


def finite(text):
    number = float(text)
    assert abs(number) < float("inf")
    return number


def test_json(shared, chance):
    for _ in range(MUTATIONS):
        inside = mutated(chance, json.dumps(items.value(chance, 2), ensure_ascii=chance.random() < 0.5).encode())
        # What closes the object from inside may make another body that is good.
        expected = is_json(inside)
        answer = shared.post("/api/runs", body=JSON_FIELD + inside + b"}", format=formats.JSON)
        if expected:
            assert answer.status == 201, (inside, answer.body)
        elif not is_json(JSON_FIELD + inside + b"}"):
            details = answer.error["details"]
            assert answer.status == 400 and details["kind"] and 0 <= details["offset"] <= len(JSON_FIELD + inside) + 1, (inside, answer.body)
