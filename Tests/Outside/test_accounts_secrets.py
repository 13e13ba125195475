"""What is secret of an account is in no log, no file but its owner's mail, and no counter."""

import hashlib
import re

import pytest

from accounts import GENEROUS, REFRESH, Accounts, problem


class Secrets:
    """Canaries by name: each is a pattern of bytes that must be nowhere."""

    def __init__(self):
        self.patterns = {}

    def text(self, name, text):
        self.patterns[name] = re.compile(re.escape(text.encode()))

    def code(self, name, code):
        """A code is six digits; those within a longer number are none."""
        self.patterns[name] = re.compile(rb"(?<![0-9])" + code.encode() + rb"(?![0-9])")

    def guessable(self, name, text):
        """What has too few possibilities for a plain digest to hide it."""
        digest = hashlib.sha256(text.encode())
        self.patterns[f"{name} as a digest"] = re.compile(re.escape(digest.digest()), re.DOTALL)
        self.patterns[f"{name} as a digest in hexadecimal"] = re.compile(digest.hexdigest().encode(), re.IGNORECASE)

    def session(self, name, session):
        """The part of a token that nobody can make is enough to be found."""
        self.text(f"access token of {name}", session["access_token"].rsplit(".", 1)[1])
        self.text(f"refresh token of {name}", REFRESH.fullmatch(session["refresh_token"])[3])

    def found(self, contents):
        return [f"{name} in {place}" for place, content in contents.items()
                for name, pattern in self.patterns.items() if pattern.search(content)]


def files(server):
    """Everything on the disk but the mail: the folder, its database's log as it stands, and the server's log."""
    paths = [path for path in server.folder.rglob("*") if path.is_file() and "mail" not in path.relative_to(server.folder).parts[:1]]
    return {str(path): path.read_bytes() for path in [*paths, server.log]}


def keyed(name):
    """A key keeps the answer for a replay, which must not keep it in plain."""
    return {"idempotency_key": f"secrets-{name}"}


def lives(accounts, secrets, word):
    """A life with every call that takes or gives a secret, each also replayed; gives the person."""
    person = accounts.person(username="canary_owner", password=f"password-{word}")
    secrets.text("password", person.password)
    secrets.guessable("password", person.password)
    for _ in range(2):
        assert accounts.register(person, **keyed("register")).status == 202
    first = accounts.code(person.email)
    assert accounts.resend(person.email).status == 204
    code = accounts.code(person.email, 2)
    for name, each in (("first code", first), ("code", code)):
        secrets.code(name, each)
        secrets.guessable(name, each)
        secrets.guessable(f"{name} with the address", person.email + each)
    for _ in range(2):
        verified = accounts.verify(person.email, code, **keyed("verify"))
        assert verified.status == 200
    for _ in range(2):
        signed_in = accounts.sign_in(person.email, person.password, **keyed("sign-in"))
        assert signed_in.status == 200
    for _ in range(2):
        refreshed = accounts.refresh(signed_in.value["refresh_token"], **keyed("refresh"))
        assert refreshed.status == 200
    for name, answer in (("verification", verified), ("sign-in", signed_in), ("refresh", refreshed)):
        secrets.session(name, answer.value)
    assert accounts.me(refreshed.value["access_token"]).status == 200
    return person, refreshed.value


def errs(accounts, secrets, person, session, word):
    """Mistakes, whose reports are where secrets slip out."""
    for name in ("wrong", "long", "misplaced", "bearer", "broken", "unknown"):
        secrets.text(f"{name} secret", f"{name}-{word}")
    problem(accounts.sign_in(person.email, f"wrong-{word}"), 401)
    problem(accounts.sign_in(person.email, f"wrong-{word}", **keyed("wrong")), 401)
    problem(accounts.register(accounts.person(password=f"long-{word}" * 8)), 422)
    problem(accounts.verify(person.email, f"misplaced-{word}"), 422)
    problem(accounts.refresh(f"misplaced-{word}"), 401)
    problem(accounts.me(f"bearer-{word}"), 401)
    problem(accounts.me(session["refresh_token"]), 401)
    problem(accounts.ask("POST", "/api/v1/auth/sessions", body=b'{"password":"broken-' + word.encode()), 422)
    problem(accounts.ask("POST", "/api/v1/auth/sessions", {"email": person.email, "passwrod": f"unknown-{word}"}), 422)
    problem(accounts.ask("POST", "/api/v1/auth/sessions/refresh", {"refresh_token": [session["refresh_token"]]}), 422)


@pytest.mark.parametrize("end", ["stop", "kill"])
def test_secrets_are_nowhere(launch, chance, end):
    """While it runs, and as an orderly end and a power cut leave it."""
    accounts = Accounts(launch(*GENEROUS, "--log-level", "debug"))
    server, secrets, word = accounts.server, Secrets(), f"{chance.getrandbits(64):016x}"
    person, session = lives(accounts, secrets, word)
    errs(accounts, secrets, person, session, word)
    metrics = server.get("/metrics", scope=None)
    assert metrics.status == 200
    assert secrets.found({**files(server), "metrics": metrics.body}) == []
    assert accounts.sign_out(session["refresh_token"], **keyed("sign-out")).status == 204
    getattr(server, end)()
    contents = files(server)
    assert secrets.found(contents) == []
    # The search does find what is there: the name in the database, and the canaries where they are said.
    assert any(person.username.encode() in content for place, content in contents.items() if place != str(server.log))
    assert len(secrets.found({"an echo": person.password.encode()})) == 1


def test_a_mail_has_its_code_and_no_other_secret(launch, chance):
    accounts = Accounts(launch(*GENEROUS))
    secrets, word = Secrets(), f"{chance.getrandbits(64):016x}"
    person, session = lives(accounts, secrets, word)
    mails = {path.name: path.read_bytes() for path in (accounts.server.folder / "mail").iterdir()}
    assert sorted(name.split(" in ")[0] for name in secrets.found(mails)) == ["code", "first code"]
    assert person.email.encode() in b"".join(mails.values()) and session["user"]["email"] == person.email
