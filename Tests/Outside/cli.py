"""What tests of the command line have in common."""

import json
import sqlite3
import subprocess

from server import BINARY, ENVIRONMENT

# Exit codes.
REFUSED, USAGE, FILE, UNAVAILABLE, FOLDER, SYSTEM, CONFIGURATION = 1, 64, 66, 69, 73, 71, 78


class Watching:
    """`switchyard watch` as a process."""

    def __init__(self, server, run, *arguments):
        self.process = subprocess.Popen(
            [BINARY, "watch", run, "--data", str(server.folder), "--org", "o1", "--user", "u1",
             *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=ENVIRONMENT)
        self.events = []

    def take(self, count):
        for _ in range(count):
            self.events.append(json.loads(self.process.stdout.readline()))

    def rest(self, within=60):
        output, errors = self.process.communicate(timeout=within)
        self.events += [json.loads(line) for line in output.splitlines()]
        assert self.process.returncode == 0, errors


def damage(server, statement):
    """Changes the log of a server that is stopped; the number of the last event that is left."""
    with sqlite3.connect(server.folder / "main.db") as database:
        database.execute(statement)
        last = database.execute("SELECT max(stream_seq) FROM event_log").fetchone()[0]
    database.close()
    return last
