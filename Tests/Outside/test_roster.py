"""Roles, groups, skills and blackboards from outside (document 004; the catalogue, 4.5 to 4.8)."""

import re

import pytest

import formats
from accounts import together
from crews import Crew
from server import SCOPE, Answer, command

OTHERS = {"x-org-id": "o2", "x-user-id": "u2"}
COLLEAGUE = {**SCOPE, "x-user-id": "somebody_else"}
UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")


@pytest.fixture(scope="module")
def crew(shared):
    return Crew(shared)


def names(answer, things):
    assert answer.status == 200, answer.body
    return [each["name"] for each in answer.value[things]]


def refused(answer, status, code, field=None):
    assert answer.status == status, answer.body
    error = answer.value["error"]
    assert error["code"] == code and error["message"], error
    assert field is None or error["details"]["field"] == field, error


# -- what there is

def test_a_role_is_what_it_was_made(shared, crew):
    value = {"name": "Researcher", "description": "Looks things up", "system_prompt": "You are a researcher.",
             "allowed_tools": ["clock"], "denied_tools": ["memory_*"], "style_constraints": {"tone": "dry", "length": 3}, "is_lead": True}
    role = crew.made("/api/roles", value)
    assert role == {**value, "id": role["id"], "org_id": SCOPE["x-org-id"], "created_at": role["created_at"],
                    "updated_at": role["created_at"]}
    assert shared.get(f"/api/roles/{role['id']}").value == role
    assert role in shared.get("/api/roles").value["roles"]
    least = crew.made("/api/roles", {"name": "a", "system_prompt": "b"})
    assert [least[name] for name in ("description", "allowed_tools", "denied_tools", "style_constraints", "is_lead")] == \
        ["", [], [], {}, False]


def test_members_work_in_their_order(shared, crew):
    group, roles = crew.make_group(description="d"), [crew.role() for _ in range(4)]
    for role, ordinal in zip(roles, [3, 0, 3, 1]):
        crew.join(group, role, ordinal)
    members = shared.get(f"/api/groups/{group}/members").value["members"]
    assert [each["role_id"] for each in members] == [roles[1], roles[3], roles[0], roles[2]]
    assert [each["ordinal"] for each in members] == [0, 1, 3, 3]
    assert len({each["agent_instance_id"] for each in members} | {each["id"] for each in members}) == 8
    assert {each["group_id"] for each in members} == {group}


def test_a_role_is_a_member_once(shared, crew):
    """Also when many ask at once."""
    group, value = crew.make_group(), {"role_id": crew.role()}
    path, body = f"/api/groups/{group}/members", formats.encode(value, formats.JSON)
    connections = [shared.connect() for _ in range(8)]
    fields = shared.fields(content_type=formats.JSON)
    answers = together(8, lambda number: Answer(connections[number].request("POST", path, fields, body)))
    assert sorted(each.status for each in answers) == [201] + [409] * 7
    refused(shared.post(path, value), 409, "CONFLICT", "role_id")
    assert len(shared.get(f"/api/groups/{group}/members").value["members"]) == 1


def test_groups_of_a_project(shared, crew):
    mine, other = crew.make_group(project_id="atlas"), crew.make_group(project_id="hermes")
    found = shared.get("/api/groups?project_id=atlas").value["groups"]
    assert [each["id"] for each in found] == [mine] and found[0]["project_id"] == "atlas"
    assert {mine, other} <= {each["id"] for each in shared.get("/api/groups").value["groups"]}
    assert shared.get("/api/groups?project_id=nobody").value == {"groups": []}


# -- whose it is

@pytest.mark.parametrize("path, value, things", [
    ("/api/roles", {"system_prompt": "x"}, "roles"), ("/api/groups", {}, "groups"), ("/api/skills", {}, "skills")])
