"""Streams of events: what they say, and that no break loses or repeats anything."""

import json
import sqlite3
import time
from contextlib import closing

import pytest

import feeds
import formats
from http2 import Broken
from server import HANGING, command, mock, until

BREAKS = 200
TOKENS = 1500


def checked_greeting(watch, run, cursor="0", recovered=True):
    """The data of a stream's first message; gRPC's messages are events alone."""
    if watch.format == feeds.GRPC:
        return None
    message = watch.messages[0]
    assert message.event == "connected" and message.id is None
    data = message.data
    assert data.keys() == {"client_id", "run_id", "ts", "cursor", "epoch", "recovered", "status"}
    assert (data["run_id"], data["cursor"], data["recovered"]) == (run, cursor, recovered)
    return data


@pytest.mark.parametrize("format", formats.FEEDS)
def test_what_a_stream_says(shared, format):
    run = shared.create({"session_key": "s_streams", "input": "12 * (3 + 4)"})
    with shared.connect() as connection:
        watch = shared.watch(connection, run, format=format).ended()
        exchange = watch.exchange
    assert exchange.status == 200 and exchange.field("content-type") == format
    assert exchange.field("cache-control") == "no-store"
    assert exchange.field("x-accel-buffering") == "no"
    assert "accept" in exchange.field("vary").lower() and exchange.field("x-correlation-id")
    assert exchange.field("content-length") is None and exchange.field("connection") is None
    messages, end = feeds.read(exchange.body, format)
    assert end == len(exchange.body), "the stream ends inside a message"
    checked_greeting(watch, run)
    assert {message.event for message in messages[1:]} == {"run.event"}
    assert [message.id for message in messages[1:]] == \
        [str(number) for number in range(1, len(messages))]
    assert all(message.data["seq"] == int(message.id) for message in messages[1:])
    assert formats.differences(watch.events, shared.events(run)) == []
    assert watch.events[-1]["type"] == "run.completed"


def test_a_stream_of_nothing_yet(launch):
    """A run that waits: a greeting, then news as it comes."""
    server = launch("--workers", "0")
    run = server.create(mock(HANGING))
    with server.connect() as connection:
        watch = server.watch(connection, run).opened()
        assert checked_greeting(watch, run)["status"] == "pending"
        assert server.cancel(run).status == 200
        watch.ended()
    assert [event["type"] for event in watch.events] == ["run.cancelled"]


def read_with_breaks(server, run, format, chance):
    """What one reader gets who comes back until the end, and how often it broke off."""
    found, breaks, cursor = [], 0, None
    while True:
        connection = server.connect()
        watch = server.watch(connection, run, format=format, cursor=cursor)
        exchange = watch.exchange
        # The last event holds the whole answer: now and then a piece must be longer than that.
        size = chance.randrange(1, chance.choice([100, 6000, 6000, 6000, 60_000]))
        connection.wait(lambda: exchange.is_done or len(exchange.body) >= size)
        chance.choice([connection.drop, connection.close, lambda: connection.cancel(exchange)])()
        connection.close()
        if exchange.status == 204:
            return found, breaks
        assert exchange.status == 200
        messages = feeds.messages(exchange.body[:size], format)
        if messages and exchange.body[:1] != b"\x88":
            checked_greeting(watch, run, cursor=cursor or "0")
        assert all(message.event in ("connected", "run.event", "ping", "close") for message in messages)
        found += [message.data for message in messages if message.event == "run.event"]
        cursor = next((message.id for message in reversed(messages) if message.id), cursor)
        if exchange.is_ended and len(exchange.body) <= size:
            return found, breaks
        breaks += 1


@pytest.mark.parametrize("format", feeds.ALL)
def test_random_breaks(server, chance, format):
    run = server.create(
        mock({"generate": {"count": TOKENS, "bytes": 24}}, pace=10, burst=10, session="s_breaks"))
    readers, breaks = [], 0
    while breaks < BREAKS:
        found, count = read_with_breaks(server, run, format, chance)
        readers.append(found)
        breaks += count
    events = server.events(run)
    assert len(events) >= TOKENS
    for found in readers:
        assert [event["seq"] for event in found] == list(range(1, len(events) + 1))
        assert formats.differences(found, events) == []
    assert command("audit", "verify", data=server.folder).returncode == 0


