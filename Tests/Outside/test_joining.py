"""Many readers at once, in every form that streams come in: nothing is lost, nothing comes twice.

Small by default; `SUBSCRIBERS=1000 RESUMES=10000 LAZY=100 PUBLISHED_MIB=1024` is the campaign."""

import os
import time

import pytest

import feeds
from server import mock

SUBSCRIBERS = int(os.environ.get("SUBSCRIBERS", 60))
EVENTS = max(600, 2 * SUBSCRIBERS)
RESUMES = int(os.environ.get("RESUMES", 200))
LAZY = int(os.environ.get("LAZY", 20))
PUBLISHED_MIB = int(os.environ.get("PUBLISHED_MIB", 16))
RUN_MIB, TEXTS = 16, 32  # what one run publishes, in so many texts
CANCELS_MAX = 50  # of one connection; h2 resets a stream again for each frame that comes behind, and many are an attack
STREAMS_MAX = 100  # streams of one connection
WITHIN = 600.0  # seconds

CAPS = ["--feeds-max", "2000", "--feeds-per-run-max", "2000", "--feeds-per-caller-max", "2000",
        "--connections-per-address-max", "2000", "--access-log", "off"]


def sequence(watch):
    """The numbers of a stream's events, in their order."""
    return [int(message.id) for message in watch.messages if message.id]


@pytest.mark.parametrize("format", feeds.ALL)
def test_subscribers_that_join_while_events_are_published(launch, chance, format):
    """Each from a position of its own; all come to the same end."""
    server = launch(*CAPS)
    run = server.create(mock({"generate": {"count": EVENTS, "bytes": 24}}, pace=10, burst=10, session="s_join"))
    connections = [server.connect() for _ in range(-(-SUBSCRIBERS // STREAMS_MAX))]
    watches = [(None, server.watch(connections[0], run, format=format))]
    connections[0].wait(lambda: sequence(watches[0][1]))
    for number in range(1, SUBSCRIBERS):
        connection = connections[number % len(connections)]
        seen = sequence(watches[0][1])[-1]
        cursor = chance.choice([None, str(seen), str(chance.randrange(seen + 1))])
        watches.append((cursor, server.watch(connection, run, format=format, cursor=cursor)))
        for each in connections:
            each.pump_ready()
    for _, watch in watches:
        watch.ended(WITHIN)
    last = len(server.events(run))
    assert last > EVENTS
    joined = [watch for _, watch in watches if watch.exchange.status != 204]
    print(f"{format}: {len(joined)} of {len(watches)} joined before the end, {last} events")
    assert len(joined) > len(watches) // 2
    for cursor, watch in watches:
        # Over HTTP a stream without anything left is no stream at all.
        assert watch.exchange.status in (200, 204)
        assert sequence(watch) == list(range(int(cursor or 0) + 1, last + 1))
    for connection in connections:
        connection.close()


@pytest.mark.parametrize("format", feeds.ALL)
def test_resumes_while_events_are_published(launch, chance, format):
    """Whatever position: exactly what comes behind it, from history into the present."""
    server = launch(*CAPS)
    run = server.create(mock({"generate": {"count": 1_000_000, "bytes": 16}}, pace=20, burst=4, session="s_resume"))
    head = 1
    for first in range(0, RESUMES, CANCELS_MAX):
        with server.connect() as connection:
            for _ in range(min(CANCELS_MAX, RESUMES - first)):
                cursor = chance.randrange(head)
                wanted = chance.randrange(1, 40)
                watch = server.watch(connection, run, format=format, cursor=str(cursor))
                connection.wait(lambda: len(sequence(watch)) >= wanted, WITHIN)
                found = sequence(watch)
                assert found == list(range(cursor + 1, cursor + len(found) + 1))
                head = max(head, found[-1])
                connection.cancel(watch.exchange)
                watch.exchange.body.clear()
    server.cancel(run)


def resident(server):
    """Bytes of memory that the process has."""
    with open(f"/proc/{server.process.pid}/statm") as statm:
        return int(statm.read().split()[1]) * 4096


@pytest.mark.parametrize("format", feeds.ALL)
def test_readers_that_never_read_while_much_is_published(launch, format):
    """They cost windows and positions; whoever reads is not held up, and they catch up from the log."""
    server = launch(*CAPS, "--workers", "1")
    # A tool between two texts, because the answer, which the server holds whole, is the last of them.
    text = {"generate": {"count": RUN_MIB * 1024 // TEXTS, "bytes": 1024}}
    tool = {"call": {"tool": "calculator", "arguments": {"expression": "1+1"}}}
    steps = [step for _ in range(TEXTS) for step in (text, tool)]
    runs = [server.create(mock(*steps, burst=1000, pace=1, session=f"s_much_{number}", timeout_ms=3_600_000))
            for number in range(PUBLISHED_MIB // RUN_MIB)]
    lazy = server.connect(reads=False)
    watches = [server.watch(lazy, runs[number % len(runs)], format=format) for number in range(LAZY)]
    # The window of the connection may be full before the last of them is greeted.
    lazy.wait(lambda: all(watch.exchange.fields for watch in watches))
    before = resident(server)
    began = time.monotonic()
    peak = before
    while server.run(runs[-1])["status"] in ("pending", "running"):
        peak = max(peak, resident(server))
        assert time.monotonic() - began < WITHIN
    print(f"{format}: {PUBLISHED_MIB} MiB in {time.monotonic() - began:.1f} s, memory {before >> 20} to {peak >> 20} MiB")
    assert peak - before < 64 << 20
    lazy.drop()
    # Who was cut off for reading nothing comes back with its position.
    with server.connect() as connection:
        late = server.watch(connection, runs[0], format=format, cursor="1")
        connection.wait(lambda: len(late.exchange.body) > 1 << 20, WITHIN)
        found = sequence(late)
    assert found == list(range(2, len(found) + 2)) and len(found) > 500
