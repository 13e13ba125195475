"""What agents can have done: memories, blackboards, skills, through runs whose calls a script says (the catalogue, 4.5 and 4.7)."""

import contextlib
import http.server
import shutil
import socket
import tempfile
import threading
from pathlib import Path

import pytest

from crews import Crew
from server import HANGING, SCOPE, Server, command, free_port, mock, until
from test_providers import payloads

OTHERS = [{"x-org-id": "o2", "x-user-id": "u1"}, {"x-org-id": "o1", "x-user-id": "u2"},
          {"x-org-id": "o1", "x-user-id": "u1", "x-project-id": "p1"}]


def call(tool, **arguments):
    return {"call": {"tool": tool, "arguments": arguments}}


def came_of(events):
    """What each call gave: its result, or its error's code."""
    return [result["error"]["code"] if result["isError"] else result["result"] for result in payloads(events, "tool.result")]


def one_by_one(calls):
    """A script that makes each call in a step of its own: what is called side by side ends in any order."""
    return [step for each in calls for step in (each, {"tokens": ["done"]})]


def used(server, *calls, scope=SCOPE):
    """What came of each call of a run, by one agent."""
    run = server.create(mock(*one_by_one(calls)), scope=scope)
    assert server.finished(run, scope=scope)["status"] == "completed"
    return came_of(server.events(run, scope=scope))


class Band(Crew):
    """A group with a lead or without, all of whom play one script."""

    def __init__(self, server, scope=SCOPE, **more):
        self.server, self.scope = server, scope
        self.group, self.role_id = self.make_group(), self.role(**more)
        self.join(self.group, self.role_id)

    def start(self, *steps):
        answer = self.server.post(f"/api/groups/{self.group}/runs", mock(*steps), scope=self.scope)
        assert answer.status == 201, answer.body
        return answer.value["run_id"]

    def play(self, *calls):
        """What came of each call, and the run's events."""
        run = self.start(*one_by_one(calls))
        assert self.server.finished(run, scope=self.scope)["status"] == "completed"
        events = self.server.events(run, scope=self.scope)
        return came_of(events), events

    def memories(self):
        return self.server.get(f"/api/groups/{self.group}/blackboard", scope=self.scope).value["memories"]

    def remember(self, text, type="episodic", **more):
        return self.write(self.group, self.role_id, type, text=text, **more)


# -- blackboards

def test_a_member_writes_and_reads(server):
    """What it writes stands there at once, and both the run's readers and the group's are told."""
    band = Band(server)
    results, events = band.play(
        call("blackboard_write", text="The supplier answers on Mondays.", importance=0.9, tag="note"),
        call("blackboard_write", text="An old price list.", type="archival"),
        call("blackboard_read"), call("blackboard_read", type="archival"), call("blackboard_read", limit=1))
    first, second, everything, archival, newest = results
    assert [each["text"] for each in everything] == ["An old price list.", "The supplier answers on Mondays."]
    assert archival == newest == everything[:1] and everything[1]["importance"] == 0.9
    stored = band.memories()
    assert [each["id"] for each in stored] == [second["memory_id"], first["memory_id"]] == [each["memory_id"] for each in everything]
    assert stored[1]["metadata"] == {"tag": "note", "blackboard": True, "role_id": band.role_id, "run_id": events[0]["run_id"]}
    assert stored[0]["importance"] == 0.5 and {each["role_id"] for each in stored} == {band.role_id}
    written = [event for event in events if event["type"] == "blackboard.written"]
    assert [event["payload"]["memory_id"] for event in written] == [first["memory_id"], second["memory_id"]]
    assert [event["step_id"] for event in written] == ["step_1", "step_2"] and written[0]["span_id"].startswith("sp_")
    assert server.run(events[0]["run_id"])["event_count"] == len([each for each in events if each["type"] != "llm.token"])
    audit = [event["seq"] for event in events]
    assert audit == list(range(1, len(events) + 1))