def test_what_an_organisation_sees(launch, path, value, things):
    """Its own and what is shared; without a scope, what is shared alone."""
    server = launch()
    for name, scope in [("shared", None), ("one", SCOPE), ("two", OTHERS)]:
        made = server.post(path, {"name": name, **value}, scope=scope)
        assert made.status == 201 and made.value["org_id"] == (scope and scope["x-org-id"])
        ids = {name: made.value["id"]} if name == "shared" else {**ids, name: made.value["id"]}
    assert names(server.get(path, scope=None), things) == ["shared"]
    assert names(server.get(path), things) == names(server.get(path, scope=COLLEAGUE), things) == ["shared", "one"]
    assert names(server.get(path, scope=OTHERS), things) == ["shared", "two"]
    for name, scope, status in [("one", OTHERS, 404), ("one", None, 404), ("two", SCOPE, 404), ("shared", OTHERS, 200),
                                ("one", COLLEAGUE, 200)]:
        assert server.get(f"{path}/{ids[name]}", scope=scope).status == status
    refused(server.get(path, scope={"x-org-id": "o1"}), 400, "VALIDATION_ERROR", "x-user-id")
    refused(server.get(path, scope={"x-user-id": "u1"}), 400, "VALIDATION_ERROR", "x-org-id")


def test_what_is_shared_is_changed_for_all_or_not_at_all(shared, crew):
    group = shared.post("/api/groups", {"name": "all"}, scope=None).value["id"]
    role = shared.post("/api/roles", {"name": "all", "system_prompt": "x"}, scope=None).value["id"]
    skill = shared.post("/api/skills", {"name": "all of us"}, scope=None).value["id"]
    refused(shared.post(f"/api/groups/{group}/members", {"role_id": crew.role()}), 403, "FORBIDDEN")
    refused(shared.post(f"/api/groups/{group}/members", {"role_id": crew.role()}, scope=None), 404, "NOT_FOUND", "role_id")
    refused(shared.call("DELETE", f"/api/skills/{skill}"), 403, "FORBIDDEN")
    assert shared.post(f"/api/groups/{group}/members", {"role_id": role}, scope=None).status == 201
    assert shared.post(f"/api/groups/{crew.group}/members", {"role_id": role}).status == 201
    assert shared.call("DELETE", f"/api/skills/{skill}", scope=None).status == 204


def test_nobody_makes_members_of_others(shared, crew):
    theirs = Crew(shared, OTHERS)
    refused(shared.post(f"/api/groups/{theirs.group}/members", {"role_id": crew.role()}), 404, "NOT_FOUND", "group_id")
    refused(shared.post(f"/api/groups/{crew.group}/members", {"role_id": theirs.role()}), 404, "NOT_FOUND", "role_id")


# -- skills

def test_a_skill_comes_and_goes(shared, crew):
    value = {"name": "FileSkill", "description": "file tools", "tools": [
        {"name": "read_file", "description": "read file", "parameters": {"type": "object"}}], "risk_level": "medium",
        "provider": "builtin", "allow_implicit_invocation": True, "entry_path": "skills/files", "source_type": "repo",
        "dependencies": {"tools": ["git"], "env_vars": ["HOME"]}}
    skill = crew.made("/api/skills", value)
    assert {name: skill[name] for name in value} == value and skill["health_status"] == "unknown"
    assert shared.get(f"/api/skills/{skill['id']}").value == skill
    refused(shared.post("/api/skills", {"name": "FileSkill"}), 409, "CONFLICT", "name")
    for scope in (SCOPE, None):
        refused(shared.post("/api/skills", {"name": "other", "tools": [{"name": "read_file"}]}, scope=scope), 409, "CONFLICT", "tools")
    assert shared.post("/api/skills", value, scope=OTHERS).status == 201
    assert shared.call("DELETE", f"/api/skills/{skill['id']}", scope=OTHERS).status == 404
    removed = shared.call("DELETE", f"/api/skills/{skill['id']}")
    assert (removed.status, removed.body) == (204, b"")
    assert shared.call("DELETE", f"/api/skills/{skill['id']}").status == 404
    assert shared.post("/api/skills", value).status == 201


def test_a_skill_of_others_is_not_named(shared, crew):
    """Who registers one for all learns that the tool is taken, and not by whom."""
    name = "a_tool_of_others"
    theirs = shared.post("/api/skills", {"name": "x", "tools": [{"name": name}]}, scope=OTHERS).value["id"]
    answer = shared.post("/api/skills", {"name": "y", "tools": [{"name": name}]}, scope=None)
    refused(answer, 409, "CONFLICT", "tools")
    assert theirs not in answer.body.decode()
    answer = shared.post("/api/skills", {"name": "y", "tools": [{"name": name}]}, scope=OTHERS)
    assert answer.value["error"]["details"]["skill_id"] == theirs


