"""Connectors to Feishu from outside (document 004, 2.7 and 9; the catalogue, 4.9), against a stand-in for its platform."""

import json
import re
import sqlite3
import threading

import pytest

import formats
from accounts import together
from feishu import APP, BUSY, DOWN, FORBIDDEN, GARBAGE, NO_FOLDER, SECRET, SLOWED, Base, Document, Feishu, Refusal
from server import SCOPE, Answer, free_port, has_curl, mock, until
from test_clock import HOUR, clock

__all__ = ["clock"]

SCOPE = {**SCOPE, "x-project-id": "atlas"}
COLLEAGUE = {**SCOPE, "x-user-id": "somebody_else"}
PATH = "/api/feishu/connectors"
TOKEN = "/open-apis/auth/v3/tenant_access_token/internal"
METAS = "/open-apis/drive/v1/metas/batch_query"
DEFAULTS = {
    "folder_tokens": [], "wiki_node_tokens": [], "file_tokens": [], "bitable_app_tokens": [], "poll_interval_seconds": 300,
    "max_docs_per_sync": 200, "max_records_per_table": 500,
    "chunking": {"target_tokens": 600, "max_tokens": 1100, "min_tokens": 120, "media_context_blocks": 2}}
NOTHING = dict.fromkeys(["discovered", "processed", "skipped", "failed", "docx_docs", "bitable_tables", "chunk_count"], 0)

pytestmark = pytest.mark.skipif(not has_curl(), reason="libcurl speaks to Feishu")


@pytest.fixture
def feishu():
    with Feishu() as feishu:
        yield feishu
        assert feishu.wrong == []


def flags(folder, url, secret=SECRET):
    """What a server is started with to read of there."""
    path = folder / "feishu.secret"
    path.write_text(secret + "\n")
    return ["--feishu-app-id", APP, "--feishu-app-secret-file", str(path), "--feishu-base-url", url]


@pytest.fixture
def reader(launch, folder, feishu):
    """A server that reads of the stand-in."""
    return launch(*flags(folder, feishu.url))


def path_of(token):
    return f"/open-apis/docx/v1/documents/{token}"


def ask(server, verb, path, value=None, **options):
    return server.call(verb, path, value, **{"scope": SCOPE, **options})


def made(server, config=None, **more):
    """A connector's id; the server does not look of its own accord unless it is told to."""
    scope = more.pop("scope", SCOPE)
    answer = ask(server, "POST", PATH, {"name": "Handbook", "status": "paused", "config": config or {}, **more}, scope=scope)
    assert answer.status == 201, answer.body
    return answer.value["id"]


def sync(server, connector, **options):
    """A job that has ended."""
    answer = ask(server, "POST", f"{PATH}/{connector}/sync", **options)
    assert answer.status == 202, answer.body
    assert answer.value["status"] in ("completed", "failed"), answer.value
    return answer.value


def completed(server, connector, **stats):
    """A job that was completed; what is not said of its numbers is nothing."""
    job = sync(server, connector)
    assert job["status"] == "completed" and job["error_message"] is None, job
    chunks = job["stats"].pop("chunk_count")
    assert job["stats"] == {**{name: 0 for name in NOTHING if name != "chunk_count"}, **stats}, job
    assert (chunks > 0) == (job["stats"]["processed"] > 0)
    return job


def rows(server, query, *values):
    """What lies in the store."""
    with sqlite3.connect(f"file:{server.folder / 'main.db'}?mode=ro", uri=True) as database:
        database.row_factory = sqlite3.Row
        return [dict(row) for row in database.execute(query, values)]


def memories(server):
    """What projects remember, by the key of its source."""
    found = {}
    for row in rows(server, "SELECT * FROM project_memories ORDER BY ordinal"):
        row["metadata"] = json.loads(row["metadata"])
        row["chunks"] = [each["text"] for each in rows(server, "SELECT text FROM project_memory_chunks WHERE memory_id = ? ORDER BY ordinal", row["id"])]
        found[row["source_key"]] = row
    return found


def events(server):
    return [(row["type"], json.loads(row["payload"])) for row in
            rows(server, "SELECT type, payload FROM event_log WHERE stream = 'org:o1' AND type LIKE 'feishu.%' ORDER BY seq")]


def refused(answer, status, code, field=None):
    assert answer.status == status, answer.body
    error = answer.value["error"]
    assert error["code"] == code and error["message"], error
    assert field is None or error["details"]["field"] == field, error


# -- connectors

