"""Every method through every door, with good input and with each kind of bad input: the same outcome everywhere.

Which methods there are is asked of the binary; one without a line in INPUTS fails here."""

import functools
import itertools
import json

import pytest

import formats
from accounts import Accounts
from crews import COUNT, Crew
from doors import ALL, COMMANDS, GRPC_DOORS, HTTP_DOORS, NUMBERS, Caller, Row, message_of, without_places
from server import HANGING, SCOPE, command, mock, until

OTHERS = {"x-org-id": "o2", "x-user-id": "u2"}
PROJECT = {**SCOPE, "x-project-id": "doors"}


def finished(server):
    """A run that has ended; one for all tests of a server."""
    if not hasattr(server, "doors_run"):
        server.doors_run = server.create({"session_key": "s_doors", "input": "What is 6 * 7?"})
        server.finished(server.doors_run)
    return server.doors_run


def going_on(server):
    return server.create(mock(HANGING, session="s_doors_hanging"))


def waiting(server):
    """A run that waits for a decision."""
    if not hasattr(server, "doors_guard"):
        server.doors_guard = crew(server).skill(tools=[{"name": "groups_list"}], risk_level="high")
    run = server.create(mock({"call": {"tool": "groups_list", "arguments": {}}}, session=f"s_doors_{next(COUNT)}", approval_mode="ask"))
    until(lambda: server.run(run)["phase"] == "waiting_tool_approval")
    return run


def remembered(server):
    """A kind of which no run writes a memory; there is one on the blackboard."""
    if not hasattr(server, "doors_memory"):
        there = crew(server)
        server.doors_memory = there.write(there.still, there.lead, "core")
    return "core"


class Inputs:
    """What a method is called with: `good` makes an input that is granted, `own` are fields of the answer that differ
    from call to call, `bad` inputs with the status that they are refused with; a `manual` is no value in Markdown."""

    def __init__(self, good, own=(), bad=(), manual=False, token=lambda server: server.token):
        self.good, self.own, self.bad, self.token = good, own, bad, token
        self.doors = [door for door in ALL if not manual or getattr(door, "format", None) != formats.MARKDOWN]


def accounts(server):
    """Who knows the accounts of a server; one for all tests of it."""
    if not hasattr(server, "doors_accounts"):
        server.doors_accounts = Accounts(server)
    return server.doors_accounts


def somebody(server):
    """A user who has signed in; one for all tests of a server."""
    if not hasattr(server, "doors_person"):
        server.doors_person = accounts(server).join()
    return server.doors_person


def coded(server):
    """What ends a registration that has just begun."""
    person = accounts(server).person()
    assert accounts(server).register(person).status == 202
    return {"email": person.email, "token": accounts(server).code(person.email)}


def traveller(server):
    """A user who signs in again and again, which ends their oldest sessions."""
    if not hasattr(server, "doors_traveller"):
        server.doors_traveller = accounts(server).join()
    return server.doors_traveller


def signed_in(server):
    """A refresh token that is good once."""
    person = traveller(server)
    answer = accounts(server).sign_in(person.email, person.password)
    assert answer.status == 200, answer.body
    return answer.value["refresh_token"]


def connector(server):
    """A connector to Feishu; one for all tests of a server."""
    if not hasattr(server, "doors_connector"):
        answer = server.post("/api/feishu/connectors", {"name": "x", "status": "paused", "config": {}}, scope=PROJECT)
        server.doors_connector = answer.value["id"]
    return server.doors_connector


def crew(server):
    """Roles, groups and a blackboard; one for all tests of a server."""
    if not hasattr(server, "doors_crew"):
        server.doors_crew = Crew(server)
    return server.doors_crew


