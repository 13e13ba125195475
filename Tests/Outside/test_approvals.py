"""What runs wait for: decisions on calls, runs that they have started, and what is said to them (the catalogue, 4.2, 4.5, 9.9)."""

import threading

import pytest

import formats
from crews import Crew
from providers import Call, Say, Slow
from server import HANGING, mock, until
from test_groups import DISCOVERY, Team, asked, house  # noqa: F401
from test_providers import payloads

CALL = {"call": {"tool": "clock", "arguments": {}}}
OTHERS = {"x-org-id": "o2", "x-user-id": "u2"}


def guarded(launch, *options, tool="clock", **more):
    """A server on which a tool is of high risk."""
    server = launch(*options, **more)
    Crew(server).skill(tools=[{"name": tool}], risk_level="high")
    return server


def waiting(server, run, phase="waiting_tool_approval"):
    until(lambda: server.run(run)["phase"] == phase)
    return server.run(run)


def ask(server, *steps, **more):
    run = server.create(mock(*(steps or (CALL, {"text": "done"})), approval_mode="ask", **more))
    waiting(server, run)
    return run


def decide(server, run, verb="approve", value=None, **options):
    return server.post(f"/api/runs/{run}/{verb}", {} if value is None else value, **options)


def types(events):
    return [event["type"] for event in events if event["type"] != "llm.token"]


@pytest.mark.parametrize("form", formats.ANSWERS)
def test_an_approved_call_is_made(launch, form):
    server = guarded(launch)
    run = ask(server)
    assert server.run(run)["status"] == "running"
    [question] = payloads(server.events(run), "tool.requires_approval")
    assert question == {"toolName": "clock", "tool_call_id": "call_1", "args": {}, "reason": "the tool is of high risk",
                        "risk_level": "high"}
    assert payloads(server.events(run), "run.suspended")[0].keys() == {"toolCallId", "toolName", "reason"}
    answer = decide(server, run, value={"tool_call_id": "call_1", "reason": "fine"}, accept=form)
    assert answer.status == 200
    if form != formats.MARKDOWN:
        assert answer.value == {"success": True, "run_id": run, "tool_call_id": "call_1", "waiting": []}
    value, events = server.finished(run), server.events(run)
    assert (value["status"], value["output"], value["tool_call_count"]) == ("completed", "done", 1)
    assert payloads(events, "tool.approved") == [{"toolName": "clock", "tool_call_id": "call_1", "reason": "fine"}]
    assert types(events) == [
        "run.started", "step.started", "llm.called", "tool.requires_approval", "run.suspended", "tool.approved", "run.resumed",
        "tool.called", "tool.result", "step.completed", "step.started", "llm.called", "step.completed", "run.completed"]
    assert value["event_count"] == len(types(events))


def test_a_rejected_call_is_not_made(launch, house):
    """The agent reads why, and goes on."""
    server = guarded(launch)
    fake = house(server, Call("clock", {}), Say("then not"))
    run = server.create({"input": "What time is it?", "approval_mode": "ask"})
    waiting(server, run)
    assert decide(server, run, "reject", {"reason": "not on a Friday"}).status == 200
    value, events = server.finished(run), server.events(run)
    assert (value["status"], value["output"], value["tool_call_count"]) == ("completed", "then not", 0)
    assert payloads(events, "tool.rejected")[0]["reason"] == "not on a Friday" and payloads(events, "tool.result") == []
    assert "not on a Friday" in asked(fake)[1][1]


def test_nobody_is_asked_unless_the_run_says_so(launch):
    """The setting decides for runs that do not say."""
    server = guarded(launch)
    run = server.create(mock(CALL, {"text": "done"}))
    server.finished(run)
    assert len(payloads(server.events(run), "tool.blocked")) == 1
    server = guarded(launch, "--approval-mode", "ask", name="asking")
    run = server.create(mock(CALL, {"text": "done"}))
    waiting(server, run)
    blocked = server.create(mock(CALL, {"text": "done"}, session="s_other", approval_mode="deny"))
    assert server.finished(blocked)["status"] == "completed"
    assert server.run(run)["phase"] == "waiting_tool_approval"


