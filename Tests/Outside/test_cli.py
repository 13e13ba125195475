"""The command line against a real server."""

import json
import shutil
import subprocess
import time

import cbor2
import pytest

import formats
from certificates import NOW, dated
from cli import FILE, FOLDER, REFUSED, UNAVAILABLE, USAGE, Watching, damage
from server import HANGING, ROOT, command, free_port, mock, until

CLI_SCOPE = {"x-org-id": "default", "x-user-id": "operator"}


def call(server, *arguments, **options):
    return command("call", *arguments, data=server.folder, **options)


# -- call

def test_calling_every_kind_of_method(server):
    created = call(server, "switchyard.runs.v1.Runs/Create",
                   '{"session_key":"s_cli","input":"12 * (3 + 4)"}')
    assert created.returncode == 0, created.stderr
    run = json.loads(created.stdout)["run_id"]
    server.finished(run, scope=CLI_SCOPE)
    shown = call(server, "Runs/Get", json.dumps({"run_id": run}))
    assert json.loads(shown.stdout) == server.run(run, scope=CLI_SCOPE)
    listed = call(server, "Runs/List", '{"session_key":"s_cli","limit":1}')
    assert json.loads(listed.stdout)["runs"] == [json.loads(shown.stdout)]
    events = call(server, "Runs/Events",
                  json.dumps({"run_id": run, "type": ["tool.called", "tool.result"]}))
    assert [event["type"] for event in json.loads(events.stdout)["events"]] == \
        ["tool.called", "tool.result"]
    assert json.loads(call(server, "Interface/Health").stdout)["status"] == "ok"
    again = call(server, "Runs/Cancel", json.dumps({"run_id": run, "reason": "é"}))
    assert again.returncode == REFUSED
    assert json.loads(again.stdout)["error"]["code"] == "RUN_ALREADY_FINISHED"


def test_calling_in_a_scope_with_a_token_of_its_own(server, folder):
    minted = command("token", "mint", "--org", "acme", data=server.folder)
    (folder / "token").write_text(minted.stdout)
    options = ["--org", "acme", "--user", "ann", "--project", "p", "--token-file", folder / "token"]
    created = call(server, "Runs/Create", '{"input":"1"}', *options)
    assert created.returncode == 0, created.stderr
    run = json.loads(created.stdout)["run_id"]
    scope = {"x-org-id": "acme", "x-user-id": "ann", "x-project-id": "p"}
    assert server.run(run, scope=scope)["run_id"] == run
    options[1] = "other"
    assert call(server, "Runs/Create", '{"input":"1"}', *options).returncode == REFUSED


@pytest.mark.parametrize("accept", formats.ANSWERS)
def test_calling_in_a_format(server, accept):
    found = call(server, "Runs/List", '{"session_key":"s_x"}', "--accept", accept, text=False)
    body = found.stdout.removesuffix(b"\n") if accept == formats.JSON else found.stdout
    value = formats.decode(body, accept)
    assert formats.differences(value, server.get("/api/sessions/s_x/runs").value) == []


def test_verbose_shows_fields_and_no_secret(server):
    found = call(server, "Interface/Health", "-v")
    assert json.loads(found.stdout)["status"] == "ok"
    assert "> :path: /health" in found.stderr and "< content-type: application/json" in found.stderr
    assert "< :status: 200" in found.stderr
    assert server.token not in found.stderr and server.token not in found.stdout


