"""Bad input of every kind, in every format that it can come in: refused with the place, and nothing happens."""

import gzip
import json
from urllib.parse import quote

import pytest

import formats
from server import ROOT, SCOPE, command, mock

SESSION = "s_bad"


def check(answer, expected=400, code="VALIDATION_ERROR", **details):
    """A refusal of the documented shape with these details."""
    assert answer.status == expected, (answer.status, answer.body)
    assert answer.value.keys() == {"error"}
    error = answer.error
    assert error["code"] == code and error["message"], error
    for name, value in details.items():
        assert error["details"].get(name) == value, error


def refused(server, format, body, status=400, code="VALIDATION_ERROR", to="/api/runs", **details):
    """The same refusal in each format of answers."""
    errors = []
    for accept in formats.ANSWERS:
        answer = server.post(to, body=body, format=format, accept=accept)
        check(answer, status, code, **details)
        errors.append(answer.error)
    assert errors[0] == errors[1] == errors[2]


# -- values of the wrong shape, as JSON and as CBOR

GOOD = {"session_key": SESSION, "input": "x"}


def with_model(**fields):
    return {**GOOD, "llm_config": {"provider": "mock", **fields}}


# name, value, kind, path
SHAPES = [
    ("input-missing", {"session_key": SESSION}, "missing-field", "input"),
    ("input-number", {"input": 12}, "wrong-type", "input"),
    ("input-null", {"input": None}, "wrong-type", "input"),
    ("input-array", {"input": ["x"]}, "wrong-type", "input"),
    ("input-object", {"input": {}}, "wrong-type", "input"),
    ("input-empty", {"input": ""}, "too-short", "input"),
    ("input-100001", {"input": "x" * 100_001}, "too-long", "input"),
    ("input-100001-wide", {"input": "水" * 100_001}, "too-long", "input"),
    ("session-of-other-form", {**GOOD, "session_key": "demo"}, "pattern", "session_key"),
    ("session-with-slash", {**GOOD, "session_key": "s_a/b"}, "pattern", "session_key"),
    ("session-empty", {**GOOD, "session_key": "s_"}, "pattern", "session_key"),
    ("session-81", {**GOOD, "session_key": "s_" + "a" * 81}, "pattern", "session_key"),
    ("session-number", {**GOOD, "session_key": 1}, "wrong-type", "session_key"),
    ("agent-boolean", {**GOOD, "agent_id": True}, "wrong-type", "agent_id"),
    ("agent-empty", {**GOOD, "agent_id": ""}, "too-short", "agent_id"),
    ("timeout-text", {**GOOD, "timeout_ms": "1"}, "wrong-type", "timeout_ms"),
    ("timeout-zero", {**GOOD, "timeout_ms": 0}, "out-of-range", "timeout_ms"),
    ("timeout-negative", {**GOOD, "timeout_ms": -1}, "out-of-range", "timeout_ms"),
    ("timeout-too-long", {**GOOD, "timeout_ms": 3_600_001}, "out-of-range", "timeout_ms"),
    ("timeout-fraction", {**GOOD, "timeout_ms": 1.5}, "wrong-type", "timeout_ms"),
    ("timeout-64-bits", {**GOOD, "timeout_ms": 2**63}, "out-of-range", "timeout_ms"),
    ("timeout-bignum", {**GOOD, "timeout_ms": 2**80}, "out-of-range", "timeout_ms"),
    ("model-text", {**GOOD, "llm_config": "mock"}, "wrong-type", "llm_config"),
    ("model-without-provider", {**GOOD, "llm_config": {"model": "m"}}, "missing-field",
     "llm_config.provider"),
    ("temperature-text", with_model(temperature="hot"), "wrong-type", "llm_config.temperature"),
    ("temperature-above", with_model(temperature=2.1), "out-of-range", "llm_config.temperature"),
    ("tokens-zero", with_model(max_tokens=0), "out-of-range", "llm_config.max_tokens"),
    ("unknown", {**GOOD, "inptu": "x"}, "unknown-field", "inptu"),
    ("unknown-nested", with_model(api_key="x"), "unknown-field", "llm_config.api_key"),
    ("unknown-camel-case", {**GOOD, "sessionKey": SESSION}, "unknown-field", "sessionKey"),
    ("unknown-odd-name", {**GOOD, "a b": 1}, "unknown-field", None),
    ("array", [GOOD], "wrong-type", ""), ("text", "x", "wrong-type", ""),
    ("number", 7, "wrong-type", ""), ("null", None, "wrong-type", ""),
    ("boolean", True, "wrong-type", ""),
]


@pytest.mark.parametrize("format", formats.BODIES)
@pytest.mark.parametrize("value,kind,path", [row[1:] for row in SHAPES],
                         ids=[row[0] for row in SHAPES])
def test_shape(shared, format, value, kind, path):
    place = {} if path is None else {"path": path}
    body = formats.encode(value, format)
    refused(shared, format, body, kind=kind, **place)
    offset = shared.post("/api/runs", body=body, format=format).error["details"]["offset"]
    assert 0 <= offset < len(body)


@pytest.mark.parametrize("format", formats.BODIES)
@pytest.mark.parametrize("value", [
    {"input": "x" * 100_000}, {"input": "水" * 100_000}, {**GOOD, "session_key": "s_" + "a" * 80},
    {**GOOD, "session_key": None}, {**GOOD, "llm_config": None}, {**GOOD, "metadata": None},
    {**GOOD, "timeout_ms": 3_600_000}, {**GOOD, "metadata": {"a b": [1, 2.5, None, {"x": "é"}]}},
    {**GOOD, "metadata": "x" * 4094}])
