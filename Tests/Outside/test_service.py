"""What a service manager needs: sockets that outlive the process, and word of where the service stands."""

import os
import signal
import socket
import subprocess
import threading

import pytest

import formats
from cli import CONFIGURATION, SYSTEM
from http2 import Broken
from server import BINARY, ENVIRONMENT, Server, mock, until

RESTARTS = int(os.environ.get("RESTARTS", "2"))
SUBSCRIBERS = int(os.environ.get("SUBSCRIBERS", "3"))
REQUESTS = int(os.environ.get("REQUESTS", "300"))


class Managed(Server):
    """A server that is given its socket at descriptor 3, as systemd does it."""

    def __init__(self, folder, socket, *flags, **options):
        super().__init__(folder, *flags, **options)
        os.set_inheritable(socket.fileno(), True)
        self.prefix = ("bash", "-c", f'exec 3<&{socket.fileno()}; LISTEN_FDS=1 LISTEN_PID=$$ exec "$@"', "bash")

    def process_options(self):
        return {"close_fds": False}


@pytest.fixture
def listening():
    with socket.create_server(("127.0.0.1", 0), backlog=1024) as listener:
        yield listener


@pytest.fixture
def managed(folder, listening):
    server = Managed(folder / "data", listening, "--access-log", "off", "--queue-max", "1000000",
                     "--feeds-per-run-max", "1000", "--feeds-per-caller-max", "1000")
    yield server.start()
    server.dispose()


def test_an_inherited_socket(managed, listening):
    """The port is the socket's, whatever the settings say."""
    assert managed.address[1] == listening.getsockname()[1]
    assert managed.get("/health", scope=None).status == 200
    assert managed.stop() == 0
    # The socket lives: who comes now waits for the next process.
    with socket.create_connection(listening.getsockname()) as waiting:
        managed.start()
        with managed.tls.wrap_socket(waiting, server_hostname="localhost") as secure:
            assert secure.selected_alpn_protocol() == "h2"


class Caller(threading.Thread):
    """Asks for runs, over a new connection whenever the old one was told to go."""

    def __init__(self, managed, total):
        super().__init__()
        self.managed, self.total = managed, total
        self.runs, self.problems = [], []

    def run(self):
        body = formats.encode({"session_key": "s_restart", "input": "1 + 1"}, formats.JSON)
        fields = self.managed.fields(content_type=formats.JSON)
        try:
            while len(self.runs) < self.total:
                with self.managed.connect() as connection:
                    self.ask(connection, fields, body)
        except Exception as error:  # Whatever it is, the test has to hear of it.
            self.problems.append(repr(error))

    def ask(self, connection, fields, body):
        while len(self.runs) < self.total and not connection.goaways:
            exchanges = [connection.ask("POST", "/api/runs", fields, body) for _ in range(4)]
            for exchange in exchanges:
                try:
                    connection.finish(exchange)
                except Broken:
                    # What is above the last id was not taken, and is asked again elsewhere.
                    if not connection.goaways or exchange.number <= connection.goaways[-1][0]:
                        self.problems.append(f"{exchange.number} was lost: {connection.goaways}")
                    return
                if exchange.status != 201:
                    self.problems.append(f"{exchange.status} {bytes(exchange.body)}")
                    return
                self.runs.append(formats.decode(bytes(exchange.body), formats.JSON)["run_id"])


class Subscriber(threading.Thread):
    """Follows a run to its end, over as many connections as that takes."""

    def __init__(self, managed, run, format):
        super().__init__()
        self.managed, self.run_id, self.format = managed, run, format
        self.numbers, self.connections, self.problems = [], 0, []

    def run(self):
        try:
            while not self.follow():
                self.connections += 1
        except Exception as error:  # Whatever it is, the test has to hear of it.
            self.problems.append(repr(error))

    def follow(self):
        with self.managed.connect() as connection:
            last = str(self.numbers[-1]) if self.numbers else None
            watch = self.managed.watch(connection, self.run_id, format=self.format, cursor=last)
            try:
                watch.ended(within=120)
            finally:
                events = watch.events
                self.numbers += [event["seq"] for event in events]
            return watch.exchange.status == 204 or any(event["type"] == "run.completed" for event in events)