@pytest.mark.parametrize("method", ["Interface/Health", "Runs/Get", "Runs/Watch"])
def test_calling_by_grpc(server, method):
    """The same values as by HTTP, and a refusal says its number."""
    run = server.create({"session_key": "s_cli", "input": "1 + 1"})
    server.finished(run)
    named = json.dumps({} if method == "Interface/Health" else {"run_id": run})
    scope = ["--org", "o1", "--user", "u1"]
    http, grpc = (call(server, method, named, *scope, *flags) for flags in ([], ["--grpc"]))
    assert http.returncode == grpc.returncode == 0, grpc.stderr
    shown = [[json.loads(line) for line in found.stdout.splitlines()] for found in (http, grpc)]
    if method == "Runs/Watch":
        # By HTTP an event stands in a message, behind a greeting.
        shown[0] = [message["data"] for message in shown[0] if "id" in message]
    for value in shown[0] + shown[1]:
        value.pop("timestamp", None)
    assert shown[0] == shown[1] and shown[0]
    refused = call(server, "Runs/Get", '{"run_id":"run_nobody"}', "--grpc")
    assert refused.returncode == REFUSED and "grpc-status 5 there is no run" in refused.stderr
    refused = call(server, "Runs/Watch", '{"run_id":"run_nobody"}')
    assert refused.returncode == REFUSED and json.loads(refused.stdout)["error"]["code"]


@pytest.mark.parametrize("flags", [[], ["--grpc"]])
def test_showing_diagnostic_notation(server, flags):
    """What `switchyard cbor --encode` makes the same CBOR of."""
    shown = call(server, "Interface/Health", "--cbor-diag", *flags)
    assert shown.returncode == 0 and shown.stdout.startswith('{"sse": {"clients": ')
    encoded = command("cbor", "--encode", input=shown.stdout.encode(), text=False)
    assert encoded.returncode == 0 and cbor2.loads(encoded.stdout)["status"] == "ok"
    shown = call(server, "Interface/Health", "--cbor-diag", "-v", *flags)
    assert ("application/grpc" if flags else "application/cbor") in shown.stderr


def test_describing_a_method(folder):
    """Needs no server."""
    found = command("call", "Runs/Watch", "--describe", data=folder)
    sheet = json.loads(found.stdout)
    assert sheet["request"] == "GET /api/runs/{run_id}/stream" and sheet["stream"] is True
    assert sheet["grpc"] == "/switchyard.runs.v1.Runs/Watch"
    assert {"x-org-id", "x-user-id"} <= set(sheet["scope"]) and {401, 404} <= set(sheet["refusals"])
    assert sheet["$defs"]["WatchRun"]["required"] == ["run_id"]
    assert command("call", "Runs/Watc", "--describe", data=folder).returncode == USAGE


# arguments, exit code, word
WRONG_CALLS = [
    (["Runs/Creat", "{}"], USAGE, "did you mean switchyard.runs.v1.Runs/Create?"),
    (["Runs/Get", "{}"], USAGE, "run_id"), (["Runs/Get", "{"], USAGE, "byte 1"),
    (["Runs/Get", "[]"], USAGE, "object"), (["Runs/Create", "{}"], REFUSED, "400"),
    (["Runs/Get", '{"run_id":"run_nobody"}'], REFUSED, "404"),
    (["Runs/Get", '{"run_id":"../../health"}'], REFUSED, "400"),
    (["Interface/Health", "--accept", "image/png"], REFUSED, "406"),
    (["Interface/Health", "--url", "http://localhost:1"], USAGE, "https://"),
    (["Interface/Health", "--cacert", "/nothing/ca.pem"], FILE, "/nothing/ca.pem"),
    (["Interface/Health", "--nothing"], USAGE, "--nothing"),
    (["--describe"], USAGE, "method"), (["Interface/Health", "--json", "--cbor-diag"], USAGE, "exclude"),
    (["Interface/Health", "--grpc", "--accept", "application/json"], USAGE, "--accept"),
]


@pytest.mark.parametrize("arguments,code,word", WRONG_CALLS)
def test_a_wrong_call(shared, arguments, code, word):
    found = call(shared, *arguments)
    assert found.returncode == code and word in found.stderr


def test_calling_nobody(folder, server):
    missing = command("call", "Interface/Health", data=folder / "nothing")
    assert missing.returncode == UNAVAILABLE
    server.kill()
    gone = call(server, "Interface/Health")
    assert gone.returncode == UNAVAILABLE and gone.stderr


