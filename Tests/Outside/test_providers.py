"""Runs that providers of language models answer: stand-ins that check each request and answer by a script."""

import contextlib
import itertools
import json
import re
import shutil
import threading
import time
from dataclasses import dataclass

import pytest

from certificates import NOW, dated
from cli import REFUSED, UNAVAILABLE, USAGE
from providers import (DIALECTS, KEY, MODEL, BreakOff, Call, Cost, Cut, ErrorInStream, Garbage, Provider, Refuse, Say,
                       Silent, Slow)
from server import Server, command, free_port, has_curl, mock

OTHER_KEY, OTHER_MODEL = "another-key-4d2e8b17", "fake-2"
QUESTION = "When do ships come in?"
PIECES = ("Ships ", "come in ", "at dawn: ", "船は夜明けに", " 🚢 é.")
ANSWER = Say("".join(PIECES), PIECES)
CLOSED_MAX = 1.0  # seconds
NAMES = (f"stand-in-{number}" for number in itertools.count(1))


pytestmark = pytest.mark.skipif(not has_curl(), reason="libcurl speaks to providers")


def provider(server, *arguments, key=None, **options):
    return command("provider", *arguments, data=server.folder, input=f"{key or ''}\n", **options)


def add(server, name, dialect, base_url, *arguments, model=MODEL, key=KEY, **options):
    flags = ["--dialect", dialect, "--base-url", base_url, "--model", model, *(["--key-stdin"] if key else [])]
    return provider(server, "add", name, *flags, *arguments, key=key, **options)


@dataclass
class Told:
    """A stand-in, and the name by which a server knows it."""

    server: Server
    fake: Provider
    name: str

    def ask(self, text=QUESTION, config=None, **more):
        """Starts a run; its name."""
        choice = {"provider": self.name, **(config or {})}
        return self.server.create({"session_key": "s_" + self.name.replace("-", "_"), "input": text, "llm_config": choice, **more})

    def finished(self, run):
        """The run that has ended, and its events."""
        return self.server.finished(run), self.server.events(run)

    def answered(self, *arguments, **options):
        """A run that was completed, and its events."""
        value, events = self.finished(self.ask(*arguments, **options))
        assert value["status"] == "completed", (value["error"], self.fake.wrong)
        return value, events

    def failed(self, *arguments, **options):
        """The error of a run that failed, and its events."""
        value, events = self.finished(self.ask(*arguments, **options))
        assert value["status"] == "failed" and value["output"] is None, value
        assert payloads(events, "run.failed") == [{"error": value["error"]}]
        return value["error"], events


@pytest.fixture(params=DIALECTS)
def dialect(request):
    return request.param


@pytest.fixture
def telling(dialect):
    """`telling(server, *turns)` is a stand-in that the server knows; all turns are asked for, and nothing else is."""
    fakes = []
    with contextlib.ExitStack() as stack:
        def make(server, *turns, key=KEY, said=KEY, **options):
            fake = stack.enter_context(Provider(dialect, *turns, key=key, **options))
            fakes.append(fake)
            name = next(NAMES)
            found = add(server, name, dialect, fake.base_url, key=said)
            assert found.returncode == 0, found.stderr
            return Told(server, fake, name)

        yield make
        for fake in fakes:
            assert (fake.wrong, fake.turns) == ([], [])


def payloads(events, type):
    return [event["payload"] for event in events if event["type"] == type]


def results(events):
    """What came of each call of one agent, in the order of the calls; those side by side end in any."""
    by_call = {result["tool_call_id"]: result for result in payloads(events, "tool.result")}
    return [by_call[call["tool_call_id"]] for call in payloads(events, "tool.called")]


def said(events):
    """The tokens of a run in their order, joined."""
    tokens = payloads(events, "llm.token")
    for step in {event["step_id"] for event in events}:
        numbers = [event["payload"]["tokenIndex"] for event in events
                   if event["type"] == "llm.token" and event["step_id"] == step]
        assert numbers == sorted(set(numbers))
    return "".join(token["token"] for token in tokens)


def usage(*costs):
    prompt, completion = sum(cost.prompt for cost in costs), sum(cost.completion for cost in costs)
    return {"prompt_tokens": prompt, "completion_tokens": completion, "total_tokens": prompt + completion, "cost_micro_usd": 0}