def test_restarts_refuse_and_lose_nothing(managed):
    """Connections wait, accepted requests are answered, subscribers come back with their position."""
    watched = managed.create(mock({"generate": {"count": 40 * RESTARTS, "bytes": 24}}, pace=25, timeout_ms=900_000))
    subscribers = [Subscriber(managed, watched, formats.FEEDS[number % 3]) for number in range(SUBSCRIBERS)]
    callers = [Caller(managed, REQUESTS // 4) for _ in range(4)]
    for thread in [*subscribers, *callers]:
        thread.start()
    for restart in range(RESTARTS):
        until(lambda: min(len(caller.runs) for caller in callers) > restart * REQUESTS // (8 * RESTARTS), within=60)
        managed.signal(signal.SIGTERM)
        assert managed.wait() == 0
        managed.start()
    for caller in callers:
        caller.join(300)
        assert not caller.is_alive() and caller.problems == []
    for subscriber in subscribers:
        subscriber.join(300)
        assert not subscriber.is_alive() and subscriber.problems == []
        assert subscriber.numbers == list(range(1, len(managed.events(watched)) + 1))
    print(f"{SUBSCRIBERS} subscribers over {sum(s.connections for s in subscribers)} breaks, no event lost or doubled")
    runs = [run for caller in callers for run in caller.runs]
    assert len(set(runs)) == len(runs) >= REQUESTS // 4 * 4
    print(f"{len(runs)} requests over {RESTARTS} restarts, none lost")
    for run in runs[:: max(1, len(runs) // 200)]:
        assert managed.get(f"/api/runs/{run}").status == 200


@pytest.mark.parametrize("abstract", [False, True])
def test_the_manager_is_told(launch, folder, abstract):
    """That the server is ready, that it reads its certificates again, and that it ends."""
    name = f"@switchyard-{os.getpid()}-{folder.name}" if abstract else str(folder / "notify")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.settimeout(20)
        manager.bind(name.replace("@", "\0", 1))
        server = launch(environment={"NOTIFY_SOCKET": name})

        def told():
            return dict(line.split("=", 1) for line in manager.recv(4096).decode().splitlines())

        assert told() == {"READY": "1", "STATUS": f"listening on {server.facts['url']}"}
        server.signal(signal.SIGHUP)
        reloading = told()
        assert reloading.pop("MONOTONIC_USEC").isdigit() and reloading == {"RELOADING": "1"}
        assert told()["READY"] == "1"
        server.signal(signal.SIGTERM)
        assert told() == {"STOPPING": "1", "STATUS": "draining"}
        assert server.wait() == 0


@pytest.mark.parametrize("name", ["relative", "", "/" + "x" * 200, "/nowhere/at/all"])
def test_a_manager_that_is_not_there(launch, name):
    assert launch(environment={"NOTIFY_SOCKET": name}).get("/health", scope=None).status == 200


def test_the_parts_of_a_server(server):
    """Each is asked anew: the files are not kept while their folder is away, and are again when it is back."""
    def parts():
        answer = server.get("/api/v1/infra/health", scope=None)
        assert answer.status == 200, answer.body
        assert {"status": answer.value["status"], "redis": answer.value["services"]["redis"]["implementation"]} == {
            "status": "healthy" if all(part["status"] == "healthy" for part in answer.value["services"].values())
            else "unhealthy", "redis": "embedded"}
        return {name: part["status"] for name, part in answer.value["services"].items()}

    well = dict.fromkeys(["redis", "database", "queue", "mail", "blob_store"], "healthy")
    away = server.folder.with_name("away")
    assert parts() == well
    server.folder.rename(away)
    assert parts() == {**well, "blob_store": "unhealthy"}
    away.rename(server.folder)
    assert parts() == well and not (server.folder / ".probe").exists()


def test_sockets_that_are_somebody_elses(launch):
    """LISTEN_PID names another process: they are none of ours."""
    server = launch(environment={"LISTEN_PID": "1", "LISTEN_FDS": "1"})
    assert server.get("/health", scope=None).status == 200


@pytest.mark.parametrize("count, flags, code, words", [
    ("x", [], CONFIGURATION, "LISTEN_FDS is x but must be from 0 to 64"), ("-1", [], CONFIGURATION, "LISTEN_FDS"),
    ("65", [], CONFIGURATION, "LISTEN_FDS"), ("1", [], SYSTEM, "does not listen"), ("2", [], SYSTEM, "inherited sockets"),
    ("1", ["--insecure-no-auth"], CONFIGURATION, "without authentication the server listens for itself"),
])
def test_sockets_that_cannot_be_used(folder, count, flags, code, words):
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        os.set_inheritable(bound.fileno(), True)
        script = f'exec 3<&{bound.fileno()} 4<&-; LISTEN_FDS={count} LISTEN_PID=$$ exec "$@"'
        done = subprocess.run(
            ["bash", "-c", script, "bash", BINARY, "serve", "--data", str(folder / "data"), *flags],
            capture_output=True, text=True, timeout=30, env=ENVIRONMENT, close_fds=False)
    assert done.returncode == code and words in done.stderr, done.stderr