@pytest.mark.skipif(not shutil.which("openssl"), reason="openssl makes the certificate")
def test_a_server_that_the_system_trusts(launch, folder):
    """With a certificate of its own there is no authority to name: the system's count."""
    chain, key = dated(folder / "own", *NOW)
    server = launch("--certificate", str(chain), "--private-key", str(key), authority=str(chain))
    assert server.facts["ca"] is None
    trusted = {"SSL_CERT_FILE": str(chain)}
    found = call(server, "Runs/List", '{"session_key":"s_x"}', environment=trusted)
    assert found.returncode == 0, found.stderr
    refused = call(server, "Interface/Health", environment={"SSL_CERT_FILE": "/dev/null"})
    assert refused.returncode == UNAVAILABLE and "certificate" in refused.stderr
    named = call(server, "Interface/Health", "--cacert", chain)
    assert named.returncode == 0, named.stderr


def test_a_server_of_another_authority(server, launch):
    other = launch(name="other")
    found = call(server, "Interface/Health", "--url", other.facts["url"])
    assert found.returncode == UNAVAILABLE and "TLS" in found.stderr


# -- watch

def test_watching(server):
    run = server.create(mock({"generate": {"count": 50, "bytes": 8}}, pace=5))
    watching = Watching(server, run, "--json")
    watching.rest()
    events = server.events(run)
    assert formats.differences(watching.events, events) == []
    later = Watching(server, run, "--from", "10")
    later.rest()
    assert formats.differences(later.events, events[10:]) == []
    ended = Watching(server, run, "--from", str(len(events)))
    ended.rest()
    assert ended.events == []


def test_watching_over_a_power_cut(launch):
    """It comes back by itself; nothing is shown twice and nothing is left out."""
    server = launch(listen=f"127.0.0.1:{free_port()}")
    run = server.create(mock({"generate": {"count": 150, "bytes": 8}}, pace=10))
    watching = Watching(server, run)
    watching.take(40)
    server.restart()
    watching.rest()
    events = server.events(run)
    assert [event["seq"] for event in watching.events] == list(range(1, len(events) + 1))
    assert formats.differences(watching.events, events) == []
    assert "run.resumed" in {event["type"] for event in events}


def test_watching_a_server_that_comes_back_elsewhere(launch):
    """On another port, as one does that takes any; the break is told once."""
    server = launch()
    run = server.create(mock({"generate": {"count": 100, "bytes": 8}}, pace=10))
    watching = Watching(server, run)
    watching.take(20)
    before = server.address
    server.restart()
    assert server.address != before
    output, errors = watching.process.communicate(timeout=60)
    watching.events += [json.loads(line) for line in output.splitlines()]
    assert watching.process.returncode == 0, errors
    assert errors.count("trying again") == 1
    assert formats.differences(watching.events, server.events(run)) == []


def test_watching_where_no_server_is(server):
    server.kill()
    began = time.monotonic()
    found = command("watch", "run_x", data=server.folder)
    assert found.returncode == UNAVAILABLE and time.monotonic() - began < 5


@pytest.mark.parametrize("arguments,word", [(["run_nobody"], "404"), (["nobody"], "400"),
                                            (["run_nobody", "--from", "x"], "")])
def test_watching_what_is_not_there(shared, arguments, word):
    found = command("watch", *arguments, data=shared.folder)
    assert found.returncode == REFUSED and word in found.stderr


# -- token

def test_the_life_of_a_token(server):
    minted = json.loads(command("token", "mint", "--json", "--name", "reader", "--scope", "read",
                                "--days", "1", data=server.folder).stdout)
    token = minted["token"]
    assert token.startswith("sy_") and len(token) == 46
    assert server.get("/api/sessions/s_x/runs", token=token).status == 200
    refused = server.post("/api/runs", {"input": "x"}, token=token)
    assert refused.status == 403 and refused.error["code"] == "FORBIDDEN"
    for name in (token, minted["id"]):
        report = json.loads(command("token", "inspect", name, data=server.folder).stdout)
        assert report["id"] == minted["id"] and report["name"] == "reader" and report["live"] is True
        assert report["permissions"] == ["read"] and token not in json.dumps(report)
    assert command("token", "revoke", minted["id"], data=server.folder).returncode == 0
    began = time.monotonic()
    until(lambda: server.get("/api/sessions/s_x/runs", token=token).status == 401, within=2)
    assert time.monotonic() - began < 2
    report = json.loads(command("token", "inspect", minted["id"], data=server.folder).stdout)
    assert report["live"] is False and report["revoked_at"]
    again = command("token", "revoke", minted["id"], data=server.folder)
    assert again.returncode == REFUSED