COUNT = itertools.count(1)
MADE = ("id", "created_at", "updated_at")
SESSION = ("access_token", "refresh_token", "user")
UNKNOWN, NO_RUN = "run_nobody", "no run at all"
INPUTS = {
    "switchyard.accounts.v1.AgentChats/Create": Inputs(
        lambda server: {"message": "What is 6 * 7?"}, own=("session_id", "events"), token=lambda server: somebody(server).access,
        bad=[({"message": ""}, 422), ({"message": "1", "session_id": "no UUID"}, 422)]),
    "switchyard.accounts.v1.Auth/Register": Inputs(
        lambda server: accounts(server).person().body, own=("email",),
        bad=[({"username": "ab", "email": "a@b.example", "password": "secret"}, 422), ({"username": "root", "email": "a@b.example", "password": "secret"}, 422),
             ({"username": "ada", "email": "nobody", "password": "secret"}, 422), ({"username": "ada", "email": "a@b.example", "password": "12345"}, 422)]),
    "switchyard.accounts.v1.Auth/Resend": Inputs(
        lambda server: {"email": accounts(server).person().email}, bad=[({"email": "a@@b.example"}, 422), ({"email": 5}, 422)]),
    "switchyard.accounts.v1.Auth/Verify": Inputs(
        coded, own=SESSION, bad=[({"email": "a@b.example", "token": "12345"}, 422), ({"email": "a@b.example", "token": "123456"}, 401)]),
    "switchyard.accounts.v1.Auth/SignIn": Inputs(
        lambda server: {"email": traveller(server).email, "password": traveller(server).password}, own=SESSION,
        bad=[({"email": "nobody@b.example", "password": "a secret"}, 401), ({"email": "a@b.example", "password": ""}, 422)]),
    "switchyard.accounts.v1.Auth/Refresh": Inputs(
        lambda server: {"refresh_token": signed_in(server)}, own=SESSION, bad=[({"refresh_token": "rt1.fam_x.1.AAAA"}, 401), ({"refresh_token": ""}, 422)]),
    "switchyard.accounts.v1.Auth/SignOut": Inputs(
        lambda server: {"refresh_token": signed_in(server)}, bad=[({"refresh_token": ""}, 422)]),
    "switchyard.accounts.v1.Auth/FindUser": Inputs(
        lambda server: {"email": somebody(server).email}, bad=[({"email": "nobody@b.example"}, 404), ({"email": "b.example"}, 422)]),
    "switchyard.accounts.v1.Users/Me": Inputs(lambda server: somebody(server) and {}, token=lambda server: somebody(server).access),
    "switchyard.accounts.v1.Users/UpdateMe": Inputs(
        lambda server: {"bio": "é", "avatar_url": None}, token=lambda server: somebody(server).access,
        bad=[({}, 422), ({"bio": "x" * 201}, 422), ({"username": "admin"}, 422), ({"username": None}, 422), ({"avatar_url": "ftp://x"}, 422)]),
    "switchyard.accounts.v1.Users/Get": Inputs(
        lambda server: {"username": somebody(server).username}, bad=[({"username": "nobody_at_all"}, 404), ({"username": "a-b"}, 422)]),
    "switchyard.accounts.v1.Infra/Health": Inputs(lambda server: {}, own=("services",)),
    "switchyard.accounts.v1.Health/Check": Inputs(lambda server: {}, own=("timestamp",)),
    "switchyard.runs.v1.Runs/Create": Inputs(
        lambda server: {"session_key": "s_doors", "input": "1 + 1", "metadata": {"deep": {"list": [1, None, True, "é"]}}},
        own=("run_id", "created_at"),
        bad=[({"input": ""}, 400), ({"input": "1", "session_key": "doors"}, 400), ({"input": "1", "timeout_ms": 0}, 400),
             ({"input": 5}, 400), ({"input": "1", "llm_config": {"provider": "mock", "temperature": 3}}, 400)]),
    "switchyard.runs.v1.Runs/Search": Inputs(
        lambda server: finished(server) and {"session_key": "s_doors", "status": ["completed", "failed"], "q": "6 *", "limit": 1,
                                             "created_after": "2020-01-01T00:00:00.000Z"},
        bad=[({"status": ["done"]}, 400), ({"limit": 0}, 400), ({"metadata": ["none"]}, 400), ({"metadata": [":x"]}, 400),
             ({"cursor": UNKNOWN}, 400), ({"cursor": "2"}, 400), ({"created_after": "yesterday"}, 400), ({"q": ""}, 400)]),
    "switchyard.runs.v1.Runs/Get": Inputs(
        lambda server: {"run_id": finished(server)}, bad=[({"run_id": UNKNOWN}, 404), ({"run_id": NO_RUN}, 400)]),
    "switchyard.runs.v1.Runs/List": Inputs(
        lambda server: finished(server) and {"session_key": "s_doors", "limit": 1},
        bad=[({"session_key": "doors"}, 400), ({"session_key": "s_doors", "limit": 0}, 400), ({"session_key": "s_doors", "page": -1}, 400)]),
    "switchyard.runs.v1.Runs/Events": Inputs(
        lambda server: {"run_id": finished(server), "type": ["run.*", "tool.called"], "include_tokens": True},
        bad=[({"run_id": UNKNOWN}, 404), ({"run_id": UNKNOWN, "limit": 100_000}, 400), ({"run_id": UNKNOWN, "type": ["x" * 71]}, 400)]),
    "switchyard.runs.v1.Runs/Chain": Inputs(
        lambda server: {"run_id": finished(server), "cursor": "2", "limit": 3},
        bad=[({"run_id": UNKNOWN}, 404), ({"run_id": UNKNOWN, "limit": 0}, 400), ({"run_id": UNKNOWN, "cursor": ""}, 400)]),
    "switchyard.runs.v1.Runs/Watch": Inputs(
        lambda server: {"run_id": finished(server), "cursor": "2"},
        bad=[({"run_id": UNKNOWN}, 404), ({"run_id": UNKNOWN, "cursor": "x" * 81}, 400)]),
    "switchyard.runs.v1.Runs/Cancel": Inputs(
        lambda server: {"run_id": going_on(server), "reason": "enough"}, own=("run_id",),
        bad=[({"run_id": UNKNOWN}, 404), ({"run_id": UNKNOWN, "reason": "x" * 1001}, 400)]),
    "switchyard.runs.v1.Runs/Approve": Inputs(
        lambda server: {"run_id": waiting(server), "tool_call_id": "call_1", "reason": "é"}, own=("run_id",),
        bad=[({"run_id": UNKNOWN}, 404), ({"run_id": UNKNOWN, "tool_call_id": ""}, 400)]),
    "switchyard.runs.v1.Runs/Reject": Inputs(
        lambda server: {"run_id": waiting(server)}, own=("run_id",),
        bad=[({"run_id": UNKNOWN}, 404), ({"run_id": UNKNOWN, "reason": "x" * 1001}, 400)]),
    "switchyard.runs.v1.Runs/Inject": Inputs(
        lambda server: {"run_id": going_on(server), "message": "é", "role": "system"}, own=("run_id",),
        bad=[({"run_id": UNKNOWN, "message": "x"}, 404), ({"run_id": UNKNOWN}, 400), ({"run_id": UNKNOWN, "message": "x", "role": "assistant"}, 400)]),
    "switchyard.runs.v1.Runs/Children": Inputs(
        lambda server: {"run_id": finished(server)}, bad=[({"run_id": UNKNOWN}, 404), ({"run_id": NO_RUN}, 400)]),
    "switchyard.runs.v1.Roles/Create": Inputs(
        lambda server: {"name": "é", "system_prompt": "You are.", "allowed_tools": ["clock", "memory_*"], "style_constraints": {"tone": [1, None]}},
        own=MADE, bad=[({"name": "", "system_prompt": "x"}, 400), ({"name": "a"}, 400), ({"name": "a", "system_prompt": ""}, 400),
                       ({"name": "a", "system_prompt": "x", "denied_tools": ["x"] * 201}, 400),
                       ({"name": "a", "system_prompt": "x", "style_constraints": []}, 400),
                       ({"name": "a", "system_prompt": "x", "style_constraints": {"a": "x" * 4096}}, 400)]),
    "switchyard.runs.v1.Roles/List": Inputs(lambda server: crew(server) and {}, own=("roles",)),
    "switchyard.runs.v1.Roles/Get": Inputs(
        lambda server: {"role_id": crew(server).lead}, bad=[({"role_id": "role_0"}, 404), ({"role_id": "grp_0"}, 400)]),
    "switchyard.runs.v1.Groups/Create": Inputs(
        lambda server: {"name": "group1", "description": "default group", "project_id": None}, own=MADE,
        bad=[({}, 400), ({"name": "x" * 81}, 400), ({"name": "a", "project_id": ""}, 400)]),
    "switchyard.runs.v1.Groups/List": Inputs(lambda server: {"project_id": crew(server).project}, bad=[({"project_id": ""}, 400)]),
    "switchyard.runs.v1.Groups/Get": Inputs(
        lambda server: {"group_id": crew(server).group}, bad=[({"group_id": "grp_0"}, 404), ({"group_id": "grp"}, 400)]),
    "switchyard.runs.v1.Groups/AddMember": Inputs(
        lambda server: {"group_id": crew(server).group, "role_id": crew(server).role(), "ordinal": 7},
        own=("id", "role_id", "agent_instance_id", "created_at"),
        bad=[({"group_id": "grp_0", "role_id": "role_0"}, 404), ({"group_id": "grp_0", "role_id": "role_0", "ordinal": -1}, 400),
             ({"group_id": "grp_0"}, 400)]),
    "switchyard.runs.v1.Groups/Members": Inputs(
        lambda server: {"group_id": crew(server).still}, bad=[({"group_id": "grp_0"}, 404)]),
    "switchyard.runs.v1.Groups/Run": Inputs(
        lambda server: {"group_id": crew(server).group, "session_key": "s_doors_group", "input": "1 + 1"}, own=("run_id", "created_at"),
        bad=[({"group_id": "grp_0", "input": "x"}, 404), ({"group_id": "grp_0", "input": ""}, 400), ({"group_id": "grp_0"}, 400),
             ({"group_id": "grp_0", "input": "x", "session_key": "none"}, 400)]),
    "switchyard.runs.v1.Blackboard/List": Inputs(
        lambda server: {"group_id": crew(server).still, "type": remembered(server), "limit": 1},
        bad=[({"group_id": "grp_0"}, 404), ({"group_id": "grp_0", "limit": 0}, 400), ({"group_id": "grp_0", "type": "none"}, 400)]),
    "switchyard.runs.v1.Blackboard/Get": Inputs(
        lambda server: {"group_id": crew(server).still, "memory_id": crew(server).memory},
        bad=[({"group_id": "grp_0", "memory_id": "none"}, 404)]),
    "switchyard.runs.v1.Blackboard/Write": Inputs(
        lambda server: {"group_id": crew(server).group, "type": "core", "text": "é", "metadata": {"tag": "decision"}, "importance": 0.25,
                        "role_id": crew(server).lead}, own=("id",),
        bad=[({"group_id": "grp_0", "type": "core", "text": "x", "role_id": "role_0"}, 404),
             ({"group_id": "grp_0", "type": "none", "text": "x", "role_id": "role_0"}, 400),
             ({"group_id": "grp_0", "type": "core", "text": "", "role_id": "role_0"}, 400),
             ({"group_id": "grp_0", "type": "core", "text": "x", "role_id": "role_0", "importance": 1.5}, 400)]),
    "switchyard.runs.v1.Skills/Create": Inputs(
        lambda server: {"name": f"skill {next(COUNT)}", "tools": [{"name": f"tool_{next(COUNT)}", "description": "é", "parameters": {"a": 1}}],
                        "risk_level": "high", "provider": "mcp", "source_type": "repo", "dependencies": {"tools": ["git"], "env_vars": []}},
        own=(*MADE, "name", "tools"),
        bad=[({"name": "a", "risk_level": "none"}, 400), ({"name": "a", "tools": [{"name": "x"}, {"name": "x"}]}, 400),
             ({"name": "a", "tools": [{"name": "x", "parameters": []}]}, 400), ({"name": ""}, 400)]),
    "switchyard.runs.v1.Skills/List": Inputs(lambda server: {}, own=("skills",)),
    "switchyard.runs.v1.Skills/Get": Inputs(
        lambda server: {"skill_id": crew(server).skill()}, own=(*MADE, "name"),
        bad=[({"skill_id": "skill_0"}, 404), ({"skill_id": "x"}, 400)]),
    "switchyard.runs.v1.Skills/Remove": Inputs(
        lambda server: {"skill_id": crew(server).skill()}, bad=[({"skill_id": "skill_0"}, 404)]),
    "switchyard.runs.v1.Feishu/Create": Inputs(
        lambda server: {"name": "é", "status": "paused", "config": {"folder_tokens": ["fld"], "chunking": {"min_tokens": 40}}}, own=MADE,
        bad=[({"name": "", "config": {}}, 400), ({"name": "a", "config": {"poll_interval_seconds": 59}}, 400), ({"name": "a", "config": {"none": 1}}, 400),
             ({"name": "a", "config": {"file_tokens": ["x"] * 201}}, 400), ({"name": "a", "config": {"chunking": {"min_tokens": 601}}}, 400)]),
    "switchyard.runs.v1.Feishu/List": Inputs(lambda server: {}, own=("connectors",)),
    "switchyard.runs.v1.Feishu/Get": Inputs(
        lambda server: {"connector_id": connector(server)}, own=("last_sync_at", "last_error", "updated_at"),
        bad=[({"connector_id": "fconn_0"}, 404), ({"connector_id": "x"}, 400)]),
    "switchyard.runs.v1.Feishu/Update": Inputs(
        lambda server: {"connector_id": connector(server), "name": "é", "config": {"max_docs_per_sync": 1}},
        own=("last_sync_at", "last_error", "updated_at"),
        bad=[({"connector_id": "fconn_0", "name": "x"}, 404), ({"connector_id": "fconn_0"}, 400), ({"connector_id": "fconn_0", "name": None}, 400),
             ({"connector_id": "fconn_0", "status": "off"}, 400), ({"connector_id": "fconn_0", "config": {"chunking": {"target_tokens": 2000}}}, 400)]),
    "switchyard.runs.v1.Feishu/Sync": Inputs(
        lambda server: {"connector_id": connector(server), "wait": False},
        own=(*MADE, "status", "started_at", "ended_at", "error_message"),
        bad=[({"connector_id": "fconn_0"}, 404), ({"connector_id": "fconn_0", "wait": 1}, 400)]),
    "switchyard.runs.v1.Feishu/Jobs": Inputs(
        lambda server: {"connector_id": connector(server), "limit": 1000}, own=("jobs",),
        bad=[({"connector_id": "fconn_0"}, 404), ({"connector_id": "x", "limit": 5}, 400)]),
    "switchyard.interface.v1.Interface/Health": Inputs(
        lambda server: {"ready": 1}, own=("timestamp", "queue", "sse"), bad=[({"ready": 2}, 400)]),
    "switchyard.interface.v1.Interface/Metrics": Inputs(lambda server: {}),
    "switchyard.interface.v1.Interface/Docs": Inputs(lambda server: {}),
    "switchyard.interface.v1.Interface/DocsScript": Inputs(lambda server: {}),
    "switchyard.interface.v1.Interface/DocsStyle": Inputs(lambda server: {}),
    "switchyard.interface.v1.Interface/Ticket": Inputs(lambda server: {}, own=("ticket", "expires_at")),
    "switchyard.interface.v1.Interface/Explain": Inputs(
        lambda server: {"refusal_id": server.post("/api/runs", {}, token="sy_nobody").field("x-correlation-id")}, own=("refusal_id", "at"),
        bad=[({"refusal_id": "nobody"}, 404)]),
    "switchyard.interface.v1.Interface/Describe": Inputs(lambda server: {}, manual=True),
}


