#!/usr/bin/env python3
"""The server's CPU for one call, as a ratio to a floor: see README.md beside this file.

    FLOOR=/tmp/floor bench/calls.py --rows health,run-json,run-cbor --shapes c8m32,c64m16
"""

import argparse
import contextlib
import json
import re
import struct
import subprocess
import sys
import tempfile

import servers

HELLO = {"session_key": "s_bench", "input": "hello"}
RUN = {"session_key": "s_bench", "input": "12 * (3 + 4)"}


def health(_server):
    return "/health", None


def run(server):
    return "/api/runs/" + server.call("POST", "/api/runs", RUN)["run_id"], None


def runs(_server):
    return "/api/runs", json.dumps(HELLO).encode()


def runs_cbor(_server):
    return "/api/runs", cbor(HELLO)


def run_grpc(server):
    return "/switchyard.runs.v1.Runs/Get", framed({"run_id": server.call("POST", "/api/runs", RUN)["run_id"]})


def create_grpc(_server):
    return "/switchyard.runs.v1.Runs/Create", framed(HELLO)


def echo(_server):
    """A record of 110 bytes, for a server of the bench's own rows and for the floor."""
    return "/echo", cbor({"id": "run_01JH8X9Q2M7V5T3K6N4P8R0S1W", "name": "a common parcel",
                          "count": 7, "created_at": "2025-01-02T03:04:05.678Z", "is_open": True})


def state(_server):
    return "/state", None


def task(_server):
    return "/task", None


def cbor(texts):
    """A map of a few short texts, small numbers and truths."""
    def item(value):
        if isinstance(value, bool):
            return b"\xf5" if value else b"\xf4"
        if isinstance(value, int):
            return bytes([value])
        return (bytes([0x60 + len(value)]) if len(value) < 24 else bytes([0x78, len(value)])) + value.encode()
    return bytes([0xa0 + len(texts)]) + b"".join(item(key) + item(value) for key, value in texts.items())


def framed(texts):
    """The same as a message of gRPC."""
    message = cbor(texts)
    return struct.pack(">BI", 0, len(message)) + message


JSON, CBOR, GRPC = "application/json", "application/cbor", "application/grpc"
# name: (what makes path and body, what is accepted, what the body is)
ROWS = {
    "health": (health, JSON, None),
    "run-json": (run, JSON, None),
    "run-cbor": (run, CBOR, None),
    "run-grpc": (run_grpc, GRPC, GRPC),
    "create": (runs, JSON, JSON),
    "create-cbor": (runs_cbor, CBOR, CBOR),
    "create-grpc": (create_grpc, GRPC, GRPC),
    "echo": (echo, CBOR, CBOR),
    "state": (state, CBOR, None),
    "task": (task, CBOR, None),
}
FLOOR_ROW = "health"
# What the floor does with a body as well.
FLOOR_ECHOES = ["echo"]
# What grpcio sends with each call besides.
GRPC_FIELDS = {"te": "trailers", "grpc-accept-encoding": "identity, deflate, gzip",
               "user-agent": "grpc-python/1.80.0 grpc-c/53.0.0 (linux; chttp2)"}


@contextlib.contextmanager
def h2load(server, shape, path, fields, body, type, seconds, *options):
    """The command of a load on the client's core; its body is in a file as long as the `with` goes on."""
    clients, streams = re.fullmatch(r"c(\d+)m(\d+)", shape).groups()
    command = ["taskset", "-c", servers.CLIENT_CORE, "h2load", f"-c{clients}", f"-m{streams}", "-t1", f"-D{seconds}", *options]
    for name, value in fields.items():
        command += ["-H", f"{name}: {value}"]
    with tempfile.NamedTemporaryFile() as data:
        if body is not None:
            data.write(body)
            data.flush()
            command += ["-d", data.name, "-H", f"content-type: {type}"]
        yield [*command, server.url + path]


def fields_of(server, path, accept):
    """What a call asks with; an open row is asked as a probe asks it, without a token."""
    own = GRPC_FIELDS if accept == GRPC else {"accept": accept}
    return own if path == "/health" else {**own, **server.headers()}


def call_load(server, path, accept, body, type, shape, seconds, fields=None):
    """CPU microseconds of the server for each call that h2load finished."""
    fields = fields or fields_of(server, path, accept)
    with h2load(server, shape, path, fields, body, type, seconds, "--tls13-ciphers=TLS_AES_128_GCM_SHA256") as command:
        before = server.cpu_seconds()
        output = subprocess.run(command, capture_output=True, text=True, check=True).stdout
        spent = server.cpu_seconds() - before
    counts = re.search(r"(\d+) done, (\d+) succeeded, (\d+) failed", output)
    done, succeeded, failed = map(int, counts.groups())
    if done == 0 or failed or succeeded != done:
        sys.exit(f"{server.name}: {counts[0]}\n{output}")
    rate = float(re.search(r"finished in [\d.]+s, ([\d.]+) req/s", output)[1])
    print(f"  {server.name:8} {path:20.20} {shape:7} {spent * 1e6 / done:7.2f} us/call {rate:9.0f} calls/s",
          file=sys.stderr)
    return spent * 1e6 / done


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    servers.add_arguments(parser)
    parser.add_argument("--rows", default=FLOOR_ROW, help=f"of {', '.join(ROWS)}")
    parser.add_argument("--shapes", default="c8m32,c64m16", help="connections and streams on each")
    parser.add_argument("--seconds", type=int, default=5, help="length of one run (5)")
    arguments = parser.parse_args()
    with servers.servers(arguments) as (subject, floor):
        print(servers.header("call", "shape", "subject", *["floor"] * bool(floor), "ratio"))
        for name in arguments.rows.split(","):
            prepare, accept, type = ROWS[name]
            path, body = prepare(subject)
            for shape in arguments.shapes.split(","):
                def measure(server):
                    if server is floor and name not in FLOOR_ECHOES:
                        return call_load(server, "/health", "*/*", None, None, shape, arguments.seconds)
                    return call_load(server, path, accept, body, type, shape, arguments.seconds)
                figures = servers.compare(subject, floor, arguments.runs, measure)
                print(servers.row(f"{name} | {shape}", figures, "us"), flush=True)


if __name__ == "__main__":
    main()
