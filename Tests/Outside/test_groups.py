"""Runs of groups: members in their order, the lead's decision, what is remembered, and what a crash leaves (the catalogue, 4.6)."""

import json
import threading

import pytest

from crews import Crew
from providers import Call, Provider, Refuse, Say, Slow
from server import SCOPE, until
from test_providers import MODEL, add, payloads

OTHERS = {"x-org-id": "o2", "x-user-id": "u2"}
# What every role may use.
DISCOVERY = ["skills_list", "skills_get"]


@pytest.fixture
def house(folder):
    """`house(server, *turns)` is a provider that every run of the server asks, turn by turn."""
    fakes = []

    def make(server, *turns):
        fake = Provider("openai", *turns, key=None).__enter__()
        fakes.append(fake)
        assert add(server, "house", "openai", fake.base_url, key=None).returncode == 0
        return fake

    yield make
    for fake in fakes:
        fake.__exit__(None, None, None)
        assert (fake.wrong, fake.turns) == ([], [])


class Team(Crew):
    """A group whose members are made one by one."""

    def __init__(self, server):
        self.server, self.scope = server, SCOPE
        self.group, self.roles = self.make_group(), {}

    def add(self, name, ordinal, **more):
        self.roles[name] = self.role(name=name, system_prompt=f"You are {name}.", **more)
        self.join(self.group, self.roles[name], ordinal)
        return self

    def start(self, text="Shall we go?", **more):
        answer = self.server.post(f"/api/groups/{self.group}/runs", {"input": text, **more}, scope=self.scope)
        assert answer.status == 201, answer.body
        assert answer.value.keys() == {"run_id", "group_id", "status", "created_at"}
        assert (answer.value["group_id"], answer.value["status"]) == (self.group, "pending")
        return answer.value["run_id"]

    def done(self, run):
        return self.server.finished(run, scope=self.scope), self.server.events(run, scope=self.scope)

    def agents(self):
        """The agent of each role's name."""
        members = self.server.get(f"/api/groups/{self.group}/members").value["members"]
        names = {role: name for name, role in self.roles.items()}
        return {names[each["role_id"]]: each["agent_instance_id"] for each in members}

    def memories(self):
        return self.server.get(f"/api/groups/{self.group}/blackboard").value["memories"][::-1]


def asked(fake):
    """System and last message of each request."""
    return [(request.value["messages"][0]["content"], request.value["messages"][-1]["content"]) for request in fake.requests]


def test_a_lead_decides(launch, house):
    """Members speak in their order, each reads what was said before; the decision is the answer, and is remembered."""
    server = launch()
    team = Team(server).add("lead", 0, is_lead=True).add("second", 2).add("first", 1, style_constraints={"tone": "dry"})
    decision = {"decision": "We go.", "rationale": "It is dry.", "next_actions": ["pack", "leave"], "evidence_refs": ["the sky"]}
    fake = house(server, Say("Plan A"), Say('{"plan": "Plan B", "risks": ["rain"]}'), Say(json.dumps(decision)))
    value, events = team.done(team.start())
    assert (value["status"], value["output"]) == ("completed", json.dumps(decision))
    assert (value["agent_id"], value["group_id"]) == (f"group:{team.group}", team.group)
    agents = team.agents()
    started = payloads(events, "run.started")[0]
    assert started["config"] == {"group_id": team.group, "member_count": 3, "max_rounds": 3}
    proposals = [event for event in events if event["type"] == "message.proposal"]
    assert [(each["agent_id"], each["payload"]["plan"], each["payload"]["risks"]) for each in proposals] == \
        [(agents["first"], "Plan A", []), (agents["second"], "Plan B", ["rain"])]
    [decided] = [event for event in events if event["type"] == "message.decision"]
    assert decided["payload"] == decision and decided["agent_id"] == agents["lead"]
    assert {each["message_type"] for each in proposals} == {"PROPOSAL"} and decided["message_type"] == "DECISION"
    assert {event["group_id"] for event in events} == {team.group}
    first, second, lead = asked(fake)
    assert first[0].startswith("You are first.") and '{"tone":"dry"}' in first[0] and first[1] == "Shall we go?"
    assert second[0] == "You are second." and "Plan A" in second[1] and "first, round 1" in second[1]
    assert lead[0] == "You are lead." and lead[1].index("Plan A") < lead[1].index("Plan B")
    assert value["usage"]["total_tokens"] == sum(each["totalTokens"] for each in payloads(events, "llm.called"))
    kinds = [(each["metadata"]["episodic_type"], each["text"]) for each in team.memories()]
    assert kinds == [("DECISION", "We go."), ("EVIDENCE", "the sky"), ("TODO", "pack\nleave")]
    assert {(each["type"], each["role_id"], each["metadata"]["blackboard"]) for each in team.memories()} == \
        {("episodic", team.roles["lead"], True)}
    written = [event["payload"]["memory_id"] for event in events if event["type"] == "blackboard.written"]
    assert written == [each["id"] for each in team.memories()]
    assert events[-1]["type"] == "run.completed"