@functools.cache
def sheet(name):
    return Row.read(json.loads(command("call", name, "--describe").stdout))


def scope_of(row):
    """The scope that a method is called in."""
    return dict(PROJECT if "x-project-id" in row.scope else SCOPE)


def caller(name, token):
    return Caller(token, scope_of(sheet(name)))


def test_every_method_has_inputs():
    """A new method needs a line above."""
    listed = [json.loads(line)["name"] for line in command("call", "--list", "--json").stdout.splitlines()]
    assert sorted(listed) == sorted(INPUTS)


def shown(value, own):
    """The answer without what differs from call to call."""
    if isinstance(value, dict):
        return {name: found for name, found in value.items() if name not in own}
    if isinstance(value, str) and value.startswith("# HELP"):
        # The counters go on counting.
        return [line for line in value.splitlines() if line.startswith("# ")]
    return value.rstrip("\n") if isinstance(value, str) else value


@pytest.mark.parametrize("name", INPUTS)
def test_good_input_is_answered_the_same(shared, name):
    """In every format, by gRPC and on the command line."""
    check_answers(shared, name, lambda value: value)


MARKED = ["switchyard.accounts.v1.AgentChats/Create", "switchyard.runs.v1.Runs/Create"]


@pytest.mark.parametrize("name", MARKED)
def test_what_fits_markdown_is_answered_the_same(shared, name):
    """Without the fields that need JSON or CBOR."""
    row = sheet(name)
    part = lambda value: {key: found for key, found in value.items() if key in (row.markdown, *row.beside_markdown)}
    assert row.fits_markdown(part(INPUTS[name].good(shared)))
    check_answers(shared, name, part)


