"""Every test has a server with a folder of its own; tests that only ask share one within their module."""

import os
import random
import shutil
import tempfile
from pathlib import Path

import pytest

from accounts import GENEROUS
from server import BINARY, Server, has_curl


def pytest_configure(config):
    if not os.access(BINARY, os.X_OK):
        pytest.exit(f"no binary at {BINARY}: build it, or set SWITCHYARD_BINARY", returncode=2)


@pytest.fixture
def folder():
    """An empty folder for one test."""
    path = Path(tempfile.mkdtemp(prefix="switchyard-"))
    yield path
    shutil.rmtree(path, ignore_errors=True)


@pytest.fixture
def launch(folder):
    """Makes servers: `launch(*flags)` is one with a new folder, which is started unless told otherwise."""
    servers = []

    def make(*flags, start=True, name="data", **options):
        server = Server(folder / name, *flags, **options)
        servers.append(server)
        return server.start() if start else server

    yield make
    for server in servers:
        server.dispose()


@pytest.fixture
def server(launch):
    """A server for one test."""
    return launch()


@pytest.fixture(scope="module")
def shared():
    """A server for tests that change nothing which others look at: each uses sessions of its own."""
    path = Path(tempfile.mkdtemp(prefix="switchyard-"))
    flags = ["--access-log", "off", "--queue-max", "1000000", *GENEROUS]
    if has_curl():
        # Nobody is there: each sync is taken, and fails.
        (path / "feishu.secret").write_text("a-secret")
        flags += ["--feishu-app-id", "cli_x", "--feishu-app-secret-file", str(path / "feishu.secret"), "--feishu-base-url", "http://127.0.0.1:9"]
    server = Server(path / "data", *flags).start()
    yield server
    server.dispose()
    shutil.rmtree(path, ignore_errors=True)


@pytest.fixture
def chance():
    """Randomness that `SEED=…` replays; pytest shows the seed when the test fails."""
    seed = int(os.environ.get("SEED") or random.SystemRandom().randrange(1 << 32))
    print(f"SEED={seed}")
    return random.Random(seed)
