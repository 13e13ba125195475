"""A clock that jumps: the time of day goes an hour ahead and two back, and nothing that is under way minds."""

import shutil
import subprocess
from pathlib import Path

import pytest

from server import HANGING, mock, until

HOUR = 3600
JUMPS = (HOUR, -HOUR, -2 * HOUR, 2 * HOUR, 0)


class Clock:
    """The time of day as the server sees it."""

    def __init__(self, folder):
        self.file = folder / "offset"
        self.library = folder / "clock.so"
        compiler = shutil.which("clang") or shutil.which("cc")
        source = Path(__file__).with_name("clock.c")
        subprocess.run([compiler, "-shared", "-fPIC", "-O1", "-o", self.library, source], check=True)
        self.set(0)

    def set(self, seconds):
        with self.file.open("r+b" if self.file.exists() else "wb") as file:
            file.write(seconds.to_bytes(8, "little", signed=True))

    @property
    def environment(self):
        return {"LD_PRELOAD": str(self.library), "CLOCK_OFFSET": str(self.file)}


@pytest.fixture
def clock(folder):
    return Clock(folder)


def test_the_clock_jumps(launch, clock):
    server = launch(environment=clock.environment)
    hanging = server.create(mock(HANGING, session="s_clock_hanging", timeout_ms=120_000))
    told = server.create(mock({"generate": {"count": 300, "bytes": 8}}, pace=10, session="s_clock_told"))
    created = []
    with server.connect() as connection, server.connect() as streaming:
        watch = server.watch(streaming, told).opened()
        for jump in JUMPS:
            seen = len(watch.events)
            before = server.get("/health", scope=None).value["timestamp"]
            clock.set(jump)
            # The jump is there when the server says another hour.
            until(lambda: server.get("/health", scope=None).value["timestamp"][:13] != before[:13])
            created.append(server.create({"session_key": f"s_clock_{len(created)}", "input": "1 + 1"}))
            assert server.finished(created[-1])["status"] == "completed"
            assert connection.request("GET", "/health").status == 200
            # The stream goes on.
            streaming.wait(lambda: watch.exchange.is_done or len(watch.events) > seen)
        watch.ended()
        assert connection.request("GET", "/health").status == 200
    assert [event["seq"] for event in watch.events] == list(range(1, len(watch.events) + 1))
    assert watch.events[-1]["type"] == "run.completed"
    # Whoever comes later has the greater name, whatever the clock says.
    assert created == sorted(created) and len(set(created)) == len(JUMPS)
    # Neither its time limit nor its worker's lease has run out.
    assert server.run(hanging)["status"] == "running"
    assert server.cancel(hanging).status == 200
    assert server.finished(hanging)["status"] == "cancelled"
    assert server.metric("switchyard_store_failures_total") == 0


@pytest.mark.parametrize("jump", [HOUR, -HOUR])
def test_a_restart_in_another_hour(launch, clock, jump):
    """What was acknowledged before is there, and can be resumed by the old position."""
    server = launch(environment=clock.environment)
    run = server.create({"session_key": "s_clock", "input": "1 + 1"})
    assert server.finished(run)["status"] == "completed"
    events = server.events(run)
    clock.set(jump)
    server.restart()
    assert server.events(run) == events
    with server.connect() as connection:
        watch = server.watch(connection, run, cursor=str(events[2]["seq"])).ended()
        assert watch.events == events[3:]
    later = server.create({"session_key": "s_clock", "input": "2 + 2"})
    assert later != run and server.finished(later)["status"] == "completed"
