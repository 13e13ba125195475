"""Calls by gRPC: its own client knows what there is without a .proto, and wrong frames hurt nobody."""

import gzip
import signal
import time
import zlib
from pathlib import Path

import cbor2
import grpc
import pytest

import formats
from doors import without_places
from grpc_client import INTERFACE, RUNS, Client, ask, ended, error, fields, framed, number, unframed
from server import HANGING, command, mock, until

MEBIBYTE = 1 << 20
PUNCTUAL = 0.1  # seconds after a deadline
MARGIN = 0.5  # seconds that another tenant of the machine may take

Code = grpc.StatusCode


@pytest.fixture(scope="module")
def client(shared):
    with Client(shared) as client:
        yield client


@pytest.fixture(scope="module")
def run(shared):
    """A finished run with tools, tokens and what is no ASCII."""
    steps = [{"text": "one é 水 😀"}, {"call": {"tool": "calculator", "arguments": {"expression": "6*7"}}},
             {"generate": {"count": 40, "bytes": 8}}]
    run = shared.create(mock(*steps, session="s_grpc"))
    assert shared.finished(run)["status"] == "completed"
    return run


@pytest.fixture
def going_on(shared):
    """A run that goes on as long as its test, and has said what it has to say."""
    run = shared.create(mock({"tokens": ["on"]}, HANGING, session="s_grpc_hanging"))
    with shared.connect() as connection:
        shared.watch(connection, run).saw("llm.token")
    yield run
    shared.cancel(run)


def healthy(server):
    """Asks on the connection that the test has used, if it is still good for anything."""
    assert server.get("/health", scope=None).status == 200


# -- one answer

def test_create_and_get(shared, client):
    value = {"session_key": "s_grpc_create", "input": "2 + 3", "agent_id": "é 水"}
    created = client.call("Create", value).value
    assert created.keys() == {"run_id", "status", "created_at"} and created["status"] == "pending"
    expected = shared.finished(created["run_id"])
    found = client.call("Get", {"run_id": created["run_id"]}).value
    assert formats.differences(found, expected) == [] and expected["agent_id"] == "é 水"


def test_path_query_and_body_are_one_message(shared, client, run):
    found = client.call("List", {"session_key": "s_grpc", "limit": 1, "page": 1}).value
    assert formats.differences(found, shared.get("/api/sessions/s_grpc/runs?limit=1&page=1").value) == []
    found = client.call("Events", {"run_id": run, "type": ["tool.*", "run.*"], "limit": 2, "cursor": "1"}).value
    query = "type=tool.*&type=run.*&limit=2&cursor=1"
    assert formats.differences(found, shared.get(f"/api/runs/{run}/events?{query}").value) == []


def test_cancel(shared, client):
    run = shared.create(mock(HANGING, session="s_grpc_cancel"))
    assert client.call("Cancel", {"run_id": run, "reason": "é"}).value == {"success": True, "run_id": run}
    assert shared.finished(run)["status"] == "cancelled"


def test_empty_unary(shared, client):
    """Open methods need neither a token nor a scope, and an empty message is an input that says nothing."""
    found = client.call(INTERFACE + "Health", {}, metadata=[])
    assert found.value["status"] == "ok"
    assert found.value.keys() == shared.get("/health", scope=None).value.keys()
    assert number(ask(shared, INTERFACE + "Health", framed(b""))) == Code.OK


def test_metrics_are_a_text(client):
    text = client.call(INTERFACE + "Metrics", {}, metadata=[]).value
    assert isinstance(text, str) and text.startswith("# ")


def test_large_unary(shared, client):
    """As long as the input of a run may be, there and back."""
    text = "水" * 100_000
    run = client.call("Create", {"session_key": "s_grpc_large", "input": text}).value["run_id"]
    shared.finished(run)
    page = client.call("Events", {"run_id": run, "include_tokens": True, "limit": 1}).value
    assert page["events"][0]["payload"]["input"] == text


@pytest.mark.parametrize("text", ["abc", "A-Z.a_z:0-9", "x" * 128])
def test_the_correlation_id_is_echoed(client, run, text):
    """With a value, with a refusal, and in front of a stream."""
    metadata = client.metadata(x_correlation_id=text)
    for answer in (client.call("Get", {"run_id": run}, metadata=metadata),
                   client.call("Get", {"run_id": "run_nobody"}, metadata=metadata),
                   client.stream("Watch", {"run_id": run}, metadata=metadata)):
        assert answer.field("x-correlation-id") == text


def test_once_for_a_key(shared, client):
    def create(text, key="grpc-1"):
        metadata = client.metadata(idempotency_key=key)
        return client.call("Create", {"session_key": "s_grpc_key", "input": text}, metadata=metadata)
    first, second = create("1 + 1"), create("1 + 1")
    assert first.value == second.value
    assert (first.field("idempotency-replayed"), second.field("idempotency-replayed")) == (None, "true")
    other = create("1 + 2")
    http = [shared.post("/api/runs", {"input": text}, idempotency_key="grpc-2", accept=formats.CBOR) for text in "12"]
    assert [answer.status for answer in http] == [201, 422]
    assert other.code == Code.INVALID_ARGUMENT and formats.differences(other.error, http[1].value) == []
    assert create("1 + 2", "grpc-3").value["run_id"] != first.value["run_id"]
    assert shared.get("/api/sessions/s_grpc_key/runs").value["total"] == 2


