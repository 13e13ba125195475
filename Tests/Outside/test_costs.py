"""What tokens cost: prices of providers, the cost of runs in every format, and what a run and an organisation's day may cost."""

import json
import threading

import pytest

import formats
from cli import USAGE
from providers import Call, Cost, Provider, Say, Slow
from server import command, has_curl
from terminal import shown
from test_groups import Team
from test_providers import add, payloads, provider

OPERATOR = {"x-org-id": "default", "x-user-id": "operator"}
OTHERS = {"x-org-id": "o2", "x-user-id": "u2"}
PRICES = ["--input-price", "2.50", "--output-price", "10"]
# A turn at those prices: 2,500 and 1,000 millionths.
TURN, TURN_MICROS = Cost(1000, 100), 3500
AT_ONCE = [Call("calculator", {"expression": "1 + 1"}), TURN]

pytestmark = pytest.mark.skipif(not has_curl(), reason="libcurl speaks to providers")


@pytest.fixture
def house():
    """`house(server, *turns)` is a provider with prices that every run of the server asks, turn by turn."""
    fakes = []

    def make(server, *turns, prices=PRICES):
        fake = Provider("openai", *turns, key=None).__enter__()
        fakes.append(fake)
        assert add(server, "house", "openai", fake.base_url, *prices, key=None).returncode == 0
        return fake

    yield make
    for fake in fakes:
        fake.__exit__(None, None, None)
        assert (fake.wrong, fake.turns) == ([], [])


def listed(server):
    return [json.loads(line) for line in provider(server, "list", "--json").stdout.splitlines()]


# -- prices

WRONG = [
    (["--input-price", "1"], "go together"), (["--output-price", "1"], "go together"),
    (["--input-price", "", "--output-price", "1"], "--input-price: must be US dollars"),
    (["--input-price=-1", "--output-price", "1"], "--input-price: must be US dollars"),
    (["--input-price", "1", "--output-price", "$2"], "--output-price: must be US dollars"),
    (["--input-price", "1", "--output-price", "1,5"], "--output-price: must be US dollars"),
    (["--input-price", "1", "--output-price", "1e3"], "--output-price: must be US dollars"),
    (["--input-price", "1", "--output-price", "٢"], "--output-price: must be US dollars"),
    (["--input-price", "1", "--output-price", "0.0000001"], "--output-price: must have 6 decimals at most"),
    (["--input-price", "10000.000001", "--output-price", "1"], "--input-price: must be from 0.00 to 10000.00"),
    (["--input-price", "9" * 400, "--output-price", "1"], "--input-price: must be from 0.00 to 10000.00"),
]


@pytest.mark.parametrize("prices,words", WRONG)
def test_wrong_prices(shared, prices, words):
    found = add(shared, "wrong-price", "openai", "http://127.0.0.1:1/v1", *prices, key=None)
    assert found.returncode == USAGE and words in found.stderr, found.stderr
    assert all(each["name"] != "wrong-price" for each in listed(shared))


def test_prices_are_listed_and_changed(launch):
    """A provider that is added anew has the prices that it is given then, as it is with what its models take in."""
    server = launch()
    rows = [(["--input-price", "2.5", "--output-price", "10.000001"], ("2.50", "10.000001")),
            (["--input-price", "0", "--output-price", "10000"], ("0.00", "10000.00")), ([], (None, None))]
    for prices, seen in rows:
        assert add(server, "house", "openai", "http://127.0.0.1:1/v1", *prices, key=None).returncode == 0
        [row] = listed(server)
        assert (row["input_price"], row["output_price"]) == seen
    assert add(server, "house", "openai", "http://127.0.0.1:1/v1", *PRICES, key=None).returncode == 0
    code, lines, _ = shown("provider", "list", data=server.folder, columns=250)
    assert code == 0 and "input_price" in lines[0] and "2.50" in lines[1] and "10.00" in lines[1]


def test_trying_a_provider_says_what_it_cost(launch, house):
    server = launch()
    house(server, [Say("Hello."), TURN])
    found = provider(server, "test", "house")
    assert found.returncode == 0 and "1000 read, 100 written, $0.0035" in found.stdout, found.stdout


# -- what runs cost