def kept(server):
    """All that a server has on disk, its log included."""
    paths = [path for path in server.folder.rglob("*") if path.is_file()]
    assert server.folder / "main.db" in paths
    return b"".join(path.read_bytes() for path in [*paths, server.log])


# -- answers

def test_an_answer(shared, telling):
    told = telling(shared, [ANSWER, Cost(23, 5)])
    value, events = told.answered()
    assert value["output"] == ANSWER.text == said(events)
    assert len(payloads(events, "llm.token")) > 1
    assert value["usage"] == usage(Cost(23, 5))
    [called] = payloads(events, "llm.called")
    assert MODEL in called["model"]
    assert (called["promptTokens"], called["completionTokens"], called["totalTokens"]) == (23, 5, 28)
    [request] = told.fake.requests
    assert request.asked.input == QUESTION and "calculator" in request.asked.tools
    assert KEY not in request.path and KEY.encode() not in request.body
    told.fake.wait(lambda: request.ended)
    assert not told.fake.closed


def test_an_answer_in_the_smallest_parts(shared, telling):
    """No event and no character comes whole."""
    told = telling(shared, ANSWER, grain=1)
    value, events = told.answered()
    assert value["output"] == ANSWER.text == said(events)


def test_tokens_are_there_before_the_answer_is_over(shared, telling):
    gate = threading.Event()
    told = telling(shared, [ANSWER, Slow(gate, after_pieces=3)])
    run = told.ask()
    request = told.fake.request()
    told.fake.wait(lambda: len(request.sent) == 3)
    with shared.connect() as connection:
        watch = shared.watch(connection, run)
        assert watch.saw("llm.token")["payload"]["token"] in ANSWER.text
        assert len(request.sent) == 3
        gate.set()
        watch.ended()
    assert told.finished(run)[0]["output"] == ANSWER.text


def test_a_provider_that_is_faster_than_the_run(shared, telling):
    """It has to wait; nothing of what it says is lost."""
    text = "".join(f"{number:09} " for number in range(50_000))
    told = telling(shared, Say(text, pieces=tuple(text[at:at + 10] for at in range(0, len(text), 10))))
    value, _ = told.finished(told.ask(timeout_ms=120_000))
    assert (value["status"], value["output"]) == ("completed", text), value["error"]


def test_many_calls_in_a_turn(shared, telling):
    told = telling(shared, [Call("calculator", {"expression": f"{number} + 1"}) for number in range(20)], ANSWER)
    value, events = told.answered()
    assert value["tool_call_count"] == 20 and [each["result"] for each in payloads(events, "tool.result")]
    assert payloads(events, "run.warning") == []


def test_more_calls_than_a_run_may_make(shared, telling):
    """The last one says so, and the model has to answer with what it has."""
    turns = [[Call("calculator", {"expression": f"{number} + {turn}"}) for number in range(100)] for turn in range(2)]
    told = telling(shared, *turns, ANSWER)
    value, events = told.answered()
    assert value["tool_call_count"] == 128
    assert [each["code"] for each in payloads(events, "run.warning")] == ["TOOL_CALLS_MAX"]


def test_what_a_run_chooses(shared, telling):
    """The model, the temperature and the most tokens are in the request; what it leaves out is the provider's."""
    told = telling(shared, ANSWER, ANSWER, models=(MODEL, OTHER_MODEL))
    _, events = told.answered(config={"model": OTHER_MODEL, "temperature": 0.5, "max_tokens": 50})
    assert OTHER_MODEL in payloads(events, "llm.called")[0]["model"]
    told.answered()
    chosen, plain = (request.asked for request in told.fake.requests)
    assert (chosen.model, chosen.temperature, chosen.max_tokens) == (OTHER_MODEL, 0.5, 50)
    assert (plain.model, plain.temperature) == (MODEL, None)


def test_an_answer_that_is_cut(shared, telling):
    told = telling(shared, [ANSWER, Cut()])
    value, events = told.answered()
    assert value["output"] == ANSWER.text
    assert [payload["code"] for payload in payloads(events, "run.warning")] == ["OUTPUT_CUT"]


# -- calls of tools

def calculate(expression, **more):
    return Call("calculator", {"expression": expression}, **more)