@pytest.mark.parametrize("format", [formats.JSON, formats.CBOR])
def test_a_connector_is_what_it_was_made(shared, format):
    config = {"folder_tokens": ["fld1"], "poll_interval_seconds": 60, "chunking": {"min_tokens": 600}}
    answer = ask(shared, "POST", PATH, {"name": "é", "config": config}, format=format, accept=format)
    assert answer.status == 201, answer.body
    value = answer.value
    assert re.fullmatch(r"fconn_[0-9a-z]{26}", value["id"])
    assert value == {
        "id": value["id"], "org_id": "o1", "project_id": "atlas", "name": "é", "status": "active", "created_by": "u1",
        "config": {**DEFAULTS, **config, "chunking": {**DEFAULTS["chunking"], "min_tokens": 600}}, "last_sync_at": None,
        "last_success_at": None, "last_error": None, "last_polled_at": None, "created_at": value["created_at"], "updated_at": value["created_at"]}
    assert ask(shared, "GET", f"{PATH}/{value['id']}").value == formats.decode(formats.encode(value, formats.JSON), formats.JSON)
    assert value["id"] in [each["id"] for each in ask(shared, "GET", PATH, accept=format).value["connectors"]]


def test_a_connector_in_markdown(shared):
    connector = made(shared)
    answer = ask(shared, "GET", f"{PATH}/{connector}", accept=formats.MARKDOWN)
    assert answer.status == 200 and answer.value["config"]["chunking"] == DEFAULTS["chunking"]


def test_a_change_replaces_the_configuration_as_a_whole(shared):
    connector = made(shared, {"file_tokens": ["a"], "max_docs_per_sync": 7})
    before = ask(shared, "GET", f"{PATH}/{connector}").value
    answer = ask(shared, "PATCH", f"{PATH}/{connector}", {"status": "active", "name": "Other"})
    assert answer.status == 200 and answer.value == {
        **before, "name": "Other", "status": "active", "updated_at": answer.value["updated_at"]}
    answer = ask(shared, "PATCH", f"{PATH}/{connector}", {"config": {"wiki_node_tokens": ["w"]}})
    assert answer.value["config"] == {**DEFAULTS, "wiki_node_tokens": ["w"]} and answer.value["name"] == "Other"
    assert ask(shared, "GET", f"{PATH}/{connector}").value == answer.value


def chunking(**more):
    return {"chunking": more}


# What is wrong with a configuration, and where.
CONFIGS = [
    ({"folder_tokens": "x"}, "folder_tokens"), ({"folder_tokens": [""]}, "folder_tokens"), ({"folder_tokens": [1]}, "folder_tokens"),
    ({"folder_tokens": ["x"] * 201}, "folder_tokens"), ({"wiki_node_tokens": ["x"] * 201}, "wiki_node_tokens"),
    ({"file_tokens": ["x" * 201]}, "file_tokens"), ({"file_tokens": ["x"] * 201}, "file_tokens"), ({"bitable_app_tokens": None}, "bitable_app_tokens"),
    ({"bitable_app_tokens": ["x"] * 201}, "bitable_app_tokens"), ({"poll_interval_seconds": 59}, "poll_interval_seconds"),
    ({"poll_interval_seconds": 86_401}, "poll_interval_seconds"), ({"poll_interval_seconds": 60.5}, "poll_interval_seconds"),
    ({"max_docs_per_sync": 0}, "max_docs_per_sync"), ({"max_docs_per_sync": 1001}, "max_docs_per_sync"),
    ({"max_records_per_table": 0}, "max_records_per_table"), ({"max_records_per_table": 5001}, "max_records_per_table"),
    ({"chunking": []}, "chunking"), (chunking(target_tokens=119), "target_tokens"), (chunking(target_tokens=2001), "target_tokens"),
    (chunking(max_tokens=239), "max_tokens"), (chunking(max_tokens=4001), "max_tokens"), (chunking(min_tokens=39), "min_tokens"),
    (chunking(min_tokens=1201), "min_tokens"), (chunking(media_context_blocks=5), "media_context_blocks"),
    (chunking(media_context_blocks=-1), "media_context_blocks"), (chunking(min_tokens=601), "min_tokens"),
    (chunking(target_tokens=1101), "target_tokens"), (chunking(overlap=1), "overlap"), ({"no_such": 1}, "no_such"), ([], "config"), (None, "config")]


