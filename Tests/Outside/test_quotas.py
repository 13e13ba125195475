"""Whose run is taken next, and what an organisation may have: turns, queues, and the tokens of a day."""

import statistics
from collections import Counter, defaultdict

import grpc
import pytest

import feeds
import formats
from grpc_client import Client
from server import HANGING, command, mock, until

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


def clients(server):
    return server.get("/health", scope=None).value["sse"]["clients"]


ENDINGS = ["cancel", "drop", "close", "run"]


@pytest.mark.parametrize("ending", ENDINGS)
@pytest.mark.parametrize("format", feeds.ALL)
def test_streams_come_and_go(launch, format, ending):
    """Fifty open and end one after the other, ten at once; however they end, none is counted afterwards."""
    server = launch("--tenant-streams-max", "10", "--access-log", "off")
    for turn in range(5):
        run = server.create(mock(HANGING, session=f"s_{turn}"))
        connections = [server.connect() for _ in range(2)]
        watches = [server.watch(connections[number % 2], run, format=format).opened() for number in range(10)]
        assert all(watch.exchange.status == 200 for watch in watches)
        with server.connect() as other:
            assert server.watch(other, run).ended().exchange.status == 429
        if ending == "cancel":
            for watch in watches:
                watch.connection.cancel(watch.exchange)
        server.cancel(run)
        if ending == "run":
            for watch in watches:
                watch.ended()
        for connection in connections:
            connection.drop() if ending == "drop" else connection.close()
        until(lambda: clients(server) == 0)
    again = server.create(mock(HANGING))
    with server.connect() as connection:
        watches = [server.watch(connection, again, format=format).opened() for _ in range(10)]
        assert all(watch.exchange.status == 200 for watch in watches)
    until(lambda: clients(server) == 0)


def test_streams_of_others(launch):
    """Whoever has all its streams refuses nobody else one, and has room again as soon as one ends."""
    server = launch("--tenant-streams-max", "1")
    runs = [server.create(mock(HANGING, session=f"s_{tenant}"), scope=scope(tenant)) for tenant in range(3)]
    with server.connect() as connection:
        watches = [server.watch(connection, run, scope=scope(tenant)).opened() for tenant, run in enumerate(runs)]
        assert [watch.exchange.status for watch in watches] == [200] * 3
        refused = server.watch(connection, runs[0], scope=scope(0)).ended().exchange
        assert (refused.status, int(refused.field("retry-after"))) == (429, 5)
        connection.cancel(watches[0].exchange)
        until(lambda: clients(server) == 2)
        assert server.watch(connection, runs[0], scope=scope(0)).opened().exchange.status == 200


@pytest.mark.parametrize("form", formats.FEEDS)
def test_the_refusal_of_a_stream(launch, form):
    """It has one content, in the client's own format, and by gRPC too."""
    server = launch("--tenant-streams-max", "1")
    run = server.create(mock(HANGING))
    expected = {"quota": "streams", "limit": 1, "used": 1, "left": 0}
    with server.connect() as connection, Client(server) as client:
        server.watch(connection, run).opened()
        answer = server.get(f"/api/runs/{run}/stream", accept=form)
        assert (answer.status, answer.error["code"], answer.error["details"]) == (429, "TOO_MANY_STREAMS", expected)
        call = client.stream("Watch", {"run_id": run})
        assert call.code == grpc.StatusCode.RESOURCE_EXHAUSTED
        assert (call.error["error"]["code"], call.error["error"]["details"]) == ("TOO_MANY_STREAMS", expected)
        assert call.field("grpc-retry-pushback-ms") == "5000"
        # Whose scope it is not is told that there is no such run, and nothing of the quota.
        assert server.get(f"/api/runs/{run}/stream", scope=scope(9)).status == 404
        # What is wrong with the request is told before.
        assert server.get(f"/api/runs/{run}/stream?cursor=x").status == 400


@pytest.mark.parametrize("value", ["0", "-1", "x", "1000001", "1.5"])
def test_a_limit_that_cannot_be(folder, value):
    refused = command("serve", "--listen", "127.0.0.1:0", "--tenant-streams-max", value, data=folder / "data")
    assert refused.returncode != 0 and "tenant-streams-max" in refused.stderr
