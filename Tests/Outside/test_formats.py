"""Every answer in three formats, and what stands in the head of each."""

import re

import pytest

import formats
from server import mock

CORRELATION = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")


@pytest.fixture(scope="module")
def run(shared):
    """A finished run with tools, several lines and marks that Markdown knows."""
    steps = [{"text": "Two lines:\n1. **bold** | `code`\n"}, {"call": {
        "tool": "calculator", "arguments": {"expression": "6*7"}}},
        {"call": {"tool": "nothing_like_it", "arguments": {"deep": {"list": [1, 2.5, None, "x|y"]}}}},
        {"tokens": ["- no list\n", "# no heading\n", "```\n", "<b>&amp;</b> é 水 😀"]}]
    run = shared.create(mock(*steps, session="s_formats"))
    assert shared.finished(run)["status"] == "completed"
    return run


def check_head(answer, accept, status):
    assert answer.status == status
    assert answer.content_type == formats.CONTENT_TYPES[accept]
    assert "accept" in answer.field("vary").lower()
    assert answer.field("content-length") == str(len(answer.body))
    assert CORRELATION.fullmatch(answer.field("x-correlation-id"))


def in_all(call, status=200, problem=False):
    """The value of the answers of one request in all formats, which must be the same."""
    values = []
    for accept in formats.ANSWERS:
        answer = call(accept)
        if problem and accept == formats.JSON:
            assert answer.status == status and answer.content_type == formats.PROBLEM
        else:
            check_head(answer, accept, status)
        value = answer.value
        # The id of the request is its own.
        if isinstance(value, dict):
            value.pop("correlationId", None)
        values.append(value)
    for value in values[1:]:
        assert formats.differences(values[0], value) == []
    return values[0]


READINGS = [
    ("run", "/api/runs/{run}"),
    ("session", "/api/sessions/s_formats/runs"),
    ("session-page", "/api/sessions/s_formats/runs?page=2&limit=1"),
    ("session-empty", "/api/sessions/s_formats_nothing/runs"),
    ("events", "/api/runs/{run}/events"),
    ("events-with-tokens", "/api/runs/{run}/events?include_tokens=true"),
    ("events-of-types", "/api/runs/{run}/events?type=tool.called&type=run.*"),
    ("events-after-cursor", "/api/runs/{run}/events?cursor=3&limit=2"),
    ("events-at-the-end", "/api/runs/{run}/events?type=run.resumed"),
]


@pytest.mark.parametrize("path", [row[1] for row in READINGS], ids=[row[0] for row in READINGS])
def test_reading(shared, run, path):
    value = in_all(lambda accept: shared.get(path.format(run=run), accept=accept))
    assert isinstance(value, dict)


def test_run_has_the_documented_fields(shared, run):
    value = shared.run(run)
    assert value.keys() == {
        "run_id", "session_key", "status", "started_at", "ended_at", "duration_ms", "event_count",
        "tool_call_count", "agent_id", "group_id", "parent_run_id", "phase", "output", "error",
        "usage", "created_at"}
    for name in ("created_at", "started_at", "ended_at"):
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", value[name])
    assert value["tool_call_count"] == 2 and value["agent_id"] == "main"
    assert re.fullmatch(r"run_[0-9a-z]{26}", value["run_id"])


def test_events_have_the_documented_fields(shared, run):
    for event in shared.events(run):
        assert event.keys() >= {"v", "seq", "ts", "session_key", "run_id", "agent_id", "step_id",
                                "span_id", "parent_span_id", "type", "payload", "redaction"}
        assert event["v"] == 1 and event["run_id"] == run
        assert re.fullmatch(r"sp_[A-Za-z0-9]+", event["span_id"])
        assert event["step_id"] is None or re.fullmatch(r"step_\d+", event["step_id"])


def test_health(shared):
    value = shared.get("/health", scope=None).value
    assert value.keys() >= {"status", "timestamp", "queue", "sse"}
    assert value["status"] == "ok" and value["queue"].keys() == {"length", "processing"}
    for accept in formats.ANSWERS:
        answer = shared.get("/health", scope=None, accept=accept)
        check_head(answer, accept, 200)
        assert answer.value.keys() == value.keys()