def test_a_tool_is_called(shared, telling):
    """Its result is in the second request; both turns count."""
    told = telling(shared, [calculate("6 * 7", pieces=4), Cost(30, 9)], [ANSWER, Cost(50, 4)])
    value, events = told.answered()
    assert value["output"] == ANSWER.text == said(events)
    assert value["tool_call_count"] == 1 and value["usage"] == usage(Cost(30, 9), Cost(50, 4))
    [called], [result] = payloads(events, "tool.called"), payloads(events, "tool.result")
    assert (called["toolName"], called["args"]) == ("calculator", {"expression": "6 * 7"})
    assert result["isError"] is False and "42" in json.dumps(result["result"])
    assert len(payloads(events, "llm.called")) == 2
    first, second = (request.asked for request in told.fake.requests)
    assert first.results == [] and second.tools == first.tools
    [told_of] = second.results
    assert "42" in json.dumps(told_of.content) and not told_of.is_error


def test_calls_at_the_same_time(shared, telling):
    """Each has its own result, in the order of the calls."""
    told = telling(shared, [calculate("6 * 7"), calculate("1000 - 1"), Call("clock")], ANSWER)
    value, events = told.answered()
    assert value["tool_call_count"] == 3
    assert [called["toolName"] for called in payloads(events, "tool.called")] == ["calculator", "calculator", "clock"]
    asked = told.fake.requests[1].asked
    results = {result.reference: json.dumps(result.content) for result in asked.results}
    # Where calls have no id their order says which result is whose.
    contents = [json.dumps(result.content) for result in asked.results]
    assert "42" in contents[0] and "999" in contents[1] and re.search(r"\d-\d\dT\d", contents[2])
    assert results.keys() == {call.reference for call in asked.calls}


def test_calls_one_after_another(shared, telling):
    """The history grows by a call and its result each time."""
    told = telling(shared, calculate("6 * 7"), calculate("42 + 1"), ANSWER)
    value, _ = told.answered()
    assert value["tool_call_count"] == 2
    assert [len(request.asked.results) for request in told.fake.requests] == [0, 1, 2]


def test_a_text_before_a_call(shared, telling):
    told = telling(shared, [Say("I calculate. "), calculate("6 * 7")], ANSWER)
    value, events = told.answered()
    assert value["output"] == ANSWER.text and said(events).endswith(ANSWER.text)


@pytest.mark.parametrize("call", [
    calculate("6 *"), Call("calculator", {}), Call("nothing", {"a": [1, None, {"b": "é"}]})],
    ids=["refused", "without arguments", "unknown"])
def test_a_call_that_fails(shared, telling, call):
    """The model is told, and answers."""
    told = telling(shared, call, ANSWER)
    _, events = told.answered()
    assert payloads(events, "tool.result")[0]["isError"] is True
    assert len(told.fake.requests[1].asked.results) == 1


@pytest.mark.parametrize("dialect", ["gemini"], indirect=True)
def test_signatures_go_back(shared, telling):
    """Newer models of Gemini sign their calls and refuse a history without."""
    told = telling(shared, [calculate("6 * 7"), calculate("2 + 2")], calculate("42 + 1"), ANSWER, signs=True)
    value, _ = told.answered()
    assert value["tool_call_count"] == 3


# -- refusals

@pytest.mark.parametrize("refusal", [Refuse(429, retry_after=0), Refuse(500), Refuse(503)],
                         ids=lambda refusal: str(refusal.status))
def test_a_refusal_for_now_is_asked_again(shared, telling, refusal):
    told = telling(shared, refusal, ANSWER)
    value, events = told.answered()
    assert value["output"] == ANSWER.text == said(events)
    first, second = told.fake.requests
    assert first.value == second.value and value["usage"] == usage(Cost())
    [retried] = payloads(events, "step.retried")
    assert (retried["stepNumber"], retried["attempt"]) == (1, 1) and retried["reason"] and 0 <= retried["delayMs"] <= 1000


def test_a_provider_says_when_to_come_back(shared, telling):
    told = telling(shared, Refuse(429, retry_after=1), ANSWER)
    told.answered()
    first, second = told.fake.requests
    assert second.began - first.began >= 1


