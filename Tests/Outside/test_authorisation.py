"""The authorisation matrix: every method of the server, for every kind of caller, through every door.

Which methods there are, what permission each asks for and what scope it reads, a running server says; one without a line in
HARMLESS fails here.
"""

import json
import shutil
import tempfile
import time
from pathlib import Path

import pytest

import feeds
import formats
from accounts import Accounts, claims
from callers import CALLERS, QUIET, Site, mint, revoke
from matrix import DOORS, NOBODY, Caller, Line, Verdict, declared, disagreement, methods
from server import HANGING, Server, command, mock, until

RUNS, AUTH, USERS = "switchyard.runs.v1.Runs/", "switchyard.accounts.v1.Auth/", "switchyard.accounts.v1.Users/"
INTERFACE = "switchyard.interface.v1.Interface/"
ROLES, GROUPS = "switchyard.runs.v1.Roles/", "switchyard.runs.v1.Groups/"
BLACKBOARD, SKILLS = "switchyard.runs.v1.Blackboard/", "switchyard.runs.v1.Skills/"
FEISHU = "switchyard.runs.v1.Feishu/"

RUN, LEAD, GROUP = "the finished run", "the lead", "the group"
MEMORY, SKILL = "the memory", "the skill"
HARMLESS = {
    RUNS + "Create": Line({}, 400),
    RUNS + "Search": Line({"session_key": "s_matrix"}, 200),
    RUNS + "Get": Line({"run_id": RUN}, 200, elsewhere=404),
    RUNS + "List": Line({"session_key": "s_matrix"}, 200),
    RUNS + "Events": Line({"run_id": RUN}, 200, elsewhere=404),
    RUNS + "Chain": Line({"run_id": RUN}, 200, elsewhere=404),
    RUNS + "Watch": Line({"run_id": RUN}, 200, elsewhere=404),
    RUNS + "Cancel": Line({"run_id": RUN}, 409, elsewhere=404),
    RUNS + "Approve": Line({"run_id": RUN}, 409, elsewhere=404),
    RUNS + "Reject": Line({"run_id": RUN}, 409, elsewhere=404),
    RUNS + "Inject": Line({"run_id": RUN, "message": "x"}, 409, elsewhere=404),
    RUNS + "Children": Line({"run_id": RUN}, 200, elsewhere=404),
    ROLES + "Create": Line({}, 400),
    ROLES + "List": Line({}, 200),
    ROLES + "Get": Line({"role_id": LEAD}, 200, elsewhere=404, of_org=True),
    GROUPS + "Create": Line({}, 400),
    GROUPS + "List": Line({}, 200),
    GROUPS + "Get": Line({"group_id": GROUP}, 200, elsewhere=404, of_org=True),
    GROUPS + "AddMember": Line({"group_id": GROUP}, 400),
    GROUPS + "Members": Line({"group_id": GROUP}, 200, elsewhere=404, of_org=True),
    GROUPS + "Run": Line({"group_id": GROUP}, 400),
    BLACKBOARD + "List": Line({"group_id": GROUP}, 200, elsewhere=404, of_org=True),
    BLACKBOARD + "Get": Line({"group_id": GROUP, "memory_id": MEMORY}, 200, elsewhere=404),
    BLACKBOARD + "Write": Line({"group_id": GROUP}, 400),
    SKILLS + "Create": Line({}, 400),
    SKILLS + "List": Line({}, 200),
    SKILLS + "Get": Line({"skill_id": SKILL}, 200, elsewhere=404, of_org=True),
    SKILLS + "Remove": Line({"skill_id": "skill_0"}, 404),
    # Nobody at home names a project, so that there is nothing of theirs to be found.
    FEISHU + "Create": Line({}, 400),
    FEISHU + "List": Line({}, 200),
    FEISHU + "Get": Line({"connector_id": "fconn_0"}, 404),
    FEISHU + "Update": Line({"connector_id": "fconn_0"}, 400),
    FEISHU + "Sync": Line({"connector_id": "fconn_0"}, 404),
    FEISHU + "Jobs": Line({"connector_id": "fconn_0"}, 404),
    "switchyard.accounts.v1.AgentChats/Create": Line({}, 422),
    AUTH + "Register": Line({}, 422),
    AUTH + "Resend": Line({}, 422),
    AUTH + "Verify": Line({}, 422),
    AUTH + "SignIn": Line({}, 422),
    AUTH + "Refresh": Line({}, 422),
    AUTH + "SignOut": Line({"refresh_token": ""}, 422),
    AUTH + "FindUser": Line({"email": "no address"}, 422),
    USERS + "Me": Line({}, 404, user=200),
    USERS + "UpdateMe": Line({}, 422),
    USERS + "Get": Line({"username": "nobody_here"}, 404),
    "switchyard.accounts.v1.Infra/Health": Line({}, 200),
    "switchyard.accounts.v1.Health/Check": Line({}, 200),
    INTERFACE + "Health": Line({}, 200),
    INTERFACE + "Metrics": Line({}, 200),
    INTERFACE + "Docs": Line({}, 200),
    INTERFACE + "DocsScript": Line({}, 200),
    INTERFACE + "DocsStyle": Line({}, 200),
    INTERFACE + "Describe": Line({}, 200),
    INTERFACE + "Explain": Line({"refusal_id": "nobody"}, 404),
    INTERFACE + "Ticket": Line({}, 201),
}
# Methods whose open streams are ended here.
WATCHED = {RUNS + "Watch"}


