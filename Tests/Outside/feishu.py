"""A stand-in for Feishu's open platform: tokens that run out, pages, limits, refusals, and contents that change."""

import http.server
import itertools
import json
import re
import threading
from collections import Counter
from urllib.parse import parse_qs, urlsplit

APP, SECRET = "cli_a1b2c3d4", "secret-of-the-stand-in-93b1f7"
STALE, THROTTLED = 99991663, 99991400
WAIT_MAX = 20.0  # seconds


class Refusal(Exception):
    """An answer without what was asked for; `body` takes the place of the platform's own shape."""

    def __init__(self, status, code=0, message="no", fields=(), body=None):
        self.status, self.code, self.message, self.fields, self.body = status, code, message, fields, body


FORBIDDEN = Refusal(403, 1770032, "forBidden")
NO_FOLDER = Refusal(400, 1061004, "forbidden.")
BUSY = Refusal(429, THROTTLED, "request trigger frequency limit", [("retry-after", "0")])
SLOWED = Refusal(400, THROTTLED, "request trigger frequency limit", [("x-ogw-ratelimit-reset", "0")])
DOWN = Refusal(502, body=b"<html>bad gateway</html>")
GARBAGE = Refusal(200, body=b'{"code":0,"data":{"half')


def run(text):
    return {"elements": [{"text_run": {"content": text, "text_element_style": {}}}], "style": {}}


class Document:
    """A document; blocks are made by their names, and lie below the page unless a parent says otherwise."""

    NAMES = {"text": 2, "heading1": 3, "heading2": 4, "bullet": 12, "ordered": 13, "code": 14, "quote": 15, "todo": 17, "callout": 19,
             "file": 23, "image": 27, "table": 31, "cell": 32}

    def __init__(self, token, title, *texts):
        self.token, self.title, self.revision = token, title, 1
        self.count = itertools.count(1)
        self.blocks = [{"block_id": token, "block_type": 1, "parent_id": "", "children": [], "page": run(title)}]
        for text in texts:
            self.add("text", text)

    def add(self, name, text="", parent=None, **content):
        """Its id."""
        identity = f"{self.token}_{next(self.count)}"
        over = next(block for block in self.blocks if block["block_id"] == (parent or self.token))
        over["children"].append(identity)
        member = {"image": {"token": "img", **content}, "file": {"token": "boxcn", "name": text}, "cell": {}, "callout": {}}.get(name, {**run(text), **content})
        self.blocks.append({"block_id": identity, "block_type": self.NAMES[name], "parent_id": over["block_id"], "children": [], name: member})
        return identity

    def table(self, rows):
        identity = self.add("table")
        cells = []
        for text in (text for row in rows for text in row):
            cells.append(self.add("cell", parent=identity))
            self.add("text", text, parent=cells[-1])
        block = next(block for block in self.blocks if block["block_id"] == identity)
        block["table"] = {"cells": cells, "property": {"row_size": len(rows), "column_size": len(rows[0])}}

    def change(self, text):
        """What somebody has written behind all else."""
        self.revision += 1
        self.add("text", text)


class Base:
    """A base; tables are lists of records, each a map from names of fields to values."""

    def __init__(self, token, name, tables, times=()):
        self.token, self.name, self.tables, self.times, self.revision = token, name, tables, times, 1

    def fields(self, table):
        names = dict.fromkeys(name for record in self.tables[table] for name in record)
        return [{"field_id": f"fld{number}", "field_name": name, "type": 5 if name in self.times else 1} for number, name in enumerate(names)]