def test_a_run_waits_for_all_of_its_calls(launch):
    """None is made before each is decided on; a decision that names none is about the only one."""
    server = guarded(launch)
    run = ask(server, CALL, CALL, {"call": {"tool": "calculator", "arguments": {"expression": "6*7"}}}, {"text": "done"})
    refused = decide(server, run)
    assert refused.status == 400 and "call_1" in refused.error["message"] and refused.error["details"]["field"] == "tool_call_id"
    assert decide(server, run, "reject", {"tool_call_id": "call_2"}).value["waiting"] == ["call_1"]
    again = decide(server, run, value={"tool_call_id": "call_2"})
    assert (again.status, again.error["code"]) == (404, "NOT_FOUND")
    assert payloads(server.events(run), "tool.called") == []
    assert decide(server, run).value == {"success": True, "run_id": run, "tool_call_id": "call_1", "waiting": []}
    server.finished(run)
    assert [each["toolName"] for each in payloads(server.events(run), "tool.called")] == ["clock", "calculator"]


def test_a_waiting_run_outlives_the_server(launch):
    """Killed or stopped; it takes no worker meanwhile, and holds up its session."""
    server = guarded(launch, "--workers", "1")
    run = ask(server)
    behind = server.create(mock({"text": "behind"}))
    other = server.create(mock({"text": "beside"}, session="s_beside"))
    assert server.finished(other)["output"] == "beside"
    server.kill()
    server.start()
    server.stop()
    server.start()
    assert waiting(server, run)["status"] == "running" and server.run(behind)["status"] == "pending"
    decide(server, run)
    assert server.finished(run)["output"] == "done" and server.finished(behind)["output"] == "behind"
    assert len(payloads(server.events(run), "llm.called")) == 2


def test_a_waiting_run_can_be_called_off(launch):
    server = guarded(launch)
    run = ask(server)
    assert server.cancel(run).status == 200
    assert server.run(run)["status"] == "cancelled"
    refused = decide(server, run)
    assert (refused.status, refused.error["code"]) == (409, "RUN_ALREADY_FINISHED")
    assert server.metric("switchyard_runs_running") == 0


def test_a_decision_that_does_not_come(launch):
    """The call is rejected when its time is over; the run's own time stands still meanwhile."""
    server = guarded(launch, "--approval-timeout", "1")
    run = ask(server, timeout_ms=2000)
    value = server.finished(run, within=40)
    assert (value["status"], value["output"]) == ("completed", "done")
    [rejected] = [event for event in server.events(run) if event["type"] == "tool.rejected"]
    assert "1 seconds" in rejected["payload"]["reason"]


def test_bad_decisions(launch):
    server = guarded(launch)
    going = server.create(mock(HANGING, session="s_hanging"))
    until(lambda: server.run(going)["phase"] == "executing")
    assert decide(server, going).error["code"] == "RUN_NOT_WAITING"
    run = ask(server)
    assert decide(server, "run_0").status == 404
    assert decide(server, run, scope=OTHERS).status == 404
    assert decide(server, run, value={"tool_call_id": "call_9"}).status == 404
    for value in ({"tool_call_id": ""}, {"tool_call_id": 1}, {"reason": "x" * 1001}, {"why": "x"}, []):
        assert decide(server, run, value=value).status == 400, value
    assert server.get(f"/api/runs/{run}/approve").status == 405
    assert decide(server, run, token="sy_nobody").status == 401
    assert server.post("/api/runs", {"input": "x", "approval_mode": "always"}).status == 400
    first, second = (decide(server, run, **{"idempotency-key": "decide-once"}) for _ in range(2))
    assert (first.status, second.status) == (200, 200) and first.value == second.value


def test_a_member_of_a_group_asks(launch, house):
    """Its turn goes on where it was, and no other is taken twice."""
    server = guarded(launch)
    team = Team(server).add("one", 1).add("two", 2)
    fake = house(server, Say("plan"), Call("clock", {}), Say("it is late"))
    run = team.start(approval_mode="ask")
    waiting(server, run)
    [question] = [event for event in server.events(run) if event["type"] == "tool.requires_approval"]
    assert question["agent_id"] == team.agents()["two"] and question["payload"]["role_id"] == team.roles["two"]
    server.kill()
    server.start()
    decide(server, run)
    value, events = team.done(run)
    assert value["output"] == "it is late" and len(fake.requests) == 3
    assert [each["plan"] for each in payloads(events, "message.proposal")] == ["plan", "it is late"]


# -- what is said to a run

