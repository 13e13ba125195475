"""Stand-ins for providers of language models: they check what they are asked, and answer by a script."""

import contextlib
import http.client
import io
import itertools
import json
import re
import select
import socket
import ssl
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import parse_qs, unquote, urlsplit

KEY, MODEL = "key-of-the-stand-in-7f3a9c51", "fake-1"
POLL, SEND_MAX, BODY_MAX = 0.005, 20.0, 1 << 24  # seconds, seconds, bytes
# What Gemini takes in place of a signature that is not there.
NO_SIGNATURE = "skip_thought_signature_validator"


# -- scripts: a turn is one of these, or a list of them

@dataclass(frozen=True)
class Say:
    """A text; `pieces` says in how many, or what they are."""

    text: str = "Ships come in at dawn and leave at dusk."
    pieces: int | tuple = 5


@dataclass(frozen=True)
class Call:
    """A call of a tool; its arguments come in pieces where the dialect has them so."""

    name: str
    arguments: dict = field(default_factory=dict)
    pieces: int | tuple = 3

    @property
    def text(self):
        return json.dumps(self.arguments, ensure_ascii=False)


@dataclass(frozen=True)
class Cost:
    """What the turn is said to have cost."""

    prompt: int = 11
    completion: int = 7


@dataclass(frozen=True)
class Cut:
    """The most tokens end the turn."""


@dataclass(frozen=True)
class Slow:
    """Behind so many pieces, each waits for the gate to be open."""

    gate: threading.Event
    after_pieces: int = 1


@dataclass(frozen=True)
class BreakOff:
    """The connection is closed; politely is to end the body as HTTP wants it, though the message is not over."""

    after_pieces: int = 2
    politely: bool = False


@dataclass(frozen=True)
class Garbage:
    """A chunk that is no JSON, behind which all goes on as if nothing were."""

    after_pieces: int = 2
    text: str = '{"half of'


@dataclass(frozen=True)
class ErrorInStream:
    """The provider says in the middle that it cannot go on; status and message are as in a refusal."""

    after_pieces: int = 2
    status: int = 503
    message: str = "the model is overloaded"


@dataclass(frozen=True)
class Refuse:
    """An answer of that status, in the provider's own shape."""

    status: int
    message: str = "not now"
    retry_after: int | None = None
    reason: str | None = None


@dataclass(frozen=True)
class Silent:
    """Takes the request and never answers."""