def test_every_method_that_takes_markdown_is_called_with_it():
    assert [name for name in INPUTS if sheet(name).markdown] == MARKED


def check_answers(server, name, part):
    """The same value through every door that can carry the input."""
    row, inputs = sheet(name), INPUTS[name]
    doors = fitting(inputs.doors, row, part(inputs.good(server)))
    outcomes = [(door, door.call(server, row, part(inputs.good(server)), caller(name, inputs.token(server)))) for door in doors]
    for door, outcome in outcomes:
        assert outcome.error is None, f"{door}: {outcome.error}"
        differences = formats.differences(shown(outcomes[0][1].value, inputs.own), shown(outcome.value, inputs.own))
        assert differences == [], f"{door}: {differences}"


def fitting(doors, row, value):
    """The doors that can carry the input."""
    return [door for door in doors if door.fits(row, value)]


def check_refusals(server, row, value, caller, status, commands=COMMANDS):
    """One refusal through every door."""
    assert status in row.refusals, "the description names it"
    first = None
    for door in fitting(HTTP_DOORS, row, value):
        outcome = door.call(server, row, value, caller)
        assert outcome.status == status, f"{door}: {outcome}"
        error = without_places(outcome.error)
        first = first or error
        assert formats.differences(first, error) == [], f"{door}: {error}"
    for door in GRPC_DOORS:
        outcome = door.call(server, row, value, caller)
        assert outcome.number in NUMBERS.get(status, {14}), f"{door}: {outcome}"
        assert formats.differences(first, without_places(outcome.error)) == [], f"{door}: {outcome.error}"
    for door in commands:
        outcome = door.call(server, row, value, caller)
        assert outcome.error is not None and message_of(first) in outcome.error["stderr"], f"{door}: {outcome}"


