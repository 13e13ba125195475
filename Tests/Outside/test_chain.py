"""The chain of a run's events: checked by code of its own here, and by `switchyard watch --verify`."""

import hashlib
import json

import pytest

import formats
from cli import REFUSED, Watching, damage
from server import command, free_port, mock

ZEROS = "0" * 64


def links(server, run, page=7, **options):
    """All links, in pages."""
    found, cursor = [], "0"
    while True:
        answer = server.get(f"/api/runs/{run}/chain?cursor={cursor}&limit={page}", **options).value
        found += answer["links"]
        cursor = answer["next_cursor"]
        if not answer["has_more"]:
            return found


def digest(link):
    """RFC 8785 for what has neither floats nor names outside of ASCII, as the manual shows it."""
    facts = {name: value for name, value in link.items() if name not in ("prev_hash", "hash")}
    text = json.dumps(facts, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(bytes.fromhex(link["prev_hash"]) + text.encode()).hexdigest()


def test_anybody_can_check_the_chain(server):
    run = server.create(mock({"generate": {"count": 30, "bytes": 8}}, {"text": "Grüße, 世界 \u2028 \U0001f600"}))
    server.finished(run)
    found, events = links(server, run), server.events(run)
    assert formats.differences([link["payload"] for link in found], events) == []
    previous = ZEROS
    for number, link in enumerate(found, 1):
        assert link["stream_seq"] == number and link["stream"] == f"run:{run}" and link["prev_hash"] == previous
        assert link["hash"] == digest(link)
        assert link["tenant_id"] == "o1" and link["type"] == link["payload"]["type"]
        previous = link["hash"]


def test_pages_and_cursors(server):
    run = server.create({"input": "1 + 1"})
    server.finished(run)
    whole = links(server, run, page=1000)
    assert links(server, run, page=1) == whole
    path = f"/api/runs/{run}/chain"
    end = server.get(f"{path}?cursor={len(whole)}").value
    assert end == {"links": [], "next_cursor": None, "has_more": False}
    for cursor in ("x", "-1", "01", str(len(whole) + 1), "1@nowhere"):
        refused = server.get(f"{path}?cursor={cursor}")
        assert refused.status == 400 and refused.value["error"]["code"] == "CURSOR_INVALID"
    assert server.get("/api/runs/run_nobody/chain").status == 404
    assert server.get(path, scope={"x-org-id": "o2", "x-user-id": "u1"}).status == 404


def verify(server, run, *arguments):
    return command("watch", run, "--verify", "--org", "o1", "--user", "u1", *arguments, data=server.folder)


@pytest.mark.parametrize("begin", [None, "0", "5", "earliest"])
def test_verifying(server, begin):
    run = server.create({"input": "1 + 1"})
    server.finished(run)
    last = links(server, run)[-1]
    found = verify(server, run, *(["--from", begin] if begin else []))
    assert found.returncode == 0, found.stderr
    first = int(begin) + 1 if begin and begin.isdigit() else 1
    assert len(found.stdout.splitlines()) == last["stream_seq"] - first + 1
    assert found.stderr == (f"{run}: events {first} to {last['stream_seq']} came without a gap and their chain holds; "
                            f"its last hash is {last['hash']}\n")


def test_verifying_nothing(server):
    run = server.create({"input": "1 + 1"})
    server.finished(run)
    found = verify(server, run, "--from", str(len(links(server, run))))
    assert found.returncode == 0 and "none to verify" in found.stderr


def test_verifying_a_long_run_over_a_power_cut(launch):
    """What came over either connection, and while the run still went on."""
    server = launch(listen=f"127.0.0.1:{free_port()}")
    run = server.create(mock({"generate": {"count": 1200, "bytes": 8}}, pace=1))
    watching = Watching(server, run, "--verify")
    watching.take(700)
    server.restart()
    output, errors = watching.process.communicate(timeout=60)
    assert watching.process.returncode == 0, errors
    total = 700 + len(output.splitlines())
    assert f"events 1 to {total} came without a gap" in errors
    assert total == len(server.events(run))


@pytest.mark.parametrize("statement, words", [
    ("UPDATE event_log SET payload = replace(payload, '1 + 1', '1 + 2') WHERE stream_seq = 1",
     "event 1: its content is not what was hashed"),
    ("UPDATE event_log SET actor_id = 'eve' WHERE stream_seq = 3", "event 3: its content is not what was hashed"),
    ("UPDATE event_log SET prev_hash = zeroblob(32) WHERE stream_seq = 2",
     "event 2: it does not follow from the event before it"),
    ("UPDATE event_log SET hash = zeroblob(32) WHERE stream_seq = 2", "event 2: its content is not what was hashed"),
    ("DELETE FROM event_log WHERE stream_seq = 4", "event 5 came after event 3"),
    ("DELETE FROM event_log WHERE stream_seq = 1", "event 2 came after event 0"),
])
def test_what_was_changed_is_found(server, statement, words):
    run = server.create({"input": "1 + 1"})
    server.finished(run)
    server.stop()
    damage(server, statement)
    server.start()
    found = verify(server, run)
    assert found.returncode == REFUSED, found.stderr
    assert f"{run}: {words}" in found.stderr
