"""Chats with agents: whole answers, streams, sessions and their owners."""

import contextlib
import itertools
import json
import sqlite3
import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest

import feeds
import formats
from accounts import GENEROUS, Accounts, claims, in_all, problem

CHATS = "/api/v1/agent-chats"
MEMBERS = {
    "RUN_STARTED": {"run_id"}, "STEP_STARTED": set(), "TEXT_MESSAGE_START": {"message_id"},
    "TEXT_MESSAGE_CONTENT": {"message_id", "delta"}, "TEXT_MESSAGE_END": {"message_id"}, "TOOL_CALL_START": {"tool_name"},
    "TOOL_CALL_RESULT": {"tool_name", "result"}, "STEP_FINISHED": set(), "RUN_FINISHED": {"run_id", "output"},
    "RUN_ERROR": {"run_id", "error"},
}


@pytest.fixture(scope="module")
def accounts(shared):
    return Accounts(shared)


@pytest.fixture(scope="module")
def person(accounts):
    return accounts.join()


def chat(accounts, person, message, session=None, **options):
    value = {"message": message} | ({"session_id": session} if session else {})
    return accounts.ask("POST", CHATS, value, token=person.access, **options)


def turns(server, person, run):
    """What the account's stream tells of a turn."""
    with contextlib.closing(sqlite3.connect(server.folder / "main.db", timeout=10)) as database:
        rows = database.execute("SELECT type, payload FROM event_log WHERE stream = ? AND type LIKE 'chat.%' ORDER BY stream_seq", [f"acct:{person.id}"])
        told = [(name, json.loads(payload)) for name, payload in rows]
    return [(name, value.get("status")) for name, value in told if value["run"] == run]


def check_turn(events, output=None):
    """One beginning, one end, and messages that are said between their start and their end."""
    for event in events:
        assert event.keys() - {"type"} == MEMBERS[event["type"]], event
    types = [event["type"] for event in events]
    assert types[0] == "RUN_STARTED" and types.count("RUN_STARTED") == 1
    assert types[-1] in ("RUN_FINISHED", "RUN_ERROR")
    assert sum(type in ("RUN_FINISHED", "RUN_ERROR") for type in types) == 1
    assert {event["run_id"] for event in events if "run_id" in event} == {events[0]["run_id"]}
    said, speaking = {}, None
    for event in events:
        name = event.get("message_id")
        match event["type"]:
            case "TEXT_MESSAGE_START":
                assert speaking is None and name not in said
                speaking, said[name] = name, ""
            case "TEXT_MESSAGE_CONTENT":
                assert name == speaking
                said[name] += event["delta"]
            case "TEXT_MESSAGE_END":
                assert name == speaking
                speaking = None
            case _:
                assert speaking is None
    if types[-1] == "RUN_FINISHED":
        assert list(said.values())[-1] == events[-1]["output"]
        assert output is None or events[-1]["output"] == output


@pytest.mark.parametrize("format", formats.BODIES)
@pytest.mark.parametrize("accept", formats.BODIES)
def test_a_turn_is_answered_whole(accounts, person, format, accept):
    answer = chat(accounts, person, "What is 6 * 7?", format=format, accept=accept)
    assert answer.status == 200 and answer.content_type == accept
    assert answer.value.keys() == {"session_id", "output", "events"}
    assert str(uuid.UUID(answer.value["session_id"])) == answer.value["session_id"]
    assert turns(accounts.server, person, answer.value["events"][0]["run_id"]) == [
        ("chat.turn_started", None), ("chat.turn_finished", "completed")]
    assert answer.value["output"] == "6 * 7 = 42"
    check_turn(answer.value["events"], "6 * 7 = 42")
    assert {"type": "TOOL_CALL_RESULT", "tool_name": "calculator", "result": "42"} in answer.value["events"]


def test_a_turn_in_markdown(accounts, person):
    """Both ways: the message alone, and the answer for people."""
    answer = accounts.ask("POST", CHATS, body=b"What is 6 * 7?", content_type=formats.MARKDOWN, accept=formats.MARKDOWN, token=person.access)
    assert answer.status == 200 and b"# ChatAnswer" in answer.body and b"6 \\* 7 = 42" in answer.body


def streamed(answer, format):
    found = feeds.messages(answer.body, format)
    assert found[0].event == "connected" and found[0].id is None
    events = [message for message in found if message.event == "message"]
    assert len(events) == len(found) - 1
    return found[0].data, events


@pytest.mark.parametrize("format", formats.FEEDS)
def test_a_turn_is_streamed(accounts, person, format):
    """The same events, with ids that never go back."""
    answer = chat(accounts, person, "What is 6 * 7?", accept=format)
    assert answer.status == 200 and answer.content_type.split(";")[0] == format
    greeting, events = streamed(answer, format)
    assert greeting.keys() == {"session_id", "run_id"}
    check_turn([event.data for event in events], "6 * 7 = 42")
    assert events[0].data["run_id"] == greeting["run_id"]
    places = [int(event.id) for event in events]
    assert places == sorted(places)