def test_on_the_limit_is_taken(shared, format, value):
    value = {"session_key": SESSION, **value}
    assert shared.post("/api/runs", value, format=format).status == 201


@pytest.mark.parametrize("format", formats.BODIES)
def test_metadata_beyond_its_limit(shared, format):
    refused(shared, format, formats.encode({**GOOD, "metadata": "x" * 4095}, format),
            field="metadata")


@pytest.mark.parametrize("format", formats.BODIES)
@pytest.mark.parametrize("value,kind,path", [
    ({"reason": 1}, "wrong-type", "reason"), ({"reason": "x" * 1001}, "too-long", "reason"),
    ({"because": "x"}, "unknown-field", "because"), ({"run_id": "run_x"}, "duplicate-key", "run_id"),
    ([], "wrong-type", "")])
def test_shape_of_a_cancellation(shared, format, value, kind, path):
    body = formats.encode(value, format)
    refused(shared, format, body, to="/api/runs/run_x/cancel", kind=kind)
    error = shared.post("/api/runs/run_x/cancel", body=body, format=format).error
    assert error["details"]["path"] == path


# -- bytes that are no JSON: body, kind, offset

JSON_BYTES = [
    (b"{", "eof", 1), (b'{"input":', "eof", 9), (b'{"input":"x"', "eof", 12),
    (b'{"input":"x', "eof", 11), (b'{"input":"\\u00', "eof", 14), (b'{"input":tru', "eof", 12),
    (b'{"input":"x"}}', "trailing", 13), (b'{"input":"x"} {}', "trailing", 14),
    (b'{"input":"x",}', "unexpected-byte", 13), (b'{"input" "x"}', "unexpected-byte", 9),
    (b'{input:"x"}', "unexpected-byte", 1), (b"{'input':'x'}", "unexpected-byte", 1),
    (b'{"input":"x"]', "unexpected-byte", 12), (b'{"metadata":[1,]}', "unexpected-byte", 15),
    (b'{"metadata":nul}', "unexpected-byte", 15), (b'{"metadata":NaN}', "unexpected-byte", 12),
    (b'\xef\xbb\xbf{"input":"x"}', "unexpected-byte", 0), (b'{"input":/**/"x"}', "unexpected-byte", 9),
    (b'{"input":"a\x01b"}', "control-character", 11), (b'{"input":"a\nb"}', "control-character", 11),
    (b'{"input":"\\x"}', "bad-escape", 11), (b'{"input":"\\u12g4"}', "bad-escape", 14),
    (b'{"input":"\\ud800"}', "lone-surrogate", 10), (b'{"input":"\\udc00x"}', "lone-surrogate", 10),
    (b'{"input":"\\ud800\\u0041"}', "lone-surrogate", 10),
    (b'{"input":"\xff"}', "invalid-utf8", 10), (b'{"input":"a\xc3("}', "invalid-utf8", 11),
    (b'{"input":"\xc0\x80"}', "invalid-utf8", 10), (b'{"input":"\xed\xa0\x80"}', "invalid-utf8", 10),
    (b'{"input":"\xf5\x80\x80\x80"}', "invalid-utf8", 10),
    (b'{"\xff":1}', "invalid-utf8", 2), (b'{"timeout_ms":01}', "bad-number", 15),
    (b'{"timeout_ms":1.}', "bad-number", 16), (b'{"timeout_ms":-}', "bad-number", 15),
    (b'{"timeout_ms":1e}', "bad-number", 16), (b'{"timeout_ms":+1}', "unexpected-byte", 14),
    (b'{"input":"x","input":"y"}', "duplicate-key", 13),
    (b'{"input":"x","inp\\u0075t":"y"}', "duplicate-key", 13),
    (b'{"metadata":{"a":1,"a":2}}', "duplicate-key", 19),
    (b'{"metadata":' + b"[" * 100_000 + b"}", "too-deep", 75),
    (b'{"in\x00put":"x"}', "control-character", 4), (b'\x0c{"input":"x"}', "unexpected-byte", 0),
    ('{"input":"x"}'.encode("utf-16"), "unexpected-byte", 0),
    ('{"input":"x"}'.encode("utf-16-be"), "unexpected-byte", 0),
    (b'{"input":"x","metadata":1e400}', "out-of-range", 24),
    (b'{"input":"x","timeout_ms":1e999}', "out-of-range", 26),
]


@pytest.mark.parametrize("body,kind,offset", JSON_BYTES)
def test_malformed_json(shared, body, kind, offset):
    refused(shared, formats.JSON, body, kind=kind, offset=offset)


# -- bytes that are no CBOR (RFC 8949, Appendix F, and what §5.6 and §5.3.1 call invalid)

INPUT = b"\x65input"
META = b"\x68metadata"

