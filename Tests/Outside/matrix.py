"""The authorisation matrix: the methods that a server says it has, the ways in, and what is declared for each cell."""

import base64
import dataclasses
import re
import struct
from dataclasses import dataclass, field
from urllib.parse import quote

import feeds
import formats
from doors import NUMBERS

HOME = {"x-org-id": "o1", "x-user-id": "u1"}
# Every request says it, so that answers differ in nothing that is the request's own.
CORRELATION = ("x-correlation-id", "matrix")


@dataclass(frozen=True)
class Method:
    """A method as the interface's own description has it."""

    name: str
    verb: str
    path: str
    zone: str
    permission: str | None
    # Fields that name a part of the scope, each with the parameter that stands in for it, if any does.
    scope: dict
    # Those of them that must be there.
    needed: frozenset
    is_feed: bool
    has_body: bool
    refusals: frozenset

    @classmethod
    def read(cls, path, verb, operation):
        parts = operation.get("x-scope", [])
        spares = {each["name"] for each in operation["parameters"] if each.get("description", "").startswith("Stands in for")}
        scope = {part: spare if (spare := f"{part[2:-3]}_id") in spares else None for part in sorted(part.strip("()") for part in parts)}
        types = {type for status, response in operation["responses"].items() if status.startswith("2")
                 for type in response.get("content", ())}
        permission = operation.get("x-permission")
        declared = ([{"bearer": []}],) if permission else ([], [{}, {"bearer": []}])
        assert operation["security"] in declared, "it says twice whether a token is needed"
        needed = frozenset(part for part in parts if not part.startswith("("))
        return cls(operation["operationId"], verb.upper(), path, operation["tags"][0], permission, scope, needed,
                   formats.EVENT_STREAM in types and formats.JSON not in types, "requestBody" in operation, frozenset(map(int, operation["responses"])))

    def spread(self, value):
        """The path with its query as pairs, and the rest, which is a body where there is one."""
        rest, path = dict(value), self.path
        for name in value:
            if f"{{{name}}}" in path:
                path = path.replace(f"{{{name}}}", quote(rest.pop(name), safe=""))
        return (path, [], rest) if self.has_body else (path, list(rest.items()), None)


def methods(server):
    """All that the server serves, by name."""
    document = server.get("/api/v1/openapi", scope=None).value
    found = [Method.read(path, verb, operation) for path, operations in document["paths"].items()
             for verb, operation in operations.items()]
    named = {method.name: method for method in found}
    assert len(named) == len(found) > 0
    return named


@dataclass(frozen=True)
class Caller:
    """Who calls: what they show, what it allows (None: it is nothing), what alone it may name, and what they name."""

    fields: tuple = ()
    permissions: frozenset | None = None
    bound: dict = field(default_factory=dict)
    scope: dict = field(default_factory=lambda: dict(HOME))
    is_user: bool = False
    query: tuple = ()


NOBODY = Caller()


@dataclass(frozen=True)
class Line:
    """An input that does no harm, and the status of whoever is let in: at home, in another scope, as a user."""

    value: dict
    status: int
    elsewhere: int | None = None
    user: int | None = None
    # Whether all of an organisation are at home.
    of_org: bool = False

    def granted(self, method, caller):
        if caller.is_user and self.user:
            return self.user
        return self.elsewhere if self.elsewhere and method.scope and not self.is_home(method, caller) else self.status

    def is_home(self, method, caller):
        """Where no scope is needed and none named, a caller who may act in one organisation acts in it."""
        scope = caller.scope or ({} if method.needed else caller.bound)
        return scope.get("x-org-id") == HOME["x-org-id"] if self.of_org else scope == HOME


@dataclass(frozen=True)
class Verdict:
    """A status; with 403, what was missing."""

    status: int
    details: dict | None = None


def declared(method, caller, line):
    """What the row's permission and scope make of a caller (the catalogue, §0.2, steps 5 to 7)."""
    if method.permission is None:
        return Verdict(line.granted(method, caller))
    if caller.permissions is None:
        return Verdict(401)
    # Who names a part names the whole; where none is needed, a caller who names nothing acts where they may.
    named = method.scope if method.needed or caller.scope else {}
    if any(part not in caller.scope for part in method.needed or (HOME if named else ())):
        return Verdict(400)
    for part in named:
        if part in caller.bound and caller.bound[part] != caller.scope.get(part):
            return Verdict(403, {"field": part})
    if method.permission not in caller.permissions:
        return Verdict(403, {"permission": method.permission})
    return Verdict(line.granted(method, caller))


@dataclass(frozen=True)
class Reply:
    """What came: a status of HTTP or a number of gRPC, the fields of the answer, its body or error."""

    code: int
    head: tuple
    body: bytes
    error: dict | None = None

    @classmethod
    def of(cls, exchange, code, error=None):
        head = tuple((name, text) for name, text in exchange.fields if name != "date")
        assert CORRELATION in head, head
        return cls(code, head, bytes(exchange.body), error)

    @property
    def details(self):
        return self.error and self.error.get("error", self.error).get("details")

    @property
    def common(self):
        """What a refusal says to callers of all methods of a zone. Its CBOR is deterministic, so that there the value is all."""
        own = {name: text for name, text in (self.error or {}).items() if name != "instance"}
        text = re.sub(rb'"instance":"[^"]*"', b"", self.body) if self.body[:1] == b"{" else b""
        return str((own, text, [pair for pair in self.head if pair[0] not in ("content-length", "error-bin")]))