@pytest.mark.parametrize("accept, type", [
    ("text/event-stream, application/json;q=0.5", formats.EVENT_STREAM), ("application/json, text/event-stream", formats.JSON),
    ("*/*", formats.JSON), ("text/event-stream;q=0.5, application/cbor", formats.CBOR)])
def test_what_the_client_likes_better(accounts, person, accept, type):
    assert chat(accounts, person, "1 + 1", accept=accept).content_type.split(";")[0] == type


def test_who_loses_the_stream_goes_on_at_the_runs_own(accounts, person, shared):
    """From every id: nothing is lost, and nothing of the run comes twice."""
    answer = chat(accounts, person, "What is 6 * 7?", accept=formats.EVENT_STREAM)
    greeting, events = streamed(answer, formats.EVENT_STREAM)
    tenant = {"x-org-id": claims(person.access)["org"], "x-user-id": person.session["user"]["id"]}
    whole = shared.events(greeting["run_id"], scope=tenant, token=person.access)
    for event in events:
        rest = accounts.ask("GET", f"/api/runs/{greeting['run_id']}/stream", token=person.access, accept=formats.EVENT_STREAM,
                            last_event_id=event.id, **{name.replace("-", "_"): value for name, value in tenant.items()})
        if event.id == events[-1].id:
            assert rest.status == 204
            continue
        found = feeds.events(rest.body, formats.EVENT_STREAM)
        assert [each["seq"] for each in found] == [each["seq"] for each in whole if each["seq"] > int(event.id)]


def test_a_chat_goes_on_and_belongs_to_its_owner(accounts, person):
    first = chat(accounts, person, "What is 6 * 7?").value
    second = chat(accounts, person, "What is 6 * 8?", first["session_id"]).value
    assert second["session_id"] == first["session_id"] and second["output"] == "6 * 8 = 48"
    stranger = accounts.join()
    in_all(lambda accept: chat(accounts, stranger, "1 + 1", first["session_id"], accept=accept), 422)
    own = str(uuid.uuid4())
    assert chat(accounts, stranger, "1 + 1", own.upper()).value["session_id"] == own
    problem(chat(accounts, person, "1 + 1", own), 422)


def test_turns_of_one_chat_follow_one_another(accounts, person, shared):
    """Also when they are asked for at once."""
    session = str(uuid.uuid4())
    with ThreadPoolExecutor(6) as pool, contextlib.ExitStack() as stack:
        connections = [stack.enter_context(shared.connect()) for _ in range(6)]
        answers = list(pool.map(lambda over: chat(accounts, person, "What is 6 * 7?", session, over=over), connections))
    for answer in answers:
        assert answer.status == 200
        check_turn(answer.value["events"], "6 * 7 = 42")
    tenant = {"x-org-id": claims(person.access)["org"], "x-user-id": person.session["user"]["id"]}
    runs = [shared.run(answer.value["events"][0]["run_id"], scope=tenant, token=person.access) for answer in answers]
    spans = sorted((run["started_at"], run["ended_at"]) for run in runs)
    assert all(before[1] <= after[0] for before, after in itertools.pairwise(spans))
    assert {run["session_key"] for run in runs} == {"s_chat_" + session.replace("-", "")}


@pytest.mark.parametrize("value", [
    {}, {"message": ""}, {"message": "x" * 8001}, {"message": 5}, {"message": "1", "session_id": "x"},
    {"message": "1", "session_id": str(uuid.uuid4())[:-1]}, {"message": "1", "other": 1}], ids=lambda value: json.dumps(value)[:40])
def test_what_is_no_message(accounts, person, value):
    in_all(lambda accept: accounts.ask("POST", CHATS, value, token=person.access, accept=accept), 422)


def test_who_may_not_chat(accounts, shared):
    in_all(lambda accept: accounts.ask("POST", CHATS, {"message": "1"}, accept=accept), 401)
    in_all(lambda accept: accounts.ask("POST", CHATS, {"message": "1"}, token=shared.token, accept=accept), 403)
    assert accounts.ask("GET", CHATS).status == 405
    assert accounts.ask("POST", CHATS, {"message": "1"}, token=shared.token, accept="image/png").status == 406


def test_a_key_gives_one_turn(accounts, person, shared):
    """Without a chat's name as well, which is then the first one's."""
    key = str(uuid.uuid4())
    first, second = [chat(accounts, person, "What is 6 * 7?", idempotency_key=key) for _ in range(2)]
    assert first.status == second.status == 200 and second.field("idempotency-replayed") == "true"
    assert first.body == second.body
    problem(chat(accounts, person, "What is 6 * 8?", idempotency_key=key), 422)


def test_a_turn_survives_its_server(launch):
    """A turn that was begun is in the chat after a power cut."""
    server = launch(*GENEROUS)
    accounts = Accounts(server)
    person = accounts.join()
    session = chat(accounts, person, "What is 6 * 7?").value["session_id"]
    server.restart()
    assert chat(accounts, person, "What is 6 * 8?", session).value["output"] == "6 * 8 = 48"
    problem(chat(accounts, accounts.join(), "1 + 1", session), 422)
