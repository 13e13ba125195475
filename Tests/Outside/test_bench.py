"""`switchyard bench` against a real server: what it says is what the server has seen."""

import json

import pytest

from cli import UNAVAILABLE, USAGE
from server import SCOPE, command

SHORT = ["--seconds", "0.5", "--warm-up-seconds", "0.1", "--json"]
RUNS_OF = '{"session_key":"s_bench"}'


def bench(server, *arguments, **options):
    return command("bench", *SHORT, *arguments, data=server.folder, **options)


@pytest.mark.parametrize("door", [[], ["--grpc"], ["--accept", "application/cbor"]], ids=["json", "grpc", "cbor"])
def test_an_open_loop_makes_the_calls_it_says(server, door):
    before = server.answers("switchyard.runs.v1.Runs/List").get(200, 0)
    done = bench(server, "--rate", "400", "--connections", "3", *door, "Runs/List", RUNS_OF)
    assert done.returncode == 0, done.stderr
    figures = json.loads(done.stdout)
    assert figures["grpc_status" if "--grpc" in door else "status"] == {"0" if "--grpc" in door else "200": 200}
    assert figures["broken"] == figures["unanswered"] == 0
    latency = figures["latency_ms"]
    assert 0 < latency["p50"] <= latency["p90"] <= latency["p99"] <= latency["p999"] <= latency["max"]
    assert figures["server_cores"] > 0
    # The warm-up's calls are as many as its time asks for.
    assert server.answers("switchyard.runs.v1.Runs/List")[200] - before == 240


def test_as_many_as_are_answered(server):
    before = server.answers("switchyard.interface.v1.Interface/Health").get(200, 0)
    figures = json.loads(bench(server, "--rate", "max", "--streams", "4").stdout)
    assert figures["rate"] == "max" and figures["status"]["200"] > 0
    # What was under way at the end, and the time, which is rounded to a millisecond.
    spared = 40 + figures["answers_per_second"] * 0.0005
    assert figures["answers_per_second"] * figures["seconds"] == pytest.approx(figures["status"]["200"], abs=spared)
    assert server.answers("switchyard.interface.v1.Interface/Health")[200] - before >= figures["status"]["200"]


def test_refusals_are_told_apart(server):
    run = '{"run_id":"run_00000000000000000000000000"}'
    done = bench(server, "--rate", "100", "Runs/Get", run)
    assert done.returncode == 0 and json.loads(done.stdout)["status"] == {"404": 50}
    assert json.loads(bench(server, "--rate", "100", "--grpc", "Runs/Get", run).stdout)["grpc_status"] == {"5": 50}


def test_a_run_is_made_by_each_call(server):
    scope = {**SCOPE, "x-org-id": "benchers", "x-user-id": "ann"}
    done = bench(server, "--rate", "40", "--org", "benchers", "--user", "ann", "Runs/Create",
                 '{"session_key":"s_made","input":"1 + 1"}')
    assert json.loads(done.stdout)["status"] == {"201": 20}
    assert server.get("/api/sessions/s_made/runs", scope=scope).value["total"] == 24


@pytest.mark.parametrize("arguments, words", [
    (["Runs/Watch", '{"run_id":"run_x"}'], "streams"),
    (["Runs/Creat"], "did you mean switchyard.runs.v1.Runs/Create?"),
    (["Runs/Get"], "needs run_id"),
    (["Runs/Get", "{"], "no JSON"),
    (["--rate", "0"], "invalid for '--rate"),
    (["--rate", "1e9"], "invalid for '--rate"),
    (["--connections", "0"], "--connections must be from 1 to 10000"),
    (["--streams", "10001"], "--streams must be from 1 to 10000"),
    (["--seconds", "0"], "--seconds must be from 0.1 to 86400"),
    (["--seconds", "nan"], "--seconds must be from 0.1 to 86400"),
    (["--grace-seconds", "3601"], "--grace-seconds must be from 0 to 3600"),
    (["--grpc", "--accept", "application/cbor"], "--accept means nothing to --grpc"),
])
def test_a_wrong_command_line(server, arguments, words):
    done = bench(server, *arguments)
    assert done.returncode == USAGE and words in done.stderr, done.stderr
    assert done.stdout == ""


def test_no_server(folder):
    done = command("bench", *SHORT, "--url", "https://localhost:1", data=folder)
    assert done.returncode == UNAVAILABLE and "refused" in done.stderr


def test_a_token_that_is_none(server, folder):
    (folder / "token").write_text("wrong\n")
    done = bench(server, "--rate", "100", "--token-file", folder / "token", "Runs/List", RUNS_OF)
    assert done.returncode == 0 and json.loads(done.stdout)["status"] == {"401": 50}