def test_a_message_is_heard(launch, house):
    """By the turn that is asked next, as a user or as an instruction."""
    server = launch()
    gate = threading.Event()
    fake = house(server, [Call("calculator", {"expression": "6*7"}), Slow(gate, after_pieces=1)], Say("42 euros"))
    run = server.create({"input": "How much?"})
    fake.wait(lambda: len(fake.requests) == 1)
    said = server.post(f"/api/runs/{run}/inject", {"message": "In euros, please."})
    assert (said.status, said.value) == (200, {"success": True, "run_id": run, "messages": 1})
    assert server.post(f"/api/runs/{run}/inject", {"message": "Be brief.", "role": "system"}).value["messages"] == 2
    gate.set()
    value, events = server.finished(run), server.events(run)
    assert value["output"] == "42 euros"
    assert payloads(events, "user.injected") == [
        {"message": "In euros, please.", "role": "user"}, {"message": "Be brief.", "role": "system"}]
    messages = fake.requests[1].value["messages"]
    assert [message["role"] for message in messages] == ["system", "user", "assistant", "tool", "user"]
    assert (messages[0]["content"], messages[-1]["content"]) == ("Be brief.", "In euros, please.")


def test_an_answer_waits_for_what_was_said(launch, house):
    """A message that comes while the answer is made is answered too."""
    server = launch()
    gate = threading.Event()
    fake = house(server, [Say("42"), Slow(gate, after_pieces=1)], Say("42 euros"))
    run = server.create({"input": "How much?"})
    fake.wait(lambda: fake.requests and fake.requests[0].sent)
    server.post(f"/api/runs/{run}/inject", {"message": "In euros, please."})
    gate.set()
    value, events = server.finished(run), server.events(run)
    assert value["output"] == "42 euros"
    assert [each["resultType"] for each in payloads(events, "step.completed")] == ["continue", "final_answer"]
    assert [message["content"] for message in fake.requests[1].value["messages"]] == ["How much?", "42", "In euros, please."]


def test_a_message_to_a_run_that_waits(launch):
    """In the queue, or for a decision: it is read when the run goes on, also by another process."""
    server = launch("--workers", "0")
    run = server.create({"input": "What is 1 + 1?"})
    assert server.post(f"/api/runs/{run}/inject", {"message": "And what is 2 + 3?"}).status == 200
    server.stop()
    server.flags = ()
    server.start()
    assert "2 + 3 = 5" in server.finished(run)["output"]


def test_bad_messages(launch):
    server = launch()
    run = server.create(mock(HANGING))
    path = f"/api/runs/{run}/inject"
    for value in ({}, {"message": ""}, {"message": "x" * 20_001}, {"message": "x", "role": "assistant"}, {"message": 1}, {"text": "x"}):
        assert server.post(path, value).status == 400, value
    assert server.post(path, {"message": "x"}, scope=OTHERS).status == 404
    assert server.post("/api/runs/run_0/inject", {"message": "x"}).status == 404
    for number in range(50):
        assert server.post(path, {"message": f"{number}"}).value["messages"] == number + 1
    full = server.post(path, {"message": "x"})
    assert (full.status, full.error["code"], full.error["details"]["limit"]) == (409, "TOO_MANY", 50)
    server.cancel(run)
    server.finished(run)
    ended = server.post(path, {"message": "x"})
    assert (ended.status, ended.error["code"]) == (409, "RUN_ALREADY_FINISHED")


# -- runs that runs start

def children(server, run):
    answer = server.get(f"/api/runs/{run}/children")
    assert answer.status == 200
    return answer.value["runs"]


