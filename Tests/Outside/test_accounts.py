"""Accounts from outside: each endpoint of document 003 in what it grants, refuses, and keeps to itself."""

import functools
import re
import shutil
import tempfile
from pathlib import Path
from urllib.parse import quote

import pytest

import formats
from accounts import (FIND, GENEROUS, ME, NO_TOKEN, SESSIONS, USERS, VERIFICATIONS, Accounts, Person, check_session, claims,
                      head, in_all, part, problem, taken)
from server import Server

ORIGIN = "https://app.example"
TIME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{3}Z")


@pytest.fixture(scope="module")
def accounts():
    """For tests that change nothing which others look at; few mails are sent here."""
    path = Path(tempfile.mkdtemp(prefix="switchyard-"))
    server = Server(path / "data", *GENEROUS, "--access-log", "off", "--redirect-origins", ORIGIN)
    try:
        yield Accounts(server.start())
    finally:
        server.dispose()
        shutil.rmtree(path, ignore_errors=True)


@pytest.fixture(scope="module")
def owner(accounts):
    """Somebody with an account, who stays as they are."""
    return accounts.join()


@pytest.fixture
def fresh(launch):
    """The accounts of a server for one test."""
    return Accounts(launch(*GENEROUS, "--redirect-origins", f"{ORIGIN},https://other.example"))


# -- what is granted

def check_head(answer, status, accept):
    assert answer.status == status, (answer.status, answer.body)
    if status == 204:
        assert answer.body == b""
    else:
        assert answer.content_type == formats.CONTENT_TYPES[accept] and answer.field("cache-control") == "no-store"
    assert answer.field("idempotency-replayed") is None


def check_profile(value, person, id, **more):
    """An optional field without a value is null or is not there."""
    assert {"id", "username"} <= value.keys() <= {"id", "username", "avatar_url", "bio"}
    found = {name: value.get(name) for name in ("id", "username", "avatar_url", "bio")}
    assert found == {"id": id, "username": person.username, "avatar_url": None, "bio": None, **more}


@pytest.mark.parametrize("accept", formats.ANSWERS)
@pytest.mark.parametrize("format", formats.BODIES)
def test_every_answer_has_its_fields_and_no_other(fresh, format, accept):
    """All ten endpoints, once."""
    how = {"format": format, "accept": accept}
    person = fresh.person()

    def granted(answer, status=200):
        check_head(answer, status, accept)
        return answer.value if status != 204 else None

    assert granted(fresh.register(person, **how), 202) == {"email": person.email}
    fresh.mail(person.email)
    granted(fresh.resend(person.email, **how), 204)
    code = fresh.code(person.email, 2)
    verified = check_session(granted(fresh.verify(person.email, code, **how)), person)
    signed_in = check_session(granted(fresh.sign_in(person.email, person.password, **how)), person)
    refreshed = check_session(granted(fresh.refresh(signed_in["refresh_token"], **how)), person)
    assert verified["user"] == signed_in["user"] == refreshed["user"]
    token, id = refreshed["access_token"], refreshed["user"]["id"]
    found = granted(fresh.find(person.email, token, **how))
    assert found.keys() == {"id", "email", "created_at", "email_confirmed_at"}
    assert (found["id"], found["email"]) == (id, person.email)
    assert TIME.fullmatch(found["created_at"]) and TIME.fullmatch(found["email_confirmed_at"])
    check_profile(granted(fresh.me(token, **how)), person, id)
    news = {"bio": "é 水 😀\nsecond | line", "avatar_url": "https://a.example/a.png?x=1"}
    check_profile(granted(fresh.update(token, news, **how)), person, id, **news)
    check_profile(granted(fresh.profile(person.username, verified["access_token"], **how)), person, id, **news)
    granted(fresh.sign_out(refreshed["refresh_token"], **how), 204)