CBOR_BYTES = [
    ("18", "eof-head", 1), ("19ff", "eof-head", 2), ("1a000000", "eof-head", 4), ("f8", "eof-head", 1),
    ("f900", "eof-head", 2), ("c0", "eof-items", 1), ("d8", "eof-head", 1), ("5818", "eof-string", 2),
    ("41", "eof-string", 1), ("61", "eof-string", 1), ("7affffffff00", "eof-string", 6),
    ("5bffffffffffffffff010203", "eof-string", 12), ("7b7fffffffffffffff010203", "eof-string", 12),
    ("81", "eof-items", 1), ("818181", "eof-items", 3), ("8200", "eof-items", 2), ("a1", "eof-items", 1),
    ("a20102", "eof-items", 3), ("a100", "eof-items", 2), ("a2000000", "eof-items", 4),
    ("9bffffffffffffffff", "eof-items", 9), ("bb7fffffffffffffff", "eof-items", 9),
    ("5f4100", "eof-items", 3), ("7f6100", "eof-items", 3), ("9f", "eof-items", 1),
    ("9f0102", "eof-items", 3), ("bf", "eof-items", 1), ("bf01020102", "eof-items", 5),
    ("819f", "eof-items", 2), ("9f80009f", "eof-items", 4),
    ("1c", "reserved-ai", 0), ("1d", "reserved-ai", 0), ("1e", "reserved-ai", 0),
    ("3c", "reserved-ai", 0), ("5c", "reserved-ai", 0), ("7d", "reserved-ai", 0),
    ("9e", "reserved-ai", 0), ("bc", "reserved-ai", 0), ("dd", "reserved-ai", 0),
    ("fc", "reserved-ai", 0), ("fd", "reserved-ai", 0), ("fe", "reserved-ai", 0),
    ("f800", "bad-simple", 1), ("f801", "bad-simple", 1), ("f818", "bad-simple", 1),
    ("f81f", "bad-simple", 1),
    ("5f00ff", "bad-chunk-type", 1), ("5f6100ff", "bad-chunk-type", 1), ("7f4100ff", "bad-chunk-type", 1),
    ("5f80ff", "bad-chunk-type", 1), ("7fe0ff", "bad-chunk-type", 1),
    ("5f5f4100ffff", "nested-indef-chunk", 1), ("7f7f6100ffff", "nested-indef-chunk", 1),
    ("ff", "stray-break", 0), ("81ff", "break-in-definite", 1), ("8200ff", "break-in-definite", 2),
    ("a1ff", "break-in-definite", 1), ("a1ff00", "break-in-definite", 1),
    ("a100ff", "break-in-definite", 2), ("a20000ff", "break-in-definite", 3),
    ("9f81ff", "break-in-definite", 2), ("c0ff", "break-in-definite", 1),
    ("bf00ff", "odd-map-break", 2), ("bf000000ff", "odd-map-break", 4),
    ("1f", "indef-int-or-tag", 0), ("3f", "indef-int-or-tag", 0), ("df", "indef-int-or-tag", 0),
    ("a165696e707574617800", "trailing", 9),
    ((b"\xa1" + INPUT + b"\x62\xc3\x28").hex(), "invalid-utf8", 8),
    ((b"\xa1" + INPUT + b"\x61\xff").hex(), "invalid-utf8", 8),
    ((b"\xa2" + INPUT + b"\x61x" + INPUT + b"\x61y").hex(), "duplicate-key", 9),
    ((b"\xa1" + META + b"\xa2\x61a\x01\x61a\x02").hex(), "duplicate-key", 14),
    ((b"\xa1" + META + b"\x81" * 100_000 + b"\x00").hex(), "too-deep", None),
]


@pytest.mark.parametrize("body,kind,offset", CBOR_BYTES,
                         ids=[f"{row[1]}-{row[0][:16]}" for row in CBOR_BYTES])
def test_malformed_cbor(shared, body, kind, offset):
    body = bytes.fromhex(body)
    place = {} if offset is None else {"offset": offset}
    refused(shared, formats.CBOR, body, kind=kind, **place)
    details = shared.post("/api/runs", body=body, format=formats.CBOR).error["details"]
    assert isinstance(details["offset"], int) and isinstance(details["path"], str)


def entries(*pairs):
    return bytes([0xa0 + len(pairs)]) + b"".join(pairs)


def with_temperature(number):
    config = entries(b"\x68provider\x64mock", b"\x6btemperature" + number)
    return entries(INPUT + b"\x61x", b"\x6allm_config" + config)


# What CBOR can say and JSON cannot: name, body, kind, offset, path
CBOR_SHAPES = [
    ("bytes-for-text", entries(INPUT + b"\x41x"), "wrong-type", 7, "input"),
    ("tagged-text", entries(INPUT + b"\xd8\x25\x61x"), "wrong-type", 7, "input"),
    ("undefined", entries(INPUT + b"\xf7"), "wrong-type", 7, "input"),
    ("simple", entries(INPUT + b"\xf0"), "wrong-type", 7, "input"),
    ("not-a-number", with_temperature(b"\xf9\x7e\x00"), "out-of-range", 47, "llm_config.temperature"),
    ("infinity", with_temperature(b"\xf9\x7c\x00"), "out-of-range", 47, "llm_config.temperature"),
    ("64-bits-below-zero", entries(INPUT + b"\x61x", b"\x6atimeout_ms\x3b" + b"\xff" * 8),
     "out-of-range", 20, "timeout_ms"),
    ("integer-key", entries(b"\x01\x02", INPUT + b"\x61x"), "wrong-type", 1, ""),
    ("bytes-key", entries(b"\x45input\x61x"), "wrong-type", 1, ""),
    ("null-key", entries(b"\xf6\x61x"), "wrong-type", 1, ""),
    ("map-key", entries(b"\xa0\x61x"), "wrong-type", 1, ""),
    ("chunked-key-again", entries(INPUT + b"\x61x", b"\x7f\x62in\x63put\xff\x61y"), "duplicate-key", 9,
     "input"),
    ("integer-key-again", entries(INPUT + b"\x61x", META + b"\xa2\x01\x01\x01\x02"), "duplicate-key",
     None, "metadata.1"),
    ("character-over-two-chunks", entries(INPUT + b"\x7f\x61\xc3\x61\xa9\xff"), "invalid-utf8", 9,
     "input"),
    ("sequence", entries(INPUT + b"\x61x") * 2, "trailing", 9, ""),
]


@pytest.mark.parametrize("body,kind,offset,path", [row[1:] for row in CBOR_SHAPES],
                         ids=[row[0] for row in CBOR_SHAPES])
