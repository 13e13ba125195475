"""The log, and a reader of it that does not read."""

import json
import os
import subprocess

import pytest

from server import until

REQUESTS = 20_000


@pytest.mark.skipif(not os.path.exists("/usr/bin/h2load"), reason="h2load is in nghttp2-client")
def test_a_log_that_nobody_reads_holds_up_nobody(launch):
    server = launch(start=False)
    os.mkfifo(server.log)
    reader = os.open(server.log, os.O_RDONLY | os.O_NONBLOCK)
    server.start()
    asked = subprocess.run(["h2load", "-n", str(REQUESTS), "-c", "2", "-m", "32", server.facts["url"] + "/api/runs/run_x"],
                           capture_output=True, text=True, timeout=60).stdout
    assert f"{REQUESTS} done" in asked, asked
    assert server.get("/health").status == 200

    text = b""

    def lost():
        """What the log says of its own loss, once there is room for it."""
        nonlocal text
        server.get("/api/runs/run_x")
        try:
            while part := os.read(reader, 1 << 20):
                text += part
        except BlockingIOError:
            pass
        lines = [json.loads(line) for line in text[:text.rfind(b"\n") + 1].splitlines()]
        return next((line["lines"] for line in lines if "lost" in line["message"]), None)

    until(lambda: lost() is not None)
    answered = sum(b'"answered"' in line for line in text.splitlines())
    assert 0 < lost() < REQUESTS and answered + lost() >= REQUESTS
    server.stop()
    os.close(reader)