def test_what_an_access_token_says(accounts, owner):
    """Who, which session, how long; sessions and tokens each have an id of their own."""
    other = accounts.device(owner)
    newer = accounts.refresh(other["refresh_token"]).value
    said = [claims(session["access_token"]) for session in (owner.session, other, newer)]
    assert part(owner.access, 0).items() >= {"alg": "EdDSA", "typ": "at+jwt"}.items()
    for each in said:
        assert {"iss", "aud", "sub", "sid", "exp", "iat", "jti", "roles", "org"} <= each.keys()
        assert each["sub"] == owner.session["user"]["id"] and each["exp"] - each["iat"] == 3600
        assert isinstance(each["roles"], list) and owner.email not in str(each) and owner.username not in str(each)
    assert said[0]["sid"] != said[1]["sid"] == said[2]["sid"]
    assert len({each["jti"] for each in said}) == 3


def test_head_is_get_without_a_body(accounts, owner):
    for path in (f"{FIND}?email={quote(owner.email)}", ME, f"{USERS}/{owner.username}"):
        for accept in formats.ANSWERS:
            head, get = (accounts.ask(verb, path, token=owner.access, accept=accept) for verb in ("HEAD", "GET"))
            assert head.status == get.status == 200 and head.body == b"" != get.body
            assert head.field("content-length") == str(len(get.body))


# -- what every row refuses: verb, path, a body that is right in its form, the names of what must be there

REGISTRATION = {"username": "ada_lovelace", "email": "ada@mail.example", "password": "correct horse"}
ROWS = {
    "register": ("POST", VERIFICATIONS, REGISTRATION, list(REGISTRATION)),
    "resend": ("POST", f"{VERIFICATIONS}/resend", {"email": "ada@mail.example"}, ["email"]),
    "verify": ("POST", f"{VERIFICATIONS}/verify", {"email": "ada@mail.example", "token": "123456"}, ["email", "token"]),
    "sign-in": ("POST", SESSIONS, {"email": "ada@mail.example", "password": "correct horse"}, ["email", "password"]),
    "refresh": ("POST", f"{SESSIONS}/refresh", {"refresh_token": NO_TOKEN}, ["refresh_token"]),
    "sign-out": ("DELETE", SESSIONS, {"refresh_token": NO_TOKEN}, ["refresh_token"]),
    "update": ("PATCH", ME, {"bio": "x"}, []),
}
READS = {"find": f"{FIND}?email=ada@mail.example", "me": ME, "profile": f"{USERS}/ada_lovelace"}
REQUIRED = [(name, each) for name, row in ROWS.items() for each in row[3]]
ALLOWED = [
    (VERIFICATIONS, ["GET", "PUT", "PATCH", "DELETE"], "OPTIONS, POST"),
    (f"{VERIFICATIONS}/resend", ["GET", "PUT", "PATCH", "DELETE"], "OPTIONS, POST"),
    (f"{VERIFICATIONS}/verify", ["GET", "PUT", "PATCH", "DELETE"], "OPTIONS, POST"),
    (SESSIONS, ["GET", "PUT", "PATCH"], "DELETE, OPTIONS, POST"),
    (f"{SESSIONS}/refresh", ["GET", "PUT", "PATCH", "DELETE"], "OPTIONS, POST"),
    (FIND, ["POST", "PUT", "PATCH", "DELETE"], "GET, HEAD, OPTIONS"),
    (ME, ["POST", "PUT", "DELETE", "BREW"], "GET, HEAD, OPTIONS, PATCH"),
    (f"{USERS}/ada_lovelace", ["POST", "PUT", "PATCH", "DELETE"], "GET, HEAD, OPTIONS"),
]


def refused_row(accounts, owner, name, change, status=422):
    """A row with its body changed, in every format there and back; gives the refusal, which is the same in all."""
    verb, path, body, _ = ROWS[name]
    token = owner.access if name == "update" else None
    values = [in_all(lambda accept: accounts.ask(verb, path, body=formats.encode(change(dict(body)), format),
                                                 format=format, accept=accept, token=token), status)
              for format in formats.BODIES]
    for value in values:
        value.get("details", {}).pop("offset", None)
    assert formats.differences(*values) == []
    return values[0]


@pytest.mark.parametrize("path,verbs,allowed", ALLOWED, ids=[row[0] for row in ALLOWED])
def test_another_method(accounts, path, verbs, allowed):
    for verb in verbs:
        answer = accounts.ask(verb, path)
        problem(answer, 405)
        assert ", ".join(sorted(answer.field("allow").split(", "))) == allowed
    in_all(lambda accept: accounts.ask(verbs[0], path, accept=accept), 405)


