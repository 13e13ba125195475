"""A client of HTTP/2 for tests: it shows every frame's effect and can break off wherever a test likes."""

import contextlib
import select
import socket
import struct
import time

import h2.config
import h2.connection
import h2.events
import h2.exceptions
import h2.settings

ANSWER_MAX = 20.0  # seconds

# The engine takes the first GOAWAY for the end; RFC 9113 §6.8 lets open streams go on.
OPEN = h2.connection.ConnectionState.CLIENT_OPEN
STAYS_OPEN = {(OPEN, h2.connection.ConnectionInputs.RECV_GOAWAY): (None, OPEN)}


class Broken(ConnectionError):
    """The peer or the test has ended the connection."""


class Exchange:
    """One stream: what came back so far."""

    def __init__(self, number):
        self.number = number
        self.fields = []
        self.interim = []
        self.body = bytearray()
        self.is_ended = False
        self.reset = None

    @property
    def status(self):
        return int(self.field(":status"))

    def field(self, name, default=None):
        """The value of a field that must not be there twice."""
        values = self.all(name)
        assert len(values) <= 1, f"{name} is there {len(values)} times"
        return values[0] if values else default

    def all(self, name):
        return [value for key, value in self.fields if key == name]

    @property
    def is_done(self):
        return self.is_ended or self.reset is not None


class Connection:
    """One TLS connection. Nothing happens on it but in the calls below."""

    def __init__(self, address, tls, *, authority=None, window=None, reads=True):
        """`window` is the initial window of streams in bytes; `reads=False` never gives any of it back."""
        self.address = address
        self.authority = authority or f"{address[0]}:{address[1]}"
        self.reads = reads
        self.exchanges = {}
        self.goaways = []
        self.pongs = []
        self.is_closed = False
        plain = socket.create_connection(address, timeout=ANSWER_MAX)
        try:
            plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self.socket = tls.wrap_socket(plain, server_hostname=address[0])
        except BaseException:
            plain.close()
            raise
        assert self.socket.selected_alpn_protocol() == "h2"
        # What a test sends is sent as it is, right or wrong.
        configuration = h2.config.H2Configuration(
            client_side=True, header_encoding="utf-8", validate_outbound_headers=False,
            normalize_outbound_headers=False)
        self.engine = h2.connection.H2Connection(configuration)
        machine = self.engine.state_machine
        machine._transitions = {**machine._transitions, **STAYS_OPEN}
        self.engine.initiate_connection()
        if window is not None:
            # In a frame of its own: the engine's first one only says its defaults.
            self.engine.update_settings({h2.settings.SettingCodes.INITIAL_WINDOW_SIZE: window})
        self.flush()

    # -- asking

    def ask(self, method, path, fields=(), body=None, ends=True):
        """Sends a request, or its first part; gives the exchange, which fills as the connection is pumped."""
        number = self.engine.get_next_available_stream_id()
        head = [(":method", method), (":scheme", "https"), (":authority", self.authority)]
        if path is not None:
            head.append((":path", path))
        self.engine.send_headers(
            number, head + list(fields), end_stream=body is None and ends)
        exchange = self.exchanges[number] = Exchange(number)
        self.flush()
        if body is not None:
            self.send(exchange, body, ends=ends)
        return exchange

    def send(self, exchange, body, ends=True):
        """Sends a part of a body as the windows allow; stops when the answer is there before."""
        deadline = time.monotonic() + ANSWER_MAX
        rest = memoryview(bytes(body))
        while rest and not exchange.is_done:
            room = min(self.engine.local_flow_control_window(exchange.number),
                       self.engine.max_outbound_frame_size, len(rest))
            if room == 0:
                self.pump(deadline)
                continue
            self.engine.send_data(exchange.number, bytes(rest[:room]))
            rest = rest[room:]
            self.flush()
        if ends and not exchange.is_done:
            self.engine.end_stream(exchange.number)
        self.flush()

    def request(self, method, path, fields=(), body=None, within=ANSWER_MAX):
        """Asks and waits for the whole answer."""
        return self.finish(self.ask(method, path, fields, body), within)

    def cancel(self, exchange):
        # The engine has closed a stream whose end it has seen, also when nobody has looked yet.
        with contextlib.suppress(h2.exceptions.StreamClosedError):
            self.engine.reset_stream(exchange.number, error_code=8)
        self.flush()

    def ping(self, opaque=b"switched"):
        self.engine.ping(opaque)
        self.flush()

    # -- waiting

    def finish(self, exchange, within=ANSWER_MAX):
        self.wait(lambda: exchange.is_done, within)
        return exchange

    def wait(self, condition, within=ANSWER_MAX):
        """Takes what comes until the condition holds."""
        deadline = time.monotonic() + within
        while not condition():
            self.pump(deadline)

    def pump(self, deadline):
        """Waits for bytes and takes them."""
        if self.is_closed:
            raise Broken("the connection is closed")
        if not self.socket.pending():
            left = deadline - time.monotonic()
            if left <= 0 or not select.select([self.socket], [], [], left)[0]:
                raise TimeoutError("nothing came in time")
        try:
            data = self.socket.recv(65_536)
        except OSError as error:
            self.is_closed = True
            raise Broken(str(error)) from error
        if not data:
            self.is_closed = True
            raise Broken("the peer closed the connection")
        self.take(data)

    def pump_ready(self):
        """Takes what has come, and waits for nothing."""
        while self.socket.pending() or select.select([self.socket], [], [], 0)[0]:
            self.pump(time.monotonic() + ANSWER_MAX)

    def take(self, data):
        try:
            events = self.engine.receive_data(data)
        except h2.exceptions.ProtocolError as error:
            # What the server sent is wrong; the connection is of no more use.
            self.close()
            raise AssertionError(f"the server broke the protocol: {error!r}") from error
        for event in events:
            self.note(event)
        with contextlib.suppress(OSError):
            self.flush()

    def note(self, event):
        match event:
            case h2.events.ResponseReceived() | h2.events.TrailersReceived():
                exchange = self.exchanges[event.stream_id]
                exchange.fields += [tuple(field) for field in event.headers]
            case h2.events.InformationalResponseReceived():
                exchange = self.exchanges[event.stream_id]
                exchange.interim += [int(value) for name, value in event.headers if name == ":status"]
            case h2.events.DataReceived():
                self.exchanges[event.stream_id].body += event.data
                if self.reads:
                    self.engine.acknowledge_received_data(
                        event.flow_controlled_length, event.stream_id)
            case h2.events.StreamEnded():
                self.exchanges[event.stream_id].is_ended = True
            case h2.events.StreamReset():
                if event.stream_id in self.exchanges:
                    self.exchanges[event.stream_id].reset = event.error_code
            case h2.events.ConnectionTerminated():
                self.goaways.append((event.last_stream_id, int(event.error_code)))
            case h2.events.PingAckReceived():
                self.pongs.append(event.ping_data)

    def flush(self):
        data = self.engine.data_to_send()
        if data:
            self.socket.sendall(data)

    # -- ending

    def close(self):
        self.is_closed = True
        self.socket.close()

    def drop(self):
        """Ends as if the cable were cut: a reset instead of a goodbye."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()
