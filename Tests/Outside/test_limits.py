"""What one client may have of the server: connections, handshakes, descriptors, answers that it does not take."""

import contextlib
import os
import resource
import socket
import ssl

import h2.errors
import pytest

from http2 import Broken
from server import until

DESCRIBE = "switchyard.interface.v1.Interface/Describe"


def is_served(server, connection):
    return connection.request("GET", "/health").status == 200


def test_connections_from_one_address(launch):
    """One more is closed on arrival; a place that comes free is given again; who is there stays."""
    server = launch("--connections-per-address-max", "3", "--loops", "2")
    with contextlib.ExitStack() as stack:
        there = [stack.enter_context(server.connect()) for _ in range(3)]
        for _ in range(5):
            with pytest.raises((OSError, ssl.SSLError, Broken)):
                server.connect().request("GET", "/health")
        assert all(is_served(server, connection) for connection in there)
        assert b"switchyard_connections_refused_total 5\n" in there[0].request("GET", "/metrics").body
        there[0].close()

        def again():
            with contextlib.suppress(OSError, ssl.SSLError, Broken), server.connect() as connection:
                return is_served(server, connection)

        until(again)


def test_connections_wait_for_handshakes(launch):
    """Those who stall hold up others no longer than they are there."""
    server = launch("--handshakes-max", "2", "--loops", "1")
    stalled = [socket.create_connection(server.address) for _ in range(2)]
    with socket.create_connection(server.address) as plain:
        plain.settimeout(20)
        for connection in stalled:
            connection.close()
        with server.tls.wrap_socket(plain, server_hostname=server.address[0]) as secure:
            assert secure.selected_alpn_protocol() == "h2"
    assert server.metric("switchyard_listening_paused_total") >= 1
    assert server.metric("switchyard_connections_refused_total") == 0


def test_no_descriptor_is_left(launch):
    """Connections wait until there are some; nobody is lost, and the server does not turn in a circle."""
    server = launch("--loops", "1")
    used = len(os.listdir(f"/proc/{server.process.pid}/fd"))
    with contextlib.ExitStack() as stack:
        there = [stack.enter_context(server.connect()) for _ in range(4)]
        assert all(is_served(server, connection) for connection in there)
        resource.prlimit(server.process.pid, resource.RLIMIT_NOFILE, (used + 4, used + 4))
        waiting = [stack.enter_context(socket.create_connection(server.address, timeout=20)) for _ in range(3)]
        assert all(is_served(server, connection) for connection in there)
        for connection in there[:3]:
            connection.close()
        for plain in waiting:
            with server.tls.wrap_socket(plain, server_hostname=server.address[0]) as secure:
                assert secure.selected_alpn_protocol() == "h2"
        until(lambda: b"switchyard_listening_paused_total 0" not in there[3].request("GET", "/metrics").body)
        assert is_served(server, there[3])


def test_answers_that_are_not_taken_are_not_made(launch):
    """Requests wait while more than four megabytes of answers do, and all are answered in the end."""
    server = launch("--loops", "1")
    length = len(server.get("/api/v1/openapi", scope=None).body)
    requests = min(200, 3 * (4 << 20) // length)
    assert requests * length > 8 << 20
    with server.connect(window=100, reads=False) as connection:
        exchanges = [connection.ask("GET", "/api/v1/openapi", [("accept", "application/json")]) for _ in range(requests)]
        connection.wait(lambda: all(len(exchange.body) == 100 for exchange in exchanges[:3]))
        made = server.answers(DESCRIBE)[200] - 1
        assert (4 << 20) // length <= made <= (4 << 20) // length + 2 < requests
        connection.reads = True
        for exchange in exchanges:
            connection.engine.increment_flow_control_window(1 << 20, exchange.number)
            connection.engine.increment_flow_control_window(1 << 20)
        connection.flush()
        connection.wait(lambda: all(exchange.is_done for exchange in exchanges))
        assert all(exchange.status == 200 and len(exchange.body) == length for exchange in exchanges)


def test_memory_for_slow_peers_is_bounded_in_all(launch):
    """Whoever holds much is given no more while all together hold more than may be; others are served."""
    server = launch("--loops", "1", "--buffered-max", str(1 << 20))
    length = len(server.get("/api/v1/openapi", scope=None).body)
    spared = 64 << 10
    assert length < 1 << 20
    slow, each = 8, 2 * (1 << 20) // length
    with contextlib.ExitStack() as stack:
        readers = [stack.enter_context(server.connect(window=100, reads=False)) for _ in range(slow)]
        exchanges = [
            [reader.ask("GET", "/api/v1/openapi", [("accept", "application/json")]) for _ in range(each)]
            for reader in readers
        ]
        for reader, asked in zip(readers, exchanges):
            reader.wait(lambda: len(asked[0].body) == 100)
        held = server.metric("switchyard_buffered_bytes")
        assert 1 << 20 < held <= (2 << 20) + slow * (spared + length), held

        big = b'{"request":{"steps":["' + b"a" * 100_000 + b'"]}}'
        with server.connect() as honest:
            assert is_served(server, honest)
            small = honest.request("POST", "/api/runs", server.fields(content_type="application/json"), b"{}")
            assert small.status in (400, 422)
            refused = honest.ask("POST", "/api/runs", server.fields(content_type="application/json"), big)
            honest.wait(lambda: refused.is_done)
            assert refused.reset == h2.errors.ErrorCodes.REFUSED_STREAM
            assert is_served(server, honest)

        for reader, asked in zip(readers, exchanges):
            reader.reads = True
            for exchange in asked:
                reader.engine.increment_flow_control_window(1 << 20, exchange.number)
                reader.engine.increment_flow_control_window(1 << 20)
            reader.flush()
            reader.wait(lambda: all(exchange.is_done for exchange in asked))
            assert all(exchange.status == 200 and len(exchange.body) == length for exchange in asked)
        until(lambda: server.metric("switchyard_buffered_bytes") == 0)
        with server.connect() as honest:
            taken = honest.request("POST", "/api/runs", server.fields(content_type="application/json"), big)
            assert taken.status in (400, 422)
