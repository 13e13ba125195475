"""What was acknowledged is there, whatever ends the process; what was changed behind its back is found."""

import collections
import itertools
import json
import random
import sqlite3
import threading

import pytest

import formats
from http2 import Broken
from server import HANGING, command, mock, until

KILLS = 50
WRITERS = 4
TERMINAL = {"completed", "failed", "cancelled"}


class Load:
    """Writers that start runs one after the other and note what was acknowledged, and a watching reader."""

    def __init__(self, server, number, goal):
        self.server = server
        self.session = f"s_load_{number}"
        self.goal = goal
        self.created = []
        self.seen = []
        self.reached = threading.Event()
        self.watched = server.create(
            mock({"generate": {"count": 1000, "bytes": 8}}, pace=2, burst=4,
                 session=f"s_watched_{number}"))
        self.threads = [threading.Thread(target=self.write) for _ in range(WRITERS)]
        self.threads.append(threading.Thread(target=self.read))

    def write(self):
        body = formats.encode({"session_key": self.session, "input": "2 * 3"}, formats.JSON)
        fields = self.server.fields(content_type=formats.JSON)
        try:
            with self.server.connect() as connection:
                while True:
                    exchange = connection.request("POST", "/api/runs", fields, body)
                    # Too many waiting is an answer as well; what it says did not happen.
                    if exchange.status == 201:
                        self.created.append(json.loads(exchange.body)["run_id"])
                    else:
                        assert exchange.status == 503, exchange.status
                    if len(self.created) >= self.goal:
                        self.reached.set()
        except (Broken, OSError):
            return

    def read(self):
        try:
            with self.server.connect() as connection:
                watch = self.server.watch(connection, self.watched)
                try:
                    connection.finish(watch.exchange)
                finally:
                    self.seen = watch.events
        except (Broken, OSError):
            return

    def until_killed(self, pause):
        for thread in self.threads:
            thread.start()
        assert self.reached.wait(30), "the writers do not come on"
        # The moment lies between two answers, not at one.
        threading.Event().wait(pause)
        self.server.kill()
        for thread in self.threads:
            thread.join(30)
        assert not any(thread.is_alive() for thread in self.threads)


def verify(server):
    return command("audit", "verify", data=server.folder)


def check_database(server):
    """The folder of a server that is down."""
    with sqlite3.connect(server.folder / "main.db") as database:
        assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        counts = dict(database.execute("SELECT status, count(*) FROM runs GROUP BY status"))
        assert counts.keys() <= TERMINAL, counts
        kept = dict(database.execute("SELECT name, value FROM run_counts"))
        assert kept == {"pending": 0, "running": 0}
        assert database.execute("SELECT 1 FROM tenant_queues WHERE pending <> 0 OR running <> 0").fetchall() == []
        wrong = database.execute("""
          SELECT id FROM runs WHERE event_count <> (SELECT count(*) FROM event_log
            WHERE stream = 'run:' || runs.id AND type <> 'llm.token')""").fetchall()
        assert wrong == [], "runs whose events were miscounted"
        twice = database.execute("""
          SELECT stream FROM event_log WHERE type IN ('run.completed', 'run.failed', 'run.cancelled')
          GROUP BY stream HAVING count(*) > 1""").fetchall()
        assert twice == [], "runs that ended twice"


def queue(server):
    return server.get("/health", scope=None).value["queue"]


def ended(server, run):
    """The run at its end, which is waited for."""
    value = server.run(run)
    return value if value["status"] in TERMINAL else server.finished(run)


IDLE = {"length": 0, "processing": False}


def test_fifty_power_cuts_under_load(launch, chance):
    server = launch("--access-log", "off", "--queue-max", "100000")
    created, seen = [], {}
    for number in range(KILLS):
        load = Load(server, number, goal=chance.randrange(1, 25))
        load.until_killed(chance.random() * 0.02)
        created += load.created
        seen[load.watched] = load.seen
        server.start()
        for run in load.created[-5:]:
            server.run(run)
        server.cancel(load.watched)
    for run in created:
        assert ended(server, run)["status"] in TERMINAL
    for run, events in seen.items():
        ended(server, run)
        kept = server.events(run)
        assert formats.differences(kept[:len(events)], events) == []
        assert [event["seq"] for event in kept] == list(range(1, len(kept) + 1))
    assert queue(server) == IDLE
    assert server.stop() == 0
    check_database(server)
    verified = verify(server)
    assert verified.returncode == 0, verified.stdout + verified.stderr
    print(f"{len(created)} runs acknowledged over {KILLS} cuts, none lost")


