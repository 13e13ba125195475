"""The binary under test as a process: started, asked, killed, started again on the same folder."""

import contextlib
import ctypes
import json
import os
import queue
import re
import signal
import socket
import ssl
import subprocess
import threading
import time
from pathlib import Path
from urllib.parse import urlsplit

import feeds
import formats
import http2

ROOT = Path(__file__).resolve().parents[2]
BINARY = os.environ.get("SWITCHYARD_BINARY") or str(ROOT / ".build/release/switchyard")
START_MAX = 20.0  # seconds
STOP_MAX = 20.0  # seconds
SCOPE = {"x-org-id": "o1", "x-user-id": "u1"}

# The variables of this process that a server would take for its configuration stay here.
ENVIRONMENT = {name: value for name, value in os.environ.items()
               if not name.startswith("SWITCHYARD_")}


class Answer:
    """A whole answer and its value."""

    def __init__(self, exchange):
        self.exchange = exchange
        self.status = exchange.status
        self.body = bytes(exchange.body)
        self.content_type = exchange.field("content-type")

    def field(self, name):
        return self.exchange.field(name)

    @property
    def value(self):
        return formats.decode(self.body, self.content_type)

    @property
    def error(self):
        return self.value["error"]


class Server:
    """A server of its own folder; flags are those of `switchyard serve`."""

    # What stands before the binary on its command line.
    prefix = ()

    def __init__(self, folder, *flags, listen="127.0.0.1:0", environment=None, authority=None):
        self.folder = Path(folder)
        self.flags = flags
        self.listen = listen
        self.authority = authority
        self.environment = {**ENVIRONMENT, **(environment or {})}
        self.process = None
        self.shared = None
        self.log = self.folder.parent / f"{self.folder.name}.log"

    # -- the process

    def launch(self):
        """Starts the process and waits for nothing."""
        self.forget()
        command = [*self.prefix, BINARY, "serve", "--data", str(self.folder), "--listen",
                   self.listen, *self.flags]
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                command, stdout=subprocess.PIPE, stderr=log, env=self.environment, text=True,
                **self.process_options())
        self.lines = queue.SimpleQueue()
        threading.Thread(target=self.read_lines, args=(self.process.stdout, self.lines),
                         daemon=True).start()
        return self

    def process_options(self):
        """What else the process is started with."""
        return {}

    @staticmethod
    def read_lines(output, lines):
        with output:
            for line in output:
                lines.put(line)
        lines.put("")

    def start(self):
        self.launch()
        line = self.lines.get(timeout=START_MAX)
        assert line, f"no first line, exit {self.wait()}: {self.log.read_text()[-2000:]}"
        self.facts = json.loads(line)
        assert self.facts["pid"] == self.process.pid
        place = urlsplit(self.facts["url"])
        self.address = (place.hostname, place.port)
        self.token = Path(self.facts["token_file"]).read_text().strip() \
            if self.facts.get("token_file") else None
        self.tls = self.trust(self.authority or self.facts["ca"])
        return self

    @staticmethod
    def trust(authority):
        tls = ssl.create_default_context(cafile=authority)
        tls.set_alpn_protocols(["h2"])
        return tls

    def signal(self, number):
        self.process.send_signal(number)

    def wait(self, within=STOP_MAX):
        """The exit code."""
        return self.process.wait(timeout=within)

    def stop(self):
        """Ends in order; the exit code."""
        self.forget()
        self.signal(signal.SIGTERM)
        return self.wait()

    def kill(self):
        """Ends as a power cut would."""
        self.signal(signal.SIGKILL)
        self.wait()
        self.forget()

    def restart(self):
        """Kills and starts again on the same folder, at another port."""
        self.kill()
        return self.start()

    def dispose(self):
        self.forget()
        if self.process is not None and self.process.poll() is None:
            self.process.kill()
            self.process.wait()

    def forget(self):
        if self.shared is not None:
            self.shared.close()
        self.shared = None

    # -- asking

    def connect(self, **options):
        return http2.Connection(self.address, self.tls, **options)

    def fields(self, scope=SCOPE, token=None, **more):
        """Header fields of a caller in a scope; `more` has underscores for hyphens."""
        token = token or self.token
        fields = [("authorization", f"Bearer {token}")] if token else []
        fields += list((scope or {}).items())
        return fields + [(name.replace("_", "-"), value) for name, value in more.items()]

    def exchange(self, method, path, fields, body=None):
        """Asks over a connection that is kept; an ended one is made anew before the request."""
        if self.shared is None or self.shared.is_closed or self.shared.goaways:
            self.forget()
            self.shared = self.connect()
        return self.shared.request(method, path, fields, body)

    def call(self, method, path, value=None, *, body=None, format=formats.JSON, accept=None,
             scope=SCOPE, token=None, **more):
        """One call with a value as its body, or with bytes that are said to be of a format."""
        if value is not None:
            body = formats.encode(value, format)
        if body is not None and "content_type" not in more:
            more["content_type"] = format
        if accept is not None:
            more["accept"] = accept
        return Answer(self.exchange(method, path, self.fields(scope, token, **more), body))

    def get(self, path, **options):
        return self.call("GET", path, **options)

    def post(self, path, value=None, **options):
        return self.call("POST", path, value, **options)

    # -- runs

    def create(self, value, **options):
        """Starts a run; its name."""
        answer = self.post("/api/runs", value, **options)
        assert answer.status == 201, answer.body
        return answer.value["run_id"]

    def run(self, run, **options):
        answer = self.get(f"/api/runs/{run}", **options)
        assert answer.status == 200, answer.body
        return answer.value

    def events(self, run, query="include_tokens=true", **options):
        """All events of a run, page by page."""
        found = []
        cursor = "0"
        while True:
            page = self.get(
                f"/api/runs/{run}/events?limit=1000&cursor={cursor}&{query}", **options).value
            found += page["events"]
            if not page["has_more"]:
                return found
            cursor = page["next_cursor"]

    def watch(self, connection, run, *, scope=SCOPE, token=None, **options):
        return feeds.Watch(connection, run, self.fields(scope, token), **options)

    def finished(self, run, within=30.0, **options):
        """The run once it has ended: its stream ends with it."""
        with self.connect() as connection:
            self.watch(connection, run, **options).ended(within)
        return self.run(run, **options)

    def cancel(self, run, **options):
        return self.post(f"/api/runs/{run}/cancel", **options)

    def metric(self, name):
        """A counter or gauge without labels."""
        text = self.get("/metrics", scope=None).body.decode()
        values = [line.split(" ")[1] for line in text.splitlines() if line.startswith(f"{name} ")]
        assert len(values) == 1, f"{name} is there {len(values)} times"
        return float(values[0])

    def answers(self, method):
        """How often a method was answered, by status."""
        text = self.get("/metrics", scope=None).body.decode()
        pattern = rf'^http_request_duration_seconds_count\{{route="{re.escape(method)}",status="(\d+)"\}} (\d+)$'
        return {int(status): int(count) for status, count in re.findall(pattern, text, re.MULTILINE)}


def mock(*steps, session="s_mock", pace=0, burst=1, **more):
    """What starts a run that does as a script says."""
    script = {"pace_ms": pace, "burst": burst, "steps": list(steps)}
    return {"session_key": session, "input": "play the script", "llm_config": {"provider": "mock"},
            "metadata": {"mock": script}, **more}


HANGING = {"hang": True}


def command(*arguments, data=None, input=None, environment=None, within=30.0, text=True):
    """Runs the binary for a command other than `serve`."""
    if data is not None:
        arguments = (*arguments, "--data", str(data))
    return subprocess.run(
        [BINARY, *map(str, arguments)], input=input, capture_output=True, text=text,
        timeout=within, env={**ENVIRONMENT, **(environment or {})})


def free_port():
    """A port that nobody listens on now."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def until(condition, within=10.0):
    """Asks again and again; each condition here is a call that takes its time."""
    deadline = time.monotonic() + within
    while True:
        if value := condition():
            return value
        assert time.monotonic() < deadline, "it did not come true in time"


def has_curl():
    """Whether the server finds libcurl on this machine."""
    for name in ("libcurl.so.4", "libcurl-gnutls.so.4"):
        with contextlib.suppress(OSError):
            ctypes.CDLL(name)
            return True
    return False
