"""How often accounts may be asked, and what is done once however often it is asked."""

import functools
import re
import socket
import time

import pytest

import formats
from accounts import GENEROUS, ME, NO_TOKEN, SESSIONS, VERIFICATIONS, Accounts, check_session, problem
from server import until


@pytest.fixture
def fresh(launch):
    """The accounts of a server for one test."""
    return Accounts(launch(*GENEROUS))


# -- how often

def exhaust(ask, burst, refill):
    """Asks until it is too often: as many times as a bucket holds, and what has flowed into it since."""
    began = time.monotonic()
    granted = 0
    while (answer := ask(granted)).status != 429:
        granted += 1
        assert granted <= burst + (time.monotonic() - began) / refill, f"{granted} times, the last is {answer.status}"
    assert granted >= burst
    for accept in formats.ANSWERS:
        # Just now the bucket may have been given one more.
        told = until(lambda: refusal(ask(granted, accept=accept)))
        problem(told, 429)
        assert int(told.field("retry-after")) <= burst * refill


def refusal(answer):
    return answer if answer.status == 429 else None


# what one address, or the server, may ask for: how, how often at once, seconds until once more
LIMITS = {
    "sign-in": (lambda accounts, number, **how: accounts.sign_in(f"nobody{number}@mail.example", "wrong password", **how), 30, 10),
    "verify": (lambda accounts, number, **how: accounts.verify(f"nobody{number}@mail.example", "123456", **how), 30, 10),
    "refresh": (lambda accounts, number, **how: accounts.refresh(NO_TOKEN, **how), 150, 2),
    "mail": (lambda accounts, number, **how: accounts.register(accounts.person(), **how), 30, 120),
}


@pytest.mark.parametrize("ask,burst,refill", LIMITS.values(), ids=LIMITS)
def test_how_often_one_address_may_ask(launch, ask, burst, refill):
    exhaust(functools.partial(ask, Accounts(launch())), burst, refill)


def test_every_answer_says_what_is_left(launch):
    """In the fields of draft-ietf-httpapi-ratelimit-headers; of a refusal as of a success."""
    accounts = Accounts(launch("--resend-gap", "0"))
    person = accounts.join()
    asks = {"refreshes": (lambda: accounts.refresh(NO_TOKEN), 150, 300), "sign-ins": (lambda: accounts.sign_in(person.email, person.password), 30, 300)}
    for name, (ask, quota, window) in asks.items():
        left = []
        for _ in range(3):
            answer = ask()
            assert answer.status in (200, 401)
            assert answer.field("ratelimit-policy") == f'"{name}";q={quota};w={window}'
            found = re.fullmatch(rf'"{name}";r=([0-9]+);t=([0-9]+)', answer.field("ratelimit"))
            assert 0 < int(found[2]) <= window
            left.append(int(found[1]))
        assert left == [quota - 1, quota - 2, quota - 3]
    assert accounts.me(person.access).field("ratelimit") is None


def test_another_address_has_its_own_limit(launch, monkeypatch):
    accounts = Accounts(launch())
    ask, burst, refill = LIMITS["sign-in"]
    exhaust(functools.partial(ask, accounts), burst, refill)
    elsewhere = functools.partial(socket.create_connection, source_address=("127.0.0.2", 0))
    monkeypatch.setattr(socket, "create_connection", elsewhere)
    with accounts.server.connect() as connection:
        problem(ask(accounts, 0, over=connection), 401)


@pytest.mark.parametrize("known", [True, False])
def test_ten_failures_for_one_address_are_enough(launch, known):
    """However it is written, and whether or not there is such an account; also for the right password, and for no other."""
    accounts = Accounts(launch("--resend-gap", "0"))
    owner, other = accounts.join(), accounts.join()
    address = owner.email if known else "nobody@mail.example"
    exhaust(lambda number, **how: accounts.sign_in(address.upper() if number % 2 else address, "wrong password", **how), 10, 90)
    problem(accounts.sign_in(address, owner.password), 429)
    assert accounts.sign_in(other.email, other.password).status == 200


def test_five_mails_for_one_address_are_enough(launch):
    accounts = Accounts(launch("--resend-gap", "0"))
    person = accounts.person()
    exhaust(lambda number, **how: accounts.register(person, **how), 5, 720)
    accounts.delivered()
    assert len(accounts.mails(person.email)) == 5


