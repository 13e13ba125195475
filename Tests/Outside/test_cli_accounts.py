"""The commands for users, keys, mail and judged tokens, beside a running server and without."""

import contextlib
import email
import email.policy
import json
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest

from accounts import GENEROUS, UUID, Accounts, Person, check_session, claims, part, problem
from callers import TRUSTED, Signer, expire, mint, revoke, write
from cli import CONFIGURATION, FILE, FOLDER, REFUSED, USAGE
from server import ROOT, Server, command, free_port, has_curl

ADA = Person("ada_l", "Ada@mail.example", "correct horse")


@pytest.fixture
def fresh(launch):
    """The accounts of a server for one test."""
    return Accounts(launch(*GENEROUS))


def user(server, *arguments, password=None, **options):
    return command("user", *arguments, data=server.folder, input=f"{password or ''}\n", **options)


def add(server, person, *arguments, **options):
    return user(server, "add", person.email, "--username", person.username, *arguments,
                password=person.password, **options)


def rows(found):
    """The objects that a command printed, one a line."""
    assert found.returncode == 0, found.stderr
    return [json.loads(line) for line in found.stdout.splitlines()]


def users(server):
    return {row["email"]: row for row in rows(user(server, "list"))}


def events(server, person_id):
    with contextlib.closing(sqlite3.connect(server.folder / "main.db", timeout=10)) as database:
        found = database.execute("SELECT type FROM event_log WHERE stream = ? ORDER BY stream_seq", [f"acct:{person_id}"])
        return [name for name, in found]


# -- user

def test_a_user_is_added_beside_a_running_server(fresh):
    """Signs in at once, in a tenant of their own."""
    [made] = rows(add(fresh.server, ADA, "--json"))
    assert made == {"id": made["id"], "username": ADA.username, "email": ADA.email} and UUID.fullmatch(made["id"])
    session = check_session(fresh.sign_in("ada@MAIL.example", ADA.password).value, ADA)
    said = claims(session["access_token"])
    assert session["user"]["id"] == said["sub"] == made["id"] and said["roles"] == ["ops_engineer"]
    assert said["org"].startswith("org_")
    assert fresh.me(session["access_token"]).value["username"] == ADA.username
    account = fresh.find(ADA.email, session["access_token"]).value
    assert account["email_confirmed_at"] == account["created_at"]
    assert events(fresh.server, made["id"])[:1] == ["auth.user_created"]
    problem(fresh.sign_in(ADA.email, "wrong horse"), 401)


def test_a_user_is_added_without_a_server(launch):
    accounts = Accounts(launch(*GENEROUS))
    accounts.server.stop()
    found = add(accounts.server, ADA)
    assert found.returncode == 0 and found.stdout.startswith("added ") and UUID.search(found.stdout)
    accounts.server.start()
    check_session(accounts.sign_in(ADA.email, ADA.password).value, ADA)
    assert command("audit", "verify", data=accounts.server.folder).returncode == 0


def test_an_administrator_is_added(fresh):
    """Of the whole platform: finds the accounts of others."""
    person = fresh.join()
    assert add(fresh.server, ADA, "--role", "platform_admin").returncode == 0
    token = fresh.sign_in(ADA.email, ADA.password).value["access_token"]
    assert claims(token)["roles"] == ["ops_engineer", "platform_admin"]
    assert fresh.find(person.email, token).value["email"] == person.email
    problem(fresh.find(ADA.email, person.access), 403)
    assert users(fresh.server)[ADA.email]["roles"] == ["ops_engineer", "platform_admin"]


def test_a_password_is_the_first_line(fresh):
    for number, (text, password) in enumerate([("correct horse\nmore\n", "correct horse"), ("no line end", "no line end"),
                                               ("a return\r\n", "a return"), ("é" * 64 + "\n", "é" * 64)]):
        address = f"line{number}@mail.example"
        found = command("user", "add", address, "--username", f"line_{number}", data=fresh.server.folder, input=text)
        assert found.returncode == 0, found.stderr
        assert password not in found.stdout + found.stderr
        assert fresh.sign_in(address, password).status == 200


