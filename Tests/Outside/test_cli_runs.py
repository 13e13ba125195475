"""`switchyard run` and `switchyard runs`: an answer as it comes, and runs as lists."""

import json

import pytest

from cli import REFUSED, UNAVAILABLE, USAGE
from crews import Crew
from providers import Provider, Say
from server import HANGING, command, mock, until
from test_providers import add

# The scope of the command line, which the tests' own is not.
OPERATOR = {"x-org-id": "default", "x-user-id": "operator"}


def ask(server, *arguments, **options):
    return command(*arguments, data=server.folder, **options)


def rows(found):
    assert found.returncode == 0, found.stderr
    return [json.loads(line) for line in found.stdout.splitlines()]


def test_an_answer(shared):
    """In a pipe, the answer and nothing else; tools are told of beside it."""
    found = ask(shared, "run", "What is 6 * 7?")
    assert (found.returncode, found.stdout) == (0, "6 * 7 = 42\n")
    assert "calculator" in found.stderr and "42" in found.stderr


def test_what_is_asked_comes_by_standard_input(shared):
    assert ask(shared, "run", "-", input="12 * (3 + 4)").stdout == "12 * (3 + 4) = 84\n"


def test_every_event(shared):
    events = rows(ask(shared, "run", "1 + 1", "--json", "--session", "s_cli", "--agent", "clerk"))
    assert [events[0]["type"], events[-1]["type"]] == ["run.started", "run.completed"]
    assert {(event["session_key"], event["agent_id"]) for event in events} == {("s_cli", "clerk")}


def test_a_run_that_fails(shared):
    found = ask(shared, "run", "x", "--provider", "openai")
    assert (found.returncode, found.stdout) == (REFUSED, "") and "LLM_NOT_CONFIGURED" in found.stderr


def test_a_provider_and_its_model(launch):
    server = launch()
    with Provider("openai", Say("Good day.", pieces=("Good ", "day.")), key=None, models=("other",)) as fake:
        assert add(server, "cli", "openai", fake.base_url, key=None).returncode == 0
        assert ask(server, "run", "hello", "--provider", "cli", "--model", "other").stdout == "Good day.\n"
    assert fake.wrong == []


def test_a_group(shared):
    crew = Crew(shared, OPERATOR)
    found = ask(shared, "run", "2 + 3", "--group", crew.still)
    assert found.returncode == 0 and found.stdout.splitlines()[:2] == ["2 + 3 = 5"] * 2, found.stdout
    members = shared.get(f"/api/groups/{crew.still}/members", scope=OPERATOR).value["members"]
    lead, member = (each["agent_instance_id"] for each in members)
    told = [line for line in found.stderr.splitlines() if line.startswith(("—", "→"))]
    assert [line.split()[1] for line in told] == [member, "calculator", lead, "calculator"], found.stderr


def test_runs_are_listed_shown_and_ended(shared):
    run = shared.create(mock(HANGING, session="s_cli_list"), scope=OPERATOR)
    done = shared.create({"session_key": "s_cli_list", "input": "only this one", "metadata": {"colour": "green"}}, scope=OPERATOR)
    listed = rows(ask(shared, "runs", "list", "--session", "s_cli_list"))
    assert [each["run_id"] for each in listed] == [done, run]
    assert [each["run_id"] for each in rows(ask(shared, "runs", "list", "--session", "s_cli_list", "--limit", "1"))] == [done]
    assert [each["run_id"] for each in rows(ask(shared, "runs", "list", "--session", "s_cli_list", "--cursor", done))] == [run]
    assert [each["run_id"] for each in rows(ask(shared, "runs", "list", "--text", "ONLY this"))] == [done]
    assert [each["run_id"] for each in rows(ask(shared, "runs", "list", "--metadata", "colour:green"))] == [done]
    assert rows(ask(shared, "runs", "list", "--before", "2020-01-01T00:00:00Z")) == []
    assert rows(ask(shared, "runs", "list", "--user", "nobody")) == []
    found = ask(shared, "runs", "cancel", run, "--reason", "enough")
    assert (found.returncode, found.stdout) == (0, f"cancelled {run}\n")
    shared.finished(run, scope=OPERATOR)
    [shown] = rows(ask(shared, "runs", "show", run))
    assert shown["status"] == "cancelled"
    assert run in [each["run_id"] for each in rows(ask(shared, "runs", "list", "--status", "cancelled", "--status", "failed"))]
    found = ask(shared, "runs", "cancel", run)
    assert found.returncode == REFUSED and "RUN_ALREADY_FINISHED" in found.stderr