def test_formats_resume_each_other(shared):
    run = shared.create(mock({"generate": {"count": 40, "bytes": 8}}, session="s_streams_both"))
    shared.finished(run)
    events = shared.events(run)
    with shared.connect() as connection:
        for cursor in range(len(events)):
            format = feeds.ALL[cursor % len(feeds.ALL)]
            watch = shared.watch(connection, run, format=format, cursor=str(cursor)).ended()
            assert formats.differences(watch.events, events[cursor:]) == []


@pytest.mark.parametrize("format", formats.FEEDS)
def test_nothing_left(shared, format):
    run = shared.create({"session_key": "s_streams_204", "input": "1 + 2"})
    events = shared.events(shared.finished(run)["run_id"])
    last = str(len(events))
    # What an event source that sees only tools has as its last id.
    tool = str(next(event["seq"] for event in events if event["type"] == "tool.result"))
    with shared.connect() as connection:
        for query, cursor in [("", last), (f"?cursor={last}", None), ("?cursor=latest", None),
                              ("?type=tool.*", last), ("?type=tool.*", tool),
                              ("?type=run.resumed", None)]:
            watch = shared.watch(connection, run, format=format, query=query, cursor=cursor).ended()
            assert watch.exchange.status == 204 and not watch.exchange.body
            assert watch.exchange.field("content-length") is None


def test_latest_is_news_only(shared):
    run = shared.create(mock({"tokens": ["old"]}, HANGING, session="s_streams_latest"))
    with shared.connect() as connection:
        head = shared.watch(connection, run).saw("llm.token")["seq"]
        watch = shared.watch(connection, run, query="?cursor=latest").opened()
        position = int(checked_greeting(watch, run, cursor=str(head))["cursor"])
        shared.cancel(run)
        watch.ended()
    assert [event["seq"] for event in watch.events] == [position + 1]
    assert watch.events[0]["type"] == "run.cancelled"


CURSORS = [  # header, query, position, recovered
    (None, "", 0, True), (None, "?cursor=0", 0, True), (None, "?cursor=earliest", 0, True),
    (None, "?cursor=3", 3, True), ("2", "", 2, True), ("2", "?cursor=4", 2, True),
    ("0", "?cursor=4", 0, True), ("", "", 0, True), ("2@{epoch}", "", 2, True),
    (None, "?cursor=2@{epoch}", 2, True), ("2@otherepoch", "", 0, False),
    (None, "?cursor=999999@otherepoch", 0, False),
]


@pytest.mark.parametrize("header,query,position,recovered", CURSORS)
@pytest.mark.parametrize("format", feeds.ALL)
def test_where_a_stream_begins(shared, format, header, query, position, recovered):
    run = shared.create({"session_key": "s_streams_cursor", "input": "3 * 4"})
    shared.finished(run)
    with shared.connect() as connection:
        epoch = shared.watch(connection, run).ended().messages[0].data["epoch"]
        watch = shared.watch(
            connection, run, format=format, query=query.format(epoch=epoch),
            cursor=header and header.format(epoch=epoch) or header).ended()
    checked_greeting(watch, run, str(position), recovered)
    assert formats.differences(watch.events, shared.events(run)[position:]) == []


FILTERS = [(["tool.called"], "type=tool.called"), (["tool.called", "tool.result"], "type=tool.*"),
           (["run.completed", "run.started", "tool.called"], "type=tool.called&type=run.*"),
           (["llm.token"], "type=llm.token"), ([], "type=run.resumed")]


@pytest.mark.parametrize("types,query", FILTERS, ids=[row[1] for row in FILTERS])
def test_filter(shared, types, query):
    run = shared.create({"session_key": "s_streams_filter", "input": "5 * 6"})
    with shared.connect() as connection:
        live = shared.watch(connection, run, query=f"?{query}").ended()
        later = shared.watch(connection, run, query=f"?{query}").ended()
    expected = [event for event in shared.events(run) if event["type"] in types]
    assert formats.differences(live.events, expected) == []
    assert formats.differences(later.events, expected) == []
    assert sorted({event["type"] for event in expected}) == types
    assert [int(message.id) for message in live.messages[1:]] == \
        [event["seq"] for event in expected]
    listed = shared.events(run, query=f"{query}&include_tokens=true")
    assert formats.differences(listed, expected) == []
    # A list leaves tokens out unless they are asked for by that parameter; a stream has them.
    plain = [event for event in expected if event["type"] != "llm.token"]
    assert formats.differences(shared.events(run, query=query), plain) == []