def test_shape_that_only_cbor_has(shared, body, kind, offset, path):
    place = {} if offset is None else {"offset": offset}
    refused(shared, formats.CBOR, body, kind=kind, path=path, **place)


def test_the_example_of_the_documentation(shared):
    """Five bytes of good CBOR, then a break that no container of definite length has."""
    body = b"\x82\x00\x82\x00\x81\x82\xff"
    answer = shared.post("/api/runs", body=body, format=formats.CBOR)
    check(answer, offset=6, kind="break-in-definite")


@pytest.mark.parametrize("body", [
    b"\xd9\xd9\xf7\xa2" + INPUT + b"\x61x" + b"\x6bsession_key" + b"\x65s_bad",
    b"\xbf" + INPUT + b"\x7f\x61x\x61y\xff" + b"\xff",
    b"\xb9\x00\x01" + INPUT + b"\x78\x01x",
    b"\xa1" + b"\x7f\x62in\x63put\xff" + b"\x61x"],
    ids=["self-described", "indefinite", "long-heads", "chunked-key"])
def test_odd_but_good_cbor_is_taken(shared, body):
    assert shared.post("/api/runs", body=body, format=formats.CBOR).status == 201


@pytest.mark.parametrize("format", formats.BODIES)
def test_every_truncation_of_a_good_body(shared, format):
    """No beginning of a body is a body, and each names its end."""
    whole = formats.encode({**GOOD, "metadata": {"é": [1, -2.5, None, "\n"]}, "timeout_ms": 500}, format)
    assert shared.post("/api/runs", body=whole, format=format).status == 201
    for length in range(1, len(whole)):
        answer = shared.post("/api/runs", body=whole[:length], format=format)
        check(answer)
        details = answer.error["details"]
        assert details["kind"].startswith("eof") and details["offset"] <= length, (length, details)


def test_a_body_shorter_than_announced(shared):
    """It never was a whole request (RFC 9113 §8.1.1): the stream is reset, and only that."""
    before = shared.get("/api/sessions/s_short/runs").value["total"]
    for format in formats.BODIES:
        body = formats.encode({"session_key": "s_short", "input": "x"}, format)
        for length in (len(body) - 1, len(body) + 1):
            with shared.connect() as connection:
                fields = shared.fields(content_type=format) + [("content-length", str(length))]
                exchange = connection.request("POST", "/api/runs", fields, body)
                assert exchange.reset is not None and not exchange.fields
                assert connection.request("GET", "/health").status == 200
    assert shared.get("/api/sessions/s_short/runs").value["total"] == before


@pytest.mark.parametrize("ending", ["drop", "close", "cancel"])
@pytest.mark.parametrize("format", formats.BODIES)
def test_a_client_that_goes_away_before_its_body_is_whole(shared, format, ending):
    session = f"s_half_{ending}_{format[-4:]}"
    body = formats.encode({"session_key": session, "input": "x" * 50_000}, format)
    connection = shared.connect()
    exchange = connection.ask("POST", "/api/runs", shared.fields(content_type=format),
                              body[:-1], ends=False)
    if ending == "cancel":
        connection.cancel(exchange)
        assert connection.request("GET", "/health").status == 200
        connection.close()
    else:
        getattr(connection, ending)()
    assert shared.get(f"/api/sessions/{session}/runs").value["total"] == 0
    assert shared.get("/health", scope=None).status == 200


def test_a_zero_byte_in_a_text_is_kept(shared):
    """Nothing here ends at it: not the store, not the stream."""
    for format in formats.BODIES:
        run = shared.post("/api/runs", {**GOOD, "input": "a\x00b"}, format=format).value["run_id"]
        shared.finished(run)
        assert shared.events(run)[0]["payload"]["input"] == "a\x00b"


# -- bodies that are too long, and their types

@pytest.mark.parametrize("format", formats.BODIES)
@pytest.mark.parametrize("announced", [True, False])
def test_a_body_beyond_the_limit(shared, format, announced):
    """413 before it is all there, announced or not; the connection lives on."""
    body = formats.encode({"input": "x" * (1 << 20)}, format)
    for accept in formats.ANSWERS:
        fields = shared.fields(content_type=format, accept=accept)
        if announced:
            fields.append(("content-length", str(len(body))))
        exchange = shared.exchange("POST", "/api/runs", fields, body)
        assert exchange.status == 413
        error = formats.decode(bytes(exchange.body), exchange.field("content-type"))["error"]
        assert error["code"] == "PAYLOAD_TOO_LARGE" and error["details"] == {"limit": 1 << 20}
        assert shared.get("/health", scope=None).status == 200


def test_a_body_on_the_limit_is_read(shared):
    """Its size is no reason; what it says is."""
    body = formats.encode({"input": ""}, formats.JSON)
    body = body.replace(b'""', b'"' + b"x" * ((1 << 20) - len(body)) + b'"')
    assert len(body) == 1 << 20
    check(shared.post("/api/runs", body=body), kind="too-long", path="input")


@pytest.mark.parametrize("type", [
    "text/plain", "application/xml", "application/x-www-form-urlencoded",
    "text/markdown; charset=latin1", "text/markdown;charset=utf-16", "text/markdownx",
    "application/json; charset=utf-16", "application/jsonx", "application/*", "*/*", "json", "",
    "application/json, application/cbor", "application/cbor-seq", "multipart/form-data; boundary=x",
    "application/json; charset"])
def test_a_media_type_that_is_not_read(shared, type):
    for accept in formats.ANSWERS:
        answer = shared.post(
            "/api/runs", body=formats.encode(GOOD, formats.JSON), accept=accept, content_type=type)
        check(answer, 415, "UNSUPPORTED_MEDIA_TYPE", readable=[*formats.BODIES, formats.MARKDOWN])