@pytest.mark.parametrize("type", ["text/plain", "text/markdown", "application/x-www-form-urlencoded", "application/jsonx"])
@pytest.mark.parametrize("name", ROWS)
def test_another_content_type(accounts, name, type):
    """Before anybody asks who is calling."""
    verb, path, body, _ = ROWS[name]
    in_all(lambda accept: accounts.ask(verb, path, body, content_type=type, accept=accept), 415)


@pytest.mark.parametrize("name", [*ROWS, *READS])
def test_another_accept(accounts, owner, name):
    verb, path, body, _ = ROWS.get(name) or ("GET", READS[name], None, [])
    for accept in ("image/png", "text/event-stream", "application/json;q=0, application/cbor;q=0, text/markdown;q=0"):
        answer = accounts.ask(verb, path, body, accept=accept, token=owner.access)
        assert problem(answer, 406)["details"]["offers"] == formats.ANSWERS


@pytest.mark.parametrize("name", ROWS)
def test_bytes_that_are_no_value(accounts, owner, name):
    verb, path, _, _ = ROWS[name]
    for format, bodies in {formats.JSON: [b"{", b"\xff", b"[1,"], formats.CBOR: [b"\xa1", b"\xff", b"\x1c"]}.items():
        for body in bodies:
            details = in_all(lambda accept: accounts.ask(
                verb, path, body=body, format=format, accept=accept, token=owner.access), 422)["details"]
            assert details["kind"] and 0 <= details["offset"] <= len(body)


@pytest.mark.parametrize("name", ROWS)
def test_an_unknown_field(accounts, owner, name):
    found = refused_row(accounts, owner, name, lambda body: {**body, "no_such_field": "x"})
    assert found["details"] == {"kind": "unknown-field", "path": "no_such_field"}


@pytest.mark.parametrize("name", ROWS)
def test_a_body_that_is_no_object(accounts, owner, name):
    for value in ([], "x", None, 7):
        assert refused_row(accounts, owner, name, lambda _: value)["details"]["kind"] == "wrong-type"


@pytest.mark.parametrize("name,field", REQUIRED)
def test_a_missing_field(accounts, owner, name, field):
    """Also where nothing is there at all."""
    found = refused_row(accounts, owner, name, lambda body: {key: text for key, text in body.items() if key != field})
    assert found["details"] == {"kind": "missing-field", "path": field}
    assert [(each["field"], each["code"]) for each in found["errors"]] == [(field, "missing-field")]
    verb, path, _, _ = ROWS[name]
    in_all(lambda accept: accounts.ask(verb, path, accept=accept), 422)


@pytest.mark.parametrize("name,field", REQUIRED + [("update", "username"), ("update", "bio"), ("update", "avatar_url")])
def test_a_field_of_another_type(accounts, owner, name, field):
    """Of those that a profile has, two may be null, and whoever signs out may have no refresh token."""
    values = [12, True, ["x"], {}] + ([] if field in ("bio", "avatar_url") or name == "sign-out" else [None])
    for value in values:
        found = refused_row(accounts, owner, name, lambda body: {**body, field: value})
        assert found["details"] == {"kind": "wrong-type", "path": field}


@pytest.mark.parametrize("name", READS)
def test_an_unknown_parameter(accounts, owner, name):
    path = READS[name] + ("&" if "?" in READS[name] else "?") + "no_such_field=x"
    found = in_all(lambda accept: accounts.ask("GET", path, accept=accept, token=owner.access), 422)
    assert found["details"] == {"kind": "unknown-field", "path": "no_such_field"}


TOKENS = {"none": None, "not-ours": "a.b.c", "of-no-admin": "sy_" + "A" * 43}


@pytest.mark.parametrize("token", TOKENS.values(), ids=TOKENS)
def test_without_a_good_token(accounts, owner, token):
    """One refusal for every reason on each row that needs one; a refresh token is none."""
    asks = [functools.partial(accounts.ask, "GET", path) for path in READS.values()]
    asks.append(functools.partial(accounts.ask, "PATCH", ME, {"bio": "x"}))
    for ask in asks:
        plain = in_all(functools.partial(ask, token=token), 401)
        assert plain == in_all(functools.partial(ask, token=owner.refresh), 401) == problem(ask(), 401)


