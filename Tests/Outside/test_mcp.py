"""Servers of tools (Model Context Protocol) as skills: programs and servers of HTTP, and all that may go wrong with them."""

import json
import os
import shlex
import sqlite3
import sys
import time
from pathlib import Path

import pytest

import mcp_server
from cli import REFUSED, USAGE
from providers import DIALECTS, KEY, Call, Provider, Say
from server import SCOPE, command, has_curl, mock, until
from test_providers import add, results

OTHERS = {"x-org-id": "o2", "x-user-id": "u2"}
PROGRAM = Path(mcp_server.__file__)
TRANSPORTS = ["program", pytest.param("events", marks=pytest.mark.skipif(not has_curl(), reason="by libcurl")),
              pytest.param("single", marks=pytest.mark.skipif(not has_curl(), reason="by libcurl"))]
TOKEN = "token-of-the-stand-in-5c1f"


def mcp(server, *arguments, **options):
    return command("mcp", *arguments, data=server.folder, **options)


def program(journal, *flags):
    return shlex.join([sys.executable, "-B", str(PROGRAM), str(journal), *map(str, flags)])


def call(tool, **arguments):
    return {"call": {"tool": tool, "arguments": arguments}}


def payloads(events, type):
    return [event["payload"] for event in events if event["type"] == type]


class House:
    """A server of tools that a Switchyard knows as `name`."""

    def __init__(self, server, journal, name):
        self.server, self.journal, self.name, self.http = server, mcp_server.Journal(journal), name, None

    def skill(self, scope=SCOPE, **more):
        value = {"name": f"Skill of {self.name}", "provider": "mcp", "entry_path": self.name, **more}
        answer = self.server.post("/api/skills", value, scope=scope)
        assert answer.status == 201, answer.body
        return answer.value["id"]

    def play(self, *steps, **more):
        """A run that calls tools as told: it, and its events."""
        run = self.server.create(mock(*steps, **more))
        return self.server.finished(run), self.server.events(run)

    def results(self, *steps, **more):
        """What came of the calls of a run that was completed."""
        value, events = self.play(*steps, **more)
        assert value["status"] == "completed", value["error"]
        return results(events)

    def result(self, tool, **arguments):
        """What came of the call of a tool that answers."""
        results = self.results(call(tool, **arguments))
        assert len(results) == 1 and not results[0]["isError"], results
        return results[0]["result"]

    def error(self, tool, **arguments):
        results = self.results(call(tool, **arguments))
        assert len(results) == 1 and results[0]["isError"] and results[0]["result"] is None, results
        return results[0]["error"]

    def process(self):
        return json.loads(self.result("around"))["process"]

    def messages(self, method):
        return [row["message"] for row in self.journal.read("message") if row["message"].get("method") == method]


@pytest.fixture
def house(folder):
    """`house(server, transport)` is a server of tools; afterwards it is asked whether anything was wrong."""
    houses = []

    def make(server, transport="program", *flags, name="house", skill={}, token=None, **options):
        each = House(server, folder / f"{name}.journal", name)
        if transport == "program":
            added = mcp(server, "add", name, "--command", program(each.journal.path, *flags))
        else:
            each.http = mcp_server.HTTPServer(each.journal.path, streams=transport == "events", token=token, **options)
            arguments = ["--token-stdin"] if token else []
            added = mcp(server, "add", name, "--url", each.http.url, *arguments, input=f"{token or ''}\n")
        assert added.returncode == 0, added.stderr
        if skill is not None:
            each.id = each.skill(**skill)
        houses.append(each)
        return each

    yield make
    for each in houses:
        if each.http:
            each.http.close()
        assert each.journal.read("wrong") == []


def is_alive(process):
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True


def stream(server, name):
    """What the log has of a stream, which no method reads."""
    with sqlite3.connect(server.folder / "main.db") as database:
        rows = database.execute(
            "SELECT type, payload FROM event_log WHERE stream = ? ORDER BY stream_seq", (name,)).fetchall()
    database.close()
    return [(type, json.loads(payload)) for type, payload in rows]


# -- what tools do