def test_a_wrong_request_is_not_repeated(shared, telling):
    told = telling(shared, Refuse(400, "this cannot be"))
    error, _ = told.failed()
    assert error["code"].startswith("LLM_") and len(told.fake.requests) == 1


def leaks_nothing(server, run, keys):
    """The keys are nowhere: not in answers, not in events, not on disk."""
    paths = [f"/api/runs/{run}", f"/api/runs/{run}/events?include_tokens=true&limit=1000"]
    answers = [server.get(path).body for path in paths] + [server.get("/metrics", scope=None).body]
    for each in [*answers, kept(server)]:
        assert not [key for key in keys if key.encode() in each]


def test_a_wrong_key(launch, telling):
    server = launch("--log-level", "debug")
    told = telling(server, said=OTHER_KEY)
    run = told.ask()
    value, _ = told.finished(run)
    assert value["status"] == "failed" and value["error"]["code"] == "LLM_UNAUTHORIZED"
    assert told.fake.take_wrong() and [request.status for request in told.fake.requests] == [401]
    leaks_nothing(server, run, [OTHER_KEY])
    server.stop()
    assert OTHER_KEY.encode() not in kept(server)


def test_a_right_key_is_kept_secret(launch, telling):
    server = launch("--log-level", "debug")
    told = telling(server, ANSWER)
    run = told.ask()
    assert told.finished(run)[0]["status"] == "completed"
    leaks_nothing(server, run, [KEY])
    server.stop()
    assert KEY.encode() not in kept(server)


@pytest.mark.parametrize("trouble", [
    [Refuse(401, f"the key {KEY} is wrong")], [Refuse(400, f"{KEY}: no")],
    [ANSWER, ErrorInStream(2, 503, f"{KEY} is out of luck")]],
    ids=["401", "400", "in the stream"])
def test_a_provider_that_repeats_the_key(launch, telling, trouble):
    """What it says is told without."""
    server = launch("--log-level", "debug")
    told = telling(server, trouble)
    run = told.ask()
    assert told.finished(run)[0]["status"] == "failed"
    leaks_nothing(server, run, [KEY])


@pytest.mark.parametrize("dialect", ["gemini"], indirect=True)
def test_a_wrong_key_as_google_says_it(shared, telling):
    told = telling(shared, Refuse(400, "API key not valid. Please pass a valid API key.", reason="API_KEY_INVALID"))
    assert told.failed()[0]["code"] == "LLM_UNAUTHORIZED"


def test_a_model_that_is_not_there(shared, telling):
    told = telling(shared)
    error, events = told.failed(config={"model": "fake-0"})
    assert error["code"] == "LLM_MODEL_NOT_FOUND" and payloads(events, "llm.token") == []
    assert "fake-0" in told.fake.take_wrong()[0] and len(told.fake.requests) == 1


# -- streams that end before their end

@pytest.mark.parametrize("trouble", [BreakOff(2), BreakOff(2, politely=True), BreakOff(len(PIECES)), Garbage(2)],
                         ids=["cut", "cut politely", "cut at the end", "garbage"])
def test_a_broken_stream(shared, telling, trouble):
    """What was said before it is kept, and nothing is said twice."""
    told = telling(shared, [ANSWER, trouble])
    error, events = told.failed()
    assert error["code"] == "LLM_STREAM_BROKEN"
    assert said(events) == "".join(PIECES[:trouble.after_pieces]) and len(told.fake.requests) == 1


def test_an_error_in_the_stream(shared, telling):
    told = telling(shared, [ANSWER, ErrorInStream(2)])
    error, events = told.failed()
    assert error["code"].startswith("LLM_") and said(events) == "".join(PIECES[:2]) and len(told.fake.requests) == 1


def test_a_call_that_is_broken_off_is_not_made(shared, telling):
    told = telling(shared, [calculate("6 * 7", pieces=4), calculate("1 + 1", pieces=4), BreakOff(1)])
    error, events = told.failed()
    assert error["code"] == "LLM_STREAM_BROKEN" and payloads(events, "tool.called") == []


# -- runs that end before their answer

