"""A server of the Model Context Protocol, as strict as the revisions of it are, with tools that do what tools may do to
their clients. As a program it speaks by its standard input and output; imported it speaks HTTP.

What comes in, and what is wrong with it, is written to a journal, one JSON object a line."""

import argparse
import contextlib
import json
import os
import queue
import sys
import threading
import uuid
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

REVISIONS = ("2025-06-18", "2025-03-26", "2024-11-05")
INVALID_REQUEST, UNKNOWN_METHOD, INVALID_PARAMS, INTERNAL = -32600, -32601, -32602, -32603
GATE_MAX = 60.0  # seconds


class Journal:
    """Everything that happened, for tests to read."""

    def __init__(self, path):
        self.path, self.lock = Path(path), threading.Lock()

    def write(self, **facts):
        with self.lock, self.path.open("a") as file:
            file.write(json.dumps(facts) + "\n")

    def read(self, kind=None):
        if not self.path.exists():
            return []
        rows = [json.loads(line) for line in self.path.read_text().splitlines()]
        return [row for row in rows if kind in (None, row["kind"])]


def object_schema(**properties):
    return {"type": "object", "properties": properties, "required": sorted(properties)}


TEXT, NUMBER = {"type": "string"}, {"type": "number"}
READS = {"readOnlyHint": True}
TOOLS = [
    {"name": "echo", "description": "Says it again.", "inputSchema": object_schema(text=TEXT), "annotations": READS},
    {"name": "add", "title": "Sums", "inputSchema": object_schema(a=NUMBER, b=NUMBER), "annotations": READS},
    {"name": "fail", "description": "Fails.", "inputSchema": object_schema(why=TEXT)},
    {"name": "refuse", "description": "Is refused.", "inputSchema": object_schema(), "annotations": READS},
    {"name": "wait", "description": "Waits for a gate.", "inputSchema": object_schema(gate=TEXT), "annotations": READS},
    {"name": "change", "description": "Waits for a gate, and may have changed something.",
     "inputSchema": object_schema(gate=TEXT)},
    {"name": "crash", "description": "Ends the program.", "inputSchema": object_schema(), "annotations": READS},
    {"name": "babble", "description": "Says what is no message.", "inputSchema": object_schema(text=TEXT),
     "annotations": READS},
    {"name": "huge", "description": "Says much.", "inputSchema": object_schema(bytes={"type": "integer"}),
     "annotations": READS},
    {"name": "grow", "description": "Brings a tool more.", "inputSchema": object_schema(name=TEXT), "annotations": READS},
    {"name": "shrink", "description": "Takes a tool away.", "inputSchema": object_schema(name=TEXT),
     "annotations": READS},
    {"name": "question", "description": "Asks its client.", "inputSchema": object_schema(), "annotations": READS},
    {"name": "around", "description": "Tells where it is.", "inputSchema": object_schema(), "annotations": READS},
    {"name": "blocks", "description": "Says it in many ways.", "inputSchema": object_schema(), "annotations": READS},
    {"name": "dotted.name", "description": "Has a dot.", "inputSchema": object_schema(), "annotations": READS},
]
# What no client can offer to its models, and what it may cut.
STRANGE = [
    {"name": "with space", "inputSchema": object_schema()},
    {"name": "x" * 65, "inputSchema": object_schema()},
    {"name": "no_schema"},
    {"name": "list_schema", "inputSchema": {"type": "array"}},
    {"name": "long_schema", "inputSchema": {"type": "object", "description": "y" * 17_000}},
    {"name": "echo", "description": "The same name again.", "inputSchema": object_schema()},
    {"name": "long_description", "description": "é" * 5_000, "inputSchema": object_schema(), "annotations": READS},
]
CHANGED = {"jsonrpc": "2.0", "method": "notifications/tools/list_changed"}


class Refusal(Exception):
    def __init__(self, code, message):
        super().__init__(message)
        self.code, self.message = code, message


class Stop(Exception):
    """The client does not want the answer any more."""


def text(value):
    return {"content": [{"type": "text", "text": value}]}