def test_a_refusal_is_replayed_as_well(client, run):
    metadata = client.metadata(idempotency_key="grpc-refused")
    first, second = [client.call("Cancel", {"run_id": run}, metadata=metadata) for _ in range(2)]
    assert first.code == second.code == Code.FAILED_PRECONDITION and first.error == second.error
    assert (first.field("idempotency-replayed"), second.field("idempotency-replayed")) == (None, "true")


# -- streams

def test_server_streaming(shared, client, run):
    """The same events as anywhere else, and success at the end."""
    answer = client.stream("Watch", {"run_id": run})
    assert answer.code == Code.OK and answer.details == ""
    assert formats.differences(answer.messages, shared.events(run)) == []


def test_a_stream_of_a_run_that_begins(shared, client):
    run = client.call("Create", mock({"generate": {"count": 300, "bytes": 8}}, pace=2, burst=5,
                                     session="s_grpc_live")).value["run_id"]
    answer = client.stream("Watch", {"run_id": run})
    assert answer.code == Code.OK and answer.messages[-1]["type"] == "run.completed"
    assert formats.differences(answer.messages, shared.events(run)) == []


def test_resuming_gives_the_suffix(shared, client, run):
    """From every position, the end included."""
    events = shared.events(run)
    for position in range(len(events) + 1):
        answer = client.stream("Watch", {"run_id": run, "cursor": str(position)})
        assert answer.code == Code.OK
        assert formats.differences(answer.messages, events[position:]) == []


def test_resuming_what_broke_off(shared, client):
    """A stream that is broken off again and again loses nothing and repeats nothing."""
    run = shared.create(mock({"generate": {"count": 200, "bytes": 8}}, pace=2, burst=4, session="s_grpc_broken"))
    found = []
    while not found or found[-1]["type"] != "run.completed":
        call = client.open("Watch", {"run_id": run, "cursor": str(found[-1]["seq"] if found else 0)})
        found += [event for event, _ in zip(call, range(17))]
        call.cancel()
    assert formats.differences(found, shared.events(run)) == []


def test_empty_stream(shared, client, run):
    """Nothing is left of a finished run, and there is nothing of a type."""
    for rest in ({"cursor": str(len(shared.events(run)))}, {"cursor": "latest"}, {"type": ["run.resumed"]}):
        answer = client.stream("Watch", {"run_id": run, **rest})
        assert (answer.code, answer.messages) == (Code.OK, [])


def test_large_messages_of_a_stream(client):
    text = "水" * 100_000
    run = client.call("Create", {"session_key": "s_grpc_large", "input": text}).value["run_id"]
    assert client.stream("Watch", {"run_id": run}).messages[0]["payload"]["input"] == text


def test_cancel_after_first_response(launch):
    """The client's cancellation ends the stream, not the run."""
    server = launch("--access-log", "off")
    run = server.create(mock({"tokens": ["on"]}, HANGING, session="s_grpc_cancelled"))
    with Client(server) as client:
        call = client.open("Watch", {"run_id": run})
        assert next(call)["type"] == "run.started"
        assert server.get("/health").value["sse"] == {"clients": 1}
        call.cancel()
        assert ended(call).code == Code.CANCELLED
        until(lambda: server.get("/health").value["sse"] == {"clients": 0})
        assert client.call("Get", {"run_id": run}).value["status"] == "running"


def test_cancel_after_begin(shared, client, going_on):
    call = client.open("Watch", {"run_id": going_on})
    call.cancel()
    assert ended(call).code == Code.CANCELLED
    healthy(shared)


def test_timeout_on_sleeping_server(client, going_on):
    """A stream of a run that goes on ends with what its client allowed."""
    began = time.monotonic()
    answer = client.stream("Watch", {"run_id": going_on}, timeout=0.4)
    assert answer.code == Code.DEADLINE_EXCEEDED
    assert 0.3 < time.monotonic() - began < 0.4 + PUNCTUAL + MARGIN


@pytest.mark.parametrize("timeout,seconds", [("300m", 0.3), ("300000u", 0.3), ("1S", 1), ("50000000n", 0.05)])
def test_the_server_ends_a_stream_in_time(shared, going_on, timeout, seconds):
    """The client of frames has no clock of its own."""
    with shared.connect() as connection:
        began = time.monotonic()
        exchange = connection.finish(connection.ask(
            "POST", RUNS + "Watch", fields(shared, grpc_timeout=timeout), framed(cbor2.dumps({"run_id": going_on}))))
        took = time.monotonic() - began
        assert exchange.status == 200 and exchange.field("grpc-status") == str(Code.DEADLINE_EXCEEDED.value[0])
        assert error(exchange)["code"] == "TIMED_OUT"
        assert seconds <= took < seconds + PUNCTUAL + MARGIN
        messages = unframed(bytes(exchange.body))
        assert cbor2.loads(messages[0][1])["type"] == "run.started"
        assert connection.request("GET", "/health").status == 200


