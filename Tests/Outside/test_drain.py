"""The orderly end: everybody is told, what is in flight is answered, and the process ends in time."""

import signal
import threading
import time

import pytest

import formats
from http2 import Broken
from server import HANGING, mock

NOTICE = (2**31 - 1, 0)


class Client(threading.Thread):
    """Asks over one connection as long as it may, and notes what was not answered."""

    def __init__(self, server):
        super().__init__()
        self.connection = server.connect()
        self.fields = server.fields(content_type=formats.JSON)
        self.asked, self.answered, self.unanswered = 0, [], []
        self.is_warm = threading.Event()

    def run(self):
        body = formats.encode({"session_key": "s_drain", "input": "1 + 1"}, formats.JSON)
        connection = self.connection
        try:
            while not connection.goaways:
                exchanges = [connection.ask("POST", "/api/runs", self.fields, body)
                             for _ in range(4)]
                self.asked += len(exchanges)
                self.unanswered = list(exchanges)
                for exchange in exchanges:
                    connection.finish(exchange)
                    self.unanswered.remove(exchange)
                    self.answered.append(exchange)
                self.is_warm.set()
            connection.wait(lambda: len(connection.goaways) > 1)
        except Broken:
            pass


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_under_load_and_with_streams(launch, number):
    server = launch("--access-log", "off", "--queue-max", "1000000")
    run = server.create(mock({"tokens": ["on"]}, HANGING, session="s_drain_hang"))
    readers = [server.connect() for _ in range(4)]
    watches = [server.watch(connection, run, format=format)
               for connection in readers for format in formats.FEEDS]
    for watch in watches:
        watch.saw("llm.token")
    clients = [Client(server) for _ in range(4)]
    for client in clients:
        client.start()
    for client in clients:
        assert client.is_warm.wait(20)
    began = time.monotonic()
    server.signal(number)
    for watch in watches:
        watch.ended()
        assert watch.messages[-1].event == "retry" and watch.messages[-1].data == 1000
        assert [event["type"] for event in watch.events][-1] == "llm.token"
    for client in clients:
        client.join(20)
        assert not client.is_alive()
    assert server.wait(within=10) == 0
    assert time.monotonic() - began < 10
    for connection in [*readers, *(client.connection for client in clients)]:
        assert connection.goaways[0] == NOTICE
        assert all(code == 0 for _, code in connection.goaways)
        connection.close()
    for client in clients:
        assert {exchange.status for exchange in client.answered} == {201}
        # A request above the last id was not taken, and may be sent elsewhere.
        last = client.connection.goaways[-1][0]
        assert [exchange.number for exchange in client.unanswered if exchange.number <= last] == []
    with pytest.raises(OSError):
        server.connect()
    server.start()
    for client in clients:
        for exchange in client.answered:
            name = formats.decode(bytes(exchange.body), formats.JSON)["run_id"]
            assert server.get(f"/api/runs/{name}").status == 200


def test_an_idle_server_ends_soon(server):
    with server.connect() as connection:
        assert connection.request("GET", "/health").status == 200
        began = time.monotonic()
        server.signal(signal.SIGTERM)
        with pytest.raises(Broken):
            connection.wait(lambda: False)
        assert connection.goaways[0] == NOTICE
        assert [code for _, code in connection.goaways] == [0] * len(connection.goaways)
    assert server.wait() == 0
    assert time.monotonic() - began < 3


def unfinished(server):
    """A connection with a request whose body does not come."""
    connection = server.connect()
    exchange = connection.ask("POST", "/api/runs", server.fields(content_type=formats.JSON), ends=False)
    connection.ping()
    connection.wait(lambda: connection.pongs)
    return connection, exchange


def test_a_request_on_its_way_is_answered(server):
    connection, exchange = unfinished(server)
    server.signal(signal.SIGTERM)
    connection.wait(lambda: connection.goaways)
    connection.send(exchange, formats.encode({"input": "1 + 1"}, formats.JSON))
    assert connection.finish(exchange).status == 201
    connection.close()
    assert server.wait() == 0
    server.start()
    run = formats.decode(bytes(exchange.body), formats.JSON)["run_id"]
    assert server.finished(run)["status"] == "completed"


def test_a_server_that_ends_lives_and_is_not_ready(server):
    connection, exchange = unfinished(server)
    assert connection.request("GET", "/health?ready=1").status == 200
    server.signal(signal.SIGTERM)
    connection.wait(lambda: connection.goaways)
    asked = [connection.ask(method, path, [("accept", accept)])
             for method in ("GET", "HEAD") for path in ("/health", "/health?ready=1")
             for accept in formats.ANSWERS]
    answers = [connection.finish(other) for other in asked]
    assert [answer.status for answer in answers] == [200, 200, 200, 503, 503, 503] * 2
    for accept, answer in zip(formats.ANSWERS, answers[3:6]):
        error = formats.decode(bytes(answer.body), formats.CONTENT_TYPES[accept])["error"]
        assert error["code"] == "NOT_READY" and error["details"] == {"reasons": ["draining"]}
        assert answer.field("retry-after") == "1"
    assert [bytes(answer.body) for answer in answers[6:]] == [b""] * 6
    connection.send(exchange, formats.encode({"input": "1 + 1"}, formats.JSON))
    assert connection.finish(exchange).status == 201
    connection.close()
    assert server.wait() == 0


def test_the_deadline(launch):
    server = launch("--drain-timeout", "1")
    connection, _ = unfinished(server)
    began = time.monotonic()
    server.signal(signal.SIGTERM)
    assert server.wait() == 0
    assert 0.9 < time.monotonic() - began < 4
    connection.close()


def test_a_second_signal_ends_at_once(server):
    connection, _ = unfinished(server)
    server.signal(signal.SIGTERM)
    connection.wait(lambda: connection.goaways)
    began = time.monotonic()
    server.signal(signal.SIGTERM)
    server.wait()
    assert time.monotonic() - began < 1
    connection.close()
    server.start()
    assert server.get("/health", scope=None).status == 200


def test_a_run_that_was_at_work_goes_on_after_a_restart(server):
    run = server.create(mock({"tokens": ["a"]}, {"delay_ms": 1500}, {"tokens": ["b"]}))
    with server.connect() as connection:
        server.watch(connection, run).saw("llm.token")
        assert server.stop() == 0
    server.start()
    value = server.finished(run)
    assert value["status"] == "completed" and value["output"] == "ab"