@pytest.mark.parametrize("arguments", [{"type": "core"}, {"tag": "decision"}, {"tag": "Decision"}])
def test_what_only_a_lead_writes(server, arguments):
    """The model hears the refusal, nothing is written, and nobody is told of anything."""
    member = Band(server)
    results, events = member.play(call("blackboard_write", text="We go.", **arguments))
    assert results == ["forbidden"] and member.memories() == [] and payloads(events, "blackboard.written") == []
    # Of a lead alone the members' turns have nobody; its own is the decision's.
    lead = Band(server, is_lead=True)
    results, _ = lead.play(call("blackboard_write", text="We go.", **arguments))
    assert [each["text"] for each in lead.memories() if each["metadata"].get("episodic_type") is None] == ["We go."]


def test_a_blackboard_is_a_groups(server):
    """A run of one agent has none."""
    assert used(server, call("blackboard_read"), call("blackboard_write", text="x")) == ["unknown_tool"] * 2


def test_long_memories_are_read_one_by_one(server):
    band = Band(server)
    memory = band.remember("a" * 20_000)
    [many, one, none, strange], _ = band.play(
        call("blackboard_read"), call("blackboard_read", memory_id=memory),
        call("blackboard_read", memory_id=Band(server).remember("x")), call("blackboard_read", memory_id="x"))
    assert many[0]["text"] == "a" * 1_000 + "…" and one[0]["text"] == "a" * 20_000
    assert none == strange == "not_found"


def test_secrets_are_not_remembered(server):
    band = Band(server)
    band.play(call("blackboard_write", text="the key is sk-abcdefghijklmnopqrstuvwxyz0123456789"))
    assert "sk-" not in band.memories()[0]["text"] and "[redacted]" in band.memories()[0]["text"]


def test_what_is_written_before_a_crash_is_written_once(server):
    """A step that is over is not taken again; in one that is not the call may have been made, so the run ends."""
    band = Band(server)
    run = band.start(call("blackboard_write", text="once"), HANGING)
    until(lambda: payloads(server.events(run), "step.completed"))
    server.restart()
    until(lambda: payloads(server.events(run), "run.resumed"))
    assert [each["text"] for each in band.memories()] == ["once"]
    assert server.cancel(run).status == 200


# -- memories

def test_the_nearest_memories_come_first(server):
    """The own group's, then core ones, what happened, and what is kept; with what each of them is."""
    band, other = Band(server), Band(server, is_lead=True)
    own = band.remember("A long tale of one ship.", "archival")
    kept, happened, core = [other.remember(f"The ship is {type}.", type) for type in ("archival", "episodic", "core")]
    [found, few], _ = band.play(call("memory_search", query="which ship?"), call("memory_search", query="ship", limit=2))
    assert [(each["memory_id"], each["layer"], each["type"]) for each in found] == \
        [(own, "group", "archival"), (core, "core", "core"), (happened, "episodic", "episodic"), (kept, "archival", "archival")]
    assert few == found[:2] and found[0] == {"memory_id": own, "layer": "group", "type": "archival", "is_cut": False,
                                             "text": "A long tale of one ship.", "importance": 0.5, "role_id": band.role_id}
    [alone] = used(server, call("memory_search", query="ship"))
    assert [each["layer"] for each in alone] == ["core", "episodic", "archival", "archival"]


@pytest.mark.parametrize("query, is_found", [
    ("供应商", True), ("请问周一有人回复吗", True), ("件", True), ("采购", False), ("Supplier", True), ("ÉMAIL", True), ("mailed", False)])
def test_memories_are_found_in_any_language(server, query, is_found):
    band = Band(server)
    band.remember("供应商(supplier)周一回复邮件 email")
    [found], _ = band.play(call("memory_search", query=query))
    assert bool(found) == is_found


@pytest.mark.parametrize("query", ['"', "'; DROP TABLE memories; --", "a OR (", "scope : o", "NEAR(a b, 2)", "* ^ -", "terms:", "\u0000", ""])
def test_no_question_is_an_error(server, query):
    band = Band(server)
    band.remember("nothing of it")
    assert band.play(call("memory_search", query=query))[0] == [[]]


@pytest.mark.parametrize("scope", OTHERS)
def test_what_others_remember_is_not_found(server, scope):
    """Neither by the same words nor on a blackboard that all share."""
    band = Band(server)
    for type in ("episodic", "archival"):
        band.remember("our ship", type)
    assert used(server, call("memory_search", query="ship our"), scope=scope) == [[]]
    assert len(used(server, call("memory_search", query="ship our"))[0]) == 2
    theirs = Band(server, scope=scope)
    assert theirs.play(call("memory_search", query="ship"), call("blackboard_read"))[0] == [[], []]