def test_a_stream_without_news_ends_in_time(shared, client, going_on):
    """A head and trailers are all that comes."""
    head = shared.events(going_on)[-1]["seq"]
    began = time.monotonic()
    answer = client.stream("Watch", {"run_id": going_on, "cursor": str(head)}, timeout=0.3)
    assert (answer.code, answer.messages) == (Code.DEADLINE_EXCEEDED, [])
    assert time.monotonic() - began < 0.3 + PUNCTUAL + MARGIN


def test_the_deadline_of_a_reader_that_never_reads(shared):
    """With whatever is left over, by trailers or by a reset."""
    run = shared.create(mock({"generate": {"count": 1000, "bytes": 200}}, burst=1000, session="s_grpc_lazy"))
    shared.finished(run)
    with shared.connect(reads=False) as connection:
        exchange = connection.ask("POST", RUNS + "Watch", fields(shared, grpc_timeout="300m"),
                                  framed(cbor2.dumps({"run_id": run})))
        connection.finish(exchange, within=3)


def test_a_stream_ends_with_its_run_before_the_deadline(shared, client, going_on):
    call = client.open("Watch", {"run_id": going_on}, timeout=15)
    first = next(call)
    shared.cancel(going_on)
    answer = ended(call, [first])
    assert answer.code == Code.OK and answer.messages[-1]["type"] == "run.cancelled"


def test_a_stream_of_a_server_that_ends(launch):
    """Its reader is told to come back, and comes back to the rest."""
    server = launch("--access-log", "off")
    run = server.create(mock({"tokens": ["a"]}, HANGING, session="s_grpc_drain"))
    with Client(server) as client:
        call = client.open("Watch", {"run_id": run})
        first = next(call)
        server.signal(signal.SIGTERM)
        answer = ended(call, [first])
        assert answer.code == Code.UNAVAILABLE and answer.error["error"]["code"] == "UNAVAILABLE"
        assert answer.field("grpc-retry-pushback-ms") == "1000"
    assert server.wait() == 0
    server.start()
    with Client(server) as client:
        call = client.open("Watch", {"run_id": run, "cursor": str(answer.messages[-1]["seq"])})
        assert next(call)["seq"] == len(answer.messages) + 1
        call.cancel()


def test_where_a_stream_begins_can_stand_in_metadata(shared, client, run):
    answer = client.stream("Watch", {"run_id": run}, metadata=client.metadata(last_event_id="3"))
    assert formats.differences(answer.messages, shared.events(run)[3:]) == []


# -- refusals

# name, method, message, caller, code; a message may need the finished run
WITHOUT_TOKEN, WITHOUT_SCOPE = {"authorization"}, {"x-org-id", "x-user-id"}
REFUSALS = [
    ("no-token", "Get", {"run_id": "{run}"}, WITHOUT_TOKEN, Code.UNAUTHENTICATED),
    ("no-token-for-a-stream", "Watch", {"run_id": "{run}"}, WITHOUT_TOKEN, Code.UNAUTHENTICATED),
    ("bad-token", "Get", {"run_id": "{run}"}, "sy_wrong", Code.UNAUTHENTICATED),
    ("unreadable-token", "Create", {"input": "x"}, "a b", Code.UNAUTHENTICATED),
    ("no-scope", "Get", {"run_id": "{run}"}, WITHOUT_SCOPE, Code.INVALID_ARGUMENT),
    ("no-user", "Create", {"input": "x"}, {"x-user-id"}, Code.INVALID_ARGUMENT),
    ("unknown-field", "Create", {"input": "x", "inptu": "x"}, None, Code.INVALID_ARGUMENT),
    ("unknown-field-inside", "Create", {"input": "x", "llm_config": {"provider": "mock", "key": 1}}, None,
     Code.INVALID_ARGUMENT),
    ("wrong-type", "Create", {"input": 5}, None, Code.INVALID_ARGUMENT),
    ("missing-field", "Create", {"session_key": "s_grpc"}, None, Code.INVALID_ARGUMENT),
    ("out-of-range", "Create", {"input": "x", "timeout_ms": 0}, None, Code.INVALID_ARGUMENT),
    ("too-long", "Create", {"input": "x" * 100_001}, None, Code.INVALID_ARGUMENT),
    ("no-map", "Create", ["x"], None, Code.INVALID_ARGUMENT),
    ("pattern", "Get", {"run_id": "no run"}, None, Code.INVALID_ARGUMENT),
    ("bad-cursor", "Watch", {"run_id": "{run}", "cursor": "x"}, None, Code.INVALID_ARGUMENT),
    ("unknown-run", "Get", {"run_id": "run_nobody"}, None, Code.NOT_FOUND),
    ("unknown-run-in-a-stream", "Watch", {"run_id": "run_nobody"}, None, Code.NOT_FOUND),
    ("finished", "Cancel", {"run_id": "{run}"}, None, Code.FAILED_PRECONDITION),
]
PATHS = {"Get": ("GET", "/api/runs/{run_id}"), "Watch": ("GET", "/api/runs/{run_id}/stream"),
         "Create": ("POST", "/api/runs"), "Cancel": ("POST", "/api/runs/{run_id}/cancel")}


