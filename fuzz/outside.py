#!/usr/bin/env python3
"""Sends mutated requests over TLS to the real binary and holds what comes back against what was promised.

    .build/venv/bin/python fuzz/outside.py --requests 200000 --seed 1

No answer is a fault of the server's, each decodes in the type that it says and has the shape that the interface documents, the
process lives and ends in order, and its memory and descriptors stay what they were. A conversation that finds something is
printed in hexadecimal; `--replay FILE` sends it again, without the token and the runs of the server that it was found with.
"""

import argparse
import itertools
import os
import random
import sys
import tempfile
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
os.environ.setdefault("SWITCHYARD_BINARY", str(ROOT / ".build/release/switchyard"))
sys.path[:0] = [str(ROOT / "Tests/Outside"), str(ROOT / "fuzz")]

from blackbox import conversations  # noqa: E402
from blackbox.client import Client  # noqa: E402
from blackbox.verdicts import Judge  # noqa: E402
from server import HANGING, Server, mock  # noqa: E402

# As many runs and feeds as come, and no line for each request.
SETTINGS = ["--access-log", "off", "--queue-max", "100000000", "--feeds-max", "100000", "--feeds-per-run-max", "100000",
            "--feeds-per-caller-max", "100000"]
# Three page caches of 16 MiB that fill as the database grows, and as much again for what is at work on 48 requests at a time.
MEMORY_GROWTH_MAX = 128 << 20  # bytes, from the start to the end, however many requests
DESCRIPTORS_GROWTH_MAX = 4
FAULTS_SHOWN_MAX = 5


def started(folder):
    """A server, and runs that are over, that go on and that were cancelled."""
    server = Server(Path(folder) / "data", *SETTINGS).start()
    over = server.create(mock({"text": "one\n| two"}, {"call": {"tool": "none", "arguments": {"a": [1.5, None]}}}, session="s_over"))
    going, cancelled = (server.create(mock(HANGING, session=session)) for session in ("s_going", "s_cancelled"))
    server.cancel(cancelled)
    server.finished(over)
    server.finished(cancelled)
    return server, [over, going, cancelled]


def resources(server):
    """Bytes of resident memory, and open descriptors."""
    process = Path("/proc") / str(server.process.pid)
    line = next(line for line in (process / "status").read_text().splitlines() if line.startswith("VmRSS"))
    return int(line.split()[1]) * 1024, len(list((process / "fd").iterdir()))


def made(seed, numbers):
    """Conversations with their names, each from the seed and its own number alone."""
    for number in numbers:
        yield f"--seed {seed} --connection {number}", conversations.conversation(random.Random(f"{seed}/{number}"))


class Campaign:
    """What a server did with conversations: counts of what came back, and faults with what caused them."""

    def __init__(self, server, runs):
        self.server = server
        self.client = Client(server, runs)
        self.judge = Judge(server.get("/api/v1/openapi").value)
        self.asked, self.counts, self.faults, self.resources = 0, Counter(), [], []

    def run(self, conversations, marks):
        """Sends all, or until as many requests were sent as the last mark says; at each mark the resources are noted."""
        for name, conversation in conversations:
            self.client.send(conversation)
            self.count(conversation)
            self.faults += [(name, fault, conversation) for fault in self.judge.faults(conversation, self.client)]
            if self.server.process.poll() is not None:
                self.faults.append((name, f"the process ended with {self.server.process.returncode}", conversation))
                return
            if marks and self.asked >= marks[0]:
                marks.pop(0)
                self.resources.append(resources(self.server))
                if not marks:
                    return

    def count(self, conversation):
        self.asked += len(conversation.asked)
        for answer in self.client.answers.values():
            if answer.heads:
                self.counts[answer.value(":status")] += 1
            elif answer.reset is not None:
                self.counts[f"reset {answer.reset}"] += 1
        for code in self.client.goaways:
            self.counts[f"goaway {code}"] += 1

    def finish(self):
        """Judges what is left of the server."""
        if len(self.resources) == 3:
            ((start, _), (_, descriptors), (end, left)) = self.resources
            if end - start > MEMORY_GROWTH_MAX:
                self.faults.append(("all", "memory grows", None))
            if left - descriptors > DESCRIPTORS_GROWTH_MAX:
                self.faults.append(("all", "descriptors grow", None))
        if self.server.process.poll() is None and (code := self.server.stop()) != 0:
            self.faults.append(("all", f"the process ended with {code}", None))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--requests", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--connection", type=int, help="send this connection alone")
    parser.add_argument("--replay", type=argparse.FileType(), help="send what was printed; - is standard input")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="switchyard-") as folder:
        server, runs = started(folder)
        try:
            campaign = Campaign(server, runs)
            if arguments.replay:
                campaign.run([("replay", conversations.parse(arguments.replay.read()))], marks=[])
            elif arguments.connection is not None:
                campaign.run(made(arguments.seed, [arguments.connection]), marks=[])
            else:
                campaign.run(made(arguments.seed, itertools.count()), marks=[0, arguments.requests // 3, arguments.requests])
            campaign.finish()
        finally:
            server.dispose()
    report(campaign, arguments.seed)
    return 1 if campaign.faults else 0


def report(campaign, seed):
    if campaign.resources:
        print("memory and descriptors at the start, after a third, at the end: "
              + ", ".join(f"{memory >> 20} MiB {descriptors}" for memory, descriptors in campaign.resources))
    print(f"seed {seed}: {campaign.asked} requests; " + ", ".join(f"{name}: {times}" for name, times in sorted(campaign.counts.items())))
    for name, fault, conversation in campaign.faults[:FAULTS_SHOWN_MAX]:
        print(f"{name}: {fault}")
        if conversation is not None:
            print(conversation.text(), end="")
    print(f"{len(campaign.faults)} faults")


if __name__ == "__main__":
    sys.exit(main())