# -- what fields may be

LONG_DOMAIN = ".".join(["d" * 63] * 4)  # 255 bytes
REFUSED = {
    "username": ["", "ab", "x" * 31, "a-b", "a b", "a.b", "ada\n", " ada", "é" * 5, "１２３４", "ada\x00", "admin", "root",
                 "support", "system", "Admin", "ROOT", "sYsTeM"],
    "email": ["", "a", "ada.example", "@mail.example", "ada@", "a b@mail.example", "ada@mail@example",
              "ada@mail.example\r\nBcc: eve@mail.example", "ada@mail.example\x00", "a" * 65 + "@" + LONG_DOMAIN],
    "password": ["", "12345", "水a", "x" * 129, "é" * 64 + "x"],
    "token": ["", "12345", "1234567", "12345a", " 123456", "123456\n", "１２３４５６", "-12345"],
    "avatar_url": ["", "x", "/x.png", "//a.example/x.png", "ftp://a.example/x.png", "javascript:alert(1)",
                   "data:image/png;base64,AA", "https://", "https:///x.png", "https://a.example/" + "x" * 2031],
    "bio": ["x" * 201, "😀" * 201, "e\u0301" * 100 + "x"],
    "redirect_to": ["", "/welcome", "//app.example/", "http://app.example/", "https://app.example.evil.example/",
                    "https://app.example@evil.example/", "https://evil.example/?https://app.example",
                    "https://evil.example/https://app.example", "https://app.example:8443/", "https://app.example\\@evil.example/",
                    "javascript:alert(1)", "https:app.example"],
}
FIELDS = {"username": ["register", "update"], "email": ["register", "resend", "verify", "sign-in"], "password": ["register"],
          "token": ["verify"], "avatar_url": ["update"], "bio": ["update"], "redirect_to": ["register"]}
CASES = [(name, field, value) for field, values in REFUSED.items() for name in FIELDS[field] for value in values]


@pytest.mark.parametrize("name,field,value", CASES, ids=[f"{name}-{field}-{value[:24]!a}" for name, field, value in CASES])
def test_a_field_that_may_not_be_so(accounts, owner, name, field, value):
    found = refused_row(accounts, owner, name, lambda body: {**body, field: value})
    details = found.get("details", {})
    assert field in (details.get("path"), details.get("field")) or [each["field"] for each in found.get("errors", ())] == [field]


def test_a_password_is_too_short_to_sign_in_with(accounts, owner):
    refused_row(accounts, owner, "sign-in", lambda body: {**body, "password": "12345"})


@pytest.mark.parametrize("email", REFUSED["email"], ids=ascii)
def test_nobody_is_found_by_what_is_no_address(accounts, owner, email):
    in_all(lambda accept: accounts.find(email, owner.access, accept=accept), 422)


@pytest.mark.parametrize("path", [FIND, f"{FIND}?email=a@mail.example&email=b@mail.example"])
def test_somebody_is_found_by_one_address(accounts, owner, path):
    in_all(lambda accept: accounts.ask("GET", path, token=owner.access, accept=accept), 422)


@pytest.mark.parametrize("username", ["ab", "x" * 31, "a-b", "a b", "é" * 5], ids=ascii)
def test_nobody_has_a_name_that_may_not_be(accounts, owner, username):
    in_all(lambda accept: accounts.profile(username, owner.access, accept=accept), 422)


TAKEN = [
    ("name-3", {"username": "a_1"}), ("name-30", {"username": "A" * 30}), ("name-like-a-reserved-one", {"username": "admins"}),
    ("password-6", {"password": "123456"}), ("password-6-characters", {"password": "水水水水水水"}), ("password-128", {"password": "x" * 128}),
    ("password-128-bytes", {"password": "é" * 64}), ("password-with-blanks", {"password": "  correct horse  "}),
    ("email-320", {"email": "a" * 64 + "@" + LONG_DOMAIN}), ("email-with-a-tag", {"email": "ada.l+tag@mail.example"}),
]


