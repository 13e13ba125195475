"""What RFC 9110 and RFC 9113 say of requests and their fields, beyond single frames."""

import json

import pytest

from server import SCOPE

BODY = json.dumps({"session_key": "s_semantics", "input": "1 + 1"}).encode()
JSON = ("content-type", "application/json")


@pytest.fixture
def connection(shared):
    with shared.connect() as connection:
        yield connection


def fields(shared, *more):
    return [("authorization", f"Bearer {shared.token}"), *SCOPE.items(), *more]


# -- Expect (RFC 9110 §10.1.1)

@pytest.mark.parametrize("value", ["100-continue", "100-Continue"])
def test_a_body_that_waits_is_asked_for(shared, connection, value):
    """The client sends nothing before it was told to go on."""
    exchange = connection.ask("POST", "/api/runs", fields(shared, JSON, ("expect", value)), ends=False)
    connection.wait(lambda: exchange.interim == [100])
    connection.send(exchange, BODY)
    assert connection.finish(exchange).status == 201
    assert exchange.interim == [100]


@pytest.mark.parametrize("path, more, status", [
    ("/api/runs", [("content-type", "image/png")], 415), ("/nowhere", [JSON], 404), ("/health", [JSON], 405),
    ("/api/runs", [JSON, ("content-length", "99999999")], 413), ("/api/runs", [JSON, ("accept", "image/png")], 406),
    ("/api/runs", [JSON, ("authorization", "Basic x")], 401),
])
def test_a_body_that_nothing_can_save_is_not_asked_for(shared, connection, path, more, status):
    named = [field for field in fields(shared) if field[0] not in dict(more)] + more
    exchange = connection.ask("POST", path, [*named, ("expect", "100-continue")], ends=False)
    connection.wait(lambda: exchange.fields)
    assert exchange.status == status and exchange.interim == []


def test_what_is_there_is_not_asked_for(shared, connection):
    """A body on its way, one that is whole, and a request that has none."""
    begun = connection.request("POST", "/api/runs", fields(shared, JSON, ("expect", "100-continue")), BODY)
    assert begun.status == 201 and begun.interim in ([], [100])
    bodyless = connection.request("GET", "/health", [("expect", "100-continue")])
    assert bodyless.status == 200 and bodyless.interim == []


def test_other_expectations_are_none_of_ours(shared, connection):
    """RFC 9110 lets a server refuse them; none of them was ever defined."""
    exchange = connection.ask("POST", "/api/runs", fields(shared, JSON, ("expect", "miracles")), ends=False)
    connection.send(exchange, BODY)
    assert connection.finish(exchange).status == 201 and exchange.interim == []


# -- :authority and host (RFC 9113 §8.3.1)

@pytest.mark.parametrize("host, status", [
    (None, 200), ("{authority}", 200), ("{AUTHORITY}", 200), ("other.example", 400), ("{authority}.example", 400),
    ("localhost", 400), ("localhost:443", 400),
])
def test_a_host_of_its_own(shared, connection, host, status):
    connection.authority = "localhost:1"
    more = [] if host is None else [("host", host.format(authority="localhost:1", AUTHORITY="LOCALHOST:1"))]
    answer = connection.request("GET", "/health", more)
    assert answer.status == status
    if status == 400:
        assert json.loads(answer.body)["error"]["message"] == "host and :authority name two servers"


@pytest.mark.parametrize("authority, host", [("localhost", "localhost:443"), ("localhost:443", "Localhost")])
def test_a_host_with_the_port_that_https_has_anyway(connection, authority, host):
    connection.authority = authority
    assert connection.request("GET", "/health", [("host", host)]).status == 200


def test_an_empty_host(connection):
    """No answer: the stream ends, and only it."""
    assert connection.request("GET", "/health", [("host", "")]).reset is not None
    assert connection.request("GET", "/health").status == 200


# -- trailers in requests (RFC 9110 §6.5)

@pytest.mark.parametrize("trailers", [[("x-checksum", "1")], [("authorization", "Bearer no"), ("x-org-id", "o2"), ("content-type", "x/y")]])
def test_trailers_are_no_fields(shared, connection, trailers):
    """They are taken, and change nothing."""
    exchange = connection.ask("POST", "/api/runs", fields(shared, JSON), ends=False)
    connection.send(exchange, BODY, ends=False)
    connection.engine.send_headers(exchange.number, trailers, end_stream=True)
    connection.flush()
    assert connection.finish(exchange).status == 201


# -- a body where none is meant, and none where one is

def test_get_with_a_body(shared, connection):
    """RFC 9110 §9.3.1: it has no meaning; what it would mean is asked back."""
    answer = connection.request("GET", "/health", [JSON], b"{}")
    assert answer.status == 400, answer.body
    assert connection.request("GET", "/health").status == 200


@pytest.mark.parametrize("length", ["1", "12", "+3", "3, 3", "03"])
def test_a_length_that_is_not_the_bodys(shared, connection, length):
    """A stream error, or a refusal where the number can be read another way; the connection lives."""
    exchange = connection.ask("POST", "/api/runs", fields(shared, JSON, ("content-length", length)), ends=False)
    connection.engine.send_data(exchange.number, b"{} ", end_stream=True)
    connection.flush()
    connection.finish(exchange)
    assert exchange.reset is not None or exchange.status == 400
    assert connection.request("GET", "/health").status == 200


# -- answers without a body (RFC 9110 §15.3.5)

def test_no_content_has_no_content(shared, connection):
    answer = connection.request("OPTIONS", "/health")
    assert answer.status == 204 and answer.body == b""
    assert answer.field("content-length") is None and answer.field("content-type") is None


# -- priorities (RFC 9218)

@pytest.mark.parametrize("priority", ["u=0", "u=7, i", "u=9", "", "x" * 1000])
def test_priorities_do_no_harm(shared, connection, priority):
    assert connection.request("GET", "/health", [("priority", priority)]).status == 200
