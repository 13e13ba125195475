"""Peers that are stuck: each is ended by its own timer, with the code that says why, and holds nobody up.

STUCK makes it a campaign, which also prints what an honest client waits meanwhile:

    STUCK=100 pytest -s Tests/Outside/test_stuck.py     # 100 connections of each of five kinds
"""

import os
import select
import socket
import ssl
import statistics
import time

import h2.config
import h2.connection
import h2.errors

import formats

STUCK = int(os.environ.get("STUCK", "2"))
# A timer fires at the sweep behind its limit; only a machine that is all the server's holds to that.
LATE_MAX = 2.0 if "STUCK" in os.environ else 15.0
HEALTH = ("GET", "/health", [("accept", "application/json")])


class Stuck:
    """One connection that stays as it is until the server has enough of it."""

    def __init__(self, server, kind):
        self.server = server
        self.kind = kind
        self.begun = time.monotonic()
        self.ended = None
        self.received = bytearray()
        self.socket = socket.create_connection(server.address, timeout=30)
        self.engine = h2.connection.H2Connection(h2.config.H2Configuration(client_side=True))
        if KINDS[kind]["begin"]:
            self.socket = server.tls.wrap_socket(self.socket, server_hostname=server.address[0])
            KINDS[kind]["begin"](self)
        self.socket.setblocking(False)

    def send(self, data):
        self.socket.sendall(data)

    def open(self, *, body):
        """Greets, waits for SETTINGS and acknowledges them, and begins a request."""
        self.engine.initiate_connection()
        self.send(self.engine.data_to_send())
        self.engine.receive_data(self.socket.recv(65_536))
        head = [(":method", "POST" if body else "GET"), (":path", "/api/runs" if body else "/health")]
        head += [(":scheme", "https"), (":authority", "localhost")]
        if body:
            head += self.server.fields(content_type=formats.JSON, content_length="5000")
        self.engine.send_headers(1, head, end_stream=not body)
        return self.engine.data_to_send()

    def pump(self, at):
        try:
            while data := self.socket.recv(65_536):
                self.received += data
        except (ssl.SSLWantReadError, BlockingIOError):
            return
        except OSError:
            pass
        self.ended = at
        self.socket.close()

    @property
    def code(self):
        """The code of the last GOAWAY; none where the connection was cut."""
        codes, at, data = [], 0, bytes(self.received)
        while at + 9 <= len(data):
            length = int.from_bytes(data[at:at + 3])
            if data[at + 3] == 7:
                codes.append(int.from_bytes(data[at + 13:at + 17]))
            at += 9 + length
        return codes[-1] if codes else None


def half_a_head(stuck):
    stuck.send(stuck.open(body=False)[:-5])


def body(stuck):
    stuck.send(stuck.open(body=True))


def idle(stuck):
    stuck.send(stuck.open(body=False))


# How long each may stay, in seconds, and the code of its end.
KINDS = {
    "handshake": {"begin": None, "within": 5, "code": None},
    "settings": {"begin": lambda stuck: None, "within": 5, "code": h2.errors.ErrorCodes.SETTINGS_TIMEOUT},
    "header": {"begin": half_a_head, "within": 10, "code": h2.errors.ErrorCodes.ENHANCE_YOUR_CALM},
    "body": {"begin": body, "within": 10, "code": h2.errors.ErrorCodes.ENHANCE_YOUR_CALM},
    "idle": {"begin": idle, "within": 16, "code": h2.errors.ErrorCodes.NO_ERROR},
}


def percentile(times, part):
    return statistics.quantiles(times, n=100)[part - 1] * 1000


def test_stuck_peers(launch):
    server = launch("--idle-timeout", "16", "--connections-per-address-max", "10000")
    with server.connect() as honest:

        def ask():
            began = time.monotonic()
            assert honest.request(*HEALTH).status == 200
            honest.exchanges.clear()
            return time.monotonic() - began

        def turn(sockets):
            """One honest call after a pause, and which of the sockets have something."""
            ready = select.select(sockets, [], [], 0.05)[0]
            return ready, ask()

        alone = [turn([])[1] for _ in range(300 if "STUCK" in os.environ else 1)]
        held = [Stuck(server, kind) for _ in range(STUCK) for kind in KINDS]
        beside, trickled = [], time.monotonic()
        while waiting := [stuck for stuck in held if stuck.ended is None]:
            ready, took = turn([stuck.socket for stuck in waiting])
            beside.append(took)
            now = time.monotonic()
            for stuck in waiting:
                if stuck.socket in ready:
                    stuck.pump(now)
            if now - trickled > 1:
                trickled = now
                for stuck in waiting:
                    if stuck.kind == "body" and stuck.ended is None:
                        stuck.engine.send_data(1, b" ")
                        stuck.send(stuck.engine.data_to_send())
            assert now - held[0].begun < 60, {stuck.kind for stuck in waiting}
        # The connection itself was never idle.
        ask()

    for stuck in held:
        took = stuck.ended - stuck.begun
        kind = KINDS[stuck.kind]
        assert stuck.code == kind["code"], (stuck.kind, stuck.code)
        assert kind["within"] - 0.1 <= took <= kind["within"] + LATE_MAX, (stuck.kind, took)
    for kind in KINDS:
        assert server.metric(f'switchyard_deadlines_missed_total{{deadline="{kind}"}}') == STUCK
    if "STUCK" in os.environ:
        print(f"\nhonest calls, p50 and p99 in ms: alone {percentile(alone, 50):.2f} {percentile(alone, 99):.2f}, "
              f"beside {len(held)} stuck {percentile(beside, 50):.2f} {percentile(beside, 99):.2f}")