class Conversation:
    """One session: messages in, answers out by `send`; `tell` is for what answers nothing."""

    def __init__(self, journal, *, page=4, revision=None, tools=(), tell=None, refuses_begin=False, no_tools=False):
        self.journal, self.page, self.own_revision = journal, page, revision
        self.tools = TOOLS + list(tools)
        self.tell, self.refuses_begin, self.no_tools = tell, refuses_begin, no_tools
        self.revision, self.is_ready = None, False
        self.calls, self.asked, self.count = {}, {}, 0
        self.lock = threading.Lock()

    def wrong(self, what):
        self.journal.write(kind="wrong", what=what)

    def take(self, message, send):
        """Does what a message asks; long calls go on elsewhere."""
        self.journal.write(kind="message", message=message)
        if not isinstance(message, dict) or message.get("jsonrpc") != "2.0":
            return self.wrong(f"no message: {message}")
        if "method" not in message:
            return self.answered(message)
        if "id" not in message:
            return self.notified(message)
        if message["id"] in self.calls or not isinstance(message["id"], (int, str)):
            self.wrong(f"an id twice, or none: {message['id']!r}")
        self.calls[message["id"]] = threading.Event()
        work = threading.Thread(target=self.work, args=(message, send), daemon=True)
        work.start()
        return work

    def work(self, message, send):
        answer = {"jsonrpc": "2.0", "id": message["id"]}
        try:
            answer["result"] = self.result(message, send)
        except Refusal as refusal:
            answer["error"] = {"code": refusal.code, "message": refusal.message}
        except Stop:
            return
        send(answer)

    def result(self, message, send):
        method, params = message["method"], message.get("params", {})
        if method == "initialize":
            return self.begin(params)
        if method == "ping":
            return {}
        if not self.is_ready:
            self.wrong(f"{method} before both sides were ready")
        if method == "tools/list":
            return self.listed(params)
        if method == "tools/call":
            return self.call(params["name"], params.get("arguments", {}), message["id"], send)
        raise Refusal(UNKNOWN_METHOD, "unknown method")

    def begin(self, params):
        if self.revision is not None:
            self.wrong("initialize twice")
        if params.get("protocolVersion") not in REVISIONS or "capabilities" not in params or \
                not {"name", "version"} <= params.get("clientInfo", {}).keys():
            self.wrong(f"initialize with {params}")
        if self.refuses_begin:
            raise Refusal(INVALID_PARAMS, "not with you")
        self.revision = self.own_revision or params["protocolVersion"]
        return {"protocolVersion": self.revision, "serverInfo": {"name": "stand-in", "version": "1"},
                "capabilities": {} if self.no_tools else {"tools": {"listChanged": True}}}

    def notified(self, message):
        if message["method"] == "notifications/initialized":
            if self.is_ready or self.revision is None:
                self.wrong("initialized out of order")
            self.is_ready = True
        elif message["method"] == "notifications/cancelled":
            call = self.calls.get(message["params"]["requestId"])
            if call is None:
                self.wrong("a call is given up that was never made")
            else:
                call.set()
        else:
            self.wrong(f"an unknown notification {message['method']}")

    def answered(self, message):
        waiting = self.asked.pop(message.get("id"), None)
        if waiting is None or ("result" in message) == ("error" in message):
            return self.wrong(f"an answer to nothing: {message}")
        waiting.put(message)

    def listed(self, params):
        start = 0
        if "cursor" in params:
            if not str(params["cursor"]).startswith("page "):
                raise Refusal(INVALID_PARAMS, "no such cursor")
            start = int(params["cursor"][5:])
        result = {"tools": self.tools[start:start + self.page]}
        if start + self.page < len(self.tools):
            result["nextCursor"] = f"page {start + self.page}"
        return result

    # -- the tools

    def call(self, name, arguments, id, send):
        tool = next((each for each in self.tools if each["name"] == name), None)
        if tool is None:
            raise Refusal(INVALID_PARAMS, f"there is no tool {name}")
        missing = set(tool["inputSchema"].get("required", [])) - arguments.keys()
        if missing:
            raise Refusal(INVALID_PARAMS, f"missing: {sorted(missing)}")
        act = getattr(self, "do_" + name.replace(".", "_"), None)
        return act(arguments, id, send) if act else text(f"{name} was called")

    def do_echo(self, arguments, *_):
        return text(arguments["text"])

    def do_add(self, arguments, *_):
        value = {"sum": arguments["a"] + arguments["b"]}
        return {**text(json.dumps(value)), "structuredContent": value, "isError": False}

    def do_fail(self, arguments, *_):
        return {**text(arguments["why"]), "isError": True}

    def do_refuse(self, *_):
        raise Refusal(INTERNAL, "it is broken inside")

    def do_wait(self, arguments, id, _):
        gate, given_up, waited = Path(arguments["gate"]), self.calls[id], 0.0
        while not gate.exists() and waited < GATE_MAX:
            if given_up.wait(0.02):
                self.journal.write(kind="given up", id=id)
                raise Stop
            waited += 0.02
        return text("the gate is open")

    do_change = do_wait

    def do_crash(self, *_):
        os._exit(3)

    def do_babble(self, arguments, id, send):
        send(arguments["text"])
        self.calls[id].wait(GATE_MAX)
        raise Stop

    def do_huge(self, arguments, *_):
        return text("h" * arguments["bytes"])

    def do_grow(self, arguments, _, send):
        self.tools = [*self.tools, {"name": arguments["name"], "description": "Is new.", "inputSchema": object_schema(),
                                    "annotations": READS}]
        (self.tell or send)(CHANGED)
        return text("grown")

    def do_shrink(self, arguments, _, send):
        self.tools = [each for each in self.tools if each["name"] != arguments["name"]]
        (self.tell or send)(CHANGED)
        return text("shrunk")

    def do_question(self, _, __, send):
        answers = []
        for method in ("ping", "sampling/createMessage"):
            with self.lock:
                self.count += 1
                id = f"server {self.count}"
            waiting = self.asked[id] = queue.SimpleQueue()
            send({"jsonrpc": "2.0", "id": id, "method": method, "params": {}})
            answers.append(waiting.get(timeout=10))
        return text(json.dumps([each.get("result", each.get("error", {}).get("code")) for each in answers]))

    def do_around(self, *_):
        return text(json.dumps({"environment": dict(os.environ), "folder": os.getcwd(), "process": os.getpid(),
                                "group": os.getpgid(0), "open": sorted(map(int, os.listdir("/proc/self/fd")))[:-1]}))

    def do_blocks(self, *_):
        return {"content": [
            {"type": "text", "text": "first"}, {"type": "image", "data": "aGVsbG8=", "mimeType": "image/png"},
            {"type": "resource_link", "uri": "file:///a", "name": "a"},
            {"type": "resource", "resource": {"uri": "file:///b", "text": "inside"}}, {"type": "smell"}]}