@pytest.mark.parametrize("config, field", CONFIGS, ids=str)
def test_a_configuration_is_checked_field_by_field(shared, config, field):
    connector = made(shared)
    before = ask(shared, "GET", f"{PATH}/{connector}").value
    for answer in (ask(shared, "POST", PATH, {"name": "x", "config": config}),
                   ask(shared, "PATCH", f"{PATH}/{connector}", {"config": config}),
                   ask(shared, "POST", PATH, {"name": "x", "config": config}, format=formats.CBOR, accept=formats.CBOR)):
        refused(answer, 400, "VALIDATION_ERROR")
        details = answer.value["error"]["details"]
        assert field in details.get("field", details.get("path")), details
    assert ask(shared, "GET", f"{PATH}/{connector}").value == before


@pytest.mark.parametrize("change", [{"name": ""}, {"name": "x" * 121}, {"name": None}, {"name": 5}, {"status": "off"}, {"status": None}, {}, {"id": "fconn_1"}], ids=str)
def test_other_fields_are_checked(shared, change):
    refused(ask(shared, "PATCH", f"{PATH}/{made(shared)}", change), 400, "VALIDATION_ERROR")
    if change.keys() & {"name", "id"} or change == {"status": "off"}:
        refused(ask(shared, "POST", PATH, {"name": "x", "config": {}, **change}), 400, "VALIDATION_ERROR")


def test_what_must_be_there(shared):
    for value in ({"name": "x"}, {"config": {}}, {}):
        refused(ask(shared, "POST", PATH, value), 400, "VALIDATION_ERROR")


METHODS = [("POST", ""), ("GET", ""), ("GET", "/{}"), ("PATCH", "/{}"), ("POST", "/{}/sync"), ("GET", "/{}/jobs")]
BODIES = {("POST", ""): {"name": "x", "config": {}}, ("PATCH", "/{}"): {"name": "x"}}


@pytest.mark.parametrize("verb, path", METHODS)
def test_the_project_must_be_named(shared, verb, path):
    connector = made(shared)
    for missing in SCOPE:
        scope = {name: value for name, value in SCOPE.items() if name != missing}
        refused(ask(shared, verb, PATH + path.format(connector), BODIES.get((verb, path)), scope=scope), 400, "VALIDATION_ERROR", missing)


@pytest.mark.parametrize("verb, path", METHODS[2:])
def test_a_connector_is_its_projects(shared, verb, path):
    """A colleague has it as well; another project or organisation does not."""
    connector, body = made(shared), BODIES.get((verb, path))
    for other in ({"x-project-id": "hermes"}, {"x-org-id": "o2"}):
        refused(ask(shared, verb, PATH + path.format(connector), body, scope={**SCOPE, **other}), 404, "NOT_FOUND", "connector_id")
    assert ask(shared, verb, PATH + path.format(connector), body, scope=COLLEAGUE).status in (200, 202)
    refused(ask(shared, verb, PATH + path.format("fconn_0"), body), 404, "NOT_FOUND", "connector_id")
    refused(ask(shared, verb, PATH + path.format("conn"), body), 400, "VALIDATION_ERROR")


def test_a_project_lists_its_own(server):
    names = [made(server, name=name) for name in "abc"]
    other = made(server, scope={**SCOPE, "x-project-id": "hermes"})
    listed = lambda **scope: [each["id"] for each in ask(server, "GET", PATH, scope={**SCOPE, **scope}).value["connectors"]]
    assert listed() == names == listed(**{"x-user-id": "u9"}) and listed(**{"x-project-id": "hermes"}) == [other]
    assert listed(**{"x-org-id": "o2"}) == []


def test_a_project_has_a_number_of_them(server):
    for _ in range(100):
        made(server)
    refused(ask(server, "POST", PATH, {"name": "one more", "config": {}}), 409, "TOO_MANY")
    made(server, scope={**SCOPE, "x-project-id": "hermes"})


def test_a_repeated_key_makes_one(shared):
    key, value = "a-key-of-connectors", {"name": "once", "config": {}}
    answers = [ask(shared, "POST", PATH, value, idempotency_key=key) for _ in range(3)]
    assert len({each.value["id"] for each in answers}) == 1 and {each.status for each in answers} == {201}
    assert [each.field("idempotency-replayed") for each in answers] == [None, "true", "true"]
    assert ask(shared, "POST", PATH, {**value, "name": "x"}, idempotency_key=key).status == 422


def test_without_credentials_nothing_is_read(server):
    connector = made(server, {"file_tokens": ["a"]}, status="active")
    refused(ask(server, "POST", f"{PATH}/{connector}/sync"), 400, "FEISHU_SYNC_DISABLED")
    refused(ask(server, "POST", f"{PATH}/fconn_0/sync"), 404, "NOT_FOUND")
    assert ask(server, "GET", f"{PATH}/{connector}/jobs").value == {"jobs": []}
    assert ask(server, "GET", f"{PATH}/{connector}").value["last_polled_at"] is None


