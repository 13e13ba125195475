"""Accounts as their owners have them: registered, confirmed by a code from the mail, signed in."""

import base64
import email
import email.policy
import itertools
import json
import re
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from urllib.parse import quote

import formats
from server import Answer, until

VERIFICATIONS, SESSIONS = "/api/v1/auth/verifications", "/api/v1/auth/sessions"
FIND, USERS, ME = "/api/v1/auth/users", "/api/v1/users", "/api/v1/users/me"

# Flags for tests that ask a lot from one address and let no minute pass between two mails.
GENEROUS = ["--accounts-rate-scale", "1000", "--resend-gap", "0"]
CODE = re.compile(r"^([0-9]{6})$", re.MULTILINE)
NO_TOKEN = "rt1.nobody.0.AAAA"
UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
REFRESH = re.compile(r"rt1\.([^.]+)\.([0-9]+)\.([^.]+)")


@dataclass
class Person:
    """Somebody with what they register with, and the session that they got for their code."""

    username: str
    email: str
    password: str
    session: dict = field(default_factory=dict)

    @property
    def body(self):
        return {"username": self.username, "email": self.email, "password": self.password}

    @property
    def id(self):
        return self.session["user"]["id"]

    @property
    def access(self):
        return self.session["access_token"]

    @property
    def refresh(self):
        return self.session["refresh_token"]


class Accounts:
    """The accounts of a server, asked without any token but the one that a call is given."""

    def __init__(self, server):
        self.server = server
        self.numbers = itertools.count(1)

    def ask(self, verb, path, value=None, *, body=None, format=formats.JSON, accept=None, token=None,
            over=None, **more):
        """One call, on the connection `over` if there is one; `more` are fields with underscores."""
        if value is not None:
            body = formats.encode(value, format)
        if body is not None:
            more.setdefault("content_type", format)
        if accept is not None:
            more["accept"] = accept
        if token is not None:
            more["authorization"] = f"Bearer {token}"
        fields = [(name.replace("_", "-"), text) for name, text in more.items()]
        send = over.request if over else self.server.exchange
        answer = Answer(send(verb, path, fields, body))
        answer.path = path.split("?")[0]
        return answer

    # -- the endpoints

    def register(self, person, **options):
        return self.ask("POST", VERIFICATIONS, person.body, **options)

    def resend(self, address, **options):
        return self.ask("POST", f"{VERIFICATIONS}/resend", {"email": address}, **options)

    def verify(self, address, code, **options):
        return self.ask("POST", f"{VERIFICATIONS}/verify", {"email": address, "token": code}, **options)

    def sign_in(self, address, password, **options):
        return self.ask("POST", SESSIONS, {"email": address, "password": password}, **options)

    def refresh(self, token, **options):
        return self.ask("POST", f"{SESSIONS}/refresh", {"refresh_token": token}, **options)

    def sign_out(self, token, **options):
        return self.ask("DELETE", SESSIONS, {"refresh_token": token}, **options)

    def find(self, address, token, **options):
        return self.ask("GET", f"{FIND}?email={quote(address, safe='')}", token=token, **options)

    def me(self, token, **options):
        return self.ask("GET", ME, token=token, **options)

    def update(self, token, value, **options):
        return self.ask("PATCH", ME, value, token=token, **options)

    def profile(self, username, token, **options):
        return self.ask("GET", f"{USERS}/{quote(username, safe='')}", token=token, **options)

    # -- mail

    def mails(self, address):
        """All that was sent to an address, oldest first."""
        paths = sorted((self.server.folder / "mail").glob("*.eml"),
                       key=lambda path: (path.stat().st_mtime_ns, path.name))
        found = [email.message_from_bytes(path.read_bytes(), policy=email.policy.default) for path in paths]
        return [mail for mail in found if address.lower() in receivers(mail)]

    def mail(self, address, number=1):
        """The mail of that number to an address, once it is there with its text."""
        def has():
            found = self.mails(address)
            return found[number - 1] if len(found) >= number and found[number - 1].get_content() else None
        return until(has)

    def code(self, address, number=1):
        """The code in the newest mail to an address, which has had at least that number of mails by then."""
        def has():
            found = self.mails(address)
            return CODE.findall(found[-1].get_content().replace("\r\n", "\n")) if len(found) >= number else None
        [code] = until(has)
        return code

    def delivered(self):
        """Waits until all mail that was asked for before is there: the mail of one more stranger comes behind it."""
        stranger = self.person()
        assert self.register(stranger).status == 202
        self.mail(stranger.email)

    # -- people

    def person(self, **more):
        """Somebody new, who has yet to register."""
        number = next(self.numbers)
        return Person(**{"username": f"user_{number}", "email": f"user{number}@mail.example",
                         "password": f"correct horse {number}", **more})

    def pending(self, **more):
        """Somebody who has registered, and their code."""
        person = self.person(**more)
        answer = self.register(person)
        assert answer.status == 202, answer.body
        return person, self.code(person.email)

    def join(self, **more):
        """Somebody with an account and one session."""
        person, code = self.pending(**more)
        answer = self.verify(person.email, code)
        assert answer.status == 200, answer.body
        person.session = answer.value
        return person

    def device(self, person):
        """One more session of somebody."""
        answer = self.sign_in(person.email, person.password)
        assert answer.status == 200, answer.body
        return answer.value

    def dies(self, token, within=2.0):
        """Waits until an access token is refused; gives the refusal."""
        def refusal():
            answer = self.me(token)
            return answer if answer.status == 401 else None
        return until(refusal, within)


