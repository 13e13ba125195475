"""Exchanges with providers that are written down while a server works, and played to another that asks nobody."""

import json
import re
import socket
import sqlite3
import stat
import subprocess
import threading

import pytest

from cli import CONFIGURATION, FOLDER
from providers import DIALECTS, KEY, BreakOff, Call, Cost, Provider, Refuse, Say
from server import Server, has_curl
from test_providers import ANSWER, QUESTION, add, payloads

pytestmark = pytest.mark.skipif(not has_curl(), reason="libcurl speaks to providers")

# What a run is called, when it was, and what was waited by chance.
OWN = {"span_id", "parent_span_id", "event_id", "id", "run_id", "time", "ts", "timestamp", "created_at", "started_at", "completed_at", "ended_at", "duration_ms",
       "durationMs", "delayMs", "latencyMs", "latency_ms", "hash", "prev_hash", "correlation_id", "trace_id", "parent_event_id"}


def bare(value):
    """A value without what differs between two runs of one story."""
    if isinstance(value, dict):
        return {name: bare(each) for name, each in value.items() if name not in OWN}
    return [bare(each) for each in value] if isinstance(value, list) else value


def story(server, name, input=QUESTION, config=None):
    """A run of a provider, once it has ended, and its events."""
    run = server.create({"session_key": "s_recorded", "input": input, "llm_config": {"provider": name, **(config or {})}})
    value = server.finished(run)
    return value, server.events(run)


def tell(server, name):
    """Runs of every kind: their inputs say which they are."""
    return [story(server, name, input) for input in ("calculate", "busy", "broken")]


TURNS = [
    [Call("calculator", {"expression": "6 * 7"}), Cost(30, 9)], [ANSWER, Cost(50, 4)],  # calculate
    Refuse(429, "later", retry_after=1), ANSWER,  # busy
    [ANSWER, BreakOff(2)],  # broken
]


@pytest.fixture(params=DIALECTS)
def dialect(request):
    return request.param


@pytest.fixture
def recorded(launch, folder, dialect):
    """The stories of a server that recorded them and has ended, as its provider has: a folder of recordings."""
    server = launch("--record", str(folder / "recordings"))
    with Provider(dialect, *TURNS) as fake:
        assert add(server, "there", dialect, fake.base_url).returncode == 0
        stories = tell(server, "there")
        assert (fake.wrong, fake.turns) == ([], [])
    assert server.stop() == 0
    return server, stories, folder / "recordings"


def files(recordings):
    return [json.loads(path.read_text()) for path in sorted(recordings.glob("*.json"))]


def replaying(server, recordings, *flags, **options):
    """The server again, which plays; its data are as they were."""
    return Server(server.folder, "--replay", str(recordings), *flags, **options)


def test_stories_are_played_as_they_were(recorded):
    """Tokens, calls, waiting, failures: all events are the same, and nobody is asked."""
    server, stories, recordings = recorded
    assert [value["status"] for value, _ in stories] == ["completed", "completed", "failed"]
    again = replaying(server, recordings).start()
    try:
        played = tell(again, "there")
        for (value, events), (old_value, old_events) in zip(played, stories):
            assert (value["status"], value["output"], value["error"], value["usage"]) == \
                (old_value["status"], old_value["output"], old_value["error"], old_value["usage"])
            assert bare(events) == bare(old_events)
        # The wait for the provider is told of, and not waited for.
        [retried] = payloads(played[1][1], "step.retried")
        assert retried["delayMs"] >= 1000 and played[1][0]["duration_ms"] < 1000
        assert again.stop() == 0
    finally:
        again.dispose()


def test_nothing_is_connected_to(recorded, folder):
    """Even where the provider's port is open again."""
    server, stories, recordings = recorded
    port = int(re.search(r":(\d+)/", files(recordings)[0]["request"]["address"])[1])
    heard = []
    with socket.create_server(("127.0.0.1", port)) as listener:
        def listen():
            while True:
                try:
                    heard.append(listener.accept())
                except OSError:
                    return

        thread = threading.Thread(target=listen)
        thread.start()
        again = replaying(server, recordings).start()
        try:
            assert [value["status"] for value, _ in tell(again, "there")] == ["completed", "completed", "failed"]
        finally:
            again.dispose()
            listener.shutdown(socket.SHUT_RDWR)
            thread.join()
    assert heard == []


def test_what_is_in_the_files(recorded):
    server, _, recordings = recorded
    found = files(recordings)
    assert [file["answer"]["status"] for file in found] == [200, 200, 429, 200, 200]
    assert [file["ending"]["kind"] for file in found][4] == "failed" and found[4]["ending"]["code"] == "LLM_STREAM_BROKEN"
    assert {"name": "retry-after", "value": "1"} in found[2]["answer"]["headers"]
    assert found[2]["digest"] == found[3]["digest"] and len({file["digest"] for file in found}) == 4
    assert all(file["format"] == "switchyard-exchange-1" and file["provider"] == "there" for file in found)
    times = [piece["at_ms"] for piece in found[1]["answer"]["pieces"]]
    assert times and times == sorted(times)
    assert stat.S_IMODE(recordings.stat().st_mode) == 0o700
    for path in recordings.iterdir():
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert KEY.encode() not in path.read_bytes()