def test_a_group_without_a_lead(launch, house):
    """The last member's word is the answer; nothing is remembered."""
    server = launch()
    team = Team(server).add("one", 0).add("two", 1)
    house(server, Say("first"), Say("last"))
    value, events = team.done(team.start())
    assert (value["status"], value["output"]) == ("completed", "last")
    assert len(payloads(events, "message.proposal")) == 2 and payloads(events, "message.decision") == []
    assert team.memories() == []


def test_several_leads(launch, house):
    """The first in the order leads, the others are members."""
    server = launch()
    team = Team(server).add("later", 5, is_lead=True).add("boss", 1, is_lead=True)
    fake = house(server, Say("a plan"), Say("so be it"))
    assert team.done(team.start())[0]["output"] == "so be it"
    assert [system for system, _ in asked(fake)] == ["You are later.", "You are boss."]


def test_a_member_that_fails_is_passed_over(launch, house):
    """The others hear nothing of it, readers do."""
    server = launch()
    team = Team(server).add("lead", 0, is_lead=True).add("broken", 1).add("well", 2)
    fake = house(server, Refuse(400), Say("a plan"), Say("done"))
    value, events = team.done(team.start())
    assert (value["status"], value["output"]) == ("completed", "done")
    [status] = [event for event in events if event["type"] == "message.status"]
    assert status["payload"]["state"] == "error" and "LLM_" in status["payload"]["blockers"][0]
    assert status["agent_id"] == team.agents()["broken"] and len(payloads(events, "message.proposal")) == 1
    assert len(fake.requests) == 3


def test_a_lead_that_fails_fails_the_run(launch, house):
    server = launch()
    team = Team(server).add("lead", 1, is_lead=True).add("member", 0)
    house(server, Say("a plan"), Refuse(400))
    value, events = team.done(team.start())
    assert value["status"] == "failed" and value["error"]["code"].startswith("LLM_") and value["output"] is None
    assert len(payloads(events, "message.proposal")) == 1 and team.memories() == []


def test_a_lead_that_says_nothing_is_asked_again(launch, house):
    """In the next round everybody has heard what was said in the last."""
    server = launch()
    team = Team(server).add("lead", 0, is_lead=True).add("member", 1)
    fake = house(server, Say("first plan"), Say(""), Say("second plan"), Say("yes"))
    value, events = team.done(team.start())
    assert (value["status"], value["output"]) == ("completed", "yes")
    texts = [text for _, text in asked(fake)]
    assert "first plan" in texts[2] and "second plan" not in texts[2]
    assert texts[3].index("member, round 1") < texts[3].index("member, round 2")


def test_a_group_that_never_speaks(launch, house):
    server = launch()
    team = Team(server).add("lead", 0, is_lead=True).add("member", 1)
    house(server, *[Say("")] * 6)
    value, _ = team.done(team.start())
    assert value["status"] == "failed" and value["error"]["code"] == "ORCHESTRATOR_ERROR"


def test_members_use_the_tools_that_their_roles_may(launch, house):
    """What is not allowed is not offered, and a call of it all the same is blocked; each turn has its own results."""
    server = launch()
    team = Team(server).add("lead", 9, is_lead=True, denied_tools=["*"]).add("clerk", 1, allowed_tools=["calc*"])
    fake = house(server, [Call("calculator", {"expression": "6 * 7"}), Call("clock", {})], Say("42"), Say("fine"))
    value, events = team.done(team.start())
    assert value["output"] == "fine" and value["tool_call_count"] == 1
    assert [[tool["function"]["name"] for tool in request.value.get("tools", [])] for request in fake.requests] == \
        [["calculator", *DISCOVERY], ["calculator", *DISCOVERY], DISCOVERY]
    [blocked] = payloads(events, "tool.blocked")
    assert (blocked["toolName"], blocked["role_id"]) == ("clock", team.roles["clerk"]) and blocked["reason"]
    assert payloads(events, "tool.result")[0]["result"] and len(payloads(events, "tool.called")) == 1
    assert [message["role"] for message in fake.requests[2].value["messages"]] == ["system", "user"]