def test_a_token_is_revoked_by_itself_too(server):
    token = command("token", "mint", data=server.folder).stdout.strip()
    assert command("token", "revoke", token, data=server.folder).returncode == 0
    again = command("token", "revoke", token, data=server.folder)
    assert again.returncode == REFUSED and "before" in again.stderr and token not in again.stderr


def test_the_folders_token_goes_to_the_folders_server_only(server, launch, folder):
    """Another URL with another authority is another server; it must not learn the token."""
    listener = launch(name="other")
    arguments = ["Runs/List", '{"session_key":"s_x"}', "-v", "--url", listener.facts["url"]]
    other = call(server, *arguments, "--cacert", listener.facts["ca"])
    assert other.returncode == REFUSED and "401" in other.stderr
    assert "authorization" not in other.stderr
    named = call(server, *arguments, "--cacert", listener.facts["ca"], "--token-file",
                 listener.facts["token_file"])
    assert named.returncode == 0 and "authorization" in named.stderr
    port = server.address[1]
    own = call(server, "Runs/List", '{"session_key":"s_x"}', "--url", f"https://localhost:{port}")
    assert own.returncode == 0, own.stderr


def test_a_token_is_kept_as_a_hash_only(server):
    token = command("token", "mint", data=server.folder).stdout.strip()
    assert server.get("/api/sessions/s_x/runs", token=token).status == 200
    server.stop()
    for path in server.folder.rglob("*"):
        if path.is_file() and path.name != "admin.token":
            content = path.read_bytes()
            assert token.encode() not in content and server.token.encode() not in content, path


@pytest.mark.parametrize("flags,scope,status", [
    (["--org", "o1"], {}, 200), (["--org", "o2"], {}, 403), (["--user", "u1"], {}, 200),
    (["--user", "u2"], {}, 403), (["--project", "p1"], {}, 403),
    (["--project", "p1"], {"x-project-id": "p1"}, 200),
    (["--project", "p1"], {"x-project-id": "p2"}, 403)])
def test_a_token_for_one_scope(shared, flags, scope, status):
    token = command("token", "mint", *flags, data=shared.folder).stdout.strip()
    scope = {"x-org-id": "o1", "x-user-id": "u1", **scope}
    for accept in formats.ANSWERS:
        answer = shared.get("/api/sessions/s_x/runs", token=token, scope=scope, accept=accept)
        assert answer.status == status
        if status == 403:
            assert answer.error["code"] == "SCOPE_FORBIDDEN"


@pytest.mark.parametrize("arguments,code", [
    (["mint", "--scope", "everything"], USAGE), (["mint", "--scope", ""], USAGE),
    (["mint", "--days", "0"], USAGE), (["mint", "--days", "x"], USAGE),
    (["inspect", "tok_nobody"], REFUSED), (["inspect", "sy_nobody"], REFUSED),
    (["revoke", "tok_nobody"], REFUSED), ([], None)])
def test_a_wrong_token_command(shared, arguments, code):
    found = command("token", *arguments, data=shared.folder if arguments else None)
    assert found.returncode == code if code is not None else found.returncode in (0, USAGE)


@pytest.mark.parametrize("arguments", [["token", "mint"], ["audit", "verify"]])
def test_a_folder_that_is_not_there(folder, arguments):
    found = command(*arguments, data=folder / "nothing")
    assert found.returncode == FOLDER and "nothing" in found.stderr
    assert not (folder / "nothing").exists()


# -- audit