def test_a_user_takes_the_place_of_a_registration(fresh):
    """Its code is good no more."""
    person, code = fresh.pending()
    assert add(fresh.server, Person("somebody", person.email, "another horse")).returncode == 0
    problem(fresh.verify(person.email, code), 401)
    problem(fresh.sign_in(person.email, person.password), 401)
    assert fresh.sign_in(person.email, "another horse").status == 200


@pytest.mark.parametrize("person", [
    Person("other", "ADA@mail.example", "correct horse"), Person("ADA_L", "other@mail.example", "correct horse")])
def test_what_somebody_has_is_taken(fresh, person):
    assert add(fresh.server, ADA).returncode == 0
    found = add(fresh.server, person)
    assert found.returncode == REFUSED and "taken" in found.stderr
    assert list(users(fresh.server)) == [ADA.email]


# arguments, password, exit code, word
WRONG_USERS = [
    (["add", "nobody", "--username", "wrong_one"], "correct horse", USAGE, "address"),
    (["add", "wrong@mail.example"], "correct horse", USAGE, "--username"),
    (["add", "--username", "wrong_one"], "correct horse", USAGE, "email"),
    (["add", "wrong@mail.example", "--username", "ab"], "correct horse", USAGE, "--username"),
    (["add", "wrong@mail.example", "--username", "wrong one"], "correct horse", USAGE, "--username"),
    (["add", "wrong@mail.example", "--username", "wrong_one", "--role", "king"], "correct horse", USAGE, "--role"),
    (["add", "wrong@mail.example", "--username", "wrong_one", "--password=x"], "correct horse", USAGE, "--password"),
    (["add", "wrong@mail.example", "--username", "Admin"], "correct horse", REFUSED, "reserved"),
    (["add", "wrong@mail.example", "--username", "wrong_one"], "short", REFUSED, "6 characters"),
    (["add", "wrong@mail.example", "--username", "wrong_one"], "", REFUSED, "6 characters"),
    (["add", "wrong@mail.example", "--username", "wrong_one"], "x" * 129, REFUSED, "128 bytes"),
    (["add", "wrong@mail.example", "--username", "wrong_one"], "x" * 5000, REFUSED, "4096 bytes"),
    (["disable", "nobody@mail.example"], None, REFUSED, "nobody@mail.example"),
    (["enable", "nobody@mail.example"], None, REFUSED, "nobody@mail.example"),
    (["reset", "nobody@mail.example"], "correct horse", REFUSED, "nobody@mail.example"),
    (["disable", "nobody"], None, USAGE, "address"), (["enable", "nobody"], None, USAGE, "address"),
    (["reset", "nobody"], "correct horse", USAGE, "address"), (["disable"], None, USAGE, "email"),
]


@pytest.mark.parametrize("arguments,password,code,word", WRONG_USERS)
def test_a_wrong_user_command(shared, arguments, password, code, word):
    found = user(shared, *arguments, password=password)
    assert found.returncode == code and word in found.stderr, found.stderr
    assert not password or password not in found.stdout + found.stderr
    assert "wrong@mail.example" not in users(shared)


def test_users_are_listed(fresh):
    """Oldest first; nothing that they sign in by."""
    server = fresh.server
    empty = user(server, "list")
    assert (empty.returncode, empty.stdout) == (0, "")
    first = fresh.join()
    assert add(server, ADA).returncode == 0
    found = user(server, "list", "--json")
    listed = rows(found)
    assert [row["email"] for row in listed] == [first.email, ADA.email]
    for row, name in zip(listed, (first.username, ADA.username)):
        assert row.keys() == {"id", "username", "email", "state", "roles", "created_at", "last_sign_in_at"}
        assert (row["username"], row["state"], row["roles"]) == (name, "active", ["ops_engineer"])
    assert listed[0]["id"] == first.session["user"]["id"] and listed[0]["created_at"] <= listed[1]["created_at"]
    assert listed[1]["last_sign_in_at"] is None and "scrypt" not in found.stdout
    assert fresh.sign_in(ADA.email, ADA.password).status == 200
    assert users(server)[ADA.email]["last_sign_in_at"] >= listed[1]["created_at"]
    server.stop()
    assert [row["email"] for row in rows(user(server, "list"))] == [first.email, ADA.email]


