#!/usr/bin/env python3
"""Whether anything is lost, stuck or done twice when the server is killed again and again: see README.md beside this file.

    SWITCHYARD_BINARY=$PWD/.build/release/switchyard .build/venv/bin/python bench/crashes.py --kills 100 --seed 1

Runs of groups whose members write on the blackboard are under way at each kill -9. It prints one line of JSON, and exits with 1
when what it found misses its bar.
"""

import argparse
import collections
import contextlib
import json
import random
import sqlite3
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "Tests" / "Outside"))

from crews import Crew  # noqa: E402
from server import Server, mock, until  # noqa: E402

ENDED = {"completed", "failed", "cancelled"}
END_MAX = 120.0  # seconds
WAIT_MAX = 0.15  # seconds from a start to the next kill


def script():
    """What each member of a group does in its turn."""
    write = {"call": {"tool": "blackboard_write", "arguments": {"text": "the tide is out"}}}
    sums = [{"call": {"tool": "calculator", "arguments": {"expression": f"6 * {number}"}}} for number in range(3)]
    return [{"text": "I look."}, *sums, write, {"text": "It is written."}, {"text": "We go at noon."}]


def start_runs(server, crew, count):
    value = mock(*script(), pace=1)
    del value["session_key"]
    for number in range(count):
        answer = server.post(f"/api/groups/{crew.still}/runs", {**value, "session_key": f"s_{number}"})
        assert answer.status == 201, answer.body
        yield answer.value["run_id"]


def torture(server, crew, kills, each, chance):
    """The runs that were started."""
    runs = []
    for _ in range(kills):
        runs += start_runs(server, crew, each)
        time.sleep(chance.uniform(0, WAIT_MAX))
        server.kill()
        server.start()
    return runs


def judge_streams(server, runs, chance):
    """Those whose stream, broken off anywhere and resumed, is not what the list says."""
    wrong = []
    for run in runs:
        listed = server.events(run)
        place = chance.randrange(len(listed))
        with server.connect() as connection:
            watch = server.watch(connection, run, cursor=str(place))
            rest = watch.events if server.run(run)["status"] in ENDED and place == len(listed) else watch.ended().events
        if rest != listed[place:] or [event["seq"] for event in listed] != list(range(1, len(listed) + 1)):
            wrong.append(run)
    return wrong


def judge_writes(server, runs):
    """Those in which something was written that no event tells of, or told of that was not written."""
    wrong = []
    with sqlite3.connect(f"file:{server.folder / 'main.db'}?mode=ro", uri=True) as database:
        for run in runs:
            told = sorted(json.loads(payload)["payload"]["memory_id"] for (payload,) in database.execute(
                "SELECT payload FROM event_log WHERE stream = ? AND type = 'blackboard.written'", (f"run:{run}",)))
            held = sorted(id for (id,) in database.execute(
                "SELECT id FROM memories WHERE json_extract(metadata, '$.run_id') = ?", (run,)))
            calls = sum(json.loads(payload)["payload"]["toolName"] == "blackboard_write" for (payload,) in database.execute(
                "SELECT payload FROM event_log WHERE stream = ? AND type = 'tool.called'", (f"run:{run}",)))
            # What the lead has decided is remembered besides, in one to three memories.
            if told != held or len(set(told)) != len(told) or not calls <= len(told) + 1:
                wrong.append(run)
    return wrong


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--runs", type=int, default=6, help="that begin before each kill")
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    chance = random.Random(arguments.seed)
    with tempfile.TemporaryDirectory(prefix="switchyard-") as folder:
        server = Server(Path(folder) / "data", "--access-log", "off", "--workers", "8", "--queue-max", "100000").start()
        try:
            crew = Crew(server)
            runs = torture(server, crew, arguments.kills, arguments.runs, chance)
            # What is counted here is true once the first transaction has been.
            with contextlib.suppress(AssertionError):
                until(lambda: all(server.run(run)["status"] in ENDED for run in runs), within=END_MAX)
            ends = collections.Counter()
            for run in runs:
                view = server.run(run)
                ends[view["status"] + (f" {view['error']['code']}" if view["error"] else "")] += 1
            found = {
                "kills": arguments.kills, "seed": arguments.seed, "runs": len(runs), "ends": dict(ends),
                "stuck": sum(count for end, count in ends.items() if end.split()[0] not in ENDED),
                "streams": judge_streams(server, runs, chance), "writes": judge_writes(server, runs)}
        finally:
            server.dispose()
    print(json.dumps(found))
    unexpected = set(found["ends"]) - {"completed", "failed RUN_INTERRUPTED"}
    sys.exit(1 if found["stuck"] or found["streams"] or found["writes"] or unexpected else 0)


if __name__ == "__main__":
    main()