def receivers(mail):
    return [each.addr_spec.lower() for each in mail["to"].addresses] if mail["to"] else []


def problem(answer, status):
    """The value of a refusal, which has the form of the document and nothing else."""
    assert answer.status == status, (answer.status, answer.body)
    value = answer.value
    assert value.keys() - {"details", "errors"} == {"type", "title", "status", "detail", "instance"}, value
    assert (value["type"], value["status"], value["instance"]) == ("about:blank", status, answer.path), value
    assert value["title"] and value["detail"]
    if status == 401:
        assert answer.field("www-authenticate") == "Bearer"
    if status == 429:
        assert 1 <= int(answer.field("retry-after"))
    return value


def check_session(value, person, lifetime=3600):
    assert value.keys() == {"access_token", "refresh_token", "expires_in", "token_type", "user"}
    assert (value["expires_in"], value["token_type"]) == (lifetime, "bearer")
    assert value["user"].keys() == {"id", "email"} and UUID.fullmatch(value["user"]["id"])
    assert value["user"]["email"] == person.email
    assert REFRESH.fullmatch(value["refresh_token"])
    return value


def in_all(ask, status):
    """The value of one refusal, the same in every format."""
    values = []
    for accept in formats.ANSWERS:
        answer = ask(accept=accept)
        values.append(problem(answer, status))
        assert answer.content_type == (formats.PROBLEM if accept == formats.JSON else formats.CONTENT_TYPES[accept])
    for value in values[1:]:
        assert formats.differences(values[0], value) == []
    return values[0]


def taken(answer):
    """The refusal of a name that somebody has."""
    assert [(each["field"], each["code"]) for each in problem(answer, 422)["errors"]] == [("username", "taken")]


def head(answer):
    """What a refusal says besides its body, without what is the request's own."""
    return {name: text for name, text in answer.exchange.fields if name not in ("x-correlation-id", "content-length", "date")}


def problem_body(answer, status=401):
    problem(answer, status)
    return answer.body


def wrong_code(code):
    return f"{(int(code) + 1) % 1_000_000:06}"


def claims(token):
    """What an access token says, unchecked."""
    return part(token, 1)


def part(token, number):
    """The header or the claims of a token."""
    text = token.split(".")[number]
    return json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))


def part_of(value):
    """A part of a token that says this."""
    return base64.urlsafe_b64encode(formats.encode(value, formats.JSON)).decode().rstrip("=")


def together(count, action):
    """What `action` gives for each number below `count`, all at the same moment."""
    ready = threading.Barrier(count)

    def one(number):
        ready.wait()
        return action(number)

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(one, range(count)))