def test_a_disabled_user_is_out(fresh):
    """All of their sessions end, and nobody else's; enabled, they sign in anew."""
    person, other = fresh.join(), fresh.join()
    device = fresh.device(person)
    of_theirs, of_others = (mint(fresh.server, "read", user=one.id) for one in (person, other))
    for token in (person.access, device["access_token"], other.access):
        assert fresh.me(token).status == 200
    found = user(fresh.server, "disable", person.email.upper())
    assert found.returncode == 0, found.stderr
    began = time.monotonic()
    for token in (person.access, device["access_token"]):
        fresh.dies(token, within=2)
    assert time.monotonic() - began < 2
    assert [why(fresh.server.folder, token)["taken"] for token in (of_theirs, of_others)] == [False, True]
    for token in (person.refresh, device["refresh_token"]):
        problem(fresh.refresh(token), 401)
    assert fresh.sign_in(person.email, person.password).body == fresh.sign_in(person.email, "wrong horse").body
    problem(fresh.sign_in(person.email, person.password), 401)
    assert fresh.me(other.access).status == 200 and fresh.refresh(other.refresh).status == 200
    assert users(fresh.server)[person.email]["state"] == "disabled"
    again = user(fresh.server, "disable", person.email)
    assert again.returncode == REFUSED and "before" in again.stderr
    assert user(fresh.server, "enable", person.email).returncode == 0
    assert user(fresh.server, "enable", person.email).returncode == REFUSED
    assert fresh.me(person.access).status == 401 and fresh.refresh(person.refresh).status == 401
    session = check_session(fresh.sign_in(person.email, person.password).value, person)
    assert fresh.me(session["access_token"]).status == 200
    written = events(fresh.server, session["user"]["id"])
    assert [written.count(f"auth.user_{word}") for word in ("created", "disabled", "enabled")] == [1, 1, 1]
    assert command("audit", "verify", data=fresh.server.folder).returncode == 0


def test_a_password_is_reset(fresh):
    """Every session ends; the old password opens none, the new one does."""
    person, other = fresh.join(), fresh.join()
    assert fresh.me(person.access).status == fresh.me(other.access).status == 200
    found = user(fresh.server, "reset", person.email, password="a new horse")
    assert found.returncode == 0 and "a new horse" not in found.stdout + found.stderr
    fresh.dies(person.access, within=2)
    problem(fresh.refresh(person.refresh), 401)
    problem(fresh.sign_in(person.email, person.password), 401)
    check_session(fresh.sign_in(person.email, "a new horse").value, person)
    assert fresh.me(other.access).status == 200
    assert events(fresh.server, person.session["user"]["id"]).count("auth.password_reset") == 1
    short = user(fresh.server, "reset", person.email, password="short")
    assert short.returncode == REFUSED and fresh.sign_in(person.email, "a new horse").status == 200


# -- keys

def key_list(folder):
    return rows(command("keys", "list", data=folder))


def rotate(folder, *arguments):
    return command("keys", "rotate", *arguments, data=folder)


def kid(session):
    return part(session["access_token"], 0)["kid"]


def test_keys_are_listed_without_what_is_secret(shared):
    found = command("keys", "list", "--json", data=shared.folder)
    [row] = rows(found)
    assert row.keys() == {"name", "created_at", "retired_at"} and row["retired_at"] is None
    with contextlib.closing(sqlite3.connect(shared.folder / "main.db", timeout=10)) as database:
        name, sealed = database.execute("SELECT name, hex(sealed_seed) FROM signing_keys").fetchone()
    assert row["name"] == name and sealed.lower() not in found.stdout.lower()


