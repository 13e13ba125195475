"""One person with two devices, from the registration to a stolen token, through each door."""

import time
from dataclasses import dataclass
from urllib.parse import urlencode

import cbor2
import grpc
import pytest

import feeds
import formats
import grpc_client
from accounts import FIND, GENEROUS, ME, SESSIONS, VERIFICATIONS, Accounts, claims, problem
from server import HANGING, mock, until

SERVICE = "/switchyard.accounts.v1."

# What the methods are called: by HTTP and by gRPC.
METHODS = {
    "register": ("POST", VERIFICATIONS, "Auth/Register"),
    "resend": ("POST", f"{VERIFICATIONS}/resend", "Auth/Resend"),
    "verify": ("POST", f"{VERIFICATIONS}/verify", "Auth/Verify"),
    "sign in": ("POST", SESSIONS, "Auth/SignIn"),
    "refresh": ("POST", f"{SESSIONS}/refresh", "Auth/Refresh"),
    "sign out": ("DELETE", SESSIONS, "Auth/SignOut"),
    "find": ("GET", FIND, "Auth/FindUser"),
    "me": ("GET", ME, "Users/Me"),
    "update": ("PATCH", ME, "Users/UpdateMe"),
    "get": ("GET", "/api/v1/users/{username}", "Users/Get"),
}

REFUSALS = {grpc.StatusCode.UNAUTHENTICATED: 401, grpc.StatusCode.PERMISSION_DENIED: 403,
            grpc.StatusCode.NOT_FOUND: 404, grpc.StatusCode.INVALID_ARGUMENT: 422}


@dataclass
class Outcome:
    """What a call gave: HTTP's status whatever the door, where 200 is all success."""

    status: int
    value: object


class ByHTTP:
    """The endpoints of document 003, in JSON."""

    feed = formats.EVENT_STREAM

    def __init__(self, server):
        self.accounts = Accounts(server)

    def call(self, name, value, token=None):
        verb, path, _ = METHODS[name]
        if verb == "GET":
            answer = self.accounts.ask(verb, self.place(path, value), token=token)
        else:
            answer = self.accounts.ask(verb, path, value, token=token)
        if answer.status >= 400:
            return Outcome(answer.status, problem(answer, answer.status))
        return Outcome(200, answer.value if answer.body else None)

    @staticmethod
    def place(path, value):
        """The path of a read with its input, which is one field or none."""
        filled = path.format(**value)
        return filled if filled != path or not value else f"{path}?{urlencode(value)}"

    @staticmethod
    def dismissed(watch):
        return watch.messages[-1].event == "retry"


class ByGRPC:
    """The same methods by a stock client; an answer without a value is not looked into."""

    feed = feeds.GRPC

    def __init__(self, server):
        self.server = server

    def call(self, name, value, token=None):
        metadata = [("authorization", f"Bearer {token}")] if token else []
        with grpc_client.Client(self.server) as client:
            ask = client.channel.unary_unary(SERVICE + METHODS[name][2], cbor2.dumps, lambda message: message)
            try:
                message = ask(value, grpc_client.ANSWER_MAX, metadata)
            except grpc.RpcError as error:
                assert error.code() in REFUSALS, (error.code(), error.details())
                pairs = [*(error.initial_metadata() or ()), *(error.trailing_metadata() or ())]
                [told] = [text for key, text in pairs if key == "error-bin"]
                return Outcome(REFUSALS[error.code()], formats.decode(told, formats.CBOR))
        return Outcome(200, formats.decode(message, formats.CBOR) if message else None)

    @staticmethod
    def dismissed(watch):
        return watch.exchange.field("grpc-status") == "16"