def test_answers_have_room_for_so_much(server):
    """Half of it is the own group's; what does not fit is cut."""
    band = Band(server)
    for _ in range(8):
        band.remember("ship " + "x" * 1_995)
    [found], _ = band.play(call("memory_search", query="ship", limit=20))
    assert [len(each["text"]) for each in found] == [2_000] * 3 and not found[0]["is_cut"]
    band.remember("boat " + "x" * 8_000)
    [[cut]], _ = band.play(call("memory_search", query="boat"))
    assert len(cut["text"]) == 6_001 and cut["is_cut"]


def test_what_was_remembered_before_a_crash_is_found(server):
    band = Band(server)
    band.remember("a lasting ship")
    server.restart()
    assert band.play(call("memory_search", query="lasting"))[0][0][0]["text"] == "a lasting ship"


# -- skills

def test_skills_are_found_by_everybody(server):
    """Also by a role that may use nothing."""
    band = Band(server, denied_tools=["*"])
    skill = band.skill(description="d" * 300, tools=[{"name": f"tool_{number}", "parameters": {"type": "object"}} for number in range(30)])
    [[line], whole, missing], _ = band.play(
        call("skills_list"), call("skills_get", skill_id=skill), call("skills_get", skill_id="skill_0"))
    assert (line["skill_id"], line["description"], len(line["tools"])) == (skill, "d" * 200 + "…", 20)
    assert whole["skill_id"] == skill and whole["description"] == "d" * 300 and len(whole["tools"]) == 30
    assert whole["tools"][0]["parameters"] == {"type": "object"} and missing == "not_found"
    assert used(server, call("skills_list"), call("skills_get", skill_id=skill), scope=OTHERS[0]) == [[], "not_found"]


# -- arguments that do not fit

@pytest.mark.parametrize("tool, arguments, code", [
    ("blackboard_write", {}, "missing_argument"),
    ("blackboard_write", {"text": ""}, "empty"),
    ("blackboard_write", {"text": 1}, "wrong_kind"),
    ("blackboard_write", {"text": "x", "type": "Core"}, "not_a_choice"),
    ("blackboard_write", {"text": "x", "importance": 1.1}, "out_of_range"),
    ("blackboard_write", {"text": "x", "importance": -1}, "out_of_range"),
    ("blackboard_write", {"text": "x", "tag": "t" * 81}, "too_long"),
    ("blackboard_write", {"text": "x", "role_id": "role_1"}, "unknown_argument"),
    ("blackboard_read", {"limit": 0}, "out_of_range"),
    ("blackboard_read", {"limit": 51}, "out_of_range"),
    ("blackboard_read", {"type": "decision"}, "not_a_choice"),
    ("blackboard_read", {"memory_id": "x" * 65}, "too_long"),
    ("memory_search", {}, "missing_argument"),
    ("memory_search", {"query": ["a"]}, "wrong_kind"),
    ("memory_search", {"query": "x" * 1_001}, "too_long"),
    ("memory_search", {"query": "x", "limit": 21}, "out_of_range"),
    ("memory_search", {"query": "x", "group_id": "grp_1"}, "unknown_argument"),
    ("skills_list", {"limit": 101}, "out_of_range"),
    ("skills_get", {}, "missing_argument"),
    ("skills_get", {"skill_id": "x" * 81}, "too_long"),
])
def test_arguments_that_do_not_fit(band, tool, arguments, code):
    """The model hears why, and the run goes on."""
    before = len(band.memories())
    assert band.play(call(tool, **arguments))[0] == [code] and len(band.memories()) == before


@pytest.fixture(scope="module")
def band(shared):
    return Band(shared)


# -- files of a project

PROJECT = {**SCOPE, "x-project-id": "p1"}


@pytest.fixture(scope="module")
def filing():
    """A server whose agents have files."""
    path = Path(tempfile.mkdtemp(prefix="switchyard-"))
    server = Server(path / "data", "--agent-files", "on", "--access-log", "off").start()
    yield server
    server.dispose()
    shutil.rmtree(path, ignore_errors=True)


