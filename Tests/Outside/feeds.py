"""Event streams as their readers see them: messages of each format that streams come in."""

import io
import json
from dataclasses import dataclass

import cbor2

import formats


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


READERS = {
    formats.EVENT_STREAM: read_event_stream,
    formats.CBOR_SEQUENCE: read_sequence,
    formats.JSON_SEQUENCE: read_records,
}


class Watch:
    """An open stream of a run, read as its messages come."""

    def __init__(self, connection, run, fields, format=formats.EVENT_STREAM, query="", cursor=None):
        self.connection = connection
        self.format = format
        fields = [*fields, ("accept", format)]
        if cursor is not None:
            fields.append(("last-event-id", cursor))
        self.exchange = connection.ask("GET", f"/api/runs/{run}/stream{query}", fields)

    @property
    def messages(self):
        return messages(self.exchange.body, self.format)

    @property
    def events(self):
        return events(self.exchange.body, self.format)

    def opened(self):
        """Waits for the greeting, or for the end of an answer that is none."""
        self.connection.wait(lambda: self.exchange.is_done or self.messages)
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
        assert self.exchange.reset is None, f"reset with {self.exchange.reset}"
        return self