# -- syncs

def library(feishu):
    """A document and a base in a folder, a document in a wiki, and one that is named itself."""
    feishu.put(Document("doc1", "Ships", "They come in at dawn."), Document("doc2", "Winds", "They blow from the west."),
               Document("doc3", "Tides", "Twice a day."))
    feishu.put(Base("base1", "Fleet", {"Boats": [{"Name": "Ann", "Crew": 4}, {"Name": "Bea", "Crew": 2}], "Ports": [{"Port": [{"text": "Bre", "type": "text"}, {"text": "men", "type": "text"}]}]}))
    feishu.folders["fld1"] = [("docx", "doc1"), ("sheet", "sht1"), ("folder", "fld2"), ("bitable", "base1"), ("file", "box1")]
    feishu.wiki["wik1"] = ("docx", "doc2")
    return {"folder_tokens": ["fld1"], "wiki_node_tokens": ["wik1"], "file_tokens": ["doc3"]}


@pytest.mark.parametrize("format", [formats.JSON, formats.CBOR, formats.MARKDOWN])
def test_a_sync_brings_everything(reader, feishu, format):
    connector = made(reader, library(feishu))
    job = sync(reader, connector, accept=format)
    stats = {"discovered": 4, "processed": 4, "skipped": 0, "failed": 0, "docx_docs": 3, "bitable_tables": 2, "chunk_count": 4}
    assert {name: int(value) for name, value in job["stats"].items()} == stats
    assert re.fullmatch(r"fsjob_[0-9a-z]{26}", job["id"]) and (job["status"], job["trigger"]) == ("completed", "manual")
    job = ask(reader, "GET", f"{PATH}/{connector}/jobs").value["jobs"][0]
    assert job == {"id": job["id"], "org_id": "o1", "project_id": "atlas", "connector_id": connector, "trigger": "manual", "status": "completed",
                   "started_at": job["started_at"], "ended_at": job["ended_at"], "stats": stats, "error_message": None,
                   "created_at": job["created_at"], "updated_at": job["ended_at"]}
    assert job["created_at"] <= job["started_at"] <= job["ended_at"]
    found = memories(reader)
    assert found.keys() == {"docx:doc1", "docx:doc2", "docx:doc3", "bitable:base1"}
    assert {(row["org_id"], row["project_id"], row["type"]) for row in found.values()} == {("o1", "atlas", "archival")}
    assert found["docx:doc1"]["text"] == "# Ships\n\nThey come in at dawn." == found["docx:doc1"]["chunks"][0]
    assert found["docx:doc1"]["metadata"] == {
        "source_type": "feishu_docx", "source_key": "docx:doc1", "title": "Ships", "revision": "1", "connector_id": connector}
    assert found["bitable:base1"]["metadata"]["source_type"] == "feishu_bitable"
    assert found["bitable:base1"]["text"] == "# Fleet\n\n## Boats\n\nName: Ann\nCrew: 4\n\nName: Bea\nCrew: 2\n\n## Ports\n\nPort: Bremen"
    value = ask(reader, "GET", f"{PATH}/{connector}").value
    assert value["last_sync_at"] == value["last_success_at"] == job["ended_at"] and value["last_error"] is value["last_polled_at"] is None
    assert [type for type, _ in events(reader)] == ["feishu.sync_started", "feishu.sync_completed"]
    assert events(reader)[1][1] == {"connector_id": connector, "job_id": job["id"], "trigger": "manual", "stats": stats}


def test_what_is_as_it_was_is_skipped(reader, feishu):
    """Revision and contents, both."""
    connector = made(reader, library(feishu))
    completed(reader, connector, discovered=4, processed=4, docx_docs=3, bitable_tables=2)
    before = memories(reader)
    completed(reader, connector, discovered=4, skipped=4)
    assert memories(reader) == before
    feishu.documents["doc1"].change("And leave at dusk.")
    completed(reader, connector, discovered=4, processed=1, skipped=3, docx_docs=1)
    after = memories(reader)
    assert after["docx:doc1"]["id"] == before["docx:doc1"]["id"] and after["docx:doc1"]["text"].endswith("And leave at dusk.")
    assert after["docx:doc1"]["metadata"]["revision"] == "2" and after["docx:doc1"]["created_at"] == before["docx:doc1"]["created_at"]
    assert {key: row for key, row in after.items() if key != "docx:doc1"} == {key: row for key, row in before.items() if key != "docx:doc1"}
    # The same text in another revision, and another text in the same.
    feishu.documents["doc1"].revision += 1
    feishu.bases["base1"].tables["Ports"].append({"Port": "Kiel"})
    completed(reader, connector, discovered=4, processed=2, skipped=2, docx_docs=1, bitable_tables=2)
    assert "Port: Kiel" in memories(reader)["bitable:base1"]["text"]