class Feishu:
    """The platform: `documents`, `bases`, `folders` (kinds and tokens) and `wiki` are what there is."""

    def __init__(self, page=3, lifetime=7200):
        self.page, self.lifetime = page, lifetime
        self.documents, self.bases, self.folders, self.wiki = {}, {}, {}, {}
        self.secret = SECRET
        # What a path's next requests are refused with, and what all requests are.
        self.once, self.always = {}, {}
        # A request of such a path waits until the gate is open.
        self.gates = {}
        self.tokens, self.numbers = set(), itertools.count(1)
        self.requests, self.wrong = [], []
        self.lock = threading.Condition()
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (Handler,), {"feishu": self}))
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for gate in self.gates.values():
            gate.set()
        self.server.shutdown()
        self.server.server_close()

    # -- what there is

    def put(self, *things):
        for thing in things:
            (self.documents if isinstance(thing, Document) else self.bases)[thing.token] = thing
        return things[0]

    def refuse(self, path, *refusals):
        """The next requests of a path are refused so."""
        self.once.setdefault(path, []).extend(refusals)

    def hold(self, path):
        self.gates[path] = threading.Event()
        return self.gates[path]

    def expire(self):
        """No token of before is good any more."""
        self.tokens.clear()

    # -- what was asked

    @property
    def counts(self):
        return Counter(path for path, _ in self.requests)

    def wait(self, path, count=1):
        """Until so many requests of a path have come."""
        with self.lock:
            assert self.lock.wait_for(lambda: self.counts[path] >= count, WAIT_MAX), (path, self.counts)

    # -- answers

    def answer(self, verb, path, query, body, fields):
        with self.lock:
            self.requests.append((path, query))
            self.lock.notify_all()
        if gate := self.gates.get(path):
            gate.wait(WAIT_MAX)
        if path == "/open-apis/auth/v3/tenant_access_token/internal":
            self.refusing(path)
            return self.token(verb, body)
        token = fields.get("authorization", "").removeprefix("Bearer ")
        if token not in self.tokens:
            raise Refusal(400, STALE, f"Invalid access token for authorization {token}")
        self.refusing(path)
        for pattern, verb_wanted, make in self.ROUTES:
            if (found := re.fullmatch(pattern, path)) and verb == verb_wanted:
                return {"code": 0, "msg": "success", "data": make(self, query, body, *found.groups())}
        raise Refusal(404, body=b"404 page not found")

    def refusing(self, path):
        if self.once.get(path):
            raise self.once[path].pop(0)
        if path in self.always:
            raise self.always[path]

    def token(self, verb, body):
        assert verb == "POST" and body.keys() == {"app_id", "app_secret"}
        if body != {"app_id": APP, "app_secret": self.secret}:
            raise Refusal(200, 10014, f"app secret invalid: {body['app_secret']}")
        token = f"t-g104{next(self.numbers)}"
        self.tokens.add(token)
        return {"code": 0, "msg": "ok", "tenant_access_token": token, "expire": self.lifetime}

    def pages(self, items, query, items_name="items", next_name="page_token"):
        start = int(query.get("page_token", "p0")[1:])
        size = min(self.page, int(query["page_size"]))
        end = start + size
        more = end < len(items)
        return {items_name: items[start:end], "has_more": more, **({next_name: f"p{end}"} if more else {})}

    def of(self, things, token):
        if token not in things:
            raise Refusal(404, 1770002, "not found")
        return things[token]

    def document(self, _query, _body, token):
        found = self.of(self.documents, token)
        return {"document": {"document_id": token, "revision_id": found.revision, "title": found.title}}

    def blocks(self, query, _body, token):
        return self.pages(self.of(self.documents, token).blocks, query)

    def node(self, query, _body):
        kind, token = self.of(self.wiki, query["token"])
        return {"node": {"space_id": "1", "node_token": query["token"], "obj_token": token, "obj_type": kind, "title": "x"}}

    def files(self, query, _body):
        found = [{"token": token, "name": token, "type": kind} for kind, token in self.of(self.folders, query["folder_token"])]
        return self.pages(found, query, "files", "next_page_token")

    def metas(self, _query, body):
        known = {("docx", token) for token in self.documents} | {("bitable", token) for token in self.bases}
        asked = [(each["doc_type"], each["doc_token"]) for each in body["request_docs"]]
        assert 0 < len(asked) <= 200
        return {"metas": [{"doc_token": token, "doc_type": kind, "title": "x"} for kind, token in asked if (kind, token) in known],
                "failed_list": [{"token": token, "code": 970003} for kind, token in asked if (kind, token) not in known]}

    def app(self, _query, _body, token):
        found = self.of(self.bases, token)
        return {"app": {"app_token": token, "name": found.name, "revision": found.revision}}

    def tables(self, query, _body, token):
        names = list(self.of(self.bases, token).tables)
        return self.pages([{"table_id": f"tbl{number}", "name": name, "revision": 1} for number, name in enumerate(names)], query)

    def named(self, token, number):
        base = self.of(self.bases, token)
        return base, list(base.tables)[int(number)]

    def fields(self, query, _body, token, number):
        base, name = self.named(token, number)
        return self.pages(base.fields(name), query)

    def records(self, query, _body, token, number):
        base, name = self.named(token, number)
        return self.pages([{"record_id": f"rec{place}", "fields": record} for place, record in enumerate(base.tables[name])], query)

    ROUTES = [
        ("/open-apis/docx/v1/documents/([^/]+)", "GET", document),
        ("/open-apis/docx/v1/documents/([^/]+)/blocks", "GET", blocks),
        ("/open-apis/wiki/v2/spaces/get_node", "GET", node),
        ("/open-apis/drive/v1/files", "GET", files),
        ("/open-apis/drive/v1/metas/batch_query", "POST", metas),
        ("/open-apis/bitable/v1/apps/([^/]+)", "GET", app),
        ("/open-apis/bitable/v1/apps/([^/]+)/tables", "GET", tables),
        ("/open-apis/bitable/v1/apps/([^/]+)/tables/tbl([0-9]+)/fields", "GET", fields),
        ("/open-apis/bitable/v1/apps/([^/]+)/tables/tbl([0-9]+)/records", "GET", records),
    ]


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 60

    def do(self):
        place = urlsplit(self.path)
        query = {name: values[0] for name, values in parse_qs(place.query).items()}
        length = int(self.headers["content-length"] or 0)
        if self.command == "GET" and self.headers["content-length"] is not None:
            self.feishu.wrong.append("a GET with a body")
        body = json.loads(self.rfile.read(length)) if length else None
        try:
            self.send(200, [], json.dumps(self.feishu.answer(self.command, place.path, query, body, self.headers)).encode())
        except Refusal as refusal:
            shape = {"code": refusal.code, "msg": refusal.message}
            self.send(refusal.status, refusal.fields, refusal.body if refusal.body is not None else json.dumps(shape).encode())
        except (AssertionError, KeyError, TypeError, ValueError) as error:
            self.feishu.wrong.append(f"{self.command} {self.path}: {error!r}")
            self.send(400, [], json.dumps({"code": 99992402, "msg": "field validation failed"}).encode())

    do_GET = do_POST = do_PUT = do_DELETE = do

    def send(self, status, fields, body):
        try:
            self.send_response(status)
            for name, value in fields:
                self.send_header(name, value)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)
        except OSError:
            # The server has gone, or waits no longer.
            self.close_connection = True

    def log_message(self, format, *arguments):
        pass