def test_between_two_mails_is_a_minute(launch):
    """A second registration is told so; a second code is not sent, whatever is told."""
    accounts = Accounts(launch())
    person, code = accounts.pending()
    again = accounts.register(accounts.person(email=person.email))
    problem(again, 429)
    assert int(again.field("retry-after")) <= 60
    resent = accounts.resend(person.email)
    if resent.status != 204:
        problem(resent, 429)
    accounts.delivered()
    assert len(accounts.mails(person.email)) == 1
    session = check_session(accounts.verify(person.email, code).value, person)
    assert accounts.me(session["access_token"]).value["username"] == person.username


# -- the same key, the same answer

def signed_up(accounts):
    person, code = accounts.pending()
    return person, ("POST", f"{VERIFICATIONS}/verify", {"email": person.email, "token": code}), None


def registering(accounts):
    person = accounts.person()
    return person, ("POST", VERIFICATIONS, person.body), None


def resending(accounts):
    person, _ = accounts.pending()
    return person, ("POST", f"{VERIFICATIONS}/resend", {"email": person.email}), None


def joined(verb, path, body, authenticated=False):
    def make(accounts):
        person = accounts.join()
        return person, (verb, path, body(person)), person.access if authenticated else None
    return make


REPLAYS = {
    "register": registering,
    "resend": resending,
    "verify": signed_up,
    "sign-in": joined("POST", SESSIONS, lambda person: {"email": person.email, "password": person.password}),
    "sign-out": joined("DELETE", SESSIONS, lambda person: {"refresh_token": person.refresh}),
    "update": joined("PATCH", ME, lambda person: {"bio": "once"}, authenticated=True),
}


@pytest.mark.parametrize("format", formats.BODIES)
@pytest.mark.parametrize("make", REPLAYS.values(), ids=REPLAYS)
def test_a_retry_gets_the_first_answer(launch, make, format):
    """It is done once, and a session that is given again is one to go on with; the key is for nothing else."""
    accounts = Accounts(launch(*GENEROUS, "--refresh-grace", "0"))
    person, call, token = make(accounts)
    mails = len(accounts.mails(person.email))
    keyed = functools.partial(accounts.ask, token=token, idempotency_key="retry")
    first = keyed(*call, format=format)
    assert first.status in (200, 202, 204) and first.field("idempotency-replayed") is None
    for _ in range(2):
        again = keyed(*call, format=format)
        assert (again.status, again.body, again.content_type) == (first.status, first.body, first.content_type)
        assert again.field("idempotency-replayed") == "true"
    verb, path, value = call
    problem(keyed(verb, path, body=formats.encode(value, formats.JSON) + b" "), 422)
    if first.status == 200 and "refresh_token" in again.value:
        check_session(again.value, person)
        assert accounts.me(again.value["access_token"]).status == 200
        assert accounts.refresh(again.value["refresh_token"]).status == 200
    accounts.delivered()
    assert len(accounts.mails(person.email)) - mails == (1 if path in (VERIFICATIONS, f"{VERIFICATIONS}/resend") else 0)


def test_no_key_brings_a_used_refresh_token_back(launch):
    """A kept answer would be worth more to a thief than to its owner, who has the grace."""
    accounts = Accounts(launch(*GENEROUS, "--refresh-grace", "0"))
    person = accounts.join()
    assert accounts.refresh(person.refresh, idempotency_key="again").status == 200
    problem(accounts.refresh(person.refresh, idempotency_key="again"), 401)


def test_a_refused_sign_in_leaves_its_key_free(fresh):
    owner = fresh.join()
    problem(fresh.sign_in(owner.email, "wrong password", idempotency_key="free"), 401)
    answer = fresh.sign_in(owner.email, owner.password, idempotency_key="free")
    assert answer.status == 200 and answer.field("idempotency-replayed") is None
    check_session(answer.value, owner)


def test_a_key_is_no_way_around_a_password(fresh):
    """A stranger who knows the key has nothing."""
    owner = fresh.join()
    assert fresh.sign_in(owner.email, owner.password, idempotency_key="around").status == 200
    answer = fresh.sign_in(owner.email, "wrong password", idempotency_key="around")
    assert answer.status in (401, 422)
    assert "access_token" not in problem(answer, answer.status)