@pytest.mark.parametrize("transport", TRANSPORTS)
def test_tools_are_called(server, house, transport):
    at = house(server, transport)
    value, events = at.play(call("echo", text="héllo"), call("add", a=20, b=22.5))
    assert value["status"] == "completed" and value["tool_call_count"] == 2, value
    assert [event["toolName"] for event in payloads(events, "tool.called")] == ["echo", "add"]
    assert results(events) == [
        {"toolName": "echo", "result": "héllo", "isError": False, "tool_call_id": "call_1"},
        {"toolName": "add", "result": {"sum": 42.5}, "isError": False, "tool_call_id": "call_2"}]
    assert server.get(f"/api/skills/{at.id}").value["health_status"] == "healthy"


@pytest.mark.parametrize("transport", TRANSPORTS)
def test_what_a_tool_says_no_to(server, house, transport):
    at = house(server, transport)
    assert at.error("fail", why="the moon is full") == {"code": "tool_failed", "message": "the moon is full"}
    assert at.error("refuse") == {"code": "server_refused", "message": "the server refuses: it is broken inside (-32603)"}
    assert at.error("echo") == {"code": "server_refused", "message": "the server refuses: missing: ['text'] (-32602)"}
    assert at.error("nothing")["code"] == "unknown_tool"
    # None of it has made a new server necessary.
    assert len(at.journal.read("begun")) == 1


def test_what_models_cannot_read_is_named(server, house):
    assert house(server).result("blocks") == (
        "first\n[image/png, 8 bytes of base64]\n[a at file:///a]\ninside\n[content of a kind that is not known here]")


@pytest.mark.parametrize("transport", TRANSPORTS[:2])
def test_questions_of_the_server_are_answered(server, house, transport):
    assert house(server, transport).result("question") == "[{}, -32601]"


@pytest.mark.parametrize("revision", mcp_server.REVISIONS)
def test_each_revision_is_spoken(server, house, revision):
    assert house(server, "program", "--revision", revision).result("echo", text="a") == "a"


@pytest.mark.parametrize("transport", TRANSPORTS)
def test_huge_results_are_cut(server, house, transport):
    at = house(server, transport)
    result = at.result("huge", bytes=1_000_000)
    assert result.startswith("h" * 65_536 + "…") and len(result) < 65_600 and "934464" in result
    assert at.error("huge", bytes=5 << 20)["code"] == "server_broken"
    assert at.result("echo", text="again") == "again"


# -- which tools there are

def test_lists_are_read_page_by_page(server, house):
    at = house(server, "program", "--page", 2)
    assert at.result("dotted.name") == "dotted.name was called"
    assert len(at.messages("tools/list")) >= len(mcp_server.TOOLS) / 2


def test_what_cannot_be_offered_is_left_out(server, house):
    house(server, "program", "--strange", skill=None)
    shown = mcp(server, "test", "house")
    tools = [json.loads(line) for line in shown.stdout.splitlines()]
    assert shown.returncode == 0, shown.stderr
    assert [each["name"] for each in tools] == [each["name"] for each in mcp_server.TOOLS] + ["long_description"]
    assert len(tools[-1]["description"].encode()) == 4096
    assert {each["name"] for each in tools if each["changes"]} == {"fail", "change"}
    assert [each["description"] for each in tools[:2]] == ["Says it again.", "Sums"]


def test_a_skill_brings_the_tools_that_it_names(server, house):
    at = house(server, skill={"tools": [{"name": "echo"}, {"name": "absent"}]})
    assert at.result("echo", text="a") == "a"
    assert at.error("add", a=1, b=2)["code"] == "unknown_tool"
    assert at.error("absent")["code"] == "unknown_tool"


def test_a_skill_of_high_risk_is_not_used(server, house):
    at = house(server, skill={"risk_level": "high"})
    value, events = at.play(call("echo", text="a"))
    assert value["status"] == "completed"
    blocked, = payloads(events, "tool.blocked")
    assert (blocked["toolName"], blocked["risk_level"]) == ("echo", "high")
    assert at.messages("tools/call") == []