@pytest.mark.parametrize("accept", formats.ANSWERS)
def test_readiness(shared, accept):
    for query in ("ready=1", "ready=0", ""):
        answer = shared.get(f"/health?{query}", scope=None, accept=accept)
        check_head(answer, accept, 200)
        assert answer.value["status"] == "ok"
        head = shared.call("HEAD", f"/health?{query}", scope=None, accept=accept)
        assert (head.status, head.body) == (200, b"")
        assert head.content_type == answer.content_type
    for query, kind, path in [("ready=2", "out-of-range", "ready"), ("ready=yes", "wrong-type", "ready"),
                              ("ready", "wrong-type", "ready"), ("raedy=1", "unknown-field", "raedy"),
                              ("ready=1&ready=1", "duplicate-key", "ready")]:
        answer = shared.get(f"/health?{query}", scope=None, accept=accept)
        check_head(answer, accept, 400)
        details = answer.error["details"]
        assert (details["kind"], details["path"]) == (kind, path)
        assert shared.call("HEAD", f"/health?{query}", scope=None, accept=accept).status == 400


def test_metrics_are_text(shared):
    shared.get("/health", scope=None)
    answer = shared.get("/metrics", scope=None)
    assert answer.status == 200 and answer.content_type.startswith("text/plain; version=0.0.4")
    line = re.compile(r'[a-z_]+(\{([a-z]+="[^"]*",?)+\})? [-+0-9.e]+|# (HELP|TYPE) [a-z_]+ .+')
    assert [text for text in answer.body.decode().splitlines() if not line.fullmatch(text)] == []


@pytest.mark.parametrize("body", formats.BODIES)
def test_creating(shared, body):
    """Requests in each format give answers in each; names and times are each run's own."""
    for accept in formats.ANSWERS:
        answer = shared.post(
            "/api/runs", {"session_key": "s_formats_create", "input": "1 + 1"}, format=body,
            accept=accept)
        check_head(answer, accept, 201)
        assert answer.value.keys() == {"run_id", "status", "created_at"}
        assert answer.value["status"] == "pending"


# name, query, text, session, agent
MARKDOWN_BODIES = [
    ("plain", "", "12 * (3 + 4)", "s_default", "main"),
    ("all-fields", "?session_key=s_formats_text&agent_id=a%20b&timeout_ms=60000", "# Sum\n\n- é 水\n",
     "s_formats_text", "a b"),
    ("json-is-text", "?session_key=s_formats_text", '{"input": "x"}', "s_formats_text", "main"),
    ("spaces-stay", "", "\r\n x \n\n", "s_default", "main"),
    ("longest", "", "水" * 100_000, "s_default", "main"),
]


@pytest.mark.parametrize("query,text,session,agent", [row[1:] for row in MARKDOWN_BODIES],
                         ids=[row[0] for row in MARKDOWN_BODIES])
def test_creating_with_markdown(shared, query, text, session, agent):
    """The text is the input as it stands; what else there is to say stands in the query."""
    for type in ("text/markdown", "text/markdown; charset=UTF-8; variant=CommonMark"):
        for accept in formats.ANSWERS:
            answer = shared.post(f"/api/runs{query}", body=text.encode(), content_type=type,
                                 accept=accept)
            check_head(answer, accept, 201)
        run = answer.value["run_id"]
        started = shared.events(run)[0] if shared.finished(run) else None
        assert (started["session_key"], started["agent_id"]) == (session, agent)
        assert started["type"] == "run.started" and started["payload"]["input"] == text


def test_markdown_once_for_a_key(shared):
    def start(text, query=""):
        return shared.post(f"/api/runs{query}", body=text, content_type=formats.MARKDOWN,
                           idempotency_key="formats-markdown")
    first, second = start(b"1 + 1"), start(b"1 + 1")
    assert first.status == second.status == 201 and first.body == second.body
    assert second.field("idempotency-replayed") == "true"
    assert start(b"1 + 2").status == start(b"1 + 1", "?agent_id=b").status == 422


