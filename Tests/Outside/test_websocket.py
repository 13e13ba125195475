"""Streams by WebSocket over HTTP/2 (RFC 8441), with the frames of `wsproto`."""

import json
import signal
import struct

import cbor2
import h2.settings
import pytest
from wsproto.frame_protocol import FrameProtocol, Opcode

from server import HANGING, mock

JSON, CBOR = "switchyard.json", "switchyard.cbor"


class Socket:
    """One WebSocket: what the server says on it."""

    def __init__(self, server, path, subprotocol=None, connection=None, **options):
        self.connection = connection or server.connect()
        self.frames = FrameProtocol(client=True, extensions=[])
        fields = [(":protocol", "websocket"), ("sec-websocket-version", "13")]
        if subprotocol:
            fields.append(("sec-websocket-protocol", subprotocol))
        self.exchange = self.connection.ask(
            "CONNECT", path, fields + server.fields(**options), ends=False)
        self.taken = 0
        self.messages = []
        self.controls = []

    def send(self, data):
        self.connection.send(self.exchange, data, ends=False)

    def take(self):
        if not self.exchange.fields or self.exchange.status != 200:
            return
        new = bytes(self.exchange.body[self.taken:])
        self.taken += len(new)
        self.frames.receive_bytes(new)
        for frame in self.frames.received_frames():
            if frame.opcode is Opcode.TEXT:
                assert frame.message_finished, "the server sends whole messages"
                self.messages.append(json.loads(frame.payload))
            elif frame.opcode is Opcode.BINARY:
                self.messages.append(cbor2.loads(bytes(frame.payload)))
            else:
                self.controls.append((frame.opcode, frame.payload))

    def until(self, condition):
        def holds():
            self.take()
            return condition(self)
        self.connection.wait(holds)
        return self

    def finish(self):
        self.connection.finish(self.exchange)
        self.take()
        return self

    @property
    def events(self):
        return [message["data"] for message in self.messages if message["event"] == "run.event"]

    @property
    def ids(self):
        return [message["id"] for message in self.messages if "id" in message]

    @property
    def close(self):
        """Code and reason of the close frame, which comes once and last."""
        assert [opcode for opcode, _ in self.controls].count(Opcode.CLOSE) == 1
        opcode, (code, reason) = self.controls[-1]
        assert opcode is Opcode.CLOSE
        return int(code), reason


@pytest.fixture(scope="module")
def waiting(shared):
    """A run that goes on until the module's tests are over."""
    return shared.create(mock({"tokens": ["on"]}, HANGING, session="s_ws_waiting"))


def finished(server, session):
    """A run that has ended, and all its events."""
    run = server.create({"session_key": f"s_{session}", "input": "What is 6 * 7?"})
    server.finished(run)
    return run, server.events(run)


@pytest.mark.parametrize("subprotocol", [None, JSON, CBOR])
def test_the_events_of_a_run_and_a_normal_end(shared, subprotocol):
    """Messages hold what the list of events holds, in either subprotocol."""
    run, events = finished(shared, f"ws_{(subprotocol or 'none').replace('.', '_')}")
    socket = Socket(shared, f"/api/runs/{run}/stream", subprotocol).finish()
    assert socket.exchange.status == 200
    assert socket.exchange.field("sec-websocket-protocol") == subprotocol
    assert socket.messages[0]["event"] == "connected"
    assert socket.events == events
    assert socket.ids == [str(event["seq"]) for event in events]
    assert socket.close == (1000, "")


def test_the_setting_is_in_the_first_frame(shared):
    """Browsers look for it there (RFC 8441 §3)."""
    connection = shared.connect()
    code = h2.settings.SettingCodes.ENABLE_CONNECT_PROTOCOL
    connection.wait(lambda: connection.engine.remote_settings.get(code) == 1)


def test_every_resume_gives_the_suffix(shared):
    """A cursor in the query or in `last-event-id`: exactly what comes behind it."""
    run, events = finished(shared, "ws_resume")
    for event in events:
        seq = event["seq"]
        path = f"/api/runs/{run}/stream"
        by_query = Socket(shared, f"{path}?cursor={seq}").finish()
        by_field = Socket(shared, path, last_event_id=str(seq)).finish()
        wanted = [later for later in events if later["seq"] > seq]
        assert by_query.events == by_field.events == wanted


# What the client sends with its request, and the code that the server ends with.
MASK = b"\x01\x02\x03\x04"


def frame(first, content, mask=MASK):
    length = bytes([0x80 | len(content)]) if len(content) < 126 else b"\xfe" + struct.pack(">H", len(content))
    return bytes([first]) + length + mask + bytes(byte ^ mask[place % 4] for place, byte in enumerate(content))


