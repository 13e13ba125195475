#!/usr/bin/env python3
"""`switchyard bench` beside h2load on the same calls: see README.md beside this file.

    bench/agreement.py --seconds 5 --runs 3
"""

import argparse
import json
import re
import statistics
import subprocess
import tempfile
import time

import calls
import servers

# (method of the command line, its input, row of calls.py, connections, streams on each)
WORK = [
    ("Interface/Health", {}, "health", 8, 32),
    ("Runs/Get", None, "run-cbor", 8, 32),
    ("Runs/Create", calls.HELLO, "create", 8, 32),
    ("Runs/Get", None, "run-json", 1, 1),
]


class Clock:
    """The processor time of a process, in nanoseconds."""

    def __init__(self, pid):
        self.number = (~pid << 3) | 2  # Linux: the clock of all threads of a process.

    def now(self):
        return time.clock_gettime_ns(self.number)


def ours(server, method, value, accept, shape, seconds):
    """Answers a second, mean latency in ms, and microseconds of the server's CPU for one answer."""
    command = ["taskset", "-c", servers.CLIENT_CORE, f"{servers.ROOT}/.build/release/switchyard", "bench",
               "--data", f"{server.folder}/data", "--org", "bench", "--user", "bench", "--json",
               "--connections", str(shape[0]), "--streams", str(shape[1]), "--seconds", str(seconds),
               "--rate", "max", "--accept", accept, method, json.dumps(value)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    found = json.loads(done.stdout)
    assert list(found["status"]) in (["200"], ["201"]) and found["broken"] == found["unanswered"] == 0, found
    return found["answers_per_second"], found["latency_ms"]["mean"], found["server_cpu_us_per_answer"]


def theirs(server, path, accept, body, type, shape, seconds):
    """The same by h2load."""
    command = ["taskset", "-c", servers.CLIENT_CORE, "h2load", f"-c{shape[0]}", f"-m{shape[1]}", "-t1",
               f"-D{seconds}", "--warm-up-time=1", "--tls13-ciphers=TLS_AES_256_GCM_SHA384",
               "-H", f"accept: {accept}"]
    for name, value in server.headers().items():
        command += ["-H", f"{name}: {value}"]
    with tempfile.NamedTemporaryFile() as data:
        if body is not None:
            data.write(body)
            data.flush()
            command += ["-d", data.name, "-H", f"content-type: {type}"]
        clock = Clock(server.banner["pid"])
        process = subprocess.Popen([*command, server.url + path], stdout=subprocess.PIPE, text=True)
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
        for method, value, row, *shape in WORK:
            make, accept, type = calls.ROWS[row]
            path, body = make(server)
            if value is None:
                value = {"run_id": path.rsplit("/", 1)[1]}
            figures = []
            for _ in range(arguments.runs):
                figures.append((ours(server, method, value, accept, shape, arguments.seconds),
                                theirs(server, path, accept, body, type, shape, arguments.seconds)))
            cells = [f"{method}, c{shape[0]}m{shape[1]}"]
            for place in range(3):
                mine, other = (statistics.median(pair[side][place] for pair in figures) for side in (0, 1))
                cells += [f"{mine:.4g} / {other:.4g}", f"{mine / other:.2f}"]
            print("| " + " | ".join(cells) + " |", flush=True)


if __name__ == "__main__":
    main()