def test_decisions_and_messages(shared):
    """A run that asks is told of with the command that answers it; what it was told is heard."""
    Crew(shared, OPERATOR).skill(tools=[{"name": "groups_list"}], risk_level="high")
    call = {"call": {"tool": "groups_list", "arguments": {}}}
    runs = [shared.create(mock(call, call, {"text": "done"}, session=f"s_cli_ask_{number}", approval_mode="ask"), scope=OPERATOR)
            for number in range(2)]
    for run in runs:
        until(lambda: shared.run(run, scope=OPERATOR)["phase"] == "waiting_tool_approval")
    assert ask(shared, "runs", "approve", runs[0]).returncode == REFUSED
    found = ask(shared, "runs", "approve", runs[0], "call_1", "--reason", "fine")
    assert (found.returncode, found.stdout, found.stderr) == (0, "approved call_1\n", "1 more wait\n")
    found = ask(shared, "runs", "reject", runs[0])
    assert (found.returncode, found.stdout) == (0, "rejected call_2\n")
    found = ask(shared, "runs", "say", runs[1], "-", input="Hurry.")
    assert (found.returncode, found.stdout) == (0, f"said to {runs[1]}\n")
    assert ask(shared, "runs", "cancel", runs[1]).returncode == 0
    shared.finished(runs[0], scope=OPERATOR)
    assert rows(ask(shared, "runs", "children", runs[0])) == []
    told = [event["payload"] for event in shared.events(runs[1], scope=OPERATOR) if event["type"] == "user.injected"]
    assert told == [{"message": "Hurry.", "role": "user"}]
    found = ask(shared, "watch", runs[0])
    assert "tool.approved" in found.stdout and "tool.rejected" in found.stdout


@pytest.mark.parametrize("arguments,code,word", [
    (["run", "x", "--approvals", "never"], REFUSED, "approval_mode"), (["runs", "approve"], USAGE, "run"),
    (["runs", "approve", "run_0"], REFUSED, "run_0"), (["runs", "reject", "none"], REFUSED, "run_id"),
    (["runs", "say", "run_0", ""], REFUSED, "message"), (["runs", "children", "run_0"], REFUSED, "run_0"),
    (["run"], USAGE, "text"), (["run", "x", "--agent", "a", "--group", "grp_0"], USAGE, "--group"),
    (["run", "x", "--model", "m"], USAGE, "--provider"), (["run", ""], REFUSED, "input"),
    (["run", "x", "--session", "none"], REFUSED, "session_key"), (["run", "x", "--group", "grp_0"], REFUSED, "grp_0"),
    (["run", "x", "--group", "none"], REFUSED, "group_id"), (["runs", "list", "--limit", "0"], REFUSED, "limit"),
    (["runs", "list", "--status", "done"], REFUSED, "status"), (["runs", "list", "--metadata", "x"], REFUSED, "metadata"),
    (["runs", "list", "--cursor", "run_0"], REFUSED, "CURSOR_INVALID"), (["runs", "show", "run_0"], REFUSED, "run_0"),
    (["runs", "show"], USAGE, "run"), (["runs", "cancel", "run_0"], REFUSED, "run_0")])
def test_a_wrong_command(shared, arguments, code, word):
    found = ask(shared, *arguments)
    assert found.returncode == code and word in found.stderr, found.stderr


def test_nobody_is_there(folder):
    for arguments in (["run", "x"], ["runs", "list"]):
        found = command(*arguments, "--url", "https://127.0.0.1:1", data=folder)
        assert found.returncode == UNAVAILABLE, found.stderr
