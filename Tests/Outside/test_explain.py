"""What operators are told of calls that were refused because of who made them."""

import json

import pytest

from accounts import GENEROUS, Accounts
from server import command


def mint(server, *flags):
    made = command("token", "mint", *flags, data=server.folder)
    assert made.returncode == 0, made.stderr
    return made.stdout.strip()


def explained(server, answer):
    found = server.get(f"/refusals/{answer.field('x-correlation-id')}", scope=None)
    assert found.status == 200, found.body
    return found.value


RUN = {"session_key": "s_explain", "input": "1 + 1"}


def test_a_permission(shared):
    refused = shared.post("/api/runs", RUN, token=mint(shared, "--scope", "read"))
    assert refused.status == 403
    told = explained(shared, refused)
    assert told["rule"] == "permission" and told["would_allow"] == "a caller with the permission write"
    assert told["method"] == "switchyard.runs.v1.Runs/Create" and told["request"] == "POST /api/runs" and told["status"] == 403
    assert told["permissions"] == ["read"] and told["caller"].startswith("tok_") and told["message"] == refused.error["message"]


def test_a_tenant(shared):
    refused = shared.post("/api/runs", RUN, token=mint(shared, "--scope", "write", "--org", "o9"))
    told = explained(shared, refused)
    assert refused.status == 403 and told["rule"] == "tenancy" and "x-org-id o9" in told["would_allow"]


@pytest.mark.parametrize("token", ["sy_nobody", "x.y.z"])
def test_a_token(shared, token):
    """Never the token itself."""
    refused = shared.post("/api/runs", RUN, token=token, x_correlation_id=f"why-{token[0]}")
    told = explained(shared, refused)
    assert refused.status == 401 and told["rule"] == "authentication" and told["caller"] is None
    assert token not in json.dumps(told)


def test_a_rate(launch):
    server = launch("--resend-gap", "0")
    accounts = Accounts(server)
    answers = [accounts.sign_in("nobody@mail.example", "no password") for _ in range(11)]
    assert answers[-1].status == 429
    told = explained(server, answers[-1])
    assert told["rule"] == "rate" and "wrong-passwords allows 10 in 900 s" in told["would_allow"]


def test_a_domain(shared):
    accounts = Accounts(shared)
    one, other = accounts.join(), accounts.join()
    told = explained(shared, accounts.find(other.email, one.access))
    assert told["rule"] == "domain" and told["caller"] == one.session["user"]["id"]


def test_what_was_not_refused_for_its_caller(shared):
    granted = shared.get("/health", scope=None)
    malformed = shared.post("/api/runs", {"input": ""})
    for answer in (granted, malformed):
        assert shared.get(f"/refusals/{answer.field('x-correlation-id')}", scope=None).status == 404


def test_the_last_of_a_name_is_told_and_thousands_are_remembered(launch):
    server = launch(*GENEROUS)
    first = server.post("/api/runs", RUN, token="sy_nobody", x_correlation_id="one")
    for number in range(4095):
        server.post("/api/runs", RUN, token="sy_nobody", x_correlation_id=f"n{number}")
    assert explained(server, first)["refusal_id"] == "one"
    assert server.post("/api/runs", RUN, token=mint(server, "--scope", "read"), x_correlation_id="one").status == 403
    assert explained(server, first)["rule"] == "permission"
    server.post("/api/runs", RUN, token="sy_nobody", x_correlation_id="one.more")
    assert server.get("/refusals/one", scope=None).status == 404
    assert server.get("/refusals/one.more", scope=None).status == 200


def test_the_command(shared):
    refused = shared.post("/api/runs", RUN, token="sy_nobody")
    told = command("explain", refused.field("x-correlation-id"), "--json", data=shared.folder)
    assert told.returncode == 0 and json.loads(told.stdout)["rule"] == "authentication", told
    unknown = command("explain", "no-such-refusal", data=shared.folder)
    assert unknown.returncode == 1 and "too many were since" in unknown.stderr


def test_operators_alone(shared):
    refused = shared.post("/api/runs", RUN, token="sy_nobody")
    path = f"/refusals/{refused.field('x-correlation-id')}"
    assert shared.get(path, scope=None, token=mint(shared, "--scope", "read,write")).status == 403
    assert shared.get(path, scope=None, token="sy_nobody").status == 401