def test_a_tool_of_high_risk_is_blocked(launch, house):
    """For everybody, whoever registers it."""
    server = launch()
    team = Team(server).add("clerk", 1)
    team.made("/api/skills", {"name": "sums", "tools": [{"name": "calculator"}], "risk_level": "high"})
    house(server, Call("calculator", {"expression": "1"}), Say("no"), Call("calculator", {"expression": "1"}), Say("no"))
    _, events = team.done(team.start())
    [blocked] = payloads(events, "tool.blocked")
    assert blocked["risk_level"] == "high" and blocked["role_id"] == team.roles["clerk"]
    run = server.create({"input": "x"})
    server.finished(run)
    [blocked] = payloads(server.events(run), "tool.blocked")
    assert blocked["risk_level"] == "high" and "role_id" not in blocked


def test_a_group_that_is_cut_goes_on(launch, house):
    """Turns that are over are not taken again, and the decision is remembered once."""
    server = launch()
    team = Team(server).add("lead", 9, is_lead=True).add("one", 1).add("two", 2)
    gate = threading.Event()
    fake = house(server, Say("plan one"), [Say("half a plan"), Slow(gate, after_pieces=1)], Say("plan two"), Say("settled"))
    run = team.start()
    fake.wait(lambda: len(fake.requests) == 2)
    until(lambda: payloads(server.events(run), "message.proposal"))
    server.kill()
    gate.set()
    server.start()
    value, events = team.done(run)
    assert (value["status"], value["output"]) == ("completed", "settled")
    assert [each["plan"] for each in payloads(events, "message.proposal")] == ["plan one", "plan two"]
    assert len(payloads(events, "run.resumed")) == 1 and len(team.memories()) == 1
    assert len(fake.requests) == 4 and "plan one" in asked(fake)[2][1]


def test_a_lead_that_is_cut_is_not_asked_twice(launch, house):
    """What it said nothing in is over, and the next round is where it was."""
    server = launch()
    team = Team(server).add("lead", 9, is_lead=True).add("one", 1)
    gate = threading.Event()
    fake = house(server, Say("plan one"), Say(""), [Say("half a plan"), Slow(gate, after_pieces=1)], Say("plan two"), Say("settled"))
    run = team.start()
    fake.wait(lambda: len(fake.requests) == 3)
    server.kill()
    gate.set()
    server.start()
    value, events = team.done(run)
    assert (value["status"], value["output"]) == ("completed", "settled")
    assert [system for system, _ in asked(fake)] == ["You are one.", "You are lead.", "You are one.", "You are one.", "You are lead."]
    assert [each["plan"] for each in payloads(events, "message.proposal")] == ["plan one", "plan two"]


def test_a_member_that_comes_later_speaks(launch, house):
    """And nobody speaks twice, though it stands before those who have spoken."""
    server = launch()
    team = Team(server).add("one", 1).add("two", 2)
    gate = threading.Event()
    fake = house(server, Say("first"), [Say("half"), Slow(gate, after_pieces=1)], Say("zero"), Say("last"))
    run = team.start()
    fake.wait(lambda: len(fake.requests) == 2)
    until(lambda: payloads(server.events(run), "message.proposal"))
    team.add("zero", 0)
    server.kill()
    gate.set()
    server.start()
    value, events = team.done(run)
    assert [system for system, _ in asked(fake)] == ["You are one.", "You are two.", "You are zero.", "You are two."]
    assert value["output"] == "last" and len(payloads(events, "message.proposal")) == 3


def test_a_long_answer_is_whole(launch, house):
    """Others are shown as much of it as they may read; the run has all of it."""
    server = launch()
    team = Team(server).add("one", 1).add("two", 2)
    text = "\U0001F6A2e\u0301" * 15_000
    fake = house(server, Say(text), Say(text))
    value, events = team.done(team.start())
    assert value["output"] == text and [each["plan"] for each in payloads(events, "message.proposal")] == [text, text]
    assert 20_000 <= len(asked(fake)[1][1]) < 21_000