def test_the_highest_risk_decides(server, house):
    """Whoever names one tool of a server with a lower risk has not lowered it."""
    at = house(server, skill={"risk_level": "high"})
    at.skill(name="Smaller", risk_level="low", tools=[{"name": "echo"}])
    _, events = at.play(call("echo", text="a"))
    assert len(payloads(events, "tool.blocked")) == 1


def test_tools_are_those_of_the_organisation(server, house):
    at = house(server)
    assert at.result("echo", text="a") == "a"
    run = server.create(mock(call("echo", text="a")), scope=OTHERS)
    server.finished(run, scope=OTHERS)
    result, = payloads(server.events(run, scope=OTHERS), "tool.result")
    assert result["error"]["code"] == "unknown_tool"


def test_a_server_may_be_for_one_organisation(server, house):
    at = house(server, skill=None)
    assert mcp(server, "add", "house", "--command", program(at.journal.path), "--org", "o2").returncode == 0
    at.skill(scope=None)
    assert at.error("echo", text="a")["code"] == "unknown_tool"
    run = server.create(mock(call("echo", text="a")), scope=OTHERS)
    server.finished(run, scope=OTHERS)
    result, = payloads(server.events(run, scope=OTHERS), "tool.result")
    assert result["result"] == "a"


def test_own_tools_go_first(server, house):
    """A server cannot take the place of a tool that every run has."""
    at = house(server)
    at.result("grow", name="calculator")
    assert at.result("calculator", expression="6*7") == "42"


# -- lists that change

@pytest.mark.parametrize("transport", TRANSPORTS[:2])
def test_a_list_that_changes_is_told_of(server, house, transport):
    """The server says so before it answers the call, over HTTP in the call's own stream."""
    at = house(server, transport, stands=False)
    at.result("echo", text="begin")
    value, events = at.play(call("grow", name="brand_new"), {"text": "now "}, call("brand_new"), {"text": "then "},
                            call("shrink", name="add"), {"text": "and "}, call("add", a=1, b=2))
    came_of = results(events)
    assert came_of[1]["result"] == "brand_new was called" and came_of[3]["error"]["code"] == "unknown_tool", came_of
    count = len(mcp_server.TOOLS)
    told = [{"server": "house", "tool_count": count + 1, "added": ["brand_new"], "removed": []},
            {"server": "house", "tool_count": count, "added": [], "removed": ["add"]}]
    assert payloads(events, "mcp.tools.refreshed") == told
    assert [payload for type, payload in stream(server, "org:o1") if type == "mcp.tools.refreshed"][-2:] == told
    assert value["event_count"] == len([event for event in events if event["type"] != "llm.token"])


@pytest.mark.skipif(not has_curl(), reason="by libcurl")
@pytest.mark.parametrize("transport", ["events", "single"])
def test_a_server_may_speak_when_nobody_asks(server, house, transport):
    at = house(server, transport)
    at.result("echo", text="begin")
    (conversation, standing), = at.http.sessions.values()
    conversation.tools = conversation.tools[1:]
    standing.put(mcp_server.CHANGED)
    told = {"server": "house", "tool_count": len(mcp_server.TOOLS) - 1, "added": [], "removed": ["echo"]}
    until(lambda: ("mcp.tools.refreshed", told) in stream(server, "org:o1"))


def test_the_first_list_is_told_of(server, house):
    _, events = house(server).play(call("echo", text="a"))
    told = payloads(events, "mcp.tools.refreshed") or \
        [payload for type, payload in stream(server, "org:o1") if type == "mcp.tools.refreshed"]
    names = [each["name"] for each in mcp_server.TOOLS]
    assert told == [{"server": "house", "tool_count": len(names), "added": names, "removed": []}]


def test_a_list_is_asked_for_at_the_begin_of_a_run(server, house):
    """Also where the server has not said that it changed, as after a restart."""
    at = house(server, "single", stands=False)
    at.result("echo", text="a")
    for conversation, _ in at.http.sessions.values():
        conversation.tools = [{"name": "silent", "inputSchema": {"type": "object"}}]
    assert at.result("silent") == "silent was called"