# what is done to the log, where the audit says that it breaks
DAMAGE = [
    ("UPDATE event_log SET payload = '{}' WHERE seq = 5", [(5, "not what was hashed")]),
    ("UPDATE event_log SET type = 'x' WHERE seq = 1", [(1, "not what was hashed")]),
    ("UPDATE event_log SET hash = x'00' WHERE seq = 3", [(3, "hashed"), (4, "does not follow")]),
    ("DELETE FROM event_log WHERE seq = 7", [(8, "before it is missing")]),
    ("DELETE FROM event_log WHERE seq > 4", [(5, "last events are missing")]),
    ("UPDATE event_streams SET head = 3", [(3, "ended with")]),
    ("DELETE FROM event_streams", [("last", "does not know")]),
]


def test_a_whole_log_is_verified(server):
    """Beside the running server, and without it."""
    empty = command("audit", "verify", data=server.folder)
    assert (empty.returncode, empty.stdout) == (0, "ok: 0 events in 0 streams\n")
    run = server.create({"input": "1 + 1"})
    server.finished(run)
    count = len(server.events(run))
    assert command("audit", "verify", data=server.folder).returncode == 0
    server.stop()
    found = json.loads(command("audit", "verify", "--json", data=server.folder).stdout)
    assert found["ok"] is True and found["streams"] == 1 and 0 < found["events"] <= count


@pytest.mark.parametrize("statement,places", DAMAGE)
def test_a_broken_chain_is_told_with_its_place(server, statement, places):
    run = server.create({"input": "1 + 1"})
    server.finished(run)
    server.stop()
    last = damage(server, statement)
    found = command("audit", "verify", data=server.folder)
    assert found.returncode == REFUSED
    assert "1 break in" in found.stderr or f"{len(places)} breaks in" in found.stderr
    told = command("audit", "verify", "--json", data=server.folder)
    rows = [json.loads(line) for line in told.stdout.splitlines()]
    assert told.returncode == REFUSED and len(rows) == len(places)
    for row, line, (place, word) in zip(rows, found.stdout.splitlines(), places):
        assert row["stream"] == f"run:{run}" and word in row["reason"]
        assert row["seq"] == (last if place == "last" else place)
        assert line == f"run:{run} {row['seq']}: {row['reason']}"


# -- cert, cbor, config

def test_the_authority(shared, folder):
    found = command("cert", "path", data=shared.folder)
    assert found.returncode == 0 and found.stdout.strip() == shared.facts["ca"]
    trusted = command("cert", "trust", "--print", data=shared.folder)
    assert trusted.returncode == 0 and shared.facts["ca"] in trusted.stdout
    assert command("cert", "path", data=folder / "nothing").returncode == FILE


# RFC 8949, Appendix A: bytes and notation
EXAMPLES = [
    ("00", "0"), ("3903e7", "-1000"), ("1bffffffffffffffff", "18446744073709551615"),
    ("c249010000000000000000", "18446744073709551616"), ("f90000", "0.0"), ("f93e00", "1.5"),
    ("fb3ff199999999999a", "1.1"), ("f97c00", "Infinity"), ("f97e00", "NaN"), ("f4", "false"),
    ("f6", "null"), ("f7", "undefined"), ("f0", "simple(16)"), ("f8ff", "simple(255)"),
    ("c11a514b67b0", "1(1363896240)"), ("d74401020304", "23(h'01020304')"), ("40", "h''"),
    ("4401020304", "h'01020304'"), ("60", '""'), ("62225c", '"\\"\\\\"'), ("63e6b0b4", '"水"'),
    ("80", "[]"), ("8301820203820405", "[1, [2, 3], [4, 5]]"), ("a0", "{}"),
    ("a201020304", "{1: 2, 3: 4}"), ("5f42010243030405ff", "(_ h'0102', h'030405')"),
    ("7f657374726561646d696e67ff", '(_ "strea", "ming")'), ("9fff", "[_ ]"),
    ("bf61610161629f0203ffff", '{_ "a": 1, "b": [_ 2, 3]}'),
]