def test_agents_have_files_where_the_operator_says_so(server, filing):
    """And where the run has a project."""
    tools = [call("files_list"), call("files_read", name="a"), call("files_write", name="a", text="x"), call("files_delete", name="a")]
    assert used(server, *tools, scope=PROJECT) == ["unknown_tool"] * 4
    assert not (server.folder / "files").exists()
    assert used(filing, *tools) == ["unknown_tool"] * 4
    assert list((filing.folder / "files").iterdir()) == []


def test_files_are_written_read_listed_and_removed(filing):
    scope = {**PROJECT, "x-project-id": "life"}
    written, longer, read, part, listed, gone, missing, empty = used(
        filing, call("files_write", name="notes/计划.md", text="第一"), call("files_write", name="notes/计划.md", text="步", append=True),
        call("files_read", name="notes/计划.md"), call("files_read", name="notes/计划.md", **{"from": 3, "bytes": 4}),
        call("files_list"), call("files_delete", name="notes/计划.md"), call("files_read", name="notes/计划.md"), call("files_list"),
        scope=scope)
    assert (written, longer) == ({"bytes": 6}, {"bytes": 9}) and read == {"text": "第一步", "next": None, "bytes": 9}
    assert part == {"text": "一", "next": 6, "bytes": 9} and gone == {"deleted": True} and missing == "not_found"
    [file] = listed["files"]
    assert (file["name"], file["bytes"], listed["total"], listed["bytes"]) == ("notes/计划.md", 9, 1, 9)
    assert file["modified_at"].endswith("Z") and empty == {"files": [], "total": 0, "bytes": 0}


@pytest.mark.parametrize("name", ["..", "../x", "/etc/passwd", "a/../b", "a//b", "", "a\u0000", ".", "a/.", "%" * 100])
def test_no_name_leads_out(filing, name):
    scope = {**PROJECT, "x-project-id": "bad"}
    calls = [call("files_write", name=name, text="x"), call("files_read", name=name), call("files_delete", name=name)]
    assert used(filing, *calls, scope=scope) == ["bad_name"] * 3
    assert [path.name for path in filing.folder.glob("files/o1/bad/*")] == []


def test_no_project_leads_out(filing):
    """Whatever it is called, it is a folder below its organisation's."""
    names = ["..", ".", "...", ".partial", "@:", "-rf"]
    for name in names:
        assert used(filing, call("files_write", name="a", text=name), scope={**PROJECT, "x-org-id": "odd", "x-project-id": name}) == \
            [{"bytes": len(name.encode())}]
    for name in names:
        assert used(filing, call("files_read", name="a"), scope={**PROJECT, "x-org-id": "odd", "x-project-id": name})[0]["text"] == name
    folders = sorted(path.name for path in (filing.folder / "files" / "odd").iterdir())
    assert folders == sorted(["%2E.", "%2E", "%2E..", "%2Epartial", "@:", "-rf"])


def test_links_are_not_followed(filing):
    """Neither a file's nor a project's: what the operator has put there is left alone."""
    scope = {**PROJECT, "x-project-id": "links"}
    used(filing, call("files_write", name="a", text="x"), scope=scope)
    folder = filing.folder / "files" / "o1" / "links"
    (folder / "token").symlink_to(filing.facts["token_file"])
    (folder.parent / "linked").symlink_to(folder)
    assert used(filing, call("files_read", name="token"), call("files_list"), scope=scope)[0] == "not_found"
    before = Path(filing.facts["token_file"]).read_text()
    assert used(filing, call("files_write", name="token", text="mine"), scope=scope) == [{"bytes": 4}]
    assert Path(filing.facts["token_file"]).read_text() == before and not (folder / "token").is_symlink()
    assert used(filing, call("files_read", name="a"), call("files_write", name="b", text="x"),
                scope={**PROJECT, "x-project-id": "linked"}) == ["unavailable"] * 2


@pytest.mark.parametrize("other", [{"x-org-id": "o2"}, {"x-project-id": "p2"}])
def test_files_of_others_are_not_there(filing, other):
    """Those of a project are all its users'."""
    used(filing, call("files_write", name="ours", text="x"), scope=PROJECT)
    results = used(filing, call("files_read", name="ours"), call("files_delete", name="ours"), scope={**PROJECT, **other})
    assert results == ["not_found"] * 2
    assert used(filing, call("files_read", name="ours"), scope={**PROJECT, "x-user-id": "u2"})[0]["text"] == "x"


