#!/usr/bin/env python3
"""`switchyard bench` beside h2load on the same calls: see README.md beside this file.

    bench/agreement.py --seconds 5 --runs 3
"""

import argparse
import json
import re
import statistics
import subprocess
import time

import calls
import servers

# (method of the command line, its input, row of calls.py, shape)
WORK = [
    ("Interface/Health", {}, "health", "c8m32"),
    ("Runs/Get", None, "run-cbor", "c8m32"),
    ("Runs/Create", calls.HELLO, "create", "c8m32"),
    ("Runs/Get", None, "run-json", "c1m1"),
]


class Clock:
    """The processor time of a process, in nanoseconds."""

    def __init__(self, pid):
        self.number = (~pid << 3) | 2  # Linux: the clock of all threads of a process.

    def now(self):
        return time.clock_gettime_ns(self.number)


def ours(server, method, value, accept, shape, seconds):
    """Answers a second, mean latency in ms, and microseconds of the server's CPU for one answer."""
    connections, streams = re.fullmatch(r"c(\d+)m(\d+)", shape).groups()
    command = ["taskset", "-c", servers.CLIENT_CORE, f"{servers.ROOT}/.build/release/switchyard", "bench",
               "--data", f"{server.folder}/data", "--org", "bench", "--user", "bench", "--json",
               "--connections", connections, "--streams", streams, "--seconds", str(seconds),
               "--rate", "max", "--accept", accept, method, json.dumps(value)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    found = json.loads(done.stdout)
    assert list(found["status"]) in (["200"], ["201"]) and found["broken"] == found["unanswered"] == 0, found
    return found["answers_per_second"], found["latency_ms"]["mean"], found["server_cpu_us_per_answer"]


def theirs(server, path, accept, body, type, shape, seconds):
    """The same by h2load."""
    options = ["--warm-up-time=1", "--tls13-ciphers=TLS_AES_256_GCM_SHA384"]
    # The command line names itself to every row.
    fields = {"accept": accept, **server.headers()}
    with calls.h2load(server, shape, path, fields, body, type, seconds, *options) as command:
        clock = Clock(server.banner["pid"])
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        # Its own line says when what it counts begins, and when it ends.
        before = after = None
        output = []
        for line in process.stdout:
            output.append(line)
            if line.startswith("Main benchmark duration is started"):
                before = clock.now()
            elif line.startswith("Main benchmark duration is over"):
                after = clock.now()
        process.wait()
    text = "".join(output)
    done = int(re.search(r"(\d+) succeeded, 0 failed, 0 errored", text)[1])
    latency, unit = re.search(r"time for request: +\S+ +\S+ +([\d.]+)(us|ms|s)", text).groups()
    scale = {"us": 0.001, "ms": 1, "s": 1000}[unit]
    return done / seconds, float(latency) * scale, (after - before) / 1000 / done


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    servers.add_arguments(parser)
    parser.add_argument("--seconds", type=int, default=5, help="length of a run (5)")
    arguments = parser.parse_args()
    print(servers.header("work", "answers a second", "ratio", "mean latency, ms", "ratio", "server's CPU, us", "ratio"))
    with servers.servers(arguments) as (server, _):
        for method, value, row, shape in WORK:
            make, accept, type = calls.ROWS[row]
            path, body = make(server)
            if value is None:
                value = {"run_id": path.rsplit("/", 1)[1]}
            figures = []
            for _ in range(arguments.runs):
                figures.append((ours(server, method, value, accept, shape, arguments.seconds),
                                theirs(server, path, accept, body, type, shape, arguments.seconds)))
            cells = [f"{method}, {shape}"]
            for place in range(3):
                mine, other = (statistics.median(pair[side][place] for pair in figures) for side in (0, 1))
                cells += [f"{mine:.4g} / {other:.4g}", f"{mine / other:.2f}"]
            print("| " + " | ".join(cells) + " |", flush=True)


if __name__ == "__main__":
    main()