def test_a_new_key_signs_at_once_and_the_old_one_is_still_believed(fresh):
    person, folder = fresh.join(), fresh.server.folder
    assert fresh.me(person.access).status == 200
    found = rotate(folder)
    assert found.returncode == 0, found.stderr
    newest, oldest = key_list(folder)
    assert found.stdout == f"made {newest['name']}\n" and oldest["name"] == kid(person.session) != newest["name"]
    assert newest["retired_at"] is None and oldest["retired_at"] >= newest["created_at"]
    session = fresh.device(person)
    renewed = fresh.refresh(person.refresh).value
    assert kid(session) == kid(renewed) == newest["name"]
    for token in (person.access, session["access_token"], renewed["access_token"]):
        assert fresh.me(token).status == 200
    fresh.server.restart()
    assert fresh.me(person.access).status == fresh.me(session["access_token"]).status == 200
    assert kid(fresh.device(person)) == newest["name"]


def test_keys_are_rotated_without_a_server(fresh):
    fresh.server.stop()
    assert rotate(fresh.server.folder).returncode == 0
    fresh.server.start()
    assert kid(fresh.join().session) == key_list(fresh.server.folder)[0]["name"]


def test_a_key_is_made_under_the_servers_master_key_only(launch, folder):
    """Another master key would leave the server without a key that it can sign with."""
    (folder / "own").write_text("0f" * 32 + "\n")
    (folder / "other").write_text("5a" * 32 + "\n")
    (folder / "none").write_text("nonsense\n")
    accounts = Accounts(launch(*GENEROUS, "--master-key-file", folder / "own"))
    data = accounts.server.folder
    before = key_list(data)
    refused = rotate(data, "--master-key-file", folder / "other")
    assert refused.returncode == REFUSED and "--master-key-file" in refused.stderr
    assert rotate(data).returncode == FILE and not (data / "master.key").exists()
    assert rotate(data, "--master-key-file", folder / "none").returncode == CONFIGURATION
    assert rotate(data, "--master-key-file", folder / "nothing").returncode == FILE
    assert key_list(data) == before
    assert rotate(data, "--master-key-file", folder / "own").returncode == 0
    assert kid(accounts.join().session) == key_list(data)[0]["name"] != before[0]["name"]


# -- mail

def test_a_mail_is_tried_into_the_folder(fresh):
    """Without the outbox, so that no server need run."""
    fresh.server.stop()
    found = command("mail", "test", "ada@mail.example", data=fresh.server.folder)
    assert found.returncode == 0, found.stderr
    path = Path(found.stdout.split()[-1])
    assert path.parent == (fresh.server.folder / "mail").absolute()
    mail = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
    assert mail["to"].addresses[0].addr_spec == "ada@mail.example" and mail["subject"]
    assert mail["from"].addresses[0].addr_spec == "switchyard@localhost" and "arrives" in mail.get_content()
    with contextlib.closing(sqlite3.connect(fresh.server.folder / "main.db")) as database:
        assert database.execute("SELECT count(*) FROM mail_outbox").fetchone() == (0,)


def test_a_mail_is_tried_by_the_settings(fresh, folder):
    (folder / "settings.json").write_text('{"mail-from":"post@mail.example"}')
    found = command("mail", "test", "ada@mail.example", "--config", folder / "settings.json", data=fresh.server.folder)
    assert found.returncode == 0, found.stderr
    [mail] = fresh.mails("ada@mail.example")
    assert mail["from"].addresses[0].addr_spec == "post@mail.example"
    found = command("mail", "test", "ada@mail.example", data=fresh.server.folder, environment={"SWITCHYARD_MAIL": "log"})
    assert found.returncode == 0 and "ada@mail.example" in found.stderr and len(fresh.mails("ada@mail.example")) == 1


@pytest.mark.skipif(not has_curl(), reason="libcurl speaks to mail servers")
@pytest.mark.parametrize("options,code,word", [([], 0, "sent"), (["--rcpt", "550"], REFUSED, "550")])
def test_a_mail_is_tried_by_a_server(folder, options, code, word):
    """Needs no data folder."""
    script = ROOT / "Tests/MailTests/smtp_server.py"
    with subprocess.Popen([sys.executable, script, *options], stdout=subprocess.PIPE, text=True) as process:
        place = f"smtp://127.0.0.1:{process.stdout.readline().strip()}"
        found = command("mail", "test", "ada@mail.example", "--mail", "smtp", f"--mail-server={place}",
                        "--mail-encryption", "none", data=folder)
        heard, _ = process.communicate(timeout=30)
    assert found.returncode == code and word in found.stdout + found.stderr, found.stderr
    assert "RCPT TO:<ada@mail.example>" in heard and (place in found.stdout) == (code == 0)


