"""Whose run is taken next, and what an organisation may have: turns, queues, and the tokens of a day."""

import statistics
from collections import Counter, defaultdict

import pytest

import formats
from server import HANGING, mock, until

TENANTS, RUNS = 50, 1000


def scope(number):
    return {"x-org-id": f"org{number}", "x-user-id": "u"}


def test_nobody_starves(launch):
    """One organisation has half of a thousand waiting runs, and had them first; it waits behind 49 others all the same."""
    server = launch("--workers", "0", "--access-log", "off")
    sizes = [RUNS - (TENANTS - 1) * (RUNS // TENANTS // 2), *[RUNS // TENANTS // 2] * (TENANTS - 1)]
    made = {}
    with server.connect() as connection:
        for tenant, size in enumerate(sizes):
            for number in range(size):
                fields = server.fields(scope(tenant), server.token, **{"content-type": formats.JSON})
                session = number % 3
                answer = connection.request("POST", "/api/runs", fields, b'{"session_key":"s_%d","input":"1 + 1"}' % session)
                run = formats.decode(answer.body, formats.JSON)["run_id"]
                made[run] = (tenant, session, number)
    server.stop()
    server.flags = ("--workers", "4", "--access-log", "off")
    server.start()
    until(lambda: server.metric("switchyard_runs_pending") + server.metric("switchyard_runs_running") == 0, within=60)
    started = {}
    for tenant, size in enumerate(sizes):
        cursor = ""
        while True:
            page = server.get(f"/api/runs?limit=100{cursor}", scope=scope(tenant)).value
            started |= {run["run_id"]: run["started_at"] for run in page["runs"]}
            if not page["has_more"]:
                break
            cursor = f"&cursor={page['next_cursor']}"
    assert started.keys() == made.keys()
    order = sorted(started, key=lambda run: (started[run], made[run]))
    sessions = defaultdict(list)
    for run in order:
        tenant, session, number = made[run]
        sessions[tenant, session].append(number)
    assert all(numbers == sorted(numbers) for numbers in sessions.values())
    places = defaultdict(list)
    for place, run in enumerate(order):
        places[made[run][0]].append(place)
    lasts = [places[tenant][-1] for tenant in range(1, TENANTS)]
    assert max(lasts) <= 3 * statistics.median(lasts) and max(lasts) < TENANTS * (sizes[1] + 2)
    assert Counter(made[run][0] for run in order[:TENANTS])[0] <= 3


@pytest.mark.parametrize("form", formats.ANSWERS)
def test_a_queue_of_ones_own(launch, form):
    """Who has filled it is told what is left; others are not held up."""
    server = launch("--workers", "0", "--tenant-queue-max", "2")
    for _ in range(2):
        server.create({"input": "x"})
    answer = server.post("/api/runs", {"input": "x"}, accept=form)
    assert answer.status == 429 and int(answer.field("retry-after")) > 0
    if form != formats.MARKDOWN:
        assert answer.error["code"] == "QUOTA_EXCEEDED"
        assert answer.error["details"] == {"quota": "queued_runs", "limit": 2, "used": 2, "left": 0}
    assert server.post("/api/runs", {"input": "x"}, scope=scope(1)).status == 201


def test_the_tokens_of_a_day(launch):
    """Used up, no run begins; what goes on goes on, and a restart forgets nothing."""
    server = launch("--tenant-tokens-per-day", "30")
    going = server.create(mock(HANGING, session="s_going"))
    until(lambda: server.run(going)["phase"] == "executing")
    used = 0
    while used < 30:
        run = server.create(mock({"text": "some words that count"}))
        used += server.finished(run)["usage"]["total_tokens"]
    server.kill()
    server.start()
    answer = server.post("/api/runs", {"input": "x"})
    assert (answer.status, answer.error["code"]) == (429, "QUOTA_EXCEEDED")
    details = answer.error["details"]
    assert (details["quota"], details["limit"], details["used"], details["left"]) == ("tokens_per_day", 30, used, 0)
    assert 0 < int(answer.field("retry-after")) <= 86_400
    assert server.run(going)["status"] in ("pending", "running")
    assert server.create({"input": "x"}, scope=scope(1))


def test_executed_at_once(launch):
    """An organisation leaves workers to others."""
    server = launch("--workers", "3", "--tenant-runs-max", "2")
    mine = [server.create(mock(HANGING, session=f"s_{number}")) for number in range(3)]
    until(lambda: Counter(server.run(run)["status"] for run in mine) == {"running": 2, "pending": 1})
    other = server.create({"input": "1 + 1"}, scope=scope(1))
    assert server.finished(other, scope=scope(1))["output"] == "1 + 1 = 2"
    server.cancel(mine[0])
    until(lambda: [server.run(run)["status"] for run in mine[1:]] == ["running"] * 2)