# -- servers that fail

@pytest.mark.parametrize("words", [["crash", {}], ["babble", {"text": "no message"}], ["babble", {"text": "[]"}],
                                   ["babble", {"text": "{\"jsonrpc\": \"2.0\", \"id\": 1}"}]])
def test_a_program_that_breaks_is_begun_anew(server, house, words):
    at = house(server)
    before = at.process()
    error = at.error(words[0], **words[1])
    assert error["code"] in {"unavailable", "server_broken"}, error
    assert until(lambda: at.results(call("around"))[0]["result"] or None)
    assert at.process() != before and not is_alive(before)
    assert len(at.journal.read("begun")) == 2


@pytest.mark.parametrize("flags", [["--mute"], ["--says", "hello"], ["--refuses-begin"], ["--revision", "1999-01-01"]])
def test_a_server_that_does_not_begin_holds_up_nobody(server, house, flags):
    at = house(server, "program", *flags)
    began = time.monotonic()
    results = at.results(call("echo", text="a"), call("clock"))
    assert results[0]["error"]["code"] == "unknown_tool" and not results[1]["isError"]
    assert time.monotonic() - began < 12
    if flags != ["--mute"]:
        until(lambda: server.get(f"/api/skills/{at.id}").value["health_status"] == "unhealthy")
        assert ("skill.health_changed", {"skill_id": at.id, "name": "Skill of house", "health_status": "unhealthy"}) \
            in stream(server, "org:o1")


def test_a_program_that_is_not_there(server, house):
    at = house(server, skill=None)
    at.result("clock")
    assert mcp(server, "add", "house", "--command", "/no/such/program").returncode == 0
    at.id = at.skill()
    assert at.error("echo", text="a")["code"] == "unknown_tool"
    until(lambda: server.get(f"/api/skills/{at.id}").value["health_status"] == "unhealthy")
    tried = mcp(server, "test", "house")
    assert tried.returncode == REFUSED and "No such file" in tried.stderr


def test_tools_of_a_server_that_is_gone_fail(server, house):
    """What it offered is known, and models see that it does not answer."""
    at = house(server)
    at.result("echo", text="a")
    assert mcp(server, "add", "house", "--command", "/no/such/program").returncode == 0
    error = at.error("echo", text="a")
    assert error["code"] == "unavailable" and "No such file" in error["message"]


def test_a_server_without_tools(server, house):
    assert house(server, "program", "--no-tools").error("echo", text="a")["code"] == "unknown_tool"


def test_two_servers_stand_apart(server, house):
    one, other = house(server, name="one"), house(server, name="other", skill={"tools": [{"name": "around"}]})
    one.skill(name="Second of one", tools=[{"name": "echo"}])
    assert one.error("crash")["code"] == "unavailable"
    assert json.loads(other.result("around"))["process"]
    assert len(other.journal.read("begun")) == 1


# -- calls that are given up

@pytest.mark.parametrize("transport", TRANSPORTS)
def test_cancelling_a_run_cancels_its_call(server, house, folder, transport):
    at = house(server, transport)
    run = server.create(mock(call("wait", gate=str(folder / "never"))))
    until(lambda: at.messages("tools/call"))
    began = time.monotonic()
    assert server.cancel(run).status == 200
    assert server.finished(run)["status"] == "cancelled"
    assert time.monotonic() - began < 5
    told = until(lambda: at.messages("notifications/cancelled"))
    assert told[0]["params"]["requestId"] == at.messages("tools/call")[0]["id"] and told[0]["params"]["reason"]
    until(lambda: at.journal.read("given up"))
    assert at.result("echo", text="alive") == "alive"
    assert len(at.journal.read("begun")) == 1