@pytest.mark.skipif(not has_curl(), reason="libcurl speaks to mail servers")
def test_a_mail_server_that_says_nothing_holds_up_no_end(launch):
    """The mail waits for the next start."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        place = f"smtp://127.0.0.1:{silent.getsockname()[1]}"
        server = launch(*GENEROUS, "--mail", "smtp", "--mail-server", place, "--mail-encryption", "none")
        Accounts(server).register(ADA)
        taken, _ = silent.accept()
        began = time.monotonic()
        server.signal(signal.SIGTERM)
        assert server.wait(within=10) == 0 and time.monotonic() - began < 10
        taken.close()
    with contextlib.closing(sqlite3.connect(server.folder / "main.db")) as database:
        assert database.execute("SELECT state FROM mail_outbox").fetchall() == [("queued",)]


@pytest.mark.skipif(not has_curl(), reason="libcurl speaks to mail servers")
def test_a_mail_that_nobody_takes(folder):
    found = command("mail", "test", "ada@mail.example", "--mail", "smtp", "--mail-server",
                    f"smtp://127.0.0.1:{free_port()}", data=folder)
    assert found.returncode == REFUSED and "not sent" in found.stderr and found.stdout == ""


@pytest.mark.parametrize("arguments,code,word", [
    ([], USAGE, "before"), (["nobody"], USAGE, "address"),
    (["--mail", "log", "ada@mail.example"], USAGE, "before"),
    (["ada@mail.example", "--mail", "smtp"], CONFIGURATION, "mail-server"),
    (["ada@mail.example", "--mail-sever", "x"], CONFIGURATION, "did you mean"),
    (["ada@mail.example", "other@mail.example"], CONFIGURATION, "other@mail.example")])
def test_a_wrong_mail_command(arguments, code, word):
    found = command("mail", "test", *arguments)
    assert found.returncode == code and word in found.stderr, found.stderr


# -- token why

def why(folder, token, *options, **more):
    """The verdict on a token, which is in no output."""
    found = command("token", "why", token, *options, data=folder, **more)
    assert token not in found.stdout + found.stderr
    assert found.returncode in (0, REFUSED), found.stderr
    [verdict] = [json.loads(line) for line in found.stdout.splitlines()]
    assert verdict["taken"] == (found.returncode == 0) == ("reason" not in verdict)
    assert verdict.get("reason", "") in found.stderr
    return verdict


TAKEN = {kind: {"kind": kind, "taken": True} for kind in ("opaque", "access", "refresh")}


def test_why_an_opaque_token_is_not_taken(shared):
    token = mint(shared, "read")
    assert why(shared.folder, token) == why(shared.folder, shared.token, "--json") == TAKEN["opaque"]
    assert why(shared.folder, "sy_nobody") == {"kind": "opaque", "taken": False, "reason": "unknown"}
    revoke(shared, token)
    told = rows(command("token", "inspect", token, data=shared.folder))[0]
    assert why(shared.folder, token) == {"kind": "opaque", "taken": False, "reason": "revoked", "ended_at": told["revoked_at"]}
    token = mint(shared, "read", days="1")
    assert why(shared.folder, token) == TAKEN["opaque"]
    expire(shared, token)
    told = rows(command("token", "inspect", token, data=shared.folder))[0]
    assert why(shared.folder, token) == {"kind": "opaque", "taken": False, "reason": "expired", "ended_at": told["expires_at"]}


@pytest.fixture(scope="module")
def desk():
    """A server that believes a key of ours: its folder, the key, and what an account's token says."""
    path = Path(tempfile.mkdtemp(prefix="switchyard-"))
    server = Server(path / "data", *GENEROUS, "--access-log", "off").start()
    signer = Signer(path)
    write(server, ("INSERT INTO signing_keys (name, public_key, sealed_seed, created_at) VALUES (?, ?, ?, ?)",
                   TRUSTED, signer.public, b"none", 1))
    session = Accounts(server).join().session
    yield server.folder, signer, session["access_token"]
    server.dispose()
    shutil.rmtree(path, ignore_errors=True)


