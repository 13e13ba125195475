#!/usr/bin/env python3
"""Half an hour of everything at once, and whether the server grows meanwhile: see README.md beside this file.

    SWITCHYARD_BINARY=$PWD/.build/release/switchyard .build/venv/bin/python bench/soak.py --minutes 30
"""

import argparse
import contextlib
import json
import multiprocessing
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "Tests" / "Outside"))

import formats  # noqa: E402
from http2 import Broken  # noqa: E402
from server import BINARY, HANGING, Server, mock  # noqa: E402

SAMPLE_SECONDS = 10
RELOAD_SECONDS = 7
# Bodies that are refused, and how.
BAD = [(b"{", 400), (b"\xff", 400), (b'{"input":5}', 400), (b"[" * 1000, 400), (b'{"input":"x","nope":1}', 400)]


class Worker(multiprocessing.Process):
    """Does one thing again and again until it is told to stop; counts what it did and what went wrong."""

    def __init__(self, server, stop, seed, what):
        super().__init__(daemon=True)
        self.server, self.stop, self.chance, self.what = server, stop, random.Random(seed), what
        self.found = multiprocessing.SimpleQueue()

    def run(self):
        count, problems = 0, []
        # The connection of the process that this one was made from.
        self.server.shared = None
        while not self.stop.is_set():
            try:
                self.what(self.server, self.chance)
                count += 1
            except Exception as error:  # Each is a finding.
                problems.append(f"{self.what.__name__}: {error!r}")
                self.stop.wait(1)
        self.found.put((count, problems[:20]))

    def result(self):
        found = self.found.get()
        self.join(60)
        return found


def stream(server, chance):
    """Follows a run to its end, breaks off somewhere, and resumes there."""
    run = server.create(mock({"generate": {"count": chance.randrange(5, 60), "bytes": 24}}, pace=5, session="s_soak"))
    format = chance.choice(formats.FEEDS)
    with server.connect() as connection:
        watch = server.watch(connection, run, format=format)
        seen = chance.randrange(1, 5)
        connection.wait(lambda: len(watch.events) >= seen or watch.exchange.is_done)
        numbers = [event["seq"] for event in watch.events]
        if not watch.exchange.is_done:
            connection.cancel(watch.exchange)
    with server.connect() as connection:
        rest = server.watch(connection, run, format=chance.choice(formats.FEEDS), cursor=str(numbers[-1]))
        rest.ended()
        numbers += [event["seq"] for event in rest.events]
    assert numbers == list(range(1, numbers[-1] + 1)), numbers
    time.sleep(0.3)


def cancelled(server, chance):
    """Starts a run that would not end, and ends it."""
    run = server.create(mock(HANGING, session="s_soak_cancel"))
    assert server.cancel(run).status in (200, 202)
    server.finished(run)
    time.sleep(0.2)


def bad(server, chance):
    """Sends what is refused, and resets what is under way."""
    with server.connect() as connection:
        for _ in range(20):
            body, status = chance.choice(BAD)
            fields = server.fields(content_type=formats.JSON)
            assert connection.request("POST", "/api/runs", fields, body).status == status
            connection.cancel(connection.ask("GET", "/api/v1/openapi", [("accept", "application/json")]))
        assert connection.request("GET", "/health").status == 200
    time.sleep(0.1)


def torn(server, chance):
    """Connects and goes in the middle of something."""
    with contextlib.suppress(Broken, OSError):
        connection = server.connect()
        connection.ask("POST", "/api/runs", server.fields(content_type=formats.JSON), ends=False)
        connection.socket.close()
    time.sleep(0.05)


def bench(server, seconds, rate, *call):
    """`switchyard bench` beside the others, over the same time."""
    command = [BINARY, "bench", "--data", str(server.folder), "--org", "o1", "--user", "u1", "--json", "--rate", str(rate),
               "--seconds", str(seconds), *call]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def sample(server):
    status = dict(line.split(":", 1) for line in Path(f"/proc/{server.process.pid}/status").read_text().splitlines())
    descriptors = len(os.listdir(f"/proc/{server.process.pid}/fd"))
    wal = server.folder / "main.db-wal"
    return int(status["VmRSS"].split()[0]) / 1024, descriptors, wal.stat().st_size / (1 << 20) if wal.exists() else 0.0


def slope(points):
    """MiB in ten minutes, by least squares."""
    middle = sum(time for time, _ in points) / len(points)
    level = sum(value for _, value in points) / len(points)
    return 600 * sum((t - middle) * (v - level) for t, v in points) / sum((t - middle) ** 2 for t, _ in points)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--minutes", type=float, default=30)
    parser.add_argument("--warm-up-minutes", type=float, default=10, help="what the slope leaves out (10)")
    parser.add_argument("--rate", type=int, default=2000, help="calls a second by switchyard bench (2000)")
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    seconds = arguments.minutes * 60
    with tempfile.TemporaryDirectory(prefix="switchyard-soak-") as folder:
        server = Server(Path(folder) / "data", "--access-log", "off", "--queue-max", "100000").start()
        run = server.create({"session_key": "s_soak_read", "input": "12 * (3 + 4)"})
        server.finished(run)
        stop = multiprocessing.Event()
        jobs = [stream] * 6 + [cancelled] * 2 + [bad] * 2 + [torn]
        workers = [Worker(server, stop, arguments.seed + place, job) for place, job in enumerate(jobs)]
        calls = [bench(server, seconds, arguments.rate, "Runs/Get", json.dumps({"run_id": run})),
                 bench(server, seconds, arguments.rate / 4, "--grpc", "Runs/Get", json.dumps({"run_id": run})),
                 bench(server, seconds, 5, "Runs/Create", '{"session_key":"s_soak_make","input":"1 + 1"}')]
        for worker in workers:
            worker.start()
        began, reloaded, points = time.monotonic(), 0.0, []
        while (now := time.monotonic() - began) < seconds:
            if now - reloaded > RELOAD_SECONDS:
                server.signal(signal.SIGHUP)
                reloaded = now
            if now >= len(points) * SAMPLE_SECONDS:
                points.append((now, *sample(server)))
                if len(points) % 6 == 1:
                    print("{:5.0f} s  {:6.1f} MiB  {} descriptors  WAL {:.1f} MiB".format(*points[-1]), flush=True)
            time.sleep(0.2)
        stop.set()
        results = [worker.result() for worker in workers]
        figures = [json.loads(call.communicate(timeout=120)[0]) for call in calls]
        problems = [problem for _, found in results for problem in found]
        late = [point for point in points if point[0] >= arguments.warm_up_minutes * 60]
        print(f"memory: {slope([point[:2] for point in late]):+.2f} MiB in ten minutes after the warm-up")
        print(f"descriptors: {min(p[2] for p in late)} to {max(p[2] for p in late)}; WAL at most {max(p[3] for p in points):.1f} MiB")
        for job in dict.fromkeys(jobs):
            print(f"{job.__name__}: {sum(count for (count, _), worker in zip(results, workers) if worker.what is job)}")
        for found in figures:
            print(json.dumps(found))
        print(f"{len(problems)} problems", *problems[:20], sep="\n")
        code = server.stop()
        lost = sum(found["broken"] + found["unanswered"] for found in figures)
        sys.exit(1 if problems or lost or code else 0)


if __name__ == "__main__":
    main()
