"""No false alarms: what honest clients do a lot of, none of which may cost them their connection.

MINUTES and MIB make it a campaign: MINUTES=1 MIB=1024 pytest -s Tests/Outside/test_honest.py
"""

import os
import re
import shutil
import subprocess
import time

import pytest

import formats
from server import HANGING, mock

MINUTES = float(os.environ.get("MINUTES", "0"))
MIB = int(os.environ.get("MIB", "16"))
CALLS = int(os.environ.get("CALLS", "2000"))
LOADED = int(os.environ.get("LOADED", "20000"))
HEALTH = ("GET", "/health", [("accept", "application/json")])


@pytest.fixture
def connection(shared):
    with shared.connect() as connection:
        yield connection
        assert connection.goaways == [] and connection.request(*HEALTH).status == 200


def test_many_calls_one_after_the_other(shared, connection):
    for _ in range(CALLS):
        assert connection.request(*HEALTH).status == 200


def test_cancels(shared, connection):
    """Twenty a second, for as long as the campaign lasts; without one, a burst of a hundred."""
    run = shared.create(mock(HANGING, session="s_honest"))
    fields = shared.fields()
    for _ in range(max(100, int(20 * 60 * MINUTES))):
        exchange = connection.ask("GET", f"/api/runs/{run}/stream", [*fields, ("accept", formats.EVENT_STREAM)])
        connection.wait(lambda: exchange.fields)
        connection.cancel(exchange)
        if MINUTES:
            time.sleep(0.05)
    assert shared.cancel(run).status == 200


def test_pings(shared, connection):
    """gRPC's keepalive, once a second; without a campaign, sixty at once."""
    for number in range(max(60, int(60 * MINUTES))):
        connection.ping(number.to_bytes(8))
        connection.wait(lambda: len(connection.pongs) > number)
        if MINUTES:
            time.sleep(1)


def test_a_long_download(shared, connection):
    """A window update for every frame that comes, on the stream and on the connection."""
    taken = 0
    while taken < MIB << 20:
        exchanges = [connection.ask("GET", "/api/v1/openapi", [("accept", "application/json")]) for _ in range(20)]
        for exchange in exchanges:
            assert connection.finish(exchange).status == 200
            taken += len(exchange.body)
        connection.exchanges.clear()


def test_a_long_upload(shared, connection):
    """Bodies of close to the limit, one after the other."""
    fields = shared.fields(content_type=formats.JSON)
    body = b" " * 1_000_000 + b'{"session_key":"s_honest_up","input":"1 + 1"}'
    for _ in range(max(4, MIB // 16)):
        assert connection.request("POST", "/api/runs", fields, body).status in (201, 429)


@pytest.mark.skipif(shutil.which("h2load") is None, reason="h2load is in nghttp2-client")
@pytest.mark.parametrize("path", ["/health", "/api/v1/openapi"])
def test_h2load(shared, path):
    """Sixteen connections with a hundred streams each."""
    count = LOADED if path == "/health" else LOADED // 20
    done = subprocess.run(["h2load", "-n", str(count), "-c", "16", "-m", "100", shared.facts["url"] + path],
                          capture_output=True, text=True, timeout=300)
    assert re.search(rf"{count} succeeded, 0 failed, 0 errored, 0 timeout", done.stdout), done.stdout