def serve_lines(options):
    """Speaks by standard input and output until the input ends."""
    journal, lock = Journal(options.journal), threading.Lock()
    journal.write(kind="begun", process=os.getpid(), arguments=sys.argv[1:])

    def send(message):
        line = message if isinstance(message, str) else json.dumps(message)
        with lock:
            sys.stdout.write(line + "\n")
            sys.stdout.flush()

    if options.complains:
        print(options.complains, file=sys.stderr, flush=True)
    if options.says:
        send(options.says)
    if options.mute:
        threading.Event().wait()
    conversation = Conversation(
        journal, page=options.page, revision=options.revision, tools=STRANGE if options.strange else (),
        refuses_begin=options.refuses_begin, no_tools=options.no_tools)
    for line in sys.stdin:
        conversation.take(json.loads(line), send)
    journal.write(kind="ended", process=os.getpid())


# -- streamable HTTP

class HTTPServer(ThreadingHTTPServer):
    """Speaks streamable HTTP: by streams of events or by single answers, with a token where one is wanted."""

    daemon_threads = True

    def __init__(self, journal, *, streams=True, token=None, stands=True, **options):
        super().__init__(("127.0.0.1", 0), Handler)
        self.journal, self.streams, self.token, self.stands = Journal(journal), streams, token, stands
        self.options, self.sessions, self.failures = options, {}, []
        threading.Thread(target=self.serve_forever, args=(0.05,), daemon=True).start()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server_port}/mcp"

    def begin(self):
        """A new session's name."""
        name = uuid.uuid4().hex
        standing = queue.SimpleQueue() if self.stands else None
        tell = standing.put if standing else None
        self.sessions[name] = (Conversation(self.journal, tell=tell, **self.options), standing)
        self.journal.write(kind="begun", session=name)
        return name

    def forget(self):
        """Forgets all sessions, as a server does that was restarted."""
        for _, standing in self.sessions.values():
            if standing:
                standing.put(None)
        self.sessions = {}

    def close(self):
        self.forget()
        self.shutdown()
        self.server_close()


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def handle(self):
        with contextlib.suppress(ConnectionError):
            super().handle()

    def wrong(self, what):
        self.server.journal.write(kind="wrong", what=what)

    def answer(self, status, body=b"", **fields):
        self.send_response(status)
        for name, value in fields.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def is_admitted(self):
        self.server.journal.write(kind="request", method=self.command, fields={k.lower(): v for k, v in self.headers.items()})
        if self.server.token and self.headers.get("authorization") != f"Bearer {self.server.token}":
            self.answer(401)
            return False
        if self.server.failures:
            status, body = self.server.failures.pop(0)
            self.answer(status, json.dumps(body).encode(), content_type="application/json")
            return False
        return True

    def session(self):
        """The conversation that a request belongs to, and its stream; nothing where it was answered already."""
        name = self.headers.get("mcp-session-id")
        if name is None:
            self.wrong(f"{self.command} without a session")
            return self.answer(400)
        if name not in self.server.sessions:
            return self.answer(404)
        found = self.server.sessions[name]
        if found[0].revision == "2025-06-18" and self.headers.get("mcp-protocol-version") != found[0].revision:
            self.wrong(f"{self.command} with the revision {self.headers.get('mcp-protocol-version')}")
        return found

    def do_DELETE(self):
        if self.is_admitted() and self.session():
            self.server.sessions.pop(self.headers["mcp-session-id"])
            self.server.journal.write(kind="deleted", session=self.headers["mcp-session-id"])
            self.answer(200)

    def do_GET(self):
        if not self.is_admitted():
            return
        if "text/event-stream" not in self.headers.get("accept", ""):
            self.wrong("GET that accepts no stream")
        found = self.session()
        if found is None:
            return
        if found[1] is None:
            return self.answer(405, allow="POST, DELETE")
        self.begin_stream()
        while (message := found[1].get()) is not None:
            self.event(message)
        self.close_connection = True

    def begin_stream(self, **fields):
        self.send_response(200)
        self.send_header("content-type", "text/event-stream")
        for name, value in fields.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("connection", "close")
        self.end_headers()
        self.close_connection = True
        self.wfile.write(b": welcome\n\n")
        self.wfile.flush()

    def event(self, message):
        data = message if isinstance(message, str) else json.dumps(message)
        self.wfile.write(f"id: {uuid.uuid4().hex}\nevent: message\ndata: {data}\n\n".encode())
        self.wfile.flush()

    def do_POST(self):
        body = self.rfile.read(int(self.headers["content-length"]))
        if not self.is_admitted():
            return
        accepted = {part.strip() for part in self.headers.get("accept", "").split(",")}
        if not {"application/json", "text/event-stream"} <= accepted or self.headers.get("content-type") != "application/json":
            self.wrong(f"POST of {self.headers.get('content-type')} that accepts {sorted(accepted)}")
        message, fields = json.loads(body), {}
        if message.get("method") == "initialize":
            if "mcp-session-id" in self.headers:
                self.wrong("initialize within a session")
            name = self.server.begin()
            conversation, fields = self.server.sessions[name][0], {"mcp_session_id": name}
        else:
            found = self.session()
            if found is None:
                return
            conversation = found[0]
        if "id" not in message or "method" not in message:
            conversation.take(message, None)
            return self.answer(202)
        if self.server.streams:
            self.begin_stream(**fields)
            conversation.take(message, self.event).join()
        else:
            answers = []
            conversation.take(message, answers.append).join()
            if not answers:
                self.close_connection = True
                return
            answer = answers[-1] if isinstance(answers[-1], str) else json.dumps(answers[-1])
            self.answer(200, answer.encode(), content_type="application/json", **fields)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("journal")
    parser.add_argument("--page", type=int, default=4)
    parser.add_argument("--revision")
    parser.add_argument("--complains")
    parser.add_argument("--says")
    for flag in ("--strange", "--mute", "--refuses-begin", "--no-tools"):
        parser.add_argument(flag, action="store_true")
    serve_lines(parser.parse_args())