@pytest.mark.parametrize("kind", ["slow", "slow from the start", "silent"])
def test_a_run_that_is_cancelled(shared, telling, kind):
    """The provider is let go at once."""
    gate, pieces = threading.Event(), 2 if kind == "slow" else 0
    told = telling(shared, Silent() if kind == "silent" else [ANSWER, Slow(gate, after_pieces=pieces)])
    run = told.ask()
    request = told.fake.request()
    told.fake.wait(lambda: len(request.sent) == pieces)
    assert request.closed is None
    began = time.monotonic()
    assert shared.cancel(run).status == 200
    told.fake.wait(lambda: request.closed, within=CLOSED_MAX)
    print(f"{told.name}, {kind}: closed {1000 * (request.closed - began):.1f} ms after the cancellation was asked for")
    assert told.fake.closed == [request]
    value, events = told.finished(run)
    assert value["status"] == "cancelled" and "".join(PIECES[:pieces]).startswith(said(events))


def test_a_run_whose_time_is_over(shared, telling):
    told = telling(shared, Silent())
    error, _ = told.failed(timeout_ms=300)
    assert error["code"] == "RUN_TIMEOUT"
    told.fake.wait(lambda: told.fake.closed, within=CLOSED_MAX)


def test_others_run_meanwhile(shared, telling):
    """Providers that say nothing hold up no answer of another."""
    silent = [telling(shared, Silent()) for _ in range(3)]
    runs = [told.ask() for told in silent]
    for told in silent:
        told.fake.request()
    telling(shared, ANSWER).answered()
    for told, run in zip(silent, runs):
        assert shared.cancel(run).status == 200
        told.fake.wait(lambda: told.fake.closed, within=CLOSED_MAX)


# -- which provider there is

@pytest.mark.parametrize("name", ["nobody", "openai", "anthropic", "gemini"])
def test_a_provider_that_is_not_there(shared, name):
    run = shared.create({"session_key": "s_nobody", "input": QUESTION, "llm_config": {"provider": name}})
    assert shared.finished(run)["error"]["code"] == "LLM_NOT_CONFIGURED"


def test_a_provider_that_is_removed(shared, telling):
    told = telling(shared, ANSWER)
    told.answered()
    found = provider(shared, "remove", told.name)
    assert found.returncode == 0, found.stderr
    assert told.name not in provider(shared, "list").stdout
    assert told.failed()[0]["code"] == "LLM_NOT_CONFIGURED"
    assert len(told.fake.requests) == 1 and provider(shared, "remove", told.name).returncode == REFUSED


def test_a_provider_without_a_key(shared, telling, dialect):
    """No field for it is sent."""
    told = telling(shared, ANSWER, key=None, said=None)
    told.answered()
    assert DIALECTS[dialect].key_field not in told.fake.requests[0].headers


@pytest.mark.parametrize("text", [KEY, f"{KEY}\n", f"{KEY}\r\n", f"{KEY}\nmore\n"], ids=repr)
def test_a_key_is_the_first_line(shared, text):
    with Provider("openai", ANSWER) as fake:
        name = next(NAMES)
        found = command("provider", "add", name, "--dialect", "openai", "--base-url", fake.base_url, "--model", MODEL,
                        "--key-stdin", data=shared.folder, input=text)
        assert found.returncode == 0 and KEY not in found.stdout + found.stderr, found.stderr
        assert Told(shared, fake, name).answered()[0]["output"] == ANSWER.text


def test_a_provider_is_added_without_a_server(launch, telling):
    """And is there again after a power cut."""
    server = launch()
    server.stop()
    told = telling(server, ANSWER, ANSWER)
    server.start()
    told.answered()
    server.restart()
    told.answered()


def test_providers_are_listed_without_their_keys(shared, telling, dialect):
    told = telling(shared)
    found = provider(shared, "list")
    assert found.returncode == 0, found.stderr
    [line] = [line for line in found.stdout.splitlines() if re.search(rf"{told.name}\b", line)]
    assert dialect in line and told.fake.base_url in line and MODEL in line
    assert KEY not in found.stdout + found.stderr


def test_nobody_at_the_address(shared, dialect):
    name = next(NAMES)
    assert add(shared, name, dialect, f"http://127.0.0.1:{free_port()}").returncode == 0
    run = shared.create({"session_key": "s_nobody_there", "input": QUESTION, "llm_config": {"provider": name}})
    value = shared.finished(run)
    assert value["status"] == "failed" and value["error"]["code"].startswith("LLM_")
    assert provider(shared, "test", name).returncode in (REFUSED, UNAVAILABLE)