def test_a_page_of_events_has_an_end(launch, house):
    """However long each is: a page that is long enough is followed by another."""
    server = launch()
    team = Team(server)
    for number in range(5):
        team.add(f"member {number}", number)
    house(server, *[Say(f"{number} " * 1_000_000, pieces=(f"{number} " * 250_000,) * 4) for number in range(5)])
    run = team.start()
    assert server.finished(run)["status"] == "completed"
    seen, cursor = [], 0
    while True:
        page = server.get(f"/api/runs/{run}/events?cursor={cursor}&limit=1000").value
        assert len(json.dumps(page)) < 8 << 20
        seen += [event["seq"] for event in page["events"]]
        if not page["has_more"]:
            break
        cursor = page["next_cursor"]
    assert seen == sorted(set(seen)) and page["total"] == len(seen)


@pytest.mark.parametrize("nothing", ["", '{"decision": ""}'])
def test_an_empty_decision_is_none(launch, house, nothing):
    server = launch()
    team = Team(server).add("lead", 9, is_lead=True).add("one", 1)
    house(server, Say('{"plan": ""}'), Say(nothing), Say("a plan"), Say('{"decision": "go", "next_actions": ["", "pack"]}'))
    value, events = team.done(team.start())
    assert value["status"] == "completed" and len(payloads(events, "message.decision")) == 1
    assert [each["plan"] for each in payloads(events, "message.proposal")] == ["a plan"]
    assert [each["text"] for each in team.memories()] == ["go", "pack"]


def test_a_group_that_no_model_answers(launch):
    """No member could do better: the run says why."""
    server = launch()
    team = Team(server).add("one", 1).add("two", 2)
    value, events = team.done(team.start(llm_config={"provider": "openai"}))
    assert value["error"]["code"] == "LLM_NOT_CONFIGURED" and payloads(events, "message.status") == []


def test_steps_have_numbers_of_their_own(launch, house):
    """Also when a member fails in the middle of one."""
    server = launch()
    team = Team(server).add("broken", 1).add("well", 2)
    house(server, Refuse(400), Say("done"))
    _, events = team.done(team.start())
    assert [each["stepNumber"] for each in payloads(events, "step.started")] == [1, 2]
    spans = {event["span_id"] for event in events}
    assert all(span.startswith("sp_") for span in spans)


def test_what_is_told_of_is_there(launch, house):
    """A run that is called off while the lead answers remembers nothing, and tells of nothing."""
    server = launch()
    team = Team(server).add("lead", 9, is_lead=True)
    gate = threading.Event()
    fake = house(server, [Say("so be it"), Slow(gate, after_pieces=1)])
    run = team.start()
    fake.wait(lambda: fake.requests and fake.requests[0].sent)
    server.cancel(run)
    gate.set()
    value, events = team.done(run)
    assert (value["status"], payloads(events, "blackboard.written"), team.memories()) == ("cancelled", [], [])


def test_a_skill_decides_what_is_offered(launch, house):
    """Named by its id, and by its risk."""
    server = launch()
    team = Team(server)
    skill = team.made("/api/skills", {"name": "sums", "tools": [{"name": "calculator"}]})["id"]
    team.made("/api/skills", {"name": "times", "tools": [{"name": "clock"}], "risk_level": "high"})
    team.add("by skill", 1, allowed_tools=[f"skill:{skill}"]).add("not by skill", 2, denied_tools=[skill])
    fake = house(server, Say("a"), Say("b"))
    team.done(team.start())
    offered = [[tool["function"]["name"] for tool in request.value.get("tools", [])] for request in fake.requests]
    assert offered[0] == ["calculator", *DISCOVERY] and not {"calculator", "clock"} & set(offered[1])


def test_a_group_run_is_cancelled(launch, house):
    server = launch()
    team = Team(server).add("one", 1).add("two", 2)
    gate = threading.Event()
    fake = house(server, [Say("a plan"), Slow(gate)])
    run = team.start()
    fake.wait(lambda: fake.requests)
    server.cancel(run)
    value, events = team.done(run)
    gate.set()
    assert value["status"] == "cancelled" and payloads(events, "message.status") == []