def test_who_may_speak_for_one_project(shared, crew):
    """Others' groups are seen, and left as they are."""
    token = command("token", "mint", "--org", SCOPE["x-org-id"], "--user", SCOPE["x-user-id"], "--project", "p1",
                    data=shared.folder).stdout.strip()
    scope = {**SCOPE, "x-project-id": "p1"}
    own, other = crew.make_group(project_id="p1"), crew.make_group(project_id="p2")
    role = crew.role()
    for group, status in [(own, 201), (other, 403), (crew.group, 403)]:
        options = {"scope": scope, "token": token}
        assert shared.get(f"/api/groups/{group}", **options).status == 200
        answers = [shared.post(f"/api/groups/{group}/members", {"role_id": role}, **options),
                   shared.post(f"/api/groups/{group}/runs", {"input": "1"}, **options),
                   shared.post(f"/api/groups/{group}/blackboard", {"type": "episodic", "text": "x", "role_id": role}, **options)]
        assert [each.status for each in answers] == [status] * 3, [each.body for each in answers]
        if status == 403:
            assert {each.value["error"]["code"] for each in answers} == {"SCOPE_FORBIDDEN"}
    assert shared.post("/api/groups", {"name": "x", "project_id": "p2"}, scope=scope, token=token).status == 403
    # Skills are the whole organisation's.
    assert shared.post("/api/skills", {"name": "x"}, scope=scope, token=token).status == 403
    assert shared.call("DELETE", f"/api/skills/{crew.skill()}", scope=scope, token=token).status == 403


def test_a_skill_of_the_system_stays(shared, crew):
    token = command("token", "mint", "--scope", "read,write", data=shared.folder).stdout.strip()
    refused(shared.post("/api/skills", {"name": "s", "source_type": "system"}, token=token), 403, "FORBIDDEN")
    refused(shared.call("DELETE", f"/api/skills/{crew.skill(source_type='system')}"), 403, "FORBIDDEN")


# -- blackboards

WRITERS = ["lead", "member", "stranger", "strange lead"]
KINDS = {
    "core": ({"type": "core"}, [201, 403, 403, 403]),
    "decision by its tag": ({"type": "episodic", "metadata": {"tag": "decision"}}, [201, 403, 403, 403]),
    "decision by its type": ({"type": "archival", "metadata": {"episodic_type": "DECISION"}}, [201, 403, 403, 403]),
    "decision in other letters": ({"type": "episodic", "metadata": {"tag": "Decision"}}, [201, 403, 403, 403]),
    "episodic": ({"type": "episodic"}, [201, 201, 403, 403]),
    "archival": ({"type": "archival", "metadata": {"tag": "note", "episodic_type": "EVIDENCE"}}, [201, 201, 403, 403]),
    "no text for a tag": ({"type": "episodic", "metadata": {"tag": 1}}, [201, 201, 403, 403]),
}
CELLS = [(kind, writer, status) for kind, (_, row) in KINDS.items() for writer, status in zip(WRITERS, row)]


@pytest.fixture(scope="module")
def writers(crew):
    return {"lead": crew.lead, "member": crew.member, "stranger": crew.role(), "strange lead": crew.role(is_lead=True)}


@pytest.mark.parametrize("kind, writer, status", CELLS)
def test_who_writes_what(shared, crew, writers, kind, writer, status):
    value = {"text": kind, "role_id": writers[writer], **KINDS[kind][0]}
    before = shared.get(f"/api/groups/{crew.group}/blackboard?limit=200").value["memories"]
    answer = shared.post(f"/api/groups/{crew.group}/blackboard", value)
    after = shared.get(f"/api/groups/{crew.group}/blackboard?limit=200").value["memories"]
    if status == 403:
        refused(answer, 403, "FORBIDDEN")
        assert after == before
        return
    assert answer.status == 201 and answer.value.keys() == {"id"} and UUID.fullmatch(answer.value["id"])
    assert after[1:] == before and after[0] == shared.get(f"/api/groups/{crew.group}/blackboard/{answer.value['id']}").value
    assert after[0] == {
        "id": answer.value["id"], "type": value["type"], "text": kind, "importance": 0.5, "role_id": writers[writer],
        "group_id": crew.group, "created_at": after[0]["created_at"], "updated_at": after[0]["created_at"],
        "metadata": {**value.get("metadata", {}), "blackboard": True, "role_id": writers[writer]}}