def test_another_cut_reads_anew(reader, feishu):
    connector = made(reader, {"file_tokens": ["doc1"]})
    feishu.put(Document("doc1", "Long", *[f"Sentence {number} of a text that goes on and on." for number in range(100)]))
    job = completed(reader, connector, discovered=1, processed=1, docx_docs=1)
    assert job["status"] == "completed"
    before = memories(reader)["docx:doc1"]["chunks"]
    config = {"file_tokens": ["doc1"], "chunking": {"target_tokens": 120, "max_tokens": 240, "min_tokens": 40}}
    assert ask(reader, "PATCH", f"{PATH}/{connector}", {"config": config}).status == 200
    completed(reader, connector, discovered=1, processed=1, docx_docs=1)
    assert len(memories(reader)["docx:doc1"]["chunks"]) > len(before) > 1
    completed(reader, connector, discovered=1, skipped=1)


def test_each_source_is_read_once(reader, feishu):
    config = library(feishu)
    config["file_tokens"] = ["doc1", "doc1", "doc2", "base1"]
    config["bitable_app_tokens"] = ["base1"]
    completed(reader, made(reader, config), discovered=3, processed=3, docx_docs=2, bitable_tables=2)
    assert feishu.counts[path_of("doc1")] == 1


def test_what_is_beyond_the_limit_is_skipped(reader, feishu):
    connector = made(reader, {**library(feishu), "max_docs_per_sync": 1})
    completed(reader, connector, discovered=4, processed=1, skipped=3, docx_docs=1)
    assert memories(reader).keys() == {"docx:doc3"}


def test_so_many_records_of_a_table(reader, feishu):
    feishu.put(Base("base1", "Log", {"Days": [{"Day": number} for number in range(20)]}))
    completed(reader, made(reader, {"bitable_app_tokens": ["base1"], "max_records_per_table": 7}), discovered=1, processed=1, bitable_tables=1)
    assert re.findall(r"Day: (\d+)", memories(reader)["bitable:base1"]["text"]) == [str(number) for number in range(7)]


def test_values_of_a_base(reader, feishu):
    record = {"Text": "plain", "Number": 1.5, "Done": True, "At": 1770878341000, "Who": [{"name": "Ann", "id": "ou_1"}, {"name": "Bea", "id": "ou_2"}],
              "Link": {"link": "https://a.example", "text": "a place"}, "Choice": ["x", "y"], "File": [{"name": "a.pdf", "file_token": "t"}],
              "Formula": {"type": 1, "value": [{"text": "6*7", "type": "text"}]}, "Empty": None, "Nothing": []}
    feishu.put(Base("base1", "", {"T": [record, {}]}, times=["At"]))
    completed(reader, made(reader, {"file_tokens": ["base1"]}), discovered=1, processed=1, bitable_tables=1)
    assert memories(reader)["bitable:base1"]["text"] == (
        "## T\n\nText: plain\nNumber: 1.5\nDone: yes\nAt: 2026-02-12T06:39:01.000Z\nWho: Ann, Bea\nLink: a place\nChoice: x, y\nFile: a.pdf\nFormula: 6*7")


def test_a_document_of_every_kind_of_block(reader, feishu):
    document = feishu.put(Document("doc1", "All"))
    document.add("heading1", "One")
    document.add("heading2", "Two")
    bullet = document.add("bullet", "a")
    document.add("bullet", "b", parent=bullet)
    for text in ("first", "second"):
        document.add("ordered", text)
    document.add("todo", "done", style={"done": True})
    document.add("code", "let x = 1\nlet y = 2")
    document.add("quote", "said")
    document.add("text", "inside", parent=document.add("callout"))
    document.add("text", "   ")
    document.add("image", caption={"content": "a ship"})
    document.add("file", "plan.pdf")
    document.table([["Port", "Tide"], ["Kiel", "3|4"]])
    completed(reader, made(reader, {"file_tokens": ["doc1"]}), discovered=1, processed=1, docx_docs=1)
    row = memories(reader)["docx:doc1"]
    assert row["text"] == (
        "# All\n\n## One\n\n### Two\n\n- a\n  - b\n1. first\n2. second\n[x] done\n\n```\nlet x = 1\nlet y = 2\n```\n\n> said\n\ninside\n\n"
        "[image: a ship]\n\n[file: plan.pdf]\n\n| Port | Tide |\n| Kiel | 3\\|4 |")
    assert row["chunks"][1:] == [
        "> said\n\ninside\n\n[image: a ship]\n\n[file: plan.pdf]\n\n| Port | Tide |",
        "inside\n\n[image: a ship]\n\n[file: plan.pdf]\n\n| Port | Tide |\n| Kiel | 3\\|4 |"]


