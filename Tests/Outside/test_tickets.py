"""Tickets, which open a stream where no field can be set."""

import pytest

import formats

SCOPE = "org_id=o1&user_id=u1"


@pytest.mark.parametrize("format", [formats.JSON, formats.CBOR])
def test_a_ticket_opens_one_stream(shared, format):
    """In place of a token, with the scope in the query."""
    run = shared.create({"session_key": "s_ticket", "input": "1 + 1"})
    shared.finished(run)
    answer = shared.post("/stream-tickets", accept=format, scope={})
    assert answer.status == 201 and answer.field("cache-control") == "no-store"
    ticket = answer.value["ticket"]
    path = f"/api/runs/{run}/stream?{SCOPE}&ticket={ticket}"
    accept = [("accept", "text/event-stream")]
    with shared.connect() as connection:
        assert connection.request("GET", path, accept).status == 200
        for _ in range(2):
            assert connection.request("GET", path, accept).status == 401


def test_tickets_are_for_those_who_have_a_token(shared):
    """And none of it is in the log."""
    assert shared.post("/stream-tickets", token="wrong").status == 401
    ticket = shared.post("/stream-tickets").value["ticket"]
    assert shared.exchange("GET", f"/api/runs/run_x/stream?{SCOPE}&ticket={ticket}", []).status == 404
    assert ticket not in shared.log.read_text()