@pytest.mark.parametrize("body", formats.BODIES)
def test_cancelling(shared, body):
    for accept in formats.ANSWERS:
        run = shared.create(mock({"hang": True}, session="s_formats_cancel"))
        answer = shared.cancel(run, value={"reason": "é"}, format=body, accept=accept)
        check_head(answer, accept, 200)
        assert answer.value == {"success": True, "run_id": run}


# name, method, path, options, status, code
REFUSALS = [
    ("no-such-path", "GET", "/nothing", {}, 404, "NOT_FOUND"),
    ("no-such-path-in-runs", "GET", "/api/runs/{run}/nothing", {}, 404, "NOT_FOUND"),
    ("trailing-slash", "GET", "/api/runs/{run}/", {}, 404, "NOT_FOUND"),
    ("no-such-run", "GET", "/api/runs/run_nobody", {}, 404, "NOT_FOUND"),
    ("method", "DELETE", "/api/runs", {}, 405, "METHOD_NOT_ALLOWED"),
    ("method-of-a-stream", "HEAD", "/api/runs/{run}/stream", {}, 405, None),
    ("unknown-method", "BREW", "/health", {}, 405, "METHOD_NOT_ALLOWED"),
    ("no-token", "GET", "/api/runs/{run}", {"token": "sy_wrong"}, 401, "UNAUTHENTICATED"),
    ("no-scope", "GET", "/api/runs/{run}", {"scope": {}}, 400, "VALIDATION_ERROR"),
    ("missing-input", "POST", "/api/runs", {"value": {}}, 400, "VALIDATION_ERROR"),
    ("media-type", "POST", "/api/runs", {"body": b"x", "content_type": "text/html"}, 415,
     "UNSUPPORTED_MEDIA_TYPE"),
    ("finished", "POST", "/api/runs/{run}/cancel", {}, 409, "RUN_ALREADY_FINISHED"),
    ("bad-cursor", "GET", "/api/runs/{run}/events?cursor=x", {}, 400, "CURSOR_INVALID"),
    ("bad-stream-cursor", "GET", "/api/runs/{run}/stream?cursor=x", {}, 400, "CURSOR_INVALID"),
]


@pytest.mark.parametrize("method,path,options,status,code", [row[1:] for row in REFUSALS],
                         ids=[row[0] for row in REFUSALS])
def test_refusal(shared, run, method, path, options, status, code):
    if path.endswith("/stream?cursor=x"):
        # A stream's offers are others; the refusal's format follows them.
        answer = shared.call(method, path.format(run=run))
        assert answer.status == status and answer.error["code"] == code
        return
    if method == "HEAD":
        answer = shared.call(method, path.format(run=run))
        assert answer.status == status and answer.body == b""
        return
    value = in_all(
        lambda accept: shared.call(method, path.format(run=run), accept=accept, **options), status)
    assert value.keys() == {"error"} and value["error"].keys() == {"code", "message", "details"}
    assert value["error"]["code"] == code and value["error"]["message"]
    assert isinstance(value["error"]["details"], dict)


def test_refusal_of_the_zone_with_problem_documents(shared):
    value = in_all(lambda accept: shared.call("POST", "/api/v1/openapi", accept=accept), 405,
                   problem=True)
    assert value.keys() >= {"type", "title", "status", "detail", "instance", "code"}
    assert value["status"] == 405 and value["instance"] == "/api/v1/openapi"
    assert value["type"] == f"urn:problem:{value['code']}"


@pytest.mark.parametrize("path", ["/health", "/api/runs/{run}", "/api/runs/{run}/events",
                                  "/api/sessions/s_formats/runs", "/api/v1/openapi", "/metrics"])
def test_head_is_get_without_a_body(shared, run, path):
    path = path.format(run=run)
    for accept in formats.ANSWERS:
        head, get = shared.call("HEAD", path, accept=accept), shared.get(path, accept=accept)
        assert head.status == get.status == 200 and head.body == b""
        names = ("content-type", "vary", "cache-control")
        assert [head.field(name) for name in names] == [get.field(name) for name in names]
        if path not in ("/health", "/metrics"):
            assert head.field("content-length") == get.field("content-length")