# name, query, body, kind, path, offset
MARKDOWN_BODIES = [
    ("empty", "", b"", "too-short", "input", None),
    ("too-long", "", b"x" * 100_001, "too-long", "input", None),
    ("too-long-wide", "", "水".encode() * 100_001, "too-long", "input", None),
    ("no-utf8", "", b"# \xff", "invalid-utf8", "input", 2),
    ("no-utf8-late", "", b"x" * 99_999 + b"\xc3", "invalid-utf8", "input", 99_999),
    ("overlong", "", b"\xc0\x80", "invalid-utf8", "input", 0),
    ("surrogate", "", b"a\xed\xa0\x80", "invalid-utf8", "input", 1),
    ("utf16", "", "ab".encode("utf-16"), "invalid-utf8", "input", 0),
    ("input-twice", "input=y", b"x", "duplicate-key", "input", None),
    ("session-twice", "session_key=s_a&session_key=s_b", b"x", "duplicate-key", "session_key", None),
    ("session-of-other-form", "session_key=demo", b"x", "pattern", "session_key", None),
    ("timeout-text", "timeout_ms=soon", b"x", "wrong-type", "timeout_ms", None),
    ("timeout-zero", "timeout_ms=0", b"x", "out-of-range", "timeout_ms", None),
    ("model", "llm_config=mock", b"x", "wrong-type", "llm_config", None),
    ("unknown", "sesion_key=s_a", b"x", "unknown-field", "sesion_key", None),
    ("escape", "session_key=%zz", b"x", "bad-escape", "session_key", None),
]


@pytest.mark.parametrize("query,body,kind,path,offset", [row[1:] for row in MARKDOWN_BODIES],
                         ids=[row[0] for row in MARKDOWN_BODIES])
def test_markdown_that_starts_nothing(shared, query, body, kind, path, offset):
    refused(shared, formats.MARKDOWN, body, to=f"/api/runs?{query}", kind=kind, path=path,
            offset=offset)


@pytest.mark.parametrize("body", [b"stop", b""])
def test_markdown_where_it_is_not_read(shared, body):
    for accept in formats.ANSWERS:
        answer = shared.cancel("run_x", body=body, format=formats.MARKDOWN, accept=accept)
        check(answer, 415, "UNSUPPORTED_MEDIA_TYPE", readable=formats.BODIES)


@pytest.mark.parametrize("format", formats.BODIES)
def test_a_query_beside_a_whole_body(shared, format):
    refused(shared, format, formats.encode(GOOD, format), to="/api/runs?agent_id=a",
            kind="unknown-field", path="agent_id")


@pytest.mark.parametrize("coding", ["gzip", "br", "identity, deflate", "x-unknown", "GZIP"])
@pytest.mark.parametrize("format", formats.BODIES)
def test_a_body_in_a_coding(shared, format, coding):
    """It is not unpacked, and the answer says that the coding was the reason and not the type."""
    body = gzip.compress(formats.encode(GOOD, format))
    for accept in formats.ANSWERS:
        answer = shared.post(
            "/api/runs", body=body, format=format, accept=accept, content_encoding=coding)
        name = coding.split(", ")[-1]
        check(answer, 415, "UNSUPPORTED_MEDIA_TYPE", content_encoding=name)
        assert name in answer.error["message"] and answer.field("accept-encoding") == "identity"


def test_a_body_in_no_coding(shared):
    for coding in ("identity", "Identity", "identity, identity"):
        answer = shared.post("/api/runs", GOOD, content_encoding=coding)
        assert answer.status == 201
    answer = shared.post("/api/runs", body=b"x", content_type="text/plain")
    assert answer.status == 415 and answer.field("accept-encoding") is None


@pytest.mark.parametrize("format", formats.BODIES)
def test_a_body_without_a_media_type(shared, format):
    for accept in formats.ANSWERS:
        exchange = shared.exchange(
            "POST", "/api/runs", shared.fields(accept=accept), formats.encode(GOOD, format))
        assert exchange.status == 415
        error = formats.decode(bytes(exchange.body), exchange.field("content-type"))["error"]
        assert error["details"] == {"readable": [*formats.BODIES, formats.MARKDOWN]}


@pytest.mark.parametrize("format", formats.BODIES)
def test_an_answer_that_nobody_can_read(shared, format):
    """The refusal comes in the format that the client wrote, and the body has done nothing."""
    for accept in ("image/png", "application/json;q=0, application/cbor;q=0, text/markdown;q=0",
                   "application/*;q=0, text/*;q=0"):
        answer = shared.post("/api/runs", {**GOOD, "session_key": "s_bad_accept"}, format=format,
                             accept=accept)
        check(answer, 406, "NOT_ACCEPTABLE", offers=formats.ANSWERS)
        assert answer.content_type == format
    assert shared.get("/api/sessions/s_bad_accept/runs").value["total"] == 0


FEED_REFUSALS = [
    ("token", "/api/runs/run_x/stream", {"authorization": "Bearer x"}, 401, "UNAUTHENTICATED"),
    ("scope", "/api/runs/run_x/stream", {"x-user-id": ""}, 400, "VALIDATION_ERROR"),
    ("nobody", "/api/runs/run_nobody/stream", {}, 404, "NOT_FOUND"),
    ("name", "/api/runs/nobody/stream", {}, 400, "VALIDATION_ERROR"),
    ("parameter", "/api/runs/{run}/stream?from=1", {}, 400, "VALIDATION_ERROR"),
    ("cursor", "/api/runs/{run}/stream?cursor=x", {}, 400, "CURSOR_INVALID"),
    ("header", "/api/runs/{run}/stream", {"last-event-id": "x"}, 400, "CURSOR_INVALID"),
    ("future", "/api/runs/{run}/stream", {"last-event-id": "999999"}, 400, "CURSOR_INVALID"),
    ("filter", "/api/runs/{run}/stream?type=*", {}, 400, "VALIDATION_ERROR"),
]