class Story:
    """A person at a door."""

    def __init__(self, server, door):
        self.server, self.accounts = server, Accounts(server)
        self.door = door(server)
        self.person = self.accounts.person(username="Ada_Lovelace", email="ada@mail.example")

    def granted(self, name, value, token=None):
        found = self.door.call(name, value, token)
        assert found.status == 200, f"{name}: {found}"
        return found.value

    def refused(self, name, value, token=None, status=401):
        found = self.door.call(name, value, token)
        assert found.status == status, f"{name}: {found}"
        return found.value

    def sign_in(self):
        return self.granted("sign in", {"email": self.person.email, "password": self.person.password})

    def refresh(self, session):
        return self.granted("refresh", {"refresh_token": session["refresh_token"]})

    def lives(self, session):
        assert self.granted("me", {}, session["access_token"])["username"] == self.person.username

    def dies(self, session):
        until(lambda: self.door.call("me", {}, session["access_token"]).status == 401, within=2)

    # -- the chapters

    def registers(self):
        person = self.person
        assert self.granted("register", person.body) == {"email": person.email}
        code = self.accounts.code(person.email)
        self.refused("sign in", {"email": person.email, "password": person.password})
        self.granted("resend", {"email": person.email})
        newer = self.accounts.code(person.email, 2)
        if newer != code:
            self.refused("verify", {"email": person.email, "token": code})
        session = self.granted("verify", {"email": person.email, "token": newer})
        assert session["user"]["email"] == person.email
        self.lives(session)
        return session

    def tells_of_herself(self, session):
        token, id = session["access_token"], session["user"]["id"]
        assert self.granted("update", {"bio": "Notes on é 水 😀"}, token)["bio"] == "Notes on é 水 😀"
        profile = self.granted("get", {"username": self.person.username}, token)
        assert profile == self.granted("me", {}, token) and profile["id"] == id
        assert self.granted("find", {"email": self.person.email}, token)["id"] == id
        self.refused("find", {"email": "grace@mail.example"}, token, status=403)
        self.refused("get", {"username": "Grace_Hopper"}, token, status=404)
        self.refused("update", {"bio": "x" * 201}, token, status=422)

    def watches(self, connection, session):
        """An open stream of a run that goes on, in the person's own tenant."""
        said = claims(session["access_token"])
        self.scope = {"x-org-id": said["org"], "x-user-id": said["sub"]}
        self.run = self.server.create(mock({"tokens": ["go"]}, HANGING, session="s_accounts"),
                                      scope=self.scope, token=session["access_token"])
        watch = self.server.watch(connection, self.run, scope=self.scope, token=session["access_token"],
                                  format=self.door.feed)
        watch.saw("llm.token")
        return watch

    def is_cut_off(self, watch, within):
        """The stream ends with its token, and the run goes on without it."""
        watch.ended(within)
        assert self.door.dismissed(watch)
        assert self.server.run(self.run, scope=self.scope)["status"] == "running"
        assert self.server.cancel(self.run, scope=self.scope).status == 200


@pytest.mark.parametrize("door", [ByHTTP, ByGRPC])
def test_story(launch, door):
    server = launch(*GENEROUS)
    story = Story(server, door)
    story.tells_of_herself(story.registers())

    phone, laptop = story.sign_in(), story.sign_in()
    newer_phone, newer_laptop = story.refresh(phone), story.refresh(laptop)
    for session in (newer_phone, newer_laptop):
        story.lives(session)

    story.granted("sign out", {"refresh_token": newer_phone["refresh_token"]})
    story.dies(newer_phone)
    story.dies(phone)
    story.refused("refresh", {"refresh_token": newer_phone["refresh_token"]})
    story.lives(newer_laptop)
    newest = story.refresh(newer_laptop)

    with server.connect() as connection:
        watch = story.watches(connection, newest)
        began = time.monotonic()
        # Two rotations old: no grace is that long.
        told = story.refused("refresh", {"refresh_token": laptop["refresh_token"]})
        assert told == story.refused("refresh", {"refresh_token": "rt1.nobody.0.AAAA"})
        story.dies(newest)
        story.is_cut_off(watch, within=began + 5 - time.monotonic())
    for session in (laptop, newer_laptop, newest):
        story.refused("refresh", {"refresh_token": session["refresh_token"]})
        story.dies(session)

    again = story.refresh(story.sign_in())
    server.restart()
    story.door = door(server)
    for session in (newer_phone, newest):
        story.refused("refresh", {"refresh_token": session["refresh_token"]})
        story.refused("me", {}, session["access_token"])
    story.lives(again)
    story.lives(story.refresh(again))
