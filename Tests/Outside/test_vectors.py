"""The vectors of other parsers beside the repository, each sent as a body, as a value in one, and through the command."""

import json
import math
import re

import pytest

import formats
import items
import reference
from test_codecs import FAULTS, FIELD, command

CBOR = "shared vectors of CBOR"
FILES = ["rfc8949_appendix_f.jsonl", "generated_small.jsonl"]
JSON_FIELD = b'{"input":"x","metadata":'
# RFC 8259 §4 leaves names that are there twice to the reader; here they are refused.
REPEATED = {"y_object_duplicated_key.json", "y_object_duplicated_key_and_value.json"}
# A head of the tags 0 to 3 or 37, whose content is looked at, right before a place; of two faults the first is told.
CHECKED_TAG = re.compile(rb"([\xc0-\xc3]|(\xd8|\xd9\0|\xda\0{3}|\xdb\0{7})[\0-\x03\x25])\Z")
# What is wrong with a body that is well-formed, and does not depend on the place of a byte.
SHAPE = {"missing-field", "wrong-type", "unknown-field", "too-short", "pattern", "out-of-range", None}


def has_other_keys(data):
    """Whether a map in a well-formed item has a key that is no text, which JSON cannot have."""
    keys = set()

    def item(at):
        kind, length = data[at] >> 5, data[at] & 31
        size = {24: 1, 25: 2, 26: 4, 27: 8}.get(length, 0)
        count = int.from_bytes(data[at + 1:at + 1 + size], "big") if size else length
        at += 1 + size
        parts = {2: 0, 3: 0, 4: count, 5: 2 * count, 6: 1}.get(kind, 0)
        if length == 31:
            parts = len(data)
        elif kind in (2, 3):
            at += count
        for place in range(parts):
            if length == 31 and data[at] == 0xFF:
                return at + 1
            if kind == 5 and place % 2 == 0:
                keys.add(data[at] >> 5)
            at = item(at)
        return at

    item(0)
    return bool(keys - {3})


def rows():
    return [row for name in FILES for row in reference.rows(f"vectors/cbor/{name}", CBOR)]


@pytest.mark.parametrize("accept", formats.ANSWERS)
def test_cbor_as_the_whole_body(shared, accept):
    wrong = []
    for row in rows():
        answer = shared.post("/api/runs", body=bytes.fromhex(row["hex"]), format=formats.CBOR, accept=accept)
        details = answer.error["details"]
        if answer.status != 400 or row["class"] == "well-formed" and details["kind"] not in SHAPE | {"invalid-utf8", "duplicate-key"} \
                or row["class"] != "well-formed" and (details["kind"], details["offset"]) != (row["kind"], row["err_off"]):
            wrong.append((row, answer.status, details))
    assert wrong == []


def test_well_formed_cbor_as_a_value(shared):
    wrong = []
    for row in rows():
        if row["class"] != "well-formed":
            continue
        answer = shared.post("/api/runs", body=FIELD + bytes.fromhex(row["hex"]), format=formats.CBOR)
        details = answer.error["details"] if answer.status == 400 else {"kind": None, "offset": 0}
        if details == {"field": "metadata"} and has_other_keys(bytes.fromhex(row["hex"])):
            continue
        expected = {"invalid-utf8", "duplicate-key"} if not row["utf8_ok"] or row["dup_keys"] else {None}
        if CHECKED_TAG.search((FIELD + bytes.fromhex(row["hex"]))[:details["offset"]]):
            expected = {"wrong-type", "bad-timestamp", "bad-bytes"}
        if answer.status not in (201, 400) or details["kind"] not in expected:
            wrong.append((row, answer.status, answer.body))
    assert wrong == []


def test_the_examples_of_the_rfc(shared):
    """Appendix A: the notation gives the bytes back; one item is malformed by now (§3.3)."""
    for row in json.loads(reference.path("vectors/cbor/appendix_a.json", CBOR).read_text()):
        data = bytes.fromhex(row["hex"])
        found = command("cbor", input=data, text=False)
        if row["hex"] == "f818":
            assert found.returncode == 1 and b"bad-simple" in found.stderr
            continue
        back = command("cbor", "--encode", input=found.stdout, text=False)
        assert back.stdout == data
        if "diagnostic" in row:
            parsed = command("cbor", "--encode", input=row["diagnostic"].encode(), text=False)
            assert parsed.stdout == data or not row["roundtrip"], row
        elif not isinstance(row["decoded"], float) or math.isfinite(row["decoded"]):
            assert json.loads(command("cbor", "--json", input=data, text=False).stdout) == row["decoded"], row


@pytest.mark.parametrize("name", [name for name in items.FAULTS if not name.startswith(("tag-", "duplicate", "invalid"))])
def test_the_labels_of_the_generator(chance, name):
    """Another checker puts every fault of form where the generator has put it."""
    classify = reference.classify() or pytest.skip("the shared checker is not here")
    for _ in range(FAULTS * 10):
        fault = items.malformed(chance, name)
        found = classify(fault.bytes)
        assert (found["kind"], found["err_off"]) == (fault.kind, fault.offset), (fault, found)


def test_json_as_the_whole_body_and_as_a_value(shared):
    wrong = []
    for file in sorted(reference.path("vectors/json/test_parsing", "shared vectors of JSON").iterdir()):
        data = file.read_bytes()
        for before, after in ((b"", b""), (JSON_FIELD, b"}")):
            answer = shared.post("/api/runs", body=before + data + after, format=formats.JSON)
            details = answer.error["details"] if answer.status == 400 else {}
            is_form = details.get("kind") not in SHAPE
            offset = details.get("offset")
            good = {"y": before and answer.status == 201 or not before and not is_form,
                    "n": answer.status == 400 and (is_form and 0 <= offset <= len(before + data + after) or not data and not before),
                    "i": answer.status in (201, 400)}[file.name[0]]
            if file.name in REPEATED:
                good = details.get("kind") in ("duplicate-key", "unknown-field")
            if not good:
                wrong.append((file.name, before, answer.status, answer.body[:200]))
    assert wrong == []
