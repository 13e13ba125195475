"""The same key, the same answer, and the thing is done once, whatever happens between."""

import threading

import pytest

import formats
from server import SCOPE, mock

RUN = {"session_key": "s_once", "input": "1 + 1"}


def body_of(session):
    return {**RUN, "session_key": session}


def total(server, session, **options):
    return server.get(f"/api/sessions/{session}/runs", **options).value["total"]


@pytest.mark.parametrize("format", formats.BODIES)
def test_a_retry_gets_the_first_answer(shared, format):
    session = "s_once_" + format[-4:]
    key = f"retry-{format[-4:]}"
    first = shared.post("/api/runs", body_of(session), format=format, idempotency_key=key)
    assert first.status == 201 and first.field("idempotency-replayed") is None
    for _ in range(3):
        again = shared.post("/api/runs", body_of(session), format=format, idempotency_key=key)
        assert (again.status, again.body, again.content_type) == \
            (first.status, first.body, first.content_type)
        assert again.field("idempotency-replayed") == "true"
    for accept in formats.ANSWERS:
        again = shared.post(
            "/api/runs", body_of(session), format=format, accept=accept, idempotency_key=f'"{key}"')
        assert again.status == 201 and again.field("idempotency-replayed") == "true"
        assert formats.differences(again.value, first.value) == []
    assert total(shared, session) == 1


def test_another_request_with_the_key(shared):
    first = shared.post("/api/runs", body_of("s_other"), idempotency_key="other")
    assert first.status == 201
    others = [(formats.JSON, formats.encode({**body_of("s_other"), "input": "2"}, formats.JSON)),
              (formats.JSON, formats.encode(body_of("s_other"), formats.JSON) + b" "),
              (formats.CBOR, formats.encode(body_of("s_other"), formats.CBOR))]
    for format, body in others:
        for accept in formats.ANSWERS:
            answer = shared.post(
                "/api/runs", body=body, format=format, accept=accept, idempotency_key="other")
            assert answer.status == 422 and answer.error["code"] == "IDEMPOTENCY_KEY_REUSED"
    assert total(shared, "s_other") == 1


def test_a_key_belongs_to_a_scope_and_a_method(shared):
    session = "s_scopes"
    runs = set()
    for scope in (SCOPE, {**SCOPE, "x-user-id": "u2"}, {**SCOPE, "x-org-id": "o2"},
                  {**SCOPE, "x-project-id": "p1"}):
        answer = shared.post("/api/runs", body_of(session), scope=scope, idempotency_key="scopes")
        assert answer.status == 201 and answer.field("idempotency-replayed") is None
        runs.add(answer.value["run_id"])
    assert len(runs) == 4
    run = shared.create(mock({"hang": True}, session="s_scopes_hang"))
    assert shared.cancel(run, idempotency_key="scopes").status == 200


def test_a_cancellation_is_done_once(shared):
    run = shared.create(mock({"hang": True}, session="s_once_cancel"))
    first = shared.cancel(run, idempotency_key="cancel")
    assert first.status == 200
    shared.finished(run)
    again = shared.cancel(run, idempotency_key="cancel")
    assert (again.status, again.body) == (200, first.body)
    assert again.field("idempotency-replayed") == "true"
    assert shared.cancel(run, idempotency_key="cancel-2").status == 409


def test_refusals_of_the_method_are_kept(shared):
    run = shared.create(RUN)
    shared.finished(run)
    for name, status in [(run, 409), ("run_nobody", 404)]:
        first = shared.cancel(name, idempotency_key=f"kept-{status}")
        again = shared.cancel(name, idempotency_key=f"kept-{status}")
        assert first.status == again.status == status and first.body == again.body
        assert first.field("idempotency-replayed") is None
        assert again.field("idempotency-replayed") == "true"


def test_a_full_queue_leaves_the_key_free(launch):
    server = launch("--workers", "0", "--queue-max", "1")
    waiting = server.create(RUN)
    assert server.post("/api/runs", body_of("s_full"), idempotency_key="full").status == 503
    assert server.cancel(waiting).status == 200
    answer = server.post("/api/runs", body_of("s_full"), idempotency_key="full")
    assert answer.status == 201 and answer.field("idempotency-replayed") is None


@pytest.mark.parametrize("key", ["", '""', "a b", "é", "x" * 256, '"' + "x" * 256 + '"', "a\tb"])
def test_a_bad_key(shared, key):
    for accept in formats.ANSWERS:
        answer = shared.post("/api/runs", body_of("s_bad_key"), accept=accept, idempotency_key=key)
        assert answer.status == 400 and answer.error["code"] == "IDEMPOTENCY_KEY_INVALID"
    assert total(shared, "s_bad_key") == 0


@pytest.mark.parametrize("key", ["x", "x" * 255, '"' + "y" * 255 + '"', "!~", 'a"b'])
def test_a_good_key(shared, key):
    assert shared.post("/api/runs", body_of("s_good_key"), idempotency_key=key).status == 201


def test_a_key_given_twice(shared):
    fields = shared.fields(content_type=formats.JSON) + [("idempotency-key", "a")] * 2
    exchange = shared.exchange("POST", "/api/runs", fields, formats.encode(RUN, formats.JSON))
    assert exchange.status == 400


def test_a_read_takes_no_notice_of_a_key(shared):
    run = shared.create(RUN)
    for _ in range(2):
        answer = shared.get(f"/api/runs/{run}", idempotency_key="a b")
        assert answer.status == 200 and answer.field("idempotency-replayed") is None


def test_sixteen_at_once(server):
    """On sixteen connections and on one: one run each time, and everybody hears of the same."""
    body = formats.encode(body_of("s_sixteen"), formats.JSON)
    fields = server.fields(content_type=formats.JSON, idempotency_key="sixteen")
    connections = [server.connect() for _ in range(16)]
    ready = threading.Barrier(16)
    found = [None] * 16

    def post(index):
        ready.wait()
        found[index] = connections[index].request("POST", "/api/runs", fields, body)

    threads = [threading.Thread(target=post, args=(index,)) for index in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with server.connect() as connection:
        streams = [connection.ask("POST", "/api/runs", fields, body) for _ in range(16)]
        found += [connection.finish(stream) for stream in streams]
    for connection in connections:
        connection.close()
    assert {exchange.status for exchange in found} == {201}
    assert len({bytes(exchange.body) for exchange in found}) == 1
    assert [exchange.field("idempotency-replayed") for exchange in found].count(None) == 1
    assert total(server, "s_sixteen") == 1


def test_a_power_cut_between(server, chance):
    """Ten cuts around a request: the retry gets what was done, or does it; never both."""
    for number in range(10):
        session = f"s_cut_{number}"
        body = formats.encode(body_of(session), formats.JSON)
        fields = server.fields(content_type=formats.JSON, idempotency_key=f"cut-{number}")
        with server.connect() as connection:
            exchange = connection.ask("POST", "/api/runs", fields, body)
            if waits := chance.random() < 0.5:
                connection.finish(exchange)
            server.restart()
        again = server.post("/api/runs", body=body, idempotency_key=f"cut-{number}")
        assert again.status == 201
        if waits:
            assert again.body == bytes(exchange.body)
            assert again.field("idempotency-replayed") == "true"
        assert total(server, session) == 1
        run = again.value["run_id"]
        assert server.finished(run)["status"] in ("completed", "failed")