@pytest.mark.parametrize("change", [row[1] for row in TAKEN], ids=[row[0] for row in TAKEN])
def test_on_the_limit_is_taken(fresh, change):
    """From the registration to a session, and it stands as it was written."""
    person = fresh.join(**change)
    assert fresh.me(person.access).value["username"] == person.username
    check_session(fresh.sign_in(person.email, person.password).value, person)
    if person.password != person.password.strip():
        problem(fresh.sign_in(person.email, person.password.strip()), 401)


def test_an_address_is_trimmed_and_has_no_case(fresh):
    """It is shown as it was first written."""
    person = fresh.person(email="Ada@Mail.Example")
    answer = fresh.register(Person(person.username, "  Ada@Mail.Example ", person.password))
    assert answer.status == 202 and answer.value == {"email": "Ada@Mail.Example"}
    code = fresh.code(person.email)
    session = check_session(fresh.verify("ADA@mail.example", code).value, person)
    check_session(fresh.sign_in("ada@MAIL.example", person.password).value, person)
    assert fresh.find("aDa@mail.example", session["access_token"]).value["email"] == "Ada@Mail.Example"


@pytest.mark.parametrize("redirect", [ORIGIN, f"{ORIGIN}/", f"{ORIGIN}/welcome?from=mail#top", "https://other.example/x"])
def test_where_a_mail_may_lead(fresh, redirect):
    person = fresh.person()
    answer = fresh.ask("POST", VERIFICATIONS, {**person.body, "redirect_to": redirect})
    assert answer.status == 202 and fresh.verify(person.email, fresh.code(person.email)).status == 200


def test_a_mail_leads_nowhere_unless_it_is_allowed(launch):
    accounts = Accounts(launch(*GENEROUS))
    person = accounts.person()
    problem(accounts.ask("POST", VERIFICATIONS, {**person.body, "redirect_to": f"{ORIGIN}/"}), 422)
    accounts.delivered()
    assert accounts.mails(person.email) == []


# -- profiles

@pytest.mark.parametrize("change", [
    {"bio": "x" * 200}, {"bio": "😀" * 200}, {"bio": "e\u0301" * 100}, {"avatar_url": "http://a.example/"},
    {"avatar_url": "https://a.example/" + "x" * 2030}, {"bio": "x", "avatar_url": "https://a.example/x.png"},
], ids=lambda change: "-".join(f"{name}-{len(text)}" for name, text in change.items()))
def test_a_profile_is_changed_and_cleared(fresh, change):
    """Null clears a field; what is not named stays."""
    person = fresh.join()
    token, id = person.access, person.session["user"]["id"]
    kept = {"bio": "kept", "avatar_url": "https://kept.example/"}
    check_profile(fresh.update(token, kept).value, person, id, **kept)
    check_profile(fresh.update(token, change).value, person, id, **{**kept, **change})
    check_profile(fresh.update(token, dict.fromkeys(change)).value, person, id, **{**kept, **dict.fromkeys(change)})
    check_profile(fresh.me(token).value, person, id, **{**kept, **dict.fromkeys(change)})


def test_a_change_that_changes_nothing(accounts, owner):
    refused_row(accounts, owner, "update", lambda _: {})


def test_half_of_a_change_is_not_made(fresh):
    person = fresh.join()
    problem(fresh.update(person.access, {"bio": "new", "avatar_url": "ftp://a.example/"}), 422)
    check_profile(fresh.me(person.access).value, person, person.session["user"]["id"])


def test_a_name_is_one_persons_however_it_is_written(fresh):
    person, other = fresh.join(username="Ada_Lovelace"), fresh.join()
    for name in ("Ada_Lovelace", "ada_lovelace", "ADA_LOVELACE"):
        taken(fresh.update(other.access, {"username": name}))
        taken(fresh.update(other.access, {"username": name, "bio": "not kept"}))
    check_profile(fresh.me(other.access).value, other, other.session["user"]["id"])
    assert fresh.update(person.access, {"username": "ada_LOVELACE"}).value["username"] == "ada_LOVELACE"
    assert fresh.update(person.access, {"username": "Countess"}).value["username"] == "Countess"
    assert fresh.profile("Countess", other.access).value == fresh.me(person.access).value
    problem(fresh.profile("Ada_Lovelace", other.access), 404)
    assert fresh.update(other.access, {"username": "ada_lovelace"}).status == 200