def test_a_file_is_so_long_and_no_longer(filing):
    """Each call brings so much, and a file takes four of them."""
    scope = {**PROJECT, "x-project-id": "long"}
    path = filing.folder / "files" / "o1" / "long" / "a"
    used(filing, call("files_write", name="a", text="x"), scope=scope)
    path.write_text("x" * (262_144 - 1))
    assert used(filing, call("files_write", name="a", text="x", append=True), call("files_write", name="a", text="x", append=True),
                call("files_read", name="a"), scope=scope) == \
        [{"bytes": 262_144}, "too_long", {"text": "x" * 65_536, "next": 65_536, "bytes": 262_144}]
    path.write_text("x" * 262_145)
    assert used(filing, call("files_read", name="a"), call("files_list"), call("files_write", name="a", text="new"), scope=scope)[::2] == \
        ["too_long", {"bytes": 3}]
    path.write_bytes(b"\xff")
    assert used(filing, call("files_read", name="a"), scope=scope) == ["not_text"]


def test_a_file_outlives_a_crash(launch):
    """Once its writer was told, and it is written once; a run that was cut in a step with a change in it has failed."""
    server = launch("--agent-files", "on")
    run = server.create(mock(call("files_write", name="a", text="x", append=True), HANGING), scope=PROJECT)
    until(lambda: payloads(server.events(run, scope=PROJECT), "step.completed"))
    server.restart()
    until(lambda: payloads(server.events(run, scope=PROJECT), "run.resumed"))
    assert used(server, call("files_read", name="a"), scope={**PROJECT, "x-user-id": "u2"})[0]["text"] == "x"


@pytest.mark.parametrize("tool, arguments, code", [
    ("files_list", {"limit": 0}, "out_of_range"),
    ("files_list", {"limit": 1_001}, "out_of_range"),
    ("files_read", {}, "missing_argument"),
    ("files_read", {"name": "x" * 121}, "too_long"),
    ("files_read", {"name": "a", "from": -1}, "out_of_range"),
    ("files_read", {"name": "a", "bytes": 65_537}, "out_of_range"),
    ("files_read", {"name": "a", "project": "p2"}, "unknown_argument"),
    ("files_write", {"name": "a"}, "missing_argument"),
    ("files_write", {"name": "a", "text": 1}, "wrong_kind"),
    ("files_write", {"name": "a", "text": "x", "append": "yes"}, "wrong_kind"),
    ("files_delete", {}, "missing_argument"),
    ("files_delete", {"name": "none"}, "not_found"),
])
def test_arguments_of_files_that_do_not_fit(filing, tool, arguments, code):
    assert used(filing, call(tool, **arguments), scope={**PROJECT, "x-project-id": "arguments"}) == [code]


# -- pages of the web

class Site:
    """A server of pages on this machine: each path has its answer, and what was asked is kept."""

    def __init__(self):
        self.pages, self.asked = {}, []
        site = self

        class Answers(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                site.asked.append((self.path, dict(self.headers.items())))
                status, fields, body = site.pages.get(self.path, (404, {"content-type": "text/plain"}, b"none"))
                self.send_response(status)
                for name, value in {**fields, "content-length": str(len(body))}.items():
                    self.send_header(name, value)
                self.end_headers()
                with contextlib.suppress(OSError):
                    self.wfile.write(body)

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Answers)
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def url(self, path="/", host="127.0.0.1"):
        return f"http://{host}:{self.port}{path}"

    def page(self, path, body, type="text/plain", status=200, **fields):
        named = {"content-type": type} if type else {}
        self.pages[path] = (status, {**named, **fields}, body if isinstance(body, bytes) else body.encode())
        return self.url(path)

    def redirect(self, path, location, status=302):
        return self.page(path, "elsewhere", status=status, location=location)

    def close(self):
        self.server.shutdown()
        self.server.server_close()


@pytest.fixture(scope="module")
def site():
    site = Site()
    yield site
    site.close()


