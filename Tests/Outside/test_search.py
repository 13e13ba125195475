"""Runs that fit a query (the list of document 004 that all clients miss)."""

import itertools
from urllib.parse import urlencode

import pytest

from server import SCOPE

OTHERS = {"x-org-id": "o2", "x-user-id": "u2"}
COLLEAGUE = {**SCOPE, "x-user-id": "somebody_else"}
IN_PROJECT = {**SCOPE, "x-project-id": "p1"}


@pytest.fixture(scope="module")
def runs(shared):
    """Runs by their names, in the order of their making."""
    made = {}

    def make(name, text, scope=SCOPE, **more):
        made[name] = shared.create({"session_key": "s_search", "input": text, **more}, scope=scope)
        shared.finished(made[name], scope=scope)

    make("sum", "What is 6 * 7?", metadata={"kind": "sum", "rank": 1, "is_new": True, "note": None})
    make("percent", "What is 50% of 8?", metadata={"kind": "sum", "rank": 2, "deep": {"kind": "none"}})
    make("wrong", "x", llm_config={"provider": "openai"})
    make("other session", "Which day is it under_score?", session_key="s_search_2", agent_id="clerk")
    make("theirs", "What is 6 * 7?", OTHERS)
    make("colleague's", "What is 6 * 7?", COLLEAGUE)
    make("project's", "What is 6 * 7?", IN_PROJECT)
    return made


def found(server, runs, scope=SCOPE, **query):
    """The names of the runs that fit, oldest first."""
    pairs = [(name, each) for name, value in query.items() for each in (value if isinstance(value, list) else [value])]
    answer = server.get(f"/api/runs?{urlencode([('limit', 100), *pairs])}", scope=scope)
    assert answer.status == 200 and answer.value["has_more"] is False and answer.value["next_cursor"] is None, answer.body
    names = {run: name for name, run in runs.items()}
    return [names[run["run_id"]] for run in answer.value["runs"] if run["run_id"] in names][::-1]


MINE = ["sum", "percent", "wrong", "other session"]


@pytest.mark.parametrize("query, names", [
    ({}, MINE), ({"status": "completed"}, ["sum", "percent", "other session"]), ({"status": "failed"}, ["wrong"]),
    ({"status": ["failed", "completed"]}, MINE), ({"status": "running"}, []), ({"session_key": "s_search_2"}, ["other session"]),
    ({"agent_id": "clerk"}, ["other session"]), ({"agent_id": "main"}, MINE[:3]), ({"group_id": "grp_0"}, []),
    ({"q": "what IS"}, ["sum", "percent"]), ({"q": "= 42"}, ["sum"]), ({"q": "50%"}, ["percent"]), ({"q": "%"}, ["percent"]),
    ({"q": "_"}, ["other session"]), ({"q": "\\"}, []), ({"q": "6 * 7", "status": "failed"}, []),
    ({"metadata": "kind:sum"}, ["sum", "percent"]), ({"metadata": ["kind:sum", "rank:2"]}, ["percent"]),
    ({"metadata": "is_new:true"}, ["sum"]), ({"metadata": "note:null"}, ["sum"]), ({"metadata": "kind:none"}, []),
    ({"metadata": "rank:1.0"}, []), ({"metadata": "$.kind:sum"}, []), ({"created_after": "2099-01-01T00:00:00Z"}, []),
    ({"created_before": "2099-01-01T00:00:00Z", "created_after": "2020-01-01T00:00:00Z"}, MINE)])
def test_what_fits(shared, runs, query, names):
    assert found(shared, runs, **query) == names


def test_whose_runs(shared, runs):
    assert found(shared, runs, OTHERS) == ["theirs"] and found(shared, runs, COLLEAGUE) == ["colleague's"]
    assert found(shared, runs, IN_PROJECT) == ["project's"]


def test_a_moment_is_in_the_first_half(shared, runs):
    """From then on, and before then: no run is in both, none in neither."""
    moment = shared.get(f"/api/runs/{runs['percent']}").value["created_at"]
    assert found(shared, runs, created_after=moment) == MINE[1:] and found(shared, runs, created_before=moment) == MINE[:1]


def test_pages_hold_each_run_once(shared, runs):
    """Also when runs are added between two pages."""
    for limit in (1, 2, 3):
        seen, cursor = [], None
        for _ in itertools.count():
            query = urlencode({"limit": limit, "session_key": "s_search", **({"cursor": cursor} if cursor else {})})
            page = shared.get(f"/api/runs?{query}").value
            assert page["has_more"] == (page["next_cursor"] is not None) and len(page["runs"]) <= limit
            seen += [run["run_id"] for run in page["runs"]]
            cursor = page["next_cursor"]
            if cursor is None:
                break
            assert cursor == seen[-1]
            shared.create({"session_key": "s_search_more", "input": "1"})
        assert seen == [runs["wrong"], runs["percent"], runs["sum"]]


def test_texts_are_compared_by_their_bytes(launch):
    """What other languages end a text with is a character like others."""
    server = launch()
    made = {text: server.create({"input": text, "metadata": {"kk": text}}) for text in ["left\0right", "left", "\u0301x", "É"]}
    for run in made.values():
        server.finished(run)
    ask = lambda **query: [run["run_id"] for run in server.get(f"/api/runs?{urlencode(query)}").value["runs"]]
    assert ask(q="RIGHT") == [made["left\0right"]] and ask(q="left") == [made["left"], made["left\0right"]]
    assert ask(metadata="kk:\u0301x") == [made["\u0301x"]] and ask(q="É") == [made["É"]] and ask(q="é") == []
    for query in [{"q": "a\0"}, {"metadata": "kk:a\0"}, {"metadata": "k\0:a"}]:
        assert server.get(f"/api/runs?{urlencode(query)}").status == 400


@pytest.mark.parametrize("name", ["theirs", "colleague's", "project's"])
def test_a_cursor_of_others_is_none(shared, runs, name):
    answer = shared.get(f"/api/runs?cursor={runs[name]}")
    assert (answer.status, answer.value["error"]["code"]) == (400, "CURSOR_INVALID")