@pytest.mark.parametrize("bytes_,text", EXAMPLES, ids=[row[0] for row in EXAMPLES])
def test_notation_both_ways(bytes_, text):
    shown = command("cbor", input=bytes.fromhex(bytes_), text=False)
    assert shown.returncode == 0 and shown.stdout.decode() == text + "\n"
    made = command("cbor", "--encode", input=shown.stdout, text=False)
    assert made.returncode == 0 and made.stdout.hex() == bytes_


def test_notation_of_an_answer_and_of_a_sequence(server):
    run = server.create({"session_key": "s_cbor", "input": "2 + 2"})
    server.finished(run)
    body = server.get(f"/api/runs/{run}", accept=formats.CBOR).body
    shown = command("cbor", input=body, text=False)
    assert f'"run_id": "{run}"' in shown.stdout.decode()
    assert command("cbor", "--encode", input=shown.stdout, text=False).stdout == body
    stream = server.get(f"/api/runs/{run}/stream", accept=formats.CBOR_SEQUENCE).body
    lines = command("cbor", "--sequence", input=stream, text=False).stdout.splitlines()
    assert len(lines) == len(server.events(run)) + 1
    assert b"".join(command("cbor", "--encode", input=line, text=False).stdout
                    for line in lines) == stream


@pytest.mark.parametrize("arguments,input,word", [
    ([], b"\x82\x00\x82\x00\x81\x82\xff", "break-in-definite"), ([], b"\x18", "byte 1"),
    ([], b"\xff", "byte 0"), ([], b"", "no item"), ([], b"\x01\x02", "byte 1"),
    (["--encode"], b"", "no item"), (["--encode"], b"1 2", "--sequence"), (["--encode"], b"[1, ", "byte"), (["--encode"], b"nonsense", "byte 0"),
    (["--sequence"], b"\x00\x81", "byte")])
def test_wrong_cbor(arguments, input, word):
    found = command("cbor", *arguments, input=input, text=False)
    assert found.returncode == REFUSED and word in found.stderr.decode()


def test_json_both_ways():
    body = cbor2.dumps({"a": [1, 2.5, None, True, "水"], "b": b"\x01\xff", "c": 2**70}, canonical=True)
    shown = command("cbor", "--json", input=body, text=False)
    assert json.loads(shown.stdout) == {"a": [1, 2.5, None, True, "水"], "b": "Af8", "c": 2**70}
    made = command("cbor", "--encode", "--json", input=shown.stdout, text=False)
    assert cbor2.loads(made.stdout) == json.loads(shown.stdout)
    lines = command("cbor", "--json", "--sequence", input=body + b"\x01", text=False).stdout.splitlines()
    assert [json.loads(line) for line in lines] == [json.loads(shown.stdout), 1]
    both = command("cbor", "--encode", "--json", "--sequence", input=b"\n".join(lines), text=False)
    assert both.stdout == made.stdout + b"\x01"


@pytest.mark.parametrize("arguments,input,word", [
    ([], b"\xc0\x00", "wrong-type"), ([], b"\xa2\x00\x00\x00\x00", "duplicate-key"), ([], b"\x82\x00", "byte 2"),
    (["--encode"], b"[1,]", "byte 3"), (["--encode"], b"", "byte 0"), (["--encode"], b"1 2", "trailing"),
    (["--encode", "--sequence"], b"[1]\n[2", "byte 6")])
def test_wrong_json_and_cbor(arguments, input, word):
    found = command("cbor", "--json", *arguments, input=input, text=False)
    assert found.returncode == REFUSED and word in found.stderr.decode()


def test_a_sequence_both_ways():
    for items, notation in [(b"", ""), (b"\x01", "1\n"), (b"\x01\x80\x61a", '1\n[]\n"a"\n')]:
        shown = command("cbor", "--sequence", input=items, text=False)
        assert (shown.returncode, shown.stdout.decode()) == (0, notation)
        made = command("cbor", "--encode", "--sequence", input=shown.stdout, text=False)
        assert (made.returncode, made.stdout) == (0, items)


