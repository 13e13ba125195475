"""Methods called by gRPC: by its own client for Python, whose messages need no .proto, and frame by frame."""

import base64
import struct
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote

import cbor2
import grpc

import formats
from server import SCOPE

RUNS, INTERFACE = "/switchyard.runs.v1.Runs/", "/switchyard.interface.v1.Interface/"
ANSWER_MAX = 20.0  # seconds
NUMBERS = {code.value[0]: code for code in grpc.StatusCode}

# A channel is a connection of its own, whatever other channels and the machine's proxies are.
OPTIONS = [("grpc.use_local_subchannel_pool", 1), ("grpc.enable_http_proxy", 0)]


def decode(message):
    return formats.decode(message, formats.CBOR)


@dataclass
class Answer:
    """How a call ended: its messages, or what a refusal says."""

    messages: list
    code: grpc.StatusCode
    details: str
    head: list
    trailers: list

    @classmethod
    def of(cls, call, messages):
        pairs = [[(key, value) for key, value in found or ()]
                 for found in (call.initial_metadata(), call.trailing_metadata())]
        return cls(messages, call.code(), call.details() or "", *pairs)

    @property
    def value(self):
        assert self.code == grpc.StatusCode.OK, f"{self.code}: {self.details}"
        assert len(self.messages) == 1
        return self.messages[0]

    def field(self, name):
        """The value of metadata that must not be there twice."""
        values = [value for key, value in self.head + self.trailers if key == name]
        assert len(values) <= 1, f"{name} is there {len(values)} times"
        return values[0] if values else None

    @property
    def error(self):
        """The error object of a refusal."""
        assert self.code != grpc.StatusCode.OK
        error = decode(self.field("error-bin"))
        assert error["error"]["message"] == self.details
        return error


class Client:
    """A channel to a server, as a caller in a scope."""

    def __init__(self, server, compression=None):
        self.server = server
        trust = grpc.ssl_channel_credentials(Path(server.facts["ca"]).read_bytes())
        self.channel = grpc.secure_channel(
            "{}:{}".format(*server.address), trust, OPTIONS, compression=compression)

    def metadata(self, scope=SCOPE, token=None, **more):
        return self.server.fields(scope, token, **more)

    def call(self, method, value, *, metadata=None, timeout=ANSWER_MAX):
        """A method with one answer; a bare name is one of runs."""
        ask = self.channel.unary_unary(full(method), cbor2.dumps, decode)
        metadata = self.metadata() if metadata is None else metadata
        try:
            value, call = ask.with_call(value, timeout, metadata)
            return Answer.of(call, [value])
        except grpc.RpcError as error:
            return Answer.of(error, [])

    def open(self, method, value, *, metadata=None, timeout=ANSWER_MAX):
        """A stream whose messages are yet to be taken."""
        ask = self.channel.unary_stream(full(method), cbor2.dumps, decode)
        return ask(value, timeout, self.metadata() if metadata is None else metadata)

    def stream(self, method, value, **options):
        """A stream to its end."""
        return ended(self.open(method, value, **options))

    def close(self):
        self.channel.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


def ended(call, messages=()):
    """An open stream taken to its end."""
    messages = list(messages)
    try:
        for message in call:
            messages.append(message)
    except grpc.RpcError:
        pass
    return Answer.of(call, messages)


def full(method):
    return method if method.startswith("/") else RUNS + method


# -- frame by frame

def framed(message, flag=0, length=None):
    """A message behind its prefix, which may lie."""
    return struct.pack(">BI", flag, len(message) if length is None else length) + message


def unframed(body):
    """The flags and contents of whole messages."""
    found = []
    while body:
        flag, length = struct.unpack(">BI", body[:5])
        assert len(body) >= 5 + length, "a message is cut off"
        found.append((flag, bytes(body[5:5 + length])))
        body = body[5 + length:]
    return found


def fields(server, type="application/grpc", **more):
    """The fields of a call's head."""
    return server.fields(content_type=type, te="trailers", **more)


def ask(server, method, body, **more):
    """A call with these bytes as its body, on the connection that the server is asked on otherwise."""
    return server.exchange("POST", full(method), fields(server, **more), body)


def number(exchange):
    """The status of a call with a whole answer; a refusal of one has nothing but its fields."""
    assert exchange.reset is None and exchange.status == 200
    assert exchange.field("content-type").startswith("application/grpc")
    number = int(exchange.field("grpc-status"))
    if number:
        assert exchange.body == b""
        assert unquote(exchange.field("grpc-message")) == error(exchange)["message"] != ""
    return NUMBERS[number]


def error(exchange):
    """What a refusal says in its binary metadata, which is written without padding."""
    text = exchange.field("error-bin")
    assert "=" not in text
    value = decode(base64.b64decode(text + "=" * (-len(text) % 4), validate=True))
    assert value.keys() == {"error"} and value["error"].keys() == {"code", "message", "details"}
    return value["error"]