def test_a_run_says_what_it_cost_in_every_format(launch, house):
    server = launch()
    house(server, AT_ONCE, [Say("two"), TURN])
    run = server.create({"input": "1 + 1"})
    value, events = server.finished(run), server.events(run)
    assert value["usage"] == {"prompt_tokens": 2000, "completion_tokens": 200, "total_tokens": 2200, "cost_micro_usd": 2 * TURN_MICROS}
    assert [each["cost_micro_usd"] for each in payloads(events, "llm.called")] == [TURN_MICROS] * 2
    assert payloads(events, "run.completed")[0]["usage"] == value["usage"]
    assert server.get(f"/api/runs/{run}", accept=formats.CBOR).value["usage"] == value["usage"]
    text = server.get(f"/api/runs/{run}", accept=formats.MARKDOWN).body.decode()
    assert "cost_micro_usd" in text and "7000" in text
    [listed] = server.get("/api/runs?limit=1").value["runs"]
    assert listed["usage"] == value["usage"]
    server.restart()
    assert server.run(run)["usage"] == value["usage"]


def test_what_a_run_cost_before_a_crash_counts(launch, house):
    """The step that was cut is asked for again, and paid for once."""
    server = launch()
    gate = threading.Event()
    fake = house(server, AT_ONCE, [Say("two"), TURN, Slow(gate)], [Say("two"), TURN])
    run = server.create({"input": "1 + 1"})
    fake.wait(lambda: len(fake.requests) == 2 and fake.requests[1].sent)
    server.kill()
    gate.set()
    server.start()
    assert server.finished(run)["usage"]["cost_micro_usd"] == 2 * TURN_MICROS


def test_a_part_of_a_millionth_is_one(launch, house):
    """Each turn is rounded up by itself."""
    server = launch()
    house(server, [AT_ONCE[0], Cost(1, 0)], [Say("two"), Cost(1, 0)], prices=["--input-price", "0.000001", "--output-price", "0"])
    value = server.finished(server.create({"input": "1 + 1"}))
    assert value["usage"]["cost_micro_usd"] == 2


def test_a_provider_that_claims_too_much(launch, house):
    """What it says of its tokens is counted as far as it can be, and nothing breaks."""
    server = launch()
    turns = [[Call("calculator", {"expression": f"{number} + 1"}), Cost(10**9, 10**9)] for number in range(3)]
    house(server, *turns, [Say("much"), Cost(10**18, 10**9)], prices=["--input-price", "10000", "--output-price", "10000"])
    value = server.finished(server.create({"input": "x"}))
    assert (value["status"], value["output"]) == ("completed", "much")
    assert 7 * 10**13 <= value["usage"]["cost_micro_usd"] < 8 * 10**13
    assert server.get("/health", scope=None).status == 200


def test_a_provider_without_prices(launch, house):
    server = launch()
    house(server, [Say("free"), TURN], prices=[])
    run = server.create({"input": "x", "limits": {"max_cost_micro_usd": 1}})
    assert server.finished(run)["usage"]["cost_micro_usd"] == 0
    assert ["cost_micro_usd" in each for each in payloads(server.events(run), "llm.called")] == [False]


def test_the_members_of_a_group(launch, house):
    server = launch()
    team = Team(server).add("one", 1).add("two", 2)
    house(server, [Say("light"), TURN], [Say("heavy"), TURN])
    value, events = team.done(team.start())
    assert value["usage"]["cost_micro_usd"] == 2 * TURN_MICROS
    assert [each["cost_micro_usd"] for each in payloads(events, "llm.called")] == [TURN_MICROS] * 2


# -- what they may cost

@pytest.mark.parametrize("form", formats.ANSWERS)
def test_a_run_that_costs_too_much(launch, house, form):
    server = launch()
    house(server, AT_ONCE, AT_ONCE)
    run = server.create({"input": "x", "limits": {"max_cost_micro_usd": 2 * TURN_MICROS - 1, "max_tokens": 10**6}})
    value = server.finished(run)
    assert (value["status"], value["error"]["code"]) == ("failed", "RUN_LIMIT_EXCEEDED")
    assert value["error"]["details"] == {"limit": "max_cost_micro_usd", "value": 2 * TURN_MICROS - 1, "used": 2 * TURN_MICROS}
    assert value["usage"]["cost_micro_usd"] == 2 * TURN_MICROS
    assert b"max_cost_micro_usd" in server.get(f"/api/runs/{run}", accept=form).body


def test_a_group_that_costs_too_much(launch, house):
    """The limit is the whole run's; a limit that is not used up stops nobody."""
    server = launch()
    team = Team(server).add("one", 1).add("two", 2)
    house(server, [Say("light"), TURN], [Say("light"), TURN], [Say("heavy"), TURN])
    value, _ = team.done(team.start(limits={"max_cost_micro_usd": TURN_MICROS}))
    assert (value["status"], value["error"]["code"]) == ("failed", "RUN_LIMIT_EXCEEDED")
    value, _ = team.done(team.start(limits={"max_cost_micro_usd": TURN_MICROS + 1}))
    assert (value["status"], value["output"]) == ("completed", "heavy")