@pytest.mark.skipif(not shutil.which("openssl"), reason="openssl makes the certificate")
def test_a_provider_whose_certificate_is_not_believed(shared, telling, folder):
    """It gets no request, so no key."""
    told = telling(shared, certificate=dated(folder / "certificate", *NOW))
    error, _ = told.failed()
    assert error["code"].startswith("LLM_") and told.fake.requests == []


# -- trying a provider

def test_a_provider_is_tried(shared, telling):
    """The request line, the status, how long it took, what was said first."""
    told = telling(shared, ANSWER)
    found = provider(shared, "test", told.name)
    assert found.returncode == 0, found.stderr
    [request] = told.fake.requests
    assert f"POST {request.path}" in found.stdout and "200" in found.stdout
    assert re.search(r"\d ms", found.stdout) and PIECES[0].strip() in found.stdout
    assert KEY not in found.stdout + found.stderr


def test_a_provider_is_tried_with_a_wrong_key(shared, telling):
    told = telling(shared, said=OTHER_KEY)
    found = provider(shared, "test", told.name)
    output = found.stdout + found.stderr
    assert found.returncode == REFUSED and "401" in output and told.fake.requests[0].path in output
    assert told.fake.take_wrong() and OTHER_KEY not in output


@pytest.mark.parametrize("name,flags,dialect,address", [
    ("anthropic", [], "anthropic", "https://api.anthropic.com"),
    ("gemini", [], "gemini", "https://generativelanguage.googleapis.com"),
    ("openai", [], "openai", "https://api.openai.com/v1"),
    ("house", ["--base-url", "http://localhost:11434/v1/"], "openai", "http://localhost:11434/v1"),
    ("house", ["--dialect", "gemini", "--base-url", "https://proxy.example"], "gemini", "https://proxy.example")])
def test_what_need_not_be_said(folder, launch, name, flags, dialect, address):
    """A name that is a dialect's says how it is spoken to, and the dialect where it is."""
    server = launch()
    for model in ("one", "two"):
        found = provider(server, "add", name, "--model", model, *flags)
        assert found.returncode == 0, found.stderr
    [row] = [json.loads(line) for line in provider(server, "list", "--json").stdout.splitlines()]
    assert (row["name"], row["dialect"], row["address"], row["model"], row["has_key"]) == (name, dialect, address, "two", False)


def test_a_change_keeps_the_key_where_the_provider_stays(launch):
    server = launch()
    row = lambda: json.loads(provider(server, "list", "--json").stdout)
    add(server, "house", "openai", "http://127.0.0.1:1/v1")
    for address, dialect, has_key in [("http://127.0.0.1:1/v1/", "openai", True), ("http://127.0.0.1:2/v1", "openai", False),
                                      ("http://127.0.0.1:2/v1", "gemini", False)]:
        assert add(server, "house", dialect, address, model="another", key=None).returncode == 0
        assert (row()["model"], row()["has_key"]) == ("another", has_key)


WHOLE = ["--dialect", "openai", "--base-url", "http://127.0.0.1:1/v1", "--model", MODEL]
# arguments, key, exit code, word
WRONG = [
    (["add", *WHOLE], None, USAGE, "name"),
    (["add", "wrong", "--dialect", "morse", *WHOLE[2:]], None, USAGE, "morse"),
    (["add", "wrong", *WHOLE[:4]], None, USAGE, "--model"), (["add", "wrong", *WHOLE[:5], ""], None, USAGE, "--model"),
    (["add", "wrong", *WHOLE[:3], "ftp://127.0.0.1/", *WHOLE[4:]], None, USAGE, "--base-url"),
    (["add", "wrong", *WHOLE[:3], "nowhere", *WHOLE[4:]], None, USAGE, "--base-url"),
    (["add", "wrong", *WHOLE[:3], "http://u:p@127.0.0.1/", *WHOLE[4:]], None, USAGE, "--base-url"),
    (["add", "wrong", *WHOLE, "--key", "x"], None, USAGE, "--key"), (["add", "", *WHOLE], None, USAGE, "name"),
    (["add", "n" * 81, *WHOLE], None, USAGE, "80"), (["add", "builtin", *WHOLE], None, REFUSED, "builtin"),
    (["add", "mock", *WHOLE], None, REFUSED, "mock"), (["add", "wrong", *WHOLE, "--key-stdin"], "", REFUSED, "key"),
    (["add", "wrong", *WHOLE, "--key-stdin"], "a\tkey", REFUSED, "key"),
    (["add", "wrong", *WHOLE, "--key-stdin"], "x" * 5000, REFUSED, "4096 bytes"),
    (["remove", "nobody"], None, REFUSED, "nobody"), (["remove"], None, USAGE, "name"),
    (["test", "nobody"], None, REFUSED, "nobody"), (["test"], None, USAGE, "name"), (["show"], None, USAGE, "provider"),
    (["list", "--keys"], None, USAGE, "--keys"),
]