# -- what fails

@pytest.mark.parametrize("refusal", [FORBIDDEN, GARBAGE, Refusal(404, 1770002, "not found"), Refusal(200, 1254045, "no field"),
                                     Refusal(200, body=b"[]"), Refusal(200, body=b'{"code":0}'), Refusal(200, body=b"")], ids=lambda refusal: f"{refusal.status} {refusal.code} {refusal.body}")
def test_a_source_that_fails_is_counted(reader, feishu, refusal):
    feishu.always[path_of("doc1")] = refusal
    connector = made(reader, library(feishu))
    completed(reader, connector, discovered=4, processed=3, failed=1, docx_docs=2, bitable_tables=2)
    assert memories(reader).keys() == {"docx:doc2", "docx:doc3", "bitable:base1"}
    assert ask(reader, "GET", f"{PATH}/{connector}").value["last_error"] is None
    assert "docx:doc1" in reader.log.read_text()


def test_a_folder_without_permission_blocks_nobody(reader, feishu):
    config = library(feishu)
    feishu.folders["fld2"] = [("docx", "doc1")]
    feishu.refuse("/open-apis/drive/v1/files", NO_FOLDER)
    completed(reader, made(reader, {**config, "folder_tokens": ["fld1", "fld2"]}), discovered=3, processed=3, failed=1, docx_docs=3)


def test_files_of_unknown_kind_are_taken_for_documents(reader, feishu):
    library(feishu)
    feishu.always[METAS] = FORBIDDEN
    completed(reader, made(reader, {"file_tokens": ["doc1", "base1"]}), discovered=2, processed=1, failed=1, docx_docs=1)


def test_a_wiki_page_that_is_not_told_is_read_as_a_document(reader, feishu):
    feishu.put(Document("wik1", "Page", "Text."))
    completed(reader, made(reader, {"wiki_node_tokens": ["wik1", "wik2"]}), discovered=2, processed=1, failed=1, docx_docs=1)


def test_tokens_that_are_none_fail(reader, feishu):
    """Nothing of them becomes a part of a path."""
    tokens = ["../../x", "a?b", "a/b", "é", "a b", ".."]
    completed(reader, made(reader, {"file_tokens": tokens, "bitable_app_tokens": tokens}), discovered=12, failed=12)
    assert feishu.counts.keys() == {TOKEN, METAS}


@pytest.mark.parametrize("refusals", [[BUSY], [SLOWED], [DOWN], [BUSY, SLOWED, DOWN]], ids=len)
def test_a_busy_platform_is_asked_again(reader, feishu, refusals):
    library(feishu)
    feishu.refuse(path_of("doc1"), *refusals)
    completed(reader, made(reader, {"file_tokens": ["doc1"]}), discovered=1, processed=1, docx_docs=1)
    assert feishu.counts[path_of("doc1")] == len(refusals) + 1


def test_and_not_for_ever(reader, feishu):
    library(feishu)
    feishu.refuse(path_of("doc1"), *[BUSY] * 5)
    completed(reader, made(reader, {"file_tokens": ["doc1", "doc2"]}), discovered=2, processed=1, failed=1, docx_docs=1)
    assert feishu.counts[path_of("doc1")] == 4


def test_a_token_is_kept_and_renewed(reader, feishu):
    connector = made(reader, library(feishu))
    for _ in range(3):
        sync(reader, connector)
    assert feishu.counts[TOKEN] == 1
    feishu.expire()
    completed(reader, connector, discovered=4, skipped=4)
    assert feishu.counts[TOKEN] == 2


def test_a_token_that_ends_at_once(reader, feishu):
    """It is used for the request that it was fetched for, and no longer."""
    feishu.lifetime = 0
    connector = made(reader, library(feishu))
    completed(reader, connector, discovered=4, processed=4, docx_docs=3, bitable_tables=2)
    assert feishu.counts[TOKEN] == sum(feishu.counts.values()) / 2


