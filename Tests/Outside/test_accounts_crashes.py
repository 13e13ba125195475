"""Accounts and power cuts: nobody is lost, and what a key was given for is done once; `bench/identity.py` does it at length."""

import collections
import contextlib
import sqlite3
import threading
from dataclasses import dataclass

import pytest

import formats
from accounts import GENEROUS, ME, REFRESH, SESSIONS, VERIFICATIONS, Accounts, together
from http2 import Broken
from server import SCOPE, Answer, until
from test_durability import IDLE, check_database, queue, verify

CUTS = 5
AT_ONCE, CONNECTIONS = 64, 8
# The longest there is: coming back takes a server some of it.
PATIENT = ["--refresh-grace", "60"]


@dataclass
class Call:
    """A request that can be sent again as it was."""

    verb: str
    path: str
    value: dict
    fields: dict

    def begin(self, connection):
        """Sends it and waits for nothing; gives the exchange."""
        return connection.ask(self.verb, self.path, self.head, formats.encode(self.value, formats.JSON))

    def again(self, server):
        return Answer(server.exchange(self.verb, self.path, self.head, formats.encode(self.value, formats.JSON)))

    @property
    def head(self):
        return [("content-type", formats.JSON), *self.fields.items()]


class Moment:
    """How long after a request the power is cut: about when its effect is there and its answer is not, as cuts before have shown."""

    def __init__(self, chance, seconds=0.001):
        self.chance, self.seconds = chance, seconds

    def wait(self):
        threading.Event().wait(self.seconds * self.chance.uniform(0.4, 1.6))

    def learn(self, outcome):
        self.seconds *= {"before": 1.2, "between": 1, "after": 0.85}[outcome]


def outcome(is_done, answer):
    """Where a cut fell: before the effect, between it and its answer, or after both."""
    assert is_done or answer is None, f"answered with {answer.status}, and not kept: {answer.body}"
    return "after" if answer else "between" if is_done else "before"


def cut(server, calls, moment):
    """Sends each call on a connection of its own, kills the server and starts it again; the answers, None for those that did not
    come whole."""
    with contextlib.ExitStack() as stack:
        connections = [stack.enter_context(server.connect()) for _ in calls]
        exchanges = [call.begin(connection) for call, connection in zip(calls, connections)]
        moment.wait()
        server.kill()
        answers = [received(*pair) for pair in zip(connections, exchanges)]
    server.start()
    return answers


def received(connection, exchange):
    with contextlib.suppress(Broken, OSError):
        connection.finish(exchange)
    return Answer(exchange) if exchange.is_ended else None


def stored(server, statement, *values):
    """One row of the store of a server that runs."""
    with contextlib.closing(sqlite3.connect(f"file:{server.folder}/main.db?mode=ro", uri=True, timeout=10)) as database:
        [row] = database.execute(statement, values).fetchall()
        return row


def check_end(server):
    """It ends in order, and its store and its log are whole."""
    until(lambda: queue(server) == IDLE)
    assert server.stop() == 0
    check_database(server)
    verified = verify(server)
    assert verified.returncode == 0, verified.stdout + verified.stderr


# -- sessions

def place(token):
    """A refresh token's family, and its place in it."""
    name, number, _ = REFRESH.fullmatch(token).groups()
    return name, int(number)


class Renewals:
    """People whose sessions are being renewed whenever the power is cut."""

    def __init__(self, accounts, people, chance):
        self.accounts, self.chance = accounts, chance
        self.people = [accounts.join() for _ in range(people)]
        self.moment = Moment(chance)
        self.outcomes = collections.Counter()

    def cut(self):
        """One cut; gives what became of those who are lost."""
        calls = [Call("POST", f"{SESSIONS}/refresh", {"refresh_token": person.refresh}, {}) for person in self.people]
        lost = []
        for person, answer in zip(self.people, cut(self.accounts.server, calls, self.moment)):
            try:
                person.session = self.goes_on(person.refresh, answer)
            except AssertionError as error:
                lost.append(f"{person.username}: {error}")
                person.session = self.accounts.device(person)
        return lost

    def goes_on(self, token, answer):
        """The session of somebody who asked with a token: they have an answer, or ask once more."""
        family, before = place(token)
        state, counter = stored(self.accounts.server, "SELECT state, counter FROM token_families WHERE id = ?", family)
        assert state == "active" and counter in (before, before + 1), (state, counter, before)
        self.outcomes[fell := outcome(counter > before, answer)] += 1
        self.moment.learn(fell)
        assert answer is None or answer.status == 200, answer.body
        session = answer and answer.value
        # One who has an answer may yet lose it, or ask with what it gave them.
        if session is None or self.chance.random() < 0.5:
            session = self.renewed(token, family, before + 1)
            assert answer is None or session["refresh_token"] == answer.value["refresh_token"]
        else:
            session = self.renewed(session["refresh_token"], family, before + 2)
        me = self.accounts.me(session["access_token"])
        assert me.status == 200, me.body
        return session

    def renewed(self, token, family, counter):
        answer = self.accounts.refresh(token)
        assert answer.status == 200, f"a session that was renewed is lost: {answer.body}"
        assert place(answer.value["refresh_token"]) == (family, counter)
        return answer.value


