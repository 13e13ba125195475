"""Debian's gRPC for Go as a client, with a codec of CBOR and no generated code but the health check's."""

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

SOURCE = Path(__file__).resolve().parent / "go" / "client.go"
PACKAGES = Path("/usr/share/gocode/src/google.golang.org/grpc"), Path("/usr/share/gocode/src/github.com/fxamacker/cbor")


@pytest.mark.skipif(not (shutil.which("go") and all(path.exists() for path in PACKAGES)),
                    reason="needs golang-go, golang-google-grpc-dev and golang-github-fxamacker-cbor-dev")
def test_a_client_in_go(server, folder):
    """Health, a run started and watched to its end, a refusal and a deadline."""
    environment = {**os.environ, "GO111MODULE": "off", "GOPATH": "/usr/share/gocode", "GOFLAGS": "",
                   "GOCACHE": os.environ.get("GOCACHE") or str(folder / "cache")}
    client = folder / "client"
    built = subprocess.run(["go", "build", "-o", client, SOURCE], env=environment, capture_output=True, text=True)
    assert built.returncode == 0, built.stderr
    host, port = server.address
    ran = subprocess.run([client, f"{host}:{port}", server.facts["ca"], server.token], capture_output=True, text=True, timeout=60)
    assert ran.returncode == 0, ran.stderr
    health, seen, shown, refusal, late = map(json.loads, ran.stdout.splitlines())
    assert health == "SERVING" and late == "DeadlineExceeded"
    assert seen == list(range(1, len(seen) + 1)) and len(seen) > 5
    assert shown == ["completed", "6 * 7 = 42"]
    assert refusal == ["NotFound", "there is no run run_nobody"]