def test_a_blackboard_is_its_scope_s_and_its_group_s(shared, crew):
    """The same organisation is not enough, and the id of a memory opens it in its own group alone."""
    path = f"/api/groups/{crew.still}/blackboard"
    assert [each["id"] for each in shared.get(path).value["memories"]] == [crew.memory]
    assert shared.get(path, scope=COLLEAGUE).value == {"memories": []}
    assert shared.get(path, scope={**SCOPE, "x-project-id": "p1"}).value == {"memories": []}
    refused(shared.get(path, scope=OTHERS), 404, "NOT_FOUND", "group_id")
    for other, scope in [(f"/api/groups/{crew.group}/blackboard", SCOPE), (path, COLLEAGUE), (path, OTHERS)]:
        refused(shared.get(f"{other}/{crew.memory}", scope=scope), 404, "NOT_FOUND")
    for name in ["no-uuid", "0", crew.memory[:-1], crew.lead]:
        refused(shared.get(f"{path}/{name}"), 404, "NOT_FOUND")
    assert shared.get(f"{path}/{crew.memory.upper()}").value["id"] == crew.memory


def test_the_newest_memories_of_a_type(shared, crew):
    group = crew.make_group()
    crew.join(group, crew.lead)
    made = [crew.write(group, crew.lead, type) for type in ["episodic", "core", "archival", "episodic", "core"]]
    ask = lambda query: [each["id"] for each in shared.get(f"/api/groups/{group}/blackboard{query}").value["memories"]]
    assert ask("") == made[::-1] and ask("?limit=2") == [made[4], made[3]]
    assert ask("?type=episodic") == [made[3], made[0]] and ask("?type=core&limit=1") == [made[4]]


@pytest.mark.parametrize("value", [{1: "a"}, {"deep": [{"a": {True: 1}}]}], ids=str)
def test_maps_have_texts_for_keys(shared, crew, value):
    """CBOR knows others, which JSON could not show."""
    for path, body in [("/api/roles", {"name": "a", "system_prompt": "x", "style_constraints": value}),
                       ("/api/skills", {"name": "keys", "tools": [{"name": "keys_tool", "parameters": value}]}),
                       (f"/api/groups/{crew.group}/blackboard", {"type": "core", "text": "x", "role_id": crew.lead, "metadata": value}),
                       ("/api/runs", {"input": "x", "metadata": value})]:
        answer = shared.post(path, body, format=formats.CBOR)
        assert answer.status == 400, answer.body


# -- limits, keys and ends

def test_an_organisation_has_a_number_of_each(launch):
    server = launch()
    for number in range(200):
        assert server.post("/api/roles", {"name": str(number), "system_prompt": "x"}).status == 201
    refused(server.post("/api/roles", {"name": "one more", "system_prompt": "x"}), 409, "TOO_MANY")
    assert server.post("/api/roles", {"name": "theirs", "system_prompt": "x"}, scope=OTHERS).status == 201
    assert len(server.get("/api/roles").value["roles"]) == 200


def test_a_repeated_key_makes_one(shared, crew):
    key, value = "a-key-of-roles", {"name": "once", "system_prompt": "x"}
    answers = [shared.post("/api/roles", value, idempotency_key=key) for _ in range(3)]
    assert len({each.value["id"] for each in answers}) == 1 and {each.status for each in answers} == {201}
    assert [each.field("idempotency-replayed") for each in answers] == [None, "true", "true"]
    assert shared.post("/api/roles", {**value, "name": "other"}, idempotency_key=key).status == 422


def test_the_roster_outlives_a_kill(launch):
    server = launch()
    crew = Crew(server)
    paths = [f"/api/roles/{crew.lead}", "/api/roles", "/api/groups", f"/api/groups/{crew.still}/members",
             f"/api/groups/{crew.still}/blackboard"]
    before = [server.get(path).value for path in paths]
    server.restart()
    assert [server.get(path).value for path in paths] == before