def test_a_name_that_is_taken_when_its_registration_comes(fresh):
    """Whether the registration says so or the code does; another name then does it."""
    fresh.join(username="Ada_Lovelace")
    late = fresh.person(username="ADA_lovelace")
    answer = fresh.register(late)
    if answer.status == 202:
        answer = fresh.verify(late.email, fresh.code(late.email))
    taken(answer)
    problem(fresh.sign_in(late.email, late.password), 401)


def test_a_name_that_is_taken_meanwhile(fresh):
    """The code is not used up by it, and stands until the next registration."""
    (first, code), (second, late) = (fresh.pending(username=name) for name in ("Ada_Lovelace", "ada_lovelace"))
    assert fresh.verify(first.email, code).status == 200
    for _ in range(2):
        taken(fresh.verify(second.email, late))
    problem(fresh.sign_in(second.email, second.password), 401)
    again = fresh.person(username="another", email=second.email)
    assert fresh.register(again).status == 202
    check_session(fresh.verify(again.email, fresh.code(again.email, 2)).value, again)


# -- who may see whom

def test_profiles_are_for_all_and_addresses_for_their_owners(accounts, owner):
    other = accounts.join()
    assert accounts.profile(owner.username, other.access).value == accounts.me(owner.access).value
    problem(accounts.profile("nobody_at_all", other.access), 404)
    known = in_all(lambda accept: accounts.find(owner.email, other.access, accept=accept), 403)
    assert known == in_all(lambda accept: accounts.find("nobody@mail.example", other.access, accept=accept), 403)


def test_an_administrator_finds_anybody(accounts, owner):
    token = accounts.server.token
    found = accounts.find(owner.email, token)
    assert found.status == 200 and found.value == accounts.find(owner.email, owner.access).value
    in_all(lambda accept: accounts.find("nobody@mail.example", token, accept=accept), 404)
    in_all(lambda accept: accounts.profile("nobody_at_all", owner.access, accept=accept), 404)


def test_registering_an_address_that_has_an_account_tells_nothing(fresh):
    """To the caller; its owner hears of it, and nothing is changed."""
    owner = fresh.join()
    thief, stranger = fresh.person(email=owner.email.upper()), fresh.person(email="STRANGER@mail.example")
    known, unknown = fresh.register(thief), fresh.register(stranger)
    assert known.status == unknown.status == 202 and head(known) == head(unknown)
    assert (known.value, unknown.value) == ({"email": thief.email}, {"email": stranger.email})
    first, second = fresh.mails(owner.email)[0], fresh.mail(owner.email, 2)
    assert second.get_content() != first.get_content()
    assert fresh.code(stranger.email)
    assert fresh.resend(owner.email).status == 204
    fresh.delivered()
    assert not any(re.search(r"(?<![0-9])[0-9]{6}(?![0-9])", mail.get_content()) for mail in fresh.mails(owner.email)[1:])
    problem(fresh.sign_in(owner.email, thief.password), 401)
    check_session(fresh.sign_in(owner.email, owner.password).value, owner)
    assert fresh.me(owner.access).value["username"] == owner.username


def test_asking_for_another_code_tells_nothing(fresh):
    """And nobody who has not registered gets mail."""
    (pending, _), owner = fresh.pending(), fresh.join()
    answers = [fresh.resend(address) for address in (pending.email, owner.email, "nobody@mail.example")]
    assert [(answer.status, answer.body) for answer in answers] == [(204, b"")] * 3
    assert len({str(head(answer)) for answer in answers}) == 1
    fresh.delivered()
    assert len(fresh.mails(pending.email)) == 2 and fresh.mails("nobody@mail.example") == []


def test_signing_in_fails_in_one_way(fresh):
    owner, (pending, _) = fresh.join(), fresh.pending()
    answers = [fresh.sign_in(address, password) for address, password in [
        (owner.email, "wrong password"), (owner.email, owner.password + " "), (owner.email, pending.password),
        (pending.email, pending.password), ("nobody@mail.example", owner.password)]]
    for answer in answers:
        problem(answer, 401)
    assert len({answer.body for answer in answers}) == 1 and len({str(head(answer)) for answer in answers}) == 1
    in_all(lambda accept: fresh.sign_in(owner.email, "wrong password", accept=accept), 401)
