"""Values in every honest encoding, by the command and through the real server, come back as the values they are.

`VALUES=100000` is the campaign; without it a sample is taken.
"""

import json

import cbor2
import pytest

import deterministic
import formats
import items
import notation
import reference
import spellings
from server import mock
from test_codecs import VALUES, as_json, converted, octets

LEAVES = (items.integer, items.double, items.text, octets)
# A run's metadata is at most 4096 bytes of JSON, the script around the values included.
BATCH_MAX = 3500
TOOL = "nothing_like_it"


def short_integer(chance):
    """An integer that a tool knows: 64 bits with a sign."""
    number = items.integer(chance)
    return number if -1 << 63 <= number < 1 << 63 else number % (1 << 63)


def tagged(chance, value):
    """The value with tags that leave its JSON as it is."""
    if chance.random() < 0.1:
        return cbor2.CBORTag(chance.choice([44, 55799, 10**9, 2**64 - 1]), tagged(chance, value))
    match value:
        case list(): return [tagged(chance, element) for element in value]
        case dict(): return {key: tagged(chance, element) for key, element in value.items()}
    return value


def test_every_honest_encoding_is_the_same_json(chance):
    values = [items.value(chance, leaves=LEAVES) for _ in range(VALUES)]
    data = b"".join(spellings.encoded(chance, tagged(chance, value)) for value in values)
    lines = converted(data, "--json").splitlines()
    assert len(lines) == len(values)
    for value, line in zip(values, lines):
        assert formats.differences(json.loads(line, object_pairs_hook=formats.distinct), as_json(value)) == []


def test_notation_keeps_every_byte_of_every_honest_encoding(chance):
    data = b"".join(spellings.encoded(chance, tagged(chance, items.value(chance, leaves=LEAVES))) for _ in range(VALUES))
    assert converted(converted(data), "--encode") == data


def test_notation_of_a_value_of_json_is_json(chance):
    values = [items.value(chance) for _ in range(VALUES)]
    lines = converted(b"".join(cbor2.dumps(value, canonical=True) for value in values)).splitlines()
    assert len(lines) == len(values)
    for value, line in zip(values, lines):
        assert formats.differences(json.loads(line, object_pairs_hook=formats.distinct), value) == []


def test_notation_of_another_hand_becomes_the_bytes_that_it_stands_for(chance):
    def item():
        body = tagged(chance, items.value(chance, leaves=LEAVES))
        return chance.choice([body, {chance.getrandbits(70): body}, cbor2.undefined, cbor2.CBORSimpleValue(99), float("inf")])
    values = [ordered(item()) for _ in range(VALUES)]
    text = "\n".join(notation.write(chance, value) for value in values)
    assert converted(text.encode(), "--encode") == b"".join(cbor2.dumps(value, canonical=True) for value in values)


def ordered(value):
    """The value with its keys in the order of RFC 8949 §4.2.1, which notation keeps."""
    match value:
        case list(): return [ordered(element) for element in value]
        case dict(): return {key: ordered(value[key]) for key in sorted(value, key=cbor2.dumps)}
        case cbor2.CBORTag(): return cbor2.CBORTag(value.tag, ordered(value.value))
    return value


def batches(chance):
    """Lists of values that are together small enough to be the arguments of one call."""
    batch, size = [], 0
    for _ in range(VALUES):
        value = items.value(chance, leaves=(short_integer, items.double, items.text, octets))
        length = len(json.dumps(as_json(value)))
        if length > BATCH_MAX:
            continue
        if size + length > BATCH_MAX:
            yield batch
            batch, size = [], 0
        batch.append(value)
        size += length + 1
    yield batch


BODIES = {
    formats.JSON: lambda chance, value: json.dumps(as_json(value), ensure_ascii=chance.random() < 0.5).encode(),
    formats.CBOR: spellings.encoded,
}


@pytest.mark.parametrize("format", BODIES)
def test_values_in_an_open_field_come_back_in_every_format(shared, chance, format):
    """Tools have JSON's words: bytes are base64url to them."""
    classify = reference.classify()
    for batch in batches(chance):
        value = mock({"call": {"tool": TOOL, "arguments": {"values": batch}}}, session="s_values")
        answer = shared.post("/api/runs", body=BODIES[format](chance, value), format=format)
        assert answer.status == 201, answer.body
        run = answer.value["run_id"]
        assert shared.finished(run)["status"] == "completed"
        for accept in formats.ANSWERS:
            answer = shared.get(f"/api/runs/{run}/events?type=tool.called", accept=accept)
            [event] = answer.value["events"]
            assert formats.differences(event["payload"]["args"]["values"], as_json(batch)) == []
            if accept == formats.CBOR:
                assert deterministic.is_deterministic(answer.body)
                assert classify is None or classify(answer.body)["deterministic"]


def test_cbor_that_is_not_deterministic_is_told_apart(chance):
    """The checker of the other tests sees what it is there for."""
    classify = reference.classify()
    for _ in range(VALUES):
        data = spellings.encoded(chance, items.value(chance, leaves=(items.double, items.text, octets)))
        shortest = cbor2.dumps(cbor2.loads(data), canonical=True) == data
        assert deterministic.is_deterministic(data) == shortest, data.hex()
        assert classify is None or classify(data)["deterministic"] == shortest, data.hex()