def test_a_power_cut_logs_nobody_out(launch, chance):
    """Whoever has no answer asks once more with what they had."""
    renewals = Renewals(Accounts(launch(*GENEROUS, *PATIENT)), people=4, chance=chance)
    for _ in range(CUTS):
        assert renewals.cut() == []
    check_end(renewals.accounts.server)
    print(dict(renewals.outcomes))


# -- effects

class Effect:
    """A call with a key, and how often the store says that it was done."""

    def __init__(self, call, status, statement, *values):
        self.call, self.status, self.statement, self.values = call, status, statement, values

    def count(self, server):
        """Each of the statement's columns is one trace of the effect; they are there together."""
        counts = stored(server, self.statement, *self.values)
        assert len(set(counts)) == 1, f"done in part: {counts}"
        return counts[0]


def verifying(accounts, key):
    person, code = accounts.pending()
    call = Call("POST", f"{VERIFICATIONS}/verify", {"email": person.email, "token": code}, {"idempotency-key": key})
    return Effect(call, 200, """
      WITH made AS (SELECT id FROM users WHERE email_folded = ?)
      SELECT (SELECT count(*) FROM made), (SELECT count(*) FROM token_families WHERE subject_id IN made),
        (SELECT count(*) FROM memberships WHERE user_id IN made),
        (SELECT count(*) FROM event_log WHERE type = 'auth.user_created' AND subject_id IN made)""", person.email)


def updating(accounts, key):
    person = accounts.join()
    call = Call("PATCH", ME, {"bio": key}, {"authorization": f"Bearer {person.access}", "idempotency-key": key})
    return Effect(call, 200, """
      SELECT (SELECT count(*) FROM users WHERE id = ?1 AND bio = ?2),
        (SELECT count(*) FROM event_log WHERE type = 'user.profile_updated' AND subject_id = ?1)""",
                  person.session["user"]["id"], key)


def running(accounts, key):
    fields = {"authorization": f"Bearer {accounts.server.token}", **SCOPE, "idempotency-key": key}
    call = Call("POST", "/api/runs", {"session_key": f"s_{key}", "input": "1 + 1"}, fields)
    return Effect(call, 201, "SELECT count(*) FROM runs WHERE session_key = ?", f"s_{key}")


EFFECTS = {"verify": verifying, "update": updating, "run": running}


class Retries:
    """Calls with keys that are under way whenever the power is cut, and are sent again."""

    def __init__(self, accounts, chance):
        self.accounts = accounts
        self.moments = {name: Moment(chance) for name in EFFECTS}
        self.outcomes = {name: collections.Counter() for name in EFFECTS}

    def cut(self, key):
        """One cut with one call of each kind; gives what went wrong."""
        effects = {name: make(self.accounts, f"{name}_{key}") for name, make in EFFECTS.items()}
        wrong = []
        for name, effect in effects.items():
            [answer] = cut(self.accounts.server, [effect.call], self.moments[name])
            try:
                self.once(name, effect, answer)
            except AssertionError as error:
                wrong.append(f"{name} {key}: {error}")
        return wrong

    def once(self, name, effect, answer):
        server = self.accounts.server
        fell = outcome(effect.count(server), answer)
        self.outcomes[name][fell] += 1
        self.moments[name].learn(fell)
        again = effect.call.again(server)
        assert again.status == effect.status, again.body
        assert again.field("idempotency-replayed") == (None if fell == "before" else "true"), fell
        same(effect.call.again(server), again)
        if answer:
            assert answer.field("idempotency-replayed") is None
            same(again, answer)
        assert effect.count(server) == 1, "it was done twice"


def same(replayed, first):
    """The answer again, byte for byte."""
    assert replayed.field("idempotency-replayed") == "true"
    assert (replayed.status, replayed.body, replayed.content_type) == (first.status, first.body, first.content_type)


def at_once(server, call, count=AT_ONCE):
    """The answers to a call that is sent as often at the same moment, on a few connections."""
    def ask(_):
        with server.connect() as connection:
            exchanges = [call.begin(connection) for _ in range(count // CONNECTIONS)]
            return [Answer(connection.finish(exchange)) for exchange in exchanges]
    return [answer for answers in together(CONNECTIONS, ask) for answer in answers]


def check_one(server, effect, answers):
    """One of them did it, and all tell of it in the same words."""
    assert {answer.status for answer in answers} == {effect.status}, collections.Counter(answer.status for answer in answers)
    assert len({answer.body for answer in answers}) == 1, "they are told different things"
    assert [answer.field("idempotency-replayed") for answer in answers].count(None) == 1
    assert effect.count(server) == 1, "it was done more than once"


def test_what_a_power_cut_interrupts_is_done_once(launch, chance):
    """The retry does it, or hears that it was done."""
    retries = Retries(Accounts(launch(*GENEROUS)), chance)
    for number in range(CUTS):
        assert retries.cut(number) == []
    check_end(retries.accounts.server)
    print({name: dict(found) for name, found in retries.outcomes.items()})


@pytest.mark.parametrize("make", EFFECTS.values(), ids=EFFECTS)
def test_what_is_asked_for_often_at_once_is_done_once(launch, make):
    accounts = Accounts(launch(*GENEROUS))
    effect = make(accounts, "at_once")
    check_one(accounts.server, effect, at_once(accounts.server, effect.call))
