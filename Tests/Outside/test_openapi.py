"""The document that describes the interface, held against the interface."""

import json
import re

import jsonschema
import openapi_spec_validator
import pytest

import formats
from server import command, mock
from test_doors import INPUTS, connector, crew, scope_of, sheet, somebody, waiting

PATH = "/api/v1/openapi"
RUNS = [f"switchyard.runs.v1.Runs/{name}"
        for name in ("Create", "Get", "List", "Events", "Watch", "Cancel")]


@pytest.fixture(scope="module")
def document(shared):
    answer = shared.get(PATH, scope=None)
    assert answer.status == 200
    return answer.value


def operations(document):
    for path, item in document["paths"].items():
        for verb, operation in item.items():
            yield verb.upper(), path, operation


def schema_of(document, response):
    """The validator of a response's JSON, or nil where there is none."""
    if "$ref" in response:
        response = document["components"]["responses"][response["$ref"].split("/")[-1]]
    for type in (formats.JSON, formats.PROBLEM):
        if type in response.get("content", {}):
            schema = response["content"][type]["schema"]
            return jsonschema.Draft202012Validator({**schema, "components": document["components"]})
    return None


def test_the_document_is_valid(document):
    assert document["openapi"].startswith("3.1")
    openapi_spec_validator.validate(document)


def test_the_document_is_the_same_in_cbor(shared, document):
    answer = shared.get(PATH, scope=None, accept=formats.CBOR)
    assert formats.differences(answer.value, document) == []


def test_in_markdown_it_is_a_manual(shared, document):
    """Of every method and type, with examples that are JSON."""
    answer = shared.get(PATH, scope=None, accept=formats.MARKDOWN)
    text = answer.body.decode()
    assert answer.status == 200 and answer.content_type == formats.CONTENT_TYPES[formats.MARKDOWN]
    assert text.startswith("# Switchyard ")
    for path, item in document["paths"].items():
        for verb, operation in item.items():
            assert f"`{verb.upper()} {path}`, gRPC `{operation['x-grpc']}`" in text
            assert operation["summary"] in text
    named = set(re.findall(r"`([A-Z][A-Za-z]+)`", text))
    assert named <= set(re.findall(r"^### ([A-Za-z]+)$", text, re.M)) | {"GET", "POST", "Bearer"}
    blocks = re.findall(r"```json\n(.*?)```", text, re.S)
    assert len(blocks) > 10 and all(json.loads(block) is not None for block in blocks)


def test_examples_fit_their_schemas(document):
    """What documents show is what servers take and give."""
    found = 0
    for item in document["paths"].values():
        for operation in item.values():
            bodies = [operation.get("requestBody", {}), *operation["responses"].values()]
            for media in (media for body in bodies for media in body.get("content", {}).values()):
                for schema, example in (("schema", "example"), ("x-event", "x-event-example")):
                    if example in media and media[schema].get("type") != "string":
                        whole = {**media[schema], "components": document["components"]}
                        jsonschema.Draft202012Validator(whole).validate(media[example])
                        found += 1
    assert found > 10


def test_methods_have_their_names(document):
    names = [operation["operationId"] for _, _, operation in operations(document)]
    assert len(set(names)) == len(names) and set(RUNS) <= set(names)


def test_the_command_line_knows_the_same_methods(document):
    listed = command("call", "--list").stdout.split("\n")
    names = {line.split()[0] for line in listed if line}
    assert names == {operation["operationId"] for _, _, operation in operations(document)}


def fill(server, path, run):
    there = crew(server)
    names = {"run_id": run, "session_key": "s_openapi", "username": somebody(server).username, "role_id": there.lead,
             "group_id": there.still, "memory_id": there.memory, "connector_id": connector(server)}
    if "{skill_id}" in path:
        names["skill_id"] = there.skill()
    filled = re.sub(r"\{(\w+)\}", lambda found: names.get(found[1], found[0]), path)
    if "{refusal_id}" in filled:
        filled = filled.replace("{refusal_id}", server.post("/api/runs", {}, token="sy_nobody").field("x-correlation-id"))
    return f"{filled}?email={somebody(server).email}" if path == "/api/v1/auth/users" else filled


def value_of(server, verb, path):
    """A body that is granted; None where there is none, or an empty one will do."""
    if path.endswith("/inject"):
        return {"message": "é"}
    for name, row in INPUTS.items():
        if sheet(name).request == f"{verb} {path}" and sheet(name).has_body and "{run_id}" not in path:
            good = row.good(server)
            return {field: good[field] for field in good if f"{{{field}}}" not in path}
    return None


def token_of(server, verb, path):
    """Whose call it is."""
    return next(row.token(server) for name, row in INPUTS.items() if sheet(name).request == f"{verb} {path}")


def scope_for(verb, path):
    return next(scope_of(sheet(name)) for name in INPUTS if sheet(name).request == f"{verb} {path}")


def test_every_row_answers_as_it_says(shared, document):
    """Success and three refusals of every operation have a documented status and shape."""
    for verb, path, operation in operations(document):
        value = value_of(shared, verb, path)
        run = shared.create(mock({"hang": True}, session="s_openapi_hang"))
        if path.endswith(("/approve", "/reject")):
            run = waiting(shared)
        if "stream" in path:
            shared.cancel(run)
            shared.finished(run)
        options = [{}, {"scope": {}}, {"token": "sy_nobody"}, {"accept": "image/png"}]
        for index, option in enumerate(options):
            answer = shared.call(verb, fill(shared, path, run), value, **{"token": token_of(shared, verb, path), "scope": scope_for(verb, path), **option})
            described = operation["responses"].get(str(answer.status))
            assert described is not None, f"{verb} {path} answered {answer.status}"
            if index == 0:
                assert answer.status < 300, (verb, path, answer.body)
            if answer.content_type in (formats.JSON, formats.PROBLEM):
                schema_of(document, described).validate(answer.value)
        if "stream" not in path:
            shared.cancel(run)


def test_runs_and_events_have_the_described_shape(shared, document):
    run = shared.create({"session_key": "s_openapi_run", "input": "12 * (3 + 4)"})
    shared.finished(run)
    for path in ("/api/runs/{run_id}", "/api/runs/{run_id}/events",
                 "/api/sessions/{session_key}/runs"):
        answer = shared.get(fill(shared, path, run))
        schema_of(document, document["paths"][path]["get"]["responses"]["200"]).validate(answer.value)


def test_limits_stand_in_the_schema(document):
    body = document["paths"]["/api/runs"]["post"]["requestBody"]["content"][formats.JSON]["schema"]
    schema = document["components"]["schemas"][body["$ref"].split("/")[-1]]
    assert schema["required"] == ["input"] and schema["additionalProperties"] is False
    assert schema["properties"]["input"]["maxLength"] == 100_000