def test_big_cbor_both_ways():
    value = {"numbers": list(range(200_000)), "text": "水" * 100_000, "bytes": bytes(50_000)}
    body = cbor2.dumps(value, canonical=True)
    shown = command("cbor", input=body, text=False)
    assert command("cbor", "--encode", input=shown.stdout, text=False).stdout == body


def test_configuration_is_explained(folder):
    (folder / "settings.json").write_text('{"queue-max":7}')
    found = command("config", "explain", "--json", "--config", folder / "settings.json",
                    "--workers", "3", environment={"SWITCHYARD_LOOPS": "1"})
    assert found.returncode == 0, found.stderr
    rows = {row["key"]: row for row in map(json.loads, found.stdout.splitlines())}
    assert (rows["queue-max"]["value"], rows["queue-max"]["source"]) == ("7", "file")
    assert (rows["workers"]["value"], rows["workers"]["source"]) == ("3", "flag")
    assert (rows["loops"]["value"], rows["loops"]["source"]) == ("1", "environment")
    assert rows["listen"]["source"] == "default" and rows["listen"]["summary"]
    assert rows["body-max"]["variable"] == "SWITCHYARD_BODY_MAX"
    wrong = command("config", "explain", "--workrs", "3")
    assert wrong.returncode == 78 and "did you mean workers?" in wrong.stderr


# -- the rest

def test_version_help_and_completions():
    version = command("--version")
    assert version.returncode == 0 and version.stdout.strip().count(".") == 2
    help = command("--help")
    assert help.returncode == 0
    for name in ("serve", "call", "watch", "token", "cert", "cbor", "config", "audit", "manual",
                 "completions"):
        assert name in help.stdout
        assert command(name, "--help").returncode == 0
    assert "Exit codes" in help.stdout
    settings = command("serve", "--help").stdout
    assert all(f"--{name}" in settings for name in ("data", "listen", "workers", "store-pages-max"))
    for shell in ("bash", "zsh", "fish"):
        script = command("completions", shell)
        assert script.returncode == 0 and "switchyard" in script.stdout
        if shutil.which(shell):
            subprocess.run([shell, "-n"], input=script.stdout, text=True, check=True)
    assert command("completions", "tcsh").returncode == USAGE
    assert command("completions").returncode == USAGE
    assert command("nothing").returncode == USAGE


def test_bash_completes_commands_and_flags():
    script = command("completions", "bash").stdout

    def completed(*words):
        line = " ".join(words)
        ask = (f"COMP_WORDS=({line}); COMP_CWORD={len(words) - 1}; COMP_LINE='{line}'; "
               f"COMP_POINT={len(line)}; _switchyard switchyard '{words[-1]}' '{words[-2]}'; "
               "printf '%s\\n' \"${COMPREPLY[@]}\"")
        found = subprocess.run(["bash", "-c", script + ask], capture_output=True, text=True)
        assert found.returncode == 0, found.stderr
        return found.stdout.split()

    assert "serve" in completed("switchyard", "se")
    assert "mint" in completed("switchyard", "token", "mi")
    assert "--json" in completed("switchyard", "call", "--js")
    assert "Runs/Create" in completed("switchyard", "call", "Runs/C")
    assert "fish" in completed("switchyard", "completions", "fi")
    assert "--listen" in completed("switchyard", "serve", "--li")


def test_the_manual_prints_its_pages():
    for page, note in [("methods", "40-methods"), ("settings", "80-settings")]:
        found = command("manual", page)
        assert found.returncode == 0
        assert found.stdout == (ROOT / f"proto-notes/{note}.md").read_text()
    assert command("manual", "nothing").returncode == USAGE
    assert command("manual").returncode == USAGE


def test_the_hanging_run_of_a_watch_can_be_cancelled(server):
    run = server.create(mock({"tokens": ["a"]}, HANGING))
    watching = Watching(server, run)
    watching.take(2)
    cancelled = call(server, "Runs/Cancel", json.dumps({"run_id": run}), "--org", "o1", "--user", "u1")
    assert json.loads(cancelled.stdout) == {"success": True, "run_id": run}
    watching.rest()
    assert watching.events[-1]["type"] == "run.cancelled"