def test_without_access_the_job_fails(reader, feishu):
    connector = made(reader, library(feishu))
    completed(reader, connector, discovered=4, processed=4, docx_docs=3, bitable_tables=2)
    feishu.secret = "another"
    feishu.expire()
    job = sync(reader, connector)
    assert job["status"] == "failed" and "10014" in job["error_message"] and job["stats"] == NOTHING
    value = ask(reader, "GET", f"{PATH}/{connector}").value
    assert value["last_error"] == job["error_message"] and value["last_success_at"] < value["last_sync_at"] == job["ended_at"]
    assert events(reader)[-1][0] == "feishu.sync_failed" and events(reader)[-1][1]["error"] == job["error_message"]
    feishu.secret = SECRET
    completed(reader, connector, discovered=4, skipped=4)
    assert ask(reader, "GET", f"{PATH}/{connector}").value["last_error"] is None
    # What the platform said held the secret, and a token.
    kept = b"".join(path.read_bytes() for path in [*reader.folder.rglob("*"), reader.log] if path.is_file())
    assert SECRET.encode() not in kept and b"t-g104" not in kept and SECRET not in json.dumps(job)


def test_nobody_answers(launch, folder):
    server = launch(*flags(folder, f"http://127.0.0.1:{free_port()}"))
    job = sync(server, made(server, {"file_tokens": ["a"]}))
    assert job["status"] == "failed" and "Feishu gave no access" in job["error_message"]


@pytest.mark.parametrize("arguments, sentence", [
    (["--feishu-app-id", "x"], "go together"), (["--feishu-app-secret-file", "x"], "go together"), (["--feishu-base-url", "ftp://x"], "feishu-base-url"),
    (["--feishu-poll-interval", "59"], "feishu-poll-interval"), (["--feishu-app-id", "x", "--feishu-app-secret-file", "/no/such"], "/no/such")], ids=str)
def test_wrong_settings_are_told_at_the_start(launch, arguments, sentence):
    server = launch(*arguments, start=False).launch()
    assert server.wait() != 0 and sentence in server.log.read_text()


# -- jobs

def test_one_job_at_a_time(reader, feishu):
    """Whoever asks meanwhile has the job that is there; also when many ask at once."""
    library(feishu)
    gate = feishu.hold(path_of("doc1"))
    connector = made(reader, {"file_tokens": ["doc1"]})
    path, fields = f"{PATH}/{connector}/sync", reader.fields(SCOPE, content_type=formats.JSON)
    connections = [reader.connect() for _ in range(8)]
    body = formats.encode({"wait": False}, formats.JSON)
    answers = together(8, lambda number: Answer(connections[number].request("POST", path, fields, body)))
    assert {each.status for each in answers} == {202} and len({each.value["id"] for each in answers}) == 1
    feishu.wait(path_of("doc1"))
    waiting = []
    thread = threading.Thread(target=lambda: waiting.append(Answer(connections[0].request("POST", path, fields))))
    thread.start()
    again = ask(reader, "POST", path, {"wait": False}).value
    assert (again["id"], again["status"]) == (answers[0].value["id"], "running") and again["started_at"]
    gate.set()
    thread.join()
    assert waiting[0].value["status"] == "completed" and waiting[0].value["id"] == again["id"]
    completed(reader, connector, discovered=1, skipped=1)
    assert len(ask(reader, "GET", f"{PATH}/{connector}/jobs").value["jobs"]) == 2


def test_a_repeated_key_syncs_once(reader, feishu):
    connector = made(reader, library(feishu))
    first, second = [ask(reader, "POST", f"{PATH}/{connector}/sync", {"wait": True}, idempotency_key="k") for _ in range(2)]
    assert first.value == second.value and first.value["status"] == "completed" and second.field("idempotency-replayed") == "true"
    assert len(ask(reader, "GET", f"{PATH}/{connector}/jobs").value["jobs"]) == 1


def test_the_newest_jobs(reader, feishu):
    connector = made(reader, library(feishu))
    ids = [sync(reader, connector)["id"] for _ in range(3)][::-1]
    listed = lambda query: [each["id"] for each in ask(reader, "GET", f"{PATH}/{connector}/jobs{query}").value["jobs"]]
    assert listed("") == ids == listed("?limit=100000") and listed("?limit=2") == ids[:2]
    assert listed("?limit=0") == ids[:1] == listed("?limit=-5")
    for limit in ("x", "1.5", ""):
        refused(ask(reader, "GET", f"{PATH}/{connector}/jobs?limit={limit}"), 400, "VALIDATION_ERROR")
    refused(ask(reader, "POST", f"{PATH}/{connector}/sync", {"wait": "yes"}), 400, "VALIDATION_ERROR")