def test_groups_that_cannot_run(launch):
    server = launch()
    team = Team(server)
    for group, scope, status, field in [(team.group, SCOPE, 400, "group_id"), ("grp_0", SCOPE, 404, "group_id"),
                                        (team.group, OTHERS, 404, "group_id"), (team.group, None, 400, "x-org-id")]:
        answer = server.post(f"/api/groups/{group}/runs", {"input": "x"}, scope=scope)
        assert answer.status == status and answer.value["error"]["details"]["field"] == field, answer.body
    assert server.get("/api/sessions/s_default/runs").value["total"] == 0


def test_a_repeated_key_starts_one_run(launch, house):
    server = launch()
    team = Team(server).add("one", 1)
    house(server, Say("once"))
    path, value = f"/api/groups/{team.group}/runs", {"input": "x"}
    answers = [server.post(path, value, idempotency_key="a-key-of-groups") for _ in range(3)]
    assert len({each.value["run_id"] for each in answers}) == 1
    assert team.done(answers[0].value["run_id"])[0]["output"] == "once"


# -- what members are given, and what they rest on

def messages(events):
    """The kinds of what was said, and to whom or by whom."""
    return [(event["message_type"], event.get("to_agent_id") or event["agent_id"]) for event in events if "message_type" in event]


def remembered(team, role, text):
    return team.made(f"/api/groups/{team.group}/blackboard", {"type": "episodic", "text": text, "role_id": team.roles[role]})["id"]


def test_what_a_group_rests_on(launch, house):
    """A task begins each turn; what a member has read stands before its proposal and in it, and the group remembers it."""
    server = launch()
    team = Team(server).add("lead", 9, is_lead=True, denied_tools=["*"]).add("scout", 1, style_constraints={"tone": "dry"})
    memory = remembered(team, "scout", "The harbour opens at dawn.")
    fake = house(server, Call("memory_search", {"query": "harbour"}), Say("We sail at dawn."),
                 Say(json.dumps({"decision": "Sail.", "evidence_refs": ["the sky"]})))
    run = team.start("When do we sail?", limits={"max_steps": 9})
    value, events = team.done(run)
    agents = team.agents()
    scout, lead = agents["scout"], agents["lead"]
    assert messages(events) == [("TASK", scout), ("EVIDENCE", scout), ("PROPOSAL", scout),
                                ("TASK", lead), ("EVIDENCE", lead), ("DECISION", lead)]
    first, second = [event for event in events if event["type"] == "message.task"]
    assert first["agent_id"] == second["agent_id"] == f"group:{team.group}"
    assert first["payload"] == {"goal": "When do we sail?", "inputs": {"round": 1, "contributions": []}, "expected_output": "PROPOSAL",
                                "constraints": ["tone: dry", "max_steps: 9"], "priority": "medium"}
    assert second["payload"]["inputs"]["contributions"] == [{"role": "scout", "round": 1}]
    assert second["payload"]["expected_output"] == "DECISION"
    own, all_of_it = payloads(events, "message.evidence")
    assert own == {"refs": [{"type": "memory", "id": memory}], "summary": "It rests on 1 memory."}
    assert all_of_it["refs"] == [{"type": "note", "id": "the sky"}, {"type": "memory", "id": memory}]
    assert payloads(events, "message.proposal")[0]["evidence_refs"] == [f"memory/{memory}"]
    assert payloads(events, "message.decision")[0]["evidence_refs"] == ["the sky", f"memory/{memory}"]
    kinds = {each["metadata"].get("episodic_type"): each["text"] for each in team.memories()}
    assert kinds == {None: "The harbour opens at dawn.", "DECISION": "Sail.", "EVIDENCE": f"the sky\nmemory/{memory}"}
    assert value["event_count"] == len([event for event in events if event["type"] != "llm.token"])
    assert len({event["seq"] for event in events}) == len(events)
    listed = server.events(run, query="type=message.*")
    assert [event["type"] for event in listed] == [event["type"] for event in events if event["type"].startswith("message.")]
    assert len(fake.requests) == 3