CAPS = [("--feeds-per-caller-max", 1, "caller_streams"), ("--feeds-per-run-max", 2, "run_streams"),
        ("--feeds-max", 3, "server_streams"), ("--tenant-streams-max", 2, "streams")]


@pytest.mark.parametrize("flag,limit,quota", CAPS, ids=[row[0] for row in CAPS])
def test_caps(launch, flag, limit, quota):
    server = launch(flag, str(limit))
    run = server.create(mock(HANGING))
    with server.connect() as connection:
        watches = [server.watch(connection, run).opened() for _ in range(limit)]
        for format in formats.FEEDS:
            refused = server.watch(connection, run, format=format).ended().exchange
            assert refused.status == 429 and int(refused.field("retry-after")) > 0
            value = formats.decode(bytes(refused.body), refused.field("content-type"))
            assert value["error"]["code"] == "TOO_MANY_STREAMS"
            assert value["error"]["details"] == {"quota": quota, "limit": limit, "used": limit, "left": 0}
        assert server.get("/health", scope=None).value["sse"] == {"clients": limit}
        connection.cancel(watches[0].exchange)
        until(lambda: server.get("/health", scope=None).value["sse"]["clients"] == limit - 1)
        assert server.watch(connection, run).opened().exchange.status == 200
    until(lambda: server.get("/health", scope=None).value["sse"]["clients"] == 0)


def resident(server):
    """Bytes of memory that the process has."""
    with open(f"/proc/{server.process.pid}/statm") as statm:
        return int(statm.read().split()[1]) * 4096


def test_readers_that_never_read(launch):
    """They cost a window and nothing more; when they read after all, they miss nothing."""
    server = launch("--access-log", "off")
    run = server.create(mock({"tokens": ["go"]}, {"generate": {"count": 20_000, "bytes": 100}},
                             burst=500, pace=1, session="s_lazy"))
    before = resident(server)
    lazy = [server.connect(reads=False) for _ in range(10)]
    watches = [server.watch(connection, run).opened() for connection in lazy]
    with server.connect() as connection:
        watch = server.watch(connection, run).ended(within=60)
    assert len(watch.events) > 20_000
    assert resident(server) - before < 64 << 20
    late = watches[0]
    late.connection.reads = True
    late.connection.engine.increment_flow_control_window(1 << 20)
    late.connection.engine.increment_flow_control_window(1 << 20, late.exchange.number)
    late.connection.flush()
    late.ended(within=60)
    assert bytes(late.exchange.body).split(b"\n\n", 1)[1] == \
        bytes(watch.exchange.body).split(b"\n\n", 1)[1]
    for connection in lazy:
        connection.drop()
    until(lambda: server.get("/health", scope=None).value["sse"]["clients"] == 0)


@pytest.mark.parametrize("format", feeds.ALL)
@pytest.mark.parametrize("ending", ["drop", "close", "cancel"])
def test_readers_that_go_away(server, ending, format):
    """The run does not notice, and nothing of them is left."""
    run = server.create(mock({"generate": {"count": 400, "bytes": 16}}, pace=5, burst=10,
                             session="s_gone"))
    connections = []
    for _ in range(8):
        connection = server.connect()
        watch = server.watch(connection, run, format=format)
        watch.saw("llm.token")
        connection.cancel(watch.exchange) if ending == "cancel" else getattr(connection, ending)()
        connections.append(connection)
    assert server.finished(run)["status"] == "completed"
    until(lambda: server.get("/health", scope=None).value["sse"]["clients"] == 0)
    assert server.metric("switchyard_feeds_open") == 0
    for connection in connections:
        connection.close()


def test_many_readers_see_the_same(server):
    run = server.create(mock({"generate": {"count": 300, "bytes": 16}}, pace=2, burst=10,
                             session="s_many"))
    with server.connect() as one, server.connect() as other:
        watches = [server.watch(connection, run, format=format)
                   for connection in (one, other) for format in feeds.ALL]
        for watch in watches:
            watch.ended()
    events = server.events(run)
    for watch in watches:
        assert formats.differences(watch.events, events) == []