BAD = [(name, value, status) for name, inputs in INPUTS.items() for value, status in inputs.bad]


@pytest.mark.parametrize("name, value, status", BAD, ids=[f"{name.split('/')[1]}-{value}" for name, value, _ in BAD])
def test_bad_input_is_refused_the_same(shared, name, value, status):
    """With the same words and facts."""
    check_refusals(shared, sheet(name), value, caller(name, INPUTS[name].token(shared)), status)


@pytest.mark.parametrize("name", INPUTS)
def test_an_unknown_field_is_refused_the_same(shared, name):
    """Nothing that is misspelt is ignored."""
    value = {**INPUTS[name].good(shared), "no_such_field": "x"}
    check_refusals(shared, sheet(name), value, caller(name, INPUTS[name].token(shared)), sheet(name).invalid)


@pytest.mark.parametrize("name", INPUTS)
def test_a_missing_field_is_refused_the_same(shared, name):
    """Every field that must be there."""
    row = sheet(name)
    for missing in row.required:
        value = {key: found for key, found in INPUTS[name].good(shared).items() if key != missing}
        check_refusals(shared, row, value, caller(name, INPUTS[name].token(shared)), row.invalid)


@pytest.mark.parametrize("token", ["sy_wrong", "not a token"])
@pytest.mark.parametrize("name", INPUTS)
def test_a_wrong_token_is_refused_the_same(shared, name, token):
    """One body for every reason; open methods take no notice."""
    row, value = sheet(name), INPUTS[name].good(shared)
    if row.permission:
        return check_refusals(shared, row, value, caller(name, token), 401)
    for door in fitting(INPUTS[name].doors, row, value):
        assert door.call(shared, row, INPUTS[name].good(shared), caller(name, token)).error is None