SAID = {
    "a close": (frame(0x88, struct.pack(">H", 1000) + b"done"), 1000),
    "a close with a code of one's own": (frame(0x88, struct.pack(">H", 4321)), 4321),
    "a close without a code": (frame(0x88, b""), 1000),
    "a close with half a code": (frame(0x88, b"\x03"), 1002),
    "a close with a code nobody may send": (frame(0x88, struct.pack(">H", 1005)), 1002),
    "a close with a reason that is no text": (frame(0x88, struct.pack(">H", 1000) + b"\xff"), 1007),
    "a text": (frame(0x81, b"hello"), 1003),
    "bytes": (frame(0x82, b"\x00"), 1003),
    "a text in two parts": (frame(0x01, b"hel") + frame(0x80, b"lo"), 1003),
    "a text that is none": (frame(0x81, b"\xff\xfe"), 1007),
    "half a letter": (frame(0x01, b"\xc3") + frame(0x80, b"a"), 1007),
    "a frame without a mask": (b"\x81\x02hi", 1002),
    "a reserved bit": (frame(0xc1, b""), 1002),
    "a reserved opcode": (frame(0x83, b""), 1002),
    "a ping in parts": (frame(0x09, b""), 1002),
    "a ping that is too long": (frame(0x89, b"x" * 126), 1002),
    "a part of nothing": (frame(0x80, b""), 1002),
    "a message inside of another": (frame(0x01, b"") + frame(0x81, b""), 1002),
    "a length that is not the shortest": (b"\x82\xfe\x00\x7d" + MASK, 1002),
    "a message that is too big": (b"\x82\xff" + struct.pack(">Q", 65_537) + MASK, 1009),
    "a message beyond all bounds": (b"\x82\xff" + struct.pack(">Q", (1 << 63) - 1) + MASK, 1009),
}


@pytest.mark.parametrize("name", SAID)
@pytest.mark.parametrize("piece", [1, 1000])
def test_what_a_client_says_ends_with_its_code(shared, waiting, name, piece):
    """However it is cut; the server then ends the stream and the connection lives."""
    said, code = SAID[name]
    connection = shared.connect()
    socket = Socket(shared, f"/api/runs/{waiting}/stream", connection=connection)
    for start in range(0, len(said), piece):
        if socket.exchange.is_done:
            break
        socket.send(said[start:start + piece])
    assert socket.finish().close[0] == code
    assert connection.request("GET", "/health").status == 200


def test_pings_are_answered_between_events(shared, waiting):
    """A pong has the content of its ping."""
    socket = Socket(shared, f"/api/runs/{waiting}/stream")
    for content in [b"", b"one", b"x" * 125]:
        socket.send(frame(0x89, content))
    socket.until(lambda socket: len(socket.controls) == 3)
    assert socket.controls == [
        (Opcode.PONG, b""), (Opcode.PONG, b"one"), (Opcode.PONG, b"x" * 125)]


def test_a_client_that_ends_its_side_ends_the_stream(shared, waiting):
    """Without a close frame there is none back."""
    socket = Socket(shared, f"/api/runs/{waiting}/stream").until(lambda socket: socket.messages)
    socket.connection.send(socket.exchange, b"", ends=True)
    assert socket.finish().exchange.reset in (None, 0)
    assert socket.controls == []


def test_a_client_that_pings_and_reads_nothing_is_cut_off(shared, waiting):
    """Answers that wait are bounded."""
    connection = shared.connect(reads=False)
    socket = Socket(shared, f"/api/runs/{waiting}/stream", connection=connection)
    for _ in range(100):
        if socket.exchange.is_done:
            break
        socket.send(frame(0x89, b"x" * 125) * 10)
    connection.wait(lambda: socket.exchange.is_done)
    assert socket.exchange.reset == 11


REFUSED = {
    "no token": (dict(token="wrong"), 401),
    "no scope": (dict(scope={}), 400),
    "another tenant": (dict(scope={"x-org-id": "o2", "x-user-id": "u2"}), 404),
    "a subprotocol that is not spoken": (dict(sec_websocket_protocol="chat"), 406),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_refused_is_refused_as_over_http(shared, waiting, name):
    """With a status and the zone's error object, in place of a WebSocket."""
    options, status = REFUSED[name]
    socket = Socket(shared, f"/api/runs/{waiting}/stream", **options)
    socket.connection.finish(socket.exchange)
    assert socket.exchange.status == status
    assert json.loads(socket.exchange.body)["error"]["code"]


@pytest.mark.parametrize("path, protocol, version, status", [
    ("/api/runs", "websocket", "13", 405), ("/health", "websocket", "13", 405), ("/nope", "websocket", "13", 404),
    (None, "websocket", "8", 400), (None, "connect-udp", "13", 501),
])
def test_what_is_no_websocket_here(shared, waiting, path, protocol, version, status):
    """Other paths, versions and protocols of CONNECT."""
    exchange = shared.connect().request(
        "CONNECT", path or f"/api/runs/{waiting}/stream",
        [(":protocol", protocol), ("sec-websocket-version", version), *shared.fields()])
    assert exchange.status == status


def test_the_end_of_the_server_is_going_away(server):
    """1001 and a reason; the last id is where to come back."""
    run = server.create(mock({"tokens": ["on"]}, HANGING))
    socket = Socket(server, f"/api/runs/{run}/stream")
    socket.until(lambda socket: any(event["type"] == "llm.token" for event in socket.events))
    server.signal(signal.SIGTERM)
    code, reason = socket.finish().close
    assert code == 1001 and reason
    assert server.wait() == 0