def metadata_of(server, caller):
    """The fields of a caller with a token of its own, or without some fields."""
    if isinstance(caller, str):
        return server.fields(token=caller)
    return [pair for pair in server.fields() if pair[0] not in (caller or ())]


def over_http(server, method, value, metadata):
    """The error object for the same input by path, query and body."""
    verb, path = PATHS[method]
    rest = value
    if "{run_id}" in path:
        path = path.replace("{run_id}", value["run_id"].replace(" ", "%20"))
        rest = {name: found for name, found in value.items() if name != "run_id"}
    head = [*metadata, ("accept", "application/cbor-seq, application/cbor;q=0.5" if method == "Watch" else formats.CBOR)]
    body = None
    if verb == "POST":
        head, body = [*head, ("content-type", formats.CBOR)], cbor2.dumps(rest)
    elif rest:
        path += "?" + "&".join(f"{name}={found}" for name, found in rest.items())
    exchange = server.exchange(verb, path, head, body)
    assert exchange.status >= 400
    return formats.decode(bytes(exchange.body), exchange.field("content-type"))


@pytest.mark.parametrize("method,value,caller,code", [row[1:] for row in REFUSALS], ids=[row[0] for row in REFUSALS])
def test_refusal(shared, client, run, method, value, caller, code):
    """The error object is the one that HTTP gives; offsets are those of the message."""
    if isinstance(value, dict):
        value = {name: run if found == "{run}" else found for name, found in value.items()}
    metadata = metadata_of(shared, caller)
    call = client.stream if method == "Watch" else client.call
    answer = call(method, value, metadata=metadata)
    # A refusal is trailers and nothing else.
    assert (answer.code, answer.messages, answer.head) == (code, [], [])
    expected = over_http(shared, method, value, metadata)
    if method == "Create":
        assert formats.differences(answer.error, expected) == []
    else:
        assert formats.differences(without_details(answer.error), without_details(expected)) == []


def without_details(error):
    """A value has an offset in a message, and none in a path or a query."""
    return {"error": {**error["error"], "details": without_places(error["error"]["details"])}}


@pytest.mark.parametrize("permission,method,value", [("read", "Create", {"input": "x"}),
                                                     ("write", "Get", {"run_id": "run_nobody"})])
def test_a_token_that_may_not(shared, client, permission, method, value):
    token = command("token", "mint", "--scope", permission, data=shared.folder).stdout.strip()
    answer = client.call(method, value, metadata=client.metadata(token=token))
    assert answer.code == Code.PERMISSION_DENIED
    expected = over_http(shared, method, value, client.metadata(token=token))
    assert formats.differences(answer.error, expected) == []


@pytest.mark.parametrize("flags,code,status", [
    (("--feeds-per-caller-max", "1"), Code.RESOURCE_EXHAUSTED, 429),
    (("--tenant-streams-max", "1"), Code.RESOURCE_EXHAUSTED, 429), (("--queue-max", "1"), Code.UNAVAILABLE, 503)])
def test_a_refusal_for_now(launch, flags, code, status):
    """It says in milliseconds when to come back, where HTTP does in seconds."""
    server = launch("--workers", "0", *flags)
    run = server.create(mock(HANGING))
    with Client(server) as client:
        call = client.open("Watch", {"run_id": run})
        until(lambda: server.get("/health").value["sse"] == {"clients": 1})
        if code == Code.UNAVAILABLE:
            answer, other = client.call("Create", {"input": "x"}), server.post("/api/runs", {"input": "x"}, accept=formats.CBOR)
        else:
            answer, other = client.stream("Watch", {"run_id": run}), server.get(f"/api/runs/{run}/stream")
        assert (answer.code, other.status) == (code, status)
        assert formats.differences(answer.error, other.value) == []
        assert answer.field("grpc-retry-pushback-ms") == str(1000 * int(other.field("retry-after")))
        call.cancel()


@pytest.mark.parametrize("path", [RUNS + "Nope", RUNS + "create", RUNS + "Get/", RUNS + "Get?run_id=run_x", RUNS, "/", "/api/runs", "/health"])
def test_unimplemented_method(client, path):
    answer = client.call(path, {})
    assert answer.code == Code.UNIMPLEMENTED and answer.error["error"]["code"] == "NOT_IMPLEMENTED"
    assert path in answer.details