@pytest.mark.parametrize("tool, status", [("wait", "completed"), ("change", "failed")])
def test_a_crash_of_this_server_in_a_call(server, house, folder, tool, status):
    """What may have changed something is not called twice."""
    at = house(server)
    run = server.create(mock(call(tool, gate=str(folder / "gate"))))
    process = until(lambda: at.journal.read("begun"))[0]["process"]
    until(lambda: at.messages("tools/call"))
    server.kill()
    # A program whose client is gone has no input any more.
    until(lambda: not is_alive(process) or at.journal.read("ended"))
    (folder / "gate").touch()
    server.start()
    value = server.finished(run)
    assert value["status"] == status, value["error"]
    assert status == "completed" or value["error"]["code"] == "RUN_INTERRUPTED"


# -- programs and their end

def test_a_program_sees_little(server, house):
    at = house(server, skill=None)
    added = mcp(server, "add", "house", "--command", program(at.journal.path), "--env", "SECRET_OF_TOOLS",
                environment={"SECRET_OF_TOOLS": "s3cr3t-of-tools", "OTHER": "not this"})
    assert added.returncode == 0, added.stderr
    assert b"s3cr3t-of-tools" not in b"".join(path.read_bytes() for path in server.folder.glob("main.db*"))
    at.skill()
    around = json.loads(at.result("around"))
    assert around["environment"].keys() - {"LC_CTYPE"} <= {"PATH", "HOME", "LANG", "SECRET_OF_TOOLS"}
    assert around["environment"]["SECRET_OF_TOOLS"] == "s3cr3t-of-tools"
    assert around["folder"] == str((server.folder / "mcp" / "house").resolve())
    assert around["group"] == around["process"]
    assert around["open"] == [0, 1, 2]


@pytest.mark.parametrize("end", ["stop", "remove", "no skill"])
def test_a_program_ends_with_what_needs_it(server, house, end):
    at = house(server)
    process = at.process()
    assert is_alive(process)
    if end == "stop":
        assert server.stop() == 0
    elif end == "remove":
        assert mcp(server, "remove", "house").returncode == 0
    else:
        assert server.call("DELETE", f"/api/skills/{at.id}").status == 204
    until(lambda: not is_alive(process), within=15)


def test_a_changed_program_takes_the_place_of_the_old(server, house):
    at = house(server)
    before = at.process()
    assert mcp(server, "add", "house", "--command", program(at.journal.path, "--page", 1)).returncode == 0
    assert at.process() != before
    until(lambda: not is_alive(before), within=15)


def test_complaints_of_a_program_are_in_the_log(launch, house):
    server = launch("--log-level", "debug")
    at = house(server, "program", "--complains", "the wheel squeaks")
    at.result("echo", text="a")
    assert "the wheel squeaks" in server.log.read_text()


# -- HTTP

@pytest.mark.skipif(not has_curl(), reason="by libcurl")
def test_a_token_is_shown_and_never_told(server, house):
    at = house(server, "events", token=TOKEN)
    assert at.result("echo", text="a") == "a"
    listed = mcp(server, "list", "--json").stdout
    assert TOKEN not in listed and json.loads(listed)["has_secrets"] is True
    assert TOKEN.encode() not in b"".join(path.read_bytes() for path in server.folder.glob("main.db*"))
    assert TOKEN not in server.log.read_text()


@pytest.mark.skipif(not has_curl(), reason="by libcurl")
def test_a_wrong_token_is_told_of(server, house):
    at = house(server, "events", token=TOKEN)
    at.http.token = "another"
    tried = mcp(server, "test", "house")
    assert tried.returncode == REFUSED and "401" in tried.stderr and TOKEN not in tried.stderr


@pytest.mark.skipif(not has_curl(), reason="by libcurl")
@pytest.mark.parametrize("stands", [True, False])
def test_a_session_that_is_gone_is_begun_anew(server, house, stands):
    at = house(server, "events", stands=stands)
    assert at.result("echo", text="a") == "a"
    at.http.forget()
    assert until(lambda: at.results(call("echo", text="b"))[0]["result"]) == "b"
    assert len(at.journal.read("begun")) == 2


@pytest.mark.skipif(not has_curl(), reason="by libcurl")
def test_a_session_is_ended(server, house):
    at = house(server, "events")
    assert at.result("echo", text="a") == "a"
    assert server.stop() == 0
    assert [row["session"] for row in at.journal.read("deleted")] == [row["session"] for row in at.journal.read("begun")]