CUTS = 10


class Cancelling:
    """A writer that starts runs, cancels each at some moment of its life, and notes what it was told."""

    def __init__(self, server, name, chance):
        self.server = server
        self.name = name
        self.chance = chance
        self.told = {}
        self.thread = threading.Thread(target=self.work)

    def work(self):
        fields = self.server.fields(content_type=formats.JSON)
        try:
            with self.server.connect() as connection:
                while True:
                    script = mock({"tokens": ["a", "b"]},
                                  {"call": {"tool": "clock", "arguments": {}}},
                                  {"generate": {"count": self.chance.randrange(1, 30), "bytes": 8}},
                                  pace=1, burst=self.chance.randrange(1, 9),
                                  session=f"s_{self.name}_{self.chance.randrange(4)}")
                    body = formats.encode(script, formats.JSON)
                    created = connection.request("POST", "/api/runs", fields, body)
                    run = json.loads(created.body)["run_id"]
                    threading.Event().wait(self.chance.random() * 0.03)
                    path = f"/api/runs/{run}/cancel"
                    answer = connection.request("POST", path, fields, b"{}")
                    self.told[run] = answer.status, json.loads(answer.body)
        except (Broken, OSError):
            return


def test_an_acknowledged_cancellation_wins(launch, chance):
    """Over power cuts too: what was acknowledged is cancelled, what was refused had its answer."""
    server = launch("--access-log", "off")
    told = {}
    for cut in range(CUTS):
        writers = [Cancelling(server, f"{cut}_{number}", random.Random(chance.random()))
                   for number in range(WRITERS)]
        for writer in writers:
            writer.thread.start()
        threading.Event().wait(0.2 + chance.random() * 0.3)
        server.kill()
        for writer in writers:
            writer.thread.join(30)
            told |= writer.told
        server.start()
    counts = collections.Counter()
    for run, (status, value) in told.items():
        final, events = ended(server, run), server.events(run, query="")
        if status == 200:
            assert final["status"] == "cancelled" and events[-1]["type"] == "run.cancelled", final
        else:
            assert status == 409, value
            assert final["status"] == "completed", (value, final)
        counts[status, value.get("error", {}).get("code")] += 1
    assert counts[200, None] > 0
    until(lambda: queue(server) == IDLE)
    assert server.stop() == 0
    check_database(server)
    assert verify(server).returncode == 0
    print(dict(counts))


def test_a_session_stays_in_order_over_a_power_cut(server):
    for number in range(6):
        server.create({"session_key": "s_order", "input": f"{number} + 0"})
    server.restart()
    names = [run["run_id"] for run in server.get("/api/sessions/s_order/runs").value["runs"]]
    runs = [ended(server, name) for name in reversed(names)]
    pairs = zip(runs, runs[1:])
    assert all(one["ended_at"] <= next["started_at"] for one, next in pairs)


def test_the_queue_is_known_from_the_first_answer(launch):
    server = launch("--workers", "0")
    for _ in range(3):
        server.create({"input": "1 + 1"})
    for _ in range(5):
        server.restart()
        assert queue(server) == {"length": 3, "processing": False}


def test_a_run_goes_on_from_its_last_step(server):
    """What its first step did is done; the step that was cut begins anew, and the log tells."""
    run = server.create(mock({"call": {"tool": "calculator", "arguments": {"expression": "6*7"}}},
                             {"tokens": ["second"]}, {"delay_ms": 2000}, {"tokens": [" done"]},
                             session="s_resume"))
    with server.connect() as connection:
        server.watch(connection, run).saw("llm.token")
        server.kill()
    server.start()
    value = server.finished(run)
    types = [event["type"] for event in server.events(run, query="")]
    assert value["status"] == "completed" and value["output"] == "second done"
    assert types.count("run.resumed") == 1 and types.count("tool.called") == 1
    assert value["event_count"] == len(types) and value["tool_call_count"] == 1