@pytest.mark.parametrize("name", INPUTS)
def test_no_token_is_refused_the_same(shared, name):
    """The command line says so itself, before it asks."""
    row = sheet(name)
    if not row.permission:
        return
    check_refusals(shared, row, INPUTS[name].good(shared), caller(name, None), 401, commands=[])
    for door in COMMANDS:
        assert "there is no token" in door.call(shared, row, INPUTS[name].good(shared), caller(name, None)).error["stderr"]


@pytest.mark.parametrize("name", INPUTS)
def test_a_token_that_may_not_is_refused_the_same(shared, name):
    """One that may do anything else."""
    row = sheet(name)
    if not row.permission:
        return
    least = {"read": "write", "write": "read", "admin": "read,write"}[row.permission]
    made = command("token", "mint", "--scope", least, data=shared.folder)
    assert made.returncode == 0, made.stderr
    check_refusals(shared, row, INPUTS[name].good(shared), caller(name, made.stdout.strip()), 403)


@pytest.mark.parametrize("name", INPUTS)
def test_a_scope_that_is_missing_or_anothers(shared, name):
    """Another tenant's runs do not exist; the command line always names a scope."""
    row = sheet(name)
    needed = [part for part in row.scope if not part.startswith("(")]
    for part in needed:
        scope = {key: value for key, value in scope_of(row).items() if key != part}
        value = INPUTS[name].good(shared)
        for door in fitting(HTTP_DOORS + GRPC_DOORS, row, value):
            outcome = door.call(shared, row, value, Caller(shared.token, scope))
            assert outcome.status == 400 or outcome.number == 3, f"{door}: {outcome}"
            assert part in message_of(outcome.error)
    if needed and 404 in row.refusals:
        check_refusals(shared, row, INPUTS[name].good(shared), Caller(shared.token, {**scope_of(row), **OTHERS}), 404)