@pytest.mark.parametrize("path", ["/grpc.testing.UnimplementedService/UnimplementedCall", "/x.Y/Z"])
def test_unimplemented_service(client, path):
    """Whoever asks, with one answer or a stream of them."""
    for metadata in (None, []):
        assert client.call(path, {}, metadata=metadata).code == Code.UNIMPLEMENTED
        assert client.stream(path, {}, metadata=metadata).code == Code.UNIMPLEMENTED


@pytest.mark.parametrize("name", ["é", "50% off", "%41", "a\r\nb\tc", "水 😀", "  ", "\t\ntest with whitespace\r\nand Unicode BMP ☺ and non-BMP 😈\t\n"])
def test_special_status_message(client, name):
    """What the input says stands in the message as it was, whatever a field of the head can hold."""
    answer = client.call("Get", {"run_id": "run_x", name: 1})
    assert answer.code == Code.INVALID_ARGUMENT and answer.details == f"{name}: no such field"
    assert answer.error["error"]["details"]["path"] == name


# -- compression

@pytest.mark.parametrize("compression", [grpc.Compression.Gzip, grpc.Compression.NoCompression])
def test_compression(shared, run, compression):
    """Both ways, for one answer and for many."""
    text = "12 + 34 is 46; " * 2000
    with Client(shared, compression) as client:
        made = client.call("Create", {"session_key": "s_grpc_gzip", "input": text}).value["run_id"]
        shared.finished(made)
        page = client.call("Events", {"run_id": made, "limit": 1000, "include_tokens": True}).value
        assert page["events"][0]["payload"]["input"] == text
        assert formats.differences(page["events"], shared.events(made)) == []
        answer = client.stream("Watch", {"run_id": made})
        assert answer.code == Code.OK and formats.differences(answer.messages, shared.events(made)) == []
        assert client.call("Get", {"run_id": "run_nobody"}).code == Code.NOT_FOUND


def test_what_is_compressed(shared, run):
    """Long answers to callers who compress, and the flag of each message says so."""
    long, short = framed(cbor2.dumps({"run_id": run})), framed(b"\xa0")
    packed = framed(gzip.compress(cbor2.dumps({"run_id": run})), flag=1)
    plain = ask(shared, "Events", long)
    [(flag, expected)] = unframed(bytes(plain.body))
    assert flag == 0 and plain.field("grpc-encoding") is None and len(expected) > 1024
    for body in (long, packed):
        exchange = ask(shared, "Events", body, grpc_encoding="gzip")
        [(flag, content)] = unframed(bytes(exchange.body))
        assert number(exchange) == Code.OK and exchange.field("grpc-encoding") == "gzip"
        assert flag == 1 and gzip.decompress(content) == expected
    exchange = ask(shared, INTERFACE + "Health", short, grpc_encoding="gzip")
    [(flag, content)] = unframed(bytes(exchange.body))
    assert flag == 0 and cbor2.loads(content)["status"] == "ok"


def test_codings_are_offered(shared, run):
    """With every answer, so that a caller can learn them from a refusal."""
    for more in ({}, {"grpc_encoding": "zstd"}):
        exchange = ask(shared, "Get", framed(cbor2.dumps({"run_id": run})), **more)
        assert exchange.field("grpc-accept-encoding").replace(" ", "").split(",") == ["identity", "gzip"]


def test_nothing_is_compressed_for_who_cannot_read_it(shared, run):
    """gRPC, "Compression": what the caller does not accept is sent as it is."""
    exchange = ask(shared, "Events", framed(cbor2.dumps({"run_id": run})), grpc_encoding="gzip",
                   grpc_accept_encoding="identity")
    [(flag, content)] = unframed(bytes(exchange.body))
    assert flag == 0 and cbor2.loads(content)["events"]


def gzipped_zeros(count):
    """A gzip of `count` mebibytes of zeros, made piece by piece."""
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    piece = bytes(MEBIBYTE)
    return b"".join(packer.compress(piece) for _ in range(count)) + packer.flush()


def peak(server):
    """Bytes of resident memory at the most."""
    text = Path(f"/proc/{server.process.pid}/status").read_text()
    [line] = [line for line in text.splitlines() if line.startswith("VmHWM")]
    return int(line.split()[1]) * 1024


def test_a_bomb(server):
    """A gibibyte of zeros in a message that is itself short enough."""
    bomb = gzipped_zeros(1024)
    assert len(bomb) < MEBIBYTE
    assert number(ask(server, "Create", framed(cbor2.dumps({"input": "x"})))) == Code.OK
    # 5 makes the peak of memory what it is now, proc(5).
    Path(f"/proc/{server.process.pid}/clear_refs").write_text("5")
    before = peak(server)
    began = time.monotonic()
    exchange = ask(server, "Create", framed(bomb, flag=1), grpc_encoding="gzip")
    assert number(exchange) == Code.RESOURCE_EXHAUSTED
    assert error(exchange)["details"] == {"limit": MEBIBYTE}
    assert peak(server) - before < 40 * MEBIBYTE and time.monotonic() - began < 5
    healthy(server)