@pytest.fixture(scope="module")
def site():
    path = Path(tempfile.mkdtemp(prefix="switchyard-"))
    site = Site(path)
    try:
        yield site.start()
    finally:
        site.dispose()
        shutil.rmtree(path, ignore_errors=True)


@pytest.fixture(scope="module")
def table(site):
    """The methods that the server serves."""
    return methods(site.server)


@pytest.fixture(scope="module")
def callers(site):
    """Callers by their names, each made once."""
    made = {}

    def caller(name):
        if name not in made:
            made[name] = CALLERS[name](site)
        return made[name]

    return caller


def value_of(site, method):
    """A harmless input of a method, which has a line above."""
    assert method.name in HARMLESS, f"{method.name} has no line in HARMLESS"
    made = {RUN: site.run, LEAD: site.crew.lead, GROUP: site.crew.still, MEMORY: site.crew.memory, SKILL: site.skill}
    return {name: made.get(text, text) for name, text in HARMLESS[method.name].value.items()}


# -- what is declared

def test_every_method_has_a_line_and_every_line_a_method(table):
    assert table.keys() - HARMLESS.keys() == HARMLESS.keys() - table.keys() == set()


def test_every_feed_is_watched_to_its_end(table):
    """A new one needs streams below that end with their credential."""
    assert {method.name for method in table.values() if method.is_feed} == WATCHED


def test_the_command_line_knows_every_method_that_is_served(table):
    assert table.keys() ^ set(listed()) == set()


def listed():
    return [json.loads(line)["name"] for line in command("call", "--list", "--json").stdout.splitlines()]


def test_the_command_line_declares_what_the_server_does(table):
    """Permission, scope and form of a method are the same in both."""
    for name in listed():
        sheet, method = json.loads(command("call", name, "--describe").stdout), table[name]
        assert sheet["request"] == f"{method.verb} {method.path}"
        assert (sheet["permission"], sheet["stream"]) == (method.permission, method.is_feed), name
        assert sorted(sheet["scope"]) == sorted(part if part in method.needed else f"({part})" for part in method.scope), name


def test_every_refusal_of_a_caller_is_declared(table):
    """A method that asks for a permission says so; an open one refuses nobody, though a password may be wrong."""
    for method in table.values():
        assert ({401, 403} <= method.refusals) if method.permission else (403 not in method.refusals), method.name


# -- the cells

@pytest.mark.parametrize("door", DOORS, ids=str)
@pytest.mark.parametrize("name", CALLERS)
def test_a_caller_may_do_what_is_declared(site, table, callers, name, door):
    """And nothing else, of all that there is; nobody learns why a credential is none."""
    caller = callers(name)
    found = []
    for method in filter(door.fits, table.values()):
        value = value_of(site, method)
        verdict = declared(method, caller, HARMLESS[method.name])
        found.append(disagreement(site, door, method, value, caller, verdict))
    assert [text for text in found if text] == [] != found


