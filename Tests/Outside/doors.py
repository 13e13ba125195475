"""The ways to call a method, each giving the same kind of outcome: a value, or a refusal."""

import base64
import json
import struct
from dataclasses import dataclass, field
from urllib.parse import quote, unquote

import cbor2

import feeds
import formats
from server import SCOPE, command

# Where document 003 holds.
ACCOUNTS = ("/api/v1/auth/", "/api/v1/users/", "/api/v1/agent-chats", "/api/v1/infra/", "/api/v1/health")

# RFC 9110's statuses as gRPC's numbers, for refusals.
NUMBERS = {400: {3, 13}, 401: {16}, 403: {7}, 404: {5}, 409: {9}, 422: {3}, 429: {8}}


@dataclass
class Row:
    """A method as `call --describe` tells of it."""

    name: str
    request: str
    scope: list
    permission: str | None
    stream: bool
    status: int
    refusals: list
    input: dict
    definitions: dict
    is_page: bool
    markdown: str | None
    beside_markdown: list

    @classmethod
    def read(cls, sheet):
        return cls(sheet["name"], sheet["request"], sheet["scope"], sheet["permission"], sheet["stream"], sheet["status"],
                   sheet["refusals"], sheet["input"], sheet["$defs"], sheet["answer"] == {"type": "string"},
                   sheet["markdown"], sheet["beside_markdown"])

    @property
    def verb(self):
        return self.request.split(" ")[0]

    @property
    def path(self):
        return self.request.split(" ")[1]

    @property
    def invalid(self):
        """The status of input that reads well and means nothing: document 003 has its own."""
        return 422 if self.path.startswith(ACCOUNTS) else 400

    @property
    def has_body(self):
        return self.verb in ("POST", "PUT", "PATCH") or 413 in self.refusals

    @property
    def schema(self):
        name = self.input["$ref"].rsplit("/", 1)[1] if "$ref" in self.input else None
        return self.definitions[name] if name else self.input

    @property
    def required(self):
        """Fields that must be there and that no path needs."""
        return [name for name in self.schema.get("required", []) if f"{{{name}}}" not in self.request]

    def fits_markdown(self, value):
        """Whether a body of Markdown and a query can carry it."""
        if self.markdown is None or not isinstance(value.get(self.markdown), str):
            return False
        return all(name in [self.markdown, *self.beside_markdown] or f"{{{name}}}" in self.request for name in value)

    def spread(self, value, markdown=False):
        """Path, query and the rest of an input, which is a body where the verb has one; of Markdown, it is one field."""
        rest = dict(value)
        text = rest.pop(self.markdown) if markdown else None
        path = self.request.split(" ")[1]
        for name in list(rest):
            if f"{{{name}}}" in path:
                path = path.replace(f"{{{name}}}", quote(str(rest.pop(name)), safe=""))
        if self.has_body and not markdown:
            return path, rest
        pairs = [(name, each) for name, found in rest.items() for each in (found if isinstance(found, list) else [found])]
        query = "&".join(f"{quote(name)}={quote(each if isinstance(each, str) else json.dumps(each))}" for name, each in pairs)
        return path + (f"?{query}" if query else ""), text


@dataclass
class Caller:
    """Who calls: a token, which None leaves out, and a scope."""

    token: str | None
    scope: dict = field(default_factory=lambda: dict(SCOPE))


@dataclass
class Outcome:
    """A value, or what a refusal says; `status` is HTTP's or gRPC's number."""

    value: object = None
    error: dict | None = None
    status: int = 0
    number: int | None = None


class Door:
    """One way to call."""

    @staticmethod
    def fits(_row, _value):
        """Whether it can carry the input."""
        return True


class HTTP(Door):
    """By the path, in a format; a stream in a feed's format."""

    def __init__(self, format, feed=formats.EVENT_STREAM, body=None):
        self.format, self.feed, self.body = format, feed, body or (format if format in formats.BODIES else formats.JSON)

    def __repr__(self):
        return f"HTTP in {self.format} and {self.feed}"

    def call(self, server, row, value, caller):
        return self.ask(server, row, *row.spread(value), self.body, caller)

    def ask(self, server, row, path, body, type, caller):
        fields = [("authorization", f"Bearer {caller.token}")] if caller.token else []
        fields += caller.scope.items()
        fields.append(("accept", f"{self.feed}, {self.format};q=0.5" if row.stream else self.format))
        if body is not None:
            fields.append(("content-type", type))
            body = body.encode() if type == formats.MARKDOWN else formats.encode(body, type)
        exchange = server.exchange(row.verb, path, fields, body)
        if exchange.status >= 400:
            return Outcome(error=formats.decode(exchange.body, exchange.field("content-type")), status=exchange.status)
        assert exchange.status == row.status, exchange.status
        if row.stream:
            assert exchange.field("content-type") == self.feed
            return Outcome(feeds.events(exchange.body, self.feed))
        if row.is_page:
            return Outcome(bytes(exchange.body).decode())
        if row.status == 204:
            assert exchange.body == b""
            return Outcome({})
        return Outcome(formats.decode(bytes(exchange.body), exchange.field("content-type")))