def test_pings(server):
    """A silent stream says within 15 s and a little that it lives, and ids do not move."""
    run = server.create(mock(HANGING))
    with server.connect() as connection:
        watches = [server.watch(connection, run, format=format) for format in formats.FEEDS]
        for watch in watches:
            connection.wait(
                lambda: any(message.event == "ping" for message in watch.messages), within=20)
            [ping] = [message for message in watch.messages if message.event == "ping"]
            assert ping.id is None and ping.data.keys() == {"ts"}
            assert watch.messages[0].event == "connected"


def test_a_stream_outlives_nothing_after_a_kill(server):
    """What was read before a power cut is what is read after it."""
    run = server.create(mock({"generate": {"count": 100_000, "bytes": 16}}, pace=2, burst=5,
                             session="s_cut"))
    with server.connect() as connection:
        watch = server.watch(connection, run)
        connection.wait(lambda: len(watch.exchange.body) > 50_000)
        server.kill()
        with pytest.raises(Broken):
            connection.wait(lambda: False)
        seen = watch.messages
    server.start()
    server.cancel(run)
    with server.connect() as connection:
        rest = server.watch(connection, run, cursor=seen[-1].id).ended()
    checked_greeting(rest, run, cursor=seen[-1].id)
    whole = [message.data for message in seen[1:]] + rest.events
    assert formats.differences(whole, server.events(run)) == []
    assert whole[-1]["type"] in ("run.cancelled", "run.failed")


def revoke(server, token):
    assert command("token", "revoke", token, data=server.folder).returncode == 0


def expire(server, token):
    """The token's time is up; a day is the shortest that a token can be made for."""
    value = command("token", "inspect", "--json", token, data=server.folder).stdout
    with closing(sqlite3.connect(server.folder / "main.db", timeout=10)) as database, database:
        changed = database.execute("UPDATE tokens SET expires_at = ? WHERE id = ?",
                                   (int(time.time() * 1000), json.loads(value)["id"])).rowcount
    assert changed == 1


def check_dismissed(watch):
    """What a stream says that ends with its token."""
    if watch.format in formats.FEEDS:
        assert watch.messages[-1].event == "retry" and watch.messages[-1].data == 1000
    elif watch.format == feeds.GRPC:
        assert watch.exchange.field("grpc-status") == "16"
    else:
        assert watch.messages[-1].event == "close" and watch.messages[-1].data == 1008


@pytest.mark.parametrize("format", feeds.ALL)
@pytest.mark.parametrize("finish", [revoke, expire])
def test_streams_end_with_their_token(launch, finish, format):
    """Those of others go on, and so does the run; the token opens nothing a second later."""
    server = launch("--access-log", "off")
    run = server.create(mock({"tokens": ["go"]}, HANGING, session="s_token"))
    token = command("token", "mint", "--scope", "read", data=server.folder).stdout.strip()
    fields = server.fields(token=token)
    with server.connect() as theirs, server.connect() as others:
        watches = [server.watch(theirs, run, token=token, format=format) for _ in range(3)]
        kept = server.watch(others, run, format=format)
        for watch in [*watches, kept]:
            watch.saw("llm.token")
        finish(server, token)
        began = time.monotonic()
        until(lambda: server.get(f"/api/runs/{run}", token=token).status == 401, within=1.5)
        for watch in watches:
            watch.ended(within=5)
            check_dismissed(watch)
        assert time.monotonic() - began < 3
        again = theirs.request("GET", f"/api/runs/{run}/stream", fields)
        assert again.status == 401
        assert theirs.request("GET", "/health").status == 200
        assert not kept.exchange.is_done
        # A WebSocket whose client does not end its side is there until the next sweep.
        until(lambda: server.get("/health", scope=None).value["sse"] == {"clients": 1})
        server.cancel(run)
        kept.ended()
        assert kept.events[-1]["type"] == "run.cancelled"


def test_a_reader_that_never_reads_is_cut_off_with_its_token(launch):
    server = launch("--access-log", "off")
    run = server.create(mock({"generate": {"count": 2000, "bytes": 100}}, burst=500, session="s_token"))
    server.finished(run)
    token = command("token", "mint", "--scope", "read", data=server.folder).stdout.strip()
    with server.connect(reads=False) as lazy:
        server.watch(lazy, run, token=token).opened()
        revoke(server, token)
        until(lambda: server.get("/health", scope=None).value["sse"]["clients"] == 0, within=5)