def test_a_key_that_is_shown(launch, folder):
    """Neither whole nor with its middle starred out, in one piece or in many."""
    server = launch("--record", str(folder / "recordings"))
    with Provider("openai", Refuse(401, f"the key {KEY} is wrong"), [Say(f"It is {KEY}!", 9)], grain=3) as fake:
        assert add(server, "there", "openai", fake.base_url).returncode == 0
        assert story(server, "there")[0]["status"] == "failed"
        story(server, "there")
        assert add(server, "there", "openai", fake.base_url, key="key-of-somebody-else").returncode == 0
        assert story(server, "there")[0]["error"]["code"] == "LLM_UNAUTHORIZED"
        fake.take_wrong()
    server.stop()
    texts = [path.read_text() for path in (folder / "recordings").glob("*.json")]
    assert len(texts) == 3
    joined = ["".join(piece.get("text", "") for piece in json.loads(text)["answer"]["pieces"]) for text in texts]
    for text in texts + joined:
        assert KEY not in text and "key-of-somebody-else" not in text and "key-of*" not in text


def test_without_the_provider_and_without_its_key(recorded):
    """A provider that is not there is none; one whose key does not open is played."""
    server, _, recordings = recorded
    with sqlite3.connect(server.folder / "main.db") as database:
        database.execute("UPDATE providers SET key = x'00'")
    database.close()
    again = replaying(server, recordings).start()
    try:
        assert story(again, "elsewhere")[0]["error"]["code"] == "LLM_NOT_CONFIGURED"
        assert story(again, "there", "calculate")[0]["output"] == ANSWER.text
    finally:
        again.dispose()


def test_a_request_that_was_not_recorded(recorded):
    server, _, recordings = recorded
    again = replaying(server, recordings).start()
    try:
        value, events = story(again, "there", "calculate!")
        error = value["error"]
        assert value["status"] == "failed" and error["code"] == "LLM_NOT_RECORDED"
        assert re.search(r"[0-9a-f]{64}", error["message"])
        assert re.search(r"the nearest is exchange-0000000\d\.json, which has another \w+\[\d\]", error["message"]), error
        assert payloads(events, "step.retried") == []
    finally:
        again.dispose()


def refused(server, within=20):
    """Why a server does not start."""
    server.launch()
    try:
        return server.wait(within), server.log.read_text()
    finally:
        server.dispose()


@pytest.mark.parametrize("flags, reason", [
    (["--record", "{}/a", "--replay", "{}/b"], "record and replay exclude each other"),
    (["--replay", "{}/none"], "it does not exist"),
    (["--replay", "{}"], "there are no recordings"),
    (["--record", "{}/file/in"], "record: "),
], ids=["both", "nothing", "empty", "no folder"])
def test_a_server_that_does_not_start(launch, folder, flags, reason):
    place = folder / "place"
    place.mkdir(mode=0o700)
    (place / "file").write_text("")
    code, log = refused(launch(*[flag.format(place) for flag in flags], start=False))
    assert code in (CONFIGURATION, FOLDER) and reason in log, (code, log)


def test_a_file_that_is_torn(recorded):
    server, _, recordings = recorded
    path = sorted(recordings.glob("*.json"))[1]
    path.write_bytes(path.read_bytes()[:-40])
    again = replaying(server, recordings)
    code, log = refused(again)
    assert code == CONFIGURATION and f"{path.name}, " in log and "byte " in log


@pytest.mark.parametrize("dialect", ["openai"], indirect=True)
def test_two_servers_do_not_record_into_one_folder(launch, folder, dialect):
    first = launch("--record", str(folder / "recordings"))
    code, log = refused(launch("--record", str(folder / "recordings"), start=False, name="other"))
    assert code == 75 and f"process {first.process.pid} records into" in log


@pytest.mark.parametrize("dialect", ["openai"], indirect=True)
def test_a_disk_that_is_full(launch, folder, dialect):
    """The run goes on; the log says it once."""
    recordings = folder / "recordings"
    recordings.mkdir(mode=0o700)
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k,mode=0700", "none", str(recordings)], capture_output=True)
    if mounted.returncode:
        pytest.skip("nobody may mount here")
    try:
        server = launch("--record", str(recordings))
        (recordings / "filler").write_bytes(bytes(60_000))
        with Provider(dialect, ANSWER, ANSWER) as fake:
            assert add(server, "there", dialect, fake.base_url).returncode == 0
            for _ in range(2):
                value, _ = story(server, "there", "x" * 20_000)
                assert value["status"] == "completed"
        assert server.stop() == 0
        assert server.log.read_text().count("an exchange was not recorded") == 1
        assert not list(recordings.glob("*.json"))
    finally:
        subprocess.run(["umount", str(recordings)], check=True)


@pytest.mark.parametrize("dialect", ["openai"], indirect=True)
def test_pauses_are_played_where_they_are_wanted(recorded):
    server, stories, recordings = recorded
    again = replaying(server, recordings, "--replay-pauses", "on").start()
    try:
        value, events = story(again, "there", "busy")
        assert value["duration_ms"] >= 1000 and bare(events) == bare(stories[1][1])
    finally:
        again.dispose()