@pytest.mark.parametrize("path,changes,status,code", [row[1:] for row in FEED_REFUSALS],
                         ids=[row[0] for row in FEED_REFUSALS])
def test_a_stream_is_refused_in_a_format_that_its_reader_reads(shared, path, changes, status, code):
    run = shared.create(GOOD)
    shared.finished(run)
    types = {formats.EVENT_STREAM: formats.JSON, formats.CBOR_SEQUENCE: formats.CBOR,
             formats.JSON_SEQUENCE: formats.JSON}
    errors = []
    for accept, expected in types.items():
        fields = {**dict(shared.fields(accept=accept)), **changes}
        exchange = shared.exchange("GET", path.format(run=run), list(fields.items()))
        assert exchange.status == status and exchange.field("content-type") == expected
        errors.append(formats.decode(bytes(exchange.body), expected)["error"])
        assert errors[-1]["code"] == code
    assert errors.count(errors[0]) == len(errors)


@pytest.mark.parametrize("type", ["application/json; charset=utf-8", "Application/JSON",
                                  'application/json;charset="UTF-8"', "application/json ; x=y"])
def test_a_media_type_with_parameters_is_read(shared, type):
    answer = shared.post("/api/runs", body=formats.encode(GOOD, formats.JSON), content_type=type)
    assert answer.status == 201


@pytest.mark.parametrize("format", formats.BODIES)
def test_a_body_of_the_other_format(shared, format):
    """The type decides, never the bytes."""
    other = formats.CBOR if format == formats.JSON else formats.JSON
    check(shared.post("/api/runs", body=formats.encode(GOOD, other), format=format))


@pytest.mark.parametrize("format", formats.BODIES)
def test_no_body_at_all(shared, format):
    check(shared.post("/api/runs", body=b"", format=format), kind="missing-field", path="input")
    check(shared.post("/api/runs"), kind="missing-field", path="input")


def test_a_body_where_none_belongs(shared):
    check(shared.get("/api/runs/run_x", body=b"{}"))


def test_a_query_where_none_belongs(shared):
    check(shared.post("/api/runs?input=x", GOOD), kind="unknown-field", path="input")


# -- scope

MISSING = [
    ("organisation", {"x-user-id": "u1"}, "x-org-id"), ("user", {"x-org-id": "o1"}, "x-user-id"),
    ("organisation-empty", {**SCOPE, "x-org-id": ""}, "x-org-id"),
    ("user-with-space", {**SCOPE, "x-user-id": "a b"}, "x-user-id"),
    ("user-with-slash", {**SCOPE, "x-user-id": "a/b"}, "x-user-id"),
    ("user-too-long", {**SCOPE, "x-user-id": "u" * 129}, "x-user-id"),
    ("organisation-not-ascii", {**SCOPE, "x-org-id": "é"}, "x-org-id"),
    ("project-malformed", {**SCOPE, "x-project-id": "{}"}, "x-project-id"),
    ("workspace-differs", {**SCOPE, "x-workspace-id": "o2"}, "x-workspace-id"),
]
SCOPED = [("GET", "/api/runs/run_x"), ("GET", "/api/runs/run_x/events"), ("GET", "/api/runs/run_x/stream"),
          ("GET", "/api/sessions/s_x/runs"), ("POST", "/api/runs"), ("POST", "/api/runs/run_x/cancel")]


@pytest.mark.parametrize("scope,field", [row[1:] for row in MISSING], ids=[row[0] for row in MISSING])
def test_scope_missing_or_malformed(shared, scope, field):
    for method, path in SCOPED:
        value = GOOD if path == "/api/runs" else None
        check(shared.call(method, path, value, scope=scope), field=field)
        if not path.endswith("/stream"):
            for accept in formats.ANSWERS:
                check(shared.call(method, path, value, scope=scope, accept=accept), field=field)


def test_scope_given_twice(shared):
    fields = shared.fields() + [("x-org-id", "o1")]
    exchange = shared.exchange("GET", "/api/runs/run_x", fields)
    assert exchange.status == 400


OTHERS = [
    ("organisation", {**SCOPE, "x-org-id": "o2"}), ("user", {**SCOPE, "x-user-id": "u2"}),
    ("project", {**SCOPE, "x-project-id": "p1"}), ("case", {**SCOPE, "x-org-id": "O1"}),
]


@pytest.mark.parametrize("scope", [row[1] for row in OTHERS], ids=[row[0] for row in OTHERS])
def test_what_belongs_to_others_is_not_there(shared, scope):
    """The same answer as for a run that never was, so that names tell nothing."""
    run = shared.create({**GOOD, "session_key": "s_bad_mine"})
    for method, path in [("GET", ""), ("GET", "/events"), ("GET", "/stream"), ("POST", "/cancel")]:
        for accept in formats.FEEDS if path == "/stream" else formats.ANSWERS:
            theirs = shared.call(method, f"/api/runs/{run}{path}", scope=scope, accept=accept)
            check(theirs, 404, "NOT_FOUND")
            nobodys = shared.call(method, f"/api/runs/run_nobody{path}", scope=scope, accept=accept)
            assert theirs.error["message"].replace(run, "run_nobody") == nobodys.error["message"]
    for accept in formats.ANSWERS:
        listed = shared.get("/api/sessions/s_bad_mine/runs", scope=scope, accept=accept).value
        assert listed["total"] == 0
    assert shared.run(run)["run_id"] == run


