"""The codecs beside those of other people: values both ways, and malformed bytes with their place.

`VALUES=100000` is the campaign; without it a sample is taken.
"""

import base64
import io
import json
import os
import subprocess
import sys

import cbor2
import pytest

import formats
import items
from server import ROOT, command

VALUES = int(os.environ.get("VALUES") or 2000)
FAULTS = VALUES // 200


def converted(data, *arguments):
    found = command("cbor", "--sequence", *arguments, input=data, text=False, within=600.0)
    assert found.returncode == 0, found.stderr
    return found.stdout


def as_json(value):
    """The value as it is in JSON: byte strings are base64url."""
    match value:
        case bytes(): return base64.urlsafe_b64encode(value).rstrip(b"=").decode()
        case list(): return [as_json(element) for element in value]
        case dict(): return {key: as_json(element) for key, element in value.items()}
    return value


def octets(chance):
    """So few that their base64url never looks like a key, which would be taken out of an event."""
    return chance.randbytes(chance.randrange(12))


def test_cbor_of_another_codec_becomes_json_that_another_reads(chance):
    values = [items.value(chance, leaves=(items.integer, items.double, items.text, octets)) for _ in range(VALUES)]
    data = b"".join(cbor2.dumps(value, canonical=chance.random() < 0.5) for value in values)
    lines = converted(data, "--json").splitlines()
    assert len(lines) == len(values)
    for value, line in zip(values, lines):
        assert formats.differences(json.loads(line, object_pairs_hook=formats.distinct), as_json(value)) == []


def test_json_of_another_codec_becomes_deterministic_cbor_that_another_reads(chance):
    values = [items.value(chance) for _ in range(VALUES)]
    data = "\n".join(json.dumps(value, ensure_ascii=chance.random() < 0.5) for value in values).encode("utf-8", "surrogatepass")
    stream = io.BytesIO(converted(data, "--encode", "--json"))
    for value in values:
        start = stream.tell()
        read = cbor2.load(stream)
        assert formats.differences(read, value) == []
        # RFC 8949 §4.2.1; for text keys the older order of cbor2 is the same.
        assert cbor2.dumps(value, canonical=True) == stream.getvalue()[start:stream.tell()]
    assert not stream.read()


def test_notation_stands_for_the_same_bytes(chance):
    def item():
        body = items.value(chance, leaves=(items.integer, items.double, items.text, octets))
        return chance.choice([body, cbor2.CBORTag(chance.choice([32, 44, 10**9]), body), {chance.getrandbits(20): body},
                              cbor2.undefined, cbor2.CBORSimpleValue(99), float("nan"), float("-inf")])
    data = b"".join(cbor2.dumps(item()) for _ in range(VALUES))
    assert converted(converted(data), "--encode") == data


def test_the_tool_of_another_codec_says_the_same(chance):
    values = [items.value(chance, leaves=(items.integer, items.text)) for _ in range(VALUES)]
    data = b"".join(cbor2.dumps(value) for value in values)
    tool = subprocess.run([sys.executable, "-m", "cbor2.tool", "--sequence"], input=data, capture_output=True, check=True).stdout
    decoder, text, theirs = json.JSONDecoder(), tool.decode().strip(), []
    while text:
        value, end = decoder.raw_decode(text)
        theirs.append(value)
        text = text[end:].lstrip()
    assert theirs == [json.loads(line) for line in converted(data, "--json").splitlines()]


# -- malformed bytes over HTTP

FIELD = b"\xa2\x65input\x61x\x68metadata"


def refused(server, fault, accept):
    answer = server.post("/api/runs", body=fault.bytes, format=formats.CBOR, accept=accept)
    assert answer.status == 400, (fault, answer.body)
    error = answer.error
    assert error["code"] == "VALIDATION_ERROR" and error["message"], error
    assert (error["details"]["kind"], error["details"]["offset"]) == (fault.kind, fault.offset), (fault, error)
    return error


@pytest.mark.parametrize("name", items.FAULTS)
def test_malformed_cbor_is_refused_with_its_place(shared, chance, name):
    for _ in range(FAULTS):
        fault = items.malformed(chance, name).within(FIELD)
        errors = [refused(shared, fault, accept) for accept in formats.ANSWERS]
        assert errors[0] == errors[1] == errors[2]


@pytest.mark.parametrize("name", [name for name in items.FAULTS if not name.startswith(("tag-", "duplicate", "invalid"))])
def test_a_body_that_is_malformed_is_said_to_be_so(shared, chance, name):
    """Its form goes before its shape, which is wrong as well."""
    for _ in range(FAULTS):
        refused(shared, items.malformed(chance, name), formats.JSON)


def test_what_follows_the_body_is_trailing(shared, chance):
    for _ in range(FAULTS):
        body = cbor2.dumps({"input": "x", "metadata": items.value(chance)})
        refused(shared, items.Malformed(body + b"\x00", "trailing", len(body)), formats.JSON)
    refused(shared, items.Malformed(b"\xff", "stray-break", 0), formats.JSON)


def test_a_body_cut_anywhere_into_frames_has_the_same_verdict(shared, chance):
    for name in items.FAULTS:
        fault = items.malformed(chance, name).within(FIELD)
        fields = [*shared.fields(), ("content-type", formats.CBOR)]
        with shared.connect() as connection:
            for place in range(1, len(fault.bytes)):
                exchange = connection.ask("POST", "/api/runs", fields, ends=False)
                connection.send(exchange, fault.bytes[:place], ends=False)
                connection.send(exchange, fault.bytes[place:])
                connection.finish(exchange)
                details = json.loads(bytes(exchange.body))["error"]["details"]
                assert (exchange.status, details["kind"], details["offset"]) == (400, fault.kind, fault.offset), (place, fault)


def test_vectors_shared_with_other_programs(shared):
    """In an open field; an item that is cut ends in the same place, since nothing follows it."""
    folder = ROOT.parent / "shared" / "vectors" / "cbor"
    files = ["rfc8949_appendix_f.jsonl", "generated_small.jsonl"]
    if not folder.is_dir():
        pytest.skip(f"{len(files)} files of shared vectors are not here")
    for row in (json.loads(line) for name in files for line in (folder / name).read_text().splitlines()):
        if row["class"] != "not-well-formed":
            continue
        answer = shared.post("/api/runs", body=FIELD + bytes.fromhex(row["hex"]), format=formats.CBOR)
        details = answer.error["details"]
        place = details["offset"] - len(FIELD)
        # A break that ends nothing is, inside of a map, a break in a definite container.
        kind = "break-in-definite" if row["kind"] == "stray-break" else row["kind"]
        assert answer.status == 400 and row["head_off"] <= place <= row["err_off"], (row, details)
        assert details["kind"] in (kind, "eof-items") if row["kind"] == "eof-head" else details["kind"] == kind, (row, details)