ALLOWED = [
    ("/health", "GET, HEAD, OPTIONS"), ("/api/runs", "GET, HEAD, OPTIONS, POST"),
    ("/api/runs/run_x", "GET, HEAD, OPTIONS"), ("/api/runs/run_x/stream", "GET, OPTIONS"),
    ("/api/runs/run_x/cancel", "OPTIONS, POST"), ("/api/sessions/s_x/runs", "GET, HEAD, OPTIONS"),
]


@pytest.mark.parametrize("path,allowed", ALLOWED)
def test_options_and_allow(shared, path, allowed):
    options = shared.call("OPTIONS", path, scope={})
    assert options.status == 204 and options.body == b""
    refused = shared.call("PUT", path, scope={})
    assert refused.status == 405
    for answer in (options, refused):
        assert ", ".join(sorted(answer.field("allow").split(", "))) == allowed


def test_an_unsatisfiable_accept_lists_the_offers(shared, run):
    for accept in ("image/png", "application/json;q=0, */*;q=0", "text/event-stream"):
        answer = shared.get(f"/api/runs/{run}", accept=accept)
        assert answer.status == 406 and answer.error["code"] == "NOT_ACCEPTABLE"
        assert answer.error["details"]["offers"] == formats.ANSWERS
        assert "accept" in answer.field("vary").lower()
    answer = shared.get(f"/api/runs/{run}/stream", accept="application/json")
    assert answer.status == 406 and answer.error["details"]["offers"] == formats.FEEDS


def test_a_refused_accept_changes_nothing(shared):
    answer = shared.post("/api/runs", {"session_key": "s_406", "input": "x"}, accept="image/png")
    assert answer.status == 406
    assert shared.get("/api/sessions/s_406/runs").value["total"] == 0


ACCEPTS = [
    (None, formats.JSON), ("*/*", formats.JSON), ("application/*", formats.JSON),
    ("text/*", formats.MARKDOWN), ("application/cbor, application/json;q=0.9", formats.CBOR),
    ("application/json;q=0.1, application/cbor;q=0.2", formats.CBOR),
    ("text/html, application/xhtml+xml, */*;q=0.8", formats.JSON),
    ("*/*;q=0.1, text/markdown;q=0.2", formats.MARKDOWN),
    ("application/json;q=0, */*", formats.CBOR), ("APPLICATION/CBOR", formats.CBOR),
    (",,", formats.JSON),
]


@pytest.mark.parametrize("accept,expected", ACCEPTS)
def test_accept(shared, accept, expected):
    answer = shared.get("/health", scope=None, accept=accept)
    assert answer.status == 200 and answer.content_type == formats.CONTENT_TYPES[expected]


@pytest.mark.parametrize("text,kept", [
    ("abc", True), ("A-Z.a_z:0-9", True), ("x" * 128, True), ("x" * 129, False), ("a b", False),
    ("é", False), ("", False), ("a/b", False)])
def test_correlation_ids_are_echoed_or_made(shared, text, kept):
    answer = shared.get("/health", scope=None, x_correlation_id=text)
    found = answer.field("x-correlation-id")
    assert found == text if kept else CORRELATION.fullmatch(found)


@pytest.mark.parametrize("authorization", [
    None, "", "Bearer", "Basic dXNlcjpwYXNz", "Bearer sy_" + "A" * 43, "Bearer é",
    "Bearer a b", "Bearer " + "x" * 4000])
def test_without_a_good_token(shared, run, authorization):
    fields = [("x-org-id", "o1"), ("x-user-id", "u1")]
    if authorization is not None:
        fields.append(("authorization", authorization))
    bodies = set()
    for path in (f"/api/runs/{run}", "/api/runs/run_nobody", f"/api/runs/{run}/stream"):
        exchange = shared.exchange("GET", path, fields)
        assert exchange.status == 401 and exchange.field("www-authenticate") == "Bearer"
        bodies.add(bytes(exchange.body))
    assert len(bodies) == 1