@dataclass(frozen=True)
class HTTP:
    """By verb and path, in a format; a feed in a feed's format."""

    format: str
    feed: str
    names_scope_in_query: bool = False
    heads: bool = False

    def __str__(self):
        return f"{'HEAD' if self.heads else self.format}{' with the scope in the query' * self.names_scope_in_query}"

    @property
    def has_errors(self):
        """Whether a refusal says why."""
        return not self.heads

    has_query = has_errors

    def fits(self, method):
        if self.names_scope_in_query:
            return method.scope and all(method.scope.values())
        return not self.heads or method.verb == "GET" and not method.is_feed

    def codes(self, status):
        return {status}

    def call(self, site, method, value, caller):
        path, pairs, rest = method.spread(value)
        fields = [*caller.fields, CORRELATION, ("accept", f"{self.feed}, {self.format};q=0.5" if method.is_feed else self.format)]
        if self.names_scope_in_query:
            pairs += [(method.scope[part], text) for part, text in caller.scope.items() if part in method.scope]
        else:
            fields += caller.scope.items()
        body = None
        if rest is not None:
            fields.append(("content-type", self.format))
            body = formats.encode(rest, self.format)
        return self.read(site.ask("HEAD" if self.heads else method.verb, target(path, [*pairs, *caller.query]), fields, body))

    @staticmethod
    def read(exchange):
        error = None
        if exchange.status >= 400 and exchange.body:
            error = formats.decode(bytes(exchange.body), exchange.field("content-type"))
        return Reply.of(exchange, exchange.status, error)


@dataclass(frozen=True)
class WebSocket:
    """A feed by extended CONNECT, where the error is as over HTTP."""

    subprotocol: str
    has_errors = has_query = True

    def __str__(self):
        return f"WebSocket of {self.subprotocol}"

    def fits(self, method):
        return method.is_feed

    def codes(self, status):
        return {status}

    def call(self, site, method, value, caller):
        path, pairs, _ = method.spread(value)
        fields = [(":protocol", "websocket"), ("sec-websocket-version", "13"), ("sec-websocket-protocol", self.subprotocol),
                  *caller.fields, CORRELATION, *caller.scope.items()]
        return HTTP.read(site.ask("CONNECT", target(path, [*pairs, *caller.query]), fields, ends=False))


@dataclass(frozen=True)
class GRPC:
    """By name, with frames made by hand: a message comes back, or the messages of a feed."""

    codec: str
    has_errors, has_query = True, False

    def __str__(self):
        return f"gRPC in {self.codec}"

    def fits(self, method):
        return True

    def codes(self, status):
        return NUMBERS[status] if status >= 400 else {0}

    def call(self, site, method, value, caller):
        message = formats.encode(value, f"application/{self.codec}")
        fields = [("content-type", f"application/grpc+{self.codec}"), ("te", "trailers"), *caller.fields, CORRELATION,
                  *caller.scope.items()]
        exchange = site.ask("POST", f"/{method.name}", fields, struct.pack(">BI", 0, len(message)) + message)
        assert exchange.status == 200
        number, error = int(exchange.field("grpc-status")), None
        if number:
            text = exchange.field("error-bin")
            error = formats.decode(base64.b64decode(text + "=" * (-len(text) % 4)), formats.CBOR)
        return Reply.of(exchange, number, error)


def target(path, pairs):
    query = "&".join(f"{quote(name)}={quote(text)}" for name, text in pairs)
    return f"{path}?{query}" if query else path


PLAIN = HTTP(formats.JSON, formats.EVENT_STREAM)
DOORS = [
    PLAIN, HTTP(formats.CBOR, formats.CBOR_SEQUENCE), HTTP(formats.JSON, formats.JSON_SEQUENCE, names_scope_in_query=True),
    HTTP(formats.JSON, formats.EVENT_STREAM, heads=True), WebSocket(feeds.WEBSOCKET_JSON), WebSocket(feeds.WEBSOCKET_CBOR),
    GRPC("cbor"), GRPC("json"),
]


def disagreement(site, door, method, value, caller, verdict):
    """What a cell says that was not declared; None for nothing."""
    reply = door.call(site, method, value, caller)
    if reply.code not in door.codes(verdict.status):
        return f"{method.name}: {verdict} is declared, {reply} came"
    if verdict.status == 401:
        # Neither the reason nor anything about the credential can be told.
        plain = door.call(site, method, value, dataclasses.replace(NOBODY, scope=caller.scope))
        if reply != plain:
            return f"{method.name}: {reply} tells more than {plain}"
        if not isinstance(door, GRPC) and ("www-authenticate", "Bearer") not in reply.head:
            return f"{method.name}: no challenge in {reply.head}"
    if verdict.status == 403 and reply.details != verdict.details and door.has_errors:
        return f"{method.name}: {verdict} is declared, {reply.details} is the reason"
    return None
