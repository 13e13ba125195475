"""The three body formats, each read into the same Python values."""

import json

import cbor2

import markdown

JSON, CBOR, MARKDOWN = "application/json", "application/cbor", "text/markdown"
ANSWERS = [JSON, CBOR, MARKDOWN]
BODIES = [JSON, CBOR]
EVENT_STREAM, CBOR_SEQUENCE, JSON_SEQUENCE = "text/event-stream", "application/cbor-seq", "application/json-seq"
FEEDS = [EVENT_STREAM, CBOR_SEQUENCE, JSON_SEQUENCE]
PROBLEM = "application/problem+json"

# What stands in content-type for a format that was asked for.
CONTENT_TYPES = {JSON: "application/json", CBOR: "application/cbor",
                 MARKDOWN: "text/markdown; charset=utf-8"}


def encode(value, format):
    if format == CBOR:
        return cbor2.dumps(value)
    return json.dumps(value, ensure_ascii=False).encode()


def decode(body, content_type):
    """The value of a body; what is not strictly right for its format fails."""
    match content_type.split(";")[0]:
        case "application/json" | "application/problem+json":
            return json.loads(body, object_pairs_hook=distinct, parse_constant=refuse)
        case "application/cbor":
            value = cbor2.loads(body)
            # RFC 8949 §4.2.1; for text keys the older order of cbor2 is the same.
            assert cbor2.dumps(value, canonical=True) == body, "the CBOR is not deterministic"
            return value
        case "text/markdown":
            return markdown.read(bytes(body).decode())
    raise AssertionError(f"an answer in {content_type}")


def distinct(pairs):
    value = dict(pairs)
    assert len(value) == len(pairs), "a key is there twice"
    return value


def refuse(constant):
    raise AssertionError(f"{constant} is no JSON")


def differences(one, other, path=""):
    """The places where two values differ, types included."""
    if type(one) is not type(other):
        return [f"{path}: {one!r} is not of the type of {other!r}"]
    if isinstance(one, dict):
        found = [f"{path}.{key}: only in one" for key in one.keys() ^ other.keys()]
        for key in one.keys() & other.keys():
            found += differences(one[key], other[key], f"{path}.{key}")
        return found
    if isinstance(one, list):
        if len(one) != len(other):
            return [f"{path}: {len(one)} elements are not {len(other)}"]
        return [text for index, pair in enumerate(zip(one, other))
                for text in differences(*pair, f"{path}[{index}]")]
    return [] if one == other else [f"{path}: {one!r} is not {other!r}"]
