"""What was promised of every answer, most of it by the server's own OpenAPI document."""

import jsonschema

import formats
from blackbox import frames

# The place of each row in the document.
PLACES = {"/api/runs/{run}": "/api/runs/{run_id}", "/api/runs/{run}/events": "/api/runs/{run_id}/events",
          "/api/runs/{run}/stream": "/api/runs/{run_id}/stream", "/api/runs/{run}/cancel": "/api/runs/{run_id}/cancel",
          "/api/sessions/s_fuzz/runs": "/api/sessions/{session_key}/runs"}
ENVELOPE, PROBLEM = "ErrorEnvelope", "CodedProblem"
# The part of the interface whose refusals are problem details.
PAGES = ("text/plain", "text/html", "text/css", "text/javascript")
PROBLEMS_PREFIX = "/api/v1/"
# What may be done to a request that RFC 9113 calls malformed, and to a connection that asks for too much.
RESETS, GOAWAYS = {frames.PROTOCOL_ERROR}, {0, frames.ENHANCE_YOUR_CALM}


class Judge:
    """Says what is wrong with the answers of a conversation."""

    def __init__(self, document):
        self.document = document
        self.validators = {}

    def faults(self, conversation, client):
        """Sentences, each about one answer or the connection."""
        if client.is_late:
            yield "an answer did not come in time"
        if client.broken:
            yield client.broken
        for code in client.goaways:
            if code == frames.INTERNAL_ERROR or code not in GOAWAYS and not conversation.is_damaged:
                yield f"GOAWAY {code}"
        if not conversation.is_damaged and client.is_closed and not client.goaways:
            yield "the connection was closed without a GOAWAY"
        for stream, answer in client.answers.items():
            request = conversation.asked.get(stream)
            is_whole = not conversation.is_damaged or any(stream in turn.awaited for turn in conversation.turns)
            if answer.reset == frames.INTERNAL_ERROR and request is not None and request.is_endless:
                continue
            try:
                self.judge(answer, request if is_whole else None)
            except Exception as error:  # whatever a decoder says of an answer is a finding
                heads = answer.heads[0] if answer.heads else None
                yield f"stream {stream}: {str(error)[:300]!r}: {request and (request.method, request.path[:100])}, {heads}, {bytes(answer.body[:300])!r}"

    def judge(self, answer, request):
        """One answer; of a request without a name only what holds for every answer."""
        if answer.reset is not None:
            assert answer.reset != frames.INTERNAL_ERROR, "INTERNAL_ERROR"
            assert request is None or not request.is_legal and answer.reset in RESETS, f"RST_STREAM {answer.reset} for a legal request"
        assert answer.interim in ([], [[(":status", "100")]]), "an interim answer that nobody asked for"
        if not answer.heads:
            return
        assert len(answer.heads) == 1, "more than one head"
        assert all(name == name.lower() and value == value.strip() for name, value in answer.heads[0]), "a field that HTTP/2 has not"
        status = int(answer.value(":status"))
        assert 200 <= status < 500, "a fault of the server's"
        if not answer.is_ended:
            return
        self.check_length(answer, request, status)
        if answer.body:
            self.check_body(answer, request, status)

    @staticmethod
    def check_length(answer, request, status):
        # A request that is not known may have been a HEAD.
        may_lack = request is None or request.method == "HEAD"
        length = answer.value("content-length")
        assert length is None or int(length) == len(answer.body) or may_lack and not answer.body, "a length that is not the body's"
        assert answer.body or may_lack or status < 300, "a refusal without a body"

    def check_body(self, answer, request, status):
        type_ = answer.value("content-type")
        # Streams and pages are no values, and neither is the manual, which the document is in Markdown.
        is_manual = type_ == formats.CONTENT_TYPES[formats.MARKDOWN] and answer.body.startswith(b"# Switchyard ")
        if type_ in formats.FEEDS or type_.startswith(PAGES) or is_manual:
            assert status == 200
            return
        value = formats.decode(bytes(answer.body), type_)
        assert type_ in (formats.PROBLEM, *formats.CONTENT_TYPES.values()), "a type that is not offered"
        is_markdown = type_.startswith(formats.MARKDOWN)
        if status >= 400:
            schema = PROBLEM if "error" not in value else ENVELOPE
            if request is not None and request.row:
                assert schema == (PROBLEM if request.row.startswith(PROBLEMS_PREFIX) else ENVELOPE), "a refusal in the shape of another zone"
            # Markdown has no sign for an object without members.
            if not is_markdown:
                self.validator({"$ref": f"#/components/schemas/{schema}"}).validate(value)
        if request is None or request.row is None:
            return
        accept = [value for name, value in request.fields if name == b"accept"]
        # What stands behind the limit of a head is not read.
        if len(accept) == 1 and accept[0].decode() in formats.ANSWERS and status not in (406, 431):
            assert type_ in (formats.CONTENT_TYPES[accept[0].decode()], *[formats.PROBLEM] * (accept[0] == b"application/json")), "not what was asked for"
        place = self.document["paths"][PLACES.get(request.row, request.row)]
        row = place.get(request.method.lower()) if request.method.isupper() else None
        if row is None:
            assert status >= 400 or request.method in ("OPTIONS", "HEAD"), f"{status} where no row is"
            return
        assert str(status) in row["responses"], f"{status} is not in the document"
        if status < 300 and not is_markdown:
            [schema] = [media["schema"] for name, media in row["responses"][str(status)]["content"].items() if name == type_]
            self.validator(schema).validate(value)

    def validator(self, schema):
        key = str(schema)
        if key not in self.validators:
            self.validators[key] = jsonschema.Draft202012Validator({**schema, "components": self.document["components"]})
        return self.validators[key]