def pieces_of(content):
    """A text or the arguments of a call as they are sent; joined they are the whole."""
    if not isinstance(content.pieces, int):
        assert "".join(content.pieces) == content.text, "the pieces are not the text"
        return list(content.pieces)
    count = max(1, min(content.pieces, len(content.text)))
    edges = [len(content.text) * number // count for number in range(count + 1)]
    return [content.text[start:end] for start, end in zip(edges, edges[1:])]


# -- what a request may be

class Wrong(Exception):
    """A request that its provider refuses: the word says why, the facts with what."""

    def __init__(self, word, *facts, status=400, reason=None):
        super().__init__(word, *facts)
        self.word, self.facts, self.status, self.reason = word, facts, status, reason


@dataclass(frozen=True)
class Within:
    """Numbers in a range."""

    low: float
    high: float = float("inf")
    kind: type | tuple = (int, float)


@dataclass(frozen=True)
class Choice:
    """Objects of several kinds, told apart by a member."""

    member: str
    kinds: dict


def check(value, shape, place=""):
    """A shape is a dictionary of members (`?` for optional), a list of one, a type, a set of values, a pattern, a
    function, or a tuple of shapes that are all right."""
    match shape:
        case dict():
            check_members(value, shape, place)
        case list():
            expect(isinstance(value, list) and value, place, "an array that is not empty")
            for number, each in enumerate(value):
                check(each, shape[0], f"{place}[{number}]")
        case Choice():
            expect(isinstance(value, dict), place, "an object")
            check(value.get(shape.member), set(shape.kinds), f"{place}.{shape.member}")
            check(value, shape.kinds[value[shape.member]], place)
        case Within():
            expect(isinstance(value, shape.kind) and not isinstance(value, bool), place, "a number")
            expect(shape.low <= value <= shape.high, place, f"from {shape.low} to {shape.high}")
        case set():
            expect(any(value == each and type(value) is type(each) for each in shape), place, f"one of {shape}")
        case re.Pattern():
            expect(isinstance(value, str) and shape.fullmatch(value), place, f"text like {shape.pattern}")
        case type():
            expect(isinstance(value, shape) and (shape is bool or not isinstance(value, bool)), place, shape.__name__)
        case tuple():
            check_any(value, shape, place)
        case _:
            shape(value, place)


def check_members(value, shape, place):
    expect(isinstance(value, dict), place, "an object")
    names = {name.rstrip("?"): name for name in shape}
    for name in value.keys() - names.keys():
        raise Wrong("unknown", f"{place}.{name}".lstrip("."))
    for name, key in names.items():
        if name in value:
            check(value[name], shape[key], f"{place}.{name}".lstrip("."))
        elif key == name:
            raise Wrong("missing", f"{place}.{name}".lstrip("."))


def check_any(value, shapes, place):
    for number, shape in enumerate(shapes):
        try:
            return check(value, shape, place)
        except Wrong:
            if number == len(shapes) - 1:
                raise


def expect(condition, place, what):
    if not condition:
        raise Wrong("kind", place or "body", what)


def distinct(pairs):
    value = dict(pairs)
    if len(value) != len(pairs):
        raise ValueError("a key is there twice")
    return value


def object_schema(value, place):
    """JSON Schema of a tool's arguments, as far as it is looked at."""
    expect(isinstance(value, dict) and value.get("type") == "object", place, "a schema of an object")
    expect(isinstance(value.get("properties", {}), dict), place, "a schema with properties")
    expect(set(value.get("required", [])) <= value.get("properties", {}).keys(), place, "properties that are required")


GEMINI_SCHEMA = {"type", "format", "title", "description", "nullable", "enum", "maxItems", "minItems", "properties",
                 "required", "minProperties", "maxProperties", "minLength", "maxLength", "pattern", "example", "anyOf",
                 "propertyOrdering", "default", "items", "minimum", "maximum"}


def gemini_schema(value, place):
    """The part of OpenAPI that Gemini knows; an object has properties there."""
    expect(isinstance(value, dict), place, "a schema")
    for name in value.keys() - GEMINI_SCHEMA:
        raise Wrong("unknown", f"{place}.{name}")
    kind = str(value.get("type")).upper()
    check(kind, {"STRING", "NUMBER", "INTEGER", "BOOLEAN", "ARRAY", "OBJECT"}, f"{place}.type")
    if kind == "OBJECT":
        expect(value.get("properties"), f"{place}.properties", "not empty for OBJECT type")
        expect(set(value.get("required", [])) <= value["properties"].keys(), place, "properties that are required")
    for name, each in value.get("properties", {}).items():
        gemini_schema(each, f"{place}.properties.{name}")


NOT_EMPTY = re.compile(r"(?s).*\S.*")
TOOL_NAME, GEMINI_NAME = re.compile(r"[a-zA-Z0-9_-]{1,64}"), re.compile(r"[a-zA-Z_][a-zA-Z0-9_.-]{0,63}")
COUNT = Within(1, kind=int)

OPENAI_TEXT = (str, [{"type": {"text"}, "text": str}])
OPENAI = {
    "model": str, "stream": {True}, "stream_options?": {"include_usage?": bool, "include_obfuscation?": bool},
    "messages": [Choice("role", {
        "system": {"role": str, "content": OPENAI_TEXT, "name?": str},
        "developer": {"role": str, "content": OPENAI_TEXT, "name?": str},
        "user": {"role": str, "content": OPENAI_TEXT, "name?": str},
        "assistant": {"role": str, "content?": (type(None), *OPENAI_TEXT), "name?": str, "refusal?": (type(None), str),
                      "tool_calls?": [{"id": str, "type": {"function"}, "function": {"name": str, "arguments": str}}]},
        "tool": {"role": str, "content": OPENAI_TEXT, "tool_call_id": str}})],
    "tools?": [{"type": {"function"}, "function": {
        "name": TOOL_NAME, "description?": str, "parameters?": object_schema, "strict?": bool}}],
    "tool_choice?": ({"none", "auto", "required"}, {"type": {"function"}, "function": {"name": str}}),
    "parallel_tool_calls?": bool, "temperature?": Within(0, 2), "top_p?": Within(0, 1), "max_tokens?": COUNT,
    "max_completion_tokens?": COUNT, "n?": {1}, "stop?": (str, [str]), "seed?": int, "user?": str, "store?": bool,
    "presence_penalty?": Within(-2, 2), "frequency_penalty?": Within(-2, 2), "response_format?": dict,
    "metadata?": dict,
}

ANTHROPIC_TEXT = {"type": str, "text": NOT_EMPTY, "cache_control?": dict}
ANTHROPIC = {
    "model": str, "stream": {True}, "max_tokens": COUNT, "system?": (NOT_EMPTY, [ANTHROPIC_TEXT]),
    "messages": [{"role": {"user", "assistant"}, "content": (NOT_EMPTY, [Choice("type", {
        "text": ANTHROPIC_TEXT,
        "tool_use": {"type": str, "id": TOOL_NAME, "name": TOOL_NAME, "input": dict, "cache_control?": dict},
        "tool_result": {"type": str, "tool_use_id": TOOL_NAME, "content?": (str, [ANTHROPIC_TEXT]), "is_error?": bool,
                        "cache_control?": dict}})])}],
    "tools?": [{"name": TOOL_NAME, "description?": str, "input_schema": object_schema, "cache_control?": dict,
                "type?": {"custom"}}],
    "tool_choice?": {"type": {"auto", "any", "tool", "none"}, "name?": str, "disable_parallel_tool_use?": bool},
    "temperature?": Within(0, 1), "top_p?": Within(0, 1), "top_k?": COUNT, "stop_sequences?": [NOT_EMPTY],
    "metadata?": {"user_id?": str},
}

GEMINI_PART = {"text?": NOT_EMPTY, "functionCall?": {"id?": str, "name": GEMINI_NAME, "args?": dict},
               "functionResponse?": {"id?": str, "name": GEMINI_NAME, "response": dict}, "thoughtSignature?": str}
GEMINI = {
    "contents": [{"role": {"user", "model", "function"}, "parts": [GEMINI_PART]}],
    "systemInstruction?": {"role?": str, "parts": [{"text": NOT_EMPTY}]},
    "tools?": [{"functionDeclarations": [{
        "name": GEMINI_NAME, "description": NOT_EMPTY, "parameters?": gemini_schema,
        "parametersJsonSchema?": object_schema}]}],
    "toolConfig?": {"functionCallingConfig": {"mode": {"AUTO", "ANY", "NONE"}, "allowedFunctionNames?": [str]}},
    "generationConfig?": {
        "temperature?": Within(0, 2), "topP?": Within(0, 1), "topK?": COUNT, "maxOutputTokens?": COUNT,
        "candidateCount?": {1}, "stopSequences?": [str], "seed?": int, "thinkingConfig?": dict},
    "safetySettings?": list,
}


# -- what a request says, whatever its dialect

@dataclass
class Called:
    """A call in the history; where calls have no id, its name stands for it."""

    reference: str
    name: str
    arguments: dict
    signature: str | None = None


@dataclass
class Result:
    """What came of a call, as it was told."""

    reference: str
    content: object
    is_error: bool = False


@dataclass
class Entry:
    """All that one side said at a time."""

    is_model: bool
    texts: list = field(default_factory=list)
    calls: list = field(default_factory=list)
    results: list = field(default_factory=list)


@dataclass
class Asked:
    """What a request wants."""

    model: str
    entries: list
    tools: list
    system: str = ""
    temperature: float | None = None
    max_tokens: int | None = None
    wants_usage: bool = True

    @property
    def input(self):
        """The last thing that a person said."""
        return [text for entry in self.entries if not entry.is_model for text in entry.texts][-1]

    @property
    def calls(self):
        return [call for entry in self.entries for call in entry.calls]

    @property
    def results(self):
        return [result for entry in self.entries for result in entry.results]


def texts_of(content):
    if content is None:
        return []
    return [content] if isinstance(content, str) else [block["text"] for block in content if block["type"] == "text"]


def read_openai(value, _):
    entries, system = [], []
    for number, message in enumerate(value["messages"]):
        texts = texts_of(message.get("content"))
        match message["role"]:
            case "system" | "developer":
                system += texts
            case "user":
                entries.append(Entry(False, texts))
            case "assistant":
                expect(texts or message.get("tool_calls"), f"messages[{number}].content", "text, as nothing is called")
                entries.append(Entry(True, texts, [
                    Called(call["id"], call["function"]["name"], parsed(call["function"]["arguments"], number))
                    for call in message.get("tool_calls", [])]))
            case "tool":
                if not (entries and entries[-1].results):
                    entries.append(Entry(False))
                entries[-1].results.append(Result(message["tool_call_id"], "".join(texts)))
    if "max_tokens" in value and "max_completion_tokens" in value:
        raise Wrong("unknown", "max_tokens")
    if "tool_choice" in value and "tools" not in value:
        raise Wrong("kind", "tool_choice", "there only when tools are specified")
    tools = [tool["function"]["name"] for tool in value.get("tools", [])]
    return Asked(value["model"], entries, tools, "".join(system), value.get("temperature"),
                 value.get("max_tokens", value.get("max_completion_tokens")),
                 value.get("stream_options", {}).get("include_usage", False))


def parsed(text, number):
    """The arguments of a call, which OpenAI has as text."""
    try:
        value = json.loads(text, object_pairs_hook=distinct)
    except ValueError:
        value = None
    expect(isinstance(value, dict), f"messages[{number}].tool_calls", "arguments in JSON")
    return value


def read_anthropic(value, _):
    entries = []
    for number, message in enumerate(value["messages"]):
        content, place = message["content"], f"messages[{number}].content"
        blocks = [{"type": "text", "text": content}] if isinstance(content, str) else content
        kinds = [block["type"] for block in blocks]
        is_model = message["role"] == "assistant"
        expect(("tool_result" if is_model else "tool_use") not in kinds, place, "of the other role")
        expect("tool_result" not in kinds[kinds.count("tool_result"):], place, "results before everything else")
        entries.append(Entry(
            is_model, texts_of(blocks),
            [Called(block["id"], block["name"], block["input"]) for block in blocks if block["type"] == "tool_use"],
            [Result(block["tool_use_id"], plain(block.get("content", "")), block.get("is_error", False))
             for block in blocks if block["type"] == "tool_result"]))
    return Asked(value["model"], entries, [tool["name"] for tool in value.get("tools", [])],
                 "".join(texts_of(value.get("system"))), value.get("temperature"), value["max_tokens"])


def plain(content):
    return "".join(texts_of(content))


def read_gemini(value, model):
    entries = []
    for number, content in enumerate(value["contents"]):
        entry = Entry(content["role"] == "model")
        for position, part in enumerate(content["parts"]):
            place, kinds = f"contents[{number}].parts[{position}]", part.keys() - {"thoughtSignature"}
            expect(len(kinds) == 1, place, "one of its kinds of data")
            expect(("functionResponse" if entry.is_model else "functionCall") not in kinds, place, "of the other role")
            [kind], said = kinds, part[min(kinds)]
            match kind:
                case "text":
                    entry.texts.append(said)
                case "functionCall":
                    entry.calls.append(Called(said.get("id", said["name"]), said["name"], said.get("args", {}),
                                              part.get("thoughtSignature")))
                case "functionResponse":
                    entry.results.append(Result(said.get("id", said["name"]), said["response"]))
        entries.append(entry)
    settings = value.get("generationConfig", {})
    tools = [each["name"] for tool in value.get("tools", []) for each in tool["functionDeclarations"]]
    system = "".join(part["text"] for part in value.get("systemInstruction", {}).get("parts", []))
    return Asked(model, entries, tools, system, settings.get("temperature"), settings.get("maxOutputTokens"))


# -- what an answer looks like

@dataclass
class Reply:
    """A turn, ready to be told in a dialect."""

    id: str
    model: str
    contents: list
    cost: Cost
    is_cut: bool
    wants_usage: bool
    # For each call in its order: what it is called, and the signature on it.
    references: list
    signatures: list

    @property
    def end(self):
        if self.is_cut:
            return "cut"
        return "calls" if self.references else "answer"

    def numbered(self):
        """The contents, each call with its number among the calls."""
        numbers = itertools.count()
        return [(content, next(numbers) if isinstance(content, Call) else None) for content in self.contents]


@dataclass
class Frame:
    """One event of a stream; a piece is one that carries content."""

    value: object
    is_piece: bool = False


def tell_openai(reply):
    def chunk(delta, finish=None):
        return {**head, "choices": [{"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish}],
                **({"usage": None} if reply.wants_usage else {})}

    head = {"id": f"chatcmpl-{reply.id}", "object": "chat.completion.chunk", "created": int(time.time()),
            "model": reply.model, "service_tier": "default", "system_fingerprint": "fp_stand_in"}
    has_text = any(isinstance(content, Say) for content in reply.contents)
    yield Frame(chunk({"role": "assistant", "content": "" if has_text else None, "refusal": None}))
    for content, number in reply.numbered():
        if number is None:
            yield from (Frame(chunk({"content": piece}), True) for piece in pieces_of(content))
            continue
        begun = {"index": number, "id": reply.references[number], "type": "function",
                 "function": {"name": content.name, "arguments": ""}}
        yield Frame(chunk({"tool_calls": [begun]}))
        for piece in pieces_of(content):
            yield Frame(chunk({"tool_calls": [{"index": number, "function": {"arguments": piece}}]}), True)
    yield Frame(chunk({}, {"answer": "stop", "calls": "tool_calls", "cut": "length"}[reply.end]))
    if reply.wants_usage:
        cost = reply.cost
        yield Frame({**head, "choices": [], "usage": {
            "prompt_tokens": cost.prompt, "completion_tokens": cost.completion,
            "total_tokens": cost.prompt + cost.completion, "prompt_tokens_details": {"cached_tokens": 0}}})
    yield Frame("[DONE]")


def tell_anthropic(reply):
    cost = reply.cost
    yield Frame({"type": "message_start", "message": {
        "id": f"msg_{reply.id}", "type": "message", "role": "assistant", "model": reply.model, "content": [],
        "stop_reason": None, "stop_sequence": None,
        "usage": {"input_tokens": cost.prompt, "cache_creation_input_tokens": 0, "cache_read_input_tokens": 0,
                  "output_tokens": 1}}})
    for index, (content, number) in enumerate(reply.numbered()):
        block, kind, member = {"type": "text", "text": ""}, "text_delta", "text"
        if number is not None:
            block = {"type": "tool_use", "id": reply.references[number], "name": content.name, "input": {}}
            kind, member = "input_json_delta", "partial_json"
        yield Frame({"type": "content_block_start", "index": index, "content_block": block})
        if index == 0:
            yield Frame({"type": "ping"})
        if number is not None:
            yield Frame({"type": "content_block_delta", "index": index, "delta": {"type": kind, member: ""}})
        for piece in pieces_of(content):
            yield Frame({"type": "content_block_delta", "index": index, "delta": {"type": kind, member: piece}}, True)
        yield Frame({"type": "content_block_stop", "index": index})
    reason = {"answer": "end_turn", "calls": "tool_use", "cut": "max_tokens"}[reply.end]
    yield Frame({"type": "message_delta", "delta": {"stop_reason": reason, "stop_sequence": None},
                 "usage": {"output_tokens": cost.completion}})
    yield Frame({"type": "message_stop"})


def tell_gemini(reply):
    def chunk(part, finish=None):
        candidate = {"content": {"parts": [part], "role": "model"}, "index": 0}
        usage = {"promptTokenCount": cost.prompt, "totalTokenCount": cost.prompt,
                 "promptTokensDetails": [{"modality": "TEXT", "tokenCount": cost.prompt}]}
        if finish:
            candidate["finishReason"] = finish
            usage |= {"candidatesTokenCount": cost.completion, "totalTokenCount": cost.prompt + cost.completion}
        return {"candidates": [candidate], "usageMetadata": usage, "modelVersion": reply.model, "responseId": reply.id}

    cost = reply.cost
    for content, number in reply.numbered():
        if number is None:
            yield from (Frame(chunk({"text": piece}), True) for piece in pieces_of(content))
            continue
        # Arguments come whole.
        part = {"functionCall": {"name": content.name, "args": content.arguments}}
        if reply.references[number] != content.name:
            part["functionCall"]["id"] = reply.references[number]
        if reply.signatures[number]:
            part["thoughtSignature"] = reply.signatures[number]
        yield Frame(chunk(part), True)
    yield Frame(chunk({"text": ""}, "MAX_TOKENS" if reply.is_cut else "STOP"))


def openai_error(_, kind, message, reason, __):
    type, code = kind
    return {"error": {"message": message, "type": type, "param": None, "code": reason or code}}


def anthropic_error(_, kind, message, __, ___):
    return {"type": "error", "error": {"type": kind, "message": message}, "request_id": "req_stand_in"}


def gemini_error(status, kind, message, reason, retry_after):
    details = []
    if reason:
        details.append({"@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": reason,
                        "domain": "googleapis.com", "metadata": {"service": "generativelanguage.googleapis.com"}})
    if retry_after is not None:
        details.append({"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": f"{retry_after}s"})
    return {"error": {"code": status, "message": message, "status": kind, **({"details": details} if details else {})}}


# -- vectors

@dataclass(frozen=True)
class Vectors:
    """How vectors are asked for, and how they are given."""

    path: re.Pattern
    read: Callable
    tell: Callable


def read_openai_texts(value, _):
    assert value.keys() == {"model", "input", "encoding_format"} and value["encoding_format"] == "float", value.keys()
    return value["model"], value["input"]


def read_gemini_texts(value, model):
    texts = []
    for each in value["requests"]:
        assert each.keys() == {"model", "content", "taskType"} and each["model"] == f"models/{model}", each
        assert each["taskType"] in ("RETRIEVAL_QUERY", "RETRIEVAL_DOCUMENT")
        [part] = each["content"]["parts"]
        texts.append(part["text"])
    return model, texts


def tell_openai_vectors(model, vectors):
    # Nothing says that they come in their order.
    data = [{"object": "embedding", "index": number, "embedding": vector} for number, vector in enumerate(vectors)][::-1]
    return {"object": "list", "data": data, "model": model, "usage": {"prompt_tokens": 1, "total_tokens": 1}}


def tell_gemini_vectors(_, vectors):
    return {"embeddings": [{"values": vector} for vector in vectors]}


# -- the table

@dataclass(frozen=True)
class Dialect:
    """How a provider is asked, and how it answers."""

    # What stands behind host and port in its base URL, and the path of a request with its query.
    base: str
    path: re.Pattern
    query: dict
    # The field that carries the key, the text around it, and the fields that have to be there besides.
    key_field: str
    key_text: str
    fields: dict
    shape: dict
    read: Callable
    tell: Callable
    error: Callable
    # The kind of a refusal by its status.
    kinds: dict
    words: dict
    # Whether roles alternate, whether calls need their tools declared, whether a call has an id.
    alternates: bool
    keeps_tools: bool
    call_prefix: str | None
    # The path of a request for vectors, its shape, and the shape of its answer; nothing where there are none.
    vectors: "Vectors | None" = None
    # The name of an event that carries a piece, where events have names.
    piece_event: str | None = None
    line_end: str = "\n"
    content_type: str = "text/event-stream; charset=utf-8"


WORDS = {
    "path": "Unknown request URL: {} {}", "field": "{}: header is required",
    "type": "content-type must be application/json, not {}", "json": "could not parse the JSON body: {}",
    "missing": "{}: Field required", "unknown": "{}: Extra inputs are not permitted", "kind": "{} must be {}",
    "model": "model: {}", "first": "the first message must use the user role",
    "last": "the last message must be the user's",
    "order": "roles must alternate, but found two turns of one role in a row",
    "unanswered": "calls without results immediately after: {}", "unasked": "results without their calls: {}",
    "undeclared": "requests which include calls or results must define tools",
    "not_made": "the model never made the call {} of {} with {}",
    "unsigned": "Function call is missing a thought_signature in functionCall parts: {}",
    "over": "the script has no turn left",
}

DIALECTS = {
    "openai": Dialect(
        "/v1", re.compile("/v1/chat/completions"), {}, "authorization", "Bearer {}", {}, OPENAI, read_openai,
        tell_openai, openai_error,
        {400: ("invalid_request_error", None), 401: ("invalid_request_error", "invalid_api_key"),
         403: ("invalid_request_error", "unsupported_country_region_territory"),
         404: ("invalid_request_error", "model_not_found"), 429: ("requests", "rate_limit_exceeded"),
         500: ("server_error", None), 503: ("server_error", "overloaded")},
        {**WORDS, "key": "Incorrect API key provided: key-of*****. You can find your API key at the usual place.",
         "no_key": "You didn't provide an API key.", "missing": "Missing required parameter: '{}'.",
         "unknown": "Unknown parameter: '{}'.",
         "model": "The model `{}` does not exist or you do not have access to it.",
         "unanswered": "An assistant message with 'tool_calls' must be followed by tool messages responding to each "
                       "'tool_call_id'. The following tool_call_ids did not have response messages: {}",
         "unasked": "messages with role 'tool' must be a response to a preceding message with 'tool_calls': {}"},
        alternates=False, keeps_tools=False, call_prefix="call_",
        vectors=Vectors(re.compile("/v1/embeddings"), read_openai_texts, tell_openai_vectors)),
    "anthropic": Dialect(
        "", re.compile("/v1/messages"), {}, "x-api-key", "{}", {"anthropic-version": "2023-06-01"}, ANTHROPIC,
        read_anthropic, tell_anthropic, anthropic_error,
        {400: "invalid_request_error", 401: "authentication_error", 403: "permission_error", 404: "not_found_error",
         413: "request_too_large", 429: "rate_limit_error", 500: "api_error", 503: "overloaded_error",
         529: "overloaded_error"},
        {**WORDS, "key": "invalid x-api-key", "no_key": "x-api-key header is required",
         "unanswered": "`tool_use` ids were found without `tool_result` blocks immediately after: {}",
         "unasked": "unexpected `tool_use_id` found in `tool_result` blocks: {}"},
        alternates=True, keeps_tools=True, call_prefix="toolu_",
        piece_event="content_block_delta"),
    # A wrong key is 400 with the reason API_KEY_INVALID at Google; here it is 401, and a test scripts the other.
    "gemini": Dialect(
        "", re.compile("/v1beta/models/([^/:]+):streamGenerateContent"), {"alt": ["sse"]}, "x-goog-api-key", "{}", {},
        GEMINI, read_gemini, tell_gemini, gemini_error,
        {400: "INVALID_ARGUMENT", 401: "UNAUTHENTICATED", 403: "PERMISSION_DENIED", 404: "NOT_FOUND",
         429: "RESOURCE_EXHAUSTED", 500: "INTERNAL", 503: "UNAVAILABLE", 504: "DEADLINE_EXCEEDED"},
        {**WORDS, "unknown": "Invalid JSON payload received. Unknown name \"{}\": Cannot find field.",
         "model": "models/{} is not found for API version v1beta, or is not supported for generateContent.",
         "key": "API key not valid. Please pass a valid API key.",
         "no_key": "Method doesn't allow unregistered callers.",
         "unanswered": "Please ensure that the number of function response parts is equal to the number of function "
                       "call parts of the function call turn: {}",
         "unasked": "Please ensure that function response turn comes immediately after a function call turn: {}"},
        alternates=False, keeps_tools=False, call_prefix=None, line_end="\r\n", content_type="text/event-stream",
        vectors=Vectors(re.compile("/v1beta/models/([^/:]+):batchEmbedContents"), read_gemini_texts, tell_gemini_vectors)),
}


# -- the connection

class Over(Exception):
    """The connection has nothing more to say."""


class Gone(Over):
    """The client closed the connection."""


class Peer:
    """A client's connection, which can be looked at at any time to see whether it is still there."""

    def __init__(self, connection, stopping):
        self.connection, self.stopping = connection, stopping
        self.held = bytearray()

    def look(self, wait=0.0):
        """Takes what has come; waits for it so long at most."""
        if self.stopping.is_set():
            raise Over
        pending = isinstance(self.connection, ssl.SSLSocket) and self.connection.pending()
        if not pending and not select.select([self.connection], [], [], wait)[0]:
            return
        self.connection.settimeout(0)
        try:
            data = self.connection.recv(1 << 16)
        except (BlockingIOError, ssl.SSLWantReadError):
            return
        except OSError:
            raise Gone from None
        finally:
            self.connection.settimeout(SEND_MAX)
        if not data:
            raise Gone
        self.held += data

    def send(self, data):
        try:
            self.connection.sendall(data)
        except OSError:
            raise Gone from None

    def take(self, count):
        while len(self.held) < count:
            self.look(POLL)
        data = bytes(self.held[:count])
        del self.held[:count]
        return data

    def take_until(self, mark):
        while mark not in self.held:
            if len(self.held) > BODY_MAX:
                raise Over
            self.look(POLL)
        return self.take(self.held.index(mark) + len(mark))

    def request(self):
        """The next request."""
        line, _, fields = self.take_until(b"\r\n\r\n").partition(b"\r\n")
        method, target, version = line.decode("ascii").split(" ")
        headers = {}
        for name, text in http.client.parse_headers(io.BytesIO(fields)).items():
            headers[name.lower()] = f"{headers[name.lower()]}, {text}" if name.lower() in headers else text
        assert version == "HTTP/1.1" and "host" in headers, f"{line} without what HTTP/1.1 wants"
        if headers.get("expect", "").lower() == "100-continue":
            self.send(b"HTTP/1.1 100 Continue\r\n\r\n")
        if headers.get("transfer-encoding", "").lower() == "chunked":
            body = b""
            while size := int(self.take_until(b"\r\n").split(b";")[0], 16):
                body += self.take(size)
                assert self.take(2) == b"\r\n", "a chunk that does not end"
            self.take_until(b"\r\n")
        else:
            body = self.take(int(headers.get("content-length", 0)))
        place = urlsplit(target)
        return Request(method, place.path, parse_qs(place.query, keep_blank_values=True), headers, body)


@dataclass(eq=False)
class Request:
    """A request and what became of it; moments are those of `time.monotonic`."""

    method: str
    path: str
    query: dict
    headers: dict
    body: bytes
    began: float = field(default_factory=time.monotonic)
    # The body's value, and what it says.
    value: object = None
    asked: Asked | None = None
    # The status of the answer, when each of its pieces was sent, when it was complete.
    status: int | None = None
    sent: list = field(default_factory=list)
    ended: float | None = None
    # When the client was seen to have closed the connection, though the answer was not complete.
    closed: float | None = None


# -- the engine

class Provider:
    """A provider on a port of this machine, for as long as a `with` lasts.

    `grain` is the most bytes of a chunk of HTTP; `signs` has calls carry an id and a signature, as the newer models of
    Gemini do. Without a key every caller is welcome. `certificate` is the paths of a chain and a key. `embed` gives the
    vectors of some texts, a refusal, or the bytes of any other answer; requests for vectors are no turns.
    """

    def __init__(self, dialect, *turns, key=KEY, models=(MODEL,), certificate=None, grain=None, signs=False, embed=None):
        self.dialect, self.key, self.models, self.grain, self.signs = DIALECTS[dialect], key, models, grain, signs
        self.turns = [turn if isinstance(turn, list) else [turn] for turn in turns]
        self.news = threading.Condition()
        self.requests = []
        # The texts of which vectors were asked for, request by request.
        self.embed, self.embedded = embed, []
        # Why requests were refused, other than by the script.
        self.wrong = []
        self.made = []
        self.numbers = itertools.count(1)
        self.stopping = threading.Event()
        self.threads = []
        self.context = None
        if certificate:
            self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self.context.load_cert_chain(*certificate)
            self.context.set_alpn_protocols(["http/1.1"])

    def __enter__(self):
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        place = f"https://localhost:{self.port}" if self.context else f"http://127.0.0.1:{self.port}"
        self.base_url = place + self.dialect.base
        self.start(self.accept)
        return self

    def __exit__(self, *_):
        self.stopping.set()
        self.listener.shutdown(socket.SHUT_RDWR)
        for thread in self.threads:
            thread.join(SEND_MAX)
        self.listener.close()

    def start(self, work, *arguments):
        thread = threading.Thread(target=work, args=arguments, daemon=True)
        self.threads.append(thread)
        thread.start()

    # -- for tests

    @property
    def closed(self):
        """The requests whose client did not wait for the end of the answer."""
        return [request for request in self.requests if request.closed]

    def wait(self, condition, within=20.0):
        """Waits until something is true of what was recorded."""
        with self.news:
            assert self.news.wait_for(condition, within), f"it did not come true; wrong: {self.wrong}"

    def request(self, number=1, within=20.0):
        """The request of that number, once it has come and was looked at."""
        self.wait(lambda: len(self.requests) >= number, within)
        return self.requests[number - 1]

    def take_wrong(self):
        """Why requests were refused, once: a test that says so expects them to be."""
        with self.news:
            found, self.wrong = self.wrong, []
        return found

    # -- connections

    def accept(self):
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            self.start(self.serve, connection)

    def serve(self, connection):
        try:
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            connection.settimeout(SEND_MAX)
            if self.context:
                connection = self.context.wrap_socket(connection, server_side=True)
            peer = Peer(connection, self.stopping)
            while True:
                self.answer(peer, peer.request())
        except (Over, OSError):
            # Whoever sees the end of a connection sees it in what was recorded.
            pass
        except Exception as error:
            self.note(lambda: self.wrong.append(f"the request or this script is broken: {error!r}"))
        finally:
            connection.close()

    def note(self, change):
        with self.news:
            change()
            self.news.notify_all()

    def answer(self, peer, request):
        try:
            self.respond(peer, request)
            self.note(lambda: setattr(request, "ended", time.monotonic()))
        except Gone:
            self.note(lambda: setattr(request, "closed", time.monotonic()))
            raise

    def respond_vectors(self, peer, request, found):
        try:
            self.judge_fields(request.headers)
            model, texts = self.dialect.vectors.read(json.loads(request.body, object_pairs_hook=distinct), *(found.groups() or [None]))
        except Wrong as wrong:
            text = self.dialect.words[wrong.word].format(*wrong.facts)
            self.note(lambda: self.wrong.append(text))
            return self.refuse(peer, request, Refuse(wrong.status, text, reason=wrong.reason))
        answer = self.embed(texts)
        self.note(lambda: self.embedded.append(texts))
        if isinstance(answer, Silent):
            while True:
                peer.look(POLL)
        if isinstance(answer, Refuse):
            return self.refuse(peer, request, answer)
        body = answer if isinstance(answer, bytes) else json.dumps(self.dialect.vectors.tell(model, answer)).encode()
        self.send_head(peer, request, 200, [("content-type", "application/json"), ("content-length", len(body))])
        peer.send(body)

    def respond(self, peer, request):
        vectors = self.dialect.vectors
        if self.embed and vectors and (found := vectors.path.fullmatch(request.path)):
            return self.respond_vectors(peer, request, found)
        try:
            request.asked = self.judge(request)
            turn = self.next_turn()
        except Wrong as wrong:
            text = self.dialect.words[wrong.word].format(*wrong.facts)
            self.note(lambda: (self.wrong.append(text), self.requests.append(request)))
            self.refuse(peer, request, Refuse(wrong.status, text, reason=wrong.reason))
            return
        self.note(lambda: self.requests.append(request))
        match turn[0]:
            case Refuse() as refusal:
                self.refuse(peer, request, refusal)
            case Silent():
                while True:
                    peer.look(POLL)
            case _:
                self.stream(peer, request, turn)

    def next_turn(self):
        with self.news:
            if not self.turns:
                raise Wrong("over")
            return self.turns.pop(0)

    # -- judging

    def judge(self, request):
        """What a request wants, when it is right in everything."""
        dialect = self.dialect
        found = dialect.path.fullmatch(request.path)
        if request.method != "POST" or not found or request.query != dialect.query:
            facts = request.method, f"{request.path} with the query {sorted(request.query)}"
            raise Wrong("path", *facts, status=404, reason="unknown_url")
        self.judge_fields(request.headers)
        try:
            request.value = json.loads(request.body, object_pairs_hook=distinct)
        except ValueError as error:
            raise Wrong("json", error) from None
        check(request.value, dialect.shape)
        asked = dialect.read(request.value, unquote(found[1]) if found.groups() else None)
        if asked.model not in self.models:
            raise Wrong("model", asked.model, status=404)
        self.judge_order(asked)
        self.judge_calls(asked)
        return asked

    def judge_fields(self, headers):
        dialect = self.dialect
        if self.key is not None:
            if dialect.key_field not in headers:
                raise Wrong("no_key", status=401)
            if headers[dialect.key_field] != dialect.key_text.format(self.key):
                raise Wrong("key", status=401)
        for name, text in dialect.fields.items():
            if headers.get(name) != text:
                raise Wrong("field", name)
        if headers.get("content-type", "").split(";")[0].strip().lower() != "application/json":
            raise Wrong("type", headers.get("content-type"))

    def judge_order(self, asked):
        """Who speaks when, and that results follow their calls."""
        if not asked.entries or asked.entries[0].is_model:
            raise Wrong("first")
        for before, entry in zip([Entry(True), *asked.entries], asked.entries):
            if self.dialect.alternates and before.is_model == entry.is_model:
                raise Wrong("order")
            wanted = Counter(call.reference for call in before.calls)
            given = Counter(result.reference for result in entry.results)
            if wanted - given:
                raise Wrong("unanswered", ", ".join(wanted - given))
            if given - wanted:
                raise Wrong("unasked", ", ".join(given - wanted))
        if asked.entries[-1].is_model:
            raise Wrong("last")
        if self.dialect.keeps_tools and asked.calls and not asked.tools:
            raise Wrong("undeclared")

    def judge_calls(self, asked):
        """A history holds the calls that were made, as they were made."""
        for call in asked.calls:
            if not any((call.name, call.arguments) == (made.name, made.arguments)
                       and call.reference in (made.reference, made.name) for made in self.made):
                raise Wrong("not_made", call.reference, call.name, call.arguments)
        signatures = {made.signature for made in self.made} | {NO_SIGNATURE}
        for entry in asked.entries if self.signs else []:
            if entry.calls and (entry.calls[0].signature or "") not in signatures:
                raise Wrong("unsigned", entry.calls[0].name)

    # -- answering

    def refuse(self, peer, request, refusal):
        fields = [("content-type", "application/json")]
        if refusal.retry_after is not None:
            fields.append(("retry-after", refusal.retry_after))
        body = json.dumps(self.error(refusal, refusal.reason, refusal.retry_after)).encode()
        self.send_head(peer, request, refusal.status, [*fields, ("content-length", len(body))])
        peer.send(body)

    def error(self, refusal, reason=None, retry_after=None):
        kinds = self.dialect.kinds
        kind = kinds.get(refusal.status) or kinds[500 if refusal.status >= 500 else 400]
        return self.dialect.error(refusal.status, kind, refusal.message, reason, retry_after)

    def send_head(self, peer, request, status, fields):
        request.status = status
        lines = [f"HTTP/1.1 {status} {http.client.responses.get(status, 'Overloaded')}",
                 *(f"{name}: {text}" for name, text in [("x-request-id", f"req_{next(self.numbers)}"), *fields])]
        peer.send("\r\n".join([*lines, "", ""]).encode())

    def reply(self, request, turn):
        """A turn as its dialect needs it; its calls are known as made from now on."""
        contents = [each for each in turn if isinstance(each, (Say, Call))] or [Say()]
        calls = [content for content in contents if isinstance(content, Call)]
        prefix = self.dialect.call_prefix or ("fc_" if self.signs else None)
        # A call without an id goes by its name.
        references = [f"{prefix}{next(self.numbers):024}" if prefix else call.name for call in calls]
        # Of calls at the same time the first is signed.
        signatures = [f"c2lnbmVk{next(self.numbers):04}" if self.signs and not index else None
                      for index in range(len(calls))]
        self.made += [Called(reference, call.name, call.arguments, signature)
                      for reference, call, signature in zip(references, calls, signatures)]
        cost = next((each for each in turn if isinstance(each, Cost)), Cost())
        return Reply(f"{next(self.numbers):024}", request.asked.model, contents, cost,
                     any(isinstance(each, Cut) for each in turn), request.asked.wants_usage, references, signatures)

    def stream(self, peer, request, turn):
        frames = list(self.dialect.tell(self.reply(request, turn)))
        total = sum(frame.is_piece for frame in frames)
        troubles = [each for each in turn if hasattr(each, "after_pieces")]
        self.send_head(peer, request, 200, [("content-type", self.dialect.content_type), ("cache-control", "no-cache"),
                                            ("transfer-encoding", "chunked")])
        number = 0
        for frame in frames:
            if frame.is_piece or number == total:
                for trouble in [each for each in troubles if min(each.after_pieces, total) <= number]:
                    if not isinstance(trouble, Slow):
                        troubles.remove(trouble)
                    if self.trouble(peer, trouble):
                        return
            peer.look()
            self.send_event(peer, frame.value)
            if frame.is_piece:
                number += 1
                self.note(lambda: request.sent.append(time.monotonic()))
        # Whoever has the last event may go without the end of the body.
        with contextlib.suppress(Gone):
            peer.send(b"0\r\n\r\n")

    def trouble(self, peer, trouble):
        """Does what the script wants in the middle; true when the answer is over by that."""
        match trouble:
            case Slow():
                while not trouble.gate.is_set():
                    peer.look(POLL)
            case Garbage():
                self.send_event(peer, trouble.text, self.dialect.piece_event)
            case ErrorInStream():
                self.send_event(peer, self.error(trouble))
                peer.send(b"0\r\n\r\n")
                return True
            case BreakOff(politely=True):
                peer.send(b"0\r\n\r\n")
                return True
            case BreakOff():
                raise Over
        return False

    def send_event(self, peer, value, name=None):
        """One event; a text stands for itself."""
        end = self.dialect.line_end
        if self.dialect.piece_event and isinstance(value, dict):
            name = value["type"]
        text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, separators=(",", ":"))
        data = f"{f'event: {name}{end}' if name else ''}data: {text}{end}{end}".encode()
        for start in range(0, len(data), self.grain or len(data)):
            part = data[start:start + (self.grain or len(data))]
            peer.send(b"%x\r\n%b\r\n" % (len(part), part))