@pytest.mark.parametrize("door", DOORS, ids=str)
def test_one_refusal_is_for_all_methods_of_a_zone(site, table, door):
    """Byte for byte, but for the path."""
    bodies = {}
    for method in filter(door.fits, table.values()):
        if method.permission:
            reply = door.call(site, method, value_of(site, method), NOBODY)
            assert reply.code in door.codes(401)
            assert (reply.error is not None) == door.has_errors
            bodies.setdefault(method.zone, set()).add(reply.common)
    assert {len(found) for found in bodies.values()} == {1}


# Whoever may ask for the account of an address: its own caller's, somebody's, nobody's.
ASKING = {
    "no token": (401, 401, 401), "write": (403, 403, 403), "admin": (403, 403, 403), "read": (403, 403, 403),
    "read, bound to the account, naming it": (200, 403, 403), "a user": (200, 403, 403), "all": (200, 200, 404),
    "an msp_admin": (200, 200, 404),
}
PERMISSION = {"permission": "read"}


@pytest.mark.parametrize("door", DOORS, ids=str)
@pytest.mark.parametrize("name,statuses", ASKING.items(), ids=ASKING)
def test_an_account_is_shown_to_its_owner_and_to_administrators(site, table, callers, stranger, name, statuses, door):
    """The permission is not all that this method asks for."""
    method, caller = table[AUTH + "FindUser"], callers(name)
    if not door.fits(method):
        return
    for address, status in zip((site.user.email, stranger.email, "nobody@mail.example"), statuses):
        lacks = caller.permissions is not None and "read" not in caller.permissions
        verdict = Verdict(status, PERMISSION if lacks else None)
        assert disagreement(site, door, method, {"email": address}, caller, verdict) is None


@pytest.fixture(scope="module")
def stranger(site):
    """Somebody else with an account."""
    return site.accounts.join()


@pytest.mark.parametrize("door", DOORS, ids=str)
def test_an_msp_admin_names_other_users_of_its_tenant(site, table, door):
    caller = site.user_naming(site.signed(roles=["msp_admin"]), ["read", "write", "admin"], user="u1")
    del caller.bound["x-user-id"]
    for method in filter(door.fits, table.values()):
        verdict = declared(method, caller, HARMLESS[method.name])
        assert disagreement(site, door, method, value_of(site, method), caller, verdict) is None


OTHERS = {401: Verdict(403), 403: Verdict(200), 200: Verdict(401)}


@pytest.mark.parametrize("door", DOORS, ids=str)
@pytest.mark.parametrize("name", ["no token", "a revoked opaque token", "read", "write", "a user, naming another tenant", "all"])
def test_a_cell_that_is_declared_wrongly_is_found(site, table, callers, name, door):
    """This is about the matrix: no cell of it agrees with everything."""
    caller = callers(name)
    for method in filter(door.fits, table.values()):
        right = declared(method, caller, HARMLESS[method.name])
        wrong = OTHERS.get(right.status, OTHERS[200])
        assert disagreement(site, door, method, value_of(site, method), caller, wrong), method.name


# -- tickets: whose they are, and the status of the feed that they name

TICKETS = {
    "read": 200,
    "all": 200,
    "bound to another tenant": 403,
    "bound to another tenant, naming it": 404,
    "a user": 404,
    "a user, naming another tenant": 403,
    "all, naming no scope": 400,
}


def ticket(site, caller):
    answer = site.server.exchange("POST", "/stream-tickets", list(caller.fields))
    assert answer.status == 201
    return formats.decode(bytes(answer.body), formats.JSON)["ticket"]


@pytest.mark.parametrize("door", [door for door in DOORS if door.has_query], ids=str)
@pytest.mark.parametrize("name,status", TICKETS.items(), ids=TICKETS)
def test_a_ticket_opens_what_its_token_would(site, table, callers, name, status, door):
    """Once, and nothing but a stream; a text that is no ticket opens nothing."""
    caller = callers(name)
    for method in table.values():
        # What is not asked by GET takes no query, and says so before it asks who calls.
        if not method.permission or method.verb != "GET" or not door.fits(method):
            continue
        text = ticket(site, caller)
        replies = [door.call(site, method, value_of(site, method), Caller(query=(("ticket", each),), scope=caller.scope)).code
                   for each in (text, text, text[:-1], "")]
        assert replies == [status if method.is_feed else 401, 401, 401, 401], method.name


