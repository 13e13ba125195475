"""Tokens of other issuers, by keys that the operator gives."""

import base64
import hashlib
import hmac
import http.server
import json
import secrets
import shutil
import ssl
import threading
import time

import pytest

from callers import Signer
from certificates import NOW, dated
from server import SCOPE, Server, has_curl, until

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


# -- keys that are published

class Publisher(http.server.BaseHTTPRequestHandler):
    """Answers with what its server holds at the moment."""

    def do_GET(self):
        status, body, more = self.server.answer
        self.server.asked.append(self.path)
        self.send_response(status)
        for name, value in more.items():
            self.send_header(name, value)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


@pytest.fixture
def publisher(folder):
    """A server of https, known by a certificate of its own."""
    chain, key = dated(folder / "publisher", *NOW)
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Publisher)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(chain, key)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    server.authority, server.asked = str(chain), []
    server.url = f"https://localhost:{server.server_address[1]}/keys"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


def signers(folder, *names):
    for name in names:
        (folder / name).mkdir()
    return [Signer(folder / name) for name in names]


def key_set(**keys):
    return json.dumps({"keys": [{"kty": "OKP", "crv": "Ed25519", "kid": name, "x": text(key.public), "use": "sig"} for name, key in keys.items()]}).encode()


def signed(signer, name):
    claims = {"iss": "https://login.example", "aud": "switchyard", "sub": "u1", "org": "o1", "roles": ["viewer"], "exp": int(time.time()) + 600}
    return signer.token({"alg": "EdDSA", "typ": "JWT", "kid": name}, claims)


def published(folder, publisher, **changes):
    path = folder / "issuers.json"
    row = {"issuer": "https://login.example", "audience": "switchyard", "tenants": ["o1"], "jwks_uri": publisher.url,
           "jwks_authority": publisher.authority} | changes
    path.write_text(json.dumps({"issuers": [row]}))
    return "--issuers-file", str(path), "--log-level", "info"


def status(server, token):
    return server.get("/api/runs/run_x", token=token).status


needs_curl = pytest.mark.skipif(not has_curl() or not shutil.which("openssl"), reason="libcurl fetches keys, openssl makes the certificate")


@needs_curl
def test_published_keys_are_followed(launch, folder, publisher):
    first, second = signers(folder, "first", "second")
    publisher.answer = 200, key_set(k1=first), {}
    server = launch(*published(folder, publisher))
    old, new = signed(first, "k1"), signed(second, "k2")
    until(lambda: status(server, old) == 404)
    assert status(server, new) == 401
    publisher.answer = 200, key_set(k2=second), {}
    # A token of the new key has the set fetched again.
    until(lambda: status(server, new) == 404, within=40)
    until(lambda: status(server, old) == 401)
    assert set(publisher.asked) == {"/keys"} and len(publisher.asked) == 2


@needs_curl
@pytest.mark.parametrize("answer,words", [
    ((500, b"", {}), "the server answered 500"), ((302, b"", {"location": "https://localhost/"}), "the server answered 302"),
    ((200, b"[]", {}), "malformed"), ((200, b"{", {}), "no JSON"), ((200, b'{"keys":[]}', {}), "no key"),
    ((200, b" " * 70000, {}), "more than 65536 bytes")])
def test_what_is_no_key_set_is_told_of(launch, folder, publisher, answer, words):
    publisher.answer = answer
    server = launch(*published(folder, publisher))
    until(lambda: words in server.log.read_text())
    [signer] = signers(folder, "first")
    assert status(server, signed(signer, "k1")) == 401


@needs_curl
def test_a_publisher_that_is_not_known_is_not_believed(launch, folder, publisher):
    [signer] = signers(folder, "first")
    publisher.answer = 200, key_set(k1=signer), {}
    server = launch(*published(folder, publisher, jwks_authority=str(server_authority(folder))))
    until(lambda: "keys not fetched" in server.log.read_text())
    assert publisher.asked == [] and status(server, signed(signer, "k1")) == 401


def server_authority(folder):
    chain, _ = dated(folder / "other", *NOW)
    return chain