@pytest.mark.parametrize("format", formats.BODIES)
def test_a_scope_that_the_token_does_not_reach(shared, format):
    """Refused before the body is read, whatever it holds; nothing is made in the other scope."""
    token = command("token", "mint", "--org", "o1", data=shared.folder).stdout.strip()
    foreign = {**SCOPE, "x-org-id": "o2"}
    for accept in formats.ANSWERS:
        for body in (formats.encode({**GOOD, "session_key": "s_foreign"}, format), b"\xff"):
            answer = shared.post("/api/runs", body=body, format=format, accept=accept, token=token,
                                 scope=foreign)
            check(answer, 403, "SCOPE_FORBIDDEN")
    assert shared.get("/api/sessions/s_foreign/runs", scope=foreign).value["total"] == 0
    assert shared.post("/api/runs", GOOD, format=format, token=token).status == 201


def test_scope_in_the_query_of_a_get_only(shared):
    run = shared.create(GOOD)
    query = "org_id=o1&user_id=u1"
    assert shared.get(f"/api/runs/{run}?{query}", scope={}).status == 200
    check(shared.get(f"/api/runs/{run}?{query}&user_id=u1", scope={}), field="user_id")
    check(shared.get(f"/api/runs/{run}?org_id=o1&user_id=u2", scope={}), 404, "NOT_FOUND")
    answer = shared.post(f"/api/runs/{run}/cancel?{query}", scope={})
    assert answer.status == 400


# -- paths, parameters, cursors

# path and query, kind or None, the field or path named
PARAMETERS = [
    ("/api/runs/run_x/events?limit=0", "out-of-range", "limit"),
    ("/api/runs/run_x/events?limit=1001", "out-of-range", "limit"),
    ("/api/runs/run_x/events?limit=ten", "wrong-type", "limit"),
    ("/api/runs/run_x/events?limit=", "wrong-type", "limit"),
    ("/api/runs/run_x/events?limit=1&limit=2", "duplicate-key", "limit"),
    ("/api/runs/run_x/events?limit=%31%30%30%31", "out-of-range", "limit"),
    ("/api/runs/run_x/events?limt=1", "unknown-field", "limt"),
    ("/api/runs/run_x/events?include_tokens=yes", "wrong-type", "include_tokens"),
    ("/api/runs/run_x/stream?from=1", "unknown-field", "from"),
    ("/api/sessions/s_x/runs?page=0", "out-of-range", "page"),
    ("/api/sessions/s_x/runs?page=10001", "out-of-range", "page"),
    ("/api/sessions/s_x/runs?limit=101", "out-of-range", "limit"),
    ("/api/sessions/s_x/runs?page=1.5", "wrong-type", "page"),
    ("/api/sessions/s_x/runs?page=99999999999999999999", "out-of-range", "page"),
    ("/api/sessions/demo/runs", "pattern", "session_key"),
    ("/api/sessions/s_%2F/runs", "bad-escape", ""), ("/api/runs/run_%00", "bad-escape", ""),
    ("/api/runs/nobody", "pattern", "run_id"), ("/api/runs/run_", "pattern", "run_id"),
    ("/api/runs/run_" + "a" * 65, "pattern", "run_id"), ("/api/runs/run_%C3%A9", "pattern", "run_id"),
    ("/api/runs/run_x?x=1", "unknown-field", "x"),
]


@pytest.mark.parametrize("path,kind,place", PARAMETERS)
def test_parameter(shared, path, kind, place):
    accepts = [None] if "/stream" in path else formats.ANSWERS
    for accept in accepts:
        check(shared.get(path, accept=accept), kind=kind, path=place)


@pytest.mark.parametrize("path,status", [
    ("/api/runs/run_x?%", 400), ("/api/runs/run_x?a=%zz", 400), ("/api/runs/run_%zz", 400),
    ("/api/runs/run_%ff", 400), ("/api/runs/run_x?a=%ff", 400), ("/api/runs/run_x?" + "a" * 8192, 414),
    ("/api/runs/run_x?" + "&".join(["a=1"] * 65), 400), ("//health", 404), ("/api//runs", 404),
    ("/health/", 404), ("/HEALTH", 404), ("/api/runs/../runs", 404), ("/api/runs/run_x/%65vents", None)])
def test_target(shared, path, status):
    found = shared.get(path).status
    assert found == status if status else found in (400, 404)


@pytest.mark.parametrize("type", ["", "Tool.called", "tool.%", "tool.*x", "*", "tool-called", "a" * 71])
def test_type_filter(shared, type):
    run = shared.create(GOOD)
    for page in ("events", "stream"):
        check(shared.get(f"/api/runs/{run}/{page}?type={type.replace('%', '%25')}"))


def test_nine_type_filters(shared):
    run = shared.create(GOOD)
    query = "&".join(["type=run.*"] * 9)
    check(shared.get(f"/api/runs/{run}/events?{query}"), field="type")


CURSORS = ["x", "-1", "+1", "01", "1.0", " 1", "1 ", "0x1", "9223372036854775808", "1e3", "١",
           "null", "Latest", "latest@x", "@", "@x", "1,2"]


@pytest.mark.parametrize("cursor", CURSORS)
def test_cursor(shared, cursor):
    run = shared.create(GOOD)
    for page in ("events", "stream"):
        path = f"/api/runs/{run}/{page}?cursor={quote(cursor)}"
        check(shared.get(path), code="CURSOR_INVALID", field="cursor")
    for accept in formats.ANSWERS:
        check(shared.get(f"/api/runs/{run}/events?cursor={quote(cursor)}", accept=accept),
              code="CURSOR_INVALID", oldest="0")
    if cursor == cursor.strip():
        answer = shared.get(f"/api/runs/{run}/stream", last_event_id=cursor)
        check(answer, code="CURSOR_INVALID", field="cursor")