# The reason, and what is changed of a token that is taken: its header, its claims; None leaves out.
FORGERIES = [
    (None, {}, {}), ("expired", {}, {"exp": 1_000_000_000}), ("not-yet-valid", {}, {"nbf": 4_000_000_000}),
    ("wrong-issuer", {}, {"iss": "elsewhere"}), ("wrong-audience", {}, {"aud": "others"}),
    ("wrong-type", {"typ": "JWT"}, {}), ("unknown-key", {"kid": "key_of_nobody"}, {}),
    ("wrong-algorithm", {"alg": "HS256"}, {}), ("unsupported-header", {"crit": []}, {}),
    ("wrong-claim", {}, {"sub": None}), ("wrong-claim", {}, {"sid": None}), ("wrong-claim", {}, {"org": 1}),
    ("session-unknown", {}, {"sid": "fam_nobody"}),
]


@pytest.mark.parametrize("reason,header,changes", FORGERIES)
def test_why_a_signed_token_is_not_taken(desk, reason, header, changes):
    folder, signer, token = desk
    said = {name: value for name, value in {**claims(token), **changes}.items() if value is not None}
    verdict = why(folder, signer.token({**part(token, 0), "kid": TRUSTED, **header}, said))
    assert verdict == ({"kind": "access", "taken": False, "reason": reason} if reason else TAKEN["access"])


def test_why_a_text_is_no_token(desk):
    folder, signer, token = desk
    assert why(folder, token) == TAKEN["access"]
    text, signature = token.rsplit(".", 1)
    for text, reason in [("hello", "malformed"), ("a" * 9000, "too-long"), (f"{text}.{'B' if signature[0] == 'A' else 'A'}{signature[1:]}", "wrong-signature"),
                         (signer.token(part(token, 0), claims(token)), "wrong-signature")]:
        assert why(folder, text) == {"kind": "access", "taken": False, "reason": reason}
    for text in ("rt1.nobody.1.AAAA", "vr1."):
        assert why(folder, text) == {"kind": "refresh", "taken": False, "reason": "unknown"}


def sign_out(accounts, person):
    assert accounts.sign_out(person.refresh).status == 204


def disable(accounts, person):
    assert user(accounts.server, "disable", person.email).returncode == 0


def reset(accounts, person):
    assert user(accounts.server, "reset", person.email, password="a new horse").returncode == 0


def reuse(accounts, person):
    session = accounts.refresh(person.refresh).value
    session = accounts.refresh(session["refresh_token"]).value
    problem(accounts.refresh(person.refresh), 401)


ENDS = {"sign-out": sign_out, "admin": disable, "password": reset, "reuse": reuse}


@pytest.mark.parametrize("cause,end", ENDS.items(), ids=ENDS)
def test_why_the_tokens_of_a_session_are_not_taken(fresh, cause, end):
    person, folder = fresh.join(), fresh.server.folder
    assert (why(folder, person.access), why(folder, person.refresh)) == (TAKEN["access"], TAKEN["refresh"])
    end(fresh, person)
    for token, kind in ((person.access, "access"), (person.refresh, "refresh")):
        assert why(folder, token) == {"kind": kind, "taken": False, "reason": "session-revoked", "cause": cause}


def test_why_the_tokens_of_an_old_session_are_not_taken(fresh):
    person, folder = fresh.join(), fresh.server.folder
    second = int(time.time()) - 1
    write(fresh.server, ("UPDATE token_families SET idle_expires_at = ? WHERE id = ?", second * 1000, claims(person.access)["sid"]))
    ended = time.strftime("%Y-%m-%dT%H:%M:%S.000Z", time.gmtime(second))
    for _ in range(2):
        for token, kind in ((person.access, "access"), (person.refresh, "refresh")):
            assert why(folder, token) == {"kind": kind, "taken": False, "reason": "session-expired", "ended_at": ended}
        problem(fresh.refresh(person.refresh), 401)


