"""Event streams as their readers see them: messages of each format that streams come in."""

import io
import json
import struct
from dataclasses import dataclass
from urllib.parse import parse_qs

import cbor2

import formats

# Other doors to the same streams: what names them here is no media type.
WEBSOCKET_JSON, WEBSOCKET_CBOR, GRPC = "switchyard.json", "switchyard.cbor", "application/grpc"
WEBSOCKETS = [WEBSOCKET_JSON, WEBSOCKET_CBOR]
ALL = [*formats.FEEDS, *WEBSOCKETS, GRPC]


@dataclass
class Message:
    """One message: its name, its id if it has one, its content."""

    event: str
    id: str | None
    data: object


def read(body, format):
    """The messages that are complete in the beginning of a body, and how many bytes they take."""
    return READERS[format](bytes(body))


def messages(body, format):
    return read(body, format)[0]


def events(body, format):
    """The run's events in the beginning of a body."""
    return [message.data for message in messages(body, format) if message.event == "run.event"]


def read_event_stream(body):
    """As HTML §9.2.6 says; `retry` alone makes no message there and is one here, to be seen."""
    found = []
    end = 0
    while (blank := body.find(b"\n\n", end)) >= 0:
        fields = [line.split(": ", 1) for line in body[end:blank].decode().split("\n")]
        assert all(len(field) == 2 for field in fields), f"lines that are no fields: {fields}"
        named = dict(fields)
        assert len(named) == len(fields), f"a field is there twice: {fields}"
        end = blank + 2
        if named.keys() == {"retry"}:
            found.append(Message("retry", None, int(named["retry"])))
            continue
        assert named.keys() in ({"event", "data"}, {"id", "event", "data"}), f"fields {fields}"
        data = json.loads(named["data"], object_pairs_hook=formats.distinct)
        found.append(Message(named["event"], named.get("id"), data))
    return found, end


def read_sequence(body):
    found = []
    stream = io.BytesIO(body)
    end = 0
    while True:
        try:
            item = cbor2.load(stream)
        except (cbor2.CBORDecodeEOF, EOFError):
            return found, end
        assert cbor2.dumps(item, canonical=True) == body[end:stream.tell()]
        end = stream.tell()
        assert item.keys() in ({"event", "data"}, {"id", "event", "data"}), f"keys {item.keys()}"
        found.append(Message(item["event"], item.get("id"), item["data"]))


def read_records(body):
    """As RFC 7464 §2 says; a record is complete with its line feed."""
    found = []
    end = 0
    while (line := body.find(b"\n", end)) >= 0:
        assert body[end] == 0x1e, f"no record separator in front of {body[end:line]!r}"
        item = json.loads(body[end + 1:line], object_pairs_hook=formats.distinct)
        end = line + 1
        assert item.keys() in ({"event", "data"}, {"id", "event", "data"}), f"keys {item.keys()}"
        found.append(Message(item["event"], item.get("id"), item["data"]))
    return found, end


def read_websocket(body):
    """A server's frames (RFC 6455 §5.2): whole messages without a mask; nothing follows a close."""
    found = []
    end = 0
    while len(body) >= end + 2:
        first, length = body[end], body[end + 1]
        start = end + 2
        assert first & 0x80 and length < 0x80, "the server sends whole messages, unmasked"
        if length > 125:
            width = 2 if length == 126 else 8
            if len(body) < start + width:
                break
            length = int.from_bytes(body[start:start + width], "big")
            start += width
        if len(body) < start + length:
            break
        content = body[start:start + length]
        end = start + length
        match first & 0xf:
            case 1:
                item = json.loads(content, object_pairs_hook=formats.distinct)
            case 2:
                item = formats.decode(content, formats.CBOR)
            case 9:
                item = {"event": "ping", "data": None}
            case 8:
                assert end == len(body), "something follows a close"
                item = {"event": "close", "data": struct.unpack(">H", content[:2])[0]}
            case opcode:
                raise AssertionError(f"opcode {opcode}")
        found.append(Message(item["event"], item.get("id"), item["data"]))
    return found, end


def read_grpc(body):
    """Messages that are events alone."""
    found = []
    end = 0
    while len(body) >= end + 5:
        flag, length = struct.unpack(">BI", body[end:end + 5])
        assert flag == 0
        if len(body) < end + 5 + length:
            break
        event = formats.decode(body[end + 5:end + 5 + length], formats.CBOR)
        end += 5 + length
        found.append(Message("run.event", str(event["seq"]), event))
    return found, end


READERS = {
    WEBSOCKET_JSON: read_websocket,
    WEBSOCKET_CBOR: read_websocket,
    GRPC: read_grpc,
    formats.EVENT_STREAM: read_event_stream,
    formats.CBOR_SEQUENCE: read_sequence,
    formats.JSON_SEQUENCE: read_records,
}


class Watch:
    """An open stream of a run, read as its messages come."""

    def __init__(self, connection, run, fields, format=formats.EVENT_STREAM, query="", cursor=None):
        self.connection = connection
        self.format = format
        fields = list(fields)
        if cursor is not None:
            fields.append(("last-event-id", cursor))
        path = f"/api/runs/{run}/stream{query}"
        if format in WEBSOCKETS:
            fields = [(":protocol", "websocket"), ("sec-websocket-version", "13"), ("sec-websocket-protocol", format), *fields]
            self.exchange = connection.ask("CONNECT", path, fields, ends=False)
        elif format == GRPC:
            fields += [("content-type", GRPC), ("te", "trailers")]
            message = cbor2.dumps({"run_id": run, **self.parameters(query)})
            self.exchange = connection.ask(
                "POST", "/switchyard.runs.v1.Runs/Watch", fields, struct.pack(">BI", 0, len(message)) + message)
        else:
            self.exchange = connection.ask("GET", path, [*fields, ("accept", format)])

    @staticmethod
    def parameters(query):
        """A query as fields of an input."""
        found = parse_qs(query.removeprefix("?"), keep_blank_values=True)
        return {name: values if name == "type" else values[0] for name, values in found.items()}

    @property
    def messages(self):
        return messages(self.exchange.body, self.format)

    @property
    def events(self):
        return events(self.exchange.body, self.format)

    def opened(self):
        """Waits for the greeting, or for the end of an answer that is none."""
        # Where there is no greeting, the head says that the stream is open.
        self.connection.wait(
            lambda: self.exchange.is_done or self.messages or self.format == GRPC and self.exchange.fields)
        return self

    def saw(self, type, within=20.0):
        """Waits for an event of a type and gives the last one."""
        def has():
            return any(event["type"] == type for event in self.events)
        self.connection.wait(lambda: has() or self.exchange.is_done, within)
        assert has(), f"the stream ended without {type}: {bytes(self.exchange.body)[-500:]!r}"
        return [event for event in self.events if event["type"] == type][-1]

    def ended(self, within=30.0):
        self.connection.finish(self.exchange, within)
        # RFC 9113 §8.1: a request that is still open behind its answer is stopped without an error.
        assert self.exchange.reset in (None, 0), f"reset with {self.exchange.reset}"
        return self