# name, statement, what is said
TAMPERING = [
    ("payload", "UPDATE event_log SET payload = replace(payload, '84', '85') WHERE type = 'run.completed'",
     "not what was hashed"),
    ("type", "UPDATE event_log SET type = 'tool.result' WHERE stream_seq = 3", "not what was hashed"),
    ("time", "UPDATE event_log SET ts = ts + 1 WHERE stream_seq = 2", "not what was hashed"),
    ("tenant", "UPDATE event_log SET tenant_id = 'o2' WHERE stream_seq = 2", "not what was hashed"),
    ("removed", "DELETE FROM event_log WHERE stream_seq = 3", "is missing"),
    ("cut-off", "DELETE FROM event_log WHERE type = 'run.completed'", "last events are missing"),
    ("hash", "UPDATE event_log SET hash = zeroblob(32) WHERE stream_seq = 2", ""),
    ("all-of-a-stream", "DELETE FROM event_log", "last events are missing"),
]


@pytest.mark.parametrize("statement,reason", [row[1:] for row in TAMPERING],
                         ids=[row[0] for row in TAMPERING])
def test_tampering_is_found(server, statement, reason):
    run = server.create({"session_key": "s_tamper", "input": "12 * (3 + 4)"})
    server.finished(run)
    assert verify(server).returncode == 0, "beside a running server"
    server.stop()
    sound = verify(server)
    assert sound.returncode == 0 and sound.stdout.startswith("ok")
    with sqlite3.connect(server.folder / "main.db") as database:
        assert database.execute(statement).rowcount > 0
    found = verify(server)
    assert found.returncode == 1
    assert f"run:{run}" in found.stdout and reason in found.stdout
    listed = command("audit", "verify", "--json", data=server.folder)
    assert listed.returncode == 1
    assert all(json.loads(line)["stream"] == f"run:{run}" for line in listed.stdout.splitlines())


def test_a_newer_database_is_refused(server):
    server.stop()
    with sqlite3.connect(server.folder / "main.db") as database:
        database.execute("INSERT INTO schema_migrations VALUES (999, 'from the future', 1)")
    server.launch()
    assert server.wait() == 78
    assert "999" in server.log.read_text() and "newer" in server.log.read_text()


def test_a_database_of_another_program_is_refused(launch):
    server = launch(start=False)
    server.folder.mkdir(mode=0o700)
    with sqlite3.connect(server.folder / "main.db") as database:
        database.execute("CREATE TABLE recipes (name TEXT)")
    server.launch()
    assert server.wait() == 73
    assert "another program" in server.log.read_text()


def test_a_full_disk(launch):
    """Nothing is acknowledged that is not kept; reading goes on; with room again, so does everything."""
    server = launch("--store-pages-max", "256", "--workers", "0")
    kept = server.create({"session_key": "s_disk", "input": "1 + 1"})
    assert server.cancel(kept).status == 200
    names = []
    for _ in itertools.count():
        answer = server.post("/api/runs", {"session_key": "s_disk", "input": "x" * 50_000})
        if answer.status != 201:
            break
        names.append(answer.value["run_id"])
        assert len(names) < 100, "the limit holds nothing back"
    assert names and answer.status == 507 and answer.error["code"] == "STORAGE_FULL"
    for accept in formats.ANSWERS:
        for body in formats.BODIES:
            refused = server.post("/api/runs", {"session_key": "s_disk", "input": "x" * 50_000},
                                  format=body, accept=accept)
            assert refused.status == 507 and int(refused.field("retry-after")) > 0
    assert server.run(kept)["status"] == "cancelled"
    listed = server.get("/api/sessions/s_disk/runs?limit=100").value
    assert {run["run_id"] for run in listed["runs"]} == {kept, *names}
    assert server.get("/health", scope=None).status == 200
    server.kill()
    server.flags = ()
    server.start()
    for name in names:
        assert ended(server, name)["status"] in TERMINAL
    assert server.get("/api/sessions/s_disk/runs").value["total"] == len(names) + 1
    assert server.stop() == 0
    check_database(server)
    assert verify(server).returncode == 0


def test_room_comes_back_without_a_restart(launch):
    """A run that met the full disk is not stuck in `running`."""
    server = launch("--store-pages-max", "256", "--workers", "1")
    run = server.create(mock({"generate": {"count": 100_000, "bytes": 512}}, session="s_filling"))
    until(lambda: server.post("/api/runs", {"input": "x" * 50_000}).status == 507, within=30)
    server.kill()
    server.flags = ()
    server.start()
    server.cancel(run)
    assert ended(server, run)["status"] in TERMINAL


def test_the_log_can_be_forgotten(launch):
    """`--ephemeral` keeps nothing."""
    server = launch("--ephemeral")
    run = server.create(mock(HANGING))
    assert server.run(run)["run_id"] == run
    server.restart()
    assert server.get(f"/api/runs/{run}").status == 404