def test_a_run_has_a_group_work_for_it(launch, house):
    """It waits without a worker, over a crash too; what the group used counts for it."""
    server = launch("--workers", "1")
    team = Team(server).add("one", 1)
    gate = threading.Event()
    fake = house(server, Call("group_run", {"group_id": team.group, "task": "Weigh it."}),
                 [Say("heavy"), Slow(gate, after_pieces=1)], Say("heavy"), Say("It is heavy."))
    run = server.create({"input": "How is it?"})
    fake.wait(lambda: len(fake.requests) == 2)
    assert {"group_run", "groups_list"} <= {tool["function"]["name"] for tool in fake.requests[0].value["tools"]}
    parent = waiting(server, run, "waiting_child")
    assert parent["status"] == "running"
    [child] = children(server, run)
    assert (child["parent_run_id"], child["group_id"], child["status"]) == (run, team.group, "running")
    server.kill()
    gate.set()
    server.start()
    value, events = server.finished(run), server.events(run)
    assert value["output"] == "It is heavy."
    [child] = children(server, run)
    assert (child["status"], child["output"]) == ("completed", "heavy")
    [result] = payloads(events, "tool.result")
    assert result["result"] == {"run_id": child["run_id"], "answer": "heavy"}
    own = sum(each["totalTokens"] for each in payloads(events, "llm.called"))
    assert value["usage"]["total_tokens"] == own + child["usage"]["total_tokens"]
    assert server.metric("switchyard_runs_running") == server.metric("switchyard_runs_pending") == 0


def test_a_child_ends_with_its_parent(launch, house):
    server = launch()
    team = Team(server).add("one", 1)
    gate = threading.Event()
    fake = house(server, Call("group_run", {"group_id": team.group, "task": "Weigh it."}), [Say("heavy"), Slow(gate, after_pieces=1)])
    run = server.create({"input": "How is it?"})
    waiting(server, run, "waiting_child")
    fake.wait(lambda: len(fake.requests) == 2 and fake.requests[1].sent)
    [child] = children(server, run)
    assert server.cancel(run).status == 200
    assert server.finished(child["run_id"])["status"] == "cancelled" and server.run(run)["status"] == "cancelled"
    gate.set()


def test_a_child_that_fails_or_cannot_begin(launch, house):
    """Is a result like another; runs do not start runs without end."""
    server = launch()
    team = Team(server).add("one", 1, allowed_tools=["group_run"])
    empty = team.make_group()
    call = Call("group_run", {"group_id": team.group, "task": "Weigh it."})
    fake = house(server, [call, Call("group_run", {"group_id": empty, "task": "x"}), Call("group_run", {"group_id": "grp_0", "task": "x"})],
                 call, Say("deep"), Say("less deep"), Say("done"))
    run = server.create({"input": "How is it?"})
    value, events = server.finished(run), server.events(run)
    assert value["output"] == "done"
    results = payloads(events, "tool.result")
    assert [each["isError"] for each in results] == [True, True, False]
    assert "members" in results[0]["error"]["message"] and "no such group" in results[1]["error"]["message"]
    [child] = children(server, run)
    [grandchild] = children(server, child["run_id"])
    assert grandchild["output"] == "deep" and children(server, grandchild["run_id"]) == []
    offered = [[tool["function"]["name"] for tool in request.value.get("tools", [])] for request in fake.requests]
    assert offered[1] == ["group_run", *DISCOVERY] and offered[2] == DISCOVERY


def test_a_child_may_use_no_more_than_its_parent(launch, house):
    """What the role that gave the task may not use, the group's members may not either."""
    server = launch()
    workers = Team(server).add("worker", 1)
    leads = Team(server).add("lead", 1, denied_tools=["clock"])
    fake = house(server, Call("group_run", {"group_id": workers.group, "task": "x"}), Say("worked"), Say("done"))
    value, _ = leads.done(leads.start())
    assert value["output"] == "done"
    names = [{tool["function"]["name"] for tool in request.value["tools"]} for request in fake.requests]
    assert "clock" not in names[1] and "calculator" in names[1]


def test_children_of_others(shared):
    run = shared.create({"input": "1 + 1"})
    assert children(shared, run) == []
    assert shared.get(f"/api/runs/{run}/children", scope=OTHERS).status == 404
    assert shared.get("/api/runs/run_0/children").status == 404


# -- calls side by side

def test_calls_that_change_nothing_run_side_by_side(launch, house):
    server = launch()
    house(server, [Call("calculator", {"expression": "6*7"}), Call("clock", {}), Call("calculator", {"expression": "1/0"})], Say("done"))
    run = server.create({"input": "x"})
    assert server.finished(run)["tool_call_count"] == 3
    events = server.events(run)
    [began], [done] = payloads(events, "tool.batch.started"), payloads(events, "tool.batch.completed")
    assert (began["tool_count"], began["strategy"]) == (3, "parallel") and done["batch_id"] == began["batch_id"]
    assert (done["success_count"], done["failure_count"]) == (2, 1) and len(payloads(events, "tool.result")) == 3