def test_files_and_runs_are_rested_on(launch, house):
    """What a tool has really given, by the name that it has: a file by that of the call, runs by those of the result."""
    server = launch("--agent-files", "on")
    team = Team(server).add("lead", 9, is_lead=True, denied_tools=["*"]).add("scout", 1)
    team.scope = scope = {**SCOPE, "x-project-id": "harbour"}
    earlier = server.create({"session_key": "s_tides", "input": "6 * 7", "llm_config": {"provider": "builtin"}}, scope=scope)
    server.finished(earlier, scope=scope)
    house(server, Call("files_write", {"name": "tides.md", "text": "dawn"}), Call("files_read", {"name": "tides.md"}),
          Call("files_read", {"name": "nowhere.md"}), Call("session_runs", {"limit": 5}), Say("At dawn."), Say("We sail."))
    value, events = team.done(team.start("When do we sail?", session_key="s_tides"))
    assert value["status"] == "completed", value["error"]
    assert payloads(events, "message.evidence")[0] == {
        "refs": [{"type": "file", "id": "tides.md"}, {"type": "run", "id": earlier}], "summary": "It rests on 1 run, 1 file."}


def test_what_was_given_and_read_outlives_a_crash(launch, house):
    """No task is given twice, and what was read before the cut is rested on after it."""
    server = launch()
    team = Team(server).add("lead", 9, is_lead=True).add("one", 1).add("two", 2)
    memory = remembered(team, "one", "The harbour opens at dawn.")
    gate = threading.Event()
    fake = house(server, Say("plan one"), Call("blackboard_read", {}), [Say("half a plan"), Slow(gate, after_pieces=1)],
                 Say("plan two"), Say("settled"))
    run = team.start()
    fake.wait(lambda: len(fake.requests) == 3)
    until(lambda: payloads(server.events(run), "tool.result"))
    server.kill()
    gate.set()
    server.start()
    value, events = team.done(run)
    agents = team.agents()
    assert (value["status"], value["output"]) == ("completed", "settled")
    assert messages(events) == [
        ("TASK", agents["one"]), ("PROPOSAL", agents["one"]), ("TASK", agents["two"]), ("EVIDENCE", agents["two"]),
        ("PROPOSAL", agents["two"]), ("TASK", agents["lead"]), ("EVIDENCE", agents["lead"]), ("DECISION", agents["lead"])]
    assert payloads(events, "message.evidence")[0]["refs"] == [{"type": "memory", "id": memory}]
    assert value["event_count"] == len([event for event in events if event["type"] != "llm.token"])


def test_tasks_of_each_round(launch, house):
    """Everybody is given its task again, and a member that fails has had its own."""
    server = launch()
    team = Team(server).add("lead", 9, is_lead=True).add("one", 1)
    house(server, Say("first"), Say(""), Refuse(400), Say("yes"))
    _, events = team.done(team.start())
    one, lead = team.agents()["one"], team.agents()["lead"]
    assert messages(events) == [("TASK", one), ("PROPOSAL", one), ("TASK", lead), ("TASK", one), ("STATUS", one),
                                ("TASK", lead), ("DECISION", lead)]
    assert [each["inputs"]["round"] for each in payloads(events, "message.task")] == [1, 1, 2, 2]


def test_the_task_of_a_child(launch, house):
    """The run that gives it says so, once, over a crash too."""
    server = launch("--workers", "1")
    team = Team(server).add("one", 1)
    gate = threading.Event()
    fake = house(server, Call("group_run", {"group_id": team.group, "task": "Weigh it."}),
                 [Say("heavy"), Slow(gate, after_pieces=1)], Say("heavy"), Say("It is heavy."))
    run = server.create({"input": "How is it?"})
    fake.wait(lambda: len(fake.requests) == 2)
    server.kill()
    gate.set()
    server.start()
    value, events = server.finished(run), server.events(run)
    [child] = server.get(f"/api/runs/{run}/children").value["runs"]
    [task] = [event for event in events if event["type"] == "message.task"]
    [call] = payloads(events, "tool.called")
    assert (task["agent_id"], task["to_agent_id"], task["message_type"]) == ("main", f"group:{team.group}", "TASK")
    assert task["payload"] == {"goal": "Weigh it.", "inputs": {"run_id": child["run_id"], "tool_call_id": call["tool_call_id"]},
                               "expected_output": "ANSWER", "constraints": [], "priority": "medium"}
    assert "group_id" not in task
    assert value["event_count"] == len([event for event in events if event["type"] != "llm.token"])
    inner = server.events(child["run_id"])
    assert messages(inner) == [("TASK", team.agents()["one"]), ("PROPOSAL", team.agents()["one"])]
