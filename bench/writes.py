#!/usr/bin/env python3
"""Acknowledged runs per second, as a ratio to one thread of plain SQLite: see README.md beside this file.

    cc -O2 -o /tmp/plain bench/plain.c -lsqlite3 && bench/writes.py --plain /tmp/plain

The server takes runs and works on none. Then the same rows go into a new file of the same folder, in batches as long as the
server's were on average.
"""

import argparse
import re
import statistics
import subprocess
import tempfile
from pathlib import Path

import servers

SUBJECT = servers.SUBJECT + " --loops 1 --workers 0 --queue-max 100000000 --access-log off"
# A loop and the writer work at the same time, and so does the client: nobody has a core to itself, since a rate is
# measured and no processor time.
BOTH_CORES = "0,1"
BODY = b'{"session_key":"s_bench","input":"hello"}'


def counter(server, name):
    text = subprocess.run(["curl", "--silent", "--insecure", "--http2", server.url + "/metrics"],
                          capture_output=True, text=True, check=True).stdout
    return float(re.search(rf"^{name} (\S+)$", text, re.MULTILINE)[1])


def measure(subject, plain, seconds, shape):
    """Runs per second of the server and of plain SQLite, and the mean batch."""
    clients, streams = re.fullmatch(r"c(\d+)m(\d+)", shape).groups()
    with servers.Server("subject", subject, cores=BOTH_CORES) as server, tempfile.NamedTemporaryFile() as data:
        data.write(BODY)
        data.flush()
        fields = {**server.headers(), "content-type": "application/json"}
        command = ["taskset", "-c", BOTH_CORES, "h2load", f"-c{clients}", f"-m{streams}", "-t1",
                   f"-D{seconds}", "-d", data.name]
        for name, value in fields.items():
            command += ["-H", f"{name}: {value}"]
        output = subprocess.run(
            [*command, server.url + "/api/runs"], capture_output=True, text=True, check=True).stdout
        done, created = int(re.search(r"(\d+) done", output)[1]), int(re.search(r"codes: (\d+) 2xx", output)[1])
        if done == 0 or created != done:
            raise SystemExit(output)
        rate = float(re.search(r"finished in [\d.]+s, ([\d.]+) req/s", output)[1])
        batch = counter(server, "switchyard_store_writes_total") / counter(server, "switchyard_store_batches_total")
        server.process.terminate()
        server.process.wait(servers.STOP_MAX)
        source = server.folder / "data" / "main.db"
        target = Path(server.folder) / "plain.db"
        rows = subprocess.run(["taskset", "-c", BOTH_CORES, plain, source, target, str(round(batch))],
                              capture_output=True, text=True, check=True).stdout
    return rate, float(rows), batch


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--subject", default=SUBJECT)
    parser.add_argument("--plain", required=True, help="the program that plain.c becomes")
    parser.add_argument("--seconds", type=int, default=4)
    parser.add_argument("--shape", default="c8m32")
    parser.add_argument("--runs", type=int, default=3)
    arguments = parser.parse_args()
    figures = [measure(arguments.subject, arguments.plain, arguments.seconds, arguments.shape)
               for _ in range(arguments.runs)]
    for rate, plain, batch in figures:
        print(f"  {rate:8.0f} runs/s  plain {plain:8.0f} rows/s  batches of {batch:.0f}")
    rate, plain, batch = (statistics.median(column) for column in zip(*figures))
    print(servers.header("work", "Switchyard", "plain SQLite", "ratio"))
    print(f"| `POST /api/runs`, {arguments.shape}, batches of {batch:.0f} | {rate:.0f} runs/s | {plain:.0f} rows/s |"
          f" {rate / plain:.2f} |")


if __name__ == "__main__":
    main()
