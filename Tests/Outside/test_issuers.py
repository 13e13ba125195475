"""Tokens of other issuers, by keys that the operator gives."""

import base64
import hashlib
import hmac
import json
import secrets
import time

from server import Server, SCOPE

SECRET = secrets.token_bytes(32)


def text(value):
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode()


def token(secret=SECRET, algorithm="HS256", **changes):
    claims = {"iss": "https://login.example", "aud": "switchyard", "sub": "u1", "org": "o1", "roles": ["ops_engineer"],
              "exp": int(time.time()) + 600} | changes
    signed = ".".join(text(json.dumps(part).encode()) for part in ({"alg": algorithm, "typ": "JWT", "kid": "s1"}, claims))
    return f"{signed}.{text(hmac.digest(secret, signed.encode(), hashlib.sha256))}"


def issuers(folder, secret=SECRET):
    path = folder / "issuers.json"
    keys = {"keys": [{"kty": "oct", "kid": "s1", "k": text(secret), "alg": "HS256"}]}
    path.write_text(json.dumps({"issuers": [{"issuer": "https://login.example", "audience": "switchyard", "tenants": ["o1"], "keys": keys}]}))
    return "--issuers-file", str(path)


def test_whoever_the_operator_believes_may_come_in(launch, folder):
    server = launch(*issuers(folder))
    run = server.create({"session_key": "s_foreign", "input": "1 + 1"}, token=token())
    server.finished(run, token=token())
    assert server.get(f"/api/runs/{run}", token=token()).status == 200
    for other in ({**SCOPE, "x-org-id": "o2"}, {**SCOPE, "x-user-id": "u2"}):
        assert server.get(f"/api/runs/{run}", token=token(), scope=other).status == 403
    assert server.get("/api/v1/users/me", token=token(), scope=None).status == 404
    assert server.post("/api/runs", {"input": "1"}, token=token(roles=["viewer"])).status == 403
    assert server.get("/metrics", scope=None).body.decode().find("login.example") < 0


def test_one_wrong_thing_is_enough(launch, folder):
    server = launch(*issuers(folder))
    wrong = [token(secret=b"x" * 32), token(aud="others"), token(iss="https://other.example"), token(exp=int(time.time()) - 60),
             token(sub=""), token(org=None), token(org="o2"), token(algorithm="none"), token(algorithm="HS512"), token()[:-1], token() + "A"]
    bodies = {server.get("/api/runs/run_x", token=each).body for each in wrong}
    assert len(bodies) == 1 and server.get("/api/runs/run_x", token=wrong[0]).status == 401


def test_a_file_that_cannot_be_used_keeps_the_server_from_starting(folder):
    for secret, words in [(b"short", "cannot be used")]:
        server = Server(folder / "data", *issuers(folder, secret)).launch()
        assert server.wait() == 78 and words in server.log.read_text()
    server = Server(folder / "data", "--issuers-file", str(folder / "nowhere")).launch()
    assert server.wait() != 0 and "nowhere" in server.log.read_text()
