#!/usr/bin/env python3
"""How long a provider's first token takes to a reader, and a cancel to the provider: see README.md beside this file.

    SWITCHYARD_BINARY=$PWD/.build/release/switchyard .build/venv/bin/python bench/tokens.py --runs 200

The stand-in is a process of its own, which sends the first piece of an answer once the reader is there, and then waits until its
socket is closed. Both look at the machine's monotonic clock.
"""

import argparse
import contextlib
import json
import multiprocessing
import socket
import statistics
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "Tests" / "Outside"))

from server import Server, command  # noqa: E402

PIECE = {"id": "c", "object": "chat.completion.chunk", "choices": [{"index": 0, "delta": {"content": "Ships "}, "finish_reason": None}]}
HEAD = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nconnection: close\r\n\r\n"


def stand_in(listener, go, told):
    """Answers each request with one piece when it is told to; tells when that went out and when the socket was closed."""
    while True:
        client, _ = listener.accept()
        client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        with client:
            request = b""
            while b"\r\n\r\n" not in request:
                request += client.recv(65536)
            client.sendall(HEAD)
            told.send("asked")
            go.recv()
            sent = time.monotonic()
            client.sendall(b"data: " + json.dumps(PIECE).encode() + b"\n\n")
            with contextlib.suppress(ConnectionError):
                while client.recv(65536):
                    pass
            told.send((sent, time.monotonic()))


def measure(server, go, told):
    """Milliseconds from a token here to its reader, and from a cancel to the closed socket."""
    run = server.create({"session_key": "s_tokens", "input": "When do ships come in?", "llm_config": {"provider": "stand-in"}})
    with server.connect() as connection:
        watch = server.watch(connection, run).opened()
        assert told.recv() == "asked"
        go.send(None)
        connection.wait(lambda: b"llm.token" in watch.exchange.body)
        seen = time.monotonic()
        began = time.monotonic()
        assert server.cancel(run).status == 200
        sent, closed = told.recv()
        watch.ended()
    return 1000 * (seen - sent), 1000 * (closed - began)


def told_of(name, figures, bar):
    figures = sorted(figures)
    last = figures[len(figures) * 99 // 100]
    print(f"| {name} | {statistics.median(figures):.2f} ms | {last:.2f} ms | {figures[-1]:.2f} ms | {bar} ms |")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=200)
    runs = parser.parse_args().runs
    listener = socket.create_server(("127.0.0.1", 0))
    (go, going), (told, telling) = multiprocessing.Pipe(), multiprocessing.Pipe()
    process = multiprocessing.Process(target=stand_in, args=(listener, going, telling), daemon=True)
    process.start()
    with tempfile.TemporaryDirectory(prefix="switchyard-") as folder:
        server = Server(Path(folder) / "data", "--access-log", "off").start()
        try:
            address = f"http://127.0.0.1:{listener.getsockname()[1]}/v1"
            command("provider", "add", "stand-in", "--dialect", "openai", "--base-url", address, "--model", "m", data=server.folder)
            figures = [measure(server, go, told) for _ in range(runs)]
        finally:
            server.dispose()
    print("| | median | 99 of 100 | most | bar |\n|---|--:|--:|--:|--:|")
    for name, bar, values in zip(["first token to its reader", "cancel to the provider's socket"], [2, 100], zip(*figures)):
        told_of(name, values, bar)


if __name__ == "__main__":
    main()