@pytest.mark.skipif(not has_curl(), reason="by libcurl")
def test_a_call_that_http_refuses_fails_alone(server, house):
    at = house(server, "single", stands=False)
    assert at.result("echo", text="a") == "a"
    run = server.create(mock({"text": "a "}, {"delay_ms": 300}, call("echo", text="b"), {"text": "b "}, call("echo", text="c")))
    until(lambda: len(at.messages("tools/list")) > 4)
    until(lambda: any(event["type"] == "step.started" for event in server.events(run)))
    at.http.failures.append((500, {"jsonrpc": "2.0", "id": None, "error": {"code": -1, "message": "out of order"}}))
    server.finished(run)
    first, second = results(server.events(run))
    assert first["error"] == {"code": "server_refused", "message": "the server refuses: out of order (500)"}
    assert second["result"] == "c"
    assert len(at.journal.read("begun")) == 1


# -- the operator's commands

def test_servers_are_listed_and_removed(server, house):
    house(server, skill=None)
    listed = json.loads(mcp(server, "list", "--json").stdout)
    assert (listed["name"], listed["has_secrets"], listed["tools"]) == ("house", False, 0)
    assert listed["place"].endswith("house.journal")
    assert mcp(server, "remove", "house").returncode == 0
    assert mcp(server, "list", "--json").stdout == ""
    for words in (["remove", "house"], ["test", "house"]):
        gone = mcp(server, *words)
        assert gone.returncode == REFUSED and "house" in gone.stderr


@pytest.mark.parametrize("words", [
    ["a"], ["a", "--command", "x", "--url", "http://h/"], ["a", "--command", ""], ["a", "--command", "'x"],
    ["a", "--command", "x\\"], ["a", "--url", "ftp://h/"], ["a", "--url", "http://u:p@h/"], ["a", "--url", "x"],
    ["..", "--command", "x"], ["-a", "--command", "x"], ["a/b", "--command", "x"], ["x" * 65, "--command", "x"],
    ["", "--command", "x"], ["a", "--command", "x", "--token-stdin"], ["a", "--url", "http://h/", "--env", "HOME"],
    ["a", "--command", "x", "--env", "NO_SUCH_VARIABLE"], ["a", "--command", "x", "--env", "HOME", "--env", "HOME"],
    ["a", "--command", "x " * 65]])
def test_what_no_server_can_be(shared, words):
    added = mcp(shared, "add", *words, input="")
    assert added.returncode == USAGE and added.stderr, added
    assert mcp(shared, "list", "--json").stdout == ""


def test_a_token_that_is_none(shared):
    assert mcp(shared, "add", "a", "--url", "http://h/", "--token-stdin", input="two words\n").returncode == REFUSED


def test_a_skill_may_name_a_server_that_is_not_there(server, house):
    at = house(server, skill={"entry_path": "elsewhere"})
    assert at.error("echo", text="a")["code"] == "unknown_tool"
    assert server.get(f"/api/skills/{at.id}").value["health_status"] == "unknown"


# -- models

@pytest.mark.skipif(not has_curl(), reason="by libcurl")
@pytest.mark.parametrize("dialect", DIALECTS)
def test_models_are_shown_the_servers_schemas(server, house, dialect):
    """Providers take no dots in names."""
    at = house(server, skill={"tools": [{"name": "dotted.name"}, {"name": "echo"}]})
    with Provider(dialect, [Call("dotted_name"), Call("echo", {"text": "a"})], Say("done"), key=KEY) as fake:
        assert add(server, "stand-in", dialect, fake.base_url).returncode == 0
        run = server.create({"input": "go", "llm_config": {"provider": "stand-in"}})
        value, events = server.finished(run), server.events(run)
        assert value["status"] == "completed", (value["error"], fake.wrong)
        assert [each["result"] for each in results(events)] == ["dotted.name was called", "a"]
        assert {"dotted_name", "echo"} <= set(fake.requests[0].asked.tools)
        assert fake.wrong == []
    assert len(at.messages("tools/call")) == 2