@pytest.mark.parametrize("arguments,key,code,word", WRONG)
def test_a_wrong_provider_command(shared, arguments, key, code, word):
    found = provider(shared, *arguments, key=key)
    assert found.returncode == code and word in found.stderr, found.stderr
    assert not key or key not in found.stdout + found.stderr
    assert "wrong" not in provider(shared, "list").stdout


def test_a_conversation_is_made_to_fit(launch):
    """What tools gave before is shortened when it is more than the model takes in, and the newest stays whole."""
    server = launch()
    runs = [server.create({"session_key": "s_fit", "input": f"{number} " * 1500}) for number in range(3)]
    for run in runs:
        server.finished(run)
    look = [Call("session_runs", {"limit": 3}) for _ in range(3)]
    with Provider("openai", *look, Say("seen"), key=None) as fake:
        assert add(server, "small", "openai", fake.base_url, "--context-tokens", "16000", key=None).returncode == 0
        run = server.create({"session_key": "s_fit", "input": "look", "llm_config": {"provider": "small"}})
        value, events = server.finished(run), server.events(run)
    assert (value["status"], value["output"], fake.wrong) == ("completed", "seen", [])
    compacted = payloads(events, "run.compacted")
    assert compacted and all(each["tokens_saved"] > 0 and each["messages_before"] == each["messages_after"] for each in compacted)
    results = [message["content"] for message in fake.requests[-1].value["messages"] if message["role"] == "tool"]
    assert len(results[0]) < 4100 < len(results[-1])


def test_a_conversation_that_is_too_long_is_asked_with_once_more(launch):
    """Also where nobody has said what the model takes in; with nothing to shorten the run fails."""
    server = launch()
    server.finished(server.create({"session_key": "s_long", "input": "x " * 3000}))
    too_long = Refuse(400, reason="context_length_exceeded")
    look = Call("session_runs", {"limit": 1})
    with Provider("openai", look, look, look, too_long, Say("seen"), too_long, key=None) as fake:
        assert add(server, "small", "openai", fake.base_url, key=None).returncode == 0
        ask = {"session_key": "s_long", "input": "look", "llm_config": {"provider": "small"}}
        run = server.create(ask)
        assert server.finished(run)["output"] == "seen"
        assert len(payloads(server.events(run), "run.compacted")) == 1
        failed = server.finished(server.create(ask))
        assert failed["error"]["code"] == "LLM_CONTEXT_TOO_LONG"
    assert fake.wrong == []


@pytest.mark.parametrize("limits,name", [({"max_steps": 2}, "max_steps"), ({"max_tokens": 30}, "max_tokens")])
def test_a_run_that_uses_too_much(launch, limits, name):
    server = launch()
    calls = [{"call": {"tool": "calculator", "arguments": {"expression": f"{number} + 1"}}} for number in range(4)]
    script = mock(*[step for call in calls for step in (call, {"text": "and then some words"})])
    run = server.create({**script, "limits": limits})
    value = server.finished(run)
    assert (value["status"], value["error"]["code"]) == ("failed", "RUN_LIMIT_EXCEEDED")
    details = value["error"]["details"]
    assert details["limit"] == name and details["used"] >= details["value"] == limits[name]
    enough = server.create({**script, "limits": {"max_steps": 100, "max_tokens": 100_000}})
    assert server.finished(enough)["status"] == "completed"
    for wrong in ({name: 0}, {"max_money": 1}, {name: "2"}, []):
        assert server.post("/api/runs", {**script, "limits": wrong}).status == 400