def asking(*flags):
    """A server whose agents may ask the web."""
    path = Path(tempfile.mkdtemp(prefix="switchyard-"))
    # A proxy that would connect for them is not asked.
    server = Server(path / "data", "--agent-http", "on", "--access-log", "off", *flags,
                    environment={"http_proxy": "http://127.0.0.1:9", "all_proxy": "http://127.0.0.1:9"}).start()
    yield server
    server.dispose()
    shutil.rmtree(path, ignore_errors=True)


@pytest.fixture(scope="module")
def strict():
    yield from asking()


@pytest.fixture(scope="module")
def loose():
    yield from asking("--agent-http-allow", "127.0.0.1,localhost")


def fetched(server, url, **more):
    [result] = used(server, call("http_get", url=url, **more))
    return result


def test_agents_ask_the_web_where_the_operator_says_so(server, site):
    assert fetched(server, site.url()) == "unknown_tool"


def test_a_page_is_fetched(loose, site):
    """Without anything that tells who asks, and by no proxy."""
    url = site.page("/page?q=船", "Ships come in. 船", "text/html; charset=utf-8").replace("船", "%E8%88%B9")
    site.pages["/page?q=%E8%88%B9"] = site.pages["/page?q=船"]
    assert fetched(loose, site.url("/page?q=船#part")) == {
        "status": 200, "url": url, "content_type": "text/html; charset=utf-8", "text": "Ships come in. 船", "is_cut": False}
    path, fields = site.asked[-1]
    assert path == "/page?q=%E8%88%B9" and {name.lower() for name in fields} == {"host", "user-agent", "accept"}
    assert fetched(loose, site.url("/none"))["status"] == 404
    assert fetched(loose, site.url(host="localhost."))["status"] == 404


