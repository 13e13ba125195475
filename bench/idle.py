#!/usr/bin/env python3
"""Resident memory of one idle connection, or of one with event streams that say nothing: see README.md beside this file.

    bench/idle.py --connections 2000
    bench/idle.py --connections 1000 --streams 10
"""

import argparse
import resource
import sys
import time

import servers

IDLE_SECONDS = 3
PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
DATA, HEADERS, SETTINGS, GOAWAY = 0, 1, 4, 7
END_STREAM, END_HEADERS, ACKNOWLEDGEMENT = 1, 4, 1
# RFC 7541 appendix A: `:method: GET` 2, `:scheme: https` 7, `:path` 4 and `:authority` 1 with a value of their own.
HEALTH = b"\x82\x87\x04\x07/health\x01\x09localhost"


def frame(kind, flags, stream, payload=b""):
    return len(payload).to_bytes(3) + bytes([kind, flags]) + stream.to_bytes(4) + payload


def read_exactly(connection, count):
    parts = b""
    while len(parts) < count:
        part = connection.recv(count - len(parts))
        if not part:
            sys.exit("the server closed a connection that should be idle")
        parts += part
    return parts


def open_idle(port):
    """A connection that has made one request, as a client that will make more has."""
    connection = servers.connect(port)
    connection.sendall(
        PREFACE + frame(SETTINGS, 0, 0) + frame(HEADERS, END_STREAM | END_HEADERS, 1, HEALTH))
    is_acknowledged = is_answered = False
    while not (is_acknowledged and is_answered):
        head = read_exactly(connection, 9)
        read_exactly(connection, int.from_bytes(head[:3]))
        kind, flags = head[3], head[4]
        if kind == SETTINGS and not flags & ACKNOWLEDGEMENT:
            connection.sendall(frame(SETTINGS, ACKNOWLEDGEMENT, 0))
            is_acknowledged = True
        if kind == GOAWAY:
            sys.exit("the server said GOAWAY to its first request")
        is_answered = is_answered or (kind in (DATA, HEADERS) and bool(flags & END_STREAM))
    return connection


def field(name, value):
    """A literal that no table keeps (RFC 7541 §6.2.2), of fewer bytes than a length in one byte can say."""
    parts = [name.encode(), value.encode()]
    assert all(len(part) < 127 for part in parts)
    return b"\x00" + b"".join(bytes([len(part)]) + part for part in parts)


def subscribe(connection, path, headers, streams):
    """Opens event streams and waits for the greeting of each."""
    block = b"\x82\x87\x04" + bytes([len(path)]) + path.encode() + b"\x01\x09localhost" + field("accept", "text/event-stream")
    block += b"".join(field(name, value) for name, value in headers.items())
    waiting = {3 + 2 * number for number in range(streams)}
    for stream in sorted(waiting):
        connection.sendall(frame(HEADERS, END_STREAM | END_HEADERS, stream, block))
    while waiting:
        head = read_exactly(connection, 9)
        read_exactly(connection, int.from_bytes(head[:3]))
        if head[4] & END_STREAM:
            sys.exit("an event stream ended at once; raise the limits of feeds")
        if head[3] == DATA:
            waiting.discard(int.from_bytes(head[5:]))


def hanging_run(server):
    """The path of the event stream of a run that says nothing more."""
    accepted = server.call("POST", "/api/runs", {
        "session_key": "s_bench", "input": "hang", "llm_config": {"provider": "mock"}, "timeout_ms": 3_600_000,
        "metadata": {"mock": {"steps": [{"hang": True}]}}})
    return f"/api/runs/{accepted['run_id']}/stream"


def measure(server, count, warm, streams):
    """Kibibytes for each connection above what the server had with `warm` of them."""
    path = hanging_run(server) if streams else None
    headers = server.headers()

    def opened():
        connection = open_idle(server.port)
        if streams:
            subscribe(connection, path, headers, streams)
        return connection

    held = [opened() for _ in range(warm)]
    before = server.resident_kibibytes()
    held += [opened() for _ in range(count)]
    # Idle is what has been so for a while.
    time.sleep(IDLE_SECONDS)
    each = (server.resident_kibibytes() - before) / count
    for connection in held:
        connection.close()
    print(f"  {server.name:8} {each:.1f} KiB each", file=sys.stderr)
    return each


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    servers.add_arguments(parser)
    parser.add_argument("--connections", type=int, default=2000)
    parser.add_argument("--streams", type=int, default=0, help="event streams on each, of the subject alone (0)")
    parser.add_argument("--warm", type=int, default=100, help="opened before the first reading (100)")
    arguments = parser.parse_args()
    needed = arguments.connections + arguments.warm + 64
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(needed, hard), hard))
    # A server keeps memory that it once had, so each run has a fresh one.
    figures = {}
    commands = {"subject": arguments.subject, "floor": None if arguments.streams else servers.floor_command(arguments.floor)}
    for _ in range(arguments.runs):
        for name, command in commands.items():
            if command:
                with servers.Server(name, command) as server:
                    figures.setdefault(name, []).append(
                        measure(server, arguments.connections, arguments.warm, arguments.streams))
    print(servers.header("idle connections", *figures, "ratio"))
    shape = f"{arguments.connections}" + (f" with {arguments.streams} event streams each" if arguments.streams else "")
    print(servers.row(shape, figures, "KiB"))


if __name__ == "__main__":
    main()