def test_cursor_of_another_life_of_the_log(shared):
    run = shared.create(GOOD)
    shared.finished(run)
    for accept in formats.ANSWERS:
        answer = shared.get(f"/api/runs/{run}/events?cursor=1@another", accept=accept)
        check(answer, code="CURSOR_INVALID")
    epoch = answer.error["details"]["epoch"]
    page = shared.get(f"/api/runs/{run}/events?cursor=1@{epoch}").value
    assert page["events"][0]["seq"] == 2


def test_cursor_in_the_future(shared):
    run = shared.create(GOOD)
    head = shared.finished(run)["event_count"] + 1000
    for page in ("events", "stream"):
        check(shared.get(f"/api/runs/{run}/{page}?cursor={head}"), code="CURSOR_INVALID")


# -- runs in the wrong state

def test_cancelled_twice(shared):
    run = shared.create(mock({"hang": True}, session="s_bad_twice"))
    assert shared.cancel(run).status == 200
    assert shared.finished(run)["status"] == "cancelled"
    for format in formats.BODIES:
        for accept in formats.ANSWERS:
            answer = shared.cancel(run, value={"reason": "again"}, format=format, accept=accept)
            check(answer, 409, "RUN_ALREADY_FINISHED", status="cancelled")
    events = [event["type"] for event in shared.events(run)]
    assert events.count("run.cancelled") == 1 and events[-1] == "run.cancelled"


def test_cancelled_at_any_moment(shared):
    """Before a worker has it, while one takes it, and when it is at work: it ends, and soon."""
    runs = []
    for number in range(100):
        run = shared.create(mock({"hang": True}, session=f"s_bad_moment_{number}"))
        for _ in range(number % 5):
            shared.run(run)
        assert shared.cancel(run).status == 200
        runs.append(run)
    for run in runs:
        assert shared.finished(run, within=5)["status"] == "cancelled"


def test_cancelling_what_was_never_there(shared):
    for accept in formats.ANSWERS:
        check(shared.cancel("run_nobody", accept=accept), 404, "NOT_FOUND")


# name, provider, model, code
MODELS = [("unknown", {"provider": "nobody"}, "LLM_NOT_CONFIGURED"),
          ("without-key", {"provider": "openai", "model": "gpt-4o"}, "LLM_NOT_CONFIGURED"),
          ("unknown-model", {"provider": "builtin", "model": "gpt"}, "LLM_NOT_CONFIGURED"),
          ("without-script", {"provider": "mock"}, "LLM_SCRIPT_INVALID")]


@pytest.mark.parametrize("model,code", [row[1:] for row in MODELS], ids=[row[0] for row in MODELS])
def test_a_model_that_is_not_there_fails_the_run_and_not_the_call(shared, model, code):
    run = shared.create({"session_key": "s_bad_model", "input": "x", "llm_config": model})
    value = shared.finished(run)
    assert value["status"] == "failed" and value["error"]["code"] == code
    last = shared.events(run)[-1]
    assert last["type"] == "run.failed" and last["payload"]["error"]["code"] == code


def test_a_run_that_takes_too_long(shared):
    run = shared.create(mock({"hang": True}, session="s_bad_slow", timeout_ms=50))
    value = shared.finished(run)
    assert value["status"] == "failed" and value["error"]["code"] == "RUN_TIMEOUT"


def test_a_full_queue_takes_nothing(launch):
    server = launch("--workers", "0", "--queue-max", "2")
    for _ in range(2):
        server.create(GOOD)
    for format in formats.BODIES:
        for accept in formats.ANSWERS:
            answer = server.post("/api/runs", GOOD, format=format, accept=accept)
            check(answer, 503, "QUEUE_FULL")
            assert int(answer.field("retry-after")) > 0
    assert server.get(f"/api/sessions/{SESSION}/runs").value["total"] == 2


# -- heads

def test_a_head_beyond_the_limit(shared):
    with shared.connect() as connection:
        for fields in ([("x-long", "y" * 20_000)], [(f"x-{i}", "y") for i in range(140)]):
            exchange = connection.request("GET", "/health", fields)
            assert exchange.status == 431
        assert connection.request("GET", "/health").status == 200


def test_secrets_do_not_reach_the_log(launch):
    server = launch()
    run = server.create({"session_key": SESSION, "input": "my key is sk-abcdefghijklmnop1234 ok"})
    server.finished(run)
    events = server.events(run)
    assert "sk-abcdefghijklmnop1234" not in str(events[0])
    assert events[0]["redaction"] == {"contains_secrets": True}
    server.stop()
    assert server.token not in server.log.read_text()
    assert "sk-abcdefghijklmnop1234" not in server.log.read_text()


def test_the_vectors_of_other_parsers(shared):
    """Every row of the shared vectors beside the repository, where they are: each is refused at its place."""
    folder = ROOT.parent / "shared" / "vectors" / "cbor"
    if not folder.is_dir():
        pytest.skip("the vectors are not here")
    wrong = []
    for line in (folder / "rfc8949_appendix_f.jsonl").read_text().splitlines():
        row = json.loads(line)
        answer = shared.post("/api/runs", body=bytes.fromhex(row["hex"]), format=formats.CBOR)
        details = answer.error["details"]
        if answer.status != 400 or not row["head_off"] <= details["offset"] <= row["err_off"]:
            wrong.append((row["id"], row["hex"], answer.status, details))
    assert wrong == []