# -- streams that are open

LIVES_MAX = 5.0  # seconds that a stream may outlive its credential
LIFETIME = 2


@pytest.fixture(scope="module")
def brief():
    """The accounts of a server whose access tokens live for two seconds."""
    path = Path(tempfile.mkdtemp(prefix="switchyard-"))
    server = Server(path / "data", *QUIET, "--access-token-lifetime", str(LIFETIME))
    try:
        yield Accounts(server.start())
    finally:
        server.dispose()
        shutil.rmtree(path, ignore_errors=True)


@pytest.fixture(scope="module")
def lasting(site):
    """The same of one whose tokens live longer than any test."""
    return site.accounts


def revoked(accounts, person, scope):
    token = mint(accounts.server, "read", org=scope["x-org-id"])
    return token, lambda: revoke(accounts.server, token)


def signed_out(accounts, person, scope):
    session = accounts.device(person)

    def end():
        assert accounts.sign_out(session["refresh_token"]).status == 204
    return session["access_token"], end


def used_twice(accounts, person, scope):
    """A refresh token that two have ends the session of both."""
    session = accounts.device(person)

    def end():
        second = accounts.refresh(session["refresh_token"]).value["refresh_token"]
        assert accounts.refresh(second).status == 200
        assert accounts.refresh(session["refresh_token"]).status == 401
    return session["access_token"], end


def outlived(accounts, person, scope):
    def token():
        """It lives until a whole second: time enough to open what ends with it."""
        token = accounts.device(person)["access_token"]
        return token if claims(token)["exp"] - time.time() > LIFETIME - 0.5 else None
    return until(token), lambda: None


ENDS = {"an opaque token is revoked": (revoked, "lasting"), "a session is signed out": (signed_out, "lasting"),
        "a refresh token is used twice": (used_twice, "lasting"), "an access token expires": (outlived, "brief")}


@pytest.mark.parametrize("make,whose", ENDS.values(), ids=ENDS)
def test_streams_end_with_their_credential(request, make, whose):
    """In every form; those of another credential go on, and what has ended opens nothing again."""
    accounts = request.getfixturevalue(whose)
    server = accounts.server
    person = accounts.join()
    said = claims(person.access)
    scope = {"x-org-id": said["org"], "x-user-id": said["sub"]}
    run = server.create(mock({"tokens": ["go"]}, HANGING), scope=scope)
    with server.connect() as theirs, server.connect() as others:
        kept = [server.watch(others, run, scope=scope, format=format) for format in feeds.ALL]
        for watch in kept:
            watch.saw("llm.token")
        token, end = make(accounts, person, scope)
        watches = [server.watch(theirs, run, scope=scope, token=token, format=format) for format in feeds.ALL]
        watches.append(by_ticket(server, theirs, run, scope, token))
        for watch in watches:
            watch.saw("llm.token")
        assert not any(watch.exchange.is_done for watch in watches)
        end()
        over = claims(token)["exp"] if make is outlived else time.time()
        for watch in watches:
            watch.ended(within=over + LIVES_MAX - time.time())
            assert dismissed(watch), watch.messages[-1:]
            assert over <= time.time() < over + LIVES_MAX
        fields = server.fields(scope, token)
        until(lambda: theirs.request("GET", f"/api/runs/{run}/stream", fields).status == 401, within=LIVES_MAX)
        others.pump_ready()
        assert not any(watch.exchange.is_done for watch in kept)
        server.cancel(run, scope=scope)
        for watch in kept:
            assert watch.ended().events[-1]["type"] == "run.cancelled"


def by_ticket(server, connection, run, scope, token):
    """A stream that a ticket of that token opens."""
    ticket = server.post("/stream-tickets", scope=None, token=token).value["ticket"]
    return feeds.Watch(connection, run, scope.items(), query=f"?ticket={ticket}")


def dismissed(watch):
    """Whether a stream says that its credential has ended."""
    if watch.format == feeds.GRPC:
        return watch.exchange.field("grpc-status") == "16"
    last = watch.messages[-1]
    return (last.event, last.data) == (("close", 1008) if watch.format in feeds.WEBSOCKETS else ("retry", 1000))
