"""A client that sends a conversation as it is and takes what comes, whatever it is."""

import contextlib
import socket
from dataclasses import dataclass, field

import hpack

import formats
from blackbox import frames, requests

ANSWER_MAX = 10.0  # seconds
# A damaged connection may owe nothing; nobody waits long for it.
DAMAGED_MAX = 0.15  # seconds


@dataclass
class Answer:
    """What came on one stream."""

    heads: list = field(default_factory=list)
    interim: list = field(default_factory=list)
    body: bytearray = field(default_factory=bytearray)
    is_ended: bool = False
    reset: int | None = None
    is_cancelled: bool = False

    @property
    def is_over(self):
        return self.is_ended or self.reset is not None or self.is_cancelled

    def value(self, name):
        """The value of a field that is there once, or nothing."""
        values = [value for key, value in self.heads[0] if key == name]
        assert len(values) <= 1, f"{name} is there {len(values)} times"
        return values[0] if values else None


class Client:
    """One connection to a server, with what the server knows put in the place of what stands for it."""

    def __init__(self, server, runs):
        self.server = server
        self.names = {requests.TOKEN: server.token} | dict(zip(requests.RUNS, runs))
        assert all(len(one) == len(other) for one, other in self.names.items())

    def send(self, conversation):
        """Every turn; what came back is then in the attributes that are set here."""
        self.answers, self.goaways, self.is_closed, self.is_late, self.broken = {}, [], False, False, None
        self.decoder, self.rest = hpack.Decoder(), b""
        self.decoder.max_header_list_size = 1 << 20
        try:
            with socket.create_connection(self.server.address) as plain, \
                    self.server.tls.wrap_socket(plain, server_hostname="localhost") as self.tls:
                self.take_turns(conversation)
        except OSError:
            self.is_closed = True
        except (AssertionError, hpack.HPACKError) as error:
            # What the server sent is no HTTP/2.
            self.broken = repr(error)

    def take_turns(self, conversation):
        for turn in conversation.turns:
            data = turn.bytes
            for stand_in, name in self.names.items():
                data = data.replace(stand_in.encode(), name.encode())
            self.tls.settimeout(ANSWER_MAX)
            try:
                self.tls.sendall(data)
                self.take(lambda: all(stream in self.answers and self.answers[stream].is_over for stream in turn.awaited))
            except TimeoutError:
                # A turn that is damaged may be taken by nobody.
                self.is_late = bool(turn.awaited)
                return
        if conversation.is_damaged:
            self.linger()

    def linger(self):
        """Takes what comes to what was damaged."""
        self.tls.settimeout(DAMAGED_MAX)
        with contextlib.suppress(OSError):
            self.take(lambda: False)

    def take(self, condition):
        while not condition():
            received = self.tls.recv(65536)
            if not received:
                raise ConnectionError("the server has closed")
            found, self.rest = frames.taken(self.rest + received)
            for one in found:
                self.note(*one)

    def note(self, kind, flags, stream, payload):
        if kind == frames.GOAWAY:
            self.goaways.append(int.from_bytes(payload[4:8]))
        if kind == frames.SETTINGS and not flags & frames.ACK:
            self.tls.sendall(frames.frame(frames.SETTINGS, frames.ACK, 0))
        if kind not in (frames.DATA, frames.HEADERS, frames.RESET):
            return
        answer = self.answers.setdefault(stream, Answer())
        if kind == frames.HEADERS:
            assert flags & frames.END_HEADERS and not flags & (frames.PADDED | frames.HAS_PRIORITY), "a head in another form than here"
            head = self.decoder.decode(payload)
            # RFC 9110 §15.2: before the head of the answer, and with nothing but a status here.
            is_interim = dict(head).get(":status", "").startswith("1")
            (answer.interim if is_interim else answer.heads).append(head)
        elif kind == frames.DATA:
            answer.body += payload
        else:
            answer.reset = int.from_bytes(payload)
        answer.is_ended = answer.is_ended or kind != frames.RESET and bool(flags & frames.END_STREAM)
        # A feed of a run that goes on has no end.
        if not answer.is_over and answer.heads and answer.value("content-type") in formats.FEEDS:
            answer.is_cancelled = True
            self.tls.sendall(frames.frame(frames.RESET, 0, stream, frames.CANCEL.to_bytes(4)))