def test_a_kill_in_the_middle(reader, feishu):
    """What was kept is kept, the job has failed, and the next one goes on."""
    connector = made(reader, library(feishu))
    gate = feishu.hold(path_of("doc2"))
    job = ask(reader, "POST", f"{PATH}/{connector}/sync", {"wait": False}).value["id"]
    feishu.wait(path_of("doc2"))
    reader.kill()
    gate.set()
    reader.start()
    failed = until(lambda: [each for each in ask(reader, "GET", f"{PATH}/{connector}/jobs").value["jobs"] if each["status"] == "failed"])
    assert [each["id"] for each in failed] == [job] and failed[0]["stats"]["processed"] == 1 and "interrupted" in failed[0]["error_message"]
    assert ask(reader, "GET", f"{PATH}/{connector}").value["last_error"] == failed[0]["error_message"]
    assert memories(reader).keys() == {"docx:doc3"}
    completed(reader, connector, discovered=4, processed=3, skipped=1, docx_docs=2, bitable_tables=2)
    assert [type for type, _ in events(reader)] == ["feishu.sync_started", "feishu.sync_failed", "feishu.sync_started", "feishu.sync_completed"]


def test_an_orderly_end_does_not_wait(reader, feishu):
    library(feishu)
    feishu.hold(path_of("doc1"))
    connector = made(reader, {"file_tokens": ["doc1"]})
    ask(reader, "POST", f"{PATH}/{connector}/sync", {"wait": False})
    feishu.wait(path_of("doc1"))
    assert reader.stop() == 0


# -- the poller

def polled(server, connector, count):
    """The jobs of the server's own accord, once there are so many and all have ended."""
    def found():
        jobs = [each for each in ask(server, "GET", f"{PATH}/{connector}/jobs").value["jobs"] if each["trigger"] == "poll"]
        return jobs if len(jobs) >= count and all(each["ended_at"] for each in jobs) else None

    jobs = until(found)
    assert len(jobs) == count
    return jobs


def test_active_connectors_are_looked_at(launch, folder, feishu, clock):
    """When they are due, and paused ones never."""
    server = launch(*flags(folder, feishu.url), environment=clock.environment)
    active, paused = made(server, library(feishu), status="active"), made(server, library(feishu), status="paused")
    rare = made(server, {"poll_interval_seconds": 86_400}, status="active")
    server.restart()
    [job] = polled(server, active, 1)
    assert job["status"] == "completed" and job["stats"]["processed"] == 4
    value = ask(server, "GET", f"{PATH}/{active}").value
    assert value["last_polled_at"] == job["created_at"] and value["last_success_at"] == job["ended_at"]
    polled(server, rare, 1)
    # Not due yet.
    server.restart()
    assert ask(server, "GET", f"{PATH}/{active}").value["last_polled_at"] == value["last_polled_at"]
    clock.set(HOUR)
    server.restart()
    assert [each["stats"]["skipped"] for each in polled(server, active, 2)] == [4, 0]
    assert len(polled(server, rare, 1)) == 1 and ask(server, "GET", f"{PATH}/{paused}/jobs").value == {"jobs": []}
    assert events(server)[0][0] == "feishu.sync_started" and events(server)[0][1]["trigger"] == "poll"


def test_a_clock_that_was_set_back(launch, folder, feishu, clock):
    """A look in the future does not put off the next."""
    server = launch(*flags(folder, feishu.url), environment=clock.environment)
    active = made(server, library(feishu), status="active")
    clock.set(HOUR)
    server.restart()
    polled(server, active, 1)
    clock.set(0)
    server.restart()
    polled(server, active, 2)


def test_agents_find_what_was_read(reader, feishu):
    """In the project it was read for, as it stands now."""
    feishu.put(Document("doc1", "Ships", "They come in at dawn."))
    connector = made(reader, {"file_tokens": ["doc1"]})
    sync(reader, connector)

    def found(scope):
        script = mock({"call": {"tool": "memory_search", "arguments": {"query": "dawn dusk"}}}, {"text": "done"})
        run = reader.create(script, scope=scope)
        reader.finished(run, scope=scope)
        [result] = [event["payload"]["result"] for event in reader.events(run, scope=scope) if event["type"] == "tool.result"]
        return json.dumps(result)

    assert "at dawn" in found(SCOPE) and "at dawn" in found(COLLEAGUE)
    assert found({**SCOPE, "x-project-id": "other"}) == found({**SCOPE, "x-org-id": "o2"}) == "[]"
    later = Document("doc1", "Ships", "They leave at dusk.")
    later.revision = 2
    feishu.put(later)
    sync(reader, connector)
    assert "at dusk" in found(SCOPE) and "at dawn" not in found(SCOPE)
