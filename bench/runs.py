#!/usr/bin/env python3
"""Complete runs per second on one core, all of them on disk: see README.md beside this file.

    bench/runs.py --runs 5

Runs of the provider `mock` with twelve events each are put into the queue of a server that works on none; then the server is
started again with its workers, and the time counts until the last run has ended.
"""

import argparse
import contextlib
import json
import re
import sqlite3
import statistics
import subprocess
import tempfile
import time

import servers

SERVE = servers.SUBJECT + " --loops 1 --queue-max 100000000 --access-log off"
CORE = "0"
# run.started, two steps of three events with a call and its result in the first, two tokens, run.completed.
SCRIPT = [{"call": {"tool": "calculator", "arguments": {"expression": "6 * 7"}}}, {"tokens": ["4", "2"]}]
EVENTS = 12
# To ask is a handshake, which the same core pays for.
ASK_EVERY = 0.25  # seconds


def counter(server, name):
    return float(re.search(rf"^{name} (\S+)$", server.text("/metrics"), re.MULTILINE)[1])


def body(session):
    return json.dumps({"session_key": f"s_{session}", "input": "play", "llm_config": {"provider": "mock"},
                       "metadata": {"mock": {"pace_ms": 0, "steps": SCRIPT}}})


def fill(server, count, sessions):
    """Puts the runs into the queue, as many for each session."""
    for session in range(sessions):
        with tempfile.NamedTemporaryFile("w") as data:
            data.write(body(session))
            data.flush()
            command = ["h2load", "-c1", "-m32", "-t1", f"-n{count // sessions}", "-d", data.name]
            for name, value in {**server.headers(), "content-type": "application/json"}.items():
                command += ["-H", f"{name}: {value}"]
            output = subprocess.run([*command, server.url + "/api/runs"], capture_output=True, text=True, check=True).stdout
            if f"{count // sessions} 2xx" not in output:
                raise SystemExit(output)


def last_end(server):
    """When the last run ended, as the store has it."""
    with contextlib.closing(sqlite3.connect(server.folder / "data" / "main.db")) as store:
        return store.execute("SELECT max(ended_at) FROM runs").fetchone()[0] / 1000


def measure(count, sessions, workers):
    with servers.Server("subject", SERVE + " --workers 0", cores=CORE) as server:
        fill(server, count, sessions)
        server.again(SERVE + f" --workers {workers}")
        began = time.time()
        while counter(server, "switchyard_runs_pending") + counter(server, "switchyard_runs_running") > 0:
            time.sleep(ASK_EVERY)
        seconds = last_end(server) - began
        cpu = server.cpu_seconds()
        run = server.call("GET", "/api/sessions/s_0/runs?limit=1")["runs"][0]["run_id"]
        events = server.call("GET", f"/api/runs/{run}/events?include_tokens=true")["total"]
        if events != EVENTS:
            raise SystemExit(f"a run has {events} events")
    return count / seconds, cpu / count * 1e6


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=8000)
    parser.add_argument("--sessions", type=int, default=64)
    parser.add_argument("--workers", type=int, default=16)
    parser.add_argument("--runs", type=int, default=3)
    arguments = parser.parse_args()
    figures = [measure(arguments.count, arguments.sessions, arguments.workers) for _ in range(arguments.runs)]
    for rate, cpu in figures:
        print(f"  {rate:8.0f} runs/s  {cpu:6.0f} us of CPU a run")
    rates = [rate for rate, _ in figures]
    print(f"| {arguments.count} runs of {EVENTS} events, {arguments.sessions} sessions, {arguments.workers} workers, one core |"
          f" {statistics.median(rates):.0f} ({min(rates):.0f}–{max(rates):.0f}) runs/s |"
          f" {statistics.median(cpu for _, cpu in figures):.0f} µs |")


if __name__ == "__main__":
    main()