@pytest.mark.parametrize("length,code", [(MEBIBYTE, Code.INVALID_ARGUMENT), (MEBIBYTE + 1, Code.RESOURCE_EXHAUSTED)])
def test_the_limit_is_that_of_the_content(shared, length, code):
    """A compressed message is as long as what is in it; on the limit it is read, and is no CBOR."""
    exchange = ask(shared, "Create", framed(gzip.compress(b"\xff" * length), flag=1), grpc_encoding="gzip")
    assert number(exchange) == code
    assert number(ask(shared, "Create", framed(b"\xff" * length))) == code
    healthy(shared)


PACKED = gzip.compress(cbor2.dumps({"input": "damaged " * 20}))
DAMAGED = {
    "no gzip": b"\xa0", "nothing": b"", "a zlib stream": zlib.compress(b"\xa0"), "cut in the head": PACKED[:5],
    "cut in the middle": PACKED[:len(PACKED) // 2], "cut in the sum": PACKED[:-1],
    "a wrong sum": PACKED[:-8] + bytes([PACKED[-8] ^ 1]) + PACKED[-7:],
    "a wrong length": PACKED[:-1] + bytes([PACKED[-1] ^ 1]), "a wrong method": PACKED[:2] + b"\x07" + PACKED[3:],
    "a wrong block": PACKED[:10] + b"\xff" + PACKED[11:], "something behind": PACKED + b"x",
}


@pytest.mark.parametrize("content", DAMAGED.values(), ids=DAMAGED)
def test_damaged_gzip(shared, content):
    exchange = ask(shared, "Create", framed(content, flag=1), grpc_encoding="gzip")
    assert number(exchange) == Code.INTERNAL
    healthy(shared)


def test_gzip_damaged_anywhere(shared, chance):
    """One bit at a time: refused, or not needed to read what is there; never a broken answer."""
    for _ in range(200):
        content = bytearray(PACKED)
        content[chance.randrange(len(content))] ^= 1 << chance.randrange(8)
        exchange = ask(shared, "Create", framed(bytes(content), flag=1), grpc_encoding="gzip")
        assert number(exchange) in (Code.OK, Code.INTERNAL)
    healthy(shared)


# -- frame by frame

def test_a_message_cut_anywhere(shared, run):
    """Frames of HTTP/2 have nothing to do with messages."""
    body = framed(cbor2.dumps({"run_id": run}))
    expected = ask(shared, "Get", body).body
    with shared.connect() as connection:
        for cut in range(len(body) + 1):
            exchange = connection.ask("POST", RUNS + "Get", fields(shared), ends=False)
            connection.send(exchange, body[:cut], ends=False)
            connection.send(exchange, body[cut:])
            assert number(connection.finish(exchange)) == Code.OK and exchange.body == expected
        exchange = connection.ask("POST", RUNS + "Get", fields(shared), ends=False)
        for byte in body:
            connection.send(exchange, bytes([byte]), ends=False)
        connection.send(exchange, b"")
        assert number(connection.finish(exchange)) == Code.OK and exchange.body == expected


def test_a_stream_is_cut_into_messages(shared, run):
    exchange = ask(shared, "Watch", framed(cbor2.dumps({"run_id": run})))
    assert number(exchange) == Code.OK and exchange.fields[-1] == ("grpc-status", "0")
    messages = unframed(bytes(exchange.body))
    assert {flag for flag, _ in messages} == {0}
    values = [formats.decode(content, formats.CBOR) for _, content in messages]
    assert formats.differences(values, shared.events(run)) == []


TYPES = [
    ("application/grpc", "application/grpc", formats.CBOR), ("application/grpc+cbor", "application/grpc+cbor", formats.CBOR),
    ("application/grpc+json", "application/grpc+json", formats.JSON), ("APPLICATION/GRPC+JSON", "application/grpc+json", formats.JSON),
    ("application/grpc; a=b", "application/grpc", formats.CBOR), ("application/grpc+json; charset=utf-8", "application/grpc+json", formats.JSON),
]


@pytest.mark.parametrize("type,answer,format", TYPES, ids=[row[0] for row in TYPES])
def test_type(shared, run, type, answer, format):
    """The format of messages both ways; a refusal's error object is CBOR in all of them."""
    for method, value, expected in [("Get", {"run_id": run}, [shared.run(run)]), ("Watch", {"run_id": run}, shared.events(run))]:
        exchange = ask(shared, method, framed(formats.encode(value, format)), type=type)
        assert number(exchange) == Code.OK and exchange.field("content-type") == answer
        values = [formats.decode(content, format) for _, content in unframed(bytes(exchange.body))]
        assert formats.differences(values, expected) == []
    exchange = ask(shared, "Get", framed(formats.encode({"run_id": 5}, format)), type=type)
    assert number(exchange) == Code.INVALID_ARGUMENT and exchange.field("content-type") == answer
    assert error(exchange)["details"]["path"] == "run_id"


@pytest.mark.parametrize("type", ["application/grpc+proto", "application/grpc+thrift", "application/grpc+", "application/grpc+cborx",
                                  "application/grpc+json+cbor"])
def test_a_type_that_no_method_reads(shared, type):
    """Also where the method needs no token and the message is none."""
    for method in (INTERFACE + "Health", RUNS + "Get", RUNS + "Watch"):
        exchange = ask(shared, method, framed(b""), type=type)
        assert number(exchange) == Code.UNIMPLEMENTED and "application/grpc+json" in error(exchange)["message"]
    healthy(shared)


@pytest.mark.parametrize("type", ["application/grpc-web", "application/grpc-web+proto", "application/grpcx", "application/json",
                                  "application/cbor", "text/plain", "grpc", "", None])
def test_what_is_no_call(shared, type):
    """What is no gRPC is answered as HTTP is."""
    for method in (INTERFACE + "Health", RUNS + "Create"):
        head = [pair for pair in shared.fields(content_type=type) if pair[1] is not None]
        exchange = shared.exchange("POST", method, head, b'{"input":"x"}')
        assert exchange.status == 415 and exchange.field("grpc-status") is None
        value = formats.decode(bytes(exchange.body), exchange.field("content-type"))["error"]
        assert value["code"] == "UNSUPPORTED_MEDIA_TYPE"
        assert value["details"]["readable"] == ["application/grpc", "application/grpc+cbor", "application/grpc+json"]
    healthy(shared)


@pytest.mark.parametrize("verb", ["GET", "HEAD", "PUT", "DELETE", "OPTIONS", "BREW"])
@pytest.mark.parametrize("type", ["application/grpc", None])
def test_verb(shared, verb, type):
    for method in (INTERFACE + "Health", RUNS + "Get"):
        head = [pair for pair in shared.fields(content_type=type) if pair[1] is not None]
        exchange = shared.exchange(verb, method, head)
        assert exchange.status == 405 and exchange.field("allow") == "POST"
    healthy(shared)


EMPTY = b"\xa0"
GET = cbor2.dumps({"run_id": "run_nobody"})
# name, method, body, code
FRAMES = [
    ("flag-2", "Get", framed(GET, flag=2), Code.INTERNAL), ("flag-255", "Get", framed(GET, flag=255), Code.INTERNAL),
    ("flag-128", "Get", framed(GET, flag=128), Code.INTERNAL),
    ("compressed-without-coding", "Get", framed(gzip.compress(GET), flag=1), Code.INTERNAL),
    ("shorter-than-said", "Get", framed(GET, length=len(GET) + 1), Code.INTERNAL),
    ("much-shorter-than-said", "Get", framed(GET, length=MEBIBYTE), Code.INTERNAL),
    ("longer-than-said", "Get", framed(GET, length=len(GET) - 1), Code.INTERNAL),
    ("much-longer-than-said", "Get", framed(GET, length=1), Code.INTERNAL),
    ("one-byte", "Get", b"\0", Code.INTERNAL), ("four-bytes", "Get", b"\0\0\0\0", Code.INTERNAL),
    ("prefix-alone", "Get", framed(b"", length=1), Code.INTERNAL),
    ("message-and-a-byte", "Get", framed(GET) + b"\0", Code.INTERNAL),
    ("two", "Get", framed(GET) * 2, Code.UNIMPLEMENTED), ("two-of-nothing", "Get", framed(b"") * 2, Code.UNIMPLEMENTED),
    ("many", "Get", framed(EMPTY) * 1000, Code.UNIMPLEMENTED),
    ("none", "Get", b"", Code.UNIMPLEMENTED), ("no-body", "Get", None, Code.UNIMPLEMENTED),
    ("two-for-a-stream", "Watch", framed(GET) * 2, Code.UNIMPLEMENTED), ("none-for-a-stream", "Watch", b"", Code.UNIMPLEMENTED),
    ("flag-of-a-stream", "Watch", framed(GET, flag=3), Code.INTERNAL),
    ("too-long", "Create", framed(b"x" * (MEBIBYTE + 1)), Code.RESOURCE_EXHAUSTED),
    ("much-too-long", "Create", framed(b"x" * 3 * MEBIBYTE), Code.RESOURCE_EXHAUSTED),
    ("said-to-be-too-long", "Create", framed(b"x", length=MEBIBYTE + 1), Code.RESOURCE_EXHAUSTED),
    ("said-to-be-longest", "Create", framed(b"x", length=2**32 - 1), Code.RESOURCE_EXHAUSTED),
    ("too-long-for-a-stream", "Watch", framed(b"x" * (MEBIBYTE + 1)), Code.RESOURCE_EXHAUSTED),
    ("no-cbor", "Create", framed(b"\xff"), Code.INVALID_ARGUMENT), ("half-cbor", "Create", framed(b"\xa1"), Code.INVALID_ARGUMENT),
    ("cbor-and-more", "Create", framed(b"\xa0\xa0"), Code.INVALID_ARGUMENT), ("json", "Create", framed(b'{"input":"x"}'), Code.INVALID_ARGUMENT),
]


@pytest.mark.parametrize("method,body,code", [row[1:] for row in FRAMES], ids=[row[0] for row in FRAMES])
def test_frames(shared, method, body, code):
    assert number(ask(shared, method, body)) == code
    healthy(shared)


@pytest.mark.parametrize("coding", ["deflate", "zstd", "snappy", "gzip, gzip", "br", "x", ""])
def test_an_unknown_coding(shared, coding):
    """Refused from the head alone, whether the message is compressed or not."""
    for body in (framed(GET), framed(gzip.compress(GET), flag=1)):
        assert number(ask(shared, "Get", body, grpc_encoding=coding)) == Code.UNIMPLEMENTED
    healthy(shared)


@pytest.mark.parametrize("timeout", ["1", "S", "123456789S", "1X", "-1S", "", "+1S", "1.5S", "1s", "1 S", "0x1S", "1SS", "S1", "1é", "1S, 1S"])
def test_a_bad_timeout(shared, timeout):
    for method, body in [("Get", framed(GET)), ("Watch", framed(GET)), (INTERFACE + "Health", framed(b""))]:
        exchange = ask(shared, method, body, grpc_timeout=timeout)
        assert number(exchange) == Code.INVALID_ARGUMENT and error(exchange)["details"]["field"] == "grpc-timeout"
    healthy(shared)


@pytest.mark.parametrize("name,value,code", [
    ("grpc-timeout", "1S", Code.INVALID_ARGUMENT), ("authorization", "Bearer x", Code.UNAUTHENTICATED),
    ("x-org-id", "o2", Code.INVALID_ARGUMENT), ("x-big", "x" * 40_000, Code.RESOURCE_EXHAUSTED),
    ("x-big", "x" * 8000, Code.NOT_FOUND), ("some-bin", "!!!", Code.NOT_FOUND), ("grpc-tags-bin", "AAAA", Code.NOT_FOUND),
    ("accept", "image/png", Code.NOT_FOUND), ("accept-encoding", "br", Code.NOT_FOUND)])
def test_fields_of_the_head(shared, name, value, code):
    """What is there twice or too long is refused, and what means nothing here is ignored."""
    head = [*fields(shared, grpc_timeout="20S"), (name, value)]
    assert number(shared.exchange("POST", RUNS + "Get", head, framed(GET))) == code
    healthy(shared)


def test_without_te(shared):
    """A proxy may have taken it away."""
    head = [pair for pair in fields(shared) if pair[0] != "te"]
    assert number(shared.exchange("POST", RUNS + "Get", head, framed(GET))) == Code.NOT_FOUND


@pytest.mark.parametrize("timeout", ["1H", "99999999H", "99999999M", "00000020S", "99999999S", "99999999m", "99999999u"])
def test_a_good_timeout(shared, run, timeout):
    exchange = ask(shared, "Watch", framed(cbor2.dumps({"run_id": run})), grpc_timeout=timeout)
    assert number(exchange) == Code.OK


@pytest.mark.parametrize("method", ["Get", "Watch", "Events", "Cancel"])
@pytest.mark.parametrize("timeout", ["1n", "1u", "1m"])
def test_a_timeout_that_passes_at_once(shared, method, timeout):
    """The answer is whichever comes first, and is whole."""
    for _ in range(20):
        assert number(ask(shared, method, framed(GET), grpc_timeout=timeout)) in (Code.DEADLINE_EXCEEDED, Code.NOT_FOUND)
    healthy(shared)


def test_nothing_begins_when_the_time_is_over(shared):
    """A caller who is told that the time has passed has started nothing."""
    message = framed(cbor2.dumps({"session_key": "s_grpc_late", "input": "x"}))
    codes = [number(ask(shared, "Create", message, grpc_timeout="1n")) for _ in range(50)]
    # What was begun is there as soon as another has been created behind it.
    shared.create({"session_key": "s_grpc_later", "input": "x"})
    assert shared.get("/api/sessions/s_grpc_late/runs").value["total"] == codes.count(Code.OK)


def test_a_message_that_does_not_come_in_time(shared):
    """The time of a call begins with its head."""
    with shared.connect() as connection:
        began = time.monotonic()
        exchange = connection.ask("POST", RUNS + "Get", fields(shared, grpc_timeout="200m"), framed(GET)[:-1], ends=False)
        assert number(connection.finish(exchange, within=3)) == Code.DEADLINE_EXCEEDED
        assert 0.2 <= time.monotonic() - began < 0.2 + PUNCTUAL + MARGIN
        assert connection.request("GET", "/health").status == 200


def test_many_calls_at_once(shared, run):
    """On one connection, with good and bad ones among each other."""
    bodies = [framed(cbor2.dumps({"run_id": run})), framed(GET), framed(GET, flag=2), b""]
    codes = [Code.OK, Code.NOT_FOUND, Code.INTERNAL, Code.UNIMPLEMENTED]
    with shared.connect() as connection:
        exchanges = [connection.ask("POST", RUNS + "Get", fields(shared), bodies[index % 4]) for index in range(80)]
        for index, exchange in enumerate(exchanges):
            assert number(connection.finish(exchange)) == codes[index % 4]
