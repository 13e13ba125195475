#!/usr/bin/env python3
"""The server's CPU for one delivered event, as a ratio to a floor: see README.md beside this file.

    FLOOR='/tmp/floor {port} {certificate} {key} -t 10000' bench/fanout.py --connections 100 --streams 10

All streams follow one run, which the provider `mock` paces. The loops' part of the CPU is given besides: the rest
executes the run and stores its events. The floor's command must publish events of 200 bytes
on /stream at the same rate.
"""

import argparse
import re
import subprocess
import sys

import servers

FLOOR_EVENT_BYTES = 200
TOKEN_BYTES = 24
# The run waits so long before its first token, so that all streams are open by then.
LEAD_SECONDS = 2


def start_load(server, path, arguments, extra):
    command = ["taskset", "-c", servers.CLIENT_CORE, "h2load", f"-c{arguments.connections}",
               f"-m{arguments.streams}", "-t1", "--tls13-ciphers=TLS_AES_128_GCM_SHA256",
               "-H", "accept: text/event-stream", *extra]
    for name, value in server.headers().items():
        command += ["-H", f"{name}: {value}"]
    return subprocess.Popen([*command, server.url + path], stdout=subprocess.PIPE, text=True)


def start_run(server, arguments):
    """A run that says one token after the other for as long as is measured."""
    pace = 1000 // arguments.rate
    steps = [{"delay_ms": LEAD_SECONDS * 1000},
             {"generate": {"count": arguments.rate * arguments.seconds, "bytes": TOKEN_BYTES}}]
    accepted = server.call("POST", "/api/runs", {
        "session_key": "s_bench", "input": "fan out", "llm_config": {"provider": "mock"},
        "metadata": {"mock": {"pace_ms": pace, "steps": steps}}})
    return accepted["run_id"]


def follow_run(server, arguments, loops):
    """CPU microseconds for each event of a run that every stream reads to its end; adds the loops' part to `loops`."""
    streams = arguments.connections * arguments.streams
    before, loop_before = server.cpu_seconds(), server.loop_seconds()
    run = start_run(server, arguments)
    load = start_load(server, f"/api/runs/{run}/stream", arguments, [f"-n{streams}"])
    output, _ = load.communicate()
    spent, loop_spent = server.cpu_seconds() - before, server.loop_seconds() - loop_before
    ended = int(re.search(r"(\d+) succeeded", output)[1])
    if ended != streams:
        sys.exit(f"{ended} of {streams} streams ended well; raise the limits of feeds\n{output}")
    events = server.call("GET", f"/api/runs/{run}/events?limit=1&include_tokens=true")["total"]
    report_lag(server)
    loops.append(loop_spent * 1e6 / (events * streams))
    return report(server, spent, events * streams)


def report_lag(server):
    """How soon after their commit events were handed to their streams, as far as buckets tell."""
    buckets = re.findall(r'feed_lag_seconds_bucket\{le="([^"]+)"\} (\d+)', server.text("/metrics"))
    total = int(buckets[-1][1])
    bound = next(bound for bound, count in buckets if int(count) >= 0.99 * total)
    late = total - max(int(count) for bound, count in buckets if bound != "+Inf" and float(bound) <= 0.003)
    print(f"  {server.name:8} p99 of the lag at most {bound} s; later than 3 ms: {late} of {total}", file=sys.stderr)


def follow_floor(server, arguments):
    """CPU microseconds for each event of a server that publishes without end."""
    before = server.cpu_seconds()
    output, _ = start_load(server, "/stream", arguments, [f"-D{arguments.seconds}"]).communicate()
    spent = server.cpu_seconds() - before
    total = int(re.search(r"\((\d+)\) data", output)[1])
    return report(server, spent, total // FLOOR_EVENT_BYTES)


def report(server, spent, events):
    if events == 0:
        sys.exit(f"{server.name} delivered no event")
    print(f"  {server.name:8} {events} events {spent * 1e6 / events:7.3f} us/event", file=sys.stderr)
    return spent * 1e6 / events


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    servers.add_arguments(parser)
    parser.add_argument("--connections", type=int, default=100)
    parser.add_argument("--streams", type=int, default=10, help="streams on each connection (10)")
    parser.add_argument("--rate", type=int, default=100, help="events of the run a second (100)")
    parser.add_argument("--seconds", type=int, default=10, help="length of one run (10)")
    arguments = parser.parse_args()
    with servers.servers(arguments) as (subject, floor):
        loops = []

        def measure(server):
            return follow_floor(server, arguments) if server is floor else follow_run(server, arguments, loops)
        figures = servers.compare(subject, floor, arguments.runs, measure)
        print(servers.header("streams", "subject", *["floor"] * bool(floor), "ratio"))
        shape = f"{arguments.connections} × {arguments.streams} at {arguments.rate}/s"
        print(servers.row(shape, figures, "us"))
        print(servers.row(f"{shape}, the loops alone", {**figures, subject.name: loops}, "us"))


if __name__ == "__main__":
    main()