# What is no value in any of the formats.
MALFORMED = {formats.JSON: [b"{", b"[1", b"\xff", b'{"a":1,"a":2}'], formats.CBOR: [b"\xa1", b"\xff", b"\x1c", b"\xa2\x61a\x01\x61a\x02"]}


@pytest.mark.parametrize("name", INPUTS)
def test_malformed_bodies_are_refused_with_their_place(shared, name):
    """With kind and offset, in whatever the body was meant to be."""
    row, who = sheet(name), caller(name, INPUTS[name].token(shared))
    for door in GRPC_DOORS:
        for body in MALFORMED[door.format]:
            outcome = door.send(shared, row, body, who)
            assert outcome.number == 3, f"{door}: {body} {outcome}"
            facts = outcome.error.get("error", outcome.error).get("details") or outcome.error.get("details")
            assert 0 <= facts["offset"] <= len(body) and facts["kind"]
    if not row.has_body:
        return
    path, _ = row.spread(INPUTS[name].good(shared))
    for format, bodies in MALFORMED.items():
        for body in bodies:
            answer = shared.call(row.verb, path, body=body, content_type=format, accept=format, token=who.token, scope=who.scope)
            facts = answer.value.get("error", answer.value)["details"]
            assert answer.status == row.invalid, f"{body} {answer.body}"
            assert 0 <= facts["offset"] <= len(body) and facts["kind"]