def test_judging_a_refresh_token_changes_nothing(fresh):
    """Neither does it use one up, nor does a used one end its session."""
    person, folder = fresh.join(), fresh.server.folder
    for _ in range(3):
        assert why(folder, person.refresh) == TAKEN["refresh"]
    first = fresh.refresh(person.refresh).value["refresh_token"]
    used = {"kind": "refresh", "taken": False, "reason": "used"}
    assert why(folder, person.refresh) == TAKEN["refresh"]
    assert why(folder, person.refresh, environment={"SWITCHYARD_REFRESH_GRACE": "0"}) == used
    second = fresh.refresh(first).value["refresh_token"]
    assert why(folder, person.refresh) == used and why(folder, second) == TAKEN["refresh"]
    assert fresh.refresh(second).status == 200 and fresh.me(person.access).status == 200
    forged = second.rsplit(".", 1)[0] + "." + person.refresh.rsplit(".", 1)[1]
    assert why(folder, forged) == {"kind": "refresh", "taken": False, "reason": "unknown"}


def test_why_by_the_servers_settings(launch, folder):
    """Said here, in the environment or in a file."""
    (folder / "own").write_text("0f" * 32 + "\n")
    (folder / "other").write_text("5a" * 32 + "\n")
    (folder / "settings.json").write_text('{"issuer":"elsewhere"}')
    accounts = Accounts(launch(*GENEROUS, "--issuer", "elsewhere", "--master-key-file", folder / "own"))
    person, data = accounts.join(), accounts.server.folder
    assert why(data, person.access)["reason"] == "wrong-issuer"
    assert why(data, person.access, "--issuer", "elsewhere") == TAKEN["access"]
    assert why(data, person.access, "--config", folder / "settings.json") == TAKEN["access"]
    assert command("token", "why", person.refresh, data=data).returncode == FILE
    assert why(data, person.refresh, "--master-key-file", folder / "own") == TAKEN["refresh"]
    assert why(data, person.refresh, environment={"SWITCHYARD_MASTER_KEY_FILE": str(folder / "own")}) == TAKEN["refresh"]
    assert why(data, person.refresh, "--master-key-file", folder / "other")["reason"] == "unknown"


def test_a_token_of_a_retired_key_is_taken(fresh):
    person = fresh.join()
    assert rotate(fresh.server.folder).returncode == 0
    assert why(fresh.server.folder, person.access) == TAKEN["access"]
    fresh.server.stop()
    assert why(fresh.server.folder, person.access) == TAKEN["access"]


# -- the rest

@pytest.mark.parametrize("arguments", [
    ["user", "add", "x@mail.example", "--username", "nobody"], ["user", "list"], ["user", "disable", "x@mail.example"],
    ["keys", "list"], ["keys", "rotate"], ["token", "why", "sy_nobody"], ["token", "why", "hello"]])
def test_a_folder_that_is_not_there(folder, arguments):
    found = command(*arguments, data=folder / "nothing", input="correct horse\n")
    assert found.returncode == FOLDER and "nothing" in found.stderr
    assert not (folder / "nothing").exists()


def test_the_commands_are_in_the_help():
    help = command("--help").stdout
    for name, parts in [("user", ["add", "list", "disable", "enable", "reset"]), ("keys", ["list", "rotate"]),
                        ("mail", ["test"]), ("provider", ["add", "list", "test", "remove"]), ("runs", ["list", "show", "cancel"]),
                        ("token", ["mint", "inspect", "why", "revoke"])]:
        shown = command(name, "--help")
        assert name in help and shown.returncode == 0 and all(part in shown.stdout for part in parts)
        for part_ in parts:
            assert command(name, part_, "--help").returncode == 0
    assert "--mail-server" in command("mail", "test", "--help").stdout
