"""A refusal that is known from the head reaches stock clients that are still sending the body."""

import json
import subprocess

import httpx
import pytest

KIBIBYTE = 1024
JSON = {"content-type": "application/json"}

# what is refused: method, path, fields besides the token and the scope, which are there, status
REFUSALS = {
    "no token": ("POST", "/api/runs", {**JSON, "authorization": None}, 401),
    "no scope": ("POST", "/api/runs", {**JSON, "x-org-id": None}, 400),
    "wrong method": ("PUT", "/health", JSON, 405),
    "unknown path": ("POST", "/nope", JSON, 404),
    "wrong type": ("POST", "/api/runs", {"content-type": "image/png"}, 415),
    "wrong accept": ("POST", "/api/runs", {**JSON, "accept": "image/png"}, 406),
}
# One that comes in one frame, one that is longer than a stream's first window, one over the limit.
LENGTHS = [13, 500 * KIBIBYTE, 3 * 1024 * KIBIBYTE]
CASES = [(name, length) for name in REFUSALS for length in LENGTHS] + [("too long", LENGTHS[-1])]


def request(server, name, length):
    method, path, fields, status = REFUSALS.get(name, ("POST", "/api/runs", JSON, 413))
    named = {"authorization": f"Bearer {server.token}", "x-org-id": "o1", "x-user-id": "u1",
             "accept": "*/*", **fields}
    # Of two mistakes the earlier one in the pipeline is told, and the length comes before the type.
    if length > 1024 * KIBIBYTE and status not in (404, 405):
        status = 413
    return method, path, {key: value for key, value in named.items() if value}, status


@pytest.mark.parametrize("name,length", CASES)
def test_curl_sees_it(shared, folder, name, length):
    method, path, fields, status = request(shared, name, length)
    body = folder / "body"
    body.write_bytes(b"a" * length)
    command = ["curl", "--silent", "--show-error", "--http2", "--max-time", "20", "--cacert",
               shared.facts["ca"], "--request", method, "--data-binary", f"@{body}",
               "--write-out", "\n%{http_code}"]
    for key, value in fields.items():
        command += ["--header", f"{key}: {value}"]
    done = subprocess.run([*command, shared.facts["url"] + path], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    text, _, code = done.stdout.rpartition("\n")
    assert int(code) == status
    assert json.loads(text)["error"]["code"]


@pytest.mark.parametrize("name,length", CASES)
def test_httpx_sees_it(shared, name, length):
    method, path, fields, status = request(shared, name, length)
    with httpx.Client(http2=True, verify=shared.tls, timeout=20) as client:
        answer = client.request(method, shared.facts["url"] + path, headers=fields,
                                content=b"a" * length)
        assert answer.http_version == "HTTP/2"
        assert answer.status_code == status
        # The connection is good for the next request.
        assert client.get(shared.facts["url"] + "/health").status_code == 200