class MarkdownBody(HTTP):
    """One field as a body of Markdown, the others in the query."""

    def __repr__(self):
        return f"HTTP with a body of Markdown, in {self.format}"

    @staticmethod
    def fits(row, value):
        return row.fits_markdown(value)

    def call(self, server, row, value, caller):
        return self.ask(server, row, *row.spread(value, markdown=True), formats.MARKDOWN, caller)


class GRPC(Door):
    """By the name, with messages in a codec; frames are made by hand."""

    def __init__(self, codec=None):
        self.type = "application/grpc" + (f"+{codec}" if codec else "")
        self.format = formats.JSON if codec == "json" else formats.CBOR

    def __repr__(self):
        return self.type

    def call(self, server, row, value, caller):
        return self.send(server, row, formats.encode(value, self.format), caller)

    def send(self, server, row, message, caller):
        fields = [("content-type", self.type), ("te", "trailers")]
        fields += [("authorization", f"Bearer {caller.token}")] if caller.token else []
        fields += caller.scope.items()
        exchange = server.exchange("POST", f"/{row.name}", fields, struct.pack(">BI", 0, len(message)) + message)
        assert exchange.status == 200 and exchange.field("content-type") == self.type
        number = int(exchange.field("grpc-status"))
        if number:
            error = exchange.field("error-bin")
            error = cbor2.loads(base64.b64decode(error + "=" * (-len(error) % 4)))
            assert unquote(exchange.field("grpc-message")) == message_of(error)
            return Outcome(error=error, number=number)
        values = [formats.decode(each, self.format) for each in self.messages(bytes(exchange.body))]
        return Outcome(values if row.stream else values[0])

    @staticmethod
    def messages(body):
        found = []
        while body:
            flag, length = struct.unpack(">BI", body[:5])
            assert flag == 0 and len(body) >= 5 + length
            found.append(body[5:5 + length])
            body = body[5 + length:]
        return found


class CommandLine(Door):
    """By `switchyard call`, over HTTP or gRPC."""

    def __init__(self, *flags):
        self.flags = flags

    def __repr__(self):
        return " ".join(["switchyard call", *self.flags])

    def call(self, server, row, value, caller):
        options = [*self.flags]
        names = {"x-org-id": "--org", "x-user-id": "--user", "x-project-id": "--project"}
        for name, part in caller.scope.items():
            options += [names[name], part]
        if caller.token != server.token:
            path = server.folder.parent / "a.token"
            path.write_text(caller.token or "")
            options += ["--token-file", str(path)]
        found = command("call", row.name, json.dumps(value), *options, data=server.folder)
        if found.returncode:
            return Outcome(error={"stderr": found.stderr})
        is_text = row.is_page and not self.flags
        values = [found.stdout] if is_text else [json.loads(line) for line in found.stdout.splitlines()]
        if row.status == 204 and not values:
            values = [{}]
        if not row.stream:
            assert len(values) == 1
            return Outcome(values[0])
        return Outcome(values if self.flags else [each["data"] for each in values if "id" in each])


def message_of(error):
    """The sentence of a refusal, in whichever shape."""
    inner = error.get("error", error)
    return inner.get("message", inner.get("detail"))


def without_places(error):
    """A refusal without what differs between formats by nature: offsets, and the request's own id."""
    if isinstance(error, dict):
        return {name: without_places(value) for name, value in error.items() if name not in ("offset", "correlationId", "instance")}
    return error


HTTP_DOORS = [HTTP(formats.JSON, formats.EVENT_STREAM), HTTP(formats.CBOR, formats.CBOR_SEQUENCE),
              HTTP(formats.MARKDOWN, formats.JSON_SEQUENCE), MarkdownBody(formats.JSON), MarkdownBody(formats.MARKDOWN)]
GRPC_DOORS = [GRPC(), GRPC("cbor"), GRPC("json")]
COMMANDS = [CommandLine(), CommandLine("--grpc")]
ALL = HTTP_DOORS + GRPC_DOORS + COMMANDS