# Every way to write this machine.
SPELLINGS = ["127.0.0.1", "127.1", "2130706433", "0x7f000001", "0x7f.1", "0177.0.0.1", "017700000001", "localhost", "LOCALHOST.",
             "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "0", "0.0.0.0"]


@pytest.mark.parametrize("host", SPELLINGS)
def test_this_machine_is_not_reached(strict, site, host):
    before = len(site.asked)
    assert fetched(strict, site.url(host=host)) == "forbidden_address" and len(site.asked) == before


@pytest.mark.parametrize("url", ["http://169.254.169.254/latest/meta-data/", "http://10.0.0.1/", "http://192.168.1.1/", "http://[fd00:ec2::254]/",
                                 "http://[::1]/", "http://[fe80::1]/", "http://100.100.100.200/", "http://224.0.0.1/", "http://[::]/",
                                 "http://[64:ff9b::7f00:1]/", "http://[2002:7f00:1::]/", "https://127.0.0.1/"])
def test_networks_within_are_not_reached(strict, url):
    assert fetched(strict, url) == "forbidden_address"


@pytest.mark.parametrize("url", ["", "x", "ftp://127.0.0.1/", "file:///etc/passwd", "http://u:p@127.0.0.1/", "http://example.com@127.0.0.1/",
                                 "http://127.0.0.1\\@example.com/", "http://127.0.0.1 /", "http://①.example/", "http://[::1%25lo]/", "http://a:99999/"])
def test_what_is_no_address_is_not_asked_for(loose, url):
    assert fetched(loose, url) == "bad_address"


def test_what_is_allowed_is_so_much_and_no_more(loose, site):
    """By number, and by name; other numbers of this machine are not meant."""
    assert fetched(loose, site.url("/none", host="localhost"))["status"] == 404
    mapped = fetched(loose, site.url("/none", host="[::ffff:127.0.0.1]"))
    assert mapped == "unreachable" or mapped["status"] == 404  # as the machine has IPv6
    assert fetched(loose, site.url("/none", host="127.0.0.2")) == "forbidden_address"


def test_redirects_are_followed_and_each_is_looked_at(loose, site):
    site.page("/end", "here")
    for number in range(5):
        site.redirect(f"/to/{number}", [site.url("/to/1"), "2", "/to/3", f"//127.0.0.1:{site.port}/to/4", "/end"][number], [301, 302, 303, 307, 308][number])
    site.redirect("/to/more", "/to/0")
    result = fetched(loose, site.url("/to/0"))
    assert (result["status"], result["url"], result["text"]) == (200, site.url("/end"), "here")
    assert fetched(loose, site.url("/to/more")) == "too_many_redirects"
    assert fetched(loose, site.redirect("/loop", "/loop")) == "too_many_redirects"
    assert fetched(loose, site.redirect("/within", site.url("/end", host="127.0.0.2"))) == "forbidden_address"
    assert fetched(loose, site.redirect("/file", "file:///etc/passwd")) == "bad_address"
    assert fetched(loose, site.redirect("/user", f"http://u:p@127.0.0.1:{site.port}/end")) == "bad_address"
    assert fetched(loose, site.page("/nowhere", "stay", status=302))["status"] == 302


def test_a_page_is_cut_where_it_is_too_long(loose, site):
    """Never within a sign."""
    url = site.page("/long", "船" * 100_000)
    standard, whole = fetched(loose, url), fetched(loose, url, bytes=262_144)
    assert len(standard["text"].encode()) == 32_766 and standard["is_cut"]
    assert len(whole["text"].encode()) == 262_143 and whole["is_cut"]
    assert fetched(loose, site.page("/short", "x" * 10), bytes=10) == {
        "status": 200, "url": site.url("/short"), "content_type": "text/plain", "text": "x" * 10, "is_cut": False}


@pytest.mark.parametrize("body, type, is_text", [
    (b"{}", "application/json", True), (b"<a/>", "application/atom+xml", True), (b"x", None, True), (b"", "text/plain", True),
    (b"x", "image/png", False), (b"x", "application/octet-stream", False), (b"\xff\xfe", "text/plain", False)])
def test_only_text_is_fetched(loose, site, body, type, is_text):
    result = fetched(loose, site.page("/type", body, type))
    assert result["text"] == body.decode() if is_text else result == "not_text"


def test_nobody_there(loose):
    assert fetched(loose, f"http://127.0.0.1:{free_port()}/") == "unreachable"


def test_a_run_that_is_called_off_waits_for_no_page(loose):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        run = loose.create(mock(call("http_get", url=f"http://127.0.0.1:{listener.getsockname()[1]}/"), {"tokens": ["done"]}))
        silent, _ = listener.accept()
        with silent:
            assert loose.cancel(run).status == 200
            assert loose.finished(run)["status"] == "cancelled"


def test_a_change_in_a_step_that_a_crash_cuts_is_made_once(launch):
    """The call that was over is not made again; the one behind it, which changes nothing, is."""
    server = launch("--agent-http", "on", "--agent-http-allow", "127.0.0.1", "--agent-files", "on")
    with socket.create_server(("127.0.0.1", 0)) as listener:
        url = f"http://127.0.0.1:{listener.getsockname()[1]}/"
        run = server.create(mock(call("files_write", name="a", text="x", append=True), call("http_get", url=url), {"tokens": ["done"]}), scope=PROJECT)
        silent, _ = listener.accept()
        with silent:
            server.restart()
        again, _ = listener.accept()
        with again:
            again.sendall(b"HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\ncontent-length: 2\r\n\r\nhi")
            value = server.finished(run, scope=PROJECT)
    assert (value["status"], value["output"]) == ("completed", "done")
    assert used(server, call("files_read", name="a"), scope=PROJECT)[0]["text"] == "x"


@pytest.mark.parametrize("arguments, code", [
    ({}, "missing_argument"), ({"url": 1}, "wrong_kind"), ({"url": "http://a/" + "x" * 2_040}, "too_long"),
    ({"url": "http://a/", "bytes": 0}, "out_of_range"), ({"url": "http://a/", "bytes": 262_145}, "out_of_range"),
    ({"url": "http://a/", "method": "POST"}, "unknown_argument")])
def test_arguments_of_pages_that_do_not_fit(loose, arguments, code):
    assert used(loose, call("http_get", **arguments)) == [code]


@pytest.mark.parametrize("places", ["10.0.0.0/33", "http://x", "x:80", "*.x", "127.1", "a b"])
def test_places_that_are_none_are_refused(folder, places):
    refusal = command("serve", "--agent-http-allow", places, data=folder / "data")
    assert refusal.returncode != 0 and "agent-http-allow" in refusal.stderr