def test_a_run_and_those_that_it_starts_cost_too_much(launch, house):
    server = launch()
    team = Team(server).add("one", 1)
    house(server, [Call("group_run", {"group_id": team.group, "task": "Weigh it."}), TURN], [Say("heavy"), TURN])
    value = server.finished(server.create({"input": "x", "limits": {"max_cost_micro_usd": 2 * TURN_MICROS}}))
    assert value["error"]["details"] == {"limit": "max_cost_micro_usd", "value": 2 * TURN_MICROS, "used": 2 * TURN_MICROS}


@pytest.mark.parametrize("limit", [0, -1, 10**12 + 1, 10**30, 1.5, "100", "0.01", True, [1], {}])
@pytest.mark.parametrize("form", formats.BODIES)
def test_a_wrong_limit(shared, limit, form):
    answer = shared.post("/api/runs", {"input": "x", "limits": {"max_cost_micro_usd": limit}}, format=form)
    assert answer.status == 400 and "max_cost_micro_usd" in json.dumps(answer.error), answer.value


@pytest.mark.parametrize("form", formats.ANSWERS)
def test_what_a_day_costs(launch, house, form):
    """Used up, no run begins, of a group neither; a restart forgets nothing, and others are not held up."""
    server = launch("--tenant-cost-per-day", "0.007")
    house(server, *[[Say("dear"), TURN]] * 3)
    team = Team(server).add("one", 1)
    for _ in range(2):
        assert server.finished(server.create({"input": "x"}))["status"] == "completed"
    server.restart()
    answer = server.post("/api/runs", {"input": "x"}, accept=form)
    assert answer.status == 429 and 0 < int(answer.field("retry-after")) <= 86_400
    if form != formats.MARKDOWN:
        assert answer.error["code"] == "QUOTA_EXCEEDED"
        assert answer.error["details"] == {"quota": "cost_per_day", "limit": 7000, "used": 7000, "left": 0}
    assert server.post(f"/api/groups/{team.group}/runs", {"input": "x"}).status == 429
    other = server.create({"input": "x"}, scope=OTHERS)
    assert server.finished(other, scope=OTHERS)["status"] == "completed"


def test_what_a_group_costs_counts_for_the_run_that_started_it(launch, house):
    """And once for the organisation, over a crash behind the group's answer too."""
    server = launch("--tenant-cost-per-day", "0.010501")
    team = Team(server).add("one", 1)
    for _ in range(2):
        call = Call("group_run", {"group_id": team.group, "task": "Weigh it."})
        answer, gate = [Say("It is heavy."), TURN], threading.Event()
        fake = house(server, [call, TURN], [Say("heavy"), TURN], [*answer, Slow(gate)], answer)
        run = server.create({"input": "How is it?"})
        fake.wait(lambda: len(fake.requests) == 3 and fake.requests[2].sent)
        server.kill()
        gate.set()
        server.start()
        assert server.finished(run)["usage"]["cost_micro_usd"] == 3 * TURN_MICROS
        [child] = server.get(f"/api/runs/{run}/children").value["runs"]
        assert child["usage"]["cost_micro_usd"] == TURN_MICROS
        assert len(fake.requests) == 4
    answer = server.post("/api/runs", {"input": "x"})
    assert (answer.status, answer.error["details"]["used"]) == (429, 6 * TURN_MICROS)


# -- the command line

def test_people_read_dollars(launch, house):
    """Where a run cost something; programs are told the millionths."""
    server = launch()
    house(server, [Say("dear"), TURN])
    found = command("run", "x", data=server.folder)
    assert (found.returncode, found.stdout) == (0, "dear\n") and "= $0.0035" in found.stderr
    run = json.loads(command("runs", "list", data=server.folder).stdout)["run_id"]
    code, lines, _ = shown("runs", "show", run, data=server.folder)
    assert code == 0 and any(line.split() == ["cost", "$0.0035"] for line in lines), lines
    assert not any("cost_micro_usd" in line for line in lines)
    assert json.loads(command("runs", "show", run, data=server.folder).stdout)["usage"]["cost_micro_usd"] == TURN_MICROS


def test_people_do_not_read_of_nothing(shared):
    found = command("run", "1 + 1", "--provider", "builtin", data=shared.folder)
    assert found.returncode == 0 and "$" not in found.stdout + found.stderr
    run = shared.create({"input": "1 + 1", "llm_config": {"provider": "builtin"}}, scope=OPERATOR)
    shared.finished(run, scope=OPERATOR)
    code, lines, _ = shown("runs", "show", run, data=shared.folder)
    assert code == 0 and not any("cost" in line for line in lines)
